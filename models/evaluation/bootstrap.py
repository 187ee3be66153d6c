"""Resampling of speakers: how sure a figure is, and whether two models differ.

Clips of one person are not independent, so people are drawn, with replacement, never clips (the bootstrap of
blocks: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 8). Every figure here follows
from sums over speakers, so a resample is a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float64]

RESAMPLES = 2000
BINS = 15
FIGURES = ("uar", "accuracy", "macro_f1", "ece", "brier")

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerSums:
    """What each speaker adds to the figures: confusion [speakers, true, predicted], and by bin of confidence
    [speakers, BINS] the sums of confidence and of right answers; Brier scores summed [speakers]."""

    names: tuple[str, ...]
    confusion: FloatVector
    confidence: FloatVector
    right: FloatVector
    brier: FloatVector

    @classmethod
    def of(
        cls,
        probabilities: npt.NDArray[Any],
        truth: npt.NDArray[np.int64],
        speakers: Sequence[str],
        classes: int,
    ) -> SpeakerSums:
        """Sums of `probabilities` [clips, classes] judged against `truth` [clips]."""
        names, who = np.unique(np.asarray(speakers), return_inverse=True)
        predicted = probabilities.argmax(axis=1)
        winner = probabilities.max(axis=1)
        bins = np.minimum((winner * BINS).astype(int), BINS - 1)
        confusion = np.zeros((len(names), classes, classes))
        np.add.at(confusion, (who, truth, predicted), 1.0)
        confidence, right = np.zeros((len(names), BINS)), np.zeros((len(names), BINS))
        np.add.at(confidence, (who, bins), winner)
        np.add.at(right, (who, bins), predicted == truth)
        aims = np.zeros_like(probabilities, dtype=np.float64)
        aims[np.arange(len(truth)), truth] = 1.0
        brier = np.zeros(len(names))
        np.add.at(brier, who, np.square(probabilities - aims).sum(axis=1))
        return cls(tuple(names.tolist()), confusion, confidence, right, brier)

    def figures(self, weights: npt.NDArray[Any]) -> dict[str, FloatVector]:
        """Each of `FIGURES` [resamples] where speaker s counts `weights` [resamples, speakers] times."""
        matrices = np.tensordot(weights, self.confusion, axes=1)
        clips = matrices.sum(axis=(1, 2))
        gap = np.abs(weights @ self.confidence - weights @ self.right).sum(axis=1)
        return {
            "uar": uars_of(matrices),
            "accuracy": np.trace(matrices, axis1=1, axis2=2) / clips,
            "macro_f1": macro_f1s_of(matrices),
            "ece": gap / clips,
            "brier": weights @ self.brier / clips,
        }


def uars_of(matrices: npt.NDArray[Any]) -> FloatVector:
    """UAR of confusion matrices [..., true, predicted], over the classes that occur in the truth."""
    support = matrices.sum(axis=-1)
    hits = np.diagonal(matrices, axis1=-2, axis2=-1)
    recalls = hits / np.maximum(support, 1)
    out: FloatVector = recalls.sum(axis=-1) / (support > 0).sum(axis=-1)
    return out


def macro_f1s_of(matrices: npt.NDArray[Any]) -> FloatVector:
    """Macro-F1 of confusion matrices [..., true, predicted], over the classes that occur in the truth."""
    support, claimed = matrices.sum(axis=-1), matrices.sum(axis=-2)
    hits = np.diagonal(matrices, axis1=-2, axis2=-1)
    scores = np.where(support > 0, 2 * hits / np.maximum(support + claimed, 1), 0.0)
    out: FloatVector = scores.sum(axis=-1) / (support > 0).sum(axis=-1)
    return out


def speaker_draws(speakers: int, resamples: int = RESAMPLES, seed: int = 0) -> FloatVector:
    """How often each speaker is drawn, [resamples, speakers]; the same at each call."""
    chosen = np.random.default_rng(seed).integers(speakers, size=(resamples, speakers))
    counts = np.zeros((resamples, speakers))
    np.add.at(counts, (np.arange(resamples)[:, None], chosen), 1.0)
    return counts


def intervals(sums: SpeakerSums) -> dict[str, Interval | None]:
    """95 % interval of each of `FIGURES`; None with a single speaker, about whom nothing can be drawn."""
    if len(sums.names) < 2:
        return dict.fromkeys(FIGURES)
    drawn = sums.figures(speaker_draws(len(sums.names)))
    return {name: _interval(values) for name, values in drawn.items()}


def paired_differences(one: SpeakerSums, other: SpeakerSums) -> dict[str, tuple[float, Interval | None]]:
    """`other` minus `one` for each of `FIGURES`, with the 95 % interval of that difference.

    The same speakers are drawn for both, so what is hard about a voice cancels out.

    Raises
    ------
    ValueError
        If the two were not judged on the same speakers.
    """
    if one.names != other.names:
        raise ValueError("paired differences need the same speakers on both sides")
    everyone = np.ones((1, len(one.names)))
    first, second = one.figures(everyone), other.figures(everyone)
    drawn: dict[str, Interval | None] = dict.fromkeys(FIGURES)
    if len(one.names) > 1:
        draws = speaker_draws(len(one.names))
        before, after = one.figures(draws), other.figures(draws)
        drawn = {name: _interval(after[name] - before[name]) for name in FIGURES}
    return {name: (float(second[name][0] - first[name][0]), drawn[name]) for name in FIGURES}


def _interval(values: FloatVector) -> Interval:
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)
