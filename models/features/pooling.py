"""From features over time to one vector a clip: statistics, and standardisation with stored figures."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.errors import FeatureError
from models.features.spectrum import require

STATISTICS = ("mean", "std", "min", "max", "median")
_KNOWN = f"{', '.join(STATISTICS)} and percentiles p0 to p100"


def _fraction(name: str) -> float | None:
    """The quantile that a name stands for, or None."""
    if name == "median":
        return 0.5
    match = re.fullmatch(r"p(\d{1,3}(?:\.\d+)?)", name)
    return float(match[1]) / 100 if match and float(match[1]) <= 100 else None


class Pool(nn.Module):
    """[batch, rows, frames] -> [batch, len(statistics), rows].

    Mean, standard deviation (of the population, as `numpy.std`), minimum, maximum and percentiles (linear, as
    `numpy.percentile`) over the frames of each clip.
    """

    def __init__(self, statistics: Sequence[str] = ("mean", "std")) -> None:
        super().__init__()
        require(bool(statistics), f"pool needs statistics; known are {_KNOWN}.")
        for name in statistics:
            if name not in STATISTICS and _fraction(name) is None:
                raise FeatureError(f"There is no statistic '{name}'; known are {_KNOWN}.")
        require(len(set(statistics)) == len(statistics), "pool names a statistic twice.")
        self.statistics = tuple(statistics)

    def forward(self, rows: Tensor) -> Tensor:
        mean = rows.mean(dim=2)
        ordered = rows.sort(dim=2).values if any(_fraction(s) is not None for s in self.statistics) else rows
        pooled = [self._one(name, rows, mean, ordered) for name in self.statistics]
        return torch.stack(pooled, dim=1)

    @staticmethod
    def _one(name: str, rows: Tensor, mean: Tensor, ordered: Tensor) -> Tensor:
        if name == "mean":
            return mean
        if name == "std":
            return (rows - mean[:, :, None]).square().mean(dim=2).sqrt()
        if name == "min":
            return rows.amin(dim=2)
        if name == "max":
            return rows.amax(dim=2)
        fraction = _fraction(name)
        assert fraction is not None  # noqa: S101  # checked on construction
        last = torch.arange(rows.shape[2], device=rows.device)[-1:].float()
        position = last * fraction
        below, above = position.floor(), position.ceil()
        low = ordered.index_select(2, below.long())[..., 0]
        high = ordered.index_select(2, above.long())[..., 0]
        return low + (high - low) * (position - below)


class Standardise(nn.Module):
    """(x - mean) / std along the second axis: [batch, dim] or [batch, dim, frames] (images: per channel).

    `mean` and `std` [dim] belong to the state of the module; until fitted or loaded they change nothing.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("std", torch.ones(dim))
        self.mean: Tensor
        self.std: Tensor

    def fit(self, features: Tensor) -> None:
        """Take mean and deviation from features of the training speakers [clips, dim] or [clips, dim, ...].

        What hardly varies keeps a deviation of 1, so that it does not turn rounding into signal.
        """
        values = features.double().transpose(0, 1).flatten(1)
        mean, std = values.mean(dim=1), values.std(dim=1, correction=0)
        self.mean.copy_(mean)
        self.std.copy_(torch.where(std <= 1e-6 * mean.abs().clamp(min=1e-6), torch.ones_like(std), std))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, -1) + (1,) * (x.ndim - 2)
        return (x - self.mean.reshape(shape)) / self.std.reshape(shape)


class FirstSeconds(nn.Module):
    """Waveform [batch, samples] -> its first `seconds`, filled up with silence at the end."""

    def __init__(self, seconds: float, sample_rate: int) -> None:
        super().__init__()
        self.samples = round(seconds * sample_rate)

    def forward(self, waveform: Tensor) -> Tensor:
        return nn.functional.pad(waveform, (0, self.samples))[:, : self.samples]
