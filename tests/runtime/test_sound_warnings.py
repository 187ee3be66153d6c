"""What makes a sound doubtful is told live as well, and of a recording the same as its analysis tells."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from recorder import Recorder
from running import babble

from desktop_app.analysis.inputs import Source
from desktop_app.analysis.service import Analyzer
from desktop_app.audio.file_source import FileSource
from desktop_app.core.chain import SpeechChain
from desktop_app.core.types import (
    CaptureState,
    FinalResult,
    FloatArray,
    Prediction,
    SoundWarned,
    SoundWarning,
    StateChanged,
)
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceStatistics
from desktop_app.runtime.pipeline import Pipeline

pytestmark = pytest.mark.slow  # threads, and waiting for them

RATE = 16_000


def talk(seconds: float, peak: float = 0.25, rate: int = RATE) -> FloatArray:
    rng = np.random.default_rng(0)
    sound = (peak * 1e-3 * rng.standard_normal(round(seconds * rate))).astype(np.float32)
    for second in range(1, round(seconds) - 1, 2):
        word = babble(1.0, rate, second)
        sound[second * rate : (second + 1) * rate] += word * np.float32(peak / np.abs(word).max())
    return sound


def murmur(seconds: float) -> FloatArray:
    """Far softer than `talk`, with syllables that stand out more."""
    t = np.arange(round(seconds * RATE)) / RATE
    return (0.02 * talk(seconds) * (0.1 + np.square(np.sin(4 * np.pi * t)))).astype(np.float32)


def hum(seconds: float) -> FloatArray:
    t = np.arange(round(seconds * RATE)) / RATE
    waves = np.sum([np.sin(2 * np.pi * 60 * k * t + k) / k for k in range(1, 8)], axis=0)
    return (0.02 * waves).astype(np.float32)


SOUNDS: dict[str, tuple[FloatArray, int, set[str]]] = {
    "good": (talk(12.0), RATE, set()),
    "clipped": (np.clip(30 * talk(6.0), -1.0, 1.0), RATE, {"clipped"}),
    "clipped for a moment": (
        np.concatenate((np.clip(30 * talk(4.0), -1.0, 1.0), np.tile(talk(20.0), 10))),
        RATE,
        {"clipped"},
    ),
    "quiet": (talk(14.0, 0.003), RATE, {"very_quiet"}),
    "quiet and short": (talk(4.0, 0.003), RATE, {"very_quiet"}),
    "quiet, then not": (np.concatenate((talk(14.0, 0.006), talk(14.0, 0.02))), RATE, {"very_quiet"}),
    "humming": (talk(16.0) + hum(16.0), RATE, {"hum"}),
    "humming and short": (talk(4.0) + hum(4.0), RATE, {"hum"}),
    "by telephone": (talk(6.0, rate=8000), 8000, {"low_sample_rate"}),
    "a soft second voice": (
        np.concatenate((talk(8.0), murmur(8.0), talk(8.0))),
        RATE,
        {"soft_speech"},
    ),
    "a soft second voice, and short": (np.concatenate((talk(4.0), murmur(6.0))), RATE, {"soft_speech"}),
    "nothing": (np.zeros(3 * RATE, np.float32), RATE, {"no_speech"}),
    "quiet, and nobody speaks": (0.01 * talk(1.0), RATE, {"no_speech", "very_quiet"}),
    "inverted": (np.stack((talk(6.0), -talk(6.0)), axis=1), RATE, {"opposite_polarity"}),
    "clipped on one side": (
        np.stack((np.clip(30 * talk(6.0), -1.0, 1.0), np.zeros(6 * RATE, np.float32)), axis=1),
        RATE,
        {"clipped", "silent_channel"},
    ),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_a_live_run_tells_of_a_recording_what_its_analysis_tells(
    run: Callable, recorder: Recorder, model: Path, tmp_path: Path, name: str
) -> None:
    sound, rate, expected = SOUNDS[name]
    path = tmp_path / "sound.wav"
    soundfile.write(path, sound, rate)
    assert run(lambda: FileSource(path, paced=False)).wait(20)
    with closing(EmotionEngine.load(model)) as engine:
        (analysis,) = Analyzer(engine).analyze(Source(path, str(path)))
    live = [event.warning.code for event in recorder.of(SoundWarned)]
    offline = [warning.code for warning in analysis.warnings]
    assert sorted(live) == sorted(offline) == sorted(expected)
    assert len(recorder.of(FinalResult)) == len(analysis.segments)
    kinds = [event for event in recorder.events if isinstance(event, SoundWarned | StateChanged)]
    assert kinds[-1].state is CaptureState.FINISHED, "all is told by the end"


def test_which_channel_is_heard_is_told_again_when_it_changes(
    run: Callable, recorder: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "sound.wav"
    sound = np.zeros((6 * RATE, 6), np.float32)
    sound[:, 0] = 0.1 * np.random.default_rng(1).standard_normal(6 * RATE)
    sound[:, 2] = talk(6.0)
    soundfile.write(path, sound, RATE)
    assert run(lambda: FileSource(path, paced=False)).wait(20)
    told = [event.warning.fields["heard"] for event in recorder.of(SoundWarned)]
    assert told[-1] == 3
    assert len(told) == len(set(told))


def test_the_same_recording_once_more_is_no_news(run: Callable, recorder: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, np.clip(30 * talk(6.0), -1.0, 1.0), RATE)
    pipeline = run(lambda: FileSource(path, paced=False))
    assert pipeline.wait(20)
    pipeline.set_source(lambda: FileSource(path, paced=False))
    assert pipeline.wait(20)
    assert [event.warning.code for event in recorder.of(SoundWarned)] == ["clipped"]


def test_a_recording_that_is_stopped_on_the_way_is_not_judged_as_a_whole(
    run: Callable, recorder: Recorder, tmp_path: Path
) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, np.concatenate((np.zeros(60 * RATE, np.float32), talk(6.0))), RATE)
    pipeline = run(lambda: FileSource(path, paced=True))
    recorder.wait_for(lambda event: isinstance(event, StateChanged) and event.state is CaptureState.LISTENING)
    pipeline.pause()
    recorder.wait_for(lambda event: isinstance(event, StateChanged) and event.state is CaptureState.PAUSED)
    assert recorder.of(SoundWarned) == []


class Nobody(EmotionEngine):
    """Takes every second stretch for a sound in which nobody speaks."""

    count = 0

    def predict(self, waveform: FloatArray, voice: VoiceStatistics | None = None) -> Prediction:
        self.count += 1
        found = super().predict(waveform, voice)
        return replace(found, not_a_voice=self.count % 2 == 0, uncertain=True)

    def preview(self, waveform: FloatArray) -> Prediction:
        return super().predict(waveform)


def told(recorder: Recorder, code: str) -> list[SoundWarned]:
    return [
        event for event in recorder.events if isinstance(event, SoundWarned) and event.warning.code == code
    ]


def test_at_the_end_of_a_recording_the_sounds_that_are_not_a_voice_are_counted(
    run: Callable[..., Pipeline], recorder: Recorder, recording: Path, model: Path
) -> None:
    engine = Nobody.load(model)
    engine.count = 0
    pipeline = run(lambda: FileSource(recording, paced=False), engine)
    assert pipeline.wait(20)
    finals = [event for event in recorder.events if isinstance(event, FinalResult)]
    others = [event for event in finals if event.prediction.not_a_voice]
    assert others
    (warned,) = told(recorder, "not_a_voice")
    assert warned.warning.fields["stretches"] == len(others)
    assert warned.warning.fields["spoken"] == len(finals) - len(others)
    places = [recorder.events.index(event) for event in (finals[-1], warned)]
    ends = [event for event in recorder.events if isinstance(event, StateChanged)]
    finished = next(event for event in ends if event.state is CaptureState.FINISHED)
    assert places[0] < places[1] < recorder.events.index(finished)


def test_which_channel_is_heard_is_told_once_although_it_changes_at_first(
    run: Callable[..., Pipeline], recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = iter((1, 2, 1))
    since = 0

    def warnings(chain: SpeechChain) -> tuple[SoundWarning, ...]:
        nonlocal since
        since += 1
        if since % 20 == 1:
            chain.made_up = next(changes, 1)  # type: ignore[attr-defined]
        return (SoundWarning("noisy_channel", "One is noisier.", {"heard": chain.made_up}),)  # type: ignore[attr-defined]

    monkeypatch.setattr(SpeechChain, "warnings", property(warnings))
    path = tmp_path / "stereo.wav"
    sound = talk(12.0)
    soundfile.write(path, np.stack((sound, sound), axis=1), RATE)
    pipeline = run(lambda: FileSource(path, paced=False))
    assert pipeline.wait(20)
    (warned,) = told(recorder, "noisy_channel")
    assert warned.warning.fields["heard"] == 1
