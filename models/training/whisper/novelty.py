"""How unlike training an embedding is: the constants of `architectures/whisper/doubt.py`, fitted and applied.

The energy of a standardised embedding outside the leading principal directions of training, relative to what
it is in training. Directions that training varies along are those of words, emotions and known speakers;
another room, microphone or language leaves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from desktop_app.core.types import FloatArray

Float64Array = npt.NDArray[np.float64]

DIRECTIONS = 32
_SHORTNESS_S = (1e-3, 10.0)


@dataclass(frozen=True, slots=True, eq=False)
class NoveltyScale:
    """Constants of `Doubt.novelty`: orthonormal `directions` [n, dim], an energy, and seconds."""

    directions: FloatArray
    reference: float
    shortness: float

    def novelty(self, usual: FloatArray, seconds: Float64Array) -> Float64Array:
        """[clips]; `usual` [clips, dim] is standardised by the training speakers together."""
        expected = self.reference * (1 + self.shortness / seconds)
        found: Float64Array = np.log(outside(usual, self.directions) / expected)
        return found


def outside(usual: FloatArray, directions: FloatArray) -> Float64Array:
    """The mean square [clips] of standardised embeddings [clips, dim] outside of `directions` [n, dim]."""
    whole = np.square(usual, dtype=np.float64).sum(axis=1)
    inside = np.square(usual @ directions.T, dtype=np.float64).sum(axis=1)
    return np.maximum(whole - inside, 1e-6) / usual.shape[1]


def principal_directions(corpora: Sequence[FloatArray], count: int = DIRECTIONS) -> FloatArray:
    """The leading principal directions [count, dim] of standardised embeddings [clips, dim] of each corpus.

    Each corpus counts the same. About the origin and not about the mean: the origin is the default voice.
    """
    second_moment = np.mean([usual.T @ usual / len(usual) for usual in corpora], axis=0)
    _, vectors = np.linalg.eigh(second_moment.astype(np.float64))
    return np.ascontiguousarray(vectors[:, ::-1][:, :count].T).astype(np.float32)


def fit_scale(
    directions: FloatArray, views: Sequence[tuple[FloatArray, Float64Array]], weights: Float64Array
) -> NoveltyScale:
    """The scale on which known voices have a novelty of 0 at every length, in the median.

    Parameters
    ----------
    views : sequence of (usual [clips, dim], seconds [clips])
        The same clips, cut to several lengths.
    weights : array [clips]
        How much each clip counts.
    """
    found = [(np.log(outside(usual, directions)), seconds) for usual, seconds in views]

    def error(x: Float64Array) -> float:
        return float(
            np.mean(
                [
                    np.average(np.abs(logs - x[0] - np.log1p(np.exp(x[1]) / seconds)), weights=weights)
                    for logs, seconds in found
                ]
            )
        )

    first = np.array([float(np.median(found[0][0])), 0.0])
    low, high = np.log(_SHORTNESS_S)
    best = minimize(error, first, method="Nelder-Mead", bounds=[(None, None), (low, high)])
    return NoveltyScale(directions, float(np.exp(best.x[0])), float(np.exp(best.x[1])))
