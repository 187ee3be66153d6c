"""Whatever takes part in a league, behind one interface: any recipe, and the Whisper network's strategy."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from models.corpora.base import Clip
from models.data.clip_table import ClipTable, Rows
from models.errors import NotHereError
from models.evaluation.clip_answers import ClipAnswers, joined
from models.evaluation.metrics import Probabilities
from models.evaluation.protocols import Split
from models.experiments.league.clock import CoreClock, fit_hours
from models.recipes.recipe import Recipe
from models.training.fit_calibrated import CalibratedModel, train
from models.training.importance import importance
from models.training.sources import workshop_of
from models.training.trained import Say, Workshop
from models.training.whisper.held_out import HeldOut, hold_out
from models.training.whisper.material import Material, Sources, prepare
from models.training.whisper.run_config import whisper_run


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A model without some speakers, and what it answered to them.

    `model` is what an exporter takes: `CalibratedModel`, or `HeldOut` of the Whisper network.
    """

    model: CalibratedModel | HeldOut
    answers: ClipAnswers
    importance: Mapping[str, float]

    @property
    def calibration(self) -> Any:
        return self.model.calibration


class Entrant(Protocol):
    """One recipe, with the clips that it learns from."""

    @property
    def recipe(self) -> Recipe: ...

    @property
    def table(self) -> ClipTable: ...

    def check(self, train: Rows, most_hours: float) -> None:
        """Raise NotHereError if one fit would take longer."""

    def hold_out(self, split: Split, conditions: Sequence[str], clock: CoreClock) -> Outcome:
        """Train on one side (the clock counts that), answer to the other."""


def entrant_of(recipe: Recipe, args: argparse.Namespace, folder: Path, say: Say) -> Entrant:
    """The entrant of a recipe; reads `corpora`, `noise`, `weights` and `cache` from `args`."""
    if recipe.model.of.fitted_by == "whisper":
        material, sources = prepare(args, whisper_run(recipe), say=say)
        return WhisperEntrant(recipe, material, replace(sources, say=say), folder / "held-out")
    found = workshop_of(args, recipe, say=say)
    workshop = Workshop(found.table, found.noise, found.noises, say=say, threads=found.threads)
    return RecipeEntrant(recipe, workshop, folder)


@dataclass(frozen=True, slots=True, eq=False)
class RecipeEntrant:
    """A recipe of any registered family."""

    recipe: Recipe
    workshop: Workshop
    folder: Path

    @property
    def table(self) -> ClipTable:
        return self.workshop.table

    def check(self, train: Rows, most_hours: float) -> None:
        hours = fit_hours(self.recipe, self.workshop, int(train.sum()))
        if hours is not None and hours > most_hours:
            raise NotHereError(
                f"One fit of {self.recipe.name} would take up to {hours:.0f} hours of processor time, and "
                f"{most_hours:g} are allowed.",
                "Allow more by --most-hours, or take a computer with a GPU.",
            )

    def hold_out(self, split: Split, conditions: Sequence[str], clock: CoreClock) -> Outcome:
        with clock:
            model = train(self.recipe, self.workshop, split.train, self.folder)
        parts = []
        for name in conditions:
            scores = model.fitted.scores(split.test, name)
            heard = model.probabilities(scores), scores.seconds
            parts.append(_answers(self.table, split, name, heard, model.calibration.threshold))
        return Outcome(model, joined(parts), importance(model.fitted, split.test))


@dataclass(frozen=True, slots=True, eq=False)
class WhisperEntrant:
    """The Whisper network: its own strategy trains and judges it at once, so the clock counts both."""

    recipe: Recipe
    material: Material
    sources: Sources
    folder: Path

    @property
    def table(self) -> Material:
        return self.material

    def check(self, train: Rows, most_hours: float) -> None:
        """It is known to be trained on two cores."""

    def hold_out(self, split: Split, conditions: Sequence[str], clock: CoreClock) -> Outcome:
        place = self.folder / split.name.replace(" ", "-")
        with clock:
            held = hold_out(
                self.material,
                split,
                whisper_run(self.recipe),
                place,
                sources=self.sources,
                conditions=conditions,
            )
        threshold = held.calibration.threshold
        parts = []
        for name in conditions:
            heard = held.probabilities(name), held.heard[name].seconds
            parts.append(_answers(self.material, split, name, heard, threshold))
        return Outcome(held, joined(parts), {})


def _answers(
    table: ClipTable,
    split: Split,
    condition: str,
    heard: tuple[Probabilities, npt.NDArray[np.float64]],
    threshold: float,
) -> ClipAnswers:
    """Of the tested clips; `heard` are their probabilities and seconds."""
    clips: list[Clip] = [table.clips[row] for row in np.flatnonzero(split.test)]
    probabilities, seconds = heard
    return ClipAnswers.of(
        table.labels,
        clips,
        seconds,
        probabilities,
        probabilities.max(axis=1) >= threshold,
        protocol=split.name,
        condition=condition,
    )
