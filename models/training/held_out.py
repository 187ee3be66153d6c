"""Any recipe judged on voices it has not met: fitted and calibrated without them, tested once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from desktop_app.command_line.output import counted
from desktop_app.core.safe_files import write_text
from models.data.clip_table import ClipTable, Rows
from models.errors import LeakError
from models.evaluation.clip_answers import ANSWERS, ClipAnswers, joined, write_answers
from models.evaluation.folds import linked_speakers
from models.evaluation.metrics import Probabilities, Report, confusion, report, uar_of
from models.evaluation.protocols import FOLDS, PROTOCOLS, SPEAKER_DEPENDENT, Split, splits
from models.recipes.recipe import Recipe
from models.training.calibration import Calibration
from models.training.fit_calibrated import CalibratedModel, check_every_class, speaker_groups, train
from models.training.importance import IMPORTANCE, importance, mean_importance
from models.training.trained import Say, Workshop

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
