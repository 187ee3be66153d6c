"""What a folder of `train` or of `league` holds, read for its report."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app.core.foreign_files import ReadError, read_regular
from models.errors import TrainingError
from models.evaluation.clip_answers import ANSWERS, ClipAnswers, joined, read_answers
from models.evaluation.protocols import COUNTED
from models.training.importance import IMPORTANCE

FIGURES, LEAGUE = "figures.json", "league.json"
_MOST = 200_000_000  # bytes
_CURVES = ("train_loss", "val_loss", "val_uar")


@dataclass(frozen=True, slots=True, eq=False)
class ModelRun:
    """One model of a run.

    Attributes
    ----------
    report : mapping
        Figures of its tested clips, undegraded, as `metrics.Report.to_dict` gives them.
    views : mapping
        The same under each condition.
    answers : ClipAnswers or None
        To these clips, undegraded; None where they were not kept.
    curves : sequence of (name, {"epoch": ..., "val_uar": ...})
        Of each fit: a value an epoch, where there is one.
    importance : mapping
        For each group of features the UAR lost without it, one value a fold.
    """

    name: str
    protocol: str
    report: Mapping[str, Any]
    views: Mapping[str, Any]
    answers: ClipAnswers | None = None
    curves: Sequence[tuple[str, Mapping[str, list[float]]]] = ()
    importance: Mapping[str, list[float]] = field(default_factory=dict)


def read_run(folder: Path, work: Path) -> tuple[str, list[ModelRun]]:
    """The title of a run, and its models, the best first.

    Parameters
    ----------
    work : Path
        Where a league has kept answers and curves; what is not there is left out.

    Raises
    ------
    TrainingError
        If the folder holds neither kind of run, or something cannot be read.
    """
    if (folder / LEAGUE).is_file():
        return _league(_json(folder / LEAGUE), work)
    if (folder / FIGURES).is_file():
        figures = _json(folder / FIGURES)
        return f"Run {folder.resolve().name}", [_trained(folder, figures)]
    raise TrainingError(
        f"The folder {folder} holds no run: neither {FIGURES} nor {LEAGUE}.",
        "Name the folder that 'emoscope-models train' or 'league' was told by --out.",
    )


def _trained(folder: Path, figures: dict[str, Any]) -> ModelRun:
    try:
        views = figures["views"]
        whole, protocol = views["whole"], str(figures["protocol"])
    except (KeyError, TypeError) as error:
        raise TrainingError(f"{folder / FIGURES} holds no figures of a run.") from error
    answers = None
    for place in (folder, folder / "held-out"):  # the latter of the Whisper network
        if (place / ANSWERS).is_file():
            found = read_answers(place / ANSWERS)
            whole_clips = found.where(lambda one: one.condition == "whole" and one.protocol in COUNTED)
            answers = whole_clips if whole_clips.asked else None
    return ModelRun(
        folder.resolve().name, protocol, whole, views, answers, _curves(folder), _importance(folder)
    )


def _league(data: dict[str, Any], work: Path) -> tuple[str, list[ModelRun]]:
    try:
        rows, quick = data["recipes"], bool(data["quick"])
        runs = []
        for row in rows:
            folder = work / ("quick" if quick else "full") / row["recipe"]
            parts = [read_answers(path) for path in sorted(folder.glob("fold-*.csv"))]
            whole = row["views"]["whole"]
            answers = joined(parts).under("whole") if parts else None
            if answers is not None and len(answers.asked) != whole["clips"]:
                answers = None  # of another league
            protocol = f"{data['folds']} folds with disjoint speakers, {data['folds_tested']} of them tested"
            runs.append(
                ModelRun(
                    row["recipe"],
                    protocol,
                    whole,
                    row["views"],
                    answers,
                    _curves(folder),
                    _importance(folder),
                )
            )
    except (KeyError, TypeError) as error:
        raise TrainingError(f"{LEAGUE} is not what 'emoscope-models league' writes.") from error
    if not runs:
        raise TrainingError("No recipe of this league has been measured.", "Let the league run first.")
    return f"League of {len(runs)} recipes{' (QUICK)' if quick else ''}", runs


def _curves(folder: Path) -> list[tuple[str, dict[str, list[float]]]]:
    """Of every fit below a folder, as Lightning's logger writes them: {"epoch": [...], "val_uar": [...]}."""
    out = []
    for path in sorted(folder.rglob("metrics.csv")):
        by_epoch: dict[int, dict[str, float]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                try:
                    epoch = int(row.get("epoch") or "")
                except ValueError:
                    continue
                for name in _CURVES:
                    text = row.get(name)
                    if text:
                        by_epoch.setdefault(epoch, {})[name] = float(text)
        epochs = sorted(by_epoch)
        found = {
            name: [by_epoch[epoch].get(name, float("nan")) for epoch in epochs]
            for name in _CURVES
            if any(name in by_epoch[epoch] for epoch in epochs)
        }
        if found:
            out.append((path.parent.name, {"epoch": [float(epoch) for epoch in epochs], **found}))
    return out


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
