"""Any recipe judged on voices it has not met: calibrated on inner speakers, tested once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from desktop_app.command_line.output import counted
from desktop_app.core.safe_files import write_text
from models.data.clip_table import ClipTable, Rows
from models.errors import LeakError, TrainingError
from models.evaluation.clip_answers import ANSWERS, ClipAnswers, joined, write_answers
from models.evaluation.folds import linked_speakers
from models.evaluation.linear_head import balance
from models.evaluation.metrics import Probabilities, Report, confusion, report, uar_of
from models.evaluation.protocols import FOLDS, PROTOCOLS, SPEAKER_DEPENDENT, Split, inner_folds, splits
from models.recipes.recipe import Recipe
from models.training.calibration import Answers, Calibration, fit_doubt, fit_threshold
from models.training.importance import IMPORTANCE, importance, mean_importance
from models.training.trained import ClassicalParts, Fitted, Say, Scores, Trainer, Workshop

ASKED_WHOLE = ("whole", "trimmed")
"""What the threshold is fitted on; temperature and doubt about short speech take `ASKED_EARLY` too."""
ASKED_EARLY = ("first-1s", "first-2s")
LEAST_SPEAKERS = 3
_TELL_WHO = "Tell who speaks (--speaker-pattern, --speakers, or emoscope.yaml in the folder)"
_OR_BY_CLIPS = (
    f"{_TELL_WHO}; or part the clips at random with --without-speakers: the figures then say that its "
    "voices are known."
)
_SAME_EMOTIONS = "Name corpora with the same emotions, or only these as `classes` under `data`."
_OR_ANOTHER_FAMILY = f"{_TELL_WHO}; or take a recipe of another family, and --without-speakers."
CONDITIONS = ("whole", "trimmed", "noise-10dB", "telephone")


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


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """The clips of one protocol under one condition, each judged by a model that never met it."""

    rows: npt.NDArray[np.int64]
    probabilities: Probabilities
    seconds: npt.NDArray[np.float64]
    certain: npt.NDArray[np.bool_]

    def mask(self, table: ClipTable) -> Rows:
        """Which clips of the table these are."""
        marked = np.zeros(len(table.clips), dtype=bool)
        marked[self.rows] = True
        return marked

    def answers(self, table: ClipTable, protocol: str, condition: str) -> ClipAnswers:
        """As a table for people and for later questions."""
        clips = [table.clips[row] for row in self.rows]
        return ClipAnswers.of(
            table.labels,
            clips,
            self.seconds,
            self.probabilities,
            self.certain,
            protocol=protocol,
            condition=condition,
        )


def judge_splits(
    recipe: Recipe,
    workshop: Workshop,
    found: Sequence[Split],
    folder: Path,
    conditions: Sequence[str],
    *,
    each: Callable[[CalibratedModel, Split], None] | None = None,
    kind: Literal["fold", "corpus"] = "fold",
) -> tuple[dict[str, Tested], list[Calibration]]:
    """Train once for each split and test its clips under each condition; also what each calibration found.

    `each` is called with every model before the next one is trained; `kind` is what a follower is told.
    """
    table, follower = workshop.table, workshop.follower
    parts: dict[str, list[tuple[Probabilities, npt.NDArray[np.float64]]]] = {name: [] for name in conditions}
    rows, thresholds = [], []
    calibrations = []
    for number, split in enumerate(found, start=1):
        workshop.say(f"{recipe.name}, {split.name} ({number} of {len(found)}) ...")
        speakers = {"speakers": table.voices(split.train), "test_speakers": table.voices(split.test)}
        clips = {"clips": int(split.train.sum()), "test_clips": int(split.test.sum())}
        follower.begin_fit(kind, split.name, **clips, **speakers)
        model = train(recipe, workshop, split.train, folder)
        calibrations.append(model.calibration)
        rows.append(np.flatnonzero(split.test))
        thresholds.append(np.full(len(rows[-1]), model.calibration.threshold))
        for name in conditions:
            scores = model.fitted.scores(split.test, name)
            parts[name].append((model.probabilities(scores), scores.seconds))
        if each is not None:
            each(model, split)
        told = parts[conditions[0]][-1][0].argmax(axis=1)
        matrix = confusion(table.targets[split.test], told, len(table.labels))
        follower.end_fit(condition=conditions[0], uar=round(uar_of(matrix), 4), confusion=matrix.tolist())
    out = {}
    for name, judged in parts.items():
        probabilities = np.concatenate([part for part, _ in judged])
        certain = probabilities.max(axis=1) >= np.concatenate(thresholds)
        seconds = np.concatenate([part for _, part in judged])
        out[name] = Tested(np.concatenate(rows), probabilities, seconds, certain)
    return out, calibrations


def report_of(workshop: Workshop, tested: Tested, protocol: str = "") -> Report:
    """The figures of what was tested."""
    table = workshop.table
    return report(
        tested.probabilities,
        table.targets[tested.rows],
        table.speakers[tested.rows].tolist(),
        table.labels,
        genders=[table.clips[row].gender for row in tested.rows],
        certain=tested.certain,
        protocol=protocol,
    )


def shared_classes(table: ClipTable, split: Split) -> npt.NDArray[np.int64]:
    """The classes [n] of a split that are learnt as well as tested.

    Raises
    ------
    LeakError
        If there are fewer than two: whoever has nothing to choose from is always right.
    """
    shared = np.intersect1d(table.targets[split.test], table.targets[split.train])
    if len(shared) < 2:
        raise LeakError(f"{split.name}: fewer than two emotions are both learnt and tested.", _SAME_EMOTIONS)
    return shared


def among_shared(workshop: Workshop, tested: Tested, shared: npt.NDArray[np.int64]) -> Report:
    """Judged among the classes `shared`, which training and the tested clips have in common."""
    table = workshop.table
    targets = table.targets[tested.rows]
    kept = np.isin(targets, shared)
    among = tested.probabilities[kept][:, shared]
    return report(
        among / among.sum(axis=1, keepdims=True),
        np.searchsorted(shared, targets[kept]),
        table.speakers[tested.rows[kept]].tolist(),
        [table.labels[k] for k in shared],
    )


def fold_count(recipe: Recipe, table: ClipTable) -> int:
    """As many folds as the recipe wants, or fewer where there are not as many speakers.

    Raises
    ------
    LeakError
        If there are fewer than three speakers: one is tested, one learnt from, and one calibrates.
    """
    hint = _OR_ANOTHER_FAMILY if recipe.model.of.fitted_by == "whisper" else _OR_BY_CLIPS
    unknown = next((clip.path for clip in table.clips if not clip.speaker_known), None)
    if unknown is not None:
        raise LeakError(
            f"Who speaks in {unknown} is not known, so no figure for unheard voices can be had.", hint
        )
    groups = len(linked_speakers(table.clips, table.hashes))
    if groups < LEAST_SPEAKERS and not table.by_clips:
        raise LeakError(
            f"A figure for unheard voices takes {LEAST_SPEAKERS} speakers at least (one to test, one to "
            f"learn from, one to calibrate), and the recordings have {groups}.",
            hint,
        )
    return min(recipe.folds, groups)


def tell_fewer(recipe: Recipe, count: int, table: ClipTable, say: Say) -> None:
    """Say so where there are not as many speakers as the recipe wants folds, outer or inner."""
    groups = speaker_groups(table, np.ones(len(table.clips), dtype=bool))
    told = counted(groups, "clip" if table.by_clips else "speaker")
    if count < recipe.folds:
        say(f"{told}: {count} folds instead of {recipe.folds}.")
    inner = recipe.calibration.inner_folds
    if groups < inner and "inner_folds" in recipe.calibration.model_fields_set:
        say(f"{told}: at most {groups} inner folds to calibrate on instead of {inner}.")


def measure(recipe: Recipe, workshop: Workshop, folder: Path) -> dict[str, Any]:
    """Folds with disjoint speakers of the tested corpus, and each corpus left out: JSON values.

    The keys are those of the shipped network's figures (`models/experiments/figures.py`). All answers are
    written into `folder` (`models/evaluation/clip_answers.py`), and what each group of features brings, where
    the family can tell.
    """
    table = workshop.table
    tested = table.corpus_named(recipe.data.test)
    protocol = SPEAKER_DEPENDENT if table.by_clips else FOLDS
    count = fold_count(recipe, table)
    check_every_class(recipe, table)  # before the hours that the figures take
    tell_fewer(recipe, count, table, workshop.say)
    found = splits(protocol, table.clips, table.hashes, count=count)
    mine = table.corpora == tested
    found = [replace(split, test=split.test & mine) for split in found if (split.test & mine).any()]
    weights: list[dict[str, float]] = []

    def weigh(model: CalibratedModel, split: Split) -> None:
        weights.append(importance(model.fitted, split.test))

    corpora = list(dict.fromkeys(table.corpora.tolist())) if len(table.places) > 1 else []
    workshop.follower.plan(len(found) + len(corpora) + 1)
    results, calibrations = judge_splits(recipe, workshop, found, folder, CONDITIONS, each=weigh)
    answers = [result.answers(table, protocol, name) for name, result in results.items()]
    views: dict[str, Any] = {}
    for name, result in results.items():
        views[name] = report_of(workshop, result).to_dict()
        if table.by_clips:  # they were counted as if each clip were of somebody else
            views[name]["speakers"] = table.voices(result.mask(table))
        workshop.say(f"{name}: UAR {100 * views[name]['uar']:.1f}, ECE {views[name]['ece']:.3f}")
    left_out: dict[str, Any] = {}
    for corpus in corpora:
        try:
            (split,) = splits("leave-one-corpus-out", table.clips, table.hashes, corpus=corpus)
            common = shared_classes(table, split)
            judged, _ = judge_splits(recipe, workshop, [split], folder, ("trimmed",), kind="corpus")
        except LeakError as error:
            workshop.say(f"{corpus} is not left out: {error}")
            continue
        (result,) = judged.values()
        answers.append(result.answers(table, split.name, "trimmed"))
        shared = among_shared(workshop, result, common).to_dict()
        left_out[corpus] = {**report_of(workshop, result).to_dict(), "shared": shared}
        workshop.say(f"{corpus} left out: shared classes, UAR {100 * shared['uar']:.1f}")
    write_answers(folder / ANSWERS, joined(answers))
    if any(weights):
        write_text(folder / IMPORTANCE, json.dumps(mean_importance(weights), indent=1) + "\n", "importance")
    return {
        "protocol": (
            f"{tested}, {len(found)} folds, whole clips; {PROTOCOLS[SPEAKER_DEPENDENT]}"
            if table.by_clips
            else f"{tested}, {len(found)} folds with disjoint speakers of all corpora, whole clips; "
            "temperature and threshold on inner speakers"
        ),
        "speaker_dependent": table.by_clips,
        "views": views,
        "noise_confident": None,
        "unseen_speakers": {},
        "corpus_left_out": left_out,
        "calibration": [asdict(calibration) for calibration in calibrations],
    }


def measure_speaker_dependent(recipe: Recipe, workshop: Workshop, folder: Path, count: int = 5) -> Report:
    """Random clips, as many authors test: labelled SPEAKER-DEPENDENT, to stand beside `measure`'s."""
    table = workshop.table
    found = splits(SPEAKER_DEPENDENT, table.clips, table.hashes, count=count)
    results, _ = judge_splits(recipe, workshop, found[:1], folder, ("whole",))
    return report_of(workshop, results["whole"], SPEAKER_DEPENDENT)
