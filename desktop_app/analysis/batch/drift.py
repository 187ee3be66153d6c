"""Whether a model should still be believed: what it says by week, against results that were believed.

Distributions are compared by the population stability index, sum((p - q) * ln(p / q)) over the same classes;
below 0.1 it is read as no change, above 0.25 as a change to act upon (Siddiqi, Credit Risk Scorecards, 2006,
chapter 6). Numbers are put into the tenths of the reference. Novelty needs no such rule of thumb: it is
measured in the terms of training, and a week whose median lies above the 90th percentile of the reference is
foreign.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from desktop_app.analysis.batch.report import Tables, quoted
from desktop_app.core.errors import CallError

CHANGED: Final = 0.25
SLIGHTLY: Final = 0.10
FEWEST: Final = 100
"""Utterances of a week, below which nothing is said about it, and answers, below which nothing is said about
these: by chance alone the index of ten equal classes is about 9 / n."""
MORE_UNCERTAIN: Final = 0.15
FOREIGN: Final = 0.9
_TENTHS: Final = 10
_LEAST: Final = 1e-4  # of a class that does not occur, so that the index stays finite


@dataclass(frozen=True, slots=True)
class Week:
    """What the model said in one week.

    Attributes
    ----------
    name : str
        ISO 8601, such as 2026-W48; empty where it is not known when it was recorded.
    utterances : int
    confidence, novelty : float or None
        Medians.
    uncertain : float
        Share of utterances without an answer.
    shares : dict of str to float
        Of the answers: the share of each label.
    label_psi, confidence_psi, novelty_psi : float or None
        Against the reference; None where it cannot be told.
    reasons : tuple of str
        Sentences: why the model should not be believed in this week; empty if nothing speaks against it.
    told : bool
        There are enough utterances to tell.
    """

    name: str
    utterances: int
    confidence: float | None
    novelty: float | None
    uncertain: float
    shares: dict[str, float]
    label_psi: float | None
    confidence_psi: float | None
    novelty_psi: float | None
    reasons: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """Weeks of results against a reference."""

    reference: Week
    weeks: tuple[Week, ...]

    @property
    def believable(self) -> bool:
        """Whether nothing speaks against any week."""
        return not any(week.reasons for week in self.weeks)

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "schema_version": 1,
            "believable": self.believable,
            "reference": asdict(self.reference),
            "weeks": [asdict(week) for week in self.weeks],
        }


def drift(name: str, against: str) -> Drift:
    """Compare what a model said by week with results of the same model that were believed.

    Raises
    ------
    CallError
        They are not of one model.
    EmoscopeError
        There are no results, or they cannot be read.
    """
    with Tables(name) as now, Tables(against) as before:
        for each in ("model_sha256", "labels", "detector"):
            if now.made_with[each] != before.made_with[each]:
                what = {"model_sha256": "models", "labels": "labels", "detector": "detectors of speech"}[each]
                raise CallError(f"The results in '{name}' and '{against}' are of different {what}.")
        if before.made_with["dimensions"]:
            raise CallError("Drift is told of models with labels, and this one gives dimensions.")
        believed = _Reference(before)
        if believed.utterances < FEWEST:
            raise CallError(
                f"The reference has {believed.utterances} utterances, and at least {FEWEST} are needed."
            )
        weeks = [
            str(row[0]) if row[0] is not None else ""
            for row in now.ask("SELECT DISTINCT strftime(recorded_at, '%G-W%V') FROM utterances ORDER BY 1")
        ]
        return Drift(
            believed.judged(before, "", against=None),
            tuple(believed.judged(now, week, against=believed) for week in weeks),
        )


class _Reference:
    """Classes and shares of the results that were believed."""

    def __init__(self, tables: Tables) -> None:
        self.utterances = int(tables.ask("SELECT count(*) FROM utterances")[0][0])
        self.uncertain = _number(tables.ask("SELECT avg(uncertain::INT) FROM utterances")[0][0]) or 0.0
        self.edges = {name: _edges(tables, name) for name in ("confidence", "novelty")}
        self.shares = {
            name: _shares_between(tables, name, edges, "TRUE") for name, edges in self.edges.items()
        }
        self.answers, self.labels = _label_shares(tables, "TRUE")
        self.foreign = _number(
            tables.ask(f"SELECT quantile_cont(novelty, {FOREIGN}) FROM utterances")[0][0]  # noqa: S608
        )

    def judged(self, tables: Tables, week: str, *, against: _Reference | None) -> Week:
        """One week of `tables`; all of them without `against`."""
        where = "TRUE"
        if against is not None:
            where = f"strftime(recorded_at, '%G-W%V') = '{week}'" if week else "recorded_at IS NULL"
        count, confidence, novelty, uncertain = tables.ask(
            "SELECT count(*), median(confidence), median(novelty), avg(uncertain::INT) "  # noqa: S608
            f"FROM utterances WHERE {where}"
        )[0]
        answers, labels = _label_shares(tables, where)
        psi = {
            name: index(self.shares[name], _shares_between(tables, name, edges, where)) if edges else None
            for name, edges in self.edges.items()
        }
        label_psi = None
        if min(answers, self.answers) >= FEWEST:
            label_psi = index(list(self.labels.values()), [labels.get(name, 0.0) for name in self.labels])
        told = int(count) >= FEWEST
        reasons = (
            self._reasons(label_psi, psi, _number(novelty), float(uncertain))
            if told and against is not None
            else ()
        )
        return Week(
            week,
            int(count),
            _number(confidence),
            _number(novelty),
            float(uncertain or 0.0),
            labels,
            label_psi,
            psi["confidence"],
            psi["novelty"],
            reasons,
            told,
        )

    def _reasons(
        self,
        label_psi: float | None,
        psi: Mapping[str, float | None],
        novelty: float | None,
        uncertain: float,
    ) -> tuple[str, ...]:
        found = []
        if novelty is not None and self.foreign is not None and novelty > self.foreign:
            found.append(
                "The voices or microphones are foreign to the model: half of the utterances are newer to it "
                f"than nine in ten of the reference (novelty {novelty:.2f}, there {self.foreign:.2f})."
            )
        if uncertain > self.uncertain + MORE_UNCERTAIN:
            found.append(
                f"It has no answer to {100 * uncertain:.0f} % of the utterances, in the reference to "
                f"{100 * self.uncertain:.0f} %."
            )
        if (confidence := psi["confidence"]) is not None and confidence > CHANGED:
            found.append(f"It is sure of itself in another way (index {confidence:.2f}, above {CHANGED}).")
        if label_psi is not None and label_psi > CHANGED:
            found.append(
                f"It gives other answers (index {label_psi:.2f}, above {CHANGED}): either people speak "
                "otherwise, or it hears otherwise. Listen to some before you believe either."
            )
        return tuple(found)


def index(reference: Sequence[float], found: Sequence[float]) -> float:
    """The population stability index of two distributions over the same classes; 0 for equal ones."""
    total = 0.0
    for one, other in zip(reference, found, strict=True):
        q, p = max(one, _LEAST), max(other, _LEAST)
        total += (p - q) * math.log(p / q)
    return total


def _edges(tables: Tables, name: str) -> list[float]:
    """Between the tenths of a column; none where the model does not tell it."""
    places = ", ".join(str(k / _TENTHS) for k in range(1, _TENTHS))
    found = tables.ask(f"SELECT quantile_cont({quoted(name)}, [{places}]) FROM utterances")[0][0]  # noqa: S608
    return [] if found is None else sorted({float(edge) for edge in found})


def _shares_between(tables: Tables, name: str, edges: Sequence[float], where: str) -> list[float]:
    if not edges:
        return []
    column = quoted(name)
    classes = " ".join(f"WHEN {column} <= {edge!r} THEN {k}" for k, edge in enumerate(edges))
    rows = tables.ask(
        f"SELECT CASE {classes} ELSE {len(edges)} END, count(*) FROM utterances "  # noqa: S608
        f"WHERE {where} AND {column} IS NOT NULL GROUP BY 1"
    )
    counts = {int(place): int(count) for place, count in rows}
    total = sum(counts.values()) or 1
    return [counts.get(place, 0) / total for place in range(len(edges) + 1)]


def _label_shares(tables: Tables, where: str) -> tuple[int, dict[str, float]]:
    """How many answers there are, and the share of each label."""
    rows = tables.ask(
        f"SELECT label, count(*) FROM utterances WHERE {where} AND NOT uncertain GROUP BY 1"  # noqa: S608
    )
    counts = {str(label): int(count) for label, count in rows}
    total = sum(counts.values())
    return total, {name: counts.get(name, 0) / (total or 1) for name in tables.names}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
