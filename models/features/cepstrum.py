"""Mel-frequency cepstral coefficients as `librosa.feature.mfcc` gives them.

Reference: S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word
recognition", IEEE TASSP 28, 1980.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.features.mel_spectrogram import MelParams, MelSpectrogram, power_to_db
from models.features.spectrum import require


def dct_matrix(n: int, rows: int) -> np.ndarray:
    """The first `rows` of the orthonormal DCT-II of n points, float64 [rows, n]."""
    matrix = np.cos(np.pi * np.arange(rows)[:, None] * (np.arange(n)[None, :] + 0.5) / n) * np.sqrt(2.0 / n)
    matrix[0] /= np.sqrt(2.0)
    return matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class MfccParams(MelParams):
    """`n_mfcc` coefficients, the zeroth (loudness) included."""

    n_mfcc: int = 20

    def __post_init__(self) -> None:
        MelParams.__post_init__(self)
        require(
            1 <= self.n_mfcc <= self.n_mels,
            f"n_mfcc must lie between 1 and n_mels ({self.n_mels}), not {self.n_mfcc}.",
        )


class Mfcc(MelSpectrogram):
    """DCT-II (orthonormal, not liftered) of the mel bands in dB, 80 dB deep: [batch, n_mfcc, frames]."""

    def __init__(self, params: MfccParams | None = None) -> None:
        params = params or MfccParams()
        super().__init__(params)
        self.rows = params.n_mfcc
        dct = torch.from_numpy(dct_matrix(params.n_mels, params.n_mfcc)).float()
        self.register_buffer("dct", dct, persistent=False)
        self.dct: Tensor  # [n_mfcc, n_mels]

    def of_power(self, power: Tensor) -> Tensor:
        return torch.matmul(self.dct, power_to_db(super().of_power(power)))
