"""Weights of a late fusion of voice and words, fitted on labelled clips; `core.fusion` has the rule.

Penalised maximum likelihood: the log loss, in which each emotion counts the same, and the squared distance of
the weights from those of the voice alone. The strength of that penalty is chosen twice, first for what the
voice counts and the bias, without any words, and then for the words: what words are worth does not hide in a
better use of the voice. Each time the strongest penalty is taken whose loss on unseen speakers is within one
standard error of the best (Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3), and
"the voice alone" is among those tried: so little data, or words that tell nothing, change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from desktop_app.core.fusion import Weights, combined
from models.evaluation.metrics import IntArray, Probabilities

STRENGTHS: Final = (math.inf, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""Of the penalty, against a loss that is summed over clips. Infinite is no freedom at all."""
_MOST_WEIGHT: Final = 5.0
_LEAST_PROBABILITY: Final = 1e-12

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FusionData:
    """What two models say of labelled clips.

    Attributes
    ----------
    voice : float64 [clips, labels]
        Probabilities by the voice.
    words : float64 [clips, labels]
        `evidence` of the words.
    said : bool [clips]
        Whether there are any words: without them the answer is the voice's, whatever the weights.
    truth : int64 [clips]
        Index of the label.
    """

    voice: Probabilities
    words: Probabilities
    said: BoolArray
    truth: IntArray

    def of(self, rows: npt.NDArray[np.intp] | BoolArray) -> FusionData:
        """Some of the clips."""
        return FusionData(self.voice[rows], self.words[rows], self.said[rows], self.truth[rows])

    def fused(self, weights: Probabilities) -> Probabilities:
        """Probabilities [clips, labels] with `weights` [3, labels]."""
        return np.where(self.said[:, None], combined(self.voice, self.words, weights), self.voice)


@dataclass(frozen=True, slots=True)
class Strengths:
    """Of the penalty: for what the voice counts and the bias, and for the words."""

    voice: float = math.inf
    words: float = math.inf

    @property
    def without_words(self) -> Strengths:
        return Strengths(self.voice, math.inf)


def alone(labels: int) -> Probabilities:
    """The weights [3, labels] of the voice alone."""
    return np.array([np.ones(labels), np.zeros(labels), np.zeros(labels)])


def fit_weights(data: FusionData, strengths: Strengths) -> Probabilities:
    """Weights [3, labels] (voice, words, bias).

    An emotion that no clip has keeps those of the voice alone: nothing is known of it, not even that it is
    rare. Weights of voice and words are not negative: words never speak against what they say.
    """
    labels = data.voice.shape[1]
    found = alone(labels)
    rows = np.flatnonzero(data.said)
    present = np.unique(data.truth[rows])
    free = [strength for strength in (strengths.voice, strengths.words) if math.isfinite(strength)]
    if not free or len(present) < 2:
        return found
    truth = np.searchsorted(present, data.truth[rows])
    voice = np.log(np.maximum(data.voice[np.ix_(rows, present)], _LEAST_PROBABILITY))
    words = data.words[np.ix_(rows, present)]
    weight = _each_emotion_alike(truth)
    # Around their mean: else words that are the same in all clips would be one more bias.
    middle = np.average(words, axis=0, weights=weight)
    words = words - middle
    aims = np.eye(len(present))[truth]
    bases = (voice, words, np.ones_like(voice))
    penalties = (strengths.voice, strengths.words, strengths.voice)
    chosen = [k for k, penalty in enumerate(penalties) if math.isfinite(penalty)]
    start = found[:, present]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        now = start.copy()
        now[chosen] = flat.reshape(len(chosen), -1)
        logits = sum(one * base for one, base in zip(now, bases, strict=True))
        logits = logits - logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1, keepdims=True)
        value = float(weight @ (np.log(sums[:, 0]) - (logits * aims).sum(axis=1)))
        slope = weight[:, None] * (powers / sums - aims)
        slopes = []
        for k in chosen:
            off = now[k] - start[k]
            value += penalties[k] / 2 * float(off @ off)
            slopes.append((slope * bases[k]).sum(axis=0) + penalties[k] * off)
        return value, np.concatenate(slopes)

    # Voice and words are bounded below; the bias is free.
    bounds = [
        (0.0, _MOST_WEIGHT) if k < 2 else (-_MOST_WEIGHT, _MOST_WEIGHT) for k in chosen for _ in present
    ]
    outcome = minimize(loss, start[chosen].ravel(), jac=True, method="L-BFGS-B", bounds=bounds)
    fitted = start.copy()
    fitted[chosen] = outcome.x.reshape(len(chosen), -1)
    fitted[2] -= fitted[1] * middle
    found[:, present] = fitted
    return found


def choose_strengths(data: FusionData, speakers: Sequence[str], folds: Sequence[frozenset[str]]) -> Strengths:
    """How far the weights may leave the voice alone, by the loss on speakers of folds that were left out.

    Parameters
    ----------
    speakers : sequence of str
        Of each clip.
    folds : sequence of sets of speakers
        Each speaker is in one of them.
    """
    names = np.asarray(speakers)
    sides = [np.isin(names, sorted(fold)) for fold in folds]

    def losses(strengths: Strengths) -> npt.NDArray[np.float64]:
        """[speakers]"""
        out = np.zeros(len(names))
        for tested in sides:
            chances = data.of(tested).fused(fit_weights(data.of(~tested), strengths))
            right = chances[np.arange(len(chances)), data.truth[tested]]
            out[tested] = -np.log(np.maximum(right, _LEAST_PROBABILITY))
        weight = _each_emotion_alike(data.truth)
        return np.array(
            [np.average(out[names == one], weights=weight[names == one]) for one in sorted(set(speakers))]
        )

    voice = STRENGTHS[_strongest([losses(Strengths(one)) for one in STRENGTHS])]
    return Strengths(voice, STRENGTHS[_strongest([losses(Strengths(voice, one)) for one in STRENGTHS])])


def as_weights(weights: Probabilities) -> tuple[Weights, ...]:
    """From [3, labels]."""
    return tuple(Weights(*map(float, column)) for column in weights.T)


def _strongest(tried: Sequence[npt.NDArray[np.float64]]) -> int:
    """The first of `tried` ([speakers] each) whose mean is within one standard error of the least."""
    best = min(tried, key=lambda losses: float(losses.mean()))
    for number, losses in enumerate(tried):
        more = losses - best
        error = float(more.std(ddof=1)) / math.sqrt(len(more)) if len(more) > 1 else 0.0
        if float(more.mean()) <= error:
            return number
    raise AssertionError("the best is within no error of itself")


def _each_emotion_alike(truth: IntArray) -> npt.NDArray[np.float64]:
    """A weight for each clip, of mean 1, by which each emotion counts the same."""
    counts = np.bincount(truth)
    weight = 1.0 / counts[truth]
    out: npt.NDArray[np.float64] = weight * len(truth) / weight.sum()
    return out
