"""Values that glide to their targets by a time constant, whatever the frame rate. Knows no Qt."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_SETTLED = 5e-4  # closer than a twentieth of a pixel of the longest bar


class Easing:
    """A vector that moves towards its target: after `time_constant_s`, 63 % of the way is done.

    The step is exact for any `dt` (`1 - exp(-dt / tau)`), so that two half steps equal one whole one and a
    late frame lands where two punctual ones would have.
    """

    def __init__(self, size: int, time_constant_s: float = 0.09) -> None:
        if time_constant_s <= 0:
            raise ValueError(f"the time constant must be positive, got {time_constant_s}")
        self._tau = time_constant_s
        self.values: npt.NDArray[np.float64] = np.zeros(size)
        self._target: npt.NDArray[np.float64] = np.zeros(size)
        self._settled = True  # kept, since it is asked several times in each frame

    @property
    def target(self) -> npt.NDArray[np.float64]:
        return self._target

    @property
    def settled(self) -> bool:
        return self._settled

    def aim(self, target: npt.ArrayLike) -> None:
        """Set the target; a new length starts from zero."""
        self._target = np.asarray(target, dtype=float).copy()
        if len(self._target) != len(self.values):
            self.values = np.zeros(len(self._target))
        self._settled = bool(np.array_equal(self.values, self._target))

    def jump(self) -> None:
        """Be at the target at once."""
        self.values = self._target.copy()
        self._settled = True

    def step(self, dt_s: float) -> bool:
        """Advance by `dt_s` seconds. Returns whether anything still moves."""
        if self._settled:
            return False
        share = 1.0 - math.exp(-max(0.0, dt_s) / self._tau)
        self.values = self.values + (self._target - self.values) * share
        close = np.abs(self._target - self.values) < _SETTLED
        self.values[close] = self._target[close]
        self._settled = bool(close.all())
        return not self._settled
