"""Directions of a model's embedding in which speakers differ and one speaker's moods do not.

Fisher's linear discriminants with speakers as classes (Fukunaga, "Introduction to Statistical Pattern
Recognition", 2nd edition, chapter 10), within corpora: what tells corpora apart is the studio.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray

Float64Array = npt.NDArray[np.float64]
Names = npt.NDArray[np.str_]

DIRECTIONS: Final = 32
SHRINKAGE: Final = 0.7
"""Chosen by equal error rates on EmoTale, ASED and EmoSpeech, which differ little between 0.4 and 0.9."""


def speaker_directions(
    embeddings: npt.NDArray[np.floating],
    corpora: Names,
    speakers: Names,
    *,
    count: int = DIRECTIONS,
    shrinkage: float = SHRINKAGE,
) -> FloatArray:
    """Directions [count, dim], scaled so that an unheard speaker varies by 1 in each, on the mean.

    Parameters
    ----------
    embeddings : array [clips, dim]
        Standardised by the model's default voice.
    corpora, speakers : array [clips]
        Names; a speaker's is of one corpus only. With two corpora or more the scale is that of each corpus by
        the directions of the others, with one it is that of the same speakers.
    count : int
        At most one less than there are speakers.
    shrinkage : float
        How far the covariance within speakers is moved to a multiple of the identity, 0..1.
    """
    names = np.unique(corpora)
    found = _discriminants(embeddings, corpora, speakers, count, shrinkage)
    if len(names) < 2:
        return (found / np.sqrt(_variance(embeddings @ found.T, speakers))).astype(np.float32)
    variances = []
    for name in names:
        rows = corpora == name
        other = _discriminants(embeddings[~rows], corpora[~rows], speakers[~rows], count, shrinkage)
        other /= np.sqrt(_variance(embeddings[~rows] @ other.T, speakers[~rows]))
        variances.append(_variance(embeddings[rows] @ other.T, speakers[rows]))
    found /= np.sqrt(_variance(embeddings @ found.T, speakers))
    return (found / np.sqrt(np.mean(variances))).astype(np.float32)


def _discriminants(
    embeddings: npt.NDArray[np.floating], corpora: Names, speakers: Names, count: int, shrinkage: float
) -> Float64Array:
    """Fisher's, [count, dim], each speaker counting alike."""
    names, first, who = np.unique(speakers, return_index=True, return_inverse=True)
    means = np.array([embeddings[who == k].mean(axis=0, dtype=np.float64) for k in range(len(names))])
    inside = embeddings.astype(np.float64) - means[who]
    homes = corpora[first]
    for home in np.unique(homes):
        means[homes == home] -= means[homes == home].mean(axis=0)
    inside /= np.sqrt(np.bincount(who) * len(names))[who, None]
    within = inside.T @ inside
    even = np.trace(within) / len(within)
    within *= 1.0 - shrinkage
    within[np.diag_indices_from(within)] += shrinkage * even
    root = np.linalg.cholesky(within)
    axes = np.linalg.svd(np.linalg.solve(root, means.T), full_matrices=False)[0]
    found: Float64Array = np.linalg.solve(root.T, axes[:, :count]).T
    return found


def _variance(points: npt.NDArray[np.floating], speakers: Names) -> float:
    """Of one speaker's points about their mean, averaged over directions and speakers."""
    return float(np.mean([points[speakers == name].var(axis=0).mean() for name in np.unique(speakers)]))
