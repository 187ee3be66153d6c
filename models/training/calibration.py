"""Probabilities that mean what they say: temperature, doubt about short speech, threshold of "uncertain".

Temperature scaling: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017. Everything here is
fitted on speakers that the network has not heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from desktop_app.core.types import FloatArray
from models.evaluation.metrics import softmax

_TEMPERATURES = (0.2, 10.0)
_DOUBTS_S = (1e-3, 5.0)
_SCALES = (0.3, 3.0)
_SLOPES = (0.0, 3.0)
MOST_NOVEL = 1.5
"""The novelty from which on an answer loses no more: that of the strangest corpus."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """probabilities = softmax(logits * certainty / temperature), uncertain below `threshold`.

    `doubt_s` is the length at which an answer is half as certain as the same logits of long speech;
    `known_scale` multiplies the logits of the head for known voices. `slope` and `most` are those of
    `architectures/whisper/doubt.py`: the logits are divided by exp(slope * novelty), for a novelty from 0
    to `most`.
    """

    temperature: float
    threshold: float
    doubt_s: float = 0.0
    known_scale: float = 1.0
    slope: float = 0.0
    most: float = MOST_NOVEL

    def certainty(
        self, seconds: npt.NDArray[np.float64], novelty: npt.NDArray[np.float64] | float = 0.0
    ) -> npt.NDArray[np.float64]:
        """The share of the logits [clips] that counts for waveforms of so many `seconds` [clips]."""
        familiar = np.exp(-self.slope * np.clip(novelty, 0.0, self.most))
        return np.asarray(seconds / (seconds + self.doubt_s) * familiar)

    def probabilities(self, answers: Answers) -> npt.NDArray[np.float64]:
        """[clips, classes]."""
        certainty = self.certainty(answers.seconds, answers.novelty)
        return softmax(answers.logits * certainty[:, None], self.temperature)

    def log_loss(self, answers: Answers) -> float:
        """Weighted mean of -log of the right class's probability."""
        chosen = self.probabilities(answers)[np.arange(len(answers.targets)), answers.targets]
        return float(-np.average(np.log(np.maximum(chosen, 1e-12)), weights=answers.weights))


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network answered to clips: [clips, classes], others [clips]; `novelty` may be one for all."""

    logits: FloatArray
    targets: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    novelty: npt.NDArray[np.float64] | float = 0.0


def fit_doubt(parts: Sequence[Answers]) -> tuple[float, float]:
    """Temperature and `doubt_s` that together minimise the mean log loss of `parts`, of several lengths."""

    def loss(x: npt.NDArray[np.float64]) -> float:
        trial = Calibration(float(np.exp(x[0])), 0.0, float(np.exp(x[1])))
        return float(np.mean([trial.log_loss(part) for part in parts]))

    bounds = (np.log(_TEMPERATURES), np.log(_DOUBTS_S))
    found = minimize(loss, np.log([1.0, 0.5]), method="L-BFGS-B", bounds=bounds)
    return float(np.exp(found.x[0])), float(np.exp(found.x[1]))


def fit_familiarity(parts: Sequence[Answers]) -> Calibration:
    """Temperature, `doubt_s` and `slope` that together minimise the mean log loss of `parts`.

    They must be clips of corpora that the network was not trained on, of several lengths, and clips of unseen
    speakers of those that it was: one of these alone leaves the slope, or the temperature, open.
    """

    def trial(x: npt.NDArray[np.float64]) -> Calibration:
        return Calibration(float(np.exp(x[0])), 0.0, float(np.exp(x[1])), slope=float(x[2]))

    def loss(x: npt.NDArray[np.float64]) -> float:
        return float(np.mean([trial(x).log_loss(part) for part in parts]))

    bounds = (np.log(_TEMPERATURES), np.log(_DOUBTS_S), _SLOPES)
    found = minimize(loss, np.array([0.0, np.log(0.5), 0.5]), method="L-BFGS-B", bounds=bounds)
    return trial(found.x)


def fit_scale(calibration: Calibration, answers: Callable[[float], Sequence[Answers]]) -> float:
    """The scale in 0.3 .. 3 of the head for known voices that minimises the mean log loss of `answers`."""
    low, high = np.log(_SCALES)
    found = minimize_scalar(
        lambda x: float(np.mean([calibration.log_loss(part) for part in answers(float(np.exp(x)))])),
        bounds=(low, high),
        method="bounded",
    )
    return float(np.exp(found.x))


def fit_threshold(
    probabilities: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], coverage: float
) -> float:
    """The confidence that the stated share of clips (weighted) reaches."""
    confidence = probabilities.max(axis=1)
    order = np.argsort(confidence)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(confidence[order][np.searchsorted(share, 1.0 - coverage)])
