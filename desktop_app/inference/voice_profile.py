"""A person's voice as a model hears it, learnt from speech alone: no labels, no sound kept.

What a stranger's voice and microphone do to an embedding is mostly a shift. `VoiceProfile` estimates it as
the mean embedding of the person's speech, blended with the model's default by how much speech there is, and
by whether it was spoken in more than one mood.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_moods import (
    FEW_ANSWERS,
    MANY_MOODS,
    ONE_MOOD,
    Float64Array,
    MoodSums,
    moods_share,
)

# Chosen on corpora that the model has not heard (docs/recognition.md).
MEAN_PRIOR_S: Final = 8.0  # seconds of speech at which the default's mean counts as much as the person's
STD_PRIOR_S: Final = 30.0  # the same for its deviation, which takes more speech to know
FAR: Final = 2.0  # root mean square distance, in deviations, from which a stretch of speech counts less


class VoiceProfileError(EmoscopeError):
    """A voice profile that cannot be made, read, written or used."""

    default_code = "profile"


@dataclass(frozen=True, slots=True, eq=False)
class VoiceStatistics:
    """How a voice usually sounds to a model: mean and deviation of its embedding, [dim] each."""

    mean: FloatArray
    std: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VoiceModel:
    """What a profile knows of the model that it belongs to: its name, its file's hash, its default voice."""

    name: str
    sha256: str
    default: VoiceStatistics

    @property
    def dim(self) -> int:
        return self.default.mean.size


@dataclass(frozen=True, slots=True)
class VoiceRule:
    """How far what was heard of a voice counts.

    `mean_prior_s`, `std_prior_s` and the half-life are seconds of speech: with so many, the person's mean
    counts half (`mean_share`) and the deviation half; after so many, what was heard before counts half, and
    without a half-life nothing is forgotten. The others are those of `moods_share`.
    """

    mean_prior_s: float = MEAN_PRIOR_S
    std_prior_s: float = STD_PRIOR_S
    one_mood: float = ONE_MOOD
    many_moods: float = MANY_MOODS
    few_answers: float = FEW_ANSWERS
    half_life_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class VoiceSums:
    """All that is kept of a person's speech.

    `weight` is the speech in seconds, less where it was far from the rest; `mean` [dim] is weighted by it,
    and `scatter` [dim] sums weight times squared distance from `mean`. `moods` sums the model's answers. What
    is forgotten counts in all of these but `segments`.
    """

    segments: int
    seconds: float
    weight: float
    mean: Float64Array
    scatter: Float64Array
    moods: MoodSums = field(default_factory=MoodSums)
    rule: VoiceRule = VoiceRule()

    @property
    def mood_share(self) -> float | None:
        """0 for speech of one mood to 1 for many moods; stretches without an answer count as many."""
        variance, rule = self.moods.variance, self.rule
        if variance is None:
            return None
        told = moods_share(
            variance,
            self.moods.count,
            one_mood=rule.one_mood,
            many_moods=rule.many_moods,
            few_answers=rule.few_answers,
        )
        return 1.0 - self.moods.weight / self.weight * (1.0 - float(told))

    def faded(self, share: float) -> VoiceSums:
        """These, of which only a `share` in 0..1 (0 excluded) still counts."""
        return replace(
            self,
            seconds=self.seconds * share,
            weight=self.weight * share,
            scatter=self.scatter * share,
            moods=self.moods.faded(share) if self.moods.weight else self.moods,
        )

    @property
    def share(self) -> float:
        """How far the person's mean counts in place of the default's, 0..1."""
        return float(mean_share(self.seconds, self.rule.mean_prior_s)) * self.moods_told

    @property
    def moods_told(self) -> float:
        """`mood_share`, and 1 where nobody can tell."""
        moods = self.mood_share
        return 1.0 if moods is None else moods


