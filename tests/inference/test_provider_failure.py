"""A graphics card that fails while the model runs: the CPU takes over, and judges that stretch again.

No card is needed: a real session on the CPU stands behind one that says it is on a card, and fails on demand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from misbehaving_models import make_misbehaving_model
from tiny_model import make_tiny_model

from desktop_app.inference import session as sessions
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.errors import ModelError
from desktop_app.inference.manifest import self_test_signal

CARD, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"


class FailingCard:
    """A session that says it runs on a graphics card, and fails once `broken` is set."""

    def __init__(self, session: Any, broken: threading.Event) -> None:
        self._session = session
        self._broken = broken
        self.failures = 0

    def get_providers(self) -> list[str]:
        return [CARD, CPU]

    def run(self, *args: Any) -> Any:
        if self._broken.is_set():
            self.failures += 1
            raise RuntimeError("[ONNXRuntimeError] : 1 : FAIL : CUDA failure 719: unspecified launch failure")
        return self._session.run(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@pytest.fixture
def broken() -> threading.Event:
    return threading.Event()


@pytest.fixture
def on_card(monkeypatch: pytest.MonkeyPatch, broken: threading.Event) -> Callable[[Path], EmotionEngine]:
    """Load a model on a card that works until `broken` is set."""

    def load(path: Path) -> EmotionEngine:
        offered = [CARD, CPU]
        monkeypatch.setattr(sessions.runtime(), "get_available_providers", lambda: offered)
        monkeypatch.setattr(
            sessions,
            "_try_cuda",
            lambda model, threads: (FailingCard(sessions._create(model, [CPU], threads), broken), ""),
        )
        return EmotionEngine.load(path, "auto")

    return load


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_tiny_model(tmp_path / "tiny.onnx")


VOICE = self_test_signal("vowels-v1", 1.5, 16000)


def test_the_cpu_judges_that_stretch_again_and_all_later_ones(model, on_card, broken) -> None:
    engine = on_card(model)
    assert (engine.provider, engine.notice) == (CARD, "")
    before = engine.predict(VOICE)
    broken.set()
    after = engine.predict(VOICE)
    assert after.probabilities == before.probabilities
    assert engine.provider == CPU
    assert "graphics card failed" in engine.notice
    assert "unspecified launch failure" in engine.notice
    assert "CPU" in engine.notice
    assert engine.predict(VOICE).probabilities == before.probabilities


def test_several_threads_at_once_all_get_their_answer_from_one_new_session(
    model, on_card, broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = on_card(model)
    expected = engine.predict(VOICE).probabilities
    made = []
    create = sessions._create
    monkeypatch.setattr(sessions, "_create", lambda *args: made.append(args) or create(*args))
    broken.set()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: engine.predict(VOICE).probabilities, range(40)))
    assert found == [expected] * 40
    assert len(made) == 1


def test_what_the_cpu_cannot_compute_either_is_the_models_fault_and_the_card_stays(
    tmp_path: Path, on_card
) -> None:
    path = make_tiny_model(tmp_path / "long.onnx", needs_samples=16_000, manifest={"min_seconds": 0.2})
    engine = on_card(path)
    with pytest.raises(ModelError, match="failed while it ran"):
        engine.predict(VOICE[:8_000])
    assert (engine.provider, engine.notice) == (CARD, "")
    assert engine.predict(VOICE).probabilities


def test_an_inference_that_was_broken_off_is_no_failure_of_the_card(tmp_path: Path, on_card) -> None:
    engine = on_card(make_misbehaving_model(tmp_path / "endless.onnx", "endless"))
    threading.Timer(0.3, engine.interrupt).start()
    with pytest.raises(ModelError) as caught:
        engine.predict(VOICE)
    assert caught.value.code == "model.interrupted"
    assert engine.provider == CARD


class TestAnAnswerThatIsNotWhatTheFilePromises:
    @pytest.mark.parametrize("samples", [7_000, 24_000, 100_000, 200_000])
    def test_it_is_refused_by_its_shape_at_any_length(self, tmp_path: Path, samples: int) -> None:
        engine = EmotionEngine.load(make_misbehaving_model(tmp_path / "odd.onnx", "six_logits"))
        with pytest.raises(ModelError, match=r"shape \[1, 6\], and \[1, 3\] was expected") as caught:
            engine.predict(np.full(samples, 0.1, np.float32))
        assert (caught.value.code, caught.value.field) == ("model.answer", "logits")

    def test_it_never_waits_longer_than_somebody_wants_to(self, tmp_path: Path) -> None:
        engine = EmotionEngine.load(make_misbehaving_model(tmp_path / "endless.onnx", "endless"))
        engine.interrupt()  # nothing runs: nothing happens
        engine.warm_up()
        threading.Timer(0.2, engine.interrupt).start()
        with pytest.raises(ModelError, match="broken off"):
            engine.predict(VOICE)
        with_tested_length = self_test_signal("vowels-v1", 2.0, 16000)
        assert sum(engine.predict(with_tested_length).probabilities) == pytest.approx(1.0)
