"""Figures of merit for a classifier of emotions, and how sure one can be of them.

UAR: Schuller et al., Interspeech 2009 Emotion Challenge. ECE: Guo et al., ICML 2017, 15 bins of equal width.
Brier score: Brier, Monthly Weather Review 78, 1950 (0 .. 2, summed over classes). Risk-coverage curve and the
area under it: Geifman and El-Yaniv, NeurIPS 2017. ROC and the area under it, one class against the others:
Hanley and McNeil, Radiology 143, 1982. Precision, recall and F1 as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from models.evaluation.bootstrap import (
    BINS,
    FIGURES,
    RESAMPLES,
    Interval,
    SpeakerSums,
    intervals,
    macro_f1s_of,
    uars_of,
)

__all__ = [
    "BINS",
    "FIGURES",
    "RESAMPLES",
    "Curve",
    "IntArray",
    "Interval",
    "Probabilities",
    "Report",
    "aucs_of",
    "aurc_of",
    "brier_of",
    "confusion",
    "ece_of",
    "macro_f1_of",
    "reliability_curve",
    "report",
    "risk_coverage",
    "roc_curve",
    "softmax",
    "uar_of",
]

IntArray = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float64]
UNKNOWN_GENDER = "not known"


def softmax(logits: npt.NDArray[Any], temperature: float = 1.0) -> Probabilities:
    """Probabilities [clips, classes] of logits [clips, classes]."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    powers = np.exp(scaled)
    out: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return out


def confusion(truth: IntArray, predicted: IntArray, classes: int) -> IntArray:
    """Counts [true class, predicted class]."""
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (truth, predicted), 1)
    return matrix


def confusion_among(present: IntArray, truth: IntArray, scores: npt.NDArray[np.floating[Any]]) -> IntArray:
    """`confusion` of the classes `present` alone, of which the one with the highest score is the answer.

    `truth` [clips] are indices of all classes, and `scores` is [clips, all classes].
    """
    answers = scores[:, present].argmax(axis=1)
    return confusion(np.searchsorted(present, truth), answers, len(present))


def uar_of(matrix: npt.NDArray[Any]) -> float:
    """Unweighted average recall over the classes that occur in the truth."""
    return float(uars_of(matrix))


def macro_f1_of(matrix: npt.NDArray[Any]) -> float:
    """Mean F1 over the classes that occur in the truth."""
    return float(macro_f1s_of(matrix))


def brier_of(probabilities: Probabilities, truth: IntArray) -> float:
    """Mean squared distance of the probabilities from certainty of the truth, summed over classes."""
    aims = np.eye(probabilities.shape[1])[truth]
    return float(np.square(probabilities - aims).sum(axis=1).mean())


def ece_of(probabilities: Probabilities, truth: IntArray) -> float:
    """Expected calibration error of the winner's probability."""
    return float(
        sum(
            row["count"] / len(truth) * abs(row["confidence"] - row["accuracy"])
            for row in reliability_curve(probabilities, truth)
        )
    )


def reliability_curve(probabilities: Probabilities, truth: IntArray) -> list[dict[str, float]]:
    """By bin of the winner's probability: range, mean confidence, accuracy and count; without empty bins."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        {
            "low": index / BINS,
            "high": (index + 1) / BINS,
            "confidence": float(confidence[bins == index].mean()),
            "accuracy": float(right[bins == index].mean()),
            "count": int((bins == index).sum()),
        }
        for index in np.unique(bins)
    ]


def risk_coverage(
    probabilities: Probabilities, truth: IntArray
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Share of clips answered and share of errors among them, [clips] each, the most confident first.

    Clips of equal confidence are answered in no particular order: the expected number of errors is taken.
    """
    confidence = probabilities.max(axis=1)
    wrong = (probabilities.argmax(axis=1) != truth).astype(np.float64)
    levels, level_of = np.unique(-confidence, return_inverse=True)
    expected = np.bincount(level_of, wrong, len(levels)) / np.bincount(level_of, minlength=len(levels))
    answered = np.arange(1, len(truth) + 1)
    risk = np.cumsum(expected[np.sort(level_of)]) / answered
    return answered / len(truth), risk


