"""Whether a person's speech was heard in one mood or in many, without labels: by how much the answers differ.

In speech of one mood the voice cannot be told from the mood. A profile of it takes the mood for the voice,
and what the person says later is heard as the other moods.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]

# Chosen on corpora that the model has not heard, for answers with nothing held back (docs/recognition.md).
ONE_MOOD: Final = 9.0  # variance of the answers up to which a profile's mean does not count
MANY_MOODS: Final = 17.0  # from here on it counts fully
FEW_ANSWERS: Final = 3.0  # from so many, half of their variance counts: two utterances differ by chance
_SMALLEST: Final = 1e-12  # of a probability
_FEWEST_CLASSES: Final = 3  # two classes vary too little to tell


@dataclass(frozen=True, slots=True, eq=False)
class MoodSums:
    """What is kept of a model's answers: weighted means of their values and of their squares.

    An answer is its centred log probabilities (`centred`).

    Attributes
    ----------
    weight : float
        Of all answers together; 0, and the arrays empty, where there was none.
    count : float
        How many there were, those that are half forgotten as half of one.
    mean : array [classes]
    squares : array [classes]
        The weighted mean of the squares.
    """

    weight: float = 0.0
    count: float = 0.0
    mean: Float64Array = field(default_factory=lambda: np.zeros(0))
    squares: Float64Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        """Raises ValueError if these cannot be such sums."""
        classes = self.mean.size
        largest = math.log(_SMALLEST) ** 2
        if (
            self.mean.shape != self.squares.shape
            or self.mean.ndim != 1
            or not (self.weight > 0 and self.count > 0 if classes else self.weight == self.count == 0)
            or not np.all(self.squares <= largest)
            or not np.all(np.square(self.mean) <= self.squares + 1e-6 * largest)
            or not abs(self.mean.sum()) <= 1e-6 * largest * max(1, classes)
        ):
            raise ValueError("sums of answers")

    def adding(self, answer: npt.ArrayLike, weight: float) -> MoodSums:
        """These and one more answer, probabilities [classes], of a weight above 0. Raises ValueError."""
        chances = np.asarray(answer, dtype=np.float64)
        if chances.ndim != 1 or not np.all(chances >= 0) or not abs(chances.sum() - 1) < 1e-3:
            raise ValueError("an answer is one probability for each class")
        if self.mean.size not in (0, chances.size):
            raise ValueError(f"an answer has {self.mean.size} probabilities here, not {chances.size}")
        point, total = centred(chances), self.weight + weight
        mean, squares = (self.mean, self.squares) if self.mean.size else (point, np.square(point))
        step = weight / total
        return MoodSums(
            total, self.count + 1, mean + (point - mean) * step, squares + (np.square(point) - squares) * step
        )

    def faded(self, share: float) -> MoodSums:
        """These, of which only a `share` in 0..1 (0 excluded) still counts."""
        return replace(self, weight=self.weight * share, count=self.count * share)

    @property
    def variance(self) -> float | None:
        """Of the answers, summed over classes; None if there are too few classes to tell moods by it."""
        if self.mean.size < _FEWEST_CLASSES:
            return None
        return float(np.maximum(self.squares - np.square(self.mean), 0.0).sum())


def centred(probabilities: npt.NDArray[np.floating]) -> Float64Array:
    """The logarithms of `probabilities` [..., classes] less their mean: 0 where all are equally likely.

    The centred log ratio of Aitchison, "The Statistical Analysis of Compositional Data", 1986, chapter 4.
    """
    logs = np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST))
    found: Float64Array = logs - logs.mean(axis=-1, keepdims=True)
    return found


def moods_share(
    variance: npt.ArrayLike,
    count: npt.ArrayLike,
    *,
    one_mood: float = ONE_MOOD,
    many_moods: float = MANY_MOODS,
    few_answers: float = FEW_ANSWERS,
) -> Float64Array:
    """How far [...] the mean of a person's speech counts as the person's own, 0..1.

    Parameters
    ----------
    variance : array [...]
        Of the answers, as centred log probabilities: the sum over classes.
    count : array [...]
        How many answers there were.
    """
    count = np.asarray(count, dtype=np.float64)
    known = np.asarray(variance, dtype=np.float64) * count / (count + few_answers)
    share: Float64Array = np.clip((known - one_mood) / (many_moods - one_mood), 0.0, 1.0)
    return share
