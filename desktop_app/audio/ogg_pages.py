"""The streams of an Ogg file, read from its pages: what is joined in it, and whether its end is there.

libsndfile reads only the first of joined streams, gives up before the end where the last page lacks the flag
of the end, and tells nobody that pages are missing: what is behind them would come too early (`ogg_holes`).

References: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), RFC 6716 section 3.1 (length of an Opus packet).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.audio.bounded_file import BoundedFile

_HEAD = struct.Struct("<4sBBqIII")
_CONTINUED, _FIRST, _LAST = 0x01, 0x02, 0x04
_CODECS = {
    b"\x01vorbis": "vorbis",
    b"OpusHead": "opus",
    b"\x7fFLAC": "flac",
    b"Speex   ": "speex",
    b"fishead\x00": "skeleton",
}
_HEADER_PACKETS = {"vorbis": 3, "opus": 2}
OPUS_RATE = 48_000
"""Of the granule positions of Opus, whatever the rate of the sound."""
_GAP_FROM = OPUS_RATE // 20
"""A granule position that leaps by more (50 ms) tells of missing sound where no page number does."""
_OPUS_FRAMES_48K = (480, 960, 1920, 2880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose checksum is right: its place and size in bytes, and its header."""

    position: int
    flags: int
    granule: int
    serial: int
    sequence: int
    lacing: bytes
    size: int

    @property
    def packets(self) -> int:
        """Packets that end on it."""
        return sum(part < 255 for part in self.lacing)


@dataclass(slots=True)
class Run:
    """Pages of sound of which none is missing in between. `timed` is the first one on which a packet ends."""

    first: Page
    last: Page
    timed: Page | None = None


@dataclass(slots=True)
class Link:
    """One stream from its first to its last whole page, in bytes; joined files are several.

    `codecs` holds more than one name where streams run side by side. `begun` tells whether more than its
    first page is there, `ends` whether its end is; `patches` mark the last page as the last one where its
    writer did not. `headers` are the pages before the sound, `runs` those with sound; more than one run where
    pages are missing.
    """

    start: int
    end: int
    codecs: list[str] = field(default_factory=list)
    ends: bool = False
    begun: bool = False
    patches: dict[int, bytes] = field(default_factory=dict)
    headers: list[Page] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    header_packets: int = 0

    def take(self, page: Page, samples: int) -> None:
        """Take in a page behind the first; `samples` are those of the Opus packets that end on it."""
        if page.serial != self.headers[0].serial:
            return
        if self.header_packets < _HEADER_PACKETS.get(self.codecs[0], 0):
            self.headers.append(page)
            self.header_packets += page.packets
            return
        run = self.runs[-1] if self.runs else None
        if run is None or page.sequence != run.last.sequence + 1 or _leaps(run.last, page, samples):
            run = Run(page, page)
            self.runs.append(run)
        run.last = page
        if run.timed is None and page.packets and page.granule > 0:
            run.timed = page


def _leaps(before: Page, page: Page, samples: int) -> bool:
    return bool(samples and before.packets and 0 < before.granule < page.granule - samples - _GAP_FROM)


def read_links(file: BoundedFile) -> list[Link]:
    """The streams of an Ogg file in their order; empty if it has no whole page."""
    links: list[Link] = []
    last: list[Page] = []  # the last two pages of the present link
    for page in _pages(file):
        if page.flags & _FIRST:
            if not links or last:
                _judge_end(file, links, last)
                links.append(Link(page.position, 0, headers=[page], header_packets=page.packets))
                last = []
            links[-1].codecs.append(_codec(file, page))
        elif links:
            last = [*last[-1:], page]
            links[-1].begun = True
            links[-1].take(page, opus_samples(file, page) if links[-1].codecs == ["opus"] else 0)
        if links:
            links[-1].end = page.position + page.size
    _judge_end(file, links, last)
    return links


