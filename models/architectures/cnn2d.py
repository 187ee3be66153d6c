"""A small convolutional network on log-mel images."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from torch import Tensor, nn

from models.architectures.network import Network, image_of
from models.architectures.registry import Parameters, Published, Shape, TorchFamily, register

Pooling = Literal["flatten", "time", "all"]


class Cnn2dParameters(Parameters):
    """Sizes are not published; these are the usual ones.

    `channels` of the blocks; `dense` the hidden layer after them; `dropout` follows each block, and
    `dense_dropout` the hidden layer. `pooling` is what the hidden layer reads: `flatten` everything, `time`
    the mean over time of each channel at each frequency, `all` the mean of each channel.
    """

    channels: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (32, 64, 128)
    dense: Annotated[int, Field(ge=1)] = 128
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.25
    dense_dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.5
    pooling: Pooling = "flatten"


def convolution_block(before: int, after: int, dropout: float) -> nn.Sequential:
    """Convolution of 3 x 3, batch norm, maximum of 2 x 2, ReLU, dropout: half as high and half as wide.

    A ReLU before the maximum gives the same and has four times as much to do.
    """
    return nn.Sequential(
        nn.Conv2d(before, after, kernel_size=3, padding=1),
        nn.BatchNorm2d(after),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Dropout(dropout),
    )


class Cnn2dNetwork(Network):
    """[batch, channels, height, width] -> logits, and the hidden layer as embedding."""

    def __init__(self, image: tuple[int, int, int], parameters: Cnn2dParameters, classes: int) -> None:
        super().__init__()
        channels, dense, pooling = parameters.channels, parameters.dense, parameters.pooling
        sizes = [image[0], *channels]
        self.blocks = nn.Sequential(
            *(convolution_block(a, b, parameters.dropout) for a, b in itertools.pairwise(sizes))
        )
        self.pooling = pooling
        height, width = (side >> len(channels) for side in image[1:])
        read = channels[-1] * {"flatten": height * width, "time": height, "all": 1}[pooling]
        self.dense = nn.Sequential(nn.Linear(read, dense), nn.ReLU())
        self.dropout = nn.Dropout(parameters.dense_dropout)
        self.embedding_dim = dense
        self.head = nn.Linear(dense, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.blocks(features)
        if self.pooling == "time":
            maps = maps.mean(dim=3)
        elif self.pooling == "all":
            maps = maps.mean(dim=(2, 3))
        embedding = self.dense(maps.flatten(1))
        return self.head(self.dropout(embedding)), embedding


@register
class Cnn2d(TorchFamily):
    """A 2D-CNN on a grey log-mel image of 128 x 128: three blocks, a hidden layer, softmax.

    Windows last as long as 2048 samples at its source's 22.05 kHz: 93 ms, 1488 samples at 16 kHz, in steps
    of 372. So the image has as many columns before it is resized; it ends at 8 kHz rather than at 11.
    """

    name = "cnn2d"
    takes = "image"
    features = "image:size=128,n_fft=1488,hop_length=372"
    seconds = 3.0
    Parameters = Cnn2dParameters
    published = Published(
        source="A 2D-CNN on log-mel images of 128 x 128; sizes not published",
        protocol="random clips; 4 classes, 150 clips each of five corpora",
        claim=0.93,
        classes=("happy", "sad", "angry", "neutral"),
    )
    tiny: ClassVar[Mapping[str, Any]] = {
        "channels": (8, 16),
        "dense": 16,
        "dropout": 0.0,
        "dense_dropout": 0.0,
        "pooling": "time",
    }
    tiny_features = "image:size=32,n_fft=512,hop_length=256,n_mels=32"
    tiny_seconds = 1.0

    def build(self, parameters: Cnn2dParameters, shape: Shape, classes: int) -> Network:
        image = image_of(shape, self.name, halvings=len(parameters.channels))
        return Cnn2dNetwork(image, parameters, classes)
