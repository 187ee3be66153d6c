"""What a folder of `train` or of `league` holds, read for its report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app.core.foreign_files import ReadError, read_regular
from models.errors import TrainingError
from models.evaluation.clip_answers import ANSWERS, ClipAnswers, joined, read_answers
from models.evaluation.metrics import confusion
from models.evaluation.protocols import COUNTED
from models.experiments.league.kept import FOLDER
from models.experiments.league.settings import LEAD, LEFT_OUT, RANDOM
from models.experiments.report.curves import read_curves
from models.experiments.report.kept_answers import kept_folds
from models.recipes.recipe import load_recipe
from models.training.importance import IMPORTANCE

FIGURES, LEAGUE = "figures.json", "league.json"
_RUN, _RECIPE = "run.json", "recipe.yaml"
_WHOLE = "whole"
_MOST = 200_000_000  # bytes


@dataclass(frozen=True, slots=True, eq=False)
class ModelRun:
    """One model of a run.

    Attributes
    ----------
    report : mapping
        Figures of its tested clips under `condition`, as `metrics.Report.to_dict` gives them.
    views : mapping
        The same under each condition.
    facts : mapping
        What it is, by what that is called: family, features, corpora, ...
    file : Path or None
        The exported model, if it is there.
    answers : ClipAnswers or None
        To these clips under `condition`; None where they were not kept.
    curves : sequence of (name, {"epoch": ..., "val_uar": ...})
        Of each fit: a value an epoch, where there is one.
    importance : mapping
        For each group of features the UAR lost without it, one value a fold.
    """

    name: str
    protocol: str
    condition: str
    report: Mapping[str, Any]
    views: Mapping[str, Any]
    facts: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    answers: ClipAnswers | None = None
    curves: Sequence[tuple[str, Mapping[str, list[float]]]] = ()
    importance: Mapping[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All models of a run, the best first; of those that were not ranked (recipe, reason)."""

    title: str
    models: Sequence[ModelRun]
    quick: bool = False
    not_ranked: Sequence[tuple[str, str]] = ()


def read_run(folder: Path, work: Path, corpora: Path | None = None) -> Run:
    """What is known of a run.

    Parameters
    ----------
    work : Path
        Where a league has its parts and curves. Answers that are not there are taken from beside its table.
    corpora : Path, optional
        The folder of all corpora: answers beside a table name their clips from there.

    Raises
    ------
    TrainingError
        If the folder holds neither kind of run, or something cannot be read.
    """
    if (folder / LEAGUE).is_file():
        return _league(folder, _json(folder / LEAGUE), work, corpora)
    if (folder / FIGURES).is_file():
        model = _trained(folder, _json(folder / FIGURES))
        return Run(f"Run {model.name}", [model])
    raise TrainingError(
        f"The folder {folder} holds no run: neither {FIGURES} nor {LEAGUE}.",
        "Name the folder that 'emoscope-models train' or 'league' was told by --out.",
    )


