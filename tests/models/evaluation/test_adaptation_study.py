"""Adaptation is measured as it runs: each clip by what was heard before it, beside the same clips without."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from spoken_corpus import write_corpus
from tiny_model import make_tiny_model

from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.self_test_signal import self_test_signal
from desktop_app.inference.voice_profile import VoiceModel, VoiceStatistics
from models.cli import main
from models.corpora.base import Clip
from models.evaluation.adaptation import IN_TURNS, ONE_MOOD, ORDERS, FileJudge, Plain, hear, sessions, study

RATE = 16_000
DIM, CLASSES = 6, 4
TARGETS = np.tile(np.arange(CLASSES), 30)
SPEAKERS = np.repeat([f"s{k}" for k in range(4)], 30)


class World:
    """A model that takes a voice's shift for an emotion, until it is told of the voice."""

    def __init__(self, shift: float) -> None:
        rng = np.random.default_rng(2)
        self.directions = 6 * np.linalg.qr(rng.normal(size=(DIM, DIM)))[0][:CLASSES]
        voices = shift * rng.normal(size=(4, DIM))
        noise = rng.normal(size=(len(TARGETS), DIM))
        self.x = (self.directions[TARGETS] + np.repeat(voices, 30, axis=0) + noise).astype(np.float32)
        mean = self.directions.mean(axis=0).astype(np.float32)
        self.voice_model = VoiceModel("w", "0" * 64, VoiceStatistics(mean, np.ones(DIM, np.float32)))

    def _said(self, clip: int, mean: FloatArray) -> np.ndarray:
        logits = (self.x[clip] - mean) @ (self.directions - self.directions.mean(axis=0)).T / 3
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    def plain(self, clip: int) -> Plain:
        said = self._said(clip, self.voice_model.default.mean)
        return Plain(said, self.x[clip], 3.0, said)

    def adapted(self, clip: int, voice: VoiceStatistics) -> np.ndarray:
        return self._said(clip, voice.mean)


def measured(shift: float) -> dict:
    world = World(shift)
    return study(world, TARGETS, SPEAKERS, allowed=np.arange(CLASSES), threshold=0.5, repeats=1)


def test_where_voices_differ_it_helps_the_more_the_longer_somebody_speaks() -> None:
    found = measured(4.0)
    assert set(found) == set(ORDERS)
    first, *_, last = found["random"]["positions"]
    assert last["gain"] > first["gain"]
    assert last["gain"] > 0.1
    low, high = found["random"]["gain_interval"]
    assert low <= found["random"]["gain"] <= high
    assert found["random"]["weight"] > 0.3
    assert (found["random"]["utterances"], found["random"]["speakers"]) == (120, 4)


def test_one_mood_is_left_alone() -> None:
    found = measured(0.5)[ONE_MOOD]
    assert found["weight"] < 0.05
    assert abs(found["gain"]) < 0.02


@pytest.mark.parametrize("order", ORDERS)
def test_a_session_has_each_clip_once_and_is_the_same_at_each_call(order: str) -> None:
    def drawn(seed: int) -> list[list[int]]:
        rng = np.random.default_rng(seed)
        return [session.tolist() for session in sessions(order, TARGETS, SPEAKERS, rng)]

    assert sorted(clip for session in drawn(0) for clip in session) == list(range(len(TARGETS)))
    assert drawn(0) == drawn(0) != drawn(1)


def test_sessions_are_of_one_person_one_mood_or_two_people_by_turns() -> None:
    def drawn(order: str) -> list[np.ndarray]:
        return list(sessions(order, TARGETS, SPEAKERS, np.random.default_rng(0)))

    assert all(len(set(SPEAKERS[session])) == 1 for session in drawn("random"))
    assert all(len(set(TARGETS[session])) == 1 for session in drawn(ONE_MOOD))
    after_another = drawn("mood after mood")[0]
    assert np.count_nonzero(np.diff(TARGETS[after_another])) == CLASSES - 1
    for session in drawn(IN_TURNS):
        who = SPEAKERS[session]
        assert len(set(who)) == 2
        turns = np.diff(np.flatnonzero(np.concatenate(([True], who[1:] != who[:-1], [True]))))
        assert turns[:-3].max() <= 3


