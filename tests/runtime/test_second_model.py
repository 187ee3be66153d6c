"""A second model hears what the first one hears, answers of its own, and never holds the run up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tiny_model import make_tiny_model

from desktop_app.audio.file_source import FileSource
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import FinalResult, PartialResult
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.errors import ModelError
from desktop_app.runtime.pipeline import Pipeline
from desktop_app.runtime.second_model import SecondModel, SecondResult


class Beside:
    """A run, and a second model beside it."""

    def __init__(self, recorder: Callable[..., None], model: Path, second: object, recording: Path) -> None:
        self.results: list[SecondResult] = []
        self.failures: list[EmoscopeError | Exception] = []
        self.finals: list[FinalResult] = []
        self.partials = 0
        self._recorder = recorder
        self.pipeline = Pipeline(
            lambda: FileSource(recording, paced=True), EmotionEngine.load(model), self._take
        )
        self.second = SecondModel(
            self.pipeline.add_tap(30.0),
            second,  # type: ignore[arg-type]
            self.results.append,
            self.failures.append,
        )

    def _take(self, event: object) -> None:
        self._recorder(event)
        self.second.post(event)
        if isinstance(event, FinalResult):
            self.finals.append(event)
        self.partials += isinstance(event, PartialResult)

    def run(self, until: Callable[[], bool] = lambda: True) -> None:
        self.pipeline.start()
        assert self.pipeline.wait(20)
        deadline = time.monotonic() + 10
        while not until() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.pipeline.stop()

    def of_finals(self) -> dict[int, SecondResult]:
        return {result.segment: result for result in self.results if result.final}


@pytest.mark.slow
def test_the_same_model_beside_itself_says_the_same(recorder, model: Path, recording: Path) -> None:
    beside = Beside(recorder, model, EmotionEngine.load(model), recording)
    beside.run(lambda: len(beside.of_finals()) >= len(beside.finals))
    assert beside.finals
    assert beside.second.stop()
    for final in beside.finals:
        other = beside.of_finals()[final.segment].prediction
        np.testing.assert_allclose(other.probabilities, final.prediction.probabilities, atol=0.02)
    assert any(not result.final for result in beside.results), "speech that goes on is judged, too"
    assert beside.failures == []


@pytest.mark.slow
def test_another_model_answers_with_its_own_labels(
    recorder, model: Path, recording: Path, tmp_path: Path
) -> None:
    other = make_tiny_model(tmp_path / "other.onnx", ("bored", "tender", "proud"))
    beside = Beside(recorder, model, EmotionEngine.load(other), recording)
    beside.run(lambda: len(beside.of_finals()) >= len(beside.finals))
    beside.second.stop()
    assert {result.prediction.labels for result in beside.results} == {("bored", "tender", "proud")}


@pytest.mark.slow
def test_one_that_hangs_delays_nothing(recorder, model: Path, recording: Path) -> None:
    class Hanging:
        sample_rate = 16_000
        go_on = threading.Event()

        def predict(self, _: object) -> None:
            self.go_on.wait(30)
            raise ModelError("interrupted", code="model.interrupted")

        preview = predict

        def interrupt(self) -> None:
            self.go_on.set()

        def close(self) -> None: ...

    beside = Beside(recorder, model, Hanging(), recording)
    beside.run()
    assert beside.finals
    assert max(final.latency_ms for final in beside.finals) < 5_000
    assert beside.results == []
    assert beside.second.stop()


@pytest.mark.slow
def test_one_that_fails_each_time_is_told_of_once_and_the_run_goes_on(
    recorder, model: Path, recording: Path
) -> None:
    class Failing:
        sample_rate = 16_000

        def predict(self, _: object) -> None:
            raise ModelError("It is broken.", code="model.run")

        preview = predict

        def interrupt(self) -> None: ...

        def close(self) -> None: ...

    beside = Beside(recorder, model, Failing(), recording)
    beside.run(lambda: bool(beside.failures))
    assert beside.finals
    assert [str(failure) for failure in beside.failures] == ["It is broken."]
    assert beside.second.stop()
