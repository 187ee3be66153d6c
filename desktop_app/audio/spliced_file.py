"""Stretches of a file as one file."""

from __future__ import annotations

import os

from desktop_app.audio.bounded_file import BoundedFile


class SplicedFile:
    """What `BoundedFile` needs of a binary file.

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
