"""Any recipe fitted on clips, and calibrated on some of their speakers, which it has not learnt from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.data.clip_table import ClipTable, Rows
from models.errors import LeakError, TrainingError
from models.evaluation.folds import linked_speakers
from models.evaluation.linear_head import balance
from models.evaluation.metrics import Probabilities, confusion, uar_of
from models.evaluation.protocols import inner_folds
from models.recipes.recipe import Recipe
from models.training.calibration import Answers, Calibration, fit_doubt, fit_threshold
from models.training.trained import ClassicalParts, Fitted, Scores, Trainer, Workshop

ASKED_WHOLE = ("whole", "trimmed")
"""What the threshold is fitted on; temperature and doubt about short speech take `ASKED_EARLY` too."""
ASKED_EARLY = ("first-1s", "first-2s")


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedModel:
    """A fitted model whose probabilities mean what they say."""

    fitted: Fitted
    calibration: Calibration

    def probabilities(self, scores: Scores) -> Probabilities:
        """Calibrated [clips, classes] of what `fitted` gives."""
        return self.calibration.probabilities(_answers(scores))


def trainer_of(recipe: Recipe, workshop: Workshop) -> Trainer:
    """What fits a recipe's family."""
    if recipe.model.of.fitted_by == "classical":
        from models.training.fit_classical import ClassicalTrainer

        return ClassicalTrainer(recipe, workshop)
    from models.training.fit_torch import TorchTrainer

    return TorchTrainer(recipe, workshop)


def speaker_groups(table: ClipTable, rows: Rows, split: str = "") -> int:
    """How many groups of speakers the marked clips have; calibration takes some from training.

    Raises
    ------
    LeakError
        If there is but one; the sentence names the `split`.
    """
    groups = len(linked_speakers([table.clips[row] for row in np.flatnonzero(rows)], table.hashes))
    if groups < 2:
        told = "one speaker is left to train on, and calibration takes another."
        raise LeakError(f"{split}: {told}" if split else told.capitalize(), "Add recordings of other people.")
    return groups


def train(recipe: Recipe, workshop: Workshop, rows: Rows | None, folder: Path) -> CalibratedModel:
    """Fit a recipe on the clips `rows` and nothing else, calibrated on some of their speakers.

    Parameters
    ----------
    rows : bool [clips] or None
        None learns from every clip.
    folder : Path
        Of the run. What was fitted is kept there by what it was fitted on: a second call reads it.

    Raises
    ------
    LeakError
        If there is but one speaker.
    TrainingError
        If nothing can be learnt, or a model of every clip would not know one of the classes.
    """
    table, everyone = workshop.table, rows is None
    if rows is None:
        check_every_class(recipe, table)
        rows = np.ones(len(table.clips), dtype=bool)
    fitting, inner = _to_calibrate(recipe, table, rows)
    trainer = trainer_of(recipe, workshop)
    fitted = trainer.fit(fitting, inner, folder / f"fit-{_stamp(recipe, workshop, fitting, inner)}", folder)
    targets = table.targets[inner]
    # Each speaker counts the same: the analyzer meets speakers.
    weights = balance(np.zeros(len(targets), np.int64), table.speakers[inner])
    answers = {
        name: _answers(fitted.scores(inner, name), targets, weights) for name in (*ASKED_WHOLE, *ASKED_EARLY)
    }
    if recipe.model.of.fitted_by == "classical":  # networks have told of each of their epochs
        found = confusion(targets, answers["whole"].logits.argmax(axis=1), len(table.labels))
        people = len(set(table.speakers[inner].tolist()))
        workshop.follower.epoch(1, confusion=found.tolist(), uar=uar_of(found), speakers=people)
    calibration = _calibrate(answers, recipe.calibration.coverage)
    if recipe.calibration.refit:
        nobody = np.zeros_like(rows)
        place = folder / f"fit-{_stamp(recipe, workshop, rows, nobody)}"
        fitted = trainer.fit(rows, nobody, place, folder)
    parts = fitted.parts()
    if everyone and isinstance(parts, ClassicalParts):  # which knows no class whose clips all failed
        known = {str(label) for label in parts.estimator.classes_}
        _check_known(table, known, "none of its clips could be learnt from")
    return CalibratedModel(fitted, calibration)


def _to_calibrate(recipe: Recipe, table: ClipTable, rows: Rows) -> tuple[Rows, Rows]:
    """What is learnt from and what calibrates: the first inner fold that leaves the most classes to learn."""
    count = min(recipe.calibration.inner_folds, speaker_groups(table, rows))
    found = inner_folds(table.clips, rows, table.hashes, count)
    return max(found, key=lambda fold: len(np.unique(table.targets[fold[0]])))


def check_every_class(recipe: Recipe, table: ClipTable) -> None:
    """Raise TrainingError if the model of every clip would have nothing to learn a class from.

    It would never answer that class, and stand beside figures that count it.
    """
    rows = np.ones(len(table.clips), dtype=bool)
    fitting = rows if recipe.calibration.refit else _to_calibrate(recipe, table, rows)[0]
    known = {table.labels[target] for target in np.unique(table.targets[fitting])}
    _check_known(table, known, "all its speakers are needed to calibrate")


def _check_known(table: ClipTable, known: AbstractSet[str], why: str) -> None:
    for label in table.labels:
        if label not in known:
            raise TrainingError(
                f"The model would not know the class '{label}': {why}.",
                "Add recordings of it by another speaker, or name the other classes: `classes` under `data`.",
            )


def _stamp(recipe: Recipe, workshop: Workshop, fitting: Rows, inner: Rows) -> str:
    """Names what is learnt, from what and how."""
    told = recipe.model_dump(exclude={"name", "folds"})
    told["data"].pop("corpora")
    told["data"].pop("test")
    told["calibration"].pop("coverage")
    told |= {"front end": recipe.front_end, "seconds": recipe.seconds}  # also where the family decides them
    text = json.dumps(told, sort_keys=True, default=str)
    noises = hashlib.sha256()
    for recording in workshop.noises if recipe.augment.noise else ():
        noises.update(np.ascontiguousarray(recording).tobytes())
    table = workshop.table
    weights = getattr(recipe.model.parameters, "folder", None)
    if weights is not None:
        from models.architectures.hugging_face import folder_named, folder_state

        text += folder_state(folder_named(weights))
    parts = [text, noises.hexdigest(), table.digest(fitting), table.digest(inner)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _answers(
    scores: Scores,
    targets: npt.NDArray[np.int64] | None = None,
    weights: npt.NDArray[np.float64] | None = None,
) -> Answers:
    count = len(scores.logits)
    return Answers(
        scores.logits,
        np.zeros(count, np.int64) if targets is None else targets,
        scores.seconds,
        np.ones(count) if weights is None else weights,
    )


def _calibrate(answers: Mapping[str, Answers], coverage: float) -> Calibration:
    """On what speakers were answered that the model has not learnt from."""
    temperature, doubt_s = fit_doubt(list(answers.values()))
    plain = Calibration(temperature, 0.0, doubt_s)
    sure = np.concatenate([plain.probabilities(answers[name]) for name in ASKED_WHOLE])
    weights = np.concatenate([answers[name].weights for name in ASKED_WHOLE])
    return replace(plain, threshold=fit_threshold(sure, weights, coverage))
