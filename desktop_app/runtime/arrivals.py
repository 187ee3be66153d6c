"""What a microphone did not deliver, found from the times of its callbacks.

A callback may come late, never early. So the smallest delay behind an even stream over the last second tells
when samples were really heard, and a delay that has grown for good tells how much of the stream is missing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from desktop_app.audio.base import SourceStatus
from desktop_app.core import clock
from desktop_app.core.types import GapReason

WINDOW_S = 1.0
SUSPICIOUS_S = 0.25
"""Blocks of 10 ms come in bursts up to 0.1 s apart; a longer pause is looked at."""
HELD_S = 0.5
"""After a pause this long the sound behind it waits until the gap's length is known."""
SETTLE_S = 0.25
"""What a frozen server had kept comes within some ms of its thaw; then the gap's length is known."""
SHORTEST_GAP_S = 0.05
"""Less is within what callbacks are late by on a busy machine."""


class SampleClock:
    """When the samples of a stream were heard.

    Parameters
    ----------
    rate : int
        Frames a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._delays: deque[tuple[float, float]] = deque()  # (time, time less frames / rate)

    def push(self, frames: int, at: float) -> None:
        """`frames` had come in by the time `at`."""
        self._delays.append((at, at - frames / self._rate))
        while self._delays[0][0] < at - WINDOW_S:
            self._delays.popleft()

    def time_of(self, frames: int) -> float:
        """When frame number `frames` was heard."""
        return min(delay for _, delay in self._delays) + frames / self._rate

    def __len__(self) -> int:
        return len(self._delays)


@dataclass(frozen=True, slots=True)
class Missing:
    """`seconds` of sound are missing behind frame `frames` of the stream; `until` is when it came again."""

    frames: int
    seconds: float
    reason: GapReason
    until: float


class Arrivals:
    """Watches one stream of a microphone.

    Parameters
    ----------
    rate : int
        Frames a second.
    ended_at : float, optional
        When the sound before this stream ended (`core.clock.now`); what lies between is missing. None if
        there was none.
    reason : GapReason
        Why it ended.
    """

    def __init__(
        self, rate: int, ended_at: float | None = None, reason: GapReason = GapReason.DEVICE_LOST
    ) -> None:
        self._rate = rate
        self._clock = SampleClock(rate)
        self._last = (0, 0.0)
        self._overflows = 0
        self._slept_s = clock.slept_s()
        # While something may be missing: behind which frame, when the one after it was due, and why. `_after`
        # is the clock of what has come since.
        self._behind = 0
        self._due = ended_at
        self._reason = reason
        self._after = SampleClock(rate)
        self._since = 0.0
        self._holding = ended_at is not None

    @property
    def held_behind(self) -> int | None:
        """Frames behind this one must wait until it is known what is missing there; None if none must."""
        return self._behind if self._holding else None

    @property
    def ended_at(self) -> float | None:
        """When the latest frame was heard; None if there was none."""
        return self._clock.time_of(self._last[0]) if self._last[0] else None

    def push(self, status: SourceStatus) -> Missing | None:
        """Take a look at the stream; tells what is missing as soon as that is certain."""
        frames, at = status.arrived
        if frames == self._last[0]:
            return None
        pause_s = at - self._last[1] if self._last[0] else 0.0
        overflow, self._overflows = status.overflows > self._overflows, status.overflows
        if pause_s > SUSPICIOUS_S or (overflow and self._last[0]):
            self._suspect(pause_s)
        self._last = (frames, at)
        self._clock.push(frames, at)
        if self._due is None:
            return None
        if not len(self._after):
            self._since = at
        self._after.push(frames, at)
        return self._settle() if at - self._since >= SETTLE_S else None

    def finish(self) -> Missing | None:
        """The stream has ended: what is known so far must do."""
        missing = self._settle() if self._due is not None and len(self._after) else None
        self._holding = False
        return missing

    def _suspect(self, pause_s: float) -> None:
        if self._due is not None and pause_s <= SUSPICIOUS_S:
            return  # an overflow among others: what all of them cost is told together
        slept_s, self._slept_s = self._slept_s, clock.slept_s()
        if self._due is None:
            self._behind, self._due = self._last[0], self._clock.time_of(self._last[0])
            self._reason = GapReason.STALLED if pause_s > SUSPICIOUS_S else GapReason.OVERFLOW
        if self._slept_s - slept_s > SUSPICIOUS_S:
            self._reason = GapReason.SUSPENDED
        self._holding = self._holding or pause_s > HELD_S
        self._after = SampleClock(self._rate)

    def _settle(self) -> Missing | None:
        assert self._due is not None  # noqa: S101 - narrows the type; the callers checked
        until = self._after.time_of(self._behind)
        seconds = until - self._due
        found = Missing(self._behind, seconds, self._reason, until) if seconds >= SHORTEST_GAP_S else None
        if found is not None or not self._behind:
            self._clock = self._after  # earlier delays are those of another stream
        self._due, self._holding, self._after = None, False, SampleClock(self._rate)
        return found
