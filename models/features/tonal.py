"""Pitch classes and what they are to one another: chroma and tonnetz, tuned to A4 = 440 Hz.

References: `librosa.feature.chroma_stft` (with `tuning=0`) and `librosa.feature.tonnetz` of librosa 0.11;
D. Ellis, "Chroma feature analysis and synthesis", 2007; C. Harte, M. Sandler and M. Gasser, "Detecting
harmonic change in musical audio", AMCMM 2006.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from models.features.spectral import distribution
from models.features.spectrum import TINY, SpectralFeature, StftParams

_CHROMA = 12
_A4_HZ = 440.0


def chroma_filters(sample_rate: int, n_fft: int, n_chroma: int = 12) -> np.ndarray:
    """Gaussian bumps around each pitch class, tuned to A4 = 440 Hz, float32 [n_chroma, bins]."""
    frequencies = np.linspace(0, sample_rate, n_fft, endpoint=False)[1:]
    chroma = n_chroma * np.log2(frequencies / (_A4_HZ / 16))
    chroma = np.concatenate([[chroma[0] - 1.5 * n_chroma], chroma])
    width = np.concatenate([np.maximum(np.diff(chroma), 1.0), [1.0]])
    half = np.round(n_chroma / 2)
    distance = chroma[None, :] - np.arange(n_chroma)[:, None]
    distance = np.remainder(distance + half + 10 * n_chroma, n_chroma) - half
    filters = np.exp(-0.5 * (2 * distance / width[None, :]) ** 2)
    filters /= np.sqrt(np.square(filters).sum(axis=0, keepdims=True))
    filters *= np.exp(-0.5 * ((chroma / n_chroma - 5.0) / 2.0) ** 2)[
        None, :
    ]  # octaves around the fifth count
    filters = np.roll(filters, -3 * (n_chroma // 12), axis=0)  # row 0 is C
    return np.ascontiguousarray(filters[:, : n_fft // 2 + 1], dtype=np.float32)


class Chroma(SpectralFeature):
    """Strength of the pitch classes C to B, the strongest of each frame at 1: [batch, 12, frames]."""

    def __init__(self, params: StftParams | None = None) -> None:
        params = params or StftParams()
        super().__init__(params, _CHROMA)
        filters = torch.from_numpy(chroma_filters(params.sample_rate, params.n_fft, _CHROMA))
        self.register_buffer("filters", filters, persistent=False)
        self.filters: Tensor  # [12, bins]

    def of_power(self, power: Tensor) -> Tensor:
        raw = torch.matmul(self.filters, power)
        largest = raw.amax(dim=1, keepdim=True)
        return raw / torch.where(largest < TINY, 1.0, largest)


class Tonnetz(Chroma):
    """Position in the space of fifths, minor and major thirds, of the STFT's chroma: [batch, 6, frames].

    librosa starts from a constant-Q chroma unless it is given one; this is what it gives for `chroma_stft`.
    """

    def __init__(self, params: StftParams | None = None) -> None:
        super().__init__(params)
        self.rows = 6
        steps = np.array([7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3])[:, None] * np.arange(_CHROMA)
        steps -= np.array([0.5, 0, 0.5, 0, 0.5, 0])[:, None]
        basis = np.array([1, 1, 1, 1, 0.5, 0.5])[:, None] * np.cos(np.pi * steps)
        self.register_buffer("basis", torch.from_numpy(basis).float(), persistent=False)
        self.basis: Tensor  # [6, 12]

    def of_power(self, power: Tensor) -> Tensor:
        return torch.matmul(self.basis, distribution(super().of_power(power)))
