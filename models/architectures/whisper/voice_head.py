"""Two linear heads and the gates between them: one for strangers, one for a voice that the profile knows."""

from __future__ import annotations

import torch
from torch import Tensor, nn

ALWAYS_SPEECH = 30.0
"""Bias of a gate that takes everything for speech."""


class VoiceHead(nn.Module):
    """(embedding [batch, dim], voice mean [dim], voice deviation [dim]) -> logits [batch, classes].

    logits = s * ((1 - g) * stranger(z) + g * known((embedding - mean) / std)),

    where z = (embedding - base_mean) / base_std. The voice gate is g = q / (q + softness), with q the mean
    square of (mean - base_mean) / base_std: with the base as voice it is 0. The speech gate is
    s = sigmoid(speech(z)): where nobody speaks it goes to 0, and all classes become equally likely. Fitted by
    `models/training`. Voices of [batch, dim] are taken too.
    """

    def __init__(self, dim: int, classes: int, softness: float) -> None:
        super().__init__()
        self.stranger = nn.Linear(dim, classes)
        self.known = nn.Linear(dim, classes)
        self.speech = nn.Linear(dim, 1)
        nn.init.zeros_(self.speech.weight)
        nn.init.constant_(self.speech.bias, ALWAYS_SPEECH)
        self.softness = softness
        self.register_buffer("base_mean", torch.zeros(dim))
        self.register_buffer("base_std", torch.ones(dim))
        self.base_mean: Tensor
        self.base_std: Tensor

    def forward(self, embedding: Tensor, mean: Tensor, std: Tensor) -> Tensor:
        usual = (embedding - self.base_mean) / self.base_std
        return self.anybody(usual)[:, None] * self.answer(embedding, mean, std)

    def answer(self, embedding: Tensor, mean: Tensor, std: Tensor) -> Tensor:
        """The logits [batch, classes] before the speech gate."""
        strange = self.stranger((embedding - self.base_mean) / self.base_std)
        familiar = self.known((embedding - mean) / std)
        q = ((mean - self.base_mean) / self.base_std).square().mean(dim=-1, keepdim=True)
        gate = q / (q + self.softness)
        return strange + gate * (familiar - strange)

    def anybody(self, usual: Tensor) -> Tensor:
        """The speech gate [batch], of embeddings [batch, dim] standardised by the base."""
        return self.speech(usual).sigmoid().squeeze(1)
