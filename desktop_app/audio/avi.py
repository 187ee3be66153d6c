"""What the headers of an AVI promise; FFmpeg guesses a length where the index at the end is missing.

References: AVI RIFF File Reference (Microsoft), OpenDML AVI 1.02.
"""

from __future__ import annotations

import struct
from typing import Final

from desktop_app.audio.bounded_file import BoundedFile

_HEADER_BYTES: Final = 1 << 20
_OPEN_SIZES: Final = frozenset({0, 0xFFFF_FFFF})
_SLACK: Final = 64  # bytes that writers miscount
_MOST_S: Final = 1e6


def breaks_off(file: BoundedFile) -> bool:
    """Whether a film, or its last part, should be longer than the file."""
    position = 0
    while position < file.size:
        file.seek(position)
        head = file.read(12)
        size = int.from_bytes(head[4:8], "little")
        if head[:4] != b"RIFF" or head[8:11] != b"AVI" or size in _OPEN_SIZES:
            break
        position += 8 + size + (size & 1)
    return position > file.size + _SLACK


def promised_s(file: BoundedFile, track: int) -> float | None:
    """Seconds that the header of a sound track, counted from 1, promises; None if it does not."""
    file.seek(0)
    head = file.read(_HEADER_BYTES)
    end = min(len(head), 20 + int.from_bytes(head[16:20], "little"))
    position = head.find(b"strh", 0, end)
    while position >= 0:
        header = head[position + 8 : position + 56]
        if len(header) < 36:
            break
        track -= header[:4] == b"auds"
        if header[:4] == b"auds" and not track:
            scale, rate, _, length = struct.unpack("<4I", header[20:36])
            seconds = length * scale / rate if rate else 0.0
            return seconds if 0 < seconds < _MOST_S else None
        position = head.find(b"strh", position + 8, end)
    return None
