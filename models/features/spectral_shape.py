"""The shape of a spectrum in one number a frame: centroid, bandwidth, roll-off, flatness.

References: `librosa.feature.spectral_*` of librosa 0.11; G. Peeters, "A large set of audio features for sound
description", IRCAM, 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.features.mel_spectrogram import POWER_FLOOR
from models.features.spectrum import TINY, SpectralFeature, StftParams, require


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
