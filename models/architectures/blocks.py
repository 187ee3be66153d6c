"""Parts that the networks of several families share: scaling, convolution blocks, attention, LoRA."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from models.errors import TrainingError

LOG_MEL = "logmel:n_mels=128,n_fft=1488,hop_length=372,ref=max"
"""2048 and 512 samples at 22.05 kHz last as long as 1488 and 372 at 16 kHz: as many frames a second, of as
many hertz a bin. The 128 bands end at 8 kHz rather than at 11."""

Scaling = Literal["unit", "clip", "rows", "none"]
"""`unit`: decibels below the clip's maximum, -80 .. 0, become 0 .. 1. `clip`: all values of a clip get mean 0
and deviation 1. `rows`: the same for each row by itself. `none`: as they come."""
_DECIBELS = 80.0
_LEAST_DEVIATION = 1e-2
"""Below it, rounding would be taken for signal: silence has the same value everywhere, but for rounding."""


class Scale(nn.Module):
    """[batch, rows, frames] -> the same shape, each clip scaled by itself (see `Scaling`)."""

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        self.scaling = scaling

    def forward(self, features: Tensor) -> Tensor:
        if self.scaling == "none":
            return features
        if self.scaling == "unit":
            return features / _DECIBELS + 1.0
        axes = (2,) if self.scaling == "rows" else (1, 2)
        centred = features - features.mean(dim=axes, keepdim=True)
        deviation = centred.square().mean(dim=axes, keepdim=True).sqrt()
        return centred / deviation.clamp(min=_LEAST_DEVIATION)


class SpectrumBlocks(nn.Module):
    """[batch, rows, frames] -> [batch, channels, rows / 2**n, frames / 2**n], by n blocks.

    A block is a convolution of 3 x 3, batch norm, `activation`, maximum of 2 x 2, dropout. A ReLU follows the
    maximum: there it gives the same and has a quarter to do.
    """

    def __init__(
        self, channels: Sequence[int], activation: type[nn.Module] = nn.ReLU, dropout: float = 0.0
    ) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for before, after in itertools.pairwise([1, *channels]):
            smaller = [activation(), nn.MaxPool2d(2)]
            blocks += [
                nn.Conv2d(before, after, kernel_size=3, padding=1),
                nn.BatchNorm2d(after),
                *(reversed(smaller) if activation is nn.ReLU else smaller),
                nn.Dropout(dropout),
            ]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, features: Tensor) -> Tensor:
        return self.blocks(features[:, None])


class SelfAttention(nn.Module):
    """Multi-head self-attention [batch, time, width] -> the same, by operators that export at any length.

    Reference: Vaswani et al., "Attention is all you need", 2017.
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.queries, self.keys, self.values, self.out = (nn.Linear(width, width) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def split(self, x: Tensor) -> Tensor:
        """[batch, time, width] -> [batch, heads, time, width / heads]."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def scores(self, x: Tensor) -> Tensor:
        """How much each moment heeds each other, before the softmax [batch, heads, time, time]."""
        queries, keys = self.split(self.queries(x)), self.split(self.keys(x))
        return torch.matmul(queries * queries.shape[-1] ** -0.5, keys.transpose(-1, -2))

    def forward(self, x: Tensor) -> Tensor:
        weights = self.dropout(self.scores(x).softmax(dim=-1))
        mixed = torch.matmul(weights, self.split(self.values(x)))
        return self.out(mixed.transpose(1, 2).flatten(2))


def sinusoids(positions: Tensor, width: int) -> Tensor:
    """Sines and cosines of positions [n] at `width` / 2 wavelengths from 2 pi to 20,000 pi: [n, width]."""
    rates = torch.exp(torch.arange(0, width, 2, device=positions.device) * (-9.210340371976184 / width))
    angles = positions[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class LowRank(nn.Module):
    """Weight [out, in] -> weight + alpha / rank * up @ down; `up` begins with zeros, so nothing changes.

    Reference: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.
    """

    def __init__(self, out_features: int, in_features: int, rank: int, alpha: float) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.empty(rank, in_features))
        self.up = nn.Parameter(torch.zeros(out_features, rank))
        self.scale = alpha / rank
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.scale * (self.up @ self.down)


def add_low_rank(module: nn.Module, names: Collection[str], rank: int, alpha: float) -> int:
    """Give each linear layer of `module` that is called one of `names` a `LowRank`; all else is frozen.

    Layers keep their type and attributes, so whatever reads `layer.weight` gets the sum. Returns how many
    layers there were.

    Raises
    ------
    TrainingError
        If there was none.
    """
    module.requires_grad_(False)
    found = [
        layer
        for name, layer in module.named_modules()
        if isinstance(layer, nn.Linear) and name.rpartition(".")[2] in names
    ]
    if not found:
        raise TrainingError(
            f"No linear layer is called {' or '.join(sorted(names))}.", "Name the layers as the network does."
        )
    for layer in found:
        low = LowRank(layer.out_features, layer.in_features, rank, alpha)
        parametrize.register_parametrization(layer, "weight", low)
    return len(found)
