"""Where in a file another recording begins: by a whole header that is plausible, never by a mark alone.

Compressed sound and pictures hold any four bytes by chance, so that each header has to make sense as well.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Final

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.frame_formats import AC3, ADTS, AMR, AMR_WB, MPEG, FrameFormat, frames_follow
from desktop_app.audio.identify import BOXES

HEAD_BYTES: Final = 1 << 16
"""So much of a header is looked at: of a film much lies before what tells that it is one."""
_READ: Final = 1 << 20
_RATES: Final = range(1000, 384_001)
_PACKET: Final = 188  # bytes of one of a transport stream
_PACKETS: Final = 8
_FRAMED_SURE: Final = 8  # in the midst of anything; where one is expected, fewer frames are sure


def _riff(head: bytes) -> bool:
    return head[8:12] in {b"WAVE", b"AVI "} and _chunk(head, 12, "<I")


def _form(head: bytes) -> bool:
    return head[8:12] in {b"AIFF", b"AIFC", b"8SVX", b"16SV"} and _chunk(head, 12, ">I")


def _chunk(head: bytes, at: int, size: str) -> bool:
    """A chunk with a name of letters, and not of megabytes, as the first ones of a file are."""
    name, length = head[at : at + 4], head[at + 4 : at + 8]
    return (
        len(length) == 4
        and re.fullmatch(rb"[A-Za-z0-9 ]{4}", name) is not None
        and struct.unpack(size, length)[0] < 1 << 24
    )


def _flac(head: bytes) -> bool:
    if head[4:8] not in {b"\x00\x00\x00\x22", b"\x80\x00\x00\x22"} or len(head) < 22:
        return False
    least, most = struct.unpack(">HH", head[8:12])
    return 16 <= least <= most and int.from_bytes(head[18:21], "big") >> 4 in range(1, 655_351)


def _ogg(head: bytes) -> bool:
    if len(head) < 36 or head[4] or not head[5] & 2 or head[18:22] != bytes(4):
        return False
    body = head[27 + head[26] : 35 + head[26]]
    return body.startswith((b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ", b"fishead\x00"))


def _boxes(head: bytes) -> bool:
    size = int.from_bytes(head[:4], "big")
    printable = re.fullmatch(rb"[ -~]{4}", head[8:12]) is not None
    return 16 <= size <= 4096 and size % 4 == 0 and printable and head[size + 4 : size + 8] in BOXES


def _matroska(head: bytes) -> bool:
    return re.match(rb"\x1a\x45\xdf\xa3.{1,80}?\x42\x82.(matroska|webm)", head, re.DOTALL) is not None


def _au(head: bytes) -> bool:
    if len(head) < 24:
        return False
    start, _, coding, rate, channels = struct.unpack(">5I", head[4:24])
    return 24 <= start < 1 << 16 and 1 <= coding <= 27 and rate in _RATES and 1 <= channels <= 64


def _voc(head: bytes) -> bool:
    return head[19:20] == b"\x1a" and head[20:22] == b"\x1a\x00"


def _amr(head: bytes) -> bool:
    form = AMR_WB if head.startswith(AMR_WB.marks[0]) else AMR
    return frames_follow(head, len(form.marks[0]), form, 3)


def _always(_: bytes) -> bool:
    return True


_MARKS: Final[tuple[tuple[bytes, int, Callable[[bytes], bool]], ...]] = (
    (b"RIFF", 0, _riff),
    (b"RF64", 0, _riff),
    (b"BW64", 0, _riff),
    (b"RIFX", 0, lambda head: head[8:12] == b"WAVE" and _chunk(head, 12, ">I")),
    (b"FORM", 0, _form),
    (b"fLaC", 0, _flac),
    (b"OggS", 0, _ogg),
    (b"ftyp", 4, _boxes),
    (b"\x1a\x45\xdf\xa3", 0, _matroska),
    (b".snd", 0, _au),
    (b"caff\x00\x01\x00\x00desc\x00\x00\x00\x00\x00\x00\x00\x20", 0, _always),
    (b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", 0, _always),
    (b"#!AMR", 0, _amr),
    (b"Creative Voice File", 0, _voc),
    (b"NIST_1A\n   ", 0, _always),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", 0, _always),
    (b"FLV\x01", 0, lambda head: head[5:9] == b"\x00\x00\x00\x09"),
)
"""A mark, how many bytes of the header stand before it, and whether what begins there is one."""
_ANY_MARK: Final = re.compile(b"|".join(re.escape(mark) for mark, _, _ in _MARKS))
_LONGEST_MARK: Final = max(before + len(mark) for mark, before, _ in _MARKS)
_ANY_FRAME: Final = re.compile(rb"\xff[\xe2-\xe5\xf0-\xf5\xf8-\xfd]|\x0b\x77|\x47(?=.{187}\x47)", re.DOTALL)
_FRAMED: Final = (MPEG, ADTS, AC3)


def begins_recording(head: bytes) -> bool:
    """Does a recording of any known format begin with these bytes, of which there should be `HEAD_BYTES`?"""
    return any(
        head[before : before + len(mark)] == mark and plausible(head) for mark, before, plausible in _MARKS
    ) or any(_frames_begin(head, 0, form, form.sure) for form in _FRAMED)


def _frames_begin(data: bytes, at: int, form: FrameFormat, count: int) -> bool:
    return data[at : at + 1] == form.first[:1] and frames_follow(data, at, form, count)


def find_recording(file: BoundedFile, start: int, end: int, own: FrameFormat | None = None) -> int:
    """Where between two places in a file a recording begins; -1 if none does.

    Parameters
    ----------
    own : FrameFormat, optional
        Frames that are no other recording.
    """
    position = start
    while position < end:
        file.seek(position)
        last = min(_READ, end - position)
        data = file.read(last + HEAD_BYTES)
        found = [at for at in (_first_mark(data, last), _first_frames(data, last, own)) if at >= 0]
        if found:
            return position + min(found)
        if len(data) < last:
            break
        position += last
    return -1


def _first_mark(data: bytes, last: int) -> int:
    for match in _ANY_MARK.finditer(data, 0, last + _LONGEST_MARK):
        for mark, before, plausible in _MARKS:
            at = match.start() - before
            if match[0] == mark and 0 <= at < last and plausible(data[at : at + HEAD_BYTES]):
                return at
    return -1


def _first_frames(data: bytes, last: int, own: FrameFormat | None) -> int:
    forms = [form for form in _FRAMED if form is not own]
    for match in _ANY_FRAME.finditer(data, 0, last):
        at = match.start()
        if data[at] == 0x47:
            if data[at : at + _PACKETS * _PACKET : _PACKET] == b"\x47" * _PACKETS:
                return at
        elif any(_frames_begin(data, at, form, _FRAMED_SURE) for form in forms):
            return at
    return -1
