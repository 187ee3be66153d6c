"""The file that a decoder sees: a stretch of the real one, within a time, and with a header that is true."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Protocol

PATIENCE_S = 10.0
"""How long a decoder may search a file without giving any sound."""
_CHUNK = 1 << 16


class Readable(Protocol):
    """What is needed of a binary file."""

    def seek(self, offset: int, whence: int = ..., /) -> int: ...

    def read(self, count: int = ..., /) -> bytes: ...


class BoundedFile:
    """A read-only view of a binary file, for libsndfile and FFmpeg.

    Parameters
    ----------
    file : binary file
        Seekable. The view keeps its own position, so several views may share one file (on one thread).
    start, end : int
        The stretch of the file that is seen, in bytes.
    patches : mapping of position to bytes
        What is seen in place of the bytes at a position (counted from `start`): sizes in a header that do not
        fit the file.
    hide_length : bool
        Answer 0 to whoever asks for the end a second time. libmpg123 guesses the length of an mp3 without a
        header from its size and its first frame, and stops there; told that the size is 0, it counts frames.

    Attributes
    ----------
    size : int
    error : Exception or None
        What went wrong in reading (a disk, a network), which the libraries cannot pass on.
    late : bool
        The decoder searched for longer than it was allowed to; for it the file ended then.
    """

    def __init__(
        self,
        file: Readable,
        start: int = 0,
        end: int | None = None,
        patches: Mapping[int, bytes] | None = None,
        *,
        hide_length: bool = False,
    ) -> None:
        self._file = file
        self._start = start
        self._patches = tuple((patches or {}).items())
        self._position = 0
        self._chunk = b""
        self._chunk_start = 0
        self._deadline = float("inf")
        self._ends_asked = 0
        self.hides_length = hide_length
        self.size = (file.seek(0, os.SEEK_END) if end is None else end) - start
        self.error: BaseException | None = None
        self.late = False

    def allow(self, seconds: float | None = None) -> None:
        """Give the decoder so long from now, or `PATIENCE_S`; afterwards the file is at its end for it."""
        self._deadline = time.monotonic() + (PATIENCE_S if seconds is None else seconds)

    def view(
        self,
        start: int = 0,
        end: int | None = None,
        patches: Mapping[int, bytes] | None = None,
        *,
        hide_length: bool = False,
    ) -> BoundedFile:
        """A stretch of this view as a view of its own, from its beginning; the arguments as above."""
        stop = self._start + (self.size if end is None else end)
        return BoundedFile(self._file, self._start + start, stop, patches, hide_length=hide_length)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_SET:
            base = 0
        elif whence == os.SEEK_CUR:
            base = self._position
        else:
            self._ends_asked += 1
            base = 0 if self.hides_length and self._ends_asked > 1 else self.size
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """As of any file; 0 once the time is over or the real file cannot be read."""
        position, wanted = self._position, len(buffer)
        begin = position - self._chunk_start
        if not 0 <= begin <= begin + wanted <= len(self._chunk):
            # An mp3 is asked for frame by frame: a call to the system for each would cost more than decoding.
            self._chunk, self._chunk_start, begin = self._fetch(position, max(wanted, _CHUNK)), position, 0
        data = self._chunk[begin : begin + wanted]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _fetch(self, position: int, count: int) -> bytes:
        count = min(count, self.size - position)
        if count <= 0 or self.error is not None:
            return b""
        if self.late or time.monotonic() > self._deadline:
            self.late = True
            return b""
        try:
            self._file.seek(self._start + position)
            data = self._file.read(count)
        except BaseException as error:  # noqa: BLE001 - a C library calls; `check` raises what it cannot pass on
            self.error = error
            return b""
        if not any(
            position < place + len(patch) and place < position + len(data) for place, patch in self._patches
        ):
            return data
        patched = bytearray(data)
        for place, patch in self._patches:
            begin, until = max(place, position), min(place + len(patch), position + len(data))
            if begin < until:
                patched[begin - position : until - position] = patch[begin - place : until - place]
        return bytes(patched)

    def read(self, count: int = -1) -> bytes:
        buffer = bytearray(self.size - self._position if count < 0 else count)
        return bytes(buffer[: self.readinto(buffer)])

    def check(self) -> None:
        """Raise what reading the real file has raised meanwhile."""
        if self.error is not None:
            raise self.error


class SplicedFile:
    """Stretches of a file as one file: what `BoundedFile` needs of a binary file.

    Parameters
    ----------
    file : BoundedFile
    stretches : list of (int, int)
        Begin and end of each, in bytes.
    """

    def __init__(self, file: BoundedFile, stretches: list[tuple[int, int]]) -> None:
        self._file = file
        self._stretches = stretches
        self._position = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        size = sum(end - start for start, end in self._stretches)
        self._position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence, size)
        return self._position

    def read(self, count: int = -1) -> bytes:
        data, before = b"", 0
        for start, end in self._stretches:
            at = start + max(0, self._position - before)
            if at < end and not 0 <= count <= len(data):
                self._file.seek(at)
                part = self._file.read(end - at if count < 0 else min(count - len(data), end - at))
                self._file.check()
                data += part
                self._position += len(part)
            before += end - start
        return data
