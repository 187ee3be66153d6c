"""Convolutions over time on rows of hand-made features."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from models.architectures.network import Network, rows_of
from models.architectures.registry import Parameters, Published, Shape, TorchFamily, register


class Cnn1dParameters(Parameters):
    """Sizes are not published; these are the usual ones.

    `channels` of the blocks, `kernel` frames wide; `dense` the hidden layer; `dropout` follows each block and
    the hidden layer.
    """

    channels: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (
        512,
        512,
        256,
        256,
        128,
    )
    kernel: Annotated[int, Field(ge=1)] = 5
    dense: Annotated[int, Field(ge=1)] = 512
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.2


class Cnn1dNetwork(Network):
    """[batch, rows, frames] -> logits, and the hidden layer as embedding."""

    def __init__(self, rows: int, parameters: Cnn1dParameters, classes: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for before, after in itertools.pairwise([rows, *parameters.channels]):
            blocks += [
                nn.Conv1d(before, after, parameters.kernel, padding=parameters.kernel // 2),
                nn.BatchNorm1d(after),
                nn.ReLU(),
                nn.MaxPool1d(2),
                nn.Dropout(parameters.dropout),
            ]
        self.blocks = nn.Sequential(*blocks)
        self.dense = nn.Sequential(nn.Linear(2 * parameters.channels[-1], parameters.dense), nn.ReLU())
        self.dropout = nn.Dropout(parameters.dropout)
        self.embedding_dim = parameters.dense
        self.head = nn.Linear(parameters.dense, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        steps = self.blocks(features)
        embedding = self.dense(torch.cat([steps.mean(dim=2), steps.amax(dim=2)], dim=1))
        return self.head(self.dropout(embedding)), embedding


@register
class Cnn1d(TorchFamily):
    """A deep 1D-CNN over MFCC, zero-crossing rate and RMS: five blocks, a hidden layer of 512.

    Each feature is a row, and the convolutions go along time. Networks of this kind often lay all rows into a
    single one and flatten what the blocks give; here the mean and the maximum over the steps that are left
    go on, so the network has the same weights for any length. Windows last as long as librosa's default at
    22.05 kHz, and `standardise` is fitted on the training speakers.
    """

    name = "cnn1d"
    takes = "frames"
    features = (
        "mfcc:n_fft=1488,hop_length=372+zcr:frame_length=1488,hop_length=372"
        "+rms:frame_length=1488,hop_length=372|standardise"
    )
    seconds = 3.0
    tolerance = 1e-3  # decibels of near silence differ by 1e-3 between two ways to round
    Parameters = Cnn1dParameters
    published = Published(
        source="A deep 1D-CNN on MFCC, ZCR and RMS; sizes not published",
        protocol="random clips of over 12,000 of five corpora",
        claim=0.98,
        classes=(),
    )
    tiny: ClassVar[Mapping[str, Any]] = {"channels": (16, 16), "dense": 16, "dropout": 0.0}
    tiny_features = "mfcc:n_mfcc=13,n_fft=512,hop_length=256,n_mels=32|standardise"
    tiny_seconds = 1.0

    def build(self, parameters: Cnn1dParameters, shape: Shape, classes: int) -> Network:
        return Cnn1dNetwork(rows_of(shape, self.name), parameters, classes)
