"""What was heard in a session: segments with their probabilities over time. Knows no Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from desktop_app.core.doubt import NOT_A_VOICE, WORDS
from desktop_app.core.types import GapReason, Prediction
from desktop_app.core.voice_words import whose_voice

KEEP_S = 36_000.0
"""How much of a session is remembered."""


@dataclass(slots=True)
class TimelineSegment:
    """One stretch of speech: `points` are (time in s, probabilities in the order of `labels`), in order.

    Where nobody speaks, the probabilities are zeros, which no answer has.
    """

    index: int
    start_s: float
    end_s: float
    labels: tuple[str, ...]
    points: list[tuple[float, tuple[float, ...]]] = field(default_factory=list)
    prediction: Prediction | None = None  # the final one, without its embedding

    @property
    def final(self) -> bool:
        return self.prediction is not None

    @property
    def not_a_voice(self) -> bool:
        """Nobody speaks: as was decided when it had ended, or as it is taken until then."""
        if self.prediction is not None:
            return self.prediction.not_a_voice
        return bool(self.points) and not any(self.points[-1][1])

    @property
    def voice(self) -> str:
        """By which voice it was judged, in words; empty if none was learnt, and where nobody speaks."""
        use = None if self.prediction is None or self.not_a_voice else self.prediction.voice
        return "" if use is None else f"Voice: {whose_voice(use)}"

    @property
    def latest(self) -> tuple[float, ...]:
        if self.prediction is not None:
            return self.prediction.probabilities
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
    GapReason.DEVICE_LOST: "The microphone was away.",
    GapReason.STALLED: "The microphone was open and delivered nothing.",
    GapReason.SUSPENDED: "The computer slept.",
    GapReason.OVERFLOW: "The computer was too slow to take the sound in.",
    GapReason.PAUSED: "Capture was paused.",
    GapReason.SOURCE_CHANGED: "Another source was chosen.",
}


def silence(start_s: float, end_s: float, reason: GapReason) -> TimelineGap:
    """Time without sound."""
    word = "Paused" if reason is GapReason.PAUSED else "No sound"
    return TimelineGap(start_s, end_s, f"{word} {_length(end_s - start_s)}", _WHY[reason])


def missing(start_s: float, seconds: float) -> TimelineGap:
    """Where sound of a recording is missing, and silence keeps its place."""
    why = "Sound is missing in the file; silence stands in its place."
    return TimelineGap(start_s, start_s + seconds, f"Missing {_length(seconds)}", why)


def not_judged(start_s: float, end_s: float) -> TimelineGap:
    """Speech that got no result."""
    why = "Speech was heard here, and the model did not judge it."
    return TimelineGap(start_s, end_s, "Not judged", why, silent=False)


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else clock(seconds)


def describe(segment: TimelineSegment) -> str:
    """What people read of it: `Angry 82 %`, `Uncertain: too much noise (angry 34 %)`, or `Not a voice`."""
    prediction = segment.prediction
    if prediction is None:
        return f"{NOT_A_VOICE.capitalize()}, so far" if segment.not_a_voice else "Speech, not finished"
    if prediction.not_a_voice:
        return NOT_A_VOICE.capitalize()
    text = f"{prediction.label} {percent(prediction.confidence)}"
    if prediction.uncertain:
        why = "" if prediction.because is None else f": {WORDS[prediction.because]}"
        return f"Uncertain{why} ({text})"
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    return f"{round(100 * share)} %"


def clock(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    whole = int(max(0.0, seconds))
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60}:{rest % 60:02d}"


def moment(seconds: float, digits: int = 1) -> str:
    """Seconds as m:ss.d or h:mm:ss.d, with so many decimals."""
    units = 10**digits
    whole, part = divmod(round(max(0.0, seconds) * units), units)
    return f"{clock(whole)}.{part:0{digits}d}"


@dataclass(frozen=True, slots=True, eq=False)
class TimelineContent:
    """What a timeline holds, for putting it back."""

    segments: dict[int, TimelineSegment]
    gaps: list[TimelineGap]
    began_s: float


class Timeline:
    """Segments and gaps of a session, oldest first, up to `keep_s` seconds ago; as `Segments`."""

    def __init__(self, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._segments: dict[int, TimelineSegment] = {}
        self._ordered: list[TimelineSegment] = []  # the same, by their starts
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
        self._segments.clear()
        self._ordered = []
        self.gaps, self.under_way = [], None
        self.speaking = False
        self.now_s = self.began_s = now_s
        self.version += 1

    def take(self) -> TimelineContent:
        """Take all out, up to now."""
        taken = TimelineContent(dict(self._segments), self.gaps, self.began_s)
        self.clear(self.now_s)
        return taken

    def put_before(self, content: TimelineContent) -> None:
        """Put back what was taken out, before what came since."""
        self._segments = {**content.segments, **self._segments}
        self._ordered = sorted(self._segments.values(), key=lambda segment: segment.start_s)
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
            del self._segments[self._ordered.pop(0).index]
            self.version += 1
        while self.gaps and self.gaps[0].end_s < self.now_s - self._keep_s:
            del self.gaps[0]
            self.version += 1

    def gap(self, gap: TimelineGap) -> None:
        """Nothing is known about this stretch, and why."""
        self.under_way = None
        self.gaps.append(gap)
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
        segment = self._segment(index, start_s, end_s, prediction.labels)
        if segment.final:
            return  # late: the final result is already there
        segment.end_s = max(segment.end_s, end_s)
        nothing = (0.0,) * len(prediction.labels)
        segment.points.append((end_s, nothing if prediction.not_a_voice else prediction.probabilities))
        self.version += 1

    def final(self, index: int, start_s: float, end_s: float, prediction: Prediction) -> None:
        segment = self._segment(index, start_s, end_s, prediction.labels)
        segment.start_s, segment.end_s = start_s, end_s
        segment.prediction = replace(prediction, embedding=None)  # 12 KB each, and nobody looks at it
        segment.points = [point for point in segment.points if point[0] <= end_s]
        self.version += 1

    def _segment(self, index: int, start_s: float, end_s: float, labels: tuple[str, ...]) -> TimelineSegment:
        """The segment with this number; a new one in its place if that has other labels."""
        known = self._segments.get(index)
        if known is not None and known.labels == labels:
            return known
        if known is not None:
            self._ordered.remove(known)
        segment = TimelineSegment(index, start_s, end_s, labels)
        self._segments[index] = segment
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
            return "No speech yet."
        return "; ".join(
            f"{clock(start_s)} to {clock(end_s)}: {text}" for start_s, end_s, text in sorted(said)[-limit:]
        )
