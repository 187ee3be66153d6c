"""What was heard in a session: segments with their probabilities over time. Knows no Qt."""

from __future__ import annotations

import math
import struct
from bisect import bisect_left, bisect_right, insort_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar, overload

from desktop_app.core.language import localised, mark, tr
from desktop_app.core.types import GapReason, Prediction
from desktop_app.gui.state.words import (
    brief,
    capital,
    clock,
    doubt_about,
    emotion,
    in_numbers,
    not_a_voice,
    percent,
    whose_voice,
)

KEEP_S = 36_000.0
"""How much of a session is remembered."""


Point: TypeAlias = tuple[float, tuple[float, ...]]


class PackedPoints(Sequence[Point]):
    """Points that change no more: 8 bytes for each time and 2 for each probability, where tuples take 32.

    That is exact to 0.05 %. Ten hours hold 60,000 points and more. `points` have at least one probability
    each, all as many.
    """

    __slots__ = ("_count", "_packed")

    def __init__(self, points: Sequence[Point]) -> None:
        self._count = len(points)
        self._packed = b"".join(
            struct.pack(f"<d{len(shares)}e", time_s, *shares) for time_s, shares in points
        )

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Point: ...
    @overload
    def __getitem__(self, place: slice) -> list[Point]: ...
    def __getitem__(self, place: int | slice) -> Point | list[Point]:
        if isinstance(place, slice):
            return [self[k] for k in range(*place.indices(self._count))]
        k = range(self._count)[place]  # raises IndexError as a list does
        size = len(self._packed) // self._count
        time_s, *shares = struct.unpack_from(f"<d{(size - 8) // 2}e", self._packed, k * size)
        return time_s, tuple(shares)


@dataclass(slots=True)
class TimelineSegment:
    """One stretch of speech: `points` are (time in s, probabilities in the order of `labels`), in order.

    Of a model of dimensions (`dimensional`) `labels` are these, and values stand in place of probabilities.
    Where nobody speaks, the probabilities are zeros, which no answer has, and values are NaN.
    """

    index: int
    start_s: float
    end_s: float
    labels: tuple[str, ...]
    points: Sequence[Point] = ()
    prediction: Prediction | None = None  # the final one
    dimensional: bool = False
    text: str | None = None  # what was said; None where that was not wanted
    by_words: bool = False  # the words tell an emotion
    disagreement: tuple[str, str] | None = None  # where words and voice disagree: the label of each

    @property
    def final(self) -> bool:
        return self.prediction is not None

    @property
    def not_a_voice(self) -> bool:
        """Nobody speaks: as was decided when it had ended, or as it is taken until then."""
        if self.prediction is not None:
            return self.prediction.not_a_voice
        if not self.points:
            return False
        last = self.points[-1][1]
        return math.isnan(last[0]) if self.dimensional else not any(last)

    @property
    def voice(self) -> str:
        """By which voice it was judged, in words; empty if none was learnt, and where nobody speaks."""
        use = None if self.prediction is None or self.not_a_voice else self.prediction.voice
        return "" if use is None else tr("Voice: {known}").format(known=whose_voice(use))

    @property
    def latest(self) -> tuple[float, ...]:
        if self.prediction is not None:
            return self.prediction.numbers
        return self.points[-1][1] if self.points else ()

    def at(self, time_s: float) -> tuple[float, ...]:
        """Probabilities known at `time_s`: those of the first window that ends at or after it."""
        for end_s, probabilities in self.points:
            if time_s <= end_s:
                return probabilities
        return self.latest


@dataclass(frozen=True, slots=True)
class TimelineGap:
    """A stretch without a result: no sound came, or (not `silent`) speech in it was never judged.

    `why` explains `text`.
    """

    start_s: float
    end_s: float
    text: str
    why: str
    silent: bool = True


class Segments(Protocol):
    """What plots over time draw: stretches of speech and gaps, in order.

    Attributes
    ----------
    version : int
        Another one whenever a segment has changed.
    """

    @property
    def version(self) -> int: ...

    def between(self, left_s: float, right_s: float) -> Sequence[TimelineSegment]:
        """Segments of which something lies in this stretch of time."""

    def gaps_between(self, left_s: float, right_s: float) -> Sequence[TimelineGap]:
        """The same of gaps."""


@dataclass(frozen=True, slots=True)
class StillSegments:
    """Those of a recording, which do not change; in order, as `Segments`."""

    segments: Sequence[TimelineSegment] = ()
    gaps: Sequence[TimelineGap] = ()

    @property
    def version(self) -> int:
        return 0

    def between(self, left_s: float, right_s: float) -> Sequence[TimelineSegment]:
        return _between(self.segments, left_s, right_s)

    def gaps_between(self, left_s: float, right_s: float) -> Sequence[TimelineGap]:
        return _between(self.gaps, left_s, right_s)


_Stretch = TypeVar("_Stretch", TimelineSegment, TimelineGap)


