"""What is told of each frame in a few numbers: the shape of its spectrum, its loudness, its zero crossings.

References: `librosa.feature.spectral_*`, `rms` and `zero_crossing_rate` of librosa 0.11; G. Peeters, "A large
set of audio features for sound description", IRCAM, 2004; D. Jiang et al., "Music type classification by
spectral contrast feature", ICME 2002.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.features.spectrum import (
    POWER_FLOOR,
    TINY,
    Feature,
    FrameParams,
    SpectralFeature,
    StftParams,
    centered,
    power_to_db,
    require,
)

_ZERO = 1e-10  # librosa takes what is closer to zero for positive


def distribution(magnitude: Tensor) -> Tensor:
    """[batch, bins, frames] over the sum of each frame; where there is nothing, it stays zero."""
    total = magnitude.sum(dim=1, keepdim=True)
    return magnitude / torch.where(total < TINY, 1.0, total)


class _OverFrequency(SpectralFeature):
    """One row, made from the magnitudes and the frequencies of the bins in Hz."""

    def __init__(self, params: StftParams | None = None) -> None:
        params = params or StftParams()
        super().__init__(params, 1)
        frequencies = torch.from_numpy(params.frequencies()).float()[:, None]
        self.register_buffer("frequencies", frequencies, persistent=False)
        self.frequencies: Tensor  # [bins, 1]


class SpectralCentroid(_OverFrequency):
    """The mean frequency in Hz, weighted by magnitude; 0 in silence: [batch, 1, frames]."""

    def of_power(self, power: Tensor) -> Tensor:
        weights = distribution(power.sqrt())
        return (weights * self.frequencies).sum(dim=1, keepdim=True)


class SpectralBandwidth(_OverFrequency):
    """The deviation of frequency around the centroid in Hz: [batch, 1, frames]."""

    def of_power(self, power: Tensor) -> Tensor:
        weights = distribution(power.sqrt())
        centroid = (weights * self.frequencies).sum(dim=1, keepdim=True)
        return (weights * (self.frequencies - centroid).square()).sum(dim=1, keepdim=True).sqrt()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloffParams(StftParams):
    """`roll_percent` is a fraction, as in librosa."""

    roll_percent: float = 0.85

    def __post_init__(self) -> None:
        StftParams.__post_init__(self)
        require(
            0 < self.roll_percent < 1, f"roll_percent must lie between 0 and 1, not {self.roll_percent:g}."
        )


class SpectralRolloff(SpectralFeature):
    """The lowest frequency in Hz below which `roll_percent` of the magnitude lies: [batch, 1, frames]."""

    def __init__(self, params: RolloffParams | None = None) -> None:
        params = params or RolloffParams()
        super().__init__(params, 1)
        self.roll_percent = params.roll_percent
        self.bin_hz = params.sample_rate / params.n_fft

    def of_power(self, power: Tensor) -> Tensor:
        below = power.sqrt().cumsum(dim=1)
        short = below < self.roll_percent * below[:, -1:]
        return short.float().sum(dim=1, keepdim=True) * self.bin_hz


class SpectralFlatness(SpectralFeature):
    """Geometric over arithmetic mean of the power, 1 for white noise and for silence: [batch, 1, frames]."""

    def __init__(self, params: StftParams | None = None) -> None:
        super().__init__(params or StftParams(), 1)

    def of_power(self, power: Tensor) -> Tensor:
        power = power.clamp(min=POWER_FLOOR)
        relative = power / power.mean(dim=1, keepdim=True)  # small logarithms lose fewer digits
        return relative.log().mean(dim=1, keepdim=True).exp()


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


class FramedFeature(Feature):
    """A feature of one row that is computed from the frames of the waveform."""

    def __init__(self, params: FrameParams | None = None) -> None:
        super().__init__()
        self.params = params or FrameParams()
        self.grid = self.params.grid
        self.rows = 1


class Rms(FramedFeature):
    """Root of the mean square of each frame: [batch, 1, frames]."""

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.params
        padded = centered(waveform, p.frame_length, center=p.center)
        return functional.avg_pool1d(padded[:, None].square(), p.frame_length, p.hop_length).sqrt()


class ZeroCrossingRate(FramedFeature):
    """Changes of sign per sample in each frame: [batch, 1, frames]. Both ends are continued, not padded."""

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.params
        padded = centered(waveform, p.frame_length, center=p.center, mode="replicate")
        negative = (padded < -_ZERO).float()
        crossing = (negative[:, 1:] - negative[:, :-1]).abs()
        # A frame of n samples has n - 1 places between them.
        share = functional.avg_pool1d(crossing[:, None], p.frame_length - 1, p.hop_length)
        return share * ((p.frame_length - 1) / p.frame_length)