def _trained(folder: Path, figures: dict[str, Any]) -> ModelRun:
    try:
        views = figures["views"]
        whole, protocol = views[_WHOLE], str(figures["protocol"])
        fits = len(figures.get("calibration", ())) + len(figures.get("corpus_left_out", ())) + 1
    except (KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{folder / FIGURES} holds no figures of a run.") from error
    answers = None
    for place in (folder, folder / "held-out"):  # the latter of the Whisper network
        if (place / ANSWERS).is_file():
            found = read_answers(place / ANSWERS)
            whole_clips = found.where(lambda one: one.condition == _WHOLE and one.protocol in COUNTED)
            answers = whole_clips if whole_clips.asked else None
    told = _json(folder / _RUN) if (folder / _RUN).is_file() else {}
    name = str(told.get("name") or folder.resolve().name)
    file = _there(folder / f"{name}.onnx")
    return ModelRun(
        name,
        protocol,
        _WHOLE,
        whole,
        views,
        _facts(folder, told, file),
        file,
        answers,
        read_curves(folder, fits, folder / FIGURES),
        _importance(folder),
    )


def _facts(folder: Path, told: Mapping[str, Any], file: Path | None) -> dict[str, str]:
    """What its copy of the recipe says, and its own notes; what they do not is left out."""
    found = {**_of_recipe(folder / _RECIPE), "begun": _to_the_minute(told.get("began")), "file": file}
    return {name: str(value) for name, value in found.items() if value not in (None, "")}


def _to_the_minute(iso_utc: object) -> str:
    """A time as people write it; empty if it is none."""
    try:
        return f"{datetime.fromisoformat(str(iso_utc)):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return ""


def _of_recipe(copy: Path) -> dict[str, Any]:
    """What was trained; nothing where there is no copy of the recipe, or one of another version."""
    try:
        recipe = load_recipe(copy)
    except TrainingError:
        return {}
    return {
        "family": recipe.model.family,
        "features": recipe.front_end,
        "corpora": ", ".join(recipe.data.corpora),
        "seed": recipe.seed,
        "folds": recipe.folds,
    }


def _league(folder: Path, data: dict[str, Any], work: Path, corpora: Path | None) -> Run:
    try:
        quick = bool(data["quick"])
        parts = work / ("quick" if quick else "full")
        protocol = f"{data['folds']} folds with disjoint speakers, {data['folds_tested']} of them tested"
        models = []
        for row in data["recipes"]:
            name = str(row["recipe"])
            kept = folder / FOLDER / f"{name}.zip"
            models.append(_ranked(row, protocol, parts / name, kept, corpora))
        not_ranked = [(str(row["recipe"]), str(row["why"])) for row in data["not_ranked"]]
    except (KeyError, TypeError) as error:
        raise TrainingError(f"{LEAGUE} is not what 'emoscope-models league' writes.") from error
    if not models:
        raise TrainingError("No recipe of this league has been measured.", "Let the league run first.")
    title = f"League of {len(models)} recipes{' (QUICK)' if quick else ''}"
    return Run(title, models, quick, not_ranked)


def _ranked(row: Mapping[str, Any], protocol: str, parts: Path, kept: Path, corpora: Path | None) -> ModelRun:
    """One row of the table; `parts` is its folder below --work, `kept` its archive beside the table."""
    lead = row["views"][LEAD]
    paths = sorted(parts.glob("fold-*.csv"))
    answers = joined([read_answers(path).under(LEAD) for path in paths]) if paths else None
    importance: Mapping[str, list[float]] = _importance(parts)
    if not _gives(answers, lead):  # of another league, or of another computer
        answers, importance = kept_folds(kept, LEAD, corpora)
    if not _gives(answers, lead):
        answers, importance = None, {}
    file = _there(parts / f"{row['recipe']}.onnx")
    facts = {"family": str(row["family"]), "tested on": str(row["tested"])}
    return ModelRun(
        str(row["recipe"]),
        protocol,
        LEAD,
        lead,
        row["views"],
        facts | ({"file": str(file)} if file else {}),
        file,
        answers,
        read_curves(parts, _fits(parts)),
        importance,
    )


def _gives(answers: ClipAnswers | None, report: Mapping[str, Any]) -> bool:
    """Whether these are the answers that a report is of."""
    if answers is None or list(answers.labels) != report["labels"]:
        return False
    counts = confusion(answers.truth, answers.probabilities.argmax(axis=1), len(answers.labels))
    return bool(counts.tolist() == report["confusion"])


def _fits(parts: Path) -> int:
    """How many of a recipe's parts are fitted; one that has begun has told of its time."""
    if not parts.is_dir():
        return 0
    begun = {path.stem for path in parts.iterdir() if path.suffix in (".json", ".spent")}
    return sum(name in (LEFT_OUT, RANDOM) or name.startswith("fold-") for name in begun)


def _there(path: Path) -> Path | None:
    return path.resolve() if path.is_file() else None


def _importance(folder: Path) -> dict[str, list[float]]:
    path = folder / IMPORTANCE
    return _json(path) if path.is_file() else {}


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_regular(path, _MOST, "file of figures"))
    except (ReadError, ValueError, RecursionError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise TrainingError(f"{path} holds no figures.")
    return found
