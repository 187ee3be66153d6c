"""Dilated convolutions with squeeze and excitation, a GRU and a transformer over rows of features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from models.architectures.blocks import SelfAttention
from models.architectures.network import Network, rows_of
from models.architectures.registry import (
    RAVDESS_EMOTIONS,
    Parameters,
    Published,
    Shape,
    TorchFamily,
    register,
)
from models.errors import TrainingError


class ConvTransformerParameters(Parameters):
    """Defaults are the source's as far as it tells them.

    `width` of convolutions and transformer; `dilations` of the convolution blocks; `hidden` units in each
    direction and number of `gru_layers`; `layers` of the transformer with `heads` and `feed_forward` units;
    `dense` the hidden layer; `squeeze` by how much a block's excitation narrows (not published, nor is
    `dropout`).
    """

    width: Annotated[int, Field(ge=1)] = 128
    dilations: tuple[Annotated[int, Field(ge=1)], ...] = (1, 2, 4)
    squeeze: Annotated[int, Field(ge=1)] = 16
    hidden: Annotated[int, Field(ge=1)] = 64
    gru_layers: Annotated[int, Field(ge=1, le=100)] = 2
    layers: Annotated[int, Field(ge=1, le=100)] = 3
    heads: Annotated[int, Field(ge=1)] = 8
    feed_forward: Annotated[int, Field(ge=1)] = 512
    dense: Annotated[int, Field(ge=1)] = 128
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.1


class SqueezeExcitation(nn.Module):
    """Each channel times a gate that the means of all channels open: [batch, channels, frames] -> the same.

    Reference: Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018.
    """

    def __init__(self, channels: int, squeeze: int) -> None:
        super().__init__()
        narrow = max(1, channels // squeeze)
        self.gate = nn.Sequential(
            nn.Linear(channels, narrow), nn.ReLU(), nn.Linear(narrow, channels), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(x.mean(dim=2))[:, :, None]


class SeConvBlock(nn.Module):
    """Two dilated convolutions, squeeze and excitation, and the input added: as many channels and frames."""

    def __init__(self, channels: int, dilation: int, squeeze: int, dropout: float) -> None:
        super().__init__()

        def convolution() -> nn.Conv1d:
            return nn.Conv1d(channels, channels, kernel_size=3, dilation=dilation, padding=dilation)

        self.body = nn.Sequential(
            convolution(),
            nn.BatchNorm1d(channels),
            nn.GELU(),
            nn.Dropout(dropout),
            convolution(),
            nn.BatchNorm1d(channels),
            SqueezeExcitation(channels, squeeze),
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.gelu(x + self.body(x))


class TransformerLayer(nn.Module):
    """Pre-norm transformer layer with GELU: [batch, time, width] -> the same."""

    def __init__(self, width: int, heads: int, feed_forward: int, dropout: float) -> None:
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads, dropout)
        self.feed = nn.Sequential(
            nn.Linear(width, feed_forward), nn.GELU(), nn.Dropout(dropout), nn.Linear(feed_forward, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.attention_norm(x)))
        return x + self.dropout(self.feed(self.feed_norm(x)))


class ConvTransformerNetwork(Network):
    """[batch, rows, frames] -> logits, and the hidden layer as embedding."""

    def __init__(self, rows: int, parameters: ConvTransformerParameters, classes: int) -> None:
        super().__init__()
        width, dropout, layers = parameters.width, parameters.dropout, parameters.gru_layers
        self.enter = nn.Conv1d(rows, width, kernel_size=1)
        self.blocks = nn.Sequential(
            *(SeConvBlock(width, d, parameters.squeeze, dropout) for d in parameters.dilations)
        )
        self.gru = nn.GRU(
            width,
            parameters.hidden,
            layers,
            batch_first=True,
            bidirectional=True,
            dropout=dropout if layers > 1 else 0.0,
        )
        inner = 2 * parameters.hidden
        self.layers = nn.Sequential(
            *(
                TransformerLayer(inner, parameters.heads, parameters.feed_forward, dropout)
                for _ in range(parameters.layers)
            )
        )
        self.norm = nn.LayerNorm(inner)
        self.dense = nn.Sequential(nn.Linear(2 * inner, parameters.dense), nn.GELU())
        self.dropout = nn.Dropout(dropout)
        self.embedding_dim = parameters.dense
        self.head = nn.Linear(parameters.dense, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        steps, _ = self.gru(self.blocks(self.enter(features)).transpose(1, 2))
        steps = self.norm(self.layers(steps))
        embedding = self.dense(torch.cat([steps.mean(dim=1), steps.amax(dim=1)], dim=1))
        return self.head(self.dropout(embedding)), embedding


_GRID = "n_fft=1488,hop_length=372"
_FRAMES = "frame_length=1488,hop_length=372"


@register
class ConvTransformer(TorchFamily):
    """175 rows, a 1 x 1 convolution, three SE blocks, a GRU, three transformer layers, mean and maximum.

    Its source joins MFCC 40, mel 128, five bins of the spectrum, centroid and ZCR, and then expects 128 rows
    where it has 175; here the first convolution takes all. The five bins are the spectral contrast in four
    octaves and below: five figures that describe the spectrum's shape, where its first bins hold rumble. The
    mel rows are in decibels. `standardise` is fitted on the training speakers. What is not told (two
    convolutions of 3 a block, two layers of the GRU, a hidden layer of 128) is what gives its 1.10 M weights.
    The GRU tells the transformer of order, so it has no positions. A head for gender or intensity, as one of
    its variants has, stands on the embedding.
    """

    name = "conv-transformer-ultimate"
    takes = "frames"
    features = (
        f"mfcc:n_mfcc=40,{_GRID}+logmel:{_GRID}+contrast:n_bands=4,{_GRID}+centroid:{_GRID}+zcr:{_FRAMES}"
        "|standardise"
    )
    seconds = 3.0
    tolerance = 1e-3  # decibels of near silence differ by 1e-3 between two ways to round
    Parameters = ConvTransformerParameters
    published = Published(
        source="Convolutions and a transformer on joined features, the third of four of one series",
        protocol="RAVDESS speech, 8 classes",
        claim=0.333,
        classes=RAVDESS_EMOTIONS,
        parameters=1_100_000,
    )
    tiny: ClassVar[Mapping[str, Any]] = {
        "width": 16,
        "dilations": (1, 2),
        "squeeze": 4,
        "hidden": 8,
        "gru_layers": 1,
        "layers": 1,
        "heads": 2,
        "feed_forward": 32,
        "dense": 16,
        "dropout": 0.0,
    }
    tiny_features = (
        "mfcc:n_mfcc=13,n_fft=512,hop_length=512,n_mels=32+centroid:n_fft=512,hop_length=512|standardise"
    )
    tiny_seconds = 1.0

    def build(self, parameters: ConvTransformerParameters, shape: Shape, classes: int) -> Network:
        if (2 * parameters.hidden) % parameters.heads:
            raise TrainingError(
                f"{2 * parameters.hidden} values of the GRU cannot be shared by {parameters.heads} heads.",
                "Let heads divide twice hidden.",
            )
        return ConvTransformerNetwork(rows_of(shape, self.name), parameters, classes)
