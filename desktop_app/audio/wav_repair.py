"""A wav in whose header a chunk tells a wrong length: its sound is found by what it looks like.

Whoever goes from chunk to chunk by their lengths, as every reader does, then misses the sound.
"""

from __future__ import annotations

import struct
from typing import Final

from desktop_app.audio.bounded_file import BoundedFile, SplicedFile
from desktop_app.audio.chunks import HEADER_BYTES

_REACH: Final = 16 << 20  # bytes: pictures and notes before the sound are smaller
_FORMAT_BYTES: Final = range(14, 1025)
_RATES: Final = range(1000, 384_001)
_OPEN_SIZES: Final = frozenset({0, 0xFFFF_FFFF})


def without_other_chunks(file: BoundedFile) -> BoundedFile | None:
    """A wav of nothing but its format and its samples; None if they are not found."""
    file.seek(0)
    head = file.read(_REACH)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    form = _format(head)
    if form is None:
        return None
    start, end = form
    samples = _samples(head, end, file.size)
    if samples < 0:
        return None
    stretches = [(0, 12), (start, end), (samples, file.size)]
    size = 12 + end - start + file.size - samples
    return BoundedFile(
        SplicedFile(file, stretches), patches={4: struct.pack("<I", min(size - 8, 0xFFFF_FFFF))}
    )


def _format(head: bytes) -> tuple[int, int] | None:
    """Where the chunk that tells the format begins and ends."""
    at = head.find(b"fmt ", 12)
    while 0 <= at <= len(head) - 22:
        size, coding, channels, rate = struct.unpack("<IHHI", head[at + 4 : at + 16])
        if size in _FORMAT_BYTES and coding and 1 <= channels <= 64 and rate in _RATES:
            return at, at + 8 + size + (size & 1)
        at = head.find(b"fmt ", at + 1)
    return None


def _samples(head: bytes, position: int, file_bytes: int) -> int:
    """Where the chunk of samples begins; one that is longer than the file only if there is no other."""
    first = at = head.find(b"data", position)
    while 0 <= at <= len(head) - 8:
        size = int.from_bytes(head[at + 4 : at + 8], "little")
        if size in _OPEN_SIZES or size <= file_bytes - at - 8 + HEADER_BYTES:
            return at
        at = head.find(b"data", at + 1)
    return first if first <= len(head) - 8 else -1
