"""How much a voice profile helps, against the seconds of speech that it was built from.

Everything is measured on speakers, or whole corpora, that the head has never heard. The clips that a profile
is built from and the clip that is judged with it are never the same, but for the protocol that is named so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_profile import VoiceStatistics
from models.data.enrolment import People, Voices, Weights, draw, estimate_voices
from models.errors import LeakError
from models.evaluation.metrics import Probabilities, confusion, softmax, uar_of

RESAMPLES = 1000
Rows = npt.NDArray[np.bool_]
Views = Mapping[str, FloatArray]
Say = Callable[[str], None]


class Judge(Protocol):
    """A trained head, such as `GatedHead`."""

    @property
    def default(self) -> VoiceStatistics: ...

    def logits(self, embeddings: FloatArray, voices: Voices | None = None) -> FloatArray: ...


Fit = Callable[[Views, People], Judge]
"""(views of the training clips, what is known of them) -> the head to be judged."""
Estimate = Callable[[Weights, FloatArray, Probabilities, Any], Voices]
"""(weights, embeddings [n, dim] of the enrolment clips, answers [n, classes] to them, the head) -> voices."""


def analyzer_estimate(
    weights: Weights, embeddings: FloatArray, answers: Probabilities, judge: Judge
) -> Voices:
    """What the analyzer makes of these clips, if `answers` are calibrated as its model's are."""
    return estimate_voices(weights, embeddings, judge.default, answers=answers)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a profile is built from: any clips (``mixed``), only neutral ones, or all with the judged one."""

    kind: str  # "mixed", "neutral" or "own clips"
    seconds: float  # at most; infinity: all there is


CONDITIONS = (
    *(Condition(kind, s) for kind in ("mixed", "neutral") for s in (5.0, 10.0, 30.0, 60.0, 120.0, np.inf)),
    Condition("own clips", np.inf),
)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Clips to train on and clips of one corpus to judge: bool [clips] each.

    `views` holds embeddings of all clips if this split has an encoder of its own (one that was fine-tuned
    must not have heard the speakers of `test`), and `answers` [clips, classes] its probabilities without a
    profile if they are not simply the head's. `judged` [clips] are those of `test` that count; profiles are
    built from the others too.
    """

    test_name: str
    train: Rows
    test: Rows
    views: Views | None = None
    answers: Probabilities | None = None
    judged: Rows | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """UAR with a profile, averaged over draws, and what it gains over none. Intervals: 95 %, by speakers."""

    kind: str
    at_most_s: float | None  # None: all there is
    mean_s: float
    uar: float
    uar_interval: tuple[float, float]
    gain: float
    gain_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One test: without a profile, and with one of every length."""

    test: str
    speakers: int
    clips: int
    uar_without: float
    interval_without: tuple[float, float]
    points: tuple[Point, ...]

    @property
    def worst_gain(self) -> float:
        return min(point.gain for point in self.points)

    def at(self, kind: str, seconds: float | None) -> Point:
        return next(p for p in self.points if (p.kind, p.at_most_s) == (kind, seconds))

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "worst_gain": self.worst_gain}


def speaker_splits(people: People, folds: Mapping[str, Sequence[Collection[str]]]) -> Iterator[Split]:
    """For each corpus the speakers of each of its folds; all others, of all corpora, are trained on."""
    for corpus, parts in folds.items():
        for part in parts:
            test = np.isin(people.speakers, list(part))
            yield Split(f"{corpus}, unseen speakers", ~test, test)


def corpus_splits(people: People, corpora: Sequence[str]) -> Iterator[Split]:
    """Each corpus judged by a head trained on the others."""
    for corpus in corpora:
        test = people.corpora == corpus
        yield Split(f"{corpus}, unseen corpus", ~test, test)


def run_study(
    views: Views,
    people: People,
    splits: Sequence[Split],
    fit: Fit,
    *,
    view: str = "trimmed",
    draws: int = 3,
    neutral: int = 0,
    conditions: Sequence[Condition] = CONDITIONS,
    estimate: Estimate = analyzer_estimate,
    say: Say = lambda text: None,
) -> list[Curve]:
    """The curve of every test in `splits`, folds of the same test joined.

    Parameters
    ----------
    views : mapping to float32 [clips, dim]
        Embeddings of all clips by view; `fit` gets those of the training clips.
    view : str
        In which the clips are judged and enrolled.
    draws : int
        How often enrolment clips are drawn at random.
    neutral : int
        The class that the ``neutral`` conditions draw from.

    Raises
    ------
    LeakError
        If a speaker stands on both sides of a split.
    """
    tests: dict[str, _Tally] = {}
    for number, split in enumerate(splits, start=1):
        both = set(people.speakers[split.train]) & set(people.speakers[split.test])
        if both:
            raise LeakError(f"These speakers are in training and in test: {', '.join(sorted(both))}.")
        table = views if split.views is None else split.views
        judge = fit({name: x[split.train] for name, x in table.items()}, people.pick(split.train))
        tally = tests.setdefault(split.test_name, _Tally())
        heard, tested = people.pick(split.test), table[view][split.test]
        answers = softmax(judge.logits(tested)) if split.answers is None else split.answers[split.test]
        judged = np.ones(len(tested), dtype=bool) if split.judged is None else split.judged[split.test]
        tally.add(
            judge,
            tested,
            answers,
            heard,
            judged,
            conditions=conditions,
            estimate=estimate,
            draws=draws,
            neutral=neutral,
        )
        say(f"{number}/{len(splits)}: {split.test_name}, {len(np.unique(heard.speakers))} speakers")
    return [tally.curve(name, conditions) for name, tally in tests.items()]


class _Tally:
    """Confusion matrices of each speaker: without a profile [classes, classes], and for each condition."""

    def __init__(self) -> None:
        self.without: list[npt.NDArray[np.float64]] = []
        self.having: dict[Condition, list[npt.NDArray[np.float64]]] = {}
        self.seconds: dict[Condition, list[float]] = {}

    def add(
        self,
        judge: Judge,
        embeddings: FloatArray,
        answers: Probabilities,
        people: People,
        judged: Rows,
        *,
        conditions: Sequence[Condition],
        estimate: Estimate,
        draws: int,
        neutral: int,
    ) -> None:
        for rows in people.rows_of_each():
            asked = judged[rows]
            if not asked.any():
                continue
            mine, truth = embeddings[rows], people.targets[rows][asked]
            plain = judge.logits(mine)
            classes = plain.shape[1]
            self.without.append(confusion(truth, plain[asked].argmax(axis=1), classes).astype(np.float64))
            for condition in conditions:
                rounds = draws if np.isfinite(condition.seconds) else 1
                total, lengths = np.zeros((classes, classes)), []
                for k in range(rounds):
                    weights = _enrol(condition, people.pick(rows), neutral, np.random.default_rng(k))
                    logits = judge.logits(mine, estimate(weights, mine, answers[rows], judge))
                    total += confusion(truth, logits[asked].argmax(axis=1), classes)
                    lengths.append(float(weights[asked].sum(axis=1).mean()))
                self.having.setdefault(condition, []).append(total / rounds)
                self.seconds.setdefault(condition, []).append(float(np.mean(lengths)))

    def curve(self, name: str, conditions: Sequence[Condition]) -> Curve:
        without = np.stack(self.without)
        chosen = np.random.default_rng(0).integers(len(without), size=(RESAMPLES, len(without)))
        plain = np.array([uar_of(without[draw_].sum(axis=0)) for draw_ in chosen])
        points = []
        for condition in conditions:
            matrices = np.stack(self.having[condition])
            resampled = np.array([uar_of(matrices[draw_].sum(axis=0)) for draw_ in chosen])
            uar = uar_of(matrices.sum(axis=0))
            points.append(
                Point(
                    kind=condition.kind,
                    at_most_s=condition.seconds if np.isfinite(condition.seconds) else None,
                    mean_s=float(np.mean(self.seconds[condition])),
                    uar=uar,
                    uar_interval=_interval(resampled),
                    gain=uar - uar_of(without.sum(axis=0)),
                    gain_interval=_interval(resampled - plain),
                )
            )
        return Curve(
            test=name,
            speakers=len(without),
            clips=int(without.sum()),
            uar_without=uar_of(without.sum(axis=0)),
            interval_without=_interval(plain),
            points=tuple(points),
        )


def _enrol(condition: Condition, people: People, neutral: int, rng: np.random.Generator) -> Weights:
    allowed = people.targets == neutral if condition.kind == "neutral" else None
    own = condition.kind == "own clips"
    return draw(people.seconds, condition.seconds, rng, allowed, own_clip=own)


def _interval(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)
