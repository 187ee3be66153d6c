"""A folder for as long as a process lives, and an end to those of processes that were killed.

Beside each folder lies a file that its process holds locked: the system lets go of the lock with the process,
however that ends. Whoever gets the lock knows that nobody uses the folder any more.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
import weakref
from pathlib import Path
from typing import IO, Final

from desktop_app.core.file_lock import locked

_LOCK: Final = ".lock"


class OwnFolder:
    """A new folder among the temporary files, for this user alone; those that were left behind are removed.

    Parameters
    ----------
    prefix : str
        With which the names of all folders of this kind begin.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, prefix: str) -> None:
        among = Path(tempfile.gettempdir())
        _remove_abandoned(among, prefix)
        lock = _new_lock(among, prefix)
        self.path = Path(lock.name.removesuffix(_LOCK))
        self._remove = weakref.finalize(self, _remove, self.path, lock)
        self.path.mkdir(mode=0o700)

    def remove(self) -> None:
        """Idempotent; done in any case when the program ends by itself."""
        self._remove()


def _remove(folder: Path, lock: IO[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        Path(lock.name).unlink()
    lock.close()


def _new_lock(among: Path, prefix: str) -> IO[bytes]:
    """A new file, held by this process."""
    while True:
        lock = (among / f"{prefix}{secrets.token_hex(4)}{_LOCK}").open("xb")
        # Somebody else who looks for abandoned ones may have got it first, and then removes it.
        if locked(lock) and _is_at(lock, Path(lock.name)):
            return lock
        lock.close()


def _is_at(file: IO[bytes], path: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    return False


def _remove_abandoned(among: Path, prefix: str) -> None:
    for path in among.glob(f"{prefix}*{_LOCK}"):
        with contextlib.suppress(OSError):
            if not _is_ours(path):
                continue
            with path.open("r+b") as lock:
                if locked(lock) and _is_at(lock, path):
                    shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                    path.unlink()


def _is_ours(path: Path) -> bool:
    """Among the temporary files others may have laid what is named like ours."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and (os.name != "posix" or found.st_uid == os.getuid())
