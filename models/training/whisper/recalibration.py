"""How sure a model may be of strangers: fitted on corpora that it has not heard, judged on others.

A domain is a corpus by a network that was trained without it, or the unseen speakers of a corpus by a network
that knows their corpus. Every figure of a domain comes from constants that were fitted without its corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.evaluation.linear_head import balance
from models.evaluation.metrics import ece_of, uar_of
from models.training.calibration import Answers, Calibration, fit_doubt, fit_familiarity

_OF_KNOWN: Final = ("trimmed", "whole", "first-1s")
_COVERAGE: Final = 0.8
VIEWS: Final = ("trimmed", "whole", "first-1s", "noise-10dB", "telephone")
ADAPTED: Final = "adapted"
"""The trimmed clips, each judged by the voice that was learnt from those before it in a session."""
RIGHT_LEFT_OUT, RIGHT_KNOWN = 0.68, 0.82
"""How many of the undoubted answers shall be right where the threshold is chosen: more than is asked for
elsewhere, since it is chosen on other corpora."""
_THRESHOLDS: Final = np.round(np.arange(0.30, 0.951, 0.01), 2)


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """Clips of one corpus, judged under several views.

    Attributes
    ----------
    corpus : name
    known : whether the network knows other speakers of the corpus
    views : answers among the labels of the corpus that the network knows, by name of the view
    speakers : how many there are
    sessions : figures of sessions of these speakers (`models.evaluation.adaptation.study`) by a calibration
    """

    corpus: str
    known: bool
    views: Mapping[str, Answers]
    speakers: int
    sessions: Callable[[Calibration], dict[str, Any]] | None = None

    @property
    def name(self) -> str:
        return f"{self.corpus}, unseen speakers" if self.known else self.corpus


def answers_of(
    logits: npt.NDArray[np.floating],
    targets: npt.NDArray[np.int64],
    *,
    allowed: npt.NDArray[np.int64],
    seconds: npt.NDArray[np.float64],
    speakers: npt.NDArray[np.str_],
    novelty: npt.NDArray[np.float64],
) -> Answers:
    """Answers among the classes `allowed`; every speaker counts the same."""
    weights = balance(np.zeros(len(targets), dtype=np.int64), speakers)
    chosen = logits[:, allowed].astype(np.float32)
    return Answers(chosen, np.searchsorted(allowed, targets), seconds, weights, novelty)


def fit(domains: Sequence[Domain]) -> Calibration:
    """Temperature, doubt about short speech, slope and threshold for all of `domains` together."""
    found = fit_familiarity([answers for domain in domains for answers in domain.views.values()])
    return replace(found, threshold=fit_threshold(domains, found))


def fit_threshold(domains: Sequence[Domain], calibration: Calibration) -> float:
    """The lowest threshold at which enough of the undoubted answers are right (`RIGHT_LEFT_OUT`).

    In the mean over domains, of adapted clips where there are any, else of trimmed ones.
    """
    kinds = [(False, RIGHT_LEFT_OUT), (True, RIGHT_KNOWN)]
    for threshold in _THRESHOLDS:
        enough = True
        for known, wanted in kinds:
            shares = [
                right
                for domain in domains
                if domain.known is known
                for view in (ADAPTED, "trimmed")
                if view in domain.views
                for _, right in [answered_and_right(domain.views[view], calibration, threshold)]
            ]
            enough &= not shares or not mean_of(shares) < wanted
        if enough:
            return float(threshold)
    return float(_THRESHOLDS[-1])


def answered_and_right(answers: Answers, calibration: Calibration, threshold: float) -> tuple[float, float]:
    """The share of clips that is answered without doubt, and of those the share that is right."""
    chances = calibration.probabilities(answers)
    sure = chances.max(axis=1) >= threshold
    right = chances.argmax(axis=1)[sure] == answers.targets[sure]
    return float(sure.mean()), float(right.mean()) if sure.any() else float("nan")


def fit_on_known(domains: Sequence[Domain]) -> Calibration:
    """Without novelty: temperature and doubt by unseen speakers of known corpora, and their threshold.

    Where there are none, by all.
    """
    known = [domain for domain in domains if domain.known] or list(domains)
    parts = [domain.views[view] for domain in known for view in _OF_KNOWN if view in domain.views]
    temperature, doubt_s = fit_doubt(parts)
    plain = Calibration(temperature, 0.0, doubt_s)
    whole = [domain.views[view] for domain in known for view in _OF_KNOWN[:2] if view in domain.views]
    confidence = np.concatenate([plain.probabilities(answers).max(axis=1) for answers in whole])
    weights = np.concatenate([answers.weights / answers.weights.sum() for answers in whole])
    order = np.argsort(confidence)
    share = np.cumsum(weights[order]) / weights.sum()
    return replace(plain, threshold=float(confidence[order][np.searchsorted(share, 1 - _COVERAGE)]))


def mean_of(shares: Sequence[float]) -> float:
    """Of those that are numbers; NaN where none is."""
    found = [share for share in shares if np.isfinite(share)]
    return float(np.mean(found)) if found else float("nan")


def cross_fitted(
    domains: Sequence[Domain], say: Callable[[str], None] = lambda text: None
) -> list[dict[str, Any]]:
    """Each domain by constants fitted without its corpus: JSON values.

    ``before``: without novelty (`fit_on_known`); ``after``: with it (`fit`).
    """
    rows = []
    for domain in domains:
        others = [other for other in domains if other.corpus != domain.corpus]
        plain, fitted = fit_on_known(others), fit(others)
        row: dict[str, Any] = {
            "domain": domain.name,
            "known": domain.known,
            "temperature": fitted.temperature,
            "doubt_s": fitted.doubt_s,
            "slope": fitted.slope,
            "threshold": fitted.threshold,
            "views": {},
        }
        for view, answers in domain.views.items():
            row["views"][view] = {
                "clips": len(answers.targets),
                "speakers": domain.speakers,
                "novelty": float(np.median(answers.novelty)),
                "before": figures(answers, plain),
                "after": figures(answers, fitted),
            }
        if domain.sessions is not None and not domain.known:
            row["sessions"] = domain.sessions(fitted)
        rows.append(row)
        told = row["views"].get(ADAPTED) or row["views"]["trimmed"]
        before, after = told["before"], told["after"]
        say(
            f"{domain.name}: ECE {before['ece']:.3f} -> {after['ece']:.3f}, "
            f"answered {100 * after['answered']:.0f} %, of those right {percent(after['right'])} %"
        )
    return rows


def figures(answers: Answers, calibration: Calibration) -> dict[str, float | None]:
    """UAR, ECE, the share that is answered without doubt, and of those the share that is right."""
    chances = calibration.probabilities(answers)
    classes = chances.shape[1]
    confusion = np.zeros((classes, classes))
    np.add.at(confusion, (answers.targets, chances.argmax(axis=1)), 1)
    answered, right = answered_and_right(answers, calibration, calibration.threshold)
    return {
        "uar": float(uar_of(confusion)),
        "ece": float(ece_of(chances, answers.targets)),
        "answered": answered,
        "right": right if np.isfinite(right) else None,
    }


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def curve(domains: Sequence[Domain], view: str) -> list[dict[str, float]]:
    """Answered against right, in the mean over corpora left out, each by constants fitted without it."""
    points = []
    strangers = [domain for domain in domains if not domain.known and view in domain.views]
    fits = [fit_familiarity_without(domains, domain) for domain in strangers]
    for threshold in (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        shares = [
            answered_and_right(domain.views[view], fitted, threshold)
            for domain, fitted in zip(strangers, fits, strict=True)
        ]
        points.append(
            {
                "threshold": threshold,
                "answered": float(np.mean([answered for answered, _ in shares])),
                "right": mean_of([right for _, right in shares]),
            }
        )
    return points


def worth_of_novelty(domains: Sequence[Domain], view: str) -> dict[str, float]:
    """Mean log loss over corpora left out, with novelty and without it, all else fitted on the same clips."""
    losses: dict[str, list[float]] = {"with": [], "without": []}
    for domain in domains:
        if domain.known or view not in domain.views:
            continue
        others = [other for other in domains if other.corpus != domain.corpus]
        temperature, doubt_s = fit_doubt([part for other in others for part in other.views.values()])
        fits = {
            "with": fit_familiarity_without(domains, domain),
            "without": Calibration(temperature, 0.0, doubt_s),
        }
        for name, fitted in fits.items():
            losses[name].append(fitted.log_loss(domain.views[view]))
    return {name: mean_of(found) for name, found in losses.items()}


def fit_familiarity_without(domains: Sequence[Domain], domain: Domain) -> Calibration:
    """The constants of all domains of other corpora."""
    return fit_familiarity(
        [answers for other in domains if other.corpus != domain.corpus for answers in other.views.values()]
    )