def _judge_end(file: BoundedFile, links: list[Link], last: list[Page]) -> None:
    """Is the last page the end? It says so, or it cuts off samples of its own, as only the end does."""
    if not links or not last:
        return
    link, page = links[-1], last[-1]
    link.ends = bool(page.flags & _LAST)
    if not link.ends and link.codecs == ["opus"]:
        before = max(0, last[0].granule) if len(last) > 1 else 0
        link.ends = 0 < page.granule - before < opus_samples(file, page)
        link.patches = patched(file, page, last=True)


def _pages(file: BoundedFile) -> Iterator[Page]:
    position = 0
    while position < file.size:
        page = _page(file, position)
        if page is None:
            position = _next_page(file, position + 1)
        else:
            yield page
            position += page.size


def _page(file: BoundedFile, position: int) -> Page | None:
    """The page that begins there, if it is whole and sound: decoders pass over any other."""
    head = _bytes_at(file, position, _HEAD.size + 1)
    if len(head) <= _HEAD.size or head[:4] != b"OggS":
        return None
    _, _, flags, granule, serial, sequence, told = _HEAD.unpack(head[:-1])
    lacing = _bytes_at(file, position + len(head), head[-1])
    size = len(head) + head[-1] + sum(lacing)
    if len(lacing) < head[-1] or position + size > file.size:
        return None
    whole = bytearray(_bytes_at(file, position, size))
    whole[22:26] = bytes(4)
    if _checksum(whole) != told:
        return None
    return Page(position, flags, granule, serial, sequence, lacing, size)


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


def _codec(file: BoundedFile, page: Page) -> str:
    body = page_body(file, page)
    return next((name for mark, name in _CODECS.items() if body.startswith(mark)), "unknown")


def page_body(file: BoundedFile, page: Page) -> bytes:
    count = sum(page.lacing)
    return _bytes_at(file, page.position + page.size - count, count)


def opus_samples(file: BoundedFile, page: Page, *, begun_on_it: bool = False) -> int:
    """Samples at 48 kHz of the packets that end on a page, or of those of them that begin there as well."""
    body = page_body(file, page)
    samples = position = length = 0
    passed_over = begun_on_it and bool(page.flags & _CONTINUED)
    for part in page.lacing:
        length += part
        if part < 255:
            packet = body[position : position + length]
            position, length = position + length, 0
            if packet and not passed_over:
                count = {0: 1, 1: 2, 2: 2}.get(packet[0] & 3, packet[1] & 63 if len(packet) > 1 else 0)
                samples += count * _OPUS_FRAMES_48K[packet[0] >> 3]
            passed_over = False
    return samples


def patched(
    file: BoundedFile, page: Page, *, last: bool = False, sequence: int | None = None, later: int = 0
) -> dict[int, bytes]:
    """What is to be seen in place of a page's header so that it differs.

    Parameters
    ----------
    last : bool
        It is the last one of its stream.
    sequence : int, optional
        Its number.
    later : int
        Added to its granule position.
    """
    whole = bytearray(_bytes_at(file, page.position, page.size))
    if len(whole) < page.size:  # the file shrinks, or cannot be read any more: its reader will notice
        return {}
    if last:
        whole[5] |= _LAST
    whole[6:14] = struct.pack("<q", page.granule + later)
    if sequence is not None:
        whole[18:22] = struct.pack("<I", sequence & 0xFFFF_FFFF)
    whole[22:26] = bytes(4)
    whole[22:26] = struct.pack("<I", _checksum(whole))
    return {page.position + 5: bytes(whole[5:26])}


def _checksum(data: bytes | bytearray) -> int:
    """Ogg's checksum is that of zip with the bits of each byte, and of the result, in the other order."""
    turned = zlib.crc32(data.translate(_TURNED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return int.from_bytes(turned.to_bytes(4, "little").translate(_TURNED), "big")


_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _bytes_at(file: BoundedFile, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)
