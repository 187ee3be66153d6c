"""Speech detection with a second stage, live: the same as offline, and changed while it runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile
from harmonic_model import HarmonicModel
from recorder import Recorder

from desktop_app.analysis.recording import analyze_recording
from desktop_app.analysis.result import RecordingAnalysis
from desktop_app.audio.file_source import FileSource
from desktop_app.audio.files import open_recording
from desktop_app.core.detector import BY_ENERGY, Detection, with_second_stage
from desktop_app.core.types import FinalResult
from desktop_app.inference.engine import EmotionEngine

BY_VOICE = with_second_stage(HarmonicModel)
RATE = 44_100


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    """A word, 1.5 s of noise right behind it, and another word."""
    rng = np.random.default_rng(3)
    t = np.arange(round(0.7 * RATE)) / RATE
    word = 0.15 * sum(np.sin(2 * np.pi * 150 * k * t + k) for k in range(1, 25)) / 5
    room, noise = 0.0005 * rng.standard_normal(2 * RATE), 0.1 * rng.standard_normal(3 * RATE // 2)
    path = tmp_path / "noisy.wav"
    soundfile.write(path, np.concatenate((room, word, noise, word, room)), RATE, subtype="PCM_16")
    return path


def offline(path: Path, model: Path, detection: Detection) -> RecordingAnalysis:
    engine = EmotionEngine.load(model)
    with closing(engine), open_recording(path) as file:
        blocks = file.blocks(7_001)
        return analyze_recording(str(path), blocks, file.sample_rate, engine, detection=detection)


def finals(recorder: Recorder) -> list[tuple[float, float, tuple[float, ...]]]:
    return [(e.start_s, e.end_s, e.prediction.probabilities) for e in recorder.of(FinalResult)]


@pytest.mark.parametrize("paced", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_live_run_and_an_offline_run_agree_exactly(
    run: Callable, recorder: Recorder, noisy: Path, model: Path, paced: bool
) -> None:
    analysis = offline(noisy, model, BY_VOICE)
    assert run(lambda: FileSource(noisy, paced=paced), detection=BY_VOICE).wait(20)
    assert finals(recorder) == [(s.start_s, s.end_s, s.prediction.probabilities) for s in analysis.segments]
    assert len(analysis.segments) == 2
    assert len(offline(noisy, model, BY_ENERGY).segments) == 1


@pytest.mark.slow
def test_it_can_be_changed_while_somebody_listens(run: Callable, recorder: Recorder, noisy: Path) -> None:
    pipeline = run(lambda: FileSource(noisy, paced=True))
    pipeline.set_detection(BY_VOICE)
    assert pipeline.wait(20)
    assert len(finals(recorder)) == 2
    indices = [event.segment for event in recorder.of(FinalResult)]
    assert indices == sorted(set(indices))
