"""Open files that one process holds at a time, and lets go of with its end."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import IO, Any, Final

_LOCKED_BYTE: Final = 0x7FFF_0000  # far behind any line


def lock(descriptor: int, *, shared: bool = False) -> bool:
    """Hold an open file until it is closed, `shared` with others that do so; False if another does.

    Where nothing can be locked the answer is True: results are worth more. Windows shares with nobody.
    """
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        else:
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)  # readers are kept out of what is locked
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError as error:
        # A file system without locks (some network ones) is better than no results.
        return error.errno not in {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
    return True


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
