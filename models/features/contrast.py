"""Peaks against valleys of the spectrum, octave by octave.

References: D. Jiang et al., "Music type classification by spectral contrast feature", ICME 2002;
`librosa.feature.spectral_contrast` of librosa 0.11.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.features.mel_spectrogram import power_to_db
from models.features.spectrum import SpectralFeature, StftParams, require


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastParams(StftParams):
    """One band below `fmin`, `n_bands` octaves above; `quantile` of a band are its peaks, as many valleys."""

    fmin: float = 200.0
    n_bands: int = 6
    quantile: float = 0.02

    def __post_init__(self) -> None:
        StftParams.__post_init__(self)
        require(self.fmin > 0 and self.n_bands >= 1, "fmin and n_bands must be positive.")
        require(0 < self.quantile < 1, f"quantile must lie between 0 and 1, not {self.quantile:g}.")
        top = self.fmin * 2.0 ** (self.n_bands - 1)
        require(
            top < self.sample_rate / 2,
            f"The highest band begins at {top:g} Hz, but the sound ends at {self.sample_rate / 2:g} Hz: "
            "take fewer n_bands or a lower fmin.",
        )
        require(
            all(stop > start for start, stop, _ in self.bands()),
            f"A band of the contrast has no bin: n_fft={self.n_fft} is too short for fmin={self.fmin:g}.",
        )

    def bands(self) -> list[tuple[int, int, int]]:
        """First and last (exclusive) bin of each band, and how many of its bins are peaks or valleys."""
        frequencies = self.frequencies()
        edges = [0.0, *(self.fmin * 2.0**octave for octave in range(self.n_bands + 1))]
        found = []
        for band, (low, high) in enumerate(itertools.pairwise(edges)):
            inside = np.flatnonzero((frequencies >= low) & (frequencies <= high))
            if not len(inside):
                return [(0, 0, 0)]
            start, stop = int(inside[0]) - (band > 0), int(inside[-1]) + 1
            if band == self.n_bands:
                stop = len(frequencies)
            count = max(1, int(np.rint(self.quantile * (stop - start))))
            found.append(
                (start, stop - (band < self.n_bands), count)
            )  # an upper edge belongs to the next band
        return found


class SpectralContrast(SpectralFeature):
    """Mean of the peaks over mean of the valleys in dB: [batch, n_bands + 1, frames].

    librosa takes magnitudes for powers here, so its 80 dB reach down to 1e-8 of the largest magnitude, which
    is below the rounding of float32.
    """

    dtype = torch.float64

    def __init__(self, params: ContrastParams | None = None) -> None:
        params = params or ContrastParams()
        super().__init__(params, params.n_bands + 1)
        self.bands = params.bands()

    def of_power(self, power: Tensor) -> Tensor:
        magnitude = power.sqrt()
        peaks, valleys = [], []
        for start, stop, count in self.bands:
            band = magnitude[:, start:stop]
            peaks.append(band.topk(count, dim=1).values.mean(dim=1))
            valleys.append(band.topk(count, dim=1, largest=False).values.mean(dim=1))
        difference = power_to_db(torch.stack(peaks, dim=1)) - power_to_db(torch.stack(valleys, dim=1))
        return difference.float()
