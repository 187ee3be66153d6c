"""Convolutions over a log-mel spectrogram, then a GRU over time, of which the last step is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field
from torch import Tensor, nn

from models.architectures.blocks import LOG_MEL, Scale, Scaling, SpectrumBlocks
from models.architectures.network import Network, rows_of
from models.architectures.registry import (
    RAVDESS_EMOTIONS,
    Parameters,
    Published,
    Shape,
    TorchFamily,
    register,
)


class CrnnBaseParameters(Parameters):
    """Defaults are the source's, but for `scaling`, which it does not tell (see `Scaling`).

    `channels` of the convolution blocks, `hidden` units and number of `layers` of the GRU, the hidden layer
    `dense`, and `dropout` between the GRU's layers and before the last linear layer.
    """

    channels: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (32, 64, 128)
    hidden: Annotated[int, Field(ge=1)] = 128
    layers: Annotated[int, Field(ge=1, le=100)] = 2
    dense: Annotated[int, Field(ge=1)] = 64
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.3
    scaling: Scaling = "unit"


class CrnnBaseNetwork(Network):
    """[batch, rows, frames] -> logits, and the hidden layer as embedding."""

    def __init__(self, rows: int, parameters: CrnnBaseParameters, classes: int) -> None:
        super().__init__()
        channels, layers = parameters.channels, parameters.layers
        self.scale = Scale(parameters.scaling)
        self.blocks = SpectrumBlocks(channels)
        self.gru = nn.GRU(
            channels[-1] * (rows >> len(channels)),
            parameters.hidden,
            layers,
            batch_first=True,
            dropout=parameters.dropout if layers > 1 else 0.0,
        )
        self.dense = nn.Sequential(nn.Linear(parameters.hidden, parameters.dense), nn.ReLU())
        self.dropout = nn.Dropout(parameters.dropout)
        self.embedding_dim = parameters.dense
        self.head = nn.Linear(parameters.dense, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.blocks(self.scale(features))
        steps, _ = self.gru(maps.permute(0, 3, 1, 2).flatten(2))
        embedding = self.dense(steps[:, -1])
        return self.head(self.dropout(embedding)), embedding


@register
class CrnnBase(TorchFamily):
    """Three convolution blocks, a GRU of two layers over time, its last step, a hidden layer of 64."""

    name = "crnn-base"
    takes = "frames"
    features = LOG_MEL
    seconds = 3.0
    Parameters = CrnnBaseParameters
    published = Published(
        source="A convolutional recurrent network on log-mel spectrograms, the first of four of one series",
        protocol="RAVDESS speech, 8 classes",
        claim=0.297,
        classes=RAVDESS_EMOTIONS,
        parameters=1_040_000,
    )
    tiny: ClassVar[Mapping[str, Any]] = {
        "channels": (8, 16),
        "hidden": 16,
        "layers": 1,
        "dense": 16,
        "dropout": 0.0,
    }
    tiny_features = "logmel:n_mels=32,n_fft=512,hop_length=256,ref=max"
    tiny_seconds = 1.0

    def build(self, parameters: CrnnBaseParameters, shape: Shape, classes: int) -> Network:
        return CrnnBaseNetwork(
            rows_of(shape, self.name, halvings=len(parameters.channels)), parameters, classes
        )
