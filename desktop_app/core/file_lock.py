"""A file that one process holds at a time."""

from __future__ import annotations

import contextlib
import sys
from typing import IO, Any


def locked(file: IO[Any]) -> bool:
    """Hold an open file until it is closed; False if another process does, or nothing can be locked here."""
    if sys.platform == "win32":
        import msvcrt

        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
