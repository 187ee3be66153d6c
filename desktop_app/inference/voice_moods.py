"""Whether a person's speech was heard in one mood or in many, without labels: by how much the answers differ.

In speech of one mood the voice cannot be told from the mood. A profile of it takes the mood for the voice,
and what the person says later is heard as the other moods.

Answers to one mood lie on one line: short or noisy speech makes them less sure, which moves them along it, to
where all classes are equally likely. So what counts is how far they lie beside their common line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]

# Chosen on inner folds of training speakers, for calibrated answers (docs/recognition.md).
ONE_MOOD: Final = 4.0  # spread of the answers up to which a profile's mean does not count
MANY_MOODS: Final = 8.0  # from here on it counts fully
_SMALLEST: Final = 1e-12  # of a probability
_FEWEST_CLASSES: Final = 3  # all answers of two classes lie on one line


@dataclass(frozen=True, slots=True, eq=False)
class MoodSums:
    """What is kept of a model's answers: the weighted mean `moments` [classes, classes] of their products.

    An answer is its centred log probabilities (`centred`). `weight` is 0, and `moments` empty, where there
    was none.
    """

    weight: float = 0.0
    moments: Float64Array = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        """Raises ValueError if these cannot be such sums."""
        moments, classes = self.moments, len(self.moments)
        largest = math.log(_SMALLEST) ** 2 * max(1, classes)
        if (
            moments.shape != (classes, classes)
            or not (self.weight > 0 if classes else self.weight == 0)
            or not np.all(np.abs(moments) <= largest)
            or not np.allclose(moments, moments.T)
            or not np.allclose(moments.sum(axis=0), 0.0, atol=1e-6 * largest)
            or (classes and np.linalg.eigvalsh(moments)[0] < -1e-6 * largest)
        ):
            raise ValueError("sums of answers")

    def adding(self, answer: npt.ArrayLike, weight: float) -> MoodSums:
        """These and one more answer, probabilities [classes], of a weight above 0. Raises ValueError."""
        chances = np.asarray(answer, dtype=np.float64)
        if chances.ndim != 1 or not np.all(chances >= 0) or not abs(chances.sum() - 1) < 1e-3:
            raise ValueError("an answer is one probability for each class")
        if len(self.moments) not in (0, chances.size):
            raise ValueError(f"an answer has {len(self.moments)} probabilities here, not {chances.size}")
        point, total = centred(chances), self.weight + weight
        product = np.outer(point, point)
        known = self.moments if len(self.moments) else product
        return MoodSums(total, known + (product - known) * (weight / total))

    @property
    def share(self) -> float | None:
        """How far the mean of the speech counts as the person's own, 0..1; None if nobody can tell."""
        if len(self.moments) < _FEWEST_CLASSES:
            return None
        return float(moods_share(beside_one_line(self.moments)))


def centred(probabilities: npt.NDArray[np.floating]) -> Float64Array:
    """The logarithms of `probabilities` [..., classes] less their mean: 0 where all are equally likely.

    The centred log ratio of Aitchison, "The Statistical Analysis of Compositional Data", 1986, chapter 4.
    """
    logs = np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST))
    found: Float64Array = logs - logs.mean(axis=-1, keepdims=True)
    return found


def beside_one_line(moments: npt.NDArray[np.floating]) -> Float64Array:
    """Mean squared distance [...] of answers from the line that fits them best, by `moments` [..., k, k]."""
    found: Float64Array = np.linalg.eigvalsh(moments)[..., :-1].sum(axis=-1)
    return np.maximum(found, 0.0)


def moods_share(spread: npt.ArrayLike) -> Float64Array:
    """How far [...] the mean of a person's speech counts, 0..1, where answers lie `beside_one_line` [...]."""
    return np.clip((np.asarray(spread, dtype=np.float64) - ONE_MOOD) / (MANY_MOODS - ONE_MOOD), 0.0, 1.0)
