"""The streams of an Ogg file, read from its pages: what is joined in it, and whether its end is there.

libsndfile reads only the first of joined streams, gives up before the end where the last page lacks the flag
of the end, and tells nobody that pages are missing.

References: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), RFC 6716 section 3.1 (length of an Opus packet).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.audio.bounded_file import BoundedFile

_HEAD = struct.Struct("<4sBBqIII")
_FIRST, _LAST = 0x02, 0x04
_CODECS = {
    b"\x01vorbis": "vorbis",
    b"OpusHead": "opus",
    b"\x7fFLAC": "flac",
    b"Speex   ": "speex",
    b"fishead\x00": "skeleton",
}
_OPUS_FRAMES_48K = (480, 960, 1920, 2880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
_READ = 1 << 16


@dataclass(slots=True)
class Link:
    """One stream from its first to its last whole page, in bytes; joined files are several.

    `codecs` holds more than one name where streams run side by side. `begun` tells whether more than its
    first page is there, `ends` whether its end is; `patches` mark the last page as the last one where its
    writer did not.
    """

    start: int
    end: int
    codecs: list[str] = field(default_factory=list)
    ends: bool = False
    begun: bool = False
    patches: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Page:
    position: int
    flags: int
    granule: int
    lacing: bytes
    size: int


def read_links(file: BoundedFile) -> list[Link]:
    """The streams of an Ogg file in their order; empty if it has no whole page."""
    links: list[Link] = []
    last: list[_Page] = []  # the last two pages of the present link
    for page in _pages(file):
        if page.flags & _FIRST:
            if not links or last:
                _judge_end(file, links, last)
                links.append(Link(page.position, 0))
                last = []
            links[-1].codecs.append(_codec(file, page))
        elif links:
            last = [*last[-1:], page]
            links[-1].begun = True
        if links:
            links[-1].end = page.position + page.size
    _judge_end(file, links, last)
    return links


def _judge_end(file: BoundedFile, links: list[Link], last: list[_Page]) -> None:
    """Is the last page the end? It says so, or it cuts off samples of its own, as only the end does."""
    if not links or not last:
        return
    link, page = links[-1], last[-1]
    link.ends = bool(page.flags & _LAST)
    if not link.ends and link.codecs == ["opus"]:
        before = max(0, last[0].granule) if len(last) > 1 else 0
        link.ends = 0 < page.granule - before < _opus_samples(file, page)
        link.patches = _marked_last(file, page)


def _pages(file: BoundedFile) -> Iterator[_Page]:
    position = 0
    while position < file.size:
        head = _bytes_at(file, position, _HEAD.size + 1)
        if len(head) <= _HEAD.size:
            return
        if head[:4] != b"OggS":
            position = _next_page(file, position + 1)
            continue
        _, _, flags, granule, _, _, _ = _HEAD.unpack(head[:-1])
        lacing = _bytes_at(file, position + len(head), head[-1])
        size = len(head) + head[-1] + sum(lacing)
        if len(lacing) < head[-1] or position + size > file.size:
            return
        yield _Page(position, flags, granule, lacing, size)
        position += size


def _next_page(file: BoundedFile, position: int) -> int:
    """Where the next page seems to begin after damage; the size of the file if there is none."""
    while position < file.size:
        data = _bytes_at(file, position, _READ)
        found = data.find(b"OggS")
        if found >= 0:
            return position + found
        if len(data) < 4:
            break
        position += len(data) - 3
    return file.size


def _codec(file: BoundedFile, page: _Page) -> str:
    body = _bytes_at(file, page.position + page.size - sum(page.lacing), 8)
    return next((name for mark, name in _CODECS.items() if body.startswith(mark)), "unknown")


def _opus_samples(file: BoundedFile, page: _Page) -> int:
    """Samples at 48 kHz of the packets that end on a page."""
    body = _bytes_at(file, page.position + page.size - sum(page.lacing), sum(page.lacing))
    samples = position = length = 0
    for part in page.lacing:
        length += part
        if part < 255:
            packet = body[position : position + length]
            position, length = position + length, 0
            if packet:
                count = {0: 1, 1: 2, 2: 2}.get(packet[0] & 3, packet[1] & 63 if len(packet) > 1 else 0)
                samples += count * _OPUS_FRAMES_48K[packet[0] >> 3]
    return samples


def _marked_last(file: BoundedFile, page: _Page) -> dict[int, bytes]:
    whole = bytearray(_bytes_at(file, page.position, page.size))
    whole[5] |= _LAST
    whole[22:26] = bytes(4)
    return {page.position + 5: bytes(whole[5:6]), page.position + 22: struct.pack("<I", _checksum(whole))}


def _checksum(data: bytes | bytearray) -> int:
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF_FFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def _table() -> tuple[int, ...]:
    rows = []
    for row in range(256):
        value = row << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C1_1DB7 if value & 0x8000_0000 else 0)) & 0xFFFF_FFFF
        rows.append(value)
    return tuple(rows)


_TABLE = _table()


def _bytes_at(file: BoundedFile, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)
