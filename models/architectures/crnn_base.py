"""Convolutions over a log-mel spectrogram, then a GRU over time, of which the last step is read."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field
from torch import Tensor, nn

from models.architectures.network import Network
from models.architectures.registry import Parameters, Published, Shape, TorchFamily, register
from models.architectures.scaling import Scale, Scaling
from models.architectures.shapes import rows_of

LOG_MEL = "logmel:n_mels=128,n_fft=1488,hop_length=372,ref=max"
"""2048 and 512 samples at 22.05 kHz last as long as 1488 and 372 at 16 kHz: as many frames a second, of as
many hertz a bin. The 128 bands end at 8 kHz rather than at 11."""
RAVDESS_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")


class CrnnBaseParameters(Parameters):
    """Defaults are the source's, but for `scaling`, which it does not tell (see `Scaling`).

    `channels` of the convolution blocks, `hidden` units and number of `layers` of the GRU, the hidden layer
    `dense`, and `dropout` between the GRU's layers and before the last linear layer.
    """

    channels: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (32, 64, 128)
    hidden: Annotated[int, Field(ge=1)] = 128
    layers: Annotated[int, Field(ge=1)] = 2
    dense: Annotated[int, Field(ge=1)] = 64
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.3
    scaling: Scaling = "unit"


class SpectrumBlocks(nn.Module):
    """[batch, rows, frames] -> [batch, channels, rows / 2**n, frames / 2**n], by n blocks.

    A block is a convolution of 3 x 3, batch norm, `activation`, maximum of 2 x 2.
    """

    def __init__(self, channels: Sequence[int], activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__()
        sizes = [1, *channels]
        blocks: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            blocks += [
                nn.Conv2d(before, after, kernel_size=3, padding=1),
                nn.BatchNorm2d(after),
                activation(),
                nn.MaxPool2d(2),
            ]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, features: Tensor) -> Tensor:
        return self.blocks(features[:, None])


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
