"""The outputs that a model file may give beside its answer, and the shape of each for one waveform.

The answer is `logits` [batch, classes], or of a model of dimensions `values` [batch, dimensions] in [0, 1].
Version 1 of the format knows `logits` and `embedding`. All others are optional in version 2:

novelty        [batch]           how unlike training the voice or the microphone is; 0: as in training
speech         [batch]           0..1, whether anybody speaks at all; below `SPEECH` nobody does
certainty      [batch, 3]        what the logits were multiplied by, 1 where nothing is held back, for the
                                 causes in `CAUSES`
default_logits [batch, classes]  by the default voice, and before anything was held back
speaker        [batch, any]      tells speakers apart: the cosine is large between two clips of one speaker

A model of dimensions may give `embedding`, `novelty`, `speech` and `certainty`; its values are multiplied by
nothing, and it is uncertain where one of the causes leaves less than half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from desktop_app.core.types import Cause
from desktop_app.inference.errors import ModelError

CAUSES: Final = (Cause.SHORT, Cause.NOISE, Cause.UNFAMILIAR)
SPEECH: Final = 0.5
_CLASSES, _ANY = "classes", "any"
LOGITS: Final = "logits"
VALUES: Final = "values"
_COLUMNS: Final[Mapping[str, int | str | None]] = {
    LOGITS: _CLASSES,
    VALUES: _CLASSES,
    "embedding": _ANY,
    "novelty": None,
    "speech": None,
    "certainty": len(CAUSES),
    "default_logits": _CLASSES,
    "speaker": _ANY,
}
"""None: the output has the batch axis alone."""


_OF_VERSION_1: Final = (LOGITS, "embedding")
_OF_DIMENSIONS: Final = (VALUES, "embedding", "novelty", "speech", "certainty")


def known_outputs(format_version: int, *, dimensions: bool = False) -> tuple[str, ...]:
    """Those that a file of this version and kind may give, the answer first; any other output is ignored."""
    if dimensions:
        return _OF_DIMENSIONS
    return _OF_VERSION_1 if format_version == 1 else tuple(name for name in _COLUMNS if name != VALUES)


def answer_of(found: Iterable[Any]) -> str:
    """The output that holds a graph's answer: `values` if it gives these and no `logits`."""
    names = {tensor.name for tensor in found}
    return VALUES if VALUES in names and LOGITS not in names else LOGITS


def rank(name: str) -> int:
    """How many axes an output has."""
    return 1 if _COLUMNS[name] is None else 2


_ROUNDING: Final = 1e-3


def out_of_range(name: str, output: Any) -> bool:
    """Whether this is an answer of dimensions that leaves [0, 1] by more than rounding."""
    return name == VALUES and bool(np.any(output < -_ROUNDING) or np.any(output > 1 + _ROUNDING))


class OutputShapes:
    """The shapes that a model's outputs must have: those of the format, and those that they had before.

    Parameters
    ----------
    classes : int
        Of the model.
    embedding_dim : int, optional
        As the model's voice inputs have it; without any, the first embedding decides.
    """

    def __init__(self, classes: int, embedding_dim: int | None = None) -> None:
        self._columns: dict[str, int] = {} if embedding_dim is None else {"embedding": embedding_dim}
        self._classes = classes

    def expected(self, name: str) -> tuple[int | None, ...]:
        """For one waveform; None where any size above 0 will do."""
        columns = _COLUMNS[name]
        if columns is None:
            return (1,)
        if columns == _CLASSES:
            return (1, self._classes)
        return (1, self._columns.get(name) if isinstance(columns, str) else columns)

    def fits(self, name: str, output: Any) -> bool:
        """Whether this is an array of such a shape; it decides what any size may be from now on."""
        wanted = self.expected(name)
        if not isinstance(output, np.ndarray) or output.ndim != len(wanted) or not output.size:
            return False
        if any(size not in {None, found} for size, found in zip(wanted, output.shape, strict=True)):
            return False
        if wanted[-1] is None:
            self._columns[name] = output.shape[1]
        return True


def check_outputs(found: Iterable[Any], format_version: int, *, dimensions: bool = False) -> tuple[str, ...]:
    """The outputs of a loaded graph that are of use, in the order of the format: the answer first.

    Raises
    ------
    ModelError
        If the answer is missing, or one of them has another type or number of axes.
    """
    tensors = {tensor.name: tensor for tensor in found}
    known = known_outputs(format_version, dimensions=dimensions)
    if known[0] not in tensors:
        names = ", ".join(f"'{name}'" for name in tensors) or "none"
        raise ModelError(
            f"the output '{known[0]}' is missing; its outputs are {names}",
            field=known[0],
            code="model.interface",
        )
    useful = tuple(name for name in known if name in tensors)
    for name in useful:
        tensor = tensors[name]
        if tensor.type != "tensor(float)":
            raise ModelError(
                f"the output '{name}' must be of type tensor(float), found {tensor.type}",
                field=name,
                code="model.interface",
            )
        if len(tensor.shape) != rank(name):
            axes = "axis" if rank(name) == 1 else "axes"
            raise ModelError(
                f"the output '{name}' must have {rank(name)} {axes}, found {list(tensor.shape)}",
                field=name,
                code="model.interface",
            )
    return useful
