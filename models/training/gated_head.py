"""A head for strangers and a head for known voices, and a gate between them that needs no third input.

Without a profile, a linear head must find what is the same in all voices; with one, it may trust differences
to the person's usual voice. No single linear head does both well (docs/recognition.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_profile import VoiceStatistics
from models.training.enrolment import People, Voices, draw, estimate_voices
from models.training.head import fit_head

SOFTNESS = 0.2  # with less, neutral enrolment costs corpora that need no profile more than a point
STRENGTH = 0.003
NEUTRAL_SHARE = 0.2
SHORTEST_S, LONGEST_S = 3.0, 240.0
ENROLLED_AS = {"whole": "whole"}
"""The view of the clips that a profile is built from; what is not named here is enrolled trimmed."""


@dataclass(frozen=True, slots=True, eq=False)
class GatedHead:
    """logits = (1 - g) * stranger((e - base.mean) / base.std) + g * known((e - voice.mean) / voice.std)

    with g = q / (q + softness) and q the mean square of (voice.mean - base.mean) / base.std: a profile that
    is the default changes nothing, and one blended with it counts the more the more speech it knows.
    """

    base: VoiceStatistics
    stranger: tuple[FloatArray, FloatArray]  # weight [classes, dim], bias [classes]
    known: tuple[FloatArray, FloatArray]
    softness: float

    @property
    def default(self) -> VoiceStatistics:
        return self.base

    def gate(self, means: FloatArray) -> FloatArray:
        """How much the head for known voices counts, for voice means [..., dim]."""
        q = np.mean(np.square((means - self.base.mean) / self.base.std), axis=-1)
        return (q / (q + self.softness)).astype(np.float32)

    def logits(self, embeddings: FloatArray, voices: Voices | None = None) -> FloatArray:
        """[clips, dim] -> [clips, classes]; each clip with its own voice, or all with the default."""
        weight, bias = self.stranger
        strange = ((embeddings - self.base.mean) / self.base.std) @ weight.T + bias
        if voices is None:
            return strange.astype(np.float32)
        means, stds = voices
        weight, bias = self.known
        familiar = ((embeddings - means) / stds) @ weight.T + bias
        gate = self.gate(means)[:, None]
        mixed: FloatArray = ((1 - gate) * strange + gate * familiar).astype(np.float32)
        return mixed


def within_speakers(embeddings: FloatArray, people: People) -> VoiceStatistics:
    """The mean over all clips, and the deviation of a clip from its own speaker's mean: [dim] each."""
    centred = np.empty_like(embeddings)
    for rows in people.rows_of_each():
        centred[rows] = embeddings[rows] - np.average(embeddings[rows], axis=0, weights=people.seconds[rows])
    return VoiceStatistics(embeddings.mean(axis=0), centred.std(axis=0) + np.float32(1e-6))


def random_voices(
    embeddings: FloatArray,
    people: People,
    default: VoiceStatistics,
    rng: np.random.Generator,
    *,
    neutral: int | None,
    neutral_share: float = NEUTRAL_SHARE,
) -> Voices:
    """For each clip a profile as it may be met: some seconds to some minutes of its speaker's other clips.

    For a share of them only clips of the class `neutral` are drawn: people enrol by reading something.
    """
    means, stds = np.empty_like(embeddings), np.empty_like(embeddings)
    for rows in people.rows_of_each():
        seconds = people.seconds[rows]
        at_most = np.exp(rng.uniform(np.log(SHORTEST_S), np.log(LONGEST_S), len(rows)))
        weights = draw(seconds, at_most, rng)
        if neutral is not None:
            calm = draw(seconds, at_most, rng, people.targets[rows] == neutral)
            use = (rng.random(len(rows)) < neutral_share) & (calm.sum(axis=1) > 0)
            weights[use] = calm[use]
        means[rows], stds[rows] = estimate_voices(weights, embeddings[rows], default)
    return means, stds


def fit_gated_head(
    views: Mapping[str, FloatArray],
    people: People,
    classes: int,
    neutral: int | None = 0,
    *,
    strength: float = STRENGTH,
    softness: float = SOFTNESS,
    neutral_share: float = NEUTRAL_SHARE,
    seed: int = 0,
) -> GatedHead:
    """Fit both heads.

    Parameters
    ----------
    views : mapping to float32 [clips, dim]
        The same clips, cut in several ways; ``trimmed`` must be among them.
    people : People
        Of the same clips.
    neutral : int, optional
        The class that many an enrolment consists of.
    strength : float
        See `fit_head`.
    """
    base = within_speakers(views["trimmed"], people)
    targets, corpora = people.targets, people.corpora
    rng = np.random.default_rng(seed)
    plain, profiled = [], []
    for name, embeddings in views.items():
        enrolled = views[ENROLLED_AS.get(name, "trimmed")]
        means, stds = random_voices(enrolled, people, base, rng, neutral=neutral, neutral_share=neutral_share)
        plain.append(((embeddings - base.mean) / base.std).astype(np.float32))
        profiled.append(((embeddings - means) / stds).astype(np.float32))
    return GatedHead(
        base,
        _unscaled(plain, targets, corpora, strength, classes),
        _unscaled(profiled, targets, corpora, strength, classes),
        softness,
    )


def _unscaled(
    parts: list[FloatArray],
    targets: npt.NDArray[np.int64],
    corpora: npt.NDArray[np.str_],
    strength: float,
    classes: int,
) -> tuple[FloatArray, FloatArray]:
    head = fit_head(parts, targets, corpora, strength, classes)
    weight: FloatArray = head.weight / head.std
    return weight, (head.bias - weight @ head.mean).astype(np.float32)
