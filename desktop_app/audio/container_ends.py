"""Where a container ends and another begins: MPEG-4, Matroska, AVI, Ogg, transport streams, by their sizes.

Of an AVI its headers tell too what they promise.

References: ISO/IEC 14496-12, 4.2 (boxes); RFC 8794 (EBML) and RFC 9559 (Matroska); AVI RIFF File Reference
(Microsoft) and OpenDML AVI 1.02; ISO/IEC 13818-1, 2.4.3 (packets).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

import numpy as np

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.identify import BOXES
from desktop_app.audio.joined import MOST_PARTS
from desktop_app.audio.ogg_pages import read_links

_MOST_ELEMENTS: Final = 1_000_000  # the blocks of a live film of hours; boxes are fewer
_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_ELEMENTS: Final = frozenset(
    {
        _EBML, _SEGMENT, _CLUSTER,
        0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367, 0xEC, 0xBF,
        0xE7, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF, 0x5854,
    }
)  # fmt: skip
"""Of a film, its segment, and of clusters that do not tell their size."""
_PACKET: Final = 188  # bytes
_SYNC: Final = 0x47
_PACKETS_SURE: Final = 8
_READ: Final = 1 << 20
_AVI_HEADER: Final = 1 << 20
_AVI_OPEN: Final = frozenset({0, 0xFFFF_FFFF})
_AVI_SLACK: Final = 64  # bytes that writers miscount
_AVI_MOST_S: Final = 1e6

Parts = tuple[list[int], int]
"""Where each of the joined files begins, and where the last one ends. If it does not tell, the file's end."""


def parts_of(file: BoundedFile, container: str) -> Parts:
    """The files that are joined in one, by FFmpeg's name of their container."""
    look = _LOOKS.get(container)
    return ([0], file.size) if look is None else look(file)


def _boxes(file: BoundedFile) -> Parts:
    """Another one begins with another ``ftyp``."""
    starts = [0]
    position = 0
    for _ in range(_MOST_ELEMENTS):
        head = _bytes_at(file, position, 16)
        if len(head) < 8 or head[4:8] not in BOXES:
            return starts, position
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8:  # 0: to the end of the file
            return starts, file.size
        if head[4:8] == b"ftyp" and position and len(starts) < MOST_PARTS:
            starts.append(position)
        position += size
        if position >= file.size:
            break
    return starts, file.size


def _matroska(file: BoundedFile) -> Parts:
    starts = [0]
    position = 0
    for _ in range(_MOST_ELEMENTS):
        if position >= file.size:
            break
        head = _bytes_at(file, position, 12)
        name, name_width, _ = _number(head)
        size, width, unknown = _number(head[name_width:], value=True)
        if not name_width or not width or name not in _ELEMENTS:
            return starts, position
        if name == _EBML and position and len(starts) < MOST_PARTS:
            starts.append(position)
        position += name_width + width
        if name != _SEGMENT and not (name == _CLUSTER and unknown):
            position += size
    return starts, file.size


def _number(data: bytes, *, value: bool = False) -> tuple[int, int, bool]:
    """A number of EBML, its bytes (0 if it is none), and whether it stands for an unknown size.

    Without `value` the bits that tell its width stay in it, as in the names of elements.
    """
    if not data or not data[0]:
        return 0, 0, False
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return 0, 0, False
    number = int.from_bytes(data[:width], "big")
    if value:
        number &= (1 << 7 * width) - 1
    return number, width, number == (1 << 7 * width) - 1


def _avi(file: BoundedFile) -> Parts:
    """A film is one RIFF, and large ones go on in further ones."""
    starts = [0]
    position = 0
    for _ in range(_MOST_ELEMENTS):
        head = _bytes_at(file, position, 12)
        if head[:4] != b"RIFF" or head[8:12] not in {b"AVI ", b"AVIX"}:
            return starts, position
        if head[8:12] == b"AVI " and position and len(starts) < MOST_PARTS:
            starts.append(position)
        size = int.from_bytes(head[4:8], "little")
        if not size:
            break
        position += 8 + size + (size & 1)
        if position >= file.size:
            break
    return starts, file.size


def _packets(file: BoundedFile) -> Parts:
    """Packets begin with the same byte; behind damage they go on somewhere, or nowhere."""
    position = 0
    while position < file.size:
        data = _bytes_at(file, position, _READ // _PACKET * _PACKET)
        wrong = np.flatnonzero(np.frombuffer(data, np.uint8)[::_PACKET] != _SYNC)
        if len(wrong):
            end = position + _PACKET * int(wrong[0])
            position = _next_packets(file, end)
            if position < 0:
                return [0], end
        elif data:
            position += len(data)
        else:
            break
    return [0], file.size


def _next_packets(file: BoundedFile, position: int) -> int:
    while position < file.size:
        data = np.frombuffer(_bytes_at(file, position, _READ + _PACKETS_SURE * _PACKET), np.uint8)
        count = min(_READ, len(data) - (_PACKETS_SURE - 1) * _PACKET)
        if count <= 0:
            break
        sure = np.ones(count, bool)
        for number in range(_PACKETS_SURE):
            sure &= data[number * _PACKET : number * _PACKET + count] == _SYNC
        if sure.any():
            return position + int(sure.argmax())
        position += count
    return -1


def _pages(file: BoundedFile) -> Parts:
    """Joined ones are read as one."""
    links = read_links(file)
    return [0], links[-1].end if links else file.size


_LOOKS: Final[dict[str, Callable[[BoundedFile], Parts]]] = {
    "mov": _boxes,
    "matroska": _matroska,
    "avi": _avi,
    "mpegts": _packets,
    "ogg": _pages,
}


def _bytes_at(file: BoundedFile, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)


def avi_breaks_off(file: BoundedFile) -> bool:
    """Whether an AVI film, or its last part, should be longer than the file."""
    position = 0
    while position < file.size:
        file.seek(position)
        head = file.read(12)
        size = int.from_bytes(head[4:8], "little")
        if head[:4] != b"RIFF" or head[8:11] != b"AVI" or size in _AVI_OPEN:
            break
        position += 8 + size + (size & 1)
    return position > file.size + _AVI_SLACK


def avi_promised_s(file: BoundedFile, track: int) -> float | None:
    """Seconds that the header of a sound track, counted from 1, promises; None if it does not.

    FFmpeg guesses a length where the index at the end is missing.
    """
    file.seek(0)
    head = file.read(_AVI_HEADER)
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
            return seconds if 0 < seconds < _AVI_MOST_S else None
        position = head.find(b"strh", position + 8, end)
    return None
