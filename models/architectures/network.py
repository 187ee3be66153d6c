"""What every network that gradient descent fits takes and gives: a shape, logits, and an embedding."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from torch import Tensor, nn

from models.architectures.registry import Shape
from models.errors import TrainingError


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


def rows_of(shape: Shape, family: str, halvings: int = 0) -> int:
    """The rows of features over time (rows, None); of which `halvings` poolings leave at least one.

    Raises
    ------
    TrainingError
        If the shape is another, or there are too few rows.
    """
    if len(shape) != 2 or shape[0] is None:
        raise TrainingError(
            f"The family {family} takes features over time, not the shape {shape}.",
            "Take a front end without |pool and without image, such as logmel.",
        )
    if shape[0] >> halvings < 1:
        raise TrainingError(
            f"The family {family} halves its rows {halvings} times, and there are {shape[0]}.",
            f"Give it at least {1 << halvings} rows, or fewer blocks.",
        )
    return shape[0]


def image_of(shape: Shape, family: str, halvings: int = 0) -> tuple[int, int, int]:
    """Channels, height and width of an image, of which `halvings` poolings leave at least one pixel.

    Raises
    ------
    TrainingError
        If the shape is another, or the image too small.
    """
    if len(shape) != 3 or shape[0] is None or shape[1] is None or shape[2] is None:
        raise TrainingError(
            f"The family {family} takes images, not features of the shape {shape}.",
            "Take the front end image, such as image:size=128.",
        )
    if min(shape[1], shape[2]) >> halvings < 1:
        raise TrainingError(
            f"The family {family} halves its image {halvings} times, and it has {shape[1]} x {shape[2]}.",
            f"Give it at least {1 << halvings} x {1 << halvings} pixels, or fewer blocks.",
        )
    return shape[0], shape[1], shape[2]
