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
from torch import nn

from desktop_app.core.foreign_files import read_arrays
from desktop_app.core.types import FloatArray
from models.architectures.registry import PROBABILITY_FLOOR, ClassicalFamily
from models.corpora.base import SAMPLE_RATE
from models.data.arrays import write_arrays
from models.data.augment import Augmenter
from models.data.clip_table import ClipTable, Rows
from models.errors import CorpusError, TrainingError
from models.evaluation.linear_head import balance
from models.features.chain import parse_chain
from models.features.length import FirstSeconds
from models.recipes.recipe import ClassicalFit, Recipe
from models.training.trained import ClassicalParts, Scores, Workshop, check_classes, check_failed

MODEL = "model.skops"
_TRUSTED = ("sklearn.", "lightgbm.", "xgboost.", "numpy.", "scipy.", "collections.")


class FeatureStore:
    """Vectors of features of clips under conditions, on disk: all fits of a run share them."""

    def __init__(self, workshop: Workshop, recipe: Recipe, folder: Path) -> None:
        self._workshop, self._folder = workshop, folder
        self._spec = recipe.front_end or ""
        self._seconds = recipe.seconds
        self.front_end = front_end(self._spec, self._seconds)
        self._known: dict[str, dict[str, tuple[FloatArray, float]]] = {}
        self._augment = Augmenter(recipe.augment, workshop.noises)
        self._seed = recipe.seed
        self.failed: dict[str, str] = {}

    def get(self, rows: Rows, condition: str) -> tuple[FloatArray, npt.NDArray[np.float64], Rows]:
        """Features [n, dim] and seconds [n] of marked clips; bool [clips]: which of them could be read."""
        table = self._workshop.table
        known = self._load(condition)
        missing = [row for row in np.flatnonzero(rows) if table.sounds[row] not in known]
        for done, row in enumerate(missing, start=1):
            self._workshop.follower.step(f"features of {condition} clips", done, len(missing))
            try:
                wave = self._workshop.waveform(int(row), condition)
                known[table.sounds[row]] = self._vector(wave), len(wave) / SAMPLE_RATE
            except CorpusError as error:
                self.failed[str(table.clips[row].path)] = str(error)
            if done % 500 == 0:
                self._workshop.say(f"features, {condition}: {done} of {len(missing)}")
        if missing and known:
            write_arrays(
                self._file(condition),
                sound=np.array(list(known)),
                features=np.stack([vector for vector, _ in known.values()]),
                seconds=np.array([seconds for _, seconds in known.values()]),
            )
        there = rows & np.isin(table.sounds, list(known))
        chosen = [known[sound] for sound in table.sounds[there]]
        if not chosen:
            raise TrainingError("None of the clips could be read.", next(iter(self.failed.values()), ""))
        return np.stack([vector for vector, _ in chosen]), np.array([s for _, s in chosen]), there

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

    def _load(self, condition: str) -> dict[str, tuple[FloatArray, float]]:
        if condition not in self._known:
            file = self._file(condition)
            self._known[condition] = {}
            if file.is_file():
                data = read_arrays(file, "file of features")
                pairs = zip(data["features"], data["seconds"].tolist(), strict=True)
                self._known[condition] = dict(zip(data["sound"].tolist(), pairs, strict=True))
        return self._known[condition]

    def _file(self, condition: str) -> Path:
        noise = self._workshop.noise.digest() if condition.startswith("noise") else ""
        named = hashlib.sha256(f"{self._spec} {self._seconds} {condition} {noise}".encode()).hexdigest()[:12]
        return self._folder / f"features-{condition}-{named}.npz"


def front_end(spec: str, seconds: float | None) -> nn.Module:
    """Waveform [batch, samples] -> features of its first `seconds` (None: of all)."""
    chain = parse_chain(spec, SAMPLE_RATE)
    return (nn.Sequential(FirstSeconds(seconds, SAMPLE_RATE), chain) if seconds else chain).eval()


