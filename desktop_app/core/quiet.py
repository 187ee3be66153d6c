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
_quiet = False
_before: IO[str] | None = None
_ours: IO[str] | None = None
"""Writes to where file descriptor 2 went. Never closed: whoever met it as `sys.stderr` may keep it."""


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
    global _before, _depth, _ours, _quiet  # noqa: PLW0603 - the descriptor is one per process
    with _lock:
        _depth += 1
        if _depth > 1:
            return
        with contextlib.suppress(AttributeError, OSError, ValueError):  # none, closed, or a capturing one
            sys.stderr.flush()
        try:
            if _ours is None:
                encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
                _ours = os.fdopen(os.dup(_STDERR), "w", buffering=1, encoding=encoding, errors="replace")
            else:
                os.dup2(_STDERR, _ours.fileno(), inheritable=False)
        except OSError:  # a windowed program without stderr
            return
        # First of all, so that an interrupt between two of these lines leaves a stderr that is heard.
        if _is_stderr(sys.stderr):
            _before, sys.stderr = sys.stderr, _ours
        _quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)


def _leave() -> None:
    global _before, _depth, _quiet  # noqa: PLW0603
    with _lock:
        _depth -= 1
        if _depth > 0 or not _quiet or _ours is None:
            return
        _quiet = False
        os.dup2(_ours.fileno(), _STDERR)
        with contextlib.suppress(OSError, ValueError):
            _ours.flush()
        if _before is not None and sys.stderr is _ours:
            sys.stderr = _before
        _before = None


def _is_stderr(stream: IO[str] | None) -> bool:
    """Does it write to file descriptor 2? What a test or another program has put in its place does not."""
    try:
        return stream is not None and stream.fileno() == _STDERR
    except (AttributeError, OSError, ValueError):
        return False