def _between(stretches: Sequence[_Stretch], left_s: float, right_s: float) -> Sequence[_Stretch]:
    """Those that overlap; they are in order and do not lie over one another."""
    first = bisect_left(stretches, left_s, key=lambda stretch: stretch.end_s)
    last = bisect_right(stretches, right_s, key=lambda stretch: stretch.start_s)
    return stretches[first:last]


def find_segment(
    segments: Sequence[TimelineSegment], time_s: float, slack_s: float = 0.0
) -> TimelineSegment | None:
    """Of segments in order the one at `time_s`, or the nearest one within `slack_s`."""
    place = bisect_right(segments, time_s, key=lambda segment: segment.start_s)
    best, distance = None, slack_s
    for segment in segments[max(0, place - 1) : place + 1]:
        away = max(segment.start_s - time_s, time_s - segment.end_s, 0.0)
        if away <= distance:
            best, distance = segment, away
    return best


_WHY = {
    GapReason.DEVICE_LOST: mark("The microphone was away."),
    GapReason.STALLED: mark("The microphone was open and delivered nothing."),
    GapReason.SUSPENDED: mark("The computer slept."),
    GapReason.OVERFLOW: mark("The computer was too slow to take the sound in."),
    GapReason.PAUSED: mark("Capture was paused."),
    GapReason.SOURCE_CHANGED: mark("Another source was chosen."),
}


def silence(start_s: float, end_s: float, reason: GapReason) -> TimelineGap:
    """Time without sound."""
    text = tr("Paused {time}" if reason is GapReason.PAUSED else "No sound {time}")
    return TimelineGap(start_s, end_s, text.format(time=_length(end_s - start_s)), tr(_WHY[reason]))


def missing(start_s: float, seconds: float) -> TimelineGap:
    """Where sound of a recording is missing, and silence keeps its place."""
    text = tr("Missing {time}").format(time=_length(seconds))
    because = tr("Sound is missing in the file; silence stands in its place.")
    return TimelineGap(start_s, start_s + seconds, text, because)


def not_judged(start_s: float, end_s: float) -> TimelineGap:
    """Speech that got no result."""
    because = tr("Speech was heard here, and the model did not judge it.")
    return TimelineGap(start_s, end_s, tr("Not judged"), because, silent=False)


def _length(seconds: float) -> str:
    return localised(f"{seconds:.1f} s") if seconds < 60 else clock(seconds)


def describe(segment: TimelineSegment) -> str:
    """What people read of it: `Angry 82 %`, `Uncertain: too much noise (angry 34 %)`, or `Not a voice`."""
    prediction = segment.prediction
    if prediction is None:
        return tr("Not a voice, so far") if segment.not_a_voice else tr("Speech, not finished")
    if prediction.not_a_voice:
        return capital(not_a_voice())
    if prediction.dimensions:
        numbers = in_numbers(prediction.dimensions, prediction.values)
        text = numbers if prediction.uncertain else f"{brief(prediction)} ({numbers})"
    else:
        text = f"{emotion(prediction.label)} {percent(prediction.confidence)}"
    if prediction.uncertain:
        doubt = doubt_about(prediction)
        if doubt is None:
            return tr("Uncertain ({closest})").format(closest=text)
        return tr("Uncertain: {why} ({closest})").format(why=doubt.why, closest=text)
    return capital(text)


@dataclass(frozen=True, slots=True, eq=False)
class TimelineContent:
    """What a timeline holds, for putting it back."""

    segments: list[TimelineSegment]
    gaps: list[TimelineGap]
    began_s: float


def light(prediction: Prediction) -> Prediction:
    """The same without what only the engine learns from: some 15 KB each, kept for hours.

    Numbers that are equal are one object.
    """
    shares = prediction.probabilities
    return replace(
        prediction,
        embedding=None,
        speaker=None,
        default_probabilities=None,
        undoubted=shares if prediction.undoubted == shares else prediction.undoubted,
        confidence=next((share for share in shares if share == prediction.confidence), prediction.confidence),
    )


