"""What lies behind the end of a recording: tags and padding, or another recording (``cat a b > c``)."""

from __future__ import annotations

from typing import Final

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.chunks import end_of_chunks, find_samples
from desktop_app.audio.heads import find_recording
from desktop_app.audio.identify import BOXES, identify
from desktop_app.audio.tags import tag_length

MOST_PARTS: Final = 200
_READ: Final = 1 << 20
_MOST_BOXES: Final = 100_000  # the fragments of a film of many hours
_WAVS: Final = frozenset({b"RIFF", b"RIFX", b"RF64", b"BW64"})
_STREAMINFO: Final = (b"fLaC\x00\x00\x00\x22", b"fLaC\x80\x00\x00\x22")


def joined_chunked(file: BoundedFile) -> tuple[list[int], int]:
    """Where each wav, or each AIFF, of a file begins, and where the last one ends.

    A part whose header does not tell its end is the last one; its end is that of the file.
    """
    starts = [0]
    while len(starts) < MOST_PARTS:
        part = file.view(starts[-1])
        samples = find_samples(part)
        end = None if samples is None else end_of_chunks(part, samples)
        part.check()
        if end is None:
            return starts, file.size
        if not _begins_chunked(file, starts[-1] + end):
            return starts, starts[-1] + end
        starts.append(starts[-1] + end)
    return starts, file.size


def _begins_chunked(file: BoundedFile, position: int) -> bool:
    head = _bytes_at(file, position, 12)
    return (head[:4] in _WAVS and head[8:12] == b"WAVE") or (
        head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}
    )


def joined_boxes(file: BoundedFile) -> tuple[list[int], int]:
    """As `joined_chunked`, of the MPEG-4 files in one: another one begins with another ``ftyp``.

    References
    ----------
    ISO/IEC 14496-12, 4.2.
    """
    starts = [0]
    position = 0
    for _ in range(_MOST_BOXES):
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


def next_flac(file: BoundedFile, position: int) -> int:
    """Where behind a position another FLAC begins; -1 if none does."""
    while position < file.size:
        data = _bytes_at(file, position, _READ)
        found = [at for mark in _STREAMINFO if (at := data.find(mark)) >= 0]
        if found:
            return position + min(found)
        if len(data) < _READ:
            break
        position += len(data) - len(_STREAMINFO[0])
    return -1


def unread_behind(file: BoundedFile, position: int) -> int:
    """Bytes from another recording on that lies behind tags, padding and junk; 0 if there is none."""
    while position < file.size:
        head = _bytes_at(file, position, _READ)
        filled = len(head) - len(head.lstrip(b"\x00"))
        if not head:
            return 0
        box = filled + 1 - 4  # of an MPEG-4 file: its size, which begins with zeros, and its name
        if box >= 0 and head[box + 4 : box + 8] == b"ftyp":
            return file.size - position - box
        length = filled or tag_length(file, position)
        if not length:
            break
        position += length
    if position >= file.size:
        return 0
    if identify(file.view(position)).library:
        return file.size - position
    begin = find_recording(file, position, file.size)
    return 0 if begin < 0 else file.size - begin


def _bytes_at(file: BoundedFile, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)
