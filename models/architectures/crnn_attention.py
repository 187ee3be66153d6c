"""Convolutions over a log-mel spectrogram, a GRU in both directions, attention over its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import torch
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


class CrnnAttentionParameters(Parameters):
    """Defaults are the source's, but for `scaling`, which it does not tell, and `frequencies`.

    `channels` of the convolution blocks, `hidden` units of the GRU in each direction, `dense` the two hidden
    layers, `dropout` before each of them. `frequencies` is what the GRU reads of the maps: the `mean` of each
    channel over frequency, or `all` values.
    """

    channels: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (16, 32, 64, 128)
    hidden: Annotated[int, Field(ge=1)] = 128
    dense: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] = (256, 128)
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.3
    frequencies: Literal["mean", "all"] = "mean"
    scaling: Scaling = "unit"


class OneHead(nn.Module):
    """Self-attention with a single head and no layer behind it: [batch, time, width] -> the same."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.queries, self.keys, self.values = (nn.Linear(width, width) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        queries = self.queries(x) * x.shape[-1] ** -0.5
        weights = torch.matmul(queries, self.keys(x).transpose(1, 2)).softmax(dim=-1)
        return torch.matmul(weights, self.values(x))


class CrnnAttentionNetwork(Network):
    """[batch, rows, frames] -> logits, and the second hidden layer as embedding."""

    def __init__(self, rows: int, parameters: CrnnAttentionParameters, classes: int) -> None:
        super().__init__()
        channels, first, second = parameters.channels, *parameters.dense
        self.scale = Scale(parameters.scaling)
        self.blocks = SpectrumBlocks(channels)
        self.mean = parameters.frequencies == "mean"
        inputs = channels[-1] * (1 if self.mean else rows >> len(channels))
        self.gru = nn.GRU(inputs, parameters.hidden, batch_first=True, bidirectional=True)
        width = 2 * parameters.hidden
        self.attention = OneHead(width)
        self.dense = nn.Sequential(
            nn.Dropout(parameters.dropout),
            nn.Linear(width, first),
            nn.BatchNorm1d(first),
            nn.ReLU(),
            nn.Dropout(parameters.dropout),
            nn.Linear(first, second),
            nn.BatchNorm1d(second),
            nn.ReLU(),
        )
        self.embedding_dim = second
        self.head = nn.Linear(second, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.blocks(self.scale(features))
        steps = maps.mean(dim=2).transpose(1, 2) if self.mean else maps.permute(0, 3, 1, 2).flatten(2)
        steps, _ = self.gru(steps)
        embedding = self.dense(self.attention(steps).mean(dim=1))
        return self.head(embedding), embedding


@register
class CrnnAttention(TorchFamily):
    """Four convolution blocks, a bidirectional GRU, one-head self-attention, its mean, two hidden layers.

    As published its GRU expects 128 inputs and gets 1,024: 128 channels at 8 frequencies, so it cannot run.
    Here the GRU gets the mean over the frequencies, which are the inputs that it expects and the 0.59 M
    weights that its authors tell; with `frequencies: all` it gets all 1,024, and there are 1.28 M.
    """

    name = "crnn-attention"
    takes = "frames"
    features = LOG_MEL
    seconds = 3.0
    Parameters = CrnnAttentionParameters
    published = Published(
        source="A convolutional recurrent network with attention, the second of four of one series",
        protocol="RAVDESS speech, 8 classes",
        claim=0.315,
        classes=RAVDESS_EMOTIONS,
        parameters=590_000,
    )
    tiny: ClassVar[Mapping[str, Any]] = {
        "channels": (8, 16),
        "hidden": 8,
        "dense": (16, 16),
        "dropout": 0.0,
    }
    tiny_features = "logmel:n_mels=32,n_fft=512,hop_length=256,ref=max"
    tiny_seconds = 1.0

    def build(self, parameters: CrnnAttentionParameters, shape: Shape, classes: int) -> Network:
        rows = rows_of(shape, self.name, halvings=len(parameters.channels))
        return CrnnAttentionNetwork(rows, parameters, classes)
