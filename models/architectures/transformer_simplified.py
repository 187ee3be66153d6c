"""Convolutions over a log-mel spectrogram, then transformer blocks with relative positions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from models.architectures.blocks import Scale, Scaling, SelfAttention, SpectrumBlocks, sinusoids
from models.architectures.network import Network, TrainingOutputs, rows_of
from models.architectures.registry import (
    RAVDESS_EMOTIONS,
    Parameters,
    Published,
    Shape,
    TorchFamily,
    register,
)
from models.errors import TrainingError


class TransformerSimplifiedParameters(Parameters):
    """Defaults are the source's.

    `channels` of the convolution blocks, the last of which is the transformer's width; `layers` of it, with
    `heads` and `feed_forward` units; `dropout` inside of it, `block_dropout` after the convolutions (not
    published). `supervised` is the layer whose tokens give auxiliary logits while training; 0 for none.
    """

    channels: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (32, 64, 128, 256)
    layers: Annotated[int, Field(ge=1, le=100)] = 4
    heads: Annotated[int, Field(ge=1)] = 8
    feed_forward: Annotated[int, Field(ge=1)] = 512
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.2
    block_dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    supervised: Annotated[int, Field(ge=0)] = 2
    scaling: Scaling = "clip"


class RelativeAttention(SelfAttention):
    """Self-attention that also heeds how far apart two tokens are.

    Reference: Dai et al., "Transformer-XL", ACL 2019, section 3.3.
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__(width, heads, dropout)
        self.width = width
        self.distances = nn.Linear(width, width, bias=False)
        self.content_bias = nn.Parameter(torch.zeros(heads, 1, width // heads))
        self.distance_bias = nn.Parameter(torch.zeros(heads, 1, width // heads))

    def scores(self, x: Tensor) -> Tensor:
        queries, keys = self.split(self.queries(x)), self.split(self.keys(x))
        order = torch.arange(x.shape[1], device=x.device)
        # From time - 1 down to 1 - time: how far the query's token lies behind the key's.
        places = torch.cat([order.flip(0), -order[1:]]).to(x.dtype)
        distances = self.split(self.distances(sinusoids(places, self.width))[None])
        by_content = torch.matmul(queries + self.content_bias, keys.transpose(-1, -2))
        by_distance = torch.matmul(queries + self.distance_bias, distances.transpose(-1, -2))
        # Transformer-XL shifts rows by reshaping, which TorchScript would write down for a single length.
        chosen = order.flip(0)[:, None] + order[None, :]
        by_distance = by_distance.gather(3, chosen.expand_as(by_content))
        return (by_content + by_distance) * keys.shape[-1] ** -0.5


class SwiGlu(nn.Module):
    """Feed-forward layer whose units are gated by others. Reference: Shazeer, "GLU variants", 2020."""

    def __init__(self, width: int, units: int, dropout: float) -> None:
        super().__init__()
        self.gate, self.values = nn.Linear(width, units), nn.Linear(width, units)
        self.out = nn.Linear(units, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.dropout(functional.silu(self.gate(x)) * self.values(x)))


class RelativeBlock(nn.Module):
    """Pre-norm transformer block: [batch, tokens, width] -> the same."""

    def __init__(self, width: int, heads: int, units: int, dropout: float) -> None:
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = RelativeAttention(width, heads, dropout)
        self.feed = SwiGlu(width, units, dropout)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.attention_norm(x)))
        return x + self.dropout(self.feed(self.feed_norm(x)))


class TransformerSimplifiedNetwork(Network):
    """[batch, rows, frames] -> logits, and the mean of the tokens as embedding."""

    def __init__(self, parameters: TransformerSimplifiedParameters, classes: int) -> None:
        super().__init__()
        self.width = width = parameters.channels[-1]
        self.scale = Scale(parameters.scaling)
        self.blocks = SpectrumBlocks(parameters.channels, nn.GELU, parameters.block_dropout)
        self.dropout = nn.Dropout(parameters.dropout)
        self.layers = nn.ModuleList(
            RelativeBlock(width, parameters.heads, parameters.feed_forward, parameters.dropout)
            for _ in range(parameters.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.embedding_dim = width
        self.head = nn.Linear(width, classes)
        self.supervised = parameters.supervised
        self.auxiliary = nn.Linear(width, classes) if parameters.supervised else None

    def tokens(self, features: Tensor) -> list[Tensor]:
        """What each layer gives, a list of [batch, tokens, width]; those of one moment are neighbours."""
        maps = self.blocks(self.scale(features))
        tokens = maps.permute(0, 3, 2, 1).flatten(1, 2)
        places = torch.arange(tokens.shape[1], device=tokens.device).to(tokens.dtype)
        tokens = self.dropout(tokens + sinusoids(places, self.width))
        states = []
        for layer in self.layers:
            tokens = layer(tokens)
            states.append(tokens)
        return states

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        return self._answer(self.tokens(features)[-1])

    def training_outputs(self, features: Tensor) -> TrainingOutputs:
        states = self.tokens(features)
        logits, embedding = self._answer(states[-1])
        if self.auxiliary is None:
            return TrainingOutputs(logits, embedding)
        return TrainingOutputs(logits, embedding, (self.auxiliary(states[self.supervised - 1].mean(dim=1)),))

    def _answer(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        embedding = self.norm(tokens).mean(dim=1)
        return self.head(embedding), embedding


@register
class TransformerSimplified(TorchFamily):
    """Four convolution blocks to 72 tokens of 256, four transformer blocks, their mean, a linear layer.

    Works at 16 kHz as its source does. That takes the logarithm of the mel spectrum and standardises each
    clip; here the logarithm is in decibels, which a standardised clip does not show, and ends 80 dB below the
    clip's maximum, so that digital silence does not outweigh the speech. The tokens are in the order of time,
    eight frequencies a step. One auxiliary head after the second block is for deep supervision; with the
    relative positions of Transformer-XL the weights are the 3.29 M of the source.
    """

    name = "transformer-simplified"
    takes = "frames"
    features = "logmel:n_mels=128,n_fft=1024"
    seconds = 5.0
    Parameters = TransformerSimplifiedParameters
    published = Published(
        source="A transformer on log-mel tokens, the last of four of one series",
        protocol="RAVDESS speech, 8 classes, actors apart, the epoch chosen on the test clips",
        claim=0.505,
        classes=RAVDESS_EMOTIONS,
        parameters=3_290_000,
    )
    tiny: ClassVar[Mapping[str, Any]] = {
        "channels": (8, 16, 32),
        "layers": 2,
        "heads": 2,
        "feed_forward": 32,
        "dropout": 0.0,
        "supervised": 1,
    }
    tiny_features = "logmel:n_mels=32,n_fft=512,hop_length=256"
    tiny_seconds = 1.0

    def build(self, parameters: TransformerSimplifiedParameters, shape: Shape, classes: int) -> Network:
        rows_of(shape, self.name, halvings=len(parameters.channels))
        width = parameters.channels[-1]
        if width % parameters.heads or width % 2:
            raise TrainingError(
                f"{width} channels cannot be sines and cosines shared by {parameters.heads} heads.",
                "Let the last of channels be even, and heads divide it.",
            )
        if parameters.supervised > parameters.layers:
            raise TrainingError(
                f"There is no layer {parameters.supervised} to supervise; there are {parameters.layers}.",
                "Give supervised a number of a layer, or 0.",
            )
        return TransformerSimplifiedNetwork(parameters, classes)
