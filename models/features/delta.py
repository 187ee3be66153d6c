"""Local slopes and curvatures over time as `librosa.feature.delta` gives them.

Reference: A. Savitzky and M. Golay, "Smoothing and differentiation of data by simplified least squares
procedures", Analytical Chemistry 36, 1964.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.features.spectrum import require

WIDTH = 9
_HALF = WIDTH // 2


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
