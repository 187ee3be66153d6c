"""Is a sound file whole? Read from its container, because decoders hide that a file breaks off.

References: RIFF/WAVE (Microsoft, 1994) and RF64 (EBU Tech 3306), Ogg (RFC 3533), the Xing/Info header of MP3.
FLAC needs nothing here: its STREAMINFO tells a length that the decoder then fails to deliver.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from desktop_app.audio.mp3 import tag_length

# A writer that cannot seek back leaves the length of the data open; sox, ffmpeg and libsndfile use these.
_OPEN_LENGTHS = range(0x7FFF_0000, 0x1_0000_0000)
_NO_SOUND = "it ends before its sound begins"
_OGG_PAGE_LIMIT = 65_307
_OGG_LAST_PAGE = 0x04
_MP3_FRAME_LIMIT = 1441
_MP3_XING_REACH = 4096


def truncation(path: Path) -> str:
    """What a truncated file lacks, in words for its reader; empty if it is whole, or if nobody can know."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] in {b"RIFF", b"RF64", b"RIFX"}:
            return _wave(file, size, ">" if head[:4] == b"RIFX" else "<")
        if head[:4] == b"OggS":
            return _ogg(file, size)
        if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
            return _mp3(file, size)
    return ""


def _wave(file: BinaryIO, size: int, order: str) -> str:
    data_length_64 = 0
    position = 12
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack(order + "4sI", file.read(8))
        if name == b"ds64":
            data_length_64 = struct.unpack("<8xQ", file.read(16))[0] if size - position >= 24 else 0
        if name == b"data":
            if length in _OPEN_LENGTHS and data_length_64:
                length = data_length_64
            elif length in _OPEN_LENGTHS:
                return ""
            return _lacks(length, size - position - 8)
        position += 8 + length + (length & 1)
    # The file breaks off before its data begins.
    return _NO_SOUND if size < 44 or position > size else ""


def _ogg(file: BinaryIO, size: int) -> str:
    """The last page must be complete and marked as the last of its stream."""
    reach = min(size, 2 * _OGG_PAGE_LIMIT)
    file.seek(size - reach)
    tail = file.read(reach)
    position = tail.rfind(b"OggS")
    page = tail[position:] if position >= 0 else b""
    if len(page) >= 27:
        lacing = page[27 : 27 + page[26]]
        whole = len(lacing) == page[26] and 27 + len(lacing) + sum(lacing) <= len(page)
        if whole and page[5] & _OGG_LAST_PAGE:
            return ""
    return "its end is missing"  # how much of it would stand on the page that is not there


def _mp3(file: BinaryIO, size: int) -> str:
    """Compare with the byte count that encoders write into the first frame; without one, nothing is known."""
    file.seek(0)
    head = file.read(10)
    start = tag_length(head)
    file.seek(start)
    first = file.read(_MP3_XING_REACH)
    found = max(first.find(b"Xing"), first.find(b"Info"))
    if found < 0 or len(first) < found + 16:
        return ""
    flags = struct.unpack(">I", first[found + 4 : found + 8])[0]
    if flags & 0x3 != 0x3:
        return ""
    stream_bytes = struct.unpack(">I", first[found + 12 : found + 16])[0]
    # A frame of tolerance: some writers do not count their own header frame, or cut the last one.
    return _lacks(stream_bytes, size - start, _MP3_FRAME_LIMIT)


def _lacks(announced: int, present: int, tolerance: int = 0) -> str:
    if announced - present <= tolerance:
        return ""
    return f"about {min(99, 100 * max(0, present) // announced)} % of it is there"
