"""How a network scales the features of a clip before its first layer, each clip by itself."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

Scaling = Literal["unit", "clip", "rows", "none"]
"""`unit`: decibels below the clip's maximum, -80 .. 0, become 0 .. 1. `clip`: all values of a clip get mean 0
and deviation 1. `rows`: the same for each row by itself. `none`: as they come."""
DECIBELS = 80.0
LEAST_DEVIATION = 1e-2
"""Below it, rounding would be taken for signal: silence has the same value everywhere, but for rounding."""


class Scale(nn.Module):
    """[batch, rows, frames] or [batch, channels, height, width] -> the same shape, scaled (see `Scaling`)."""

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        self.scaling = scaling

    def forward(self, features: Tensor) -> Tensor:
        if self.scaling == "none":
            return features
        if self.scaling == "unit":
            return features / DECIBELS + 1.0
        axes = [2] if self.scaling == "rows" else list(range(1, features.ndim))
        centred = features - features.mean(dim=axes, keepdim=True)
        deviation = centred.square().mean(dim=axes, keepdim=True).sqrt()
        return centred / deviation.clamp(min=LEAST_DEVIATION)
