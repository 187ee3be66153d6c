"""Sound much softer than the voice of a stream: another speaker's words, or a fire, a wave, a cock?

Syllables rise and fall, and carry most of their power low, where voices have their first formant.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from desktop_app.core.band_energy import BAND_EDGES_HZ

LOW_HZ = 900
LOW_BANDS = BAND_EDGES_HZ.index(LOW_HZ)
_NOTHING = 1e-30  # the power of digital silence: far below any sound, at any gain


class SoftSound:
    """How the level of one sound varies from frame to frame, and where its power lies.

    Attributes
    ----------
    spread_db : float
        Standard deviation of the level up to the latest frame in which the sound was there.
    run : int
        Frames for which it was there without a break, up to the latest frame.
    """

    def __init__(self) -> None:
        self._count, self._sum, self._squares = 0, 0.0, 0.0
        self._low, self._all = 0.0, 0.0
        self.spread_db = 0.0
        self.run = 0

    def push(self, power: npt.NDArray[np.float64], level: float, *, there: bool) -> None:
        """Take in one frame's mean square, in each band [bands] and in all; `there` is False in a pause."""
        level_db = 10.0 * math.log10(max(level, _NOTHING))
        self._count += 1
        self._sum += level_db
        self._squares += level_db * level_db
        self._low += float(np.add.reduce(power[:LOW_BANDS]))
        self._all += level
        self.run = self.run + 1 if there else 0
        if there:
            mean = self._sum / self._count
            self.spread_db = math.sqrt(max(0.0, self._squares / self._count - mean * mean))

    @property
    def low_share(self) -> float:
        """Share of its power below `LOW_HZ`, from 0 to 1."""
        return self._low / self._all if self._all else 0.0
