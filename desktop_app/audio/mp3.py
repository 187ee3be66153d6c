"""An mp3 of varying bit rate without the header that tells its length.

libsndfile guesses such a length from the first frame's bit rate, and stops there: two thirds of a recording
can be lost without a word. `with_length` counts the frames and puts the missing header before them.

Reference: ISO/IEC 11172-3 (frame header); the Xing header as LAME and mpg123 use it.
"""

from __future__ import annotations

import io
import mmap
import struct
from pathlib import Path

_KBITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_SYNC_REACH = 65_536  # an unknown tag before the first frame is skipped up to here


def frame_length(header: bytes) -> int:
    """Bytes of the layer III frame that begins with these four bytes; 0 if it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate_index, padding = header[2] >> 2 & 3, header[2] >> 1 & 1
    kbits = header[2] >> 4
    if version == 1 or layer != 1 or rate_index == 3 or kbits in {0, 15}:
        return 0
    per_slot = 144_000 if version == 3 else 72_000
    return per_slot * _KBITS[1 if version == 3 else 2][kbits] // _RATES[version][rate_index] + padding


def with_length(path: Path) -> io.RawIOBase | None:
    """The recording with a header that tells its length, if it needs one; None if not."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(10)
        is_mp3 = head[:3] == b"ID3" or frame_length(head[:4]) > 0
        if size < 64 or not is_mp3:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            first = _first_frame(data, tag_length(head))
            length = frame_length(data[first : first + 4]) if first >= 0 else 0
            if not length or any(tag in data[first : first + length] for tag in (b"Xing", b"Info", b"VBRI")):
                return None
            frames, varies, end = _count(data, first)
            if not varies:
                return None
            header = _xing_frame(data[first : first + 4], frames, end - first)
    return _Joined(header, path, first, end)


def tag_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag that begins with these ten bytes; 0 if there is none."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _first_frame(data: mmap.mmap, start: int) -> int:
    position = start
    while (position := data.find(b"\xff", position, start + _SYNC_REACH)) >= 0:
        length = frame_length(data[position : position + 4])
        # Two frames in a row: a single sync word may be chance.
        if length and frame_length(data[position + length : position + length + 4]):
            return position
        position += 1
    return -1


def _count(data: mmap.mmap, position: int) -> tuple[int, bool, int]:
    """Frames in a row from `position`, whether their bit rate varies, and where they end."""
    frames, rates = 0, set()
    while (length := frame_length(data[position : position + 4])) and position + length <= len(data):
        rates.add(data[position + 2] >> 4)
        frames += 1
        position += length
    return frames, len(rates) > 1, position


def _xing_frame(like: bytes, frames: int, stream_bytes: int) -> bytes:
    """A silent frame of the same kind that holds the number of frames and bytes after it."""
    stereo = like[3] >> 6 != 3
    mpeg1 = like[1] >> 3 & 3 == 3
    side = (32 if stereo else 17) if mpeg1 else (17 if stereo else 9)
    # Without checksum and padding, at a bit rate whose frame has room for the table.
    header = bytes([0xFF, like[1] | 1, 0x90 | like[2] & 0x0C, like[3]])
    length = frame_length(header)
    body = bytes(side) + b"Xing" + struct.pack(">III", 3, frames, stream_bytes + length)
    return header + body + bytes(length - len(header) - len(body))


class _Joined(io.RawIOBase):
    """Bytes in memory, followed by a stretch of a file, as one file for reading."""

    def __init__(self, head: bytes, path: Path, begin: int, end: int) -> None:
        self._head = head
        self._file = path.open("rb")
        self._begin = begin
        self._size = len(head) + end - begin
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, count: int = -1, /) -> bytes:
        left = max(0, self._size - self._position)
        count = left if count < 0 else min(count, left)
        head = self._head[self._position : self._position + count]
        rest = b""
        if count > len(head):
            self._file.seek(self._begin + self._position + len(head) - len(self._head))
            rest = self._file.read(count - len(head))
        self._position += len(head) + len(rest)
        return head + rest

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
