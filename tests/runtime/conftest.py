"""A recording with speech, a tiny model, and events that a test can wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from recorder import Recorder
from running import babble
from tiny_model import make_tiny_model

from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.inference.engine import EmotionEngine
from desktop_app.runtime.pipeline import Pipeline


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three utterances of 1.2, 0.8 and 1.5 s, the last one up to the end, 44.1 kHz stereo."""
    rate = 44_100
    rng = np.random.default_rng(1)
    parts = []
    for index, seconds in enumerate((1.2, 0.8, 1.5)):
        parts += [0.001 * rng.standard_normal(rate).astype(np.float32), babble(seconds, rate, index)]
    mono = np.concatenate(parts)
    path = tmp_path / "three.wav"
    soundfile.write(path, np.stack((mono, 0.5 * mono), axis=1), rate, subtype="PCM_16")
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_tiny_model(tmp_path / "tiny.onnx")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def run(recorder: Recorder, model: Path) -> Iterator[Callable[..., Pipeline]]:
    """Start a pipeline on a source, with the tiny model or another engine."""
    started: list[Pipeline] = []

    def start(
        make_source: Callable, engine: EmotionEngine | None = None, detection: Detection = BY_ENERGY
    ) -> Pipeline:
        pipeline = Pipeline(make_source, engine or EmotionEngine.load(model), recorder, detection)
        pipeline.start()
        started.append(pipeline)
        return pipeline

    yield start
    for pipeline in started:
        assert pipeline.stop(), "a thread outlived the deadline"
