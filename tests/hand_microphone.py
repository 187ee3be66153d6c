"""A microphone that delivers what a test wants it to."""

from __future__ import annotations

import time

import numpy as np

from desktop_app.audio.base import SourceStatus
from desktop_app.core import clock
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import StreamFormat

RATE = 16_000


class Microphone:
    """A microphone in a test's hand: `say` delivers sound at its own pace, `lose` unplugs it."""

    live = True

    def __init__(self) -> None:
        self.ring: RingBuffer | None = None
        self._arrived = (0, 0.0)
        self._lost = False
        self._heard = time.monotonic()

    def open(self) -> StreamFormat:
        return StreamFormat(RATE, 1, "some microphone")

    def start(self, ring: RingBuffer) -> None:
        self.ring = ring

    def stop(self) -> None:
        self._lost = True

    def lose(self) -> None:
        self._lost = True

    def status(self) -> SourceStatus:
        silent_for_s = time.monotonic() - self._heard
        return SourceStatus(not self._lost, self._lost, silent_for_s, 0, arrived=self._arrived)

    def say(self, sound: np.ndarray) -> None:
        """Deliver `sound` [n] in blocks of 20 ms, each when it is due."""
        assert self.ring is not None
        begin, block = clock.now(), RATE // 50
        for start in range(0, len(sound), block):
            part = sound[start : start + block]
            due = begin + (start + len(part)) / RATE
            time.sleep(max(0.0, due - clock.now()))
            self.deliver(part)

    def deliver(self, part: np.ndarray) -> None:
        """At once, as fast as it comes."""
        assert self.ring is not None
        self.ring.write(part[:, None].astype(np.float32))
        self._arrived = (self._arrived[0] + len(part), clock.now())
        self._heard = time.monotonic()
