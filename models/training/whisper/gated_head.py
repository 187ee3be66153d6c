"""A head for strangers and a head for known voices, and a gate between them that needs no third input.

Without a profile, a linear head must find what is the same in all voices; with one, it may trust differences
to the person's usual voice. No single linear head does both well (docs/recognition.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_profile import VoiceStatistics
from models.architectures.whisper.emotion_model import EmotionModel
from models.architectures.whisper.voice_head import ALWAYS_SPEECH
from models.data.enrolment import People, Voices, draw, estimate_voices, trained_share
from models.evaluation.linear_head import fit_head

SOFTNESS = 0.2  # with less, neutral enrolment costs corpora that need no profile more than a point
STRENGTH = 0.003
NEUTRAL_SHARE = 0.2
GATE_STRENGTH = 1e-3
GATE_BEYOND = 0.01
"""The share of speech, and of noise, that is left beyond the two ends between which the speech gate opens."""
SHORTEST_S, LONGEST_S = 3.0, 240.0
ENROLLED_AS = {"whole": "whole"}
"""The view of the clips that a profile is built from; what is not named here is enrolled trimmed."""


_LAYERS = ("stranger", "known", "speech")
_TENSORS = (
    *("base_mean", "base_std", "softness"),
    *(f"{layer}.{part}" for layer in _LAYERS for part in ("weight", "bias")),
)


@dataclass(frozen=True, slots=True, eq=False)
class GatedHead:
    """`VoiceHead` in numpy: a profile that is the base changes nothing, and one blended with it counts the
    more the more speech it knows. `speech` is the gate of `with_speech_gate`; without one, everything is
    taken for speech.
    """

    base: VoiceStatistics
    stranger: tuple[FloatArray, FloatArray]  # weight [classes, dim], bias [classes]
    known: tuple[FloatArray, FloatArray]
    softness: float
    speech: tuple[FloatArray, float] | None = None  # weight [dim], bias

    @classmethod
    def of(cls, model: EmotionModel) -> GatedHead:
        """The head of a network."""
        head = model.head
        arrays = {name: tensor.detach().cpu().numpy().copy() for name, tensor in head.state_dict().items()}
        return cls.from_arrays({**arrays, "softness": np.array(head.softness)})

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> GatedHead:
        """From the tensors of a `VoiceHead`, by their names there, and its `softness`."""
        x = {name: np.asarray(arrays[name], dtype=np.float32) for name in _TENSORS}
        return cls(
            VoiceStatistics(x["base_mean"], x["base_std"]),
            (x["stranger.weight"], x["stranger.bias"]),
            (x["known.weight"], x["known.bias"]),
            float(x["softness"]),
            (x["speech.weight"][0], float(x["speech.bias"][0])),
        )

    def arrays(self) -> dict[str, FloatArray]:
        """The opposite of `from_arrays`."""
        weight, bias = self.speech or (np.zeros_like(self.base.mean), ALWAYS_SPEECH)
        return {
            "base_mean": self.base.mean,
            "base_std": self.base.std,
            "stranger.weight": self.stranger[0],
            "stranger.bias": self.stranger[1],
            "known.weight": self.known[0],
            "known.bias": self.known[1],
            "speech.weight": weight[None],
            "speech.bias": np.array([bias], dtype=np.float32),
            "softness": np.array(self.softness, dtype=np.float32),
        }

    def put_into(self, model: EmotionModel) -> None:
        """Give a network this head, and its base as the default voice. Its `softness` must be the same."""
        tensors = {name: torch.from_numpy(values) for name, values in self.arrays().items()}
        if not np.isclose(float(tensors.pop("softness")), model.head.softness):
            raise ValueError(f"the network's gate has the softness {model.head.softness}")
        model.head.load_state_dict(tensors)
        with torch.no_grad():
            model.voice_mean.copy_(tensors["base_mean"])
            model.voice_std.copy_(tensors["base_std"])

    def with_known_scaled(self, scale: float) -> GatedHead:
        """The head for known voices more (or less) sure of itself."""
        weight, bias = self.known
        return replace(self, known=(weight * np.float32(scale), bias * np.float32(scale)))

    @property
    def default(self) -> VoiceStatistics:
        return self.base

    def gate(self, means: FloatArray) -> FloatArray:
        """How much the head for known voices counts, for voice means [..., dim]."""
        q = np.mean(np.square((means - self.base.mean) / self.base.std), axis=-1)
        return (q / (q + self.softness)).astype(np.float32)

    def is_speech(self, embeddings: FloatArray) -> FloatArray:
        """0..1 [clips]: how much the embeddings [clips, dim] are taken for speech."""
        if self.speech is None:
            return np.ones(len(embeddings), dtype=np.float32)
        weight, bias = self.speech
        return expit(((embeddings - self.base.mean) / self.base.std) @ weight + bias).astype(np.float32)

    def logits(self, embeddings: FloatArray, voices: Voices | None = None) -> FloatArray:
        """[clips, dim] -> [clips, classes]; each clip with its own voice, or all with the default."""
        weight, bias = self.stranger
        mixed = ((embeddings - self.base.mean) / self.base.std) @ weight.T + bias
        if voices is not None:
            means, stds = voices
            weight, bias = self.known
            familiar = ((embeddings - means) / stds) @ weight.T + bias
            mixed = mixed + self.gate(means)[:, None] * (familiar - mixed)
        answer: FloatArray = (self.is_speech(embeddings)[:, None] * mixed).astype(np.float32)
        return answer


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
        means[rows], stds[rows] = estimate_voices(weights, embeddings[rows], default, share=trained_share)
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


def with_speech_gate(head: GatedHead, speech: FloatArray, noise: FloatArray) -> GatedHead:
    """The head with a gate fitted on embeddings [n, dim] of speech and of noise without speech.

    Where nobody speaks, no emotion is likelier than another.
    """
    x = np.concatenate((speech, noise))
    z = (x - head.base.mean) / head.base.std
    y = np.arange(len(x)) < len(speech)
    regression = LogisticRegression(C=GATE_STRENGTH, class_weight="balanced", max_iter=3000)
    regression.fit(z, y)
    weight = regression.coef_[0].astype(np.float32)
    scores = z @ weight
    # In the middle of the gap, not where the regression has it: speech in noise must not be held back.
    ends = np.quantile(scores[y], GATE_BEYOND), np.quantile(scores[~y], 1 - GATE_BEYOND)
    return replace(head, speech=(weight, -float(np.mean(ends))))
