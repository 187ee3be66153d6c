"""LoRA: a trained layer stays as it is, and a product of two thin matrices is learnt and added to its weight.

Reference: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.
"""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from models.errors import TrainingError


class LowRank(nn.Module):
    """Weight [out, in] -> weight + alpha / rank * up @ down; `up` begins with zeros, so nothing changes."""

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