def test_a_file_is_heard_as_the_analyzer_hears_it(tmp_path: Path) -> None:
    engine = EmotionEngine.load(make_tiny_model(tmp_path / "m.onnx", voice=True, sharpness=60.0))
    clips = []
    for number, gain in enumerate((0.9, 0.1, 0.5, 0.05, 0.7, 0.2, 0.8, 0.02) * 2):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, gain * self_test_signal("chirp-v1", 3.0, RATE), RATE, subtype="FLOAT")
        clips.append(Clip(path, "own", "anna", "happy"))
    judge = FileJudge(engine, clips, {clip.path: "0" * 64 for clip in clips})
    answers, weights = hear(judge, range(len(clips)))
    session = AdaptiveEngine(engine)
    for number in range(len(clips)):
        said = session.predict(judge._waveform(number))
        assert answers[number] == pytest.approx(said.probabilities, abs=1e-6)
        assert weights[number] == pytest.approx(said.voice.weight)
    assert weights[-1] > 0.3


class TestTheCommand:
    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Path:
        for speaker in ("anna", "ben"):
            for label, gain in (("angry", 0.9), ("sad", 0.05), ("happy", 0.4)):
                for take in range(2):
                    path = tmp_path / "mine" / label / f"{speaker}-{take}.wav"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    loudness = gain * (0.8 + 0.1 * take + 0.05 * (speaker == "ben"))
                    soundfile.write(path, loudness * self_test_signal("chirp-v1", 2.0, RATE), RATE)
        (tmp_path / "mine" / "emoscope.yaml").write_text("speaker_pattern: '([a-z]+)-'\nname: mine\n")
        return tmp_path / "mine"

    def test_it_prints_a_table_and_writes_all_figures(
        self, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        model = make_tiny_model(tmp_path / "m.onnx", voice=True)
        call = ["adaptation", "--model", str(model), "--corpus", f"folder={corpus}", "--repeats", "1"]
        assert main([*call, "--rule", "one_mood=1", "--json", str(tmp_path / "out.json")]) == 0
        table = capsys.readouterr().out
        for order in ORDERS:
            assert f"  {order}" in table
        found = json.loads((tmp_path / "out.json").read_text())
        assert found["corpora"]["folder"]["random"]["utterances"] == 12

    def test_of_one_speaker_there_are_no_turns(
        self, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for path in corpus.glob("*/ben-*.wav"):
            path.unlink()
        model = make_tiny_model(tmp_path / "m.onnx", voice=True)
        assert main(["adaptation", "--model", str(model), "--corpus", f"folder={corpus}"]) == 0
        table = capsys.readouterr().out
        assert "one speaker" in table
        assert IN_TURNS not in table

    def test_speakers_whom_the_model_knows_are_no_test(
        self, ravdess: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        known = {"corpora": ["RAVDESS"], "speakers": 24, "split_sha256": None}
        model = make_tiny_model(tmp_path / "m.onnx", voice=True, manifest={"trained_on": known})
        assert main(["adaptation", "--model", str(model), "--corpus", f"ravdess_speech={ravdess}"]) == 2
        assert "knows its speakers" in capsys.readouterr().err

    @pytest.mark.parametrize("rule", ["nonsense=1", "one_mood", "one_mood=x", "one_mood=-1"])
    def test_a_constant_that_is_none_is_refused(self, rule: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["adaptation", "--corpus", "emotale", "--rule", rule]) == 2
        assert "mean_prior_s" in capsys.readouterr().err


@pytest.mark.parametrize("labels", [("calm", "fearful"), ("happy", "fearful")])
def test_a_corpus_with_too_little_of_what_the_model_knows_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: tuple[str, ...]
) -> None:
    write_corpus(tmp_path / "spoken", speakers=1)
    model = make_tiny_model(tmp_path / "tiny.onnx", labels, voice=True)
    assert main(["adaptation", "--model", str(model), "--corpus", f"folder={tmp_path / 'spoken'}"]) == 1
    assert "fewer than two emotions in common" in capsys.readouterr().err
