"""Files that grow piece by piece, each held by one process."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from desktop_app.core.file_lock import lock
from desktop_app.core.safe_files import WriteError, already_there, write_failure_told


class GrowingFile:
    """A file that grows piece by piece, held by one process at a time.

    Each piece is handed to the system in one call: what ends the process between two calls tears none. What
    is no regular file (a pipe, /dev/null) is written to as it is.

    Parameters
    ----------
    path : Path or str
    what : str
        What the file holds, for sentences, such as "events".
    overwrite : bool
        Whether a file that is there may be replaced. Its content goes when this one is opened, not before.

    Attributes
    ----------
    size : int
        Bytes in the file.

    Raises
    ------
    WriteError
        The file cannot be written, is there already, or another process holds it.
    """

    def __init__(self, path: Path | str, what: str, *, overwrite: bool = False) -> None:
        self.path = Path(path)
        self._what = what
        self.size = 0
        with write_failure_told(self.path, what):
            special = self.path.exists() and not self.path.is_file()
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self.path, os.O_WRONLY if special else flags, 0o666)
        self._regular = not special
        try:
            if self._regular:
                with write_failure_told(self.path, what):
                    if not lock(self._descriptor):
                        raise WriteError(
                            f"The file '{self.path}' is being written by another run.",
                            "Wait for its end, or name another file.",
                            code="write.in_use",
                        )
                    self._begin(os.fstat(self._descriptor).st_size, overwrite=overwrite)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _begin(self, size: int, *, overwrite: bool) -> None:
        """Take a regular file that holds `size` bytes."""
        if size and not overwrite:
            raise already_there(self.path)
        os.ftruncate(self._descriptor, 0)

    def append(self, piece: bytes) -> None:
        """Add bytes, all of them or none. Raises WriteError, or BrokenPipeError for a pipe."""
        content = memoryview(piece)
        try:
            done = 0
            while done < len(content):
                done += os.write(self._descriptor, content[done:])
        except BrokenPipeError:
            raise
        except OSError as error:
            if self._regular:  # a full disk takes a part of a piece
                with contextlib.suppress(OSError):
                    os.ftruncate(self._descriptor, self.size)
                    os.lseek(self._descriptor, self.size, os.SEEK_SET)
            with write_failure_told(self.path, self._what):
                raise error
        self.size += len(content)

    def patch(self, place: int, content: bytes) -> None:
        """Replace bytes of a regular file that are there already. Raises WriteError."""
        if not 0 <= place <= place + len(content) <= self.size:
            raise ValueError(f"bytes {place} to {place + len(content)} are not in a file of {self.size}")
        with write_failure_told(self.path, self._what):
            os.lseek(self._descriptor, place, os.SEEK_SET)
            try:
                os.write(self._descriptor, content)
            finally:
                os.lseek(self._descriptor, self.size, os.SEEK_SET)

    def sync(self) -> None:
        """Have all of it on the disk. Raises WriteError."""
        if self._regular:
            with write_failure_told(self.path, self._what):
                os.fsync(self._descriptor)

    def close(self) -> None:
        """Idempotent. Raises WriteError."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with write_failure_told(self.path, self._what):
                os.close(descriptor)


class LineFile(GrowingFile):
    """A text file that grows by whole lines.

    Parameters
    ----------
    append : bool
        Go on after the last whole line of a file that is there.
    """

    def __init__(self, path: Path | str, what: str, *, overwrite: bool = False, append: bool = False) -> None:
        self._goes_on = append
        super().__init__(path, what, overwrite=overwrite)

    def _begin(self, size: int, *, overwrite: bool) -> None:
        if not self._goes_on:
            super()._begin(size, overwrite=overwrite)
            return
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        whole = _whole_lines(self._descriptor, size)
        os.ftruncate(self._descriptor, whole)
        self.size = os.lseek(self._descriptor, 0, os.SEEK_END)

    def write(self, line: str) -> None:
        """Write one line; its line break is added. Raises WriteError, or BrokenPipeError for a pipe."""
        self.append(f"{line}\n".encode())


def _whole_lines(descriptor: int, size: int) -> int:
    """Where the last whole line of an open file ends."""
    step = 1 << 16
    end = size
    while end > 0:
        begin = max(0, end - step)
        os.lseek(descriptor, begin, os.SEEK_SET)
        at = os.read(descriptor, end - begin).rfind(b"\n")
        if at >= 0:
            return begin + at + 1
        end = begin
    return 0
