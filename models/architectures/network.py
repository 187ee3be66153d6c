"""What every network that gradient descent fits gives: logits, and an embedding before them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class TrainingOutputs:
    """What a network gives while it is trained.

    `auxiliary` are logits [batch, classes] of earlier parts of the network, for deep supervision.
    """

    logits: Tensor
    embedding: Tensor
    auxiliary: tuple[Tensor, ...] = ()


class Network(nn.Module, ABC):
    """Features of clips -> logits [batch, classes] and embedding [batch, embedding_dim].

    A clip's answer depends on that clip alone in `eval` mode, and nothing but time may vary in length.
    """

    embedding_dim: int

    @abstractmethod
    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and embedding of a batch of features."""

    def training_outputs(self, features: Tensor) -> TrainingOutputs:
        """What the loss needs; a network with deep supervision overrides it."""
        logits, embedding = self(features)
        return TrainingOutputs(logits, embedding)


def count_parameters(module: nn.Module) -> int:
    """The number of weights that are trained."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
