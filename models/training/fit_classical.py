"""Fits estimators of scikit-learn's kind on one vector of features a clip."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from desktop_app.core.safe_files import write_bytes
from desktop_app.core.types import FloatArray
from models.architectures.registry import PROBABILITY_FLOOR, ClassicalFamily
from models.corpora.base import SAMPLE_RATE, Clip
from models.data.augment import Augmenter
from models.data.clip_table import ClipTable, Rows
from models.data.feature_vectors import Vector, VectorStore, compute_vectors
from models.errors import CorpusError, TrainingError
from models.evaluation.linear_head import balance
from models.features.chain import front_end, parse_chain
from models.recipes.recipe import ClassicalFit, Recipe
from models.training.trained import ClassicalParts, Scores, Workshop, check_classes, check_failed

MODEL = "model.skops"
_TRUSTED = ("sklearn.", "lightgbm.", "xgboost.", "numpy.", "scipy.", "collections.")


class ClipVectors:
    """Vectors of features of clips under conditions, kept on disk: all fits of a run share them."""

    def __init__(self, workshop: Workshop, recipe: Recipe, folder: Path) -> None:
        self._workshop, self._folder = workshop, folder
        self._spec, self._seconds = recipe.front_end or "", recipe.seconds
        self.front_end = front_end(self._spec, self._seconds, SAMPLE_RATE)
        self._dim = parse_chain(self._spec, SAMPLE_RATE).output_dim
        self._stores: dict[str, VectorStore] = {}
        self._augment = Augmenter(recipe.augment, workshop.noises)
        self._seed = recipe.seed
        self.failed: dict[Path, str] = {}

    def get(self, rows: Rows, condition: str) -> tuple[FloatArray, npt.NDArray[np.float64], Rows]:
        """Features [n, dim] and seconds [n] of marked clips; bool [clips]: which of them could be read."""
        table, store = self._workshop.table, self._store(condition)
        numbers = np.flatnonzero(rows)
        row_of = {table.clips[row].path: int(row) for row in numbers}

        def vector(clip: Clip, _: str) -> Vector:
            wave = self._workshop.waveform(row_of[clip.path], condition)
            return self._vector(wave), len(wave) / SAMPLE_RATE

        def tell(done: int, of: int) -> None:
            self._workshop.follower.step(f"features of {condition} clips", done, of)
            if done % 500 == 0:
                self._workshop.say(f"features, {condition}: {done} of {of}")

        # One clip after another, with all of torch's threads: their number shows in the last bits.
        self.failed |= compute_vectors(
            [table.clips[row] for row in numbers],
            table.hashes,
            vector,
            store,
            torch_threads=torch.get_num_threads(),
            progress=tell,
        )
        found = {int(row): one for row in numbers if (one := store.get(table.sounds[row])) is not None}
        if not found:
            raise TrainingError("None of the clips could be read.", next(iter(self.failed.values()), ""))
        there = np.zeros_like(rows)
        there[list(found)] = True
        vectors = np.stack([vector for vector, _ in found.values()])
        return vectors, np.array([seconds for _, seconds in found.values()]), there

    def augmented(self, rows: Rows, view: str, copy: int) -> FloatArray:
        """Features [n, dim] of the marked clips, each changed as the recipe's `augment` draws it."""
        out = []
        for row in np.flatnonzero(rows):
            self._workshop.follower.pulse()
            rng = np.random.default_rng((self._seed, copy, int(row)))
            out.append(self._vector(self._augment(self._workshop.waveform(int(row), view), rng)))
        return np.stack(out)

    def _vector(self, waveform: FloatArray) -> FloatArray:
        with torch.inference_mode():
            vector: FloatArray = self.front_end(torch.from_numpy(np.ascontiguousarray(waveform))[None])[
                0
            ].numpy()
        return vector

    def _store(self, condition: str) -> VectorStore:
        if condition not in self._stores:
            noise = self._workshop.noise.digest() if condition.startswith("noise") else ""
            told = f"{self._spec} {self._seconds} {condition} {noise}"
            named = hashlib.sha256(told.encode()).hexdigest()[:12]
            self._stores[condition] = VectorStore(self._folder / f"features-{condition}-{named}", self._dim)
        return self._stores[condition]


