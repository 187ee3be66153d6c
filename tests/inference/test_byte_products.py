"""Models of 8-bit weights are exact everywhere, and take slower kernels only where those are needed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tiny_model import make_tiny_model

from desktop_app.inference import byte_products, session
from desktop_app.inference.session import LARGE_MODEL, default_threads, runtime

EXACT = "session.x64quantprecision"


class Overflowing:
    """A runtime on a processor that adds two products in 16 bits."""

    SessionOptions = SimpleNamespace

    class InferenceSession:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def run(self, _: Any, feeds: dict[str, Any]) -> list[Any]:
            product = feeds["a"].astype(np.int32) @ feeds["b"].astype(np.int32)
            return [np.clip(product, -(2**15), 2**15 - 1)]


def test_what_is_computed_to_find_out_is_a_product_of_bytes():
    ort = runtime()
    product = ort.InferenceSession(byte_products._PRODUCT, providers=["CPUExecutionProvider"])
    assert [entry.type for entry in product.get_inputs()] == ["tensor(uint8)", "tensor(int8)"]
    a, b = np.arange(12, dtype=np.uint8).reshape(3, 4), np.arange(-6, 2, dtype=np.int8).reshape(4, 2)
    (found,) = product.run(None, {"a": a, "b": b})
    assert np.array_equal(found, a.astype(int) @ b.astype(int))


@pytest.mark.parametrize("overflows", [True, False])
def test_exact_kernels_are_asked_for_where_the_usual_ones_overflow(tmp_path, monkeypatch, overflows):
    assert not byte_products.are_exact(Overflowing)
    asked: list[str] = []
    ort = runtime()

    class Options(ort.SessionOptions):
        def add_session_config_entry(self, name: str, value: str) -> None:
            asked.append(name)
            super().add_session_config_entry(name, value)

    monkeypatch.setattr(ort, "SessionOptions", Options)
    monkeypatch.setattr(byte_products, "are_exact", lambda _: not overflows)
    session.open_session(make_tiny_model(tmp_path / "tiny.onnx").read_bytes(), "cpu")
    assert (EXACT in asked) is overflows


def test_a_small_model_has_one_thread_whatever_the_machine(monkeypatch):
    monkeypatch.setattr(session.os, "sched_getaffinity", lambda _: range(16), raising=False)
    assert default_threads(LARGE_MODEL - 1) == 1
    assert default_threads(LARGE_MODEL) == 2
