"""Figures of merit for a classifier of emotions, and how sure one can be of them.

UAR: Schuller et al., Interspeech 2009 Emotion Challenge. ECE: Guo et al., ICML 2017, 15 bins of equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float64]

BINS = 15
RESAMPLES = 2000


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


def uar_of(matrix: npt.NDArray[Any]) -> float:
    """Unweighted average recall over the classes that occur in the truth."""
    support = matrix.sum(axis=1)
    present = support > 0
    return float(np.mean(np.diag(matrix)[present] / support[present]))


def macro_f1_of(matrix: IntArray) -> float:
    """Mean F1 over the classes that occur in the truth."""
    support, claimed, hits = matrix.sum(axis=1), matrix.sum(axis=0), np.diag(matrix)
    present = support > 0
    return float(np.mean(2 * hits[present] / (support + claimed)[present]))


def ece_of(probabilities: Probabilities, truth: IntArray) -> float:
    """Expected calibration error of the winner's probability."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    error = 0.0
    for index in range(BINS):
        inside = bins == index
        if inside.any():
            error += inside.mean() * abs(float(confidence[inside].mean()) - float(right[inside].mean()))
    return float(error)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one test. Intervals are 95 %, by resampling speakers."""

    clips: int
    speakers: int
    uar: float
    uar_interval: tuple[float, float]
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    ece: float
    worst_speaker_uar: float
    recalls: dict[str, float]
    confusion: list[list[int]]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def report(
    probabilities: Probabilities, truth: IntArray, speakers: Sequence[str], labels: Sequence[str]
) -> Report:
    """Judge `probabilities` [clips, classes] against `truth` [clips]."""
    predicted = probabilities.argmax(axis=1).astype(np.int64)
    names = np.asarray(speakers)
    matrices = np.stack(
        [confusion(truth[names == s], predicted[names == s], len(labels)) for s in sorted(set(names))]
    )
    whole = matrices.sum(axis=0)
    support = whole.sum(axis=1)
    rng = np.random.default_rng(0)
    draws = rng.integers(len(matrices), size=(RESAMPLES, len(matrices)))
    uars = [uar_of(matrices[draw].sum(axis=0)) for draw in draws]
    accuracies = [float(np.trace(m) / m.sum()) for m in (matrices[draw].sum(axis=0) for draw in draws)]
    return Report(
        clips=len(truth),
        speakers=len(matrices),
        uar=uar_of(whole),
        uar_interval=_interval(uars),
        accuracy=float(np.trace(whole) / whole.sum()),
        accuracy_interval=_interval(accuracies),
        macro_f1=macro_f1_of(whole),
        ece=ece_of(probabilities, truth),
        worst_speaker_uar=min(uar_of(m) for m in matrices),
        recalls={label: float(whole[k, k] / support[k]) for k, label in enumerate(labels) if support[k]},
        confusion=whole.tolist(),
    )


def _interval(values: list[float]) -> tuple[float, float]:
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)
