"""Short-time energy in bands: what the segmenter listens to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop_app.core.taper import hann
from desktop_app.core.types import FloatArray

BAND_EDGES_HZ = (100, 200, 300, 420, 560, 720, 900, 1120, 1380, 1700, 2100, 2600, 3200, 4000)
"""Roughly Bark-wide bands over the range in which voiced speech carries its energy. Rumble and mains hum
below 100 Hz are left out, and so is hiss above 4 kHz."""

_AT_ONCE = 2**14
"""Samples: larger arrays are given back to the system each time, and come anew page by page."""


class BandEnergy:
    """Streaming band powers of overlapping Hann frames.

    Frame k covers samples ``[k * hop, k * hop + window)``. Every frame is computed row by row, without BLAS,
    so the result is the same to the bit however the input is cut.
    """

    def __init__(self, sample_rate: int, hop_s: float = 0.010, window_s: float = 0.025) -> None:
        self.hop = round(hop_s * sample_rate)
        self.window = round(window_s * sample_rate)
        self._taper: FloatArray = hann(self.window)
        bins = np.fft.rfftfreq(self.window, 1.0 / sample_rate)
        edges = [edge for edge in BAND_EDGES_HZ if edge < sample_rate / 2] + [sample_rate / 2]
        marks = np.unique(np.searchsorted(bins, edges[: len(BAND_EDGES_HZ)]))
        self._marks: npt.NDArray[np.intp] = marks
        self.bands = len(marks) - 1
        # Of the power of white noise, what falls into each band.
        self.white: npt.NDArray[np.float64] = np.diff(marks) / (len(bins) - 1)
        # One-sided power spectrum scaled so that the sum over bins is the mean square of the frame.
        self._scale = 2.0 / (self.window * float(np.sum(np.square(self._taper, dtype=np.float64))))
        self._pending: FloatArray = np.empty(0, dtype=np.float32)

    def push(self, waveform: FloatArray) -> npt.NDArray[np.float64]:
        """Mean-square power of each new frame in each band, [frames, bands]."""
        data = np.concatenate((self._pending, waveform)) if len(self._pending) else waveform
        count = max(0, (len(data) - self.window) // self.hop + 1)
        if not count:
            self._pending = np.array(data, dtype=np.float32)
            return np.empty((0, self.bands))
        frames = np.lib.stride_tricks.sliding_window_view(data, self.window)[:: self.hop][:count]
        self._pending = np.array(data[count * self.hop :], dtype=np.float32)
        at_once = max(1, _AT_ONCE // self.window)
        return np.concatenate([self._of(frames[at : at + at_once]) for at in range(0, count, at_once)])

    def _of(self, frames: FloatArray) -> npt.NDArray[np.float64]:
        # A constant offset would leak into all bands and hide what is soft.
        tapered = (frames - frames.mean(axis=1, keepdims=True)) * self._taper
        spectrum = np.fft.rfft(tapered, axis=1)[:, : self._marks[-1]]
        power = np.square(spectrum.real, dtype=np.float64) + np.square(spectrum.imag, dtype=np.float64)
        banded: npt.NDArray[np.float64] = np.add.reduceat(power, self._marks[:-1], axis=1)
        return banded * self._scale
