"""Several people at one microphone: a voice for each is measured beside one for all, and beside the truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny_model import make_tiny_model

from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.speakers import Decision
from desktop_app.inference.voice_profile import VoiceModel, VoiceStatistics
from models.cli import main
from models.corpora.base import Clip
from models.evaluation.adaptation import FileJudge, Plain
from models.evaluation.speaker_change import Changes, Streams, hear, study
from models.training.whisper.speaker_directions import speaker_directions

RATE = 16_000
CLASSES, CLIPS, DIM = 4, 40, 6
TARGETS = np.tile(np.arange(CLASSES), 4 * CLIPS // CLASSES)
SPEAKERS = np.repeat([f"s{k}" for k in range(4)], CLIPS)
STREAMS = (Streams(1), Streams(2), Streams(2, 3, 8))


class World:
    """A model that takes the voice of a speaker for an emotion, until it is told of the voice."""

    def __init__(self) -> None:
        rng = np.random.default_rng(2)
        self.directions = 6 * np.linalg.qr(rng.normal(size=(DIM, DIM)))[0][:CLASSES]
        voices = np.repeat(7.0 * rng.normal(size=(4, DIM)), CLIPS, axis=0)
        noise = rng.normal(size=(len(TARGETS), DIM))
        self.x = (self.directions[TARGETS] + voices + noise).astype(np.float32)
        self.speaker = np.repeat(2.0 * rng.normal(size=(4, 32)), CLIPS, axis=0) + rng.normal(
            size=(len(TARGETS), 32)
        )
        mean = self.directions.mean(axis=0).astype(np.float32)
        self.voice_model = VoiceModel("w", "0" * 64, VoiceStatistics(mean, np.ones(DIM, np.float32)))

    def _said(self, clip: int, mean: FloatArray) -> np.ndarray:
        logits = (self.x[clip] - mean) @ (self.directions - self.directions.mean(axis=0)).T / 3
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    def plain(self, clip: int) -> Plain:
        mean = self.voice_model.default.mean
        said = self._said(clip, mean)
        return Plain(said, self.x[clip], 3.0, said, self.speaker[clip].astype(np.float32))

    def adapted(self, clip: int, voice: VoiceStatistics) -> np.ndarray:
        return self._said(clip, voice.mean)


def test_where_speakers_can_be_told_a_voice_for_each_is_better_than_one_for_all() -> None:
    found = study(World(), TARGETS, SPEAKERS, allowed=np.arange(CLASSES), kinds=STREAMS)
    assert list(found) == [kind.name for kind in STREAMS]
    for kind in STREAMS[1:]:
        uar = found[kind.name]["uar"]
        assert uar["recognised"] > uar["one voice"] + 0.03
        assert uar["recognised"] > uar["told"] - 0.03
        gain, (low, high) = found[kind.name]["gain"]["recognised over without"]
        assert low <= gain <= high
        assert gain == pytest.approx(uar["recognised"] - uar["without"])
        assert found[kind.name]["assigned"] > 0.9
        assert found[kind.name]["noticed"] > 0.9
    alone = found["one speaker"]
    assert alone["uar"]["told"] == alone["uar"]["one voice"]
    assert alone["turns"] == 0
    assert alone["false_switches_an_hour"] == 0


@pytest.mark.parametrize("kind", STREAMS)
def test_a_stream_has_each_clip_of_its_speakers_once_in_turns(kind: Streams) -> None:
    streams = list(kind.draw(SPEAKERS, np.random.default_rng(0)))
    assert sorted(np.concatenate(streams)) == list(range(len(SPEAKERS)))
    for stream in streams:
        who = SPEAKERS[stream]
        assert len(set(who)) == kind.speakers
        turns = np.diff(np.flatnonzero(np.concatenate(([True], who[1:] != who[:-1], [True]))))
        if kind.speakers > 1:
            assert turns[0] in range(kind.shortest, kind.longest + 1)


def test_delays_and_false_switches_are_counted() -> None:
    names = [*"aaaa", *"bbbb", *"aa"]
    numbers = [1, 1, 1, 1, 1, None, 2, 2, 2, 1]
    changes = Changes()
    changes.count(names, [Decision(number) for number in numbers], [2.0] * 10)
    found = changes.figures()
    assert (found["speakers_found"], found["assigned"], found["unsure"]) == (2, 0.7, 0.1)
    assert (found["turns"], found["noticed"]) == (2, 1.0)
    assert (found["delay_utterances"], found["delay_s"]) == (1.5, 3.0), "two of b's, one of a's"
    assert found["false_switches_an_hour"] == pytest.approx(2 * 3600 / 20), "within b's turn and a's second"


def test_speakers_are_heard_as_the_analyzer_hears_them(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "m.onnx", voice=True, speaker=True, sharpness=60.0)
    engine = EmotionEngine.load(model)
    clips = []
    time = np.arange(3 * RATE) / RATE
    for number, gain in enumerate((0.9, 0.05, 0.5, 0.02, 0.7, 0.1) * 4):
        path = tmp_path / f"{number}.wav"
        hertz = (1000.0, 2000.0)[number // 3 % 2]
        soundfile.write(path, gain * np.sin(2 * np.pi * hertz * time), RATE, subtype="FLOAT")
        clips.append(Clip(path, "own", "anna", "happy"))
    judge = FileJudge(engine, clips, {clip.path: "0" * 64 for clip in clips})
    answers, decisions = hear(judge, range(len(clips)))
    session = AdaptiveEngine(engine)
    for number in range(len(clips)):
        said = session.predict(judge._waveform(number))
        assert answers[number] == pytest.approx(said.probabilities, abs=1e-6)
        assert decisions[number].number == said.voice.speaker
    assert {decision.number for decision in decisions[5:]} == {1, 2}


def test_the_command_prints_a_table_and_refuses_a_model_that_tells_no_speakers_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    for speaker in ("anna", "ben"):
        for label, gain in (("angry", 0.9), ("sad", 0.05), ("happy", 0.4)):
            path = tmp_path / "mine" / label / f"{speaker}-0.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, gain * rng.uniform(-1, 1, 2 * RATE), RATE)
    (tmp_path / "mine" / "emoscope.yaml").write_text("speaker_pattern: '([a-z]+)-'\nname: mine\n")
    call = ["adaptation", "--corpus", f"folder={tmp_path / 'mine'}", "--speakers", "--repeats", "1"]
    able = make_tiny_model(tmp_path / "able.onnx", voice=True, speaker=True)
    assert main([*call, "--model", str(able), "--json", str(tmp_path / "out.json")]) == 0
    table = capsys.readouterr().out
    assert Streams(2).name in table
    assert Streams(3).name not in table, "there are two"
    assert (
        json.loads((tmp_path / "out.json").read_text())["corpora"]["folder"]["one speaker"]["speakers"] == 2
    )
    unable = make_tiny_model(tmp_path / "unable.onnx", voice=True)
    assert main([*call, "--model", str(unable)]) == 2
    assert "does not tell speakers apart" in capsys.readouterr().err


def test_directions_tell_unheard_speakers_apart_and_not_studios_or_moods() -> None:
    rng = np.random.default_rng(0)
    speakers, clips, dim = 60, 12, 40
    voices = np.zeros((speakers, dim))
    voices[:, :8] = rng.normal(size=(speakers, 8))
    studios = np.zeros((speakers, dim))
    studios[:, 8] = np.repeat([-20.0, 20.0, 0.0], speakers // 3)
    moods = np.zeros((speakers * clips, dim))
    moods[:, 9:15] = 5.0 * rng.normal(size=(speakers * clips, 6))
    noise = 0.5 * rng.normal(size=moods.shape)
    x = np.repeat(voices + studios, clips, axis=0) + moods + noise
    names = np.repeat([f"p{k:02}" for k in range(speakers)], clips)
    corpora = np.repeat([f"c{k // 20}" for k in range(speakers)], clips)
    heard = corpora != "c2"
    found = speaker_directions(x[heard], corpora[heard], names[heard], count=8, shrinkage=0.1)
    points = x[~heard] @ found.T
    means = np.array([points[names[~heard] == name].mean(axis=0) for name in np.unique(names[~heard])])
    inside = np.mean([points[names[~heard] == name].var(axis=0) for name in np.unique(names[~heard])])
    assert inside == pytest.approx(1.0, rel=0.3), "as promised of speakers who were not heard"
    assert means.var(axis=0).mean() > 2 * inside
