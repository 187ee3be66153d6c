"""Keeping native libraries from writing to the terminal."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_depth = 0
_saved = -1


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send file descriptor 2 to nowhere for as long as any thread is inside.

    For libraries that warn there of what a user need not know: ALSA at each opening, ONNX Runtime at import.
    To be kept short. Counted, so that two threads inside it at once still give stderr back.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _depth, _saved  # noqa: PLW0603 - the descriptor is one per process
    with _lock:
        _depth += 1
        if _depth > 1:
            return
        try:
            _saved = os.dup(2)
        except OSError:  # a windowed program without stderr
            _saved = -1
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _leave() -> None:
    global _depth, _saved  # noqa: PLW0603
    with _lock:
        _depth -= 1
        if _depth == 0 and _saved >= 0:
            os.dup2(_saved, 2)
            os.close(_saved)
            _saved = -1
