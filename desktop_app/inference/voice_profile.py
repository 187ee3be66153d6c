"""A person's voice as a model hears it, learnt from speech alone: no labels, no sound kept.

What a stranger's voice and microphone do to an embedding is mostly a shift. `VoiceProfile` estimates it as
the mean embedding of the person's speech, blended with the model's default by how much speech there is.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import EmoscopeError, FloatArray

# Chosen with `emoscope-models profile-curve --candidates`, on inner folds of training speakers.
MEAN_PRIOR_S: Final = 9.0  # seconds of speech that the default's mean counts for
STD_PRIOR_S: Final = 30.0  # the same for its deviation, which takes more speech to know
FAR: Final = 2.0  # root mean square distance, in deviations, from which a stretch of speech counts less

Float64Array = npt.NDArray[np.float64]


class VoiceProfileError(EmoscopeError):
    """A voice profile that cannot be made, read, written or used."""


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


@dataclass(frozen=True, slots=True, eq=False)
class VoiceSums:
    """All that is kept of a person's speech.

    `weight` is the speech in seconds, less where it was far from the rest; `mean` [dim] is weighted by it,
    and `scatter` [dim] sums weight times squared distance from `mean`.
    """

    segments: int
    seconds: float
    weight: float
    mean: Float64Array
    scatter: Float64Array


class VoiceProfile:
    """Running statistics of one person's embeddings by one model.

    Two vectors are kept and no sound: the words, their order and each single utterance are gone. Methods may
    be called from any thread.

    Parameters
    ----------
    model : VoiceModel
        `EmotionEngine.voice_model` of the engine that makes the embeddings.
    sums : VoiceSums, optional
        What was heard before; nothing by default.
    """

    def __init__(self, model: VoiceModel, sums: VoiceSums | None = None) -> None:
        self.model = model
        self._lock = threading.Lock()
        self._sums = sums or VoiceSums(0, 0.0, 0.0, np.zeros(model.dim), np.zeros(model.dim))

    @classmethod
    def build(cls, model: VoiceModel, embeddings: npt.ArrayLike, seconds: Iterable[float]) -> VoiceProfile:
        """The profile of `embeddings` [n, dim], each from so many seconds of speech."""
        profile = cls(model)
        for embedding, duration in zip(np.asarray(embeddings), seconds, strict=True):
            profile.update(embedding, duration)
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

    def update(self, embedding: FloatArray | None, seconds: float) -> None:
        """Take in one more stretch of speech.

        What is far from any speech (a slammed door) hardly counts. In which order stretches come makes no
        difference.

        Parameters
        ----------
        embedding : array [dim]
            `Prediction.embedding` of the stretch; None is what a model without that output gives.
        seconds : float
            How much of it is speech.

        Raises
        ------
        VoiceProfileError
            If the embedding is not one of the profile's model.
        ValueError
            For a duration that is not above zero.
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
            )

    def statistics(self) -> VoiceStatistics:
        """The voice to give to the model: what was heard, blended with the model's default."""
        return _blend(self._sums, self.model.default)


def trust(embeddings: npt.NDArray[np.floating], default: VoiceStatistics) -> Float64Array:
    """How much [...] each of `embeddings` [..., dim] counts: 1 up to the distance `FAR`, then falling.

    The distance is the root mean square difference to the default voice, in its deviations. The weight is
    that of a redescending M-estimator: Huber, "Robust Statistics", 1981, chapter 4.
    """
    squares: Float64Array = np.mean(
        np.square((embeddings.astype(np.float64) - default.mean) / default.std), axis=-1
    )
    return np.minimum(1.0, FAR**2 / np.maximum(squares, 1e-12))


def _blend(sums: VoiceSums, default: VoiceStatistics) -> VoiceStatistics:
    """The default's mean and variance weigh as much as their prior seconds of speech."""
    prior_mean, prior_std = default.mean.astype(np.float64), default.std.astype(np.float64)
    # By seconds and not by weight: where every stretch is far, the microphone is, and a profile helps most.
    seconds = sums.seconds
    mean = prior_mean + (sums.mean - prior_mean) * (seconds / (seconds + MEAN_PRIOR_S))
    variance = sums.scatter / max(sums.weight, 1e-12)
    blended = (seconds * variance + STD_PRIOR_S * np.square(prior_std)) / (seconds + STD_PRIOR_S)
    return VoiceStatistics(mean.astype(np.float32), np.sqrt(blended).astype(np.float32))
