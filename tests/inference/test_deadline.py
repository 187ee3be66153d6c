"""A model has a time for each answer: it is broken off after it, and left if it does not hear."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from misbehaving_models import make_misbehaving_model

from desktop_app.core.types import Prediction
from desktop_app.inference import deadline
from desktop_app.inference.deadline import Computation, LateError, LeftError, answer_limit_s
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.errors import ModelError
from desktop_app.inference.self_test_signal import self_test_signal

pytestmark = pytest.mark.slow  # threads, and waiting for them

SHORT, LONG = (self_test_signal("vowels-v1", seconds, 16_000) for seconds in (1.0, 4.0))


class Work:
    """What computes until it may end, whether or not somebody wants to break it off."""

    def __init__(self, *, hears: bool) -> None:
        self.may_end = threading.Event()
        self.asked = threading.Event()
        self._hears = hears

    def __call__(self) -> str:
        while not self.may_end.wait(0.01):
            if self._hears and self.asked.is_set():
                raise RuntimeError("broken off")
        return "done"

    def within(self, limit_s: float) -> str:
        return Computation(self, self.asked.set, self.asked.is_set).result(limit_s)


def refusal(call: Callable[[], object]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("sound_s", "model_bytes", "needs_s"),
    [
        (8.5, 25_000_000, 3.0),  # the shipped model on a very small computer
        (8.5, 380_000_000, 30.0),  # wav2vec 2.0 base on two slow cores that others use as well
        (8.5, 1_260_000_000, 84.0),  # and the large one
        (0.5, 320_000_000, 20.0),
    ],
)
def test_a_large_model_on_a_slow_machine_has_its_time(
    sound_s: float, model_bytes: int, needs_s: float
) -> None:
    assert needs_s < answer_limit_s(sound_s, model_bytes) < 3 * 60


def test_what_comes_in_time_is_returned_and_what_fails_is_raised() -> None:
    quick = Work(hears=True)
    quick.may_end.set()
    assert quick.within(5.0) == "done"

    def failing() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Computation(failing, lambda: None, lambda: False).result(5.0)


def test_what_is_late_is_broken_off() -> None:
    work = Work(hears=True)
    begun = time.monotonic()
    with pytest.raises(LateError):
        work.within(0.2)
    assert work.asked.is_set()
    assert time.monotonic() - begun < 1.0


def test_what_does_not_hear_is_left() -> None:
    work = Work(hears=False)
    begun = time.monotonic()
    with pytest.raises(LateError):
        work.within(0.2)
    assert time.monotonic() - begun < 4.0
    work.may_end.set()


def test_whoever_breaks_it_off_does_not_wait_for_what_does_not_hear() -> None:
    work = Work(hears=False)
    threading.Timer(0.1, work.asked.set).start()
    begun = time.monotonic()
    with pytest.raises(LeftError):
        work.within(60.0)
    assert time.monotonic() - begun < 1.5
    work.may_end.set()


def test_time_in_which_the_machine_slept_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor that in which the whole program was stopped with Ctrl+Z."""
    work = Work(hears=True)
    slept = iter([0.0] + [3600.0] * 1000)
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + next(slept))
    threading.Timer(0.5, work.may_end.set).start()
    assert work.within(5.0) == "done"


class TestAnEngine:
    @pytest.fixture(autouse=True)
    def half_a_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deadline, "answer_limit_s", lambda sound_s, model_bytes: 0.5)

    def test_what_hangs_is_said_to_and_other_sound_is_answered(self, tmp_path: Path) -> None:
        engine = EmotionEngine.load(make_misbehaving_model(tmp_path / "m.onnx", "endless_if_long"))
        error = refusal(lambda: engine.predict(LONG))
        assert (error.code, error.fields) == ("model.hangs", {"model": "endless_if_long", "seconds": 0.5})
        assert "'endless_if_long' has not answered" in error.message
        assert "computes on" not in error.message
        assert engine.predict(SHORT).probabilities

    def test_only_what_is_late_is_broken_off(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another file's answer, which another thread waits for, goes on."""
        engine = EmotionEngine.load(make_misbehaving_model(tmp_path / "m.onnx", "endless_if_long"))
        monkeypatch.setattr(deadline, "answer_limit_s", lambda sound_s, model_bytes: sound_s)
        errors: list[ModelError] = []
        begun = time.monotonic()
        longer = threading.Thread(target=lambda: errors.append(refusal(lambda: engine.predict(LONG))))
        longer.start()
        refusal(lambda: engine.predict(LONG[:40_001]))
        assert 2.4 < time.monotonic() - begun < 3.7
        longer.join()
        assert time.monotonic() - begun > 3.9
        assert errors[0].fields["seconds"] == pytest.approx(4.0)

    def test_each_answer_is_the_same_as_without_a_limit(self, tiny_model: Callable[..., Path]) -> None:
        engine = EmotionEngine.load(tiny_model())
        found: list[Prediction] = [engine.predict(SHORT) for _ in range(20)]
        assert len({answer.probabilities for answer in found}) == 1
