"""What a file of frames holds besides them: damage, and other recordings; found by going from frame to frame.

A decoder finds its way back behind damage and tells nobody, and no clock tells what it lost: frames without a
container carry no time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.frame_formats import MPEG, Frame, FrameFormat, frames_follow
from desktop_app.audio.heads import find_recording
from desktop_app.audio.tags import behind_tags, behind_zeros

_READ: Final = 1 << 20
_LONGEST: Final = 1 << 14  # bytes of a few frames
_LATEST: Final = 16  # frames
_FIRST_MARKS: Final = (b"Xing", b"Info", b"VBRI")


@dataclass(slots=True)
class Stretch:
    """Frames of which each begins where the one before ends, tags between them apart. In bytes and seconds.

    `latest` are the last frames: where each begins, and its seconds.
    """

    start: int
    end: int
    seconds: float = 0.0
    latest: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=_LATEST))

    def cut(self, end: int) -> None:
        """Give back the latest frames that reach beyond a place."""
        while self.latest and self.end > end:
            self.end, seconds = self.latest.pop()
            self.seconds -= seconds


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes before `end` that are no frame, and the seconds of sound before them."""

    start: int
    end: int
    at_s: float


@dataclass(slots=True)
class Walk:
    """What was found. `foreign` are other recordings, from their header to the next frame or the end.

    `cut` tells that the file ends within a frame.
    """

    stretches: list[Stretch] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    foreign: list[Gap] = field(default_factory=list)
    cut: bool = False

    @property
    def seconds(self) -> float:
        return sum(stretch.seconds for stretch in self.stretches)

    @property
    def bytes_per_s(self) -> float:
        """Of the frames, on average; 0 if there are none."""
        whole = sum(stretch.end - stretch.start for stretch in self.stretches)
        return whole / self.seconds if self.seconds else 0.0


class _Window:
    """A file that is gone through from its beginning to its end, a few bytes at a time."""

    def __init__(self, file: BoundedFile) -> None:
        self._file = file
        self._start, self.data = 0, b""

    def at(self, position: int, count: int) -> int:
        """Where in `data` a position lies, with `count` bytes behind it if the file has so many."""
        at = position - self._start
        if at < 0 or (at + count > len(self.data) and self._start + len(self.data) < self._file.size):
            self._file.seek(position)
            self._start, self.data, at = position, self._file.read(_READ), 0
        return at

    def frame(self, form: FrameFormat, position: int) -> Frame | None:
        at = self.at(position, form.header)
        return form.frame(self.data, at)


def walk(file: BoundedFile, form: FrameFormat) -> Walk:
    """Go through all frames of a file, from the first on."""
    window = _Window(file)
    found = Walk()
    position = _first(file, window, form)
    while 0 <= position < file.size:
        stretch = Stretch(position, position)
        found.stretches.append(stretch)
        found.cut = _follow(file, window, form, stretch)
        if found.cut:
            break
        position = _next(file, window, form, found)
    found.stretches = [stretch for stretch in found.stretches if stretch.seconds > 0]
    return found


def _follow(file: BoundedFile, window: _Window, form: FrameFormat, stretch: Stretch) -> bool:
    """Lengthen a stretch to where its frames end; whether the file ends within the next one."""
    position = stretch.start
    frame = window.frame(form, position)
    while frame is not None and position + frame.size <= file.size:
        stretch.latest.append((position, frame.seconds))
        position += frame.size
        stretch.end, stretch.seconds = position, stretch.seconds + frame.seconds
        frame = window.frame(form, position)
        if frame is None and position < file.size:
            behind = behind_tags(file, position)
            frame = window.frame(form, behind) if behind > position else None
            position = behind if frame is not None else position
    return frame is not None


def _first(file: BoundedFile, window: _Window, form: FrameFormat) -> int:
    position = behind_tags(file, 0)
    if form.marks:
        return len(form.marks[0])
    if window.frame(form, position) is not None:
        return position
    return _resync(file, window, form, position, file.size)


def _next(file: BoundedFile, window: _Window, form: FrameFormat, found: Walk) -> int:
    """Where the frames go on behind a place at which they end, -1 if nowhere; what lies between is kept."""
    stretch = found.stretches[-1]
    if stretch.end >= file.size:
        return -1
    if not _marked(file, form, stretch.end):
        if form.marks and stretch.latest:  # the first bytes of another recording may look like such frames
            other = find_recording(file, stretch.latest[0][0], stretch.end, form)
            stretch.cut(stretch.end if other < 0 else other)
        broken = stretch.latest[-1][0] if stretch.latest else stretch.start
        inside = _resync(file, window, form, broken + 1, stretch.end)
        if inside >= 0:  # the last frame is not whole: others begin in it
            stretch.cut(broken)
            found.gaps.append(Gap(broken, inside, found.seconds))
            return inside
    at_s = found.seconds
    begin = behind_tags(file, stretch.end)
    if _marked(file, form, begin):  # another file of the same kind
        return begin + len(form.marks[0])
    again = _resync(file, window, form, begin, file.size)
    other = find_recording(file, begin, file.size if again < 0 else again, form)
    if other >= 0:
        if form.marks:  # the frames of AMR, of which a single byte is known, are found in anything
            again = -1
        found.foreign.append(Gap(other, file.size if again < 0 else again, at_s))
        if other > begin and again >= 0:
            found.gaps.append(Gap(begin, other, at_s))
    elif again >= 0 and not _padding(file, form, begin, again):
        found.gaps.append(Gap(begin, again, at_s))
    return again


def _marked(file: BoundedFile, form: FrameFormat, position: int) -> bool:
    if not form.marks:
        return False
    file.seek(position)
    return file.read(len(form.marks[0])) == form.marks[0]


def _resync(file: BoundedFile, window: _Window, form: FrameFormat, start: int, end: int) -> int:
    """Where from `start` on, and before `end`, sure frames begin; -1 if nowhere."""
    position = start
    while position < end:
        at = window.at(position, _LONGEST)
        data = window.data
        stop = min(len(data), at + end - position)
        if len(data) - at > _LONGEST and position + len(data) - at < file.size:
            stop = min(stop, len(data) - _LONGEST)
        begun = at
        while at < stop:
            if form.first:
                at = data.find(form.first, at, stop)
                if at < 0:
                    break
            if frames_follow(data, at, form):
                return position + at - begun
            at += 1
        position += stop - begun
    return -1


def _padding(file: BoundedFile, form: FrameFormat, start: int, end: int) -> bool:
    """Are there only zeros and tags, and does what follows look like the beginning of a recording?"""
    position = start
    while position < end and (behind := behind_tags(file, behind_zeros(file, position, end))) > position:
        position = behind
    if position < end:
        return False
    file.seek(end)
    head = file.read(64)
    return form is MPEG and (any(mark in head for mark in _FIRST_MARKS) or _independent(head))


def _independent(head: bytes) -> bool:
    """Does a frame of layer III need no bits of the frames before it, as the first one of a recording?"""
    if len(head) < 8 or head[1] >> 1 & 3 != 1:
        return False
    at = 4 if head[1] & 1 else 6
    if head[1] >> 3 & 3 == 3:
        return head[at] == 0 and not head[at + 1] & 0x80
    return head[at] == 0
