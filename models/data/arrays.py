"""Arrays on disk that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def write_arrays(file: Path, **arrays: npt.NDArray[Any]) -> None:
    """Write an .npz by way of a file beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    values: Any = arrays
    with part.open("wb") as stream:
        np.savez(stream, **values)
    part.replace(file)
