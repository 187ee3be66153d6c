"""Mel-frequency cepstral coefficients, and the slopes over time that recognisers of speech put beside them.

References: `librosa.feature.mfcc` and `librosa.feature.delta` of librosa 0.11; S. Davis and P. Mermelstein,
"Comparison of parametric representations for monosyllabic word recognition", IEEE TASSP 28, 1980; A. Savitzky
and M. Golay, "Smoothing and differentiation of data by simplified least squares procedures", Analytical
Chemistry 36, 1964.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.features.mel import MelParams, MelSpectrogram
from models.features.spectrum import power_to_db, require

WIDTH = 9  # frames that a slope is taken from
_HALF = WIDTH // 2


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


def _coefficients(order: int) -> np.ndarray:
    """Weights of nine frames in the `order`-th derivative of their least-squares polynomial."""
    steps = np.arange(-_HALF, _HALF + 1, dtype=np.float64)
    return np.linalg.pinv(np.vander(steps, order + 1, increasing=True))[order] * math.factorial(order)


class Delta(nn.Module):
    """[batch, rows, frames] -> its `order`-th derivative by frames, of the same shape.

    The first and last four frames have the derivative of the polynomial through the first and last nine (mode
    "interp" of librosa), which at its own order is constant. librosa refuses fewer than nine frames; here the
    ends are repeated until there are nine, so that no clip is too short.
    """

    def __init__(self, order: int = 1) -> None:
        super().__init__()
        require(order in (1, 2), f"delta must be 1 or 2, not {order}.")
        weights = torch.from_numpy(_coefficients(order)).float()
        self.register_buffer("weights", weights[None, None, None], persistent=False)
        self.weights: Tensor  # [1, 1, 1, 9]

    def forward(self, rows: Tensor) -> Tensor:
        padded = functional.pad(rows, (_HALF, _HALF), mode="replicate")
        slopes = functional.conv2d(padded[:, None], self.weights)[:, 0]
        frame = torch.arange(rows.shape[2], device=rows.device)
        last = frame[-1:]
        first_whole = (last // 2).clamp(max=_HALF)
        nearest = torch.minimum(torch.maximum(frame, first_whole), last - first_whole)
        return slopes.index_select(2, nearest)