class Timeline:
    """Segments and gaps of a session, oldest first, up to `keep_s` seconds ago; as `Segments`."""

    def __init__(self, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._ordered: list[TimelineSegment] = []  # by their starts
        self.gaps: list[TimelineGap] = []  # oldest first
        self.under_way: TimelineGap | None = None
        self.speaking = False  # the latest segment goes on until now, unless it is final
        self.now_s = 0.0
        self.began_s = 0.0
        self.version = 0  # grows when a segment changes; not when only time passes

    def __iter__(self) -> Iterator[TimelineSegment]:
        return iter(self._ordered)

    def __len__(self) -> int:
        return len(self._ordered)

    def clear(self, now_s: float = 0.0) -> None:
        self._ordered = []
        self.gaps, self.under_way = [], None
        self.speaking = False
        self.now_s = self.began_s = now_s
        self.version += 1

    def take(self) -> TimelineContent:
        """Take all out, up to now."""
        taken = TimelineContent(self._ordered, self.gaps, self.began_s)
        self.clear(self.now_s)
        return taken

    def put_before(self, content: TimelineContent) -> None:
        """Put back what was taken out, before what came since."""
        known = {segment.index: segment for segment in (*content.segments, *self._ordered)}
        self._ordered = sorted(known.values(), key=lambda segment: segment.start_s)
        self.gaps = [*content.gaps, *self.gaps]
        self.began_s = content.began_s
        self.version += 1
        self.advance(self.now_s)

    def advance(self, now_s: float) -> None:
        """Time goes on; what is too old is forgotten. A step back means another source."""
        if now_s < self.now_s - 1.0:
            self.clear(now_s)
        self.now_s = max(self.now_s, now_s)
        if self.speaking and self._ordered and not self._ordered[-1].final:
            self._ordered[-1].end_s = max(self._ordered[-1].end_s, self.now_s)
        while self._ordered and self._ordered[0].end_s < self.now_s - self._keep_s:
            del self._ordered[0]
            self.version += 1
        while self.gaps and self.gaps[0].end_s < self.now_s - self._keep_s:
            del self.gaps[0]
            self.version += 1

    def gap(self, gap: TimelineGap) -> None:
        """Nothing is known about this stretch, and why."""
        self.under_way = None
        insort_right(self.gaps, gap, key=lambda other: other.start_s)  # that of lost speech is told late
        self.version += 1

    def gap_under_way(self, gap: TimelineGap) -> None:
        """The stretch without sound that lasts until now."""
        self.under_way = gap
        self.advance(gap.end_s)
        self.version += 1

    def all_gaps(self) -> list[TimelineGap]:
        """Those that are over, and the one under way."""
        return [*self.gaps, *([self.under_way] if self.under_way is not None else [])]

    def find_gap(self, time_s: float) -> TimelineGap | None:
        """The gap at `time_s`."""
        return next((gap for gap in self.all_gaps() if gap.start_s <= time_s <= gap.end_s), None)

    def partial(self, index: int, start_s: float, end_s: float, prediction: Prediction) -> None:
        segment = self._segment(index, start_s, end_s, prediction)
        if segment.final:
            return  # late: the final result is already there
        segment.end_s = max(segment.end_s, end_s)
        nothing = (math.nan if prediction.dimensions else 0.0,) * len(prediction.names)
        shares = nothing if prediction.not_a_voice else prediction.numbers
        segment.points = [*segment.points, (end_s, shares)]
        self.version += 1

    def final(self, index: int, start_s: float, end_s: float, prediction: Prediction) -> None:
        """The result of a segment, which is kept as it is: one that `light` has made."""
        segment = self._segment(index, start_s, end_s, prediction)
        segment.start_s, segment.end_s = start_s, end_s
        segment.prediction = prediction
        points = [point for point in segment.points if point[0] <= end_s]
        segment.points = PackedPoints(points) if points else ()
        self.version += 1

    def _segment(self, index: int, start_s: float, end_s: float, prediction: Prediction) -> TimelineSegment:
        """The segment with this number; a new one in its place if that has other labels or dimensions."""
        labels, dimensional = prediction.names, bool(prediction.dimensions)
        known = next((each for each in reversed(self._ordered) if each.index == index), None)
        if known is not None and (known.labels, known.dimensional) == (labels, dimensional):
            return known
        if known is not None:
            self._ordered.remove(known)
        segment = TimelineSegment(index, start_s, end_s, labels, dimensional=dimensional)
        insort_right(self._ordered, segment, key=lambda other: other.start_s)
        return segment

    def between(self, left_s: float, right_s: float) -> Sequence[TimelineSegment]:
        """As `Segments`."""
        return _between(self._ordered, left_s, right_s)

    def gaps_between(self, left_s: float, right_s: float) -> Sequence[TimelineGap]:
        """As `Segments`."""
        return _between(self.all_gaps(), left_s, right_s)

    def find(self, time_s: float, slack_s: float = 0.0) -> TimelineSegment | None:
        """The segment at `time_s`, or the nearest one within `slack_s`."""
        return find_segment(self._ordered, time_s, slack_s)

    def as_text(self, limit: int = 12) -> str:
        """The end of the timeline in words, newest last, for people who do not see it."""
        latest = [segment for segment in self._ordered[-limit - 1 :] if segment.final]
        said = [(segment.start_s, segment.end_s, describe(segment)) for segment in latest]
        said += [(gap.start_s, gap.end_s, gap.text) for gap in self.all_gaps()[-limit:]]
        if not said:
            return tr("No speech yet.")
        return "; ".join(
            tr("{start} to {end}: {text}").format(start=clock(start_s), end=clock(end_s), text=text)
            for start_s, end_s, text in sorted(said)[-limit:]
        )
