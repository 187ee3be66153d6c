"""What tells speakers apart in an embedding: linear discriminants of the training speakers.

Fisher's discriminants: Duda, Hart and Stork, "Pattern Classification", 2001, chapter 3.8; the covariance
within speakers is shrunk, since there are fewer clips than numbers in an embedding.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

from desktop_app.core.types import FloatArray

COUNT: Final = 32
SHRINKAGE: Final = 0.7
"""Chosen on corpora that the model has not heard."""


def fit_speaker_directions(
    usual: FloatArray,
    speakers: npt.NDArray[np.str_],
    corpora: npt.NDArray[np.str_],
    *,
    count: int = COUNT,
    shrinkage: float = SHRINKAGE,
) -> FloatArray:
    """Directions [count, dim] along which the clips of one speaker vary by 1.

    Speakers are compared within their corpus: what tells two corpora apart is a microphone.

    Parameters
    ----------
    usual : array [clips, dim]
        Embeddings, standardised by the training speakers together.
    shrinkage : float
        0 takes the covariance within speakers as it is, 1 only its mean variance.
    """
    within = np.zeros((usual.shape[1], usual.shape[1]))
    between = np.zeros_like(within)
    people = np.unique(speakers)
    for corpus in np.unique(corpora):
        mine = [name for name in people if (corpora[speakers == name] == corpus).all()]
        means = np.stack([usual[speakers == name].mean(axis=0) for name in mine]).astype(np.float64)
        middle = means.mean(axis=0)
        between += (means - middle).T @ (means - middle)
        for name, mean in zip(mine, means, strict=True):
            rows = usual[speakers == name] - mean
            within += rows.T @ rows / len(rows)
    within /= len(people)
    dim = len(within)
    within = (1 - shrinkage) * within + shrinkage * np.trace(within) / dim * np.eye(dim)
    count = min(count, len(people) - 1)
    _, vectors = eigh(between / len(people), within, subset_by_index=[dim - count, dim - 1])
    directions = np.ascontiguousarray(vectors[:, ::-1].T)
    variances = np.mean([(usual[speakers == name] @ directions.T).var(axis=0) for name in people], axis=0)
    out: FloatArray = (directions / np.sqrt(variances)[:, None]).astype(np.float32)
    return out
