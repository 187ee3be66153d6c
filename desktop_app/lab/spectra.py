"""The spectrum of a stretch: of all of it at once, and the mean of its frames.

Levels are in dB; a sine at full scale has 0 dB where it falls on a bin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.lab.windows import Framing, Values, frames_of, window_of

FLOOR_DB: Final = -140.0
_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """`levels` [bins] in dB at `hertz` [bins]."""

    hertz: Values
    levels: Values


def decibels(power: Values) -> Values:
    """Of a sine's power over that at full scale; none is below `FLOOR_DB`."""
    levels: Values = 10.0 * np.log10(np.maximum(power, 10.0 ** (FLOOR_DB / 10.0)))
    return levels


def whole_spectrum(waveform: FloatArray, sample_rate: int, window: str) -> Spectrum:
    """One FFT of all of `waveform` [n], under the window of this name."""
    taper = window_of(window, len(waveform))
    power = np.square(np.abs(np.fft.rfft(waveform * taper)) * 2.0 / taper.sum())
    return Spectrum(_bins(len(waveform), sample_rate), decibels(power))


def mean_spectrum(waveform: FloatArray, sample_rate: int, framing: Framing) -> Spectrum:
    """The mean power of all frames of `waveform` [n], after P. D. Welch, 1967."""
    taper = window_of(framing.window, framing.size)
    frames = frames_of(waveform, framing)
    total = np.zeros(framing.size // 2 + 1)
    for first in range(0, len(frames), _AT_ONCE):
        found = np.abs(np.fft.rfft(frames[first : first + _AT_ONCE] * taper, axis=1))
        total += np.square(found).sum(axis=0)
    power = total / len(frames) * (2.0 / taper.sum()) ** 2
    return Spectrum(_bins(framing.size, sample_rate), decibels(power))


def _bins(size: int, sample_rate: int) -> Values:
    return np.asarray(np.fft.rfftfreq(size, 1.0 / sample_rate), dtype=np.float64)
