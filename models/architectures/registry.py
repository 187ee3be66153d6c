"""The families of models: each is one file of this package with one registered class.

A recipe names a family and its parameters; the family says what it takes, how it is fitted and what it was
published as. `tests/families` runs one battery over all of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, field_validator

from models.errors import TrainingError

if TYPE_CHECKING:
    from models.architectures.network import Network

Takes = Literal["waveform", "frames", "vector", "image"]
"""What a model is fed: samples, [rows, frames], [dim], or [channels, height, width] of each clip."""
Fitted = Literal["torch", "classical", "whisper"]
"""The trainer that fits a family (`models/training`)."""
Shape = tuple[int | None, ...]
"""Of what one clip gives; None is a number of samples or frames that is not fixed."""

RAVDESS_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
"""The classes of RAVDESS speech, on which most families were published."""


MOST_COUNTED = 1_000_000
"""More than a layer is wide, or than there are trees, steps or clips."""


class Parameters(BaseModel):
    """Base of a family's parameters: typed, with defaults; a name that is not known is refused.

    So is a whole number above `MOST_COUNTED`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _can_be_counted(cls, value: Any) -> Any:
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int) and number > MOST_COUNTED:
                raise ValueError(f"it is at most {MOST_COUNTED:,}")
        return value


@dataclass(frozen=True, slots=True)
class Published:
    """What the authors of a family say of it, for tests and for the table of all models.

    `parameters` is the number of weights they give (None: not published), for `features` and `classes`;
    `protocol` tells how `claim` (accuracy, 0..1) was measured.
    """

    source: str
    protocol: str
    claim: float | None
    classes: tuple[str, ...]
    parameters: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, which need not have an order."""

    values: tuple[Any, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Each value as text, under which a search keeps it."""
        return tuple(str(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`, both included; with `log` each ratio is as likely as another."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    """A number from `low` to `high`; with `log` each ratio is as likely as another."""

    low: float
    high: float
    log: bool = False


Axis = Choice | Whole | Real
Space = Mapping[str, Axis]
"""What a search may vary of a family: an axis for each parameter."""


class Family(ABC):
    """One kind of model.

    Attributes
    ----------
    name : str
        What a recipe calls it.
    takes : Takes
    fitted_by : Fitted
    features : str or None
        The front end (docs/features.md) that its authors used, as near as it can be had at 16 kHz; None for
        what takes the waveform itself.
    seconds : float or None
        The part of each clip that it hears, from the start and filled up with silence; None hears all.
    tolerance : float
        The largest difference of logits, relative to the largest, between the exported file and what was
        trained.
    Parameters : type
        Its parameters.
    published : Published
    tiny : mapping
        Parameters of a network so small that it learns 40 clips in seconds, for tests.
    tiny_features, tiny_seconds : str or None, float or None
        The front end, and the part of each clip, of that network; None: as `features` and `seconds`.
    space, fit_space : mapping
        For names of parameters, and of what stands under `fit`, what a search may vary; the defaults lie in
        it. Families without are not searched.
    """

    name: ClassVar[str]
    takes: ClassVar[Takes]
    fitted_by: ClassVar[Fitted]
    features: ClassVar[str | None] = None
    seconds: ClassVar[float | None] = None
    tolerance: ClassVar[float] = 1e-4
    Parameters: ClassVar[type[Parameters]] = Parameters
    published: ClassVar[Published]
    tiny: ClassVar[Mapping[str, Any]] = {}
    tiny_features: ClassVar[str | None] = None
    tiny_seconds: ClassVar[float | None] = None
    space: ClassVar[Space] = {}
    fit_space: ClassVar[Space] = {}


class TorchFamily(Family):
    """A family that gradient descent fits."""

    fitted_by = "torch"

    @abstractmethod
    def build(self, parameters: Any, shape: Shape, classes: int) -> Network:
        """The untrained network.

        Parameters
        ----------
        parameters : Parameters
            Of this family's own type.
        shape : Shape
            Of what one clip gives: (None,) samples, (rows, None) frames, (dim,), (channels, height, width).
        classes : int
            The number of logits.

        Raises
        ------
        TrainingError
            If the parameters do not fit the shape.
        """


class ClassicalFamily(Family):
    """A family of scikit-learn's kind: an estimator with `fit(x, y, sample_weight)` and `predict_proba`."""

    takes = "vector"
    fitted_by = "classical"

    @abstractmethod
    def build(self, parameters: Any, seed: int, threads: int) -> Any:
        """The unfitted estimator, scaling included; x is float32 [clips, dim], y are names of classes."""

    def fit(
        self,
        estimator: Any,
        x: NDArray[Any],
        y: NDArray[Any],
        weights: NDArray[Any] | None = None,
        speakers: NDArray[Any] | None = None,
    ) -> Any:
        """Fit what `build` gave, and give it back.

        Parameters
        ----------
        x : float32 [clips, dim]
        y : [clips]
            Names of classes.
        weights : [clips], optional
            What each clip counts; they reach the last step of a pipeline.
        speakers : [clips], optional
            Who speaks, for families that divide the clips once more.

        Raises
        ------
        TrainingError
            If there are too few clips.
        """
        steps = getattr(estimator, "steps", None)
        key = f"{steps[-1][0]}__sample_weight" if steps else "sample_weight"
        return estimator.fit(x, y, **({} if weights is None else {key: weights}))


PROBABILITY_FLOOR = 1e-3
"""Classical families call no class less likely. A forest's probabilities are exactly 0 where no tree saw the
class, and below this the rounding of 1 - p in 32 bits would show in the logarithm."""

F = TypeVar("F", bound=type[Family])
_FAMILIES: dict[str, Family] = {}


def register(family: F) -> F:
    """A class decorator: makes the family known by its name."""
    if family.name in _FAMILIES:
        raise ValueError(f"two families are called '{family.name}'")
    _FAMILIES[family.name] = family()
    return family


@cache
def families() -> dict[str, Family]:
    """All families, by name."""
    import models.architectures as package

    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_FAMILIES.items()))


def family_named(name: str) -> Family:
    """The family that a recipe names. Raises TrainingError if there is none."""
    known = families()
    if name not in known:
        raise TrainingError(
            f"There is no family of models called '{name}'.", f"It is one of: {', '.join(known)}."
        )
    return known[name]
