"""The linear head: multinomial logistic regression on standardised embeddings.

Training begins with it, and evaluation tells by it what embeddings are worth.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from desktop_app.core.types import FloatArray


@dataclass(frozen=True, slots=True)
class Head:
    """logits = ((embedding - mean) / std) @ weight.T + bias."""

    mean: FloatArray  # [dim]
    std: FloatArray  # [dim]
    weight: FloatArray  # [classes, dim]
    bias: FloatArray  # [classes]

    def logits(self, embeddings: FloatArray) -> FloatArray:
        """[clips, dim] -> [clips, classes]."""
        scores = ((embeddings - self.mean) / self.std) @ self.weight.T + self.bias
        return scores.astype(np.float32)


def balance(targets: npt.NDArray[np.int64], corpora: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """A weight for each clip: each corpus (or whatever group) counts the same, and within it each class.

    The mean is 1.
    """
    weights = np.zeros(len(targets))
    for corpus in np.unique(corpora):
        classes = np.unique(targets[corpora == corpus])
        for target in classes:
            rows = (corpora == corpus) & (targets == target)
            weights[rows] = 1.0 / (rows.sum() * len(classes))
    return weights * len(targets) / weights.sum()


def fit_head(
    views: list[FloatArray],
    targets: npt.NDArray[np.int64],
    corpora: npt.NDArray[np.str_],
    strength: float,
    classes: int,
) -> Head:
    """Fit on every view of each clip.

    Parameters
    ----------
    views : list of float32 [clips, dim]
        The same clips, cut or scaled in several ways.
    strength : float
        Inverse regularisation (C) for one view; several views of a clip are no new evidence, so it is divided
        by their number.
    classes : int
        Number of logits; a class that no clip has gets a logit of -20.
    """
    x = np.concatenate(views)
    mean = x.mean(axis=0)
    std = x.std(axis=0) + 1e-6
    count = len(views)
    regression = LogisticRegression(C=strength / count, max_iter=150, tol=2e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(
            (x - mean) / std, np.tile(targets, count), sample_weight=np.tile(balance(targets, corpora), count)
        )
    weight = np.zeros((classes, x.shape[1]), dtype=np.float32)
    bias = np.full(classes, -20.0, dtype=np.float32)
    coefficients, intercepts = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # one row, that of the second class against the first
        coefficients = np.concatenate((-coefficients / 2, coefficients / 2))
        intercepts = np.concatenate((-intercepts / 2, intercepts / 2))
    weight[regression.classes_] = coefficients
    bias[regression.classes_] = intercepts
    return Head(mean.astype(np.float32), std.astype(np.float32), weight, bias)
