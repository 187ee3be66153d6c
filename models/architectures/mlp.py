"""A multi-layer perceptron on features averaged over time."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field
from torch import Tensor, nn

from models.architectures.network import Network
from models.architectures.registry import (
    Choice,
    Parameters,
    Published,
    Real,
    Shape,
    Space,
    TorchFamily,
    register,
)
from models.errors import TrainingError

Size = Annotated[int, Field(ge=1)]
Dropout = Annotated[float, Field(ge=0.0, lt=1.0)]


class MlpParameters(Parameters):
    """`hidden` are the sizes of the hidden layers (not published: 256, 128), `dropout` follows each."""

    hidden: Annotated[tuple[Size, ...], Field(min_length=1)] = (256, 128)
    dropout: Dropout = 0.3


class MlpNetwork(Network):
    """[batch, dim] -> logits, and the last of the hidden layers (linear, ReLU, dropout) as embedding."""

    def __init__(self, dim: int, hidden: Sequence[int], dropout: float, classes: int) -> None:
        super().__init__()
        sizes = [dim, *hidden]
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
        self.layers = nn.Sequential(*layers)
        self.embedding_dim = sizes[-1]
        self.head = nn.Linear(self.embedding_dim, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        embedding = self.layers(features)
        return self.head(embedding), embedding


@register
class Mlp(TorchFamily):
    """An MLP on 270 means: MFCC 40 with both deltas, chroma, mel, ZCR, contrast, RMS and pitch.

    Its source works at 22.05 kHz with librosa's defaults; these are the same numbers of samples at 16 kHz,
    so windows of 128 ms rather than 93. Of their mean over time that changes little, and the spectrum is
    shared. The `standardise` step is its StandardScaler, fitted on the training speakers. A second source
    gives a network of this kind 67 numbers: the features of the family `random-forest`.
    """

    name = "mlp"
    takes = "vector"
    features = "mfcc:n_mfcc=40,delta=2+chroma+mel+zcr+contrast+rms+pitch|pool:mean|standardise"
    seconds = 3.0
    tolerance = 1e-3  # decibels of near silence differ by 1e-3 between two ways to round
    Parameters = MlpParameters
    published = Published(
        source="An MLP on averaged librosa features with searched layers; sizes not published",
        protocol="random clips, stratified, 75/25",
        claim=None,
        classes=(),
    )
    tiny: ClassVar[Mapping[str, Any]] = {"hidden": (32, 16), "dropout": 0.0}
    tiny_features = "mfcc:n_mfcc=13+rms+zcr|pool:mean,std|standardise"
    tiny_seconds = 1.0
    space: ClassVar[Space] = {
        "hidden": Choice(((128,), (256,), (256, 128), (512, 128))),
        "dropout": Real(0.0, 0.6),
    }
    fit_space: ClassVar[Space] = {
        "rate": Real(1e-4, 1e-2, log=True),
        "weight_decay": Real(1e-4, 0.3, log=True),
        "label_smoothing": Choice((0.0, 0.1)),
    }

    def build(self, parameters: MlpParameters, shape: Shape, classes: int) -> Network:
        if len(shape) != 1 or shape[0] is None:
            raise TrainingError(
                f"An MLP takes one vector a clip, not features of the shape {shape}.",
                "End the features with |pool:mean.",
            )
        return MlpNetwork(shape[0], parameters.hidden, parameters.dropout, classes)
