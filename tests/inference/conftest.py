from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_model import make_tiny_model


@pytest.fixture
def tiny_model(tmp_path: Path) -> Callable[..., Path]:
    """Make a tiny model file, good or with a fault; see `tiny_model.make_tiny_model`."""
    count = iter(range(1000))

    def make(*args: object, **faults: object) -> Path:
        return make_tiny_model(tmp_path / f"tiny{next(count)}.onnx", *args, **faults)  # type: ignore[arg-type]

    return make
