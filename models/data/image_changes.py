"""Changes to mel images while a network is fitted: moved, turned, resized, brighter, mirrored.

What was made for photographs: an image that is moved upwards is another voice, one that is mirrored is speech
played backwards. So mirroring is off unless asked for.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor
from torch.nn import functional


class ImageChangesConfig(BaseModel):
    """With which probability each change is made to an image, and how far it goes; 0 switches it off.

    `affine` turns by up to `degrees` either way, moves by up to `shift` of width and height, and resizes by
    a factor from `zoom`; what comes in from outside is black. `jitter` draws brightness and contrast, each a
    factor within `jitter_range` of 1. `mirror` reverses time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    affine: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    degrees: Annotated[float, Field(ge=0.0, le=180.0)] = 15.0
    shift: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.1
    zoom: tuple[Annotated[float, Field(gt=0.0)], Annotated[float, Field(gt=0.0)]] = (0.9, 1.1)
    jitter: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    jitter_range: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.2
    mirror: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0


def change_images(images: Tensor, config: ImageChangesConfig, generator: torch.Generator) -> Tensor:
    """Images [batch, channels, height, width] in [0, 1] -> the same, each changed by draws of its own.

    `generator` is one of the processor's, whatever device the images are on.
    """
    if config.mirror > 0:
        images = torch.where(_chosen(images, config.mirror, generator), images.flip(3), images)
    if config.affine > 0:
        chosen = _chosen(images, config.affine, generator)
        images = torch.where(chosen, _affine(images, config, generator), images)
    if config.jitter > 0:
        chosen = _chosen(images, config.jitter, generator)
        images = torch.where(chosen, _jitter(images, config.jitter_range, generator), images)
    return images


def _draw(images: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    """A number for each image, evenly from `low` to `high`: [batch]."""
    drawn = torch.rand(len(images), generator=generator).to(images.device, images.dtype)
    return low + (high - low) * drawn


def _chosen(images: Tensor, share: float, generator: torch.Generator) -> Tensor:
    return (_draw(images, 0.0, 1.0, generator) < share)[:, None, None, None]


def _affine(images: Tensor, config: ImageChangesConfig, generator: torch.Generator) -> Tensor:
    limit = math.radians(config.degrees)
    angle = _draw(images, -limit, limit, generator)
    zoom = _draw(images, *config.zoom, generator)
    # Coordinates go from -1 to 1: twice a share of the side.
    right, down = (2 * _draw(images, -config.shift, config.shift, generator) for _ in range(2))
    height, width = images.shape[2:]
    across = height / width
    cos, sin = angle.cos() / zoom, angle.sin() / zoom
    # Where each pixel comes from: the inverse of turning, resizing and then moving.
    rows = [
        [cos, sin * across, -(cos * right + sin * across * down)],
        [-sin / across, cos, sin / across * right - cos * down],
    ]
    matrix = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
    grid = functional.affine_grid(matrix, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _jitter(images: Tensor, reach: float, generator: torch.Generator) -> Tensor:
    brightness, contrast = (
        _draw(images, 1 - reach, 1 + reach, generator)[:, None, None, None] for _ in range(2)
    )
    images = images * brightness
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return ((images - mean) * contrast + mean).clamp(0.0, 1.0)
