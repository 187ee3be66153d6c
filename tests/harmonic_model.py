"""A `SpeechModel` that anybody can follow: speech is what repeats itself 150 times a second."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray


class HarmonicModel:
    """`sure_after` windows of a voice in a row must have been heard before it believes in it."""

    sample_rate = 16_000
    window = 512

    def __init__(self, sure_after: int = 0) -> None:
        self._sure_after = sure_after
        self._heard: FloatArray = np.zeros(2 * self.window, dtype=np.float32)
        self._row = 0

    def judge(self, window: FloatArray) -> float:
        assert window.shape == (self.window,)
        assert window.dtype == np.float32
        self._heard = np.concatenate((self._heard[self.window :], window))
        period = round(self.sample_rate / 150)
        now, before = self._heard[-self.window :], self._heard[-self.window - period : -period]
        scale = float(np.sqrt(np.sum(now**2) * np.sum(before**2)))
        alike = float(np.sum(now * before)) / scale if scale > 1e-9 else 0.0
        self._row = self._row + 1 if alike > 0.5 else 0
        return 0.99 if self._row > self._sure_after else 0.01
