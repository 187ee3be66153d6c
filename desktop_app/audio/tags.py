"""Tags and padding, which stand before, between and behind recordings and are no sound.

References: id3.org (ID3v1, enhanced ID3v1, ID3v2), Hydrogenaudio wiki (APEv2), Lyrics3 2.00.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from desktop_app.audio.bounded_file import BoundedFile

_HEAD: Final = 64
_READ: Final = 1 << 20
_LYRICS: Final = 1 << 17  # bytes that lyrics have at most


def id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag that begins with these ten bytes; 0 if there is none."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    return 10 + size + (10 if head[5] & 0x10 else 0)


def tag_length(file: BoundedFile, position: int) -> int:
    """Bytes of the tag that begins there; 0 if none does."""
    file.seek(position)
    head = file.read(_HEAD)
    if head[:4] == b"TAG+":
        return 227
    if head[:3] == b"TAG":
        return 128
    if head[:8] == b"APETAGEX" and len(head) >= 32:
        # Its size leaves out the header, which one at the end need not have.
        return int(32 + struct.unpack("<I", head[12:16])[0])
    if head.startswith(b"LYRICSBEGIN"):
        file.seek(position)
        end = re.search(rb"LYRICSEND|\d{6}LYRICS200", file.read(_LYRICS))
        return 0 if end is None else end.end()
    return id3_length(head)


def behind_tags(file: BoundedFile, position: int) -> int:
    """The first place from there on that belongs to no tag; at most the end of the file."""
    while position < file.size and (length := tag_length(file, position)):
        position += length
    return min(position, file.size)


def behind_zeros(file: BoundedFile, position: int, end: int | None = None) -> int:
    """The first place from there on, and before `end`, that is not zero."""
    end = file.size if end is None else end
    while position < end:
        file.seek(position)
        data = file.read(min(_READ, end - position))
        left = data.lstrip(b"\x00")
        if left or not data:
            return position + len(data) - len(left)
        position += len(data)
    return end
