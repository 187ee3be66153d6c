"""A recording with speech, a tiny model, and events that a test can wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import babble
from tiny_model import make_tiny_model

from desktop_app.core.types import Event
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


class Recorder:
    """Collects events, and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._new = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._new:
            self.events.append(event)
            self._new.notify_all()

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, accept: Callable[[Event], bool], timeout_s: float = 10.0) -> Event:
        deadline = time.monotonic() + timeout_s
        seen = 0
        with self._new:
            while True:
                for event in self.events[seen:]:
                    if accept(event):
                        return event
                seen = len(self.events)
                assert self._new.wait(max(0.0, deadline - time.monotonic())), "the event never came"


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def run(recorder: Recorder, model: Path) -> Iterator[Callable[..., Pipeline]]:
    """Start a pipeline on a source, with the tiny model or another engine."""
    started: list[Pipeline] = []

    def start(make_source: Callable, engine: EmotionEngine | None = None) -> Pipeline:
        pipeline = Pipeline(make_source, engine or EmotionEngine.load(model), recorder)
        pipeline.start()
        started.append(pipeline)
        return pipeline

    yield start
    for pipeline in started:
        assert pipeline.stop(), "a thread outlived the deadline"
