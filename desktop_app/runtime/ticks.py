"""The live picture of the sound: its level, and the peaks that are drawn of it, about 30 times a second."""

from __future__ import annotations

import numpy as np

from desktop_app.core.detector import Detector
from desktop_app.core.levels import LevelMeter, ZeroDetector
from desktop_app.core.types import AudioTick, FloatArray, Levels, Waveshape

TICK_S = 1 / 30
COLUMN_S = 0.010
"""Width of a column of the drawn waveform, but for rounding to whole samples."""


class Ticks:
    """Gathers what was heard, and makes ticks of it.

    Attributes
    ----------
    muted : bool
        As of the latest tick: every sample of late was exactly zero.
    """

    def __init__(self) -> None:
        self.muted = False
        self._pending: FloatArray = np.empty(0, dtype=np.float32)
        self._next_s = 0.0

    def restart(self, rate: int, time_s: float) -> None:
        """Sound comes at `rate` from now on, which is `time_s` on the run's time axis."""
        self._rate = rate
        self._meter = LevelMeter(rate)
        self._zeros = ZeroDetector(rate)
        self._drawn_s = time_s

    def skip(self, seconds: float) -> None:
        """So much of the run's time had no sound."""
        self._drawn_s += seconds

    def push(
        self, waveform: FloatArray, now_s: float, detector: Detector, *, force: bool = False
    ) -> AudioTick | None:
        """Take in `waveform` [n], which was heard up to `now_s`; a tick if one is due, or with `force`."""
        self._pending = np.concatenate((self._pending, waveform))
        if not len(self._pending) or (now_s < self._next_s and not force):
            return None
        column_s = (column := round(COLUMN_S * self._rate)) / self._rate
        count = len(self._pending) // column
        if not count:
            return None
        self._next_s = now_s + TICK_S
        block, self._pending = np.split(self._pending, [count * column])
        shaped = block.reshape(count, column)
        shape = Waveshape(self._drawn_s, column_s, shaped.min(axis=1), shaped.max(axis=1))
        self._drawn_s += count * column_s
        reading = self._meter.push(block)
        levels = Levels(
            rms_dbfs=reading.rms_dbfs,
            peak_dbfs=reading.peak_dbfs,
            hold_dbfs=reading.hold_dbfs,
            speech_dbfs=detector.level_dbfs,
            floor_dbfs=detector.floor_dbfs,
            threshold_dbfs=detector.threshold_dbfs,
        )
        self.muted = self._zeros.push(block)
        return AudioTick(now_s, levels, shape, detector.speaking)
