"""What arrives at the virtual sink: every block with the moment of its arrival."""

from __future__ import annotations

import time
from types import TracebackType

import numpy as np

from desktop_app.audio.sounddevice_source import SoundDeviceSource
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import FloatArray

SAMPLE_RATE = 48_000
HEARD = 1e-3


class _Source(SoundDeviceSource):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[float, FloatArray]] = []

    def _receive(self, block: FloatArray, flagged: bool) -> None:
        self.blocks.append((time.monotonic(), block[:, 0].copy()))


class Receiver:
    """Records the virtual microphone, which hears what is played, for the time of a `with` block."""

    def __enter__(self) -> Receiver:
        self._source = _Source()
        opened = self._source.open()
        assert opened.sample_rate == SAMPLE_RATE
        self._source.start(RingBuffer(SAMPLE_RATE, opened.channels))
        deadline = time.monotonic() + 5
        while not self._source.blocks and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.stop()

    def samples(self) -> FloatArray:
        """Everything so far, mono."""
        return np.concatenate([block for _, block in list(self._source.blocks)])

    def heard(self) -> FloatArray:
        """From the first sound to the last."""
        samples = self.samples()
        loud = np.flatnonzero(np.abs(samples) > HEARD)
        return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]

    def forget(self) -> None:
        self._source.blocks.clear()

    def first_sound_at(self, timeout_s: float = 5.0) -> float:
        """The moment of the monotonic clock at which the first sound arrived."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for moment, block in list(self._source.blocks):
                loud = np.flatnonzero(np.abs(block) > HEARD)
                if len(loud):
                    return moment - (len(block) - int(loud[0])) / SAMPLE_RATE
            time.sleep(0.005)
        raise AssertionError("nothing was heard")
