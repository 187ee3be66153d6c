"""Where the samples of a wav, aiff and their kin lie, and how many its header promises.

libsndfile shortens silently what a file promises to what is there, and believes a size that is too small or
zero. No library tells the promise, so the chunks are walked here: a header, a few sizes, no sound.

References: RIFF/WAVE (Microsoft, 1994), RF64 (EBU Tech 3306), AIFF-C (Apple, 1991), Core Audio Format
(Apple), Sony Wave64, Sun/NeXT audio, Creative Voice, NIST SPHERE.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.heads import HEAD_BYTES as _HEAD_BYTES
from desktop_app.audio.heads import begins_recording

HEADER_BYTES = 64
"""Less than this is never missed: writers count their own header (44 bytes of a wav) as sound."""

_MOST_CHUNKS = 1000
_OLD_TAG = 128  # bytes of an ID3v1 tag
_OPEN_SIZES = range(0x7FFF_0000, 0x1_0000_0000)
"""A writer that cannot seek back leaves the size open; sox, ffmpeg and libsndfile use these."""
_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the samples lie, in bytes.

    `promised` is what the header says, None if it leaves the size open. `there` is what the file holds of it;
    more than promised where the header is stale. `zero` tells a size that was never filled in, `patches` what
    a decoder should see in place of sizes that are not true, `end` where the file ends that has no chunks, if
    its header tells.
    """

    start: int
    promised: int | None
    there: int
    zero: bool = False
    patches: dict[int, bytes] = field(default_factory=dict)
    end: int | None = None

    @property
    def stale(self) -> bool:
        return self.promised is not None and 0 < self.promised < self.there - HEADER_BYTES


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the chunks of a container are written: `size` counts `own` bytes of the chunk itself."""

    first: int
    head: struct.Struct
    data: bytes
    before: int = 0  # bytes of the data chunk before its samples
    own: int = 0
    align: int = 2


_RIFF = _Layout(12, struct.Struct("<4sI"), b"data")
_RIFX = _Layout(12, struct.Struct(">4sI"), b"data")
_AIFF = _Layout(12, struct.Struct(">4sI"), b"SSND", before=8)
_SVX = _Layout(12, struct.Struct(">4sI"), b"BODY")
_CAF = _Layout(8, struct.Struct(">4sQ"), b"data", before=4, align=1)
_W64 = _Layout(40, struct.Struct("<16sQ"), _W64_DATA, own=24, align=8)
_LAYOUTS = {
    (b"RIFF", b"WAVE"): _RIFF,
    (b"RF64", b"WAVE"): _RIFF,
    (b"BW64", b"WAVE"): _RIFF,
    (b"RIFX", b"WAVE"): _RIFX,
    (b"FORM", b"AIFF"): _AIFF,
    (b"FORM", b"AIFC"): _AIFF,
    (b"FORM", b"8SVX"): _SVX,
    (b"FORM", b"16SV"): _SVX,
    (b"caff", b""): _CAF,
    (b"riff", b""): _W64,
}


def find_samples(file: BoundedFile) -> Samples | None:
    """The samples of a chunked container; None if it is none of them, or if no samples are found."""
    head = _bytes_at(file, 0, 40)
    layout = _layout(head)
    if layout is not None:
        return _walk(file, layout)
    if head[:4] == b".snd" and len(head) >= 12:
        return _au(file, head)
    if head[:19] == b"Creative Voice File" and len(head) >= 22:
        return _voc(file, struct.unpack("<H", head[20:22])[0])
    if head[:7] == b"NIST_1A":
        return _nist(file)
    return None


def _layout(head: bytes) -> _Layout | None:
    mark = head[:4]
    return _LAYOUTS.get((mark, b"" if mark in {b"caff", b"riff"} else head[8:12]))


def _walk(file: BoundedFile, layout: _Layout) -> Samples | None:
    long_size: tuple[int, int] | None = None  # of RF64: its place and value
    position = layout.first
    for _ in range(_MOST_CHUNKS):
        head = _bytes_at(file, position, layout.head.size)
        if len(head) < layout.head.size:
            return None
        name, size = layout.head.unpack(head)
        if not _is_name(name):
            # Not every writer fills up a chunk of odd size.
            if layout.align != 2 or not _is_name(_bytes_at(file, position - 1, 4)):
                return None
            position -= 1
            continue
        payload = position + layout.head.size
        if name == b"ds64":
            long_size = payload + 8, int.from_bytes(_bytes_at(file, payload + 8, 8), "little")
        if name == layout.data:
            return _data(file, layout, position, size, long_size)
        position = payload + size - layout.own
        position += -position % layout.align if layout.align != 2 else size & 1
    return None


def _data(
    file: BoundedFile, layout: _Layout, position: int, size: int, long_size: tuple[int, int] | None
) -> Samples:
    place, width = position + layout.head.size, 4 if layout.head.size == 8 else 8
    place -= width
    start = position + layout.head.size + layout.before
    if long_size is not None and size == 0xFFFF_FFFF:
        place, size = long_size
        width = 8
    is_open = long_size is None and (
        size in _OPEN_SIZES if width == 4 else size >= 1 << 62  # Core Audio: -1
    )
    there = file.size - start
    promised = None if is_open else max(0, size - layout.own - layout.before)
    zero = promised == 0
    if promised is not None and promised < there and _ends_there(file, layout, start + promised):
        return Samples(start, promised, promised)
    if promised == there or there <= 0:
        return Samples(start, promised, max(0, there), zero)
    told = there + layout.own + layout.before
    order = "<" if layout in (_RIFF, _W64) else ">"
    patch = struct.pack(
        f"{order}{'I' if width == 4 else 'Q'}", min(told, 0xFFFF_FFFF if width == 4 else told)
    )
    return Samples(start, promised, there, zero, {place: patch})


def _ends_there(file: BoundedFile, layout: _Layout, position: int) -> bool:
    """Is what follows the samples no sound: nothing much, or another chunk?"""
    left = file.size - position
    if left <= HEADER_BYTES and position > layout.first + HEADER_BYTES:
        return True
    if left == _OLD_TAG and _bytes_at(file, position, 3) == b"TAG":
        return True
    for at in _next_chunks(layout, position):
        head = _bytes_at(file, at, _HEAD_BYTES)
        if _begins_other(head):
            return True
        if len(head) < layout.head.size:
            continue
        name, size = layout.head.unpack(head[: layout.head.size])
        if _is_name(name) and size - layout.own <= file.size - at - layout.head.size + HEADER_BYTES:
            return True
    return False


def _next_chunks(layout: _Layout, position: int) -> tuple[int, ...]:
    """Where the chunk behind a place may begin: not every writer fills up what is too short."""
    return (position, position + 1 if layout.align == 2 else position + -position % layout.align)


def end_of_chunks(file: BoundedFile, samples: Samples) -> int | None:
    """Where a file of chunks ends: behind its last one, or where another recording or other samples begin.

    None where its header does not tell where its samples end, or tells less than is there.
    """
    layout = _layout(_bytes_at(file, 0, 40))
    if layout is None or not samples.promised or samples.promised != samples.there:
        return samples.end
    position = samples.start + samples.promised
    for _ in range(_MOST_CHUNKS):
        for at in _next_chunks(layout, position):
            head = _bytes_at(file, at, _HEAD_BYTES)
            if _begins_other(head):
                return at
            if len(head) >= layout.head.size and _is_name(head):
                name, size = layout.head.unpack(head[: layout.head.size])
                if name == layout.data:
                    return at
                size -= layout.own
                if 0 <= size <= file.size - at - layout.head.size + HEADER_BYTES:
                    position = at + layout.head.size + size
                    position += size & 1 if layout.align == 2 else -position % layout.align
                    break
        else:
            break
    return min(position, file.size)


def _begins_other(head: bytes) -> bool:
    """Do tags, or another recording, begin with these bytes? Samples do not look like that."""
    return (
        begins_recording(head)
        or head.startswith(b"APETAGEX")
        or (head[:3] == b"ID3" and len(head) > 4 and head[3] <= 4)
    )


def _is_name(name: bytes) -> bool:
    """Chunks are named with letters, digits and a few signs; samples hardly ever look like that."""
    return (
        len(name) >= 4
        and re.fullmatch(rb"[A-Za-z0-9_() .\-]{4}", name[:4]) is not None
        and name[:4].strip() != b""
    )


def _au(file: BoundedFile, head: bytes) -> Samples | None:
    start, size = struct.unpack(">II", head[4:12])
    there = file.size - start
    if there <= 0:
        return None
    promised = None if size in _OPEN_SIZES else size
    if promised and promised < there and _begins_other(_bytes_at(file, start + promised, _HEAD_BYTES)):
        return Samples(start, promised, promised, end=start + promised)
    return Samples(start, promised, there, size == 0, {8: struct.pack(">I", min(there, 0xFFFF_FFFF))})


def _voc(file: BoundedFile, position: int) -> Samples | None:
    """The sum of the blocks of sound; a block of size 0 at the end was never closed."""
    first = promised = there = 0
    for _ in range(_MOST_CHUNKS):
        head = _bytes_at(file, position, 4)
        if len(head) < 4 or head[0] == 0:
            position += head[:1] == b"\0"
            break
        size = int.from_bytes(head[1:], "little")
        before = {1: 2, 2: 0, 9: 12}.get(head[0])
        if before is not None and size >= before:
            first = first or position + 4 + before
            promised += size - before
            there += max(0, min(size - before, file.size - position - 4 - before))
        position += 4 + size
    return Samples(first, promised, there, end=min(position, file.size)) if first else None


def _nist(file: BoundedFile) -> Samples | None:
    head = _bytes_at(file, 0, 1024)
    told = dict(re.findall(rb"^(\w+) -i (\d+)", head, re.MULTILINE))
    start = re.match(rb"NIST_1A\s+(\d+)", head)
    if start is None or b"sample_count" not in told:
        return None
    width = int(told.get(b"sample_n_bytes", b"2")) * int(told.get(b"channel_count", b"1"))
    offset = int(start[1])
    promised, there = int(told[b"sample_count"]) * width, max(0, file.size - offset)
    there = min(promised, there)
    return Samples(offset, promised, there, end=offset + there)


def _bytes_at(file: BoundedFile, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)
