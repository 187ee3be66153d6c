"""From the cells of all recipes to one table: who stands where, and how sure that is."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.evaluation.bootstrap import SpeakerSums, paired_differences
from models.evaluation.clip_answers import ClipAnswers, joined, read_answers
from models.evaluation.metrics import Report
from models.evaluation.protocols import FOLDS
from models.experiments.league.cells import read_cells
from models.experiments.league.settings import CONDITIONS, FILE, LEAD, LEFT_OUT, RANDOM, Settings
from models.recipes.recipe import Recipe


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """One recipe in the table.

    Attributes
    ----------
    reports : mapping
        The report of the folds under each condition; empty until all folds are there.
    left_out : Report or None
        Of the corpus that was left out, among the classes it shares with training.
    random : mapping or None
        The cell of the source's own protocol, speakers shared.
    file : mapping or None
        Megabytes and milliseconds.
    core_seconds : float or None
        Mean processor time of a fold's training.
    why_not : str
        Why it is not ranked; empty if it is.
    answers : ClipAnswers or None
        To the tested clips, undegraded.
    """

    recipe: Recipe
    reports: Mapping[str, Report] = field(default_factory=dict)
    left_out: Report | None = None
    random: Mapping[str, Any] | None = None
    file: Mapping[str, Any] | None = None
    core_seconds: float | None = None
    why_not: str = ""
    answers: ClipAnswers | None = None

    @property
    def tested(self) -> str:
        """The corpus that was tested; own data is called as its settings say, not as its reader."""
        return self.answers.asked[0].corpus if self.answers else self.recipe.data.test

    @property
    def uar(self) -> float:
        """What it is ranked by."""
        return self.reports[LEAD].uar


def standing_of(recipe: Recipe, settings: Settings, why_not: str = "") -> Standing:
    """What the cells of a recipe say. Raises TrainingError if answers that are kept cannot be read."""
    folder, stamp = settings.folder(recipe), settings.stamp(recipe)
    names = settings.cells(recipe)
    cells = read_cells(folder, names, stamp)
    folds = [name for name in names if name.startswith("fold-")]
    if any(name not in cells for name in folds):
        done = f"{len(cells)} of {len(names)} parts are measured"
        told = f"{why_not} ({done})" if why_not and cells else why_not or f"not finished: {done}"
        return Standing(recipe, why_not=told)
    answers = joined([read_answers(folder / cells[name]["answers"]) for name in folds])
    under = {name: answers.under(name) for name in CONDITIONS}
    reports = {name: found.report(FOLDS) for name, found in under.items()}
    left_out = None
    if LEFT_OUT in cells:
        found = read_answers(folder / cells[LEFT_OUT]["answers"])
        left_out = found.among(cells[LEFT_OUT]["shared"]).report("leave-one-corpus-out")
    return Standing(
        recipe,
        reports,
        left_out,
        cells.get(RANDOM),
        cells.get(FILE),
        float(np.mean([cells[name]["core_seconds"] for name in folds])),
        why_not="",
        answers=under[LEAD],
    )


def ranked(standings: Sequence[Standing]) -> tuple[list[Standing], list[Standing]]:
    """Those that were measured, the best first; those that were not, in their order."""
    measured = sorted((one for one in standings if not one.why_not), key=lambda one: -one.uar)
    return measured, [one for one in standings if one.why_not]


def differences(order: Sequence[Standing]) -> list[dict[str, Any] | None]:
    """For each but the last: UAR less that of the next, with its paired 95 % interval.

    None where the two were not tested on the same clips.
    """
    out: list[dict[str, Any] | None] = []
    for upper, lower in itertools.pairwise(order):
        one, other = _sorted(lower.answers), _sorted(upper.answers)
        if one is None or other is None or one[0] != other[0]:
            out.append(None)
            continue
        value, interval = paired_differences(one[1], other[1])["uar"]
        out.append({"to": lower.recipe.name, "uar": value, "interval": interval})
    return out


def _sorted(answers: ClipAnswers | None) -> tuple[list[tuple[str, str]], SpeakerSums] | None:
    if answers is None:
        return None
    speakers = [one.speaker for one in answers.asked]
    sums = SpeakerSums.of(answers.probabilities, answers.truth, speakers, len(answers.labels))
    return sorted((one.path, one.emotion) for one in answers.asked), sums


def as_json(standings: Sequence[Standing], settings: Settings, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The whole table: JSON values."""
    order, others = ranked(standings)
    steps = [*differences(order), None] if order else []
    rows = []
    for place, (one, step) in enumerate(zip(order, steps, strict=True), start=1):
        published = one.recipe.model.of.published
        rows.append(
            {
                "place": place,
                "recipe": one.recipe.name,
                "family": one.recipe.model.family,
                "tested": one.tested,
                "views": {name: report.to_dict() for name, report in one.reports.items()},
                "corpus_left_out": one.left_out.to_dict() if one.left_out else None,
                "file": _part(one.file, "megabytes", "milliseconds", "exporter", "parity"),
                "core_seconds": one.core_seconds,
                "against_next": step,
                "speaker_dependent": _part(one.random, "classes", "corpora", "report"),
                "published": {
                    "claim": published.claim,
                    "protocol": published.protocol,
                    "source": published.source,
                    "classes": list(published.classes),
                },
            }
        )
    return {
        "schema_version": 1,
        **facts,
        "quick": settings.quick,
        "folds": settings.folds,
        "folds_tested": settings.tested,
        "left_out": settings.left_out,
        "recipes": rows,
        "not_ranked": [
            {"recipe": one.recipe.name, "family": one.recipe.model.family, "why": one.why_not}
            for one in others
        ],
    }


def _part(cell: Mapping[str, Any] | None, *names: str) -> dict[str, Any] | None:
    """What of a cell is for readers."""
    return None if cell is None else {name: cell[name] for name in names}
