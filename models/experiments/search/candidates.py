"""What the search may choose, and the recipe that follows from a choice.

A choice is a flat mapping of names to values, as Optuna keeps it: `family`; for each group of features
`features.GROUP`, one of its variants or `no`; `pool`, the statistics; and `FAMILY.NAME` for the parameters of
the family that was drawn (`FAMILY.fit.NAME` for what stands under `fit`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from desktop_app.core.errors import CallError
from models.architectures.registry import Axis, Choice, Family, Whole, families
from models.corpora.registry import name_of
from models.recipes.recipe import FITS, Recipe

NO = "no"
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mfcc": (
            "mfcc:n_mfcc=13",
            "mfcc",
            "mfcc:n_mfcc=40",
            "mfcc:n_mfcc=13,delta=2",
            "mfcc:delta=1",
            "mfcc:n_mfcc=40,delta=2",
        ),
        "mel": ("mel:n_mels=40", "logmel:n_mels=40"),
        "chroma": ("chroma",),
        "contrast": ("contrast",),
        "tonnetz": ("tonnetz",),
        "zcr": ("zcr",),
        "rms": ("rms",),
        "bandwidth": ("bandwidth",),
        "centroid": ("centroid",),
        "rolloff": ("rolloff",),
        "flatness": ("flatness",),
        "pitch": ("pitch:voicing=1",),
    }
)
"""Groups of features, and in which forms each is tried; all are rows of `WIDEST`."""
WIDEST: Mapping[str, str] = MappingProxyType(
    {group: forms[-1] for group, forms in GROUPS.items()} | {"mel": "mel:n_mels=40+logmel:n_mels=40"}
)
POOLS = ("mean", "mean,std", "mean,std,min,max", "mean,std,p10,p90", "mean,std,p10,median,p90")
ALL_STATISTICS = "mean,std,min,max,p10,median,p90"
_USUAL = {"mfcc": "mfcc:n_mfcc=13,delta=2"} | {
    group: group for group in ("chroma", "contrast", "tonnetz", "zcr", "rms", "bandwidth")
}
"""Those that the source of the classical families takes (`models.architectures.classical`)."""

Value = bool | int | float | str | None
Choices = Mapping[str, Value]


class Draw(Protocol):
    """What draws: an Optuna trial."""

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any: ...

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int: ...

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Where the search looks, and what all its recipes share.

    Parameters
    ----------
    families, groups : tuple of str
        What it chooses among (`searchable`, `GROUPS`).
    data : mapping
        The `data` part of each recipe.
    seed : int
    """

    families: tuple[str, ...]
    groups: tuple[str, ...]
    data: Mapping[str, Any]
    seed: int = 0

    @property
    def widest(self) -> str:
        """The front end whose columns hold those of every candidate."""
        return f"{'+'.join(WIDEST[group] for group in self.groups)}|pool:{ALL_STATISTICS}"

    def draw(self, trial: Draw) -> None:
        """Draw one choice; it then stands in the trial's parameters."""
        name = trial.suggest_categorical("family", self.families)
        for group in self.groups:
            trial.suggest_categorical(f"features.{group}", (NO, *GROUPS[group]))
        trial.suggest_categorical("pool", POOLS)
        for key, axis in _axes(families()[name]).items():
            _draw_one(trial, key, axis)

    def usual(self) -> list[dict[str, Value]]:
        """What is tried first: each family with its defaults on the usual features, then on all groups."""
        few = {group: _USUAL.get(group, NO) for group in self.groups}
        every = {group: GROUPS[group][0] for group in self.groups}
        tried = [(few, POOLS[0])] if set(few.values()) != {NO} else []
        return [
            self._defaults(name)
            | {f"features.{group}": form for group, form in forms.items()}
            | {"pool": pool}
            for forms, pool in (*tried, (every, POOLS[1]))
            for name in self.families
        ]

    def _defaults(self, name: str) -> dict[str, Value]:
        family = families()[name]
        defaults = family.Parameters().model_dump() | {
            f"fit.{key}": value for key, value in FITS[family.fitted_by]().model_dump().items()
        }
        own: dict[str, Value] = {"family": name}
        for key, axis in _axes(family).items():
            value = defaults[key.removeprefix(f"{name}.")]
            own[key] = str(value) if isinstance(axis, Choice) else value
        return own

    def spec(self, choices: Choices) -> str | None:
        """The front end of a choice; None if it has no features."""
        chosen = [str(form) for group in self.groups if (form := choices[f"features.{group}"]) != NO]
        return f"{'+'.join(chosen)}|pool:{choices['pool']}" if chosen else None

    def recipe(self, choices: Choices, name: str = "candidate") -> Recipe:
        """The recipe of a choice that has features."""
        family = families()[str(choices["family"])]
        parameters: dict[str, Any] = {}
        fit: dict[str, Any] = {}
        for key, axis in _axes(family).items():
            value: Any = choices[key]
            if isinstance(axis, Choice):
                value = axis.values[axis.words.index(str(value))]
            elif not isinstance(axis, Whole):
                value = float(f"{value:.4g}")
            word = key.removeprefix(f"{family.name}.")
            (fit if word.startswith("fit.") else parameters)[word.removeprefix("fit.")] = value
        spec = self.spec(choices) or ""
        if family.fitted_by == "torch":
            spec += "|standardise"
        return Recipe.model_validate(
            {
                "name": name,
                "seed": self.seed,
                "data": dict(self.data),
                "features": spec,
                "model": {"family": family.name, **parameters},
                "fit": fit,
            }
        )


def searchable() -> tuple[str, ...]:
    """The families that declare what a search may vary."""
    return tuple(name for name, family in families().items() if family.space and family.takes == "vector")


def check_names(named: Sequence[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    """The names, each once. Raises CallError for one that is not known."""
    for name in named:
        if name not in known:
            hint = ""
            if "=" in name or name_of(name):
                hint = "Corpora stand before the first option, or after another option's value."
            elif what == "family" and name in families():
                hint = "Those learn one vector a clip; `emoscope-models train` trains the others, by recipes."
            raise CallError(f"The search knows no {what} '{name}'; it knows {', '.join(known)}.", hint)
    return tuple(dict.fromkeys(named))


def _axes(family: Family) -> dict[str, Axis]:
    own = {f"{family.name}.{name}": axis for name, axis in family.space.items()}
    return own | {f"{family.name}.fit.{name}": axis for name, axis in family.fit_space.items()}


def _draw_one(trial: Draw, name: str, axis: Axis) -> None:
    if isinstance(axis, Choice):
        trial.suggest_categorical(name, axis.words)
    elif isinstance(axis, Whole):
        trial.suggest_int(name, axis.low, axis.high, log=axis.log)
    else:
        trial.suggest_float(name, axis.low, axis.high, log=axis.log)
