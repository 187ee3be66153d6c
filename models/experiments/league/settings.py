"""What is measured of each recipe of a league: its cells, and what makes one of them another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.architectures.whisper.family import WhisperParameters
from models.recipes.config import FitConfig
from models.recipes.recipe import Recipe, TorchFit

LEFT_OUT, RANDOM, FILE = "left-out", "speaker-dependent", "file"
LEAD = "trimmed"
CONDITIONS = (LEAD, "whole", "noise-10dB", "telephone")
"""Under which the folds are judged. The first leads: as the analyzer cuts speech. A model that hears the
first 3 s of a whole clip hears a second of silence before it in some corpora."""
_QUICK_CAP = 100
_QUICK_EPOCHS = 5
_QUICK_DRAWS = 240
_QUICK_NOISE = 60
QUICK_TOLD = (
    f"QUICK: one fold only, {_QUICK_CAP} clips of each class, {_QUICK_EPOCHS} epochs at most. "
    "It tells that everything works, and little of how good a model is."
)


@dataclass(frozen=True)
class Settings:
    """How a league is run.

    Attributes
    ----------
    folds : int
        Speaker-disjoint folds of the tested corpus, of which `tested` are trained.
    left_out : str
        The corpus that is tested by a model trained on the others; a recipe without it has no such cell.
    quick : bool
        Less of everything, and labelled so.
    work : Path
        Where cells, answers and fitted models are kept.
    """

    work: Path
    folds: int = 5
    left_out: str = "emodb"
    quick: bool = False

    @property
    def tested(self) -> int:
        """How many of the folds are trained and tested."""
        return 1 if self.quick else self.folds

    def folder(self, recipe: Recipe) -> Path:
        """Of one recipe."""
        return self.work / ("quick" if self.quick else "full") / recipe.name

    def cells(self, recipe: Recipe) -> list[str]:
        """What is measured of a recipe, in the order in which it is."""
        first, *others = (f"fold-{number}" for number in range(1, self.tested + 1))
        names = [first, FILE, *others]  # the file is that of the first fold
        plain = [name.partition("=")[0] for name in recipe.data.corpora]
        if self.left_out in plain and len(plain) > 1:
            names.append(LEFT_OUT)
        if recipe.model.of.fitted_by != "whisper":
            names.append(RANDOM)
        return names

    def as_run(self, recipe: Recipe) -> Recipe:
        """The recipe as it is trained: itself, or less of it."""
        recipe = recipe.model_copy(update={"folds": self.folds})
        return _quick(recipe) if self.quick else recipe

    def stamp(self, recipe: Recipe) -> str:
        """Equal for two runs of a recipe that measure the same, if their clips are the same."""
        told = self.as_run(recipe).model_dump(mode="json")
        text = json.dumps([told, self.folds, self.tested, self.left_out, CONDITIONS], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def own_protocol(recipe: Recipe, there: Sequence[str]) -> Recipe:
    """The recipe with the classes that its family was published with, of those that are `there`.

    It is the recipe itself if they are not known, or fewer than two of them are there.
    """
    classes = tuple(label for label in recipe.model.of.published.classes if label in there)
    if len(classes) < 2:
        return recipe
    return recipe.model_copy(update={"data": recipe.data.model_copy(update={"classes": classes})})


def _quick(recipe: Recipe) -> Recipe:
    fit, parameters = recipe.fit, recipe.model.parameters
    if isinstance(fit, FitConfig) and isinstance(parameters, WhisperParameters):
        shorter = fit.model_copy(
            update={"epochs": min(1, fit.epochs), "draws": max(fit.batch, min(_QUICK_DRAWS, fit.draws))}
        )
        noise = min(_QUICK_NOISE, parameters.noise_pieces)
        less = parameters.model_copy(update={"noise_pieces": noise})
        model = recipe.model.model_copy(update={"parameters": less})
        return recipe.model_copy(update={"fit": shorter, "model": model})
    if isinstance(fit, TorchFit):
        fit = fit.model_copy(update={"epochs": min(_QUICK_EPOCHS, fit.epochs)})
    cap = min(_QUICK_CAP, recipe.data.cap or _QUICK_CAP)
    return recipe.model_copy(update={"fit": fit, "data": recipe.data.model_copy(update={"cap": cap})})
