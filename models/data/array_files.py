"""Arrays on disk that are written whole or not at all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.core.safe_files import make_folder, write_bytes

# All go through memory: of a disk that is full numpy tells a number of bytes, and no reason.


def write_array(file: Path, array: npt.NDArray[Any], what: str) -> None:
    """Write a .npy of `what`, such as "file of features"; WriteError where that is impossible."""
    content = io.BytesIO()
    np.save(content, array)
    _write(file, content, what)


def write_arrays(file: Path, what: str, **arrays: npt.NDArray[Any]) -> None:
    """Write an .npz of `what`; WriteError where that is impossible."""
    content = io.BytesIO()
    values: Any = arrays
    np.savez(content, **values)
    _write(file, content, what)


def _write(file: Path, content: io.BytesIO, what: str) -> None:
    make_folder(file.parent)
    write_bytes(file, content.getvalue(), what)
