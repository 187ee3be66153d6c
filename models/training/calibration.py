"""Probabilities that mean what they say: one temperature, and a threshold for "uncertain".

Temperature scaling: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from desktop_app.core.types import FloatArray
from models.evaluation.metrics import softmax


def fit_temperature(
    logits: FloatArray, targets: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> float:
    """The temperature in 0.2 .. 10 that minimises the weighted log loss of unseen speakers' logits."""

    def loss(log_temperature: float) -> float:
        chosen = softmax(logits, float(np.exp(log_temperature)))[np.arange(len(targets)), targets]
        return float(-np.average(np.log(np.maximum(chosen, 1e-12)), weights=weights))

    found = minimize_scalar(loss, bounds=(np.log(0.2), np.log(10.0)), method="bounded")
    return float(np.exp(found.x))


def fit_threshold(
    probabilities: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], coverage: float
) -> float:
    """The confidence that the stated share of clips (weighted) reaches."""
    confidence = probabilities.max(axis=1)
    order = np.argsort(confidence)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(confidence[order][np.searchsorted(share, 1.0 - coverage)])
