"""One candidate fitted on one inner fold, from features that were computed before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from models.data.clip_table import ClipTable, Rows
from models.evaluation.metrics import confusion, uar_of
from models.features.chain import parse_chain
from models.recipes.recipe import Recipe
from models.training.fit_classical import fit_estimator, label_places

JUDGED = "whole"
"""The view of the clips that candidates are compared on."""


@dataclass(frozen=True)
class SearchData:
    """The clips, the features of each under each view, and the inner folds.

    Attributes
    ----------
    files : mapping of view to Path
        float32 [clips, columns] as .npy; NaN in the rows of clips that could not be read.
    columns : tuple of str
        What each number is.
    folds : tuple of (fit, validation), bool [clips] each
    """

    table: ClipTable
    files: Mapping[str, Path]
    columns: tuple[str, ...]
    folds: tuple[tuple[Rows, Rows], ...]

    @cached_property
    def features(self) -> dict[str, FloatArray]:
        """By view, read from the disk as they are needed."""
        return {view: np.load(file, mmap_mode="r") for view, file in self.files.items()}

    def of(self, recipe: Recipe) -> dict[str, FloatArray]:
        """The columns of a recipe's front end: by view, float32 [clips, dim]."""
        place = {name: column for column, name in enumerate(self.columns)}
        chosen = [place[name] for name in parse_chain(recipe.front_end or "").names]
        return {view: np.ascontiguousarray(found[:, chosen]) for view, found in self.features.items()}


def fold_uar(data: SearchData, recipe: Recipe, fold: int) -> float:
    """UAR of the speakers that an inner fold keeps, by a model fitted on its others.

    Raises
    ------
    TrainingError
        If nothing can be learnt.
    """
    vectors = data.of(recipe)
    there = np.isfinite(vectors[JUDGED]).all(axis=1)
    fitting, judged = (rows & there for rows in data.folds[fold])
    if recipe.model.of.fitted_by == "classical":
        predicted = _classical(data, recipe, vectors, fitting, judged)
    else:
        # Imported where it is needed: it brings Lightning.
        from models.experiments.search.network_fitting import answers_of

        predicted = answers_of(data, recipe, vectors, fitting, judged)
    truth = data.table.targets[judged]
    return float(uar_of(confusion(truth, predicted, len(data.table.labels))))


def _classical(
    data: SearchData,
    recipe: Recipe,
    vectors: Mapping[str, FloatArray],
    fitting: Rows,
    judged: Rows,
) -> npt.NDArray[np.int64]:
    rows = np.tile(np.flatnonzero(fitting), len(recipe.data.views))
    x = np.concatenate([vectors[view][fitting] for view in recipe.data.views])
    finite = np.isfinite(x).all(axis=1)
    estimator = fit_estimator(recipe, data.table, x[finite], rows[finite], threads=1)
    answers = estimator.predict_proba(vectors[JUDGED][judged]).argmax(axis=1)
    return label_places(estimator, data.table)[answers]
