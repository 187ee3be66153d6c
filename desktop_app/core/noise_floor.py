"""The level of a room while nobody speaks, band by band, followed as it changes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

QUANTILE = 0.10
"""Speech leaves gaps: a tenth of the frames of even fluent speech is near the background. A low quantile over
some seconds instead of a minimum follows Stahl, Fischer and Bippus (2000)."""

QUIETEST = 1e-8
"""Floor of a band, mean square (-80 dBFS): digital silence must not make every rounding error speech."""

START_CEILING = 10 ** (-45 / 10)
"""Broadband ceiling of the first estimate: a stream may begin in the middle of a word."""


class NoiseFloor:
    """Low quantile of the smoothed band powers over the latest seconds.

    Parameters
    ----------
    bands : int
        Bands of the frames that will be pushed.
    hop_s : float
        Seconds between frames.
    window_s : float
        Seconds that the quantile looks back; a step in the noise is forgotten after this time.
    every : int
        Frames between two updates, and frames averaged into one entry.
    """

    def __init__(self, bands: int, hop_s: float, window_s: float = 5.0, every: int = 5) -> None:
        self._every = every
        self._history = np.empty((max(2, round(window_s / hop_s / every)), bands))
        self._entries = 0
        self._sum = np.zeros(bands)
        self._frames = 0
        self._trusted = round(1.0 / hop_s)
        self.floor: npt.NDArray[np.float64] = np.full(bands, START_CEILING / bands)

    def push(self, power: npt.NDArray[np.float64]) -> None:
        """Take in one frame's band powers [bands]; `floor` is current afterwards."""
        self._sum += power
        self._frames += 1
        if self._frames % self._every:
            return
        self._history[self._entries % len(self._history)] = self._sum / self._every
        self._sum[:] = 0.0
        self._entries += 1
        seen = self._history[: min(self._entries, len(self._history))]
        rank = int(QUANTILE * (len(seen) - 1))
        floor = np.partition(seen, rank, axis=0)[rank]
        if self._frames <= self._trusted:
            total = float(floor.sum())
            if total > START_CEILING:
                floor = floor * (START_CEILING / total)
        self.floor = np.maximum(floor, QUIETEST)
