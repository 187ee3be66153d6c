"""Keeping native libraries from writing to the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import IO, Final

_STDERR: Final = 2
_lock = threading.Lock()
_depth = 0
_saved = -1
_before: IO[str] | None = None
_ours: IO[str] | None = None


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Let only what Python itself says reach stderr, for as long as any thread is inside.

    File descriptor 2 goes nowhere and `sys.stderr` writes to where it went: for libraries that warn there of
    what a user need not know, as ALSA at each opening and ONNX Runtime at import. Counted, so that two
    threads inside it at once still give stderr back; and a thread that never leaves it, since Ctrl+C came
    while it loaded a model, takes no sentence along.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _before, _depth, _ours, _saved  # noqa: PLW0603 - the descriptor is one per process
    with _lock:
        _depth += 1
        if _depth > 1:
            return
        with contextlib.suppress(AttributeError, OSError, ValueError):  # none, closed, or a capturing one
            sys.stderr.flush()
        try:
            _saved = os.dup(_STDERR)
        except OSError:  # a windowed program without stderr
            _saved = -1
            return
        # First of all, so that an interrupt between two of these lines leaves a stderr that is heard.
        if _is_stderr(sys.stderr):
            _before = sys.stderr
            _ours = sys.stderr = os.fdopen(
                _saved, "w", buffering=1, encoding=_before.encoding, errors="replace"
            )
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)


def _leave() -> None:
    global _before, _depth, _ours, _saved  # noqa: PLW0603
    with _lock:
        _depth -= 1
        if _depth > 0 or _saved < 0:
            return
        os.dup2(_saved, _STDERR)
        if _ours is not None:
            if sys.stderr is _ours:
                sys.stderr = _before
            # A descriptor that is closed under a stream becomes the next file that is opened.
            with contextlib.suppress(OSError, ValueError):
                _ours.close()
        else:
            os.close(_saved)
        _saved, _before, _ours = -1, None, None


def _is_stderr(stream: IO[str] | None) -> bool:
    """Does it write to file descriptor 2? What a test or another program has put in its place does not."""
    try:
        return stream is not None and stream.fileno() == _STDERR
    except (AttributeError, OSError, ValueError):
        return False
