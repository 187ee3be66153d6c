"""The power spectrum of frames as two small matrix products, exact to rounding and cheap inside a graph.

A direct DFT of 2048 points is a matrix of 17 MB and 4 million products a frame. Cooley and Tukey's split
N = P * Q needs 0.5 MB and 0.3 million, of shapes that both torch exporters and ONNX Runtime handle.

Here and in all features constant matrices stand on the left of a product: what turns the weights of networks
into eight bits looks for constants on the right, and would ruin a spectrum.

Reference: J. W. Cooley and J. W. Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series",
Mathematics of Computation 19, 1965.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn


def _products(n: int, p: int) -> int:
    """Multiplications for one frame of n points, split into p and n / p."""
    half = p // 2 + 1
    return 2 * half * n + 4 * half * (n // p) ** 2


def _split(n: int) -> tuple[int, int]:
    """P and Q with P * Q = n and the fewest products."""
    p = min((p for p in range(1, n + 1) if n % p == 0), key=lambda p: _products(n, p))
    return p, n // p


def products(n: int) -> int:
    """Multiplications for one frame of n points: many where n has a large prime factor."""
    return _products(n, _split(n)[0])


class PowerSpectrum(nn.Module):
    """Frames [batch, n, frames] of `dtype` -> squared magnitudes of their DFT [batch, n // 2 + 1, frames]."""

    def __init__(self, n: int, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.p, self.q = _split(n)
        half = self.p // 2 + 1  # the other half of the first transform holds complex conjugates
        r, q, s = np.arange(half), np.arange(self.q), np.arange(self.q)
        angle = 2 * math.pi * (np.outer(r, np.arange(self.p)) % self.p) / self.p
        first = np.concatenate([np.cos(angle), -np.sin(angle)])
        turn = (q[None, :, None] * (r[:, None, None] + self.p * s[None, None, :])) % n
        cosine, sine = np.cos(2 * math.pi * turn / n), np.sin(2 * math.pi * turn / n)
        second = np.concatenate(
            [np.concatenate([cosine, -sine], axis=2), np.concatenate([sine, cosine], axis=2)], axis=1
        ).transpose(0, 2, 1)
        bins = np.arange(n // 2 + 1)
        mirrored = np.where(bins % self.p < half, bins, n - bins)
        order = (mirrored % self.p) * self.q + mirrored // self.p
        self.register_buffer("first", torch.from_numpy(first).to(dtype), persistent=False)
        self.register_buffer("second", torch.from_numpy(second.copy()).to(dtype)[:, None], persistent=False)
        self.register_buffer("order", torch.from_numpy(order), persistent=False)
        self.first: Tensor  # [2 * half, p]
        self.second: Tensor  # [half, 1, 2 * q, 2 * q]
        self.order: Tensor  # [n // 2 + 1]

    def forward(self, frames: Tensor) -> Tensor:
        # `reshape` throughout: behind `unflatten` and `flatten` the older exporter freezes all lengths.
        batch, half = frames.shape[0], self.second.shape[0]
        columns = torch.matmul(self.first, frames.reshape(batch, self.p, -1))  # q and frames side by side
        columns = columns.reshape(batch, 2, half, -1).permute(2, 0, 1, 3).reshape(half, batch, 2 * self.q, -1)
        power = torch.matmul(self.second, columns).square()
        power = power[:, :, : self.q] + power[:, :, self.q :]
        # Bins come first while they are put in order: whole rows are moved, not single numbers.
        power = power.permute(0, 2, 1, 3).reshape(half * self.q, batch, -1)
        return power.index_select(0, self.order).permute(1, 0, 2)
