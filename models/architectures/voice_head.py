"""Two linear heads and the gate between them: one for strangers, one for a voice that the profile knows."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class VoiceHead(nn.Module):
    """(embedding [batch, dim], voice mean [dim], voice deviation [dim]) -> logits [batch, classes].

    logits = (1 - g) * stranger((embedding - base_mean) / base_std) + g * known((embedding - mean) / std),
    where g = q / (q + softness) and q is the mean square of (mean - base_mean) / base_std. With the base as
    voice, g is 0. Fitted by `models/training/gated_head.py`. Voices of [batch, dim] are taken too.
    """

    def __init__(self, dim: int, classes: int, softness: float) -> None:
        super().__init__()
        self.stranger = nn.Linear(dim, classes)
        self.known = nn.Linear(dim, classes)
        self.softness = softness
        self.register_buffer("base_mean", torch.zeros(dim))
        self.register_buffer("base_std", torch.ones(dim))
        self.base_mean: Tensor
        self.base_std: Tensor

    def forward(self, embedding: Tensor, mean: Tensor, std: Tensor) -> Tensor:
        strange = self.stranger((embedding - self.base_mean) / self.base_std)
        familiar = self.known((embedding - mean) / std)
        q = ((mean - self.base_mean) / self.base_std).square().mean(dim=-1, keepdim=True)
        gate = q / (q + self.softness)
        return strange + gate * (familiar - strange)