class VoiceProfile:
    """Running statistics of one person's embeddings by one model: enrolled and saved, or of one session.

    Means are kept and no sound: the words, their order and each single utterance are gone. Methods may be
    called from any thread.

    Parameters
    ----------
    model : VoiceModel
        `EmotionEngine.voice_model` of the engine that makes the embeddings.
    sums : VoiceSums, optional
        What was heard before; nothing by default.
    rule : VoiceRule
        How far what was heard counts; by default nothing is forgotten.

    Attributes
    ----------
    version : int
        Goes up with every change.
    """

    def __init__(
        self, model: VoiceModel, sums: VoiceSums | None = None, rule: VoiceRule = VoiceRule()
    ) -> None:
        self.model = model
        self.version = 0
        self.rule = rule
        self._lock = threading.Lock()
        self._sums = _nothing(model, rule) if sums is None else replace(sums, rule=rule)

    @classmethod
    def build(
        cls,
        model: VoiceModel,
        embeddings: npt.ArrayLike,
        seconds: Iterable[float],
        answers: npt.ArrayLike | None = None,
    ) -> VoiceProfile:
        """The profile of `embeddings` [n, dim], each from so many seconds; `answers` [n, classes]."""
        profile = cls(model)
        points = np.asarray(embeddings)
        told = [None] * len(points) if answers is None else np.asarray(answers, dtype=np.float64)
        for embedding, duration, answer in zip(points, seconds, told, strict=True):
            profile.update(embedding, duration, answer)
        return profile

    @property
    def sums(self) -> VoiceSums:
        return self._sums

    @property
    def seconds(self) -> float:
        """Seconds of speech heard."""
        return self._sums.seconds

    @property
    def segments(self) -> int:
        """Stretches of speech heard."""
        return self._sums.segments

    @property
    def moods(self) -> float | None:
        """0 for speech of one mood, which changes nothing, to 1 for many moods; None if nobody can tell."""
        return self._sums.mood_share

    def update(
        self, embedding: FloatArray | None, seconds: float, answer: npt.ArrayLike | None = None
    ) -> None:
        """Take in one more stretch of speech.

        What is far from any speech (a slammed door) hardly counts. Where nothing is forgotten, the order of
        the stretches makes no difference.

        Parameters
        ----------
        embedding : array [dim]
            `Prediction.embedding` of the stretch; None is what a model without that output gives.
        seconds : float
            How much of it is speech.
        answer : array [classes], optional
            `Prediction.probabilities` of the stretch, by the model without a profile. Stretches without one
            count as speech of many moods, and so does all where there are only two classes.

        Raises
        ------
        VoiceProfileError
            If the embedding is not one of the profile's model.
        ValueError
            For a duration that is not above zero, or an answer that is no probabilities.
        """
        if not (seconds > 0 and math.isfinite(seconds)):
            raise ValueError(f"seconds must be above 0, got {seconds}")
        with np.errstate(over="ignore"):  # what no float32 holds is refused below
            point = np.asarray(() if embedding is None else embedding, dtype=np.float32).astype(np.float64)
        if point.shape != (self.model.dim,) or not np.all(np.isfinite(point)):
            raise VoiceProfileError(
                f"The voice profile takes embeddings of {self.model.dim} numbers by the model "
                f"'{self.model.name}', and was given something else."
            )
        with self._lock:
            old = self._sums
            if self.rule.half_life_s is not None and old.segments:
                old = old.faded(0.5 ** (seconds / self.rule.half_life_s))
            weight = seconds * float(trust(point, self.model.default))
            # West, "Updating mean and variance estimates", CACM 1979: no difference of large sums.
            total = old.weight + weight
            step = point - old.mean
            mean = old.mean + step * (weight / total)
            self._sums = VoiceSums(
                segments=old.segments + 1,
                seconds=old.seconds + seconds,
                weight=total,
                mean=mean,
                scatter=old.scatter + weight * step * (point - mean),
                moods=old.moods if answer is None else old.moods.adding(answer, weight),
                rule=self.rule,
            )
            self.version += 1

    def reset(self, sums: VoiceSums | None = None) -> None:
        """Forget everything, and know `sums` of it instead: by default the next speech is a stranger's."""
        with self._lock:
            nothing = _nothing(self.model, self.rule)
            self._sums = nothing if sums is None else replace(sums, rule=self.rule)
            self.version += 1

    def statistics(self) -> VoiceStatistics:
        """The voice to give to the model: what was heard, blended with the model's default."""
        return blend(self._sums, self.model.default)


def _nothing(model: VoiceModel, rule: VoiceRule) -> VoiceSums:
    return VoiceSums(0, 0.0, 0.0, np.zeros(model.dim), np.zeros(model.dim), rule=rule)


def mean_share(seconds: npt.ArrayLike, prior_s: float = MEAN_PRIOR_S) -> Float64Array:
    """How far [...] the mean of so many `seconds` [...] of speech counts, 0..1.

    Squared, because a few seconds are two or three utterances: their mean misleads more often than it helps.
    """
    own = np.asarray(seconds, dtype=np.float64)
    both = np.hypot(own, prior_s)
    return np.square(np.divide(own, both, out=np.zeros_like(both), where=both > 0))


def trust(embeddings: npt.NDArray[np.floating], default: VoiceStatistics) -> Float64Array:
    """How much [...] each of `embeddings` [..., dim] counts: 1 up to the distance `FAR`, then falling.

    The distance is the root mean square difference to the default voice, in its deviations. The weight is
    that of a redescending M-estimator: Huber, "Robust Statistics", 1981, chapter 4.
    """
    squares: Float64Array = np.mean(
        np.square((embeddings.astype(np.float64) - default.mean) / default.std), axis=-1
    )
    return np.minimum(1.0, FAR**2 / np.maximum(squares, 1e-12))


def blend(sums: VoiceSums, default: VoiceStatistics) -> VoiceStatistics:
    """What was heard and the model's default, as a voice to give to it.

    The person's mean counts by `VoiceSums.share`, the variance by the seconds of speech; of speech in one
    mood neither does, whose variance is too small.
    """
    prior_mean, prior_std = default.mean.astype(np.float64), default.std.astype(np.float64)
    # By seconds and not by weight: where every stretch is far, the microphone is, and a profile helps most.
    seconds = sums.seconds * sums.moods_told
    mean = prior_mean + (sums.mean - prior_mean) * sums.share
    variance = sums.scatter / max(sums.weight, 1e-12)
    prior_s = sums.rule.std_prior_s
    blended = (seconds * variance + prior_s * np.square(prior_std)) / (seconds + prior_s)
    return VoiceStatistics(mean.astype(np.float32), np.sqrt(blended).astype(np.float32))