@dataclass(eq=False)
class FittedClassical:
    """An estimator, and the features it takes."""

    estimator: Any
    features: ClipVectors
    table: ClipTable
    failed: Sequence[str] = field(default_factory=list)

    def scores(self, rows: Rows, condition: str) -> Scores:
        """Logits are the logarithm of the probabilities; a class that was missing has the floor's."""
        features, seconds, there = self.features.get(rows, condition)
        if (there != rows).any():
            raise CorpusError(next(iter(self.features.failed.values())))
        found = self.estimator.predict_proba(features)
        probabilities = np.full((len(features), len(self.table.labels)), PROBABILITY_FLOOR)
        probabilities[:, label_places(self.estimator, self.table)] = np.maximum(found, PROBABILITY_FLOOR)
        return Scores(np.log(probabilities).astype(np.float32), seconds)

    def parts(self) -> ClassicalParts:
        return ClassicalParts(self.features.front_end, self.estimator)


class ClassicalTrainer:
    """Fits a recipe of a classical family."""

    def __init__(self, recipe: Recipe, workshop: Workshop) -> None:
        assert isinstance(recipe.fit, ClassicalFit)  # noqa: S101  # the recipe's own check
        self._recipe, self._fit, self._workshop = recipe, recipe.fit, workshop

    def fit(self, fitting: Rows, inner: Rows, folder: Path, scratch: Path) -> FittedClassical:
        """See `Trainer`; nothing is chosen on `inner`."""
        table, recipe = self._workshop.table, self._recipe
        vectors = ClipVectors(self._workshop, recipe, scratch)
        file = folder / MODEL
        if file.is_file():
            return FittedClassical(_load(file), vectors, table)
        check_classes(self._workshop.table, fitting, self._workshop.say)
        self._workshop.follower.learns(1)
        parts, rows_of = [], []
        for view in recipe.data.views:
            features, _, there = vectors.get(fitting, view)
            parts.append(features)
            rows_of.append(np.flatnonzero(there))
            for copy in range(1, self._fit.copies + 1):
                parts.append(vectors.augmented(there, view, copy))
                rows_of.append(np.flatnonzero(there))
        x, rows = np.concatenate(parts), np.concatenate(rows_of)
        finite = np.isfinite(x).all(axis=1)
        failed = dict(vectors.failed)
        for row in np.unique(rows[~finite]):
            path = table.clips[row].path
            failed[path] = f"The clip {path} has features that are no numbers."
        check_failed(list(failed.values()), int(fitting.sum()), "clips", self._workshop.say)
        x, rows = x[finite], rows[finite]
        estimator = fit_estimator(recipe, table, x, rows, self._workshop.threads)
        folder.mkdir(parents=True, exist_ok=True)
        _save(file, estimator)
        return FittedClassical(estimator, vectors, table, list(failed.values()))


def fit_estimator(
    recipe: Recipe, table: ClipTable, x: FloatArray, rows: npt.NDArray[np.int64], threads: int
) -> Any:
    """The estimator of a recipe, fitted on vectors [n, dim] of the clips `rows` [n], weighed as it says."""
    family, fit = recipe.model.of, recipe.fit
    assert isinstance(family, ClassicalFamily)  # noqa: S101  # the recipe's own check
    assert isinstance(fit, ClassicalFit)  # noqa: S101
    targets, speakers, weights = table.targets[rows], table.speakers[rows], None
    if fit.evenly != "no":
        groups = {
            "classes": np.zeros(len(rows), dtype=str),
            "corpora": table.corpora[rows],
            "speakers": speakers,
        }
        weights = balance(targets, groups[fit.evenly])
    estimator = family.build(recipe.model.parameters, recipe.seed, threads)
    return family.fit(estimator, x, np.array(table.labels)[targets], weights, speakers)


def label_places(estimator: Any, table: ClipTable) -> npt.NDArray[np.int64]:
    """For each class of an estimator its place among the table's labels; a class without clips has none."""
    return np.array([table.labels.index(str(label)) for label in estimator.classes_], dtype=np.int64)


def _save(file: Path, estimator: Any) -> None:
    import skops.io

    write_bytes(file, skops.io.dumps(estimator), "model")


def _load(file: Path) -> Any:
    import skops.io

    unknown = skops.io.get_untrusted_types(file=file)
    strange = [name for name in unknown if not name.startswith(_TRUSTED)]
    if strange:
        raise TrainingError(
            f"{file} holds {strange[0]}, which no training writes.", "Remove it, and start again."
        )
    return skops.io.load(file, trusted=unknown)
