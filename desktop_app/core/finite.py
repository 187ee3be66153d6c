"""Samples that no sound has: one would go through the filters behind it and hide all that follows."""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.core.types import FloatArray, SoundWarning

NOT_NUMBERS: Final = "not_numbers"
BEYOND: Final = np.float32(1e12)
"""Of full scale: integers of 32 bits that were taken for samples stay below, and powers do not overflow."""


class FiniteSamples:
    """Puts zeros in place of samples that are NaN, infinite or beyond any sound, and counts them.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    start : int
        The frame of the stream at which the first block begins.

    Attributes
    ----------
    replaced, samples : int
        How many were replaced, and how many there were, over all channels.
    """

    def __init__(self, sample_rate: int, start: int = 0) -> None:
        self._sample_rate = sample_rate
        self._frames = start
        self._first = 0
        self.replaced = self.samples = 0

    def push(self, frames: FloatArray) -> FloatArray:
        """`frames` [n] or [n, channels] with numbers only; the same array where it had no others."""
        self.samples += frames.size
        good = np.abs(frames) <= BEYOND  # false for NaN
        if not good.all():
            if not self.replaced:
                self._first = self._frames + int(np.argmin(good.reshape(len(good), -1).all(axis=1)))
            self.replaced += int(frames.size - np.count_nonzero(good))
            frames = np.where(good, frames, np.float32(0.0))
        self._frames += len(frames)
        return frames

    @property
    def first_s(self) -> float:
        """Second of the first one that was replaced."""
        return self._first / self._sample_rate

    @property
    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is to be said by now."""
        if not self.replaced:
            return ()
        some = "1 sample is" if self.replaced == 1 else f"{self.replaced} samples are"
        numbers = "not a number" if self.replaced == 1 else "not numbers"
        zeros = "A zero stands in its place." if self.replaced == 1 else "Zeros stand in their place."
        return (
            SoundWarning(
                NOT_NUMBERS,
                f"{some} {numbers} (NaN, infinite or far beyond full scale), first at second "
                f"{self.first_s:.1f}. {zeros}",
                {"samples": self.replaced, "at_s": round(self.first_s, 3)},
            ),
        )
