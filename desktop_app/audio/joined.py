"""What lies behind the end of a recording: tags and padding, or another recording (``cat a b > c``)."""

from __future__ import annotations

from typing import Final

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.chunks import end_of_chunks, find_samples
from desktop_app.audio.heads import HEAD_BYTES, begins_recording, find_recording
from desktop_app.audio.tags import tag_length

MOST_PARTS: Final = 200
_READ: Final = 1 << 20
_STREAMINFO: Final = (b"fLaC\x00\x00\x00\x22", b"fLaC\x80\x00\x00\x22")


def joined_chunked(file: BoundedFile) -> tuple[list[int], int]:
    """Where each wav, AIFF or other chunked file in a file begins, and where the last one ends.

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
        head = _bytes_at(file, starts[-1] + end, HEAD_BYTES)
        if not begins_recording(head) or find_samples(file.view(starts[-1] + end)) is None:
            return starts, starts[-1] + end
        starts.append(starts[-1] + end)
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
    begin = find_recording(file, position, file.size)
    return 0 if begin < 0 else file.size - begin


def second_samples(file: BoundedFile, position: int) -> int:
    """Bytes of sound in a chunk of samples that begins there, behind the wav's own; 0 if none does."""
    head = _bytes_at(file, position, 8)
    if head[:4] != b"data" or len(head) < 8:
        return 0
    return min(int.from_bytes(head[4:], "little"), file.size - position - 8)


def flac_metadata_end(file: BoundedFile, start: int) -> int:
    """Where the sound of the FLAC that begins at `start` begins: behind its tags and pictures."""
    position = start + 4
    while len(head := _bytes_at(file, position, 4)) == 4:
        position += 4 + int.from_bytes(head[1:], "big")
        if head[0] & 0x80:
            break
    return min(position, file.size)


def _bytes_at(file: BoundedFile, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(count)
