"""Where sound is missing in a ring: the source did not deliver it, or the ring was full."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from desktop_app.audio.base import SourceStatus
from desktop_app.core import clock
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import GapReason
from desktop_app.runtime.arrivals import Arrivals, Missing


class MissingSound:
    """The places where sound is missing, until the ring was read up to them; for the reader's thread alone.

    Parameters
    ----------
    ring : RingBuffer
        What the source is read through.
    rate : int
        Frames a second.
    arrivals : Arrivals, optional
        How a microphone is watched; None for a recording.
    """

    def __init__(self, ring: RingBuffer, rate: int, arrivals: Arrivals | None) -> None:
        self._ring = ring
        self._rate = rate
        self._arrivals = arrivals
        self._places: deque[tuple[int, Missing]] = deque()  # behind which frame of the ring

    def look(self, status: SourceStatus, *, ended: bool) -> None:
        """Take note of what the source did not deliver."""
        if self._arrivals is None:
            return
        found = self._arrivals.push(status)
        if found is None and ended:
            found = self._arrivals.finish()
        if found is not None:
            behind = max(self._ring.read_count, found.frames - self._ring.dropped)
            self._places.append((behind, found))

    def frames_before(self) -> int:
        """Frames that can be read before the next place where sound is missing, or may be."""
        ring = self._ring
        limits = [len(ring)]
        to_loss = ring.frames_to_loss()
        if to_loss is not None:
            limits.append(to_loss)
        if self._places:
            limits.append(self._places[0][0] - ring.read_count)
        held = None if self._arrivals is None else self._arrivals.held_behind
        if held is not None:
            limits.append(held - ring.dropped - ring.read_count)
        return max(0, min(limits))

    def passed(self) -> Iterator[tuple[float, GapReason, float]]:
        """The gaps that lie right behind what was read, each once: seconds, why, when it came again."""
        ring = self._ring
        while self._places and self._places[0][0] <= ring.read_count:
            _, missing = self._places.popleft()
            yield missing.seconds, missing.reason, missing.until
        lost = ring.take_loss()
        if lost:
            yield lost / self._rate, GapReason.OVERFLOW, clock.now()
