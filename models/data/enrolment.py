"""Which clips of a person a voice profile is built from, drawn at random, and the profile that they give.

The profile is the analyzer's own estimate (`desktop_app/inference/voice_profile.py`), for many draws at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_moods import centred, moods_share
from desktop_app.inference.voice_profile import STD_PRIOR_S, VoiceStatistics, mean_share, trust
from models.corpora.base import SAMPLE_RATE, Clip, read_waveform
from models.corpora.views import speech_bounds

Weights = npt.NDArray[np.float64]
"""[judged clips, enrolment clips]: seconds of speech by which each clip counts for each profile."""

Voices = tuple[FloatArray, FloatArray]
"""Mean and deviation [clips, dim] to give to a model with each clip."""

Share = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
"""Seconds of speech [...] -> how far their mean counts [...], 0..1."""

TRAINED_PRIOR_S = 9.0
"""Training meets voices that count by any share. What ships was trained with this simpler curve."""


def trained_share(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far a voice's mean counts in training."""
    return seconds / (seconds + TRAINED_PRIOR_S)


def speech_seconds(clips: Sequence[Clip]) -> npt.NDArray[np.float64]:
    """Seconds of speech in each clip, as the analyzer's segmenter would count them."""
    bounds = (speech_bounds(read_waveform(clip.path), SAMPLE_RATE, 0.0) for clip in clips)
    return np.array([(end - start) / SAMPLE_RATE for start, end in bounds])


@dataclass(frozen=True, slots=True)
class People:
    """What is known of clips beside their embeddings: all arrays are [clips]."""

    targets: npt.NDArray[np.int64]
    speakers: npt.NDArray[np.str_]
    corpora: npt.NDArray[np.str_]
    seconds: npt.NDArray[np.float64]  # of speech

    def pick(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> People:
        """The clips that `rows` marks or counts up."""
        return People(self.targets[rows], self.speakers[rows], self.corpora[rows], self.seconds[rows])

    def rows_of_each(self) -> list[npt.NDArray[np.int64]]:
        """The clips of each speaker."""
        return [np.flatnonzero(self.speakers == speaker) for speaker in np.unique(self.speakers)]


def draw(
    seconds: npt.NDArray[np.float64],
    at_most: npt.NDArray[np.float64] | float,
    rng: np.random.Generator,
    allowed: npt.NDArray[np.bool_] | None = None,
    *,
    own_clip: bool = False,
) -> Weights:
    """For each clip [n] of one speaker, clips of the same speaker drawn up to `at_most` seconds of speech.

    At least one is drawn where one is `allowed` [n]; the judged clip itself never is, unless `own_clip`.
    """
    count = len(seconds)
    keys = rng.random((count, count))
    if allowed is not None:
        keys[:, ~allowed] = np.inf
    if not own_clip:
        np.fill_diagonal(keys, np.inf)
    order = np.argsort(keys, axis=1)
    lengths = seconds[order] * np.isfinite(np.take_along_axis(keys, order, axis=1))
    taken = (np.cumsum(lengths, axis=1) <= np.reshape(at_most, (-1, 1))) | (np.arange(count) == 0)
    weights = np.zeros((count, count))
    np.put_along_axis(weights, order, lengths * taken, axis=1)
    return weights


def moods_shares(
    shares: npt.NDArray[np.float64], answers: npt.NDArray[np.floating]
) -> npt.NDArray[np.float64]:
    """`VoiceProfile.moods` for answers [n, classes] that count by `shares` [profiles, n], which sum to 1."""
    points = centred(answers)
    variance = (shares @ np.square(points) - np.square(shares @ points)).sum(axis=1)
    return moods_share(np.maximum(variance, 0.0), (shares > 0).sum(axis=1))


def estimate_voices(
    weights: Weights,
    embeddings: FloatArray,
    default: VoiceStatistics,
    *,
    answers: npt.NDArray[np.floating] | None = None,
    share: Share = mean_share,
    std_prior_s: float | None = STD_PRIOR_S,
) -> Voices:
    """What `VoiceProfile.build` gives for each row of `weights`.

    `answers` are the probabilities [enrolment clips, classes] without a profile; without them all moods count
    as heard. `share` tells how far the mean of so many seconds counts. No `std_prior_s`: the default
    deviation.
    """
    total = weights.sum(axis=1, keepdims=True)
    weights = weights * trust(embeddings, default)
    exact = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    shares = exact.astype(np.float32)
    offsets = embeddings - default.mean  # small numbers: single precision is enough for their squares
    shift = shares @ offsets
    moods = 1.0 if answers is None else moods_shares(exact, answers)[:, None]
    mean = default.mean + shift * (share(total) * moods).astype(np.float32)
    if std_prior_s is None:
        return mean, np.broadcast_to(default.std, mean.shape)
    variance = np.maximum(shares @ np.square(offsets) - np.square(shift), 0.0)
    known = total * moods
    blended = (known * variance + std_prior_s * np.square(default.std)) / (known + std_prior_s)
    return mean, np.sqrt(blended).astype(np.float32)
