"""Sound that comes over a network as a source: raw samples, in blocks of any length."""

from __future__ import annotations

import queue
import threading
from typing import Final, Literal, TypeAlias

import numpy as np

from desktop_app.audio.base import SourceStatus
from desktop_app.core.finite import FiniteSamples
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import FloatArray, StreamFormat

SampleFormat: TypeAlias = Literal["s16le", "f32le"]
BYTES: Final[dict[str, int]] = {"s16le": 2, "f32le": 4}
LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
_RING_FULL_WAIT_S: Final = 0.005
_STOP_DEADLINE_S: Final = 0.8


class PushedSource:
    """Mono samples that `push` takes, as a recording that is not known to its end.

    Its time is that of its samples: a pause in sending is no pause in the sound.
    """

    live = False

    def __init__(self, sample_rate: int, sample_format: SampleFormat, name: str) -> None:
        self._rate = sample_rate
        self._format = sample_format
        self._name = name
        self._finite = FiniteSamples(sample_rate)
        self._blocks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._finished = False
        self._taken_s = self._pushed_s = 0.0

    @property
    def behind_s(self) -> float:
        """Sound that was pushed and not yet taken."""
        return self._pushed_s - self._taken_s

    def push(self, samples: bytes) -> None:
        """Take the next samples; parts of one may come in two blocks."""
        self._pushed_s += len(samples) / (BYTES[self._format] * self._rate)
        self._blocks.put(samples)

    def finish(self) -> None:
        """No more comes: the run ends behind what was pushed."""
        self._blocks.put(None)

    def open(self) -> StreamFormat:
        return StreamFormat(self._rate, 1, self._name)

    def start(self, ring: RingBuffer) -> None:
        self._thread = threading.Thread(target=self._run, args=(ring,), name="pushed-source", daemon=True)
        self._thread.start()

    def status(self) -> SourceStatus:
        return SourceStatus(
            active=not self._finished,
            finished=self._finished,
            silent_for_s=0.0,
            overflows=0,
            warnings=self._finite.warnings if self._finished else (),
        )

    def stop(self) -> None:
        self._stop.set()
        self._blocks.put(None)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_DEADLINE_S)
        self._finished = True

    def _run(self, ring: RingBuffer) -> None:
        width, rest = BYTES[self._format], b""
        try:
            while (block := self._blocks.get()) is not None and not self._stop.is_set():
                data = rest + block
                whole = len(data) - len(data) % width
                rest = data[whole:]
                if whole and not self._write(ring, self._samples(data[:whole])):
                    return
        finally:
            self._finished = True

    def _samples(self, data: bytes) -> FloatArray:
        if self._format == "s16le":
            return np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(32768)
        return self._finite.push(np.frombuffer(data, dtype="<f4").astype(np.float32))

    def _write(self, ring: RingBuffer, samples: FloatArray) -> bool:
        """Into the ring as it has room; False when stopped meanwhile."""
        start = 0
        while start < len(samples):
            room = min(ring.capacity - len(ring), len(samples) - start)
            if room > 0:
                ring.write(samples[start : start + room, None])
                start += room
                self._taken_s += room / self._rate
            elif self._stop.wait(_RING_FULL_WAIT_S):
                return False
        return True
