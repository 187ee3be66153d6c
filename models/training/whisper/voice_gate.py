"""Whether anybody speaks at all: a linear gate on the embedding, for stretches of sound that held no speech.

Not the gate of `speech_gate`, which lets speech in loud noise through and holds back what cannot be judged:
this one names what is no voice, and is closed to nothing that anybody said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from desktop_app.core.types import FloatArray
from models.evaluation.linear_head import balance

STRENGTH: Final = 1e-3
NAMED: Final = 0.94
"""The share of sound without speech that is to be named, of recordings that the gate was not fitted on: with
more of it, words in the noise of people's own phones are named too."""
_PARTS: Final = 5
_SHORTEST_S, _LONGEST_S = 0.4, 3.0
_SILENT: Final = 1e-4


def fit_voice_gate(
    speech: Sequence[FloatArray], noise: FloatArray, names: npt.NDArray[np.str_]
) -> tuple[FloatArray, float]:
    """Weight [dim] and bias, so that the logistic function of both is below 0.5 where nobody speaks.

    Parameters
    ----------
    speech : sequence of array [clips, dim]
        Standardised embeddings of speech, by corpus and view; each counts the same.
    noise : array [pieces, dim]
        The same of sound in which nobody speaks.
    names : array [pieces]
        Of the recording that each piece is from; each counts the same.
    """
    x = np.concatenate((*speech, noise))
    spoken = np.arange(len(x)) < len(x) - len(noise)
    group = np.concatenate([np.full(len(part), number) for number, part in enumerate(speech)])
    shares = balance(np.zeros(len(group), np.int64), group)
    others = balance(np.zeros(len(noise), np.int64), names)
    weights = np.concatenate((shares / shares.sum(), others / others.sum())) * len(x) / 2
    weight = _fit(x, spoken, weights)
    scores = noise @ weight
    recordings = len(np.unique(names))
    # Of a single recording there is no other: its own pieces must do.
    folds = GroupKFold(min(_PARTS, recordings)).split(noise, groups=names) if recordings > 1 else ()
    for learnt, judged in folds:
        rows = spoken.copy()
        rows[np.flatnonzero(~spoken)[learnt]] = True
        part = _fit(x[rows], spoken[rows], weights[rows])
        # On the scale of the whole fit: what is compared is the order of clips, and fewer of them shrink it.
        scores[judged] = noise[judged] @ part * (np.linalg.norm(weight) / np.linalg.norm(part))
    order = np.argsort(scores)
    reached = np.cumsum(others[order]) / others.sum()
    return weight, -float(scores[order][int(np.searchsorted(reached, NAMED))])


def _fit(x: FloatArray, spoken: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]) -> FloatArray:
    regression = LogisticRegression(C=STRENGTH, max_iter=3000).fit(x, spoken, sample_weight=weights)
    weight: FloatArray = regression.coef_[0].astype(np.float32)
    return weight


def noise_pieces(
    recordings: Sequence[tuple[str, FloatArray]], sample_rate: int, each: int = 3, seed: int = 0
) -> Iterator[tuple[str, FloatArray]]:
    """Pieces of each recording, as long as utterances are: the loudest one, and others anywhere."""
    rng = np.random.default_rng(seed)
    for name, recording in recordings:
        for number in range(each):
            length = min(len(recording), round(rng.uniform(_SHORTEST_S, _LONGEST_S) * sample_rate))
            last = len(recording) - length
            start = _loudest(recording, length) if number == 0 else int(rng.integers(0, last + 1))
            piece = recording[start : start + length]
            if np.abs(piece).max(initial=0.0) > _SILENT:
                yield name, piece


def _loudest(recording: FloatArray, length: int) -> int:
    """The first sample of the loudest stretch of `length` samples."""
    energy = np.concatenate(([0.0], np.cumsum(np.square(recording, dtype=np.float64))))
    return int(np.argmax(energy[length:] - energy[:-length]))