@dataclass(eq=False)
class FittedClassical:
    """An estimator, and the store its features come from."""

    estimator: Any
    store: FeatureStore
    table: ClipTable
    failed: Sequence[str] = field(default_factory=list)

    def scores(self, rows: Rows, condition: str) -> Scores:
        """Logits are the logarithm of the probabilities; a class that was missing has the floor's."""
        features, seconds, there = self.store.get(rows, condition)
        if (there != rows).any():
            raise CorpusError(next(iter(self.store.failed.values())))
        found = self.estimator.predict_proba(features)
        probabilities = np.full((len(features), len(self.table.labels)), PROBABILITY_FLOOR)
        places = [self.table.labels.index(str(label)) for label in self.estimator.classes_]
        probabilities[:, places] = np.maximum(found, PROBABILITY_FLOOR)
        return Scores(np.log(probabilities).astype(np.float32), seconds)

    def parts(self) -> ClassicalParts:
        return ClassicalParts(self.store.front_end, self.estimator)


class ClassicalTrainer:
    """Fits a recipe of a classical family."""

    def __init__(self, recipe: Recipe, workshop: Workshop) -> None:
        assert isinstance(recipe.fit, ClassicalFit)  # noqa: S101  # the recipe's own check
        self._recipe, self._fit, self._workshop = recipe, recipe.fit, workshop

    def fit(self, fitting: Rows, inner: Rows, folder: Path, scratch: Path) -> FittedClassical:
        """See `Trainer`; nothing is chosen on `inner`."""
        table, recipe = self._workshop.table, self._recipe
        family = recipe.model.of
        assert isinstance(family, ClassicalFamily)  # noqa: S101
        store = FeatureStore(self._workshop, recipe, scratch)
        file = folder / MODEL
        if file.is_file():
            return FittedClassical(_load(file), store, table)
        check_classes(self._workshop, fitting)
        self._workshop.follower.learns(1)
        parts, rows_of = [], []
        for view in recipe.data.views:
            features, _, there = store.get(fitting, view)
            parts.append(features)
            rows_of.append(np.flatnonzero(there))
            for copy in range(1, self._fit.copies + 1):
                parts.append(store.augmented(there, view, copy))
                rows_of.append(np.flatnonzero(there))
        x, rows = np.concatenate(parts), np.concatenate(rows_of)
        finite = np.isfinite(x).all(axis=1)
        failed = dict(store.failed)
        for row in np.unique(rows[~finite]):
            path = str(table.clips[row].path)
            failed[path] = f"The clip {path} has features that are no numbers."
        check_failed(list(failed.values()), int(fitting.sum()), "clips", self._workshop.say)
        x, rows = x[finite], rows[finite]
        targets = table.targets[rows]
        estimator = family.build(recipe.model.parameters, recipe.seed, self._workshop.threads)
        names = np.array(table.labels)[targets]
        weights = self._weights(targets, rows)
        estimator = family.fit(estimator, x, names, weights, table.speakers[rows])
        folder.mkdir(parents=True, exist_ok=True)
        _save(file, estimator)
        return FittedClassical(estimator, store, table, list(failed.values()))

    def _weights(
        self, targets: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64] | None:
        table = self._workshop.table
        if self._fit.evenly == "no":
            return None
        if self._fit.evenly == "classes":
            return balance(targets, np.zeros(len(targets), dtype=str))
        groups = table.corpora if self._fit.evenly == "corpora" else table.speakers
        return balance(targets, groups[rows])


def _save(file: Path, estimator: Any) -> None:
    import skops.io

    part = file.with_suffix(".part")
    skops.io.dump(estimator, part)
    part.replace(file)


def _load(file: Path) -> Any:
    import skops.io

    unknown = skops.io.get_untrusted_types(file=file)
    strange = [name for name in unknown if not name.startswith(_TRUSTED)]
    if strange:
        raise TrainingError(
            f"{file} holds {strange[0]}, which no training writes.", "Remove it, and start again."
        )
    return skops.io.load(file, trusted=unknown)
