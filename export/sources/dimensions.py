"""What makes a regression to values in [0, 1], and what is checked of one before it is exported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from desktop_app.core.types import FloatArray
from export.errors import LabelError
from export.signals import kinds
from export.torch_export import reference_of

Ranges = tuple[tuple[float, float], ...]
UNIT: Ranges = ((0.0, 1.0),)
MOST_CHARACTERS = 200
_BEYOND = 0.25
"""What a regression may leave its scale by for sound that it was not trained on, as a share of the scale."""


class ValuesInRange(nn.Module):
    """A regression [batch, dimensions], or (regression, embedding), with its scale brought to [0, 1].

    What is beyond the ends of the scale becomes the end: a regression may leave it, an answer may not.
    """

    low: Tensor  # [dimensions]
    width: Tensor

    def __init__(self, network: nn.Module, ranges: Ranges) -> None:
        super().__init__()
        self.network = network
        low, high = torch.tensor(ranges, dtype=torch.float32).unbind(dim=1)
        self.register_buffer("low", low)
        self.register_buffer("width", high - low)

    def forward(self, waveform: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        answer = self.network(waveform)
        if isinstance(answer, tuple):
            return self._scaled(answer[0]), answer[1]
        return self._scaled(answer)

    def _scaled(self, regression: Tensor) -> Tensor:
        return ((regression - self.low) / self.width).clamp(0.0, 1.0)


def check_dimensions(names: Sequence[str]) -> None:
    """Raise LabelError if these cannot name dimensions."""
    hint = "Name them in the order of training: --dimensions arousal,dominance,valence"
    if not names or not all(name.strip() for name in names):
        raise LabelError("A dimension has no name.", hint)
    for name in names:
        if len(name) > MOST_CHARACTERS or not name.isprintable():
            raise LabelError(
                f"The name of a dimension must be one line of at most {MOST_CHARACTERS} characters.", hint
            )
    plain = [name.casefold() for name in names]
    twin = next((name for name in names if plain.count(name.casefold()) > 1), None)
    if twin is not None:
        raise LabelError(f"The dimension '{twin}' is named twice among {', '.join(names)}.", hint)


def full_ranges(names: Sequence[str], ranges: Sequence[tuple[float, float]] | None) -> Ranges:
    """A range for each dimension: the one that was given for all, or one each; by default 0 to 1.

    Raises
    ------
    LabelError
        For another number of them.
    """
    given = tuple(ranges or UNIT)
    if len(given) == 1:
        return given * len(names)
    if len(given) != len(names):
        raise LabelError(
            f"There are {len(given)} ranges and {len(names)} dimensions: {', '.join(names)}.",
            "Give one range for all, such as --ranges 1:7, or one for each.",
        )
    return given


def check_scale(
    network: nn.Module, names: Sequence[str], ranges: Ranges, sample_rate: int, seconds: float
) -> None:
    """Hear what the regression says before it is brought to [0, 1].

    Raises
    ------
    LabelError
        If all of its answers lie far beyond the ends of a scale, or are probabilities of classes.
    """
    answer = reference_of(network)
    sounds = kinds(round(seconds * sample_rate), sample_rate).values()
    rows: FloatArray = np.concatenate([answer(wave[None]) for wave in sounds])
    if len(names) > 1 and rows.min() >= 0 and np.allclose(rows.sum(axis=1), 1.0, atol=1e-3):
        raise LabelError(
            f"The model gives probabilities of classes, not dimensions: its {len(names)} outputs are never "
            "negative and add up to 1.",
            "Name them with --labels, and leave out the softmax at the model's end.",
            code="export.dimensions.classes",
        )
    for name, (low, high), column in zip(names, ranges, rows.T, strict=True):
        beyond = _BEYOND * (high - low)
        if column.max() < low - beyond or column.min() > high + beyond:
            raise LabelError(
                f"The model gives {column.min():.3g} to {column.max():.3g} for '{name}', and its scale was "
                f"said to be from {low:g} to {high:g}.",
                "Say the scale of its training: --ranges LOW:HIGH",
                code="export.dimensions.range",
            )