def aurc_of(probabilities: Probabilities, truth: IntArray) -> float:
    """Area under the risk-coverage curve: 0 is perfect; lower is better at equal accuracy."""
    return float(risk_coverage(probabilities, truth)[1].mean())


Curve = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def roc_curve(scores: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_]) -> Curve:
    """Shares of false and of true positives, from (0, 0) to (1, 1), one point for each score that occurs.

    Both are needed: `positive` [clips] holds True and False.
    """
    levels, level_of = np.unique(-scores, return_inverse=True)
    hits = np.cumsum(np.bincount(level_of, positive, len(levels)))
    alarms = np.cumsum(np.bincount(level_of, ~positive, len(levels)))
    return np.append(0.0, alarms / alarms[-1]), np.append(0.0, hits / hits[-1])


def aucs_of(probabilities: Probabilities, truth: IntArray) -> list[float | None]:
    """Area under the ROC curve of each class against the others; None where one side has no clip."""
    areas: list[float | None] = []
    for k in range(probabilities.shape[1]):
        positive = truth == k
        both = positive.any() and not positive.all()
        areas.append(_area(*roc_curve(probabilities[:, k], positive)) if both else None)
    return areas


def _area(alarms: npt.NDArray[np.float64], hits: npt.NDArray[np.float64]) -> float:
    return float(np.trapezoid(hits, alarms))


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one test. Intervals are 95 %, by resampling speakers; None where there is only one speaker.

    Attributes
    ----------
    per_class : precision, recall, f1 and support of each label; None where nothing was to be found
    aucs, macro_auc : area under the ROC curve of each label that occurs against the others; their mean
    reliability : rows of `reliability_curve`
    risk_coverage : share answered and share of errors among them, at every hundredth
    certain : what the answer "uncertain" did: threshold, coverage, risk and UAR of what was answered
    by_gender, per_speaker : clips, uar and accuracy of each (and speakers, or gender)
    protocol : how training and test were kept apart; empty if not told
    """

    clips: int
    speakers: int
    uar: float
    uar_interval: Interval | None
    accuracy: float
    accuracy_interval: Interval | None
    macro_f1: float
    ece: float
    worst_speaker_uar: float
    recalls: dict[str, float]
    confusion: list[list[int]]
    labels: list[str] = field(default_factory=list)
    macro_f1_interval: Interval | None = None
    ece_interval: Interval | None = None
    brier: float = 0.0
    brier_interval: Interval | None = None
    aurc: float = 0.0
    worst_speaker: str = ""
    per_class: dict[str, dict[str, float | None]] = field(default_factory=dict)
    reliability: list[dict[str, float]] = field(default_factory=list)
    risk_coverage: list[tuple[float, float]] = field(default_factory=list)
    certain: dict[str, float | None] | None = None
    by_gender: dict[str, dict[str, float]] = field(default_factory=dict)
    per_speaker: dict[str, dict[str, Any]] = field(default_factory=dict)
    protocol: str = ""
    aucs: dict[str, float] = field(default_factory=dict)
    macro_auc: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def report(
    probabilities: Probabilities,
    truth: IntArray,
    speakers: Sequence[str],
    labels: Sequence[str],
    *,
    genders: Sequence[str] | None = None,
    threshold: float | None = None,
    certain: npt.NDArray[np.bool_] | None = None,
    protocol: str = "",
) -> Report:
    """Judge `probabilities` [clips, classes] against `truth` [clips].

    Parameters
    ----------
    speakers, genders : sequence of str
        Of each clip. A gender is "F", "M" or "" if not known.
    threshold : float, optional
        Confidence below which the answer is "uncertain".
    certain : bool [clips], optional
        Which clips were answered with certainty, if the threshold alone does not tell.
    protocol : str
        How training and test were kept apart; goes into every output.
    """
    classes = len(labels)
    predicted = probabilities.argmax(axis=1).astype(np.int64)
    names = np.asarray(speakers)
    sums = SpeakerSums.of(probabilities, truth, speakers, classes)
    whole = sums.confusion.sum(axis=0).astype(np.int64)
    support = whole.sum(axis=1)
    drawn = intervals(sums)
    per_speaker = {
        name: {"clips": int(matrix.sum()), "uar": uar_of(matrix), "accuracy": _accuracy(matrix)}
        for name, matrix in zip(sums.names, sums.confusion, strict=True)
    }
    by_gender: dict[str, dict[str, float]] = {}
    if genders is not None:
        sexes = np.array([gender or UNKNOWN_GENDER for gender in genders])
        for gender in sorted(set(sexes.tolist())):
            mine = sexes == gender
            matrix = confusion(truth[mine], predicted[mine], classes)
            by_gender[gender] = {
                "clips": int(mine.sum()),
                "speakers": len(set(names[mine].tolist())),
                "uar": uar_of(matrix),
                "accuracy": _accuracy(matrix),
            }
        for name, gender in zip(names.tolist(), sexes.tolist(), strict=True):
            per_speaker[name]["gender"] = gender
    if certain is None and threshold is not None:
        certain = probabilities.max(axis=1) >= threshold
    worst = min(per_speaker, key=lambda name: per_speaker[name]["uar"])
    areas = zip(labels, aucs_of(probabilities, truth), strict=True)
    aucs = {label: area for label, area in areas if area is not None}
    return Report(
        clips=len(truth),
        speakers=len(sums.names),
        uar=uar_of(whole),
        uar_interval=drawn["uar"],
        accuracy=_accuracy(whole),
        accuracy_interval=drawn["accuracy"],
        macro_f1=macro_f1_of(whole),
        macro_f1_interval=drawn["macro_f1"],
        ece=ece_of(probabilities, truth),
        ece_interval=drawn["ece"],
        brier=brier_of(probabilities, truth),
        brier_interval=drawn["brier"],
        aurc=aurc_of(probabilities, truth),
        worst_speaker=worst,
        worst_speaker_uar=per_speaker[worst]["uar"],
        recalls={label: float(whole[k, k] / support[k]) for k, label in enumerate(labels) if support[k]},
        labels=list(labels),
        confusion=whole.tolist(),
        per_class={label: _class_figures(whole, k) for k, label in enumerate(labels)},
        reliability=reliability_curve(probabilities, truth),
        risk_coverage=_every_hundredth(*risk_coverage(probabilities, truth)),
        certain=None if certain is None else _operating_point(truth, predicted, classes, certain, threshold),
        by_gender=by_gender,
        per_speaker=per_speaker,
        protocol=protocol,
        aucs=aucs,
        macro_auc=float(np.mean(list(aucs.values()))) if aucs else None,
    )


def _accuracy(matrix: npt.NDArray[Any]) -> float:
    return float(np.trace(matrix) / matrix.sum())


def _class_figures(matrix: IntArray, k: int) -> dict[str, float | None]:
    hits, support, claimed = int(matrix[k, k]), int(matrix[k].sum()), int(matrix[:, k].sum())
    return {
        "precision": hits / claimed if claimed else (0.0 if support else None),
        "recall": hits / support if support else None,
        "f1": 2 * hits / (support + claimed) if support else None,
        "support": support,
    }


def _operating_point(
    truth: IntArray,
    predicted: IntArray,
    classes: int,
    certain: npt.NDArray[np.bool_],
    threshold: float | None,
) -> dict[str, float | None]:
    answered = bool(certain.any())
    return {
        "threshold": threshold,
        "coverage": float(certain.mean()),
        "risk": float((truth != predicted)[certain].mean()) if answered else None,
        "uar": uar_of(confusion(truth[certain], predicted[certain], classes)) if answered else None,
    }


def _every_hundredth(
    coverage: npt.NDArray[np.float64], risk: npt.NDArray[np.float64]
) -> list[tuple[float, float]]:
    chosen = np.unique(np.ceil(np.arange(1, 101) / 100 * len(coverage)).astype(int) - 1)
    return [(float(coverage[k]), float(risk[k])) for k in chosen]
