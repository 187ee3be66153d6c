"""EfficientNet on mel images. Reference: Tan and Le, "EfficientNet", ICML 2019."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field
from torch import Tensor, nn

from models.architectures.hugging_face import folder_named, load_trained, quietly, read_settings
from models.architectures.network import Network, image_of
from models.architectures.registry import (
    RAVDESS_EMOTIONS,
    Parameters,
    Published,
    Shape,
    TorchFamily,
    register,
)
from models.errors import TrainingError

SMALLEST = 32
"""Pixels: the network halves an image five times."""


class EfficientNetParameters(Parameters):
    """`width` and `depth` multiply the channels and layers of B0; less than 1 makes a small network.

    `dropout` comes before the last layer, `block_dropout` grows from 0 to this over the blocks. `padding`
    numbers the blocks whose zeros lie on both sides, as the published weights of this size expect.
    `folder` is one of Hugging Face's with trained weights, or `$NAME` of a variable of the environment that
    names one, for images of three channels: width, depth and padding are then those of its config.json.
    """

    width: Annotated[float, Field(gt=0.0, le=10.0)]
    depth: Annotated[float, Field(gt=0.0, le=10.0)]
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.3
    block_dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.2
    padding: tuple[int, ...] = ()
    folder: str | None = None


class B2Parameters(EfficientNetParameters):
    width: Annotated[float, Field(gt=0.0, le=10.0)] = 1.1
    depth: Annotated[float, Field(gt=0.0, le=10.0)] = 1.2
    padding: tuple[int, ...] = (5, 8, 16)


class B3Parameters(EfficientNetParameters):
    width: Annotated[float, Field(gt=0.0, le=10.0)] = 1.2
    depth: Annotated[float, Field(gt=0.0, le=10.0)] = 1.4
    padding: tuple[int, ...] = (5, 18)


class EfficientNet(Network):
    """[batch, channels, height, width] -> logits, and the mean of the last maps as embedding."""

    def __init__(self, channels: int, parameters: EfficientNetParameters, classes: int) -> None:
        super().__init__()
        self.backbone = _backbone(channels, parameters)
        self.embedding_dim = int(self.backbone.encoder.top_conv.out_channels)
        self.dropout = nn.Dropout(parameters.dropout)
        self.head = nn.Linear(self.embedding_dim, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.backbone(features).last_hidden_state
        embedding = maps.mean(dim=(2, 3))
        return self.head(self.dropout(embedding)), embedding


def _backbone(channels: int, parameters: EfficientNetParameters) -> Any:
    from transformers import EfficientNetConfig, EfficientNetModel
    from transformers.models.efficientnet.modeling_efficientnet import round_filters

    if parameters.folder is not None:
        folder = folder_named(parameters.folder)
        wanted = read_settings(folder).get("num_channels", 3)
        if channels != wanted:
            raise TrainingError(
                f"The weights in {folder} are for images of {wanted} channels, and these have {channels}.",
                "Take coloured images: image:colours=magma.",
            )
        return load_trained(
            EfficientNetModel, folder, "efficientnet", drop_connect_rate=parameters.block_dropout
        )
    config = EfficientNetConfig(
        num_channels=channels,
        width_coefficient=parameters.width,
        depth_coefficient=parameters.depth,
        depthwise_padding=list(parameters.padding),
        drop_connect_rate=parameters.block_dropout,
    )
    config.hidden_dim = round_filters(config, 1280)
    with quietly():
        backbone = EfficientNetModel(config)
    # transformers draws all weights from a normal distribution of deviation 0.02, so that a signal dies in 80
    # layers: a batch norm begins with the identity, a convolution as He et al. 2015 derive.
    for module in backbone.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.weight)
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
    return backbone


class _Family(TorchFamily):
    """Both sizes: any square image of at least 32 x 32."""

    takes = "image"
    features = "image:size=300,colours=magma,n_fft=1488,hop_length=372"
    seconds = 4.0
    tolerance = 2e-3  # a pixel between two of 256 colours may become the one or the other
    tiny: ClassVar[Mapping[str, Any]] = {
        "width": 0.1,
        "depth": 0.1,
        "dropout": 0.0,
        "block_dropout": 0.0,
        "padding": (),
    }
    tiny_features = "image:size=32,n_fft=512,hop_length=256,n_mels=32"
    tiny_seconds = 1.0

    def build(self, parameters: EfficientNetParameters, shape: Shape, classes: int) -> Network:
        channels, height, width = image_of(shape, self.name)
        if min(height, width) < SMALLEST:
            raise TrainingError(
                f"The family {self.name} takes images of at least {SMALLEST} x {SMALLEST}, "
                f"not {height} x {width}.",
                f"Take image:size={SMALLEST} or more.",
            )
        return EfficientNet(channels, parameters, classes)


@register
class EfficientNetB2(_Family):
    """EfficientNet-B2 on log-mel images of 300 x 300 in magma's colours, and a linear layer.

    The source's ImageNet weights come in with `folder`; without it the network begins from random weights.
    Windows last as long as 2048 samples at 22.05 kHz, the images end at 8 kHz rather than at 11, and the
    whole clip is drawn (RAVDESS's last 3 to 5 s; here 4). Costs grow with the number of pixels: with
    `image:size=128` they are a fifth.
    """

    name = "efficientnet-b2"
    Parameters = B2Parameters
    published = Published(
        source="EfficientNet-B2 with ImageNet weights on mel images; the size is that of Tan and Le",
        protocol="random clips of RAVDESS speech and song, 2,452 clips, 80/20",
        claim=0.81,
        classes=RAVDESS_EMOTIONS,
        parameters=7_700_000,
    )


@register
class EfficientNetB3(_Family):
    """EfficientNet-B3; all else as `EfficientNetB2`."""

    name = "efficientnet-b3"
    Parameters = B3Parameters
    published = Published(
        source="EfficientNet-B3 with ImageNet weights on mel images; the size is that of Tan and Le",
        protocol="random clips of RAVDESS speech and song, 2,452 clips, 80/20",
        claim=0.81,
        classes=RAVDESS_EMOTIONS,
        parameters=10_700_000,
    )
