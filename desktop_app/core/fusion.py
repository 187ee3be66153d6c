"""Voice and words as one answer: late fusion, with weights for each emotion.

For emotion k of the voice's model, with its probability p by the voice and q by the words:

    logit_k = voice_k * log p_k + words_k * log(q_k / chance_k) + bias_k

The fused probabilities are the softmax of these. ``chance_k`` is what a text model that knows nothing gives:
such words change no logit. An emotion that the text model lacks is carried by the voice alone, and where
nothing is said the answer is the voice's. With the weights 1, 0 and 0 it is so, too. Late fusion of two
classifiers: Kittler et al., "On Combining Classifiers", IEEE PAMI 20(3), 1998 (the product rule, weighted).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from desktop_app.core.emotion_names import GOEMOTIONS
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.palette import canonical
from desktop_app.core.transcript import FusedEmotion, TextEmotion, Transcript
from desktop_app.core.types import Prediction

Probabilities = npt.NDArray[np.float64]
Fuse: TypeAlias = Callable[[Prediction, Transcript | None], FusedEmotion | None]
"""Makes one answer of the voice's and of what was said, as `Fusion.answer` does with a threshold."""

_LEAST_VOICE: Final = 1e-12
_LEAST_WORDS: Final = 1e-3
"""Text models are often far too sure; less than this is not believed, or one word would forbid an answer."""
SURE_WORDS: Final = 0.6
"""Probability from which on words are sure enough to contradict a voice."""
_NO_EMOTION: Final = {"neutral", "calm"}


class FusionError(EmoscopeError):
    """A fusion file that cannot be used."""

    default_code = "fusion"


@dataclass(frozen=True, slots=True)
class FusedModel:
    """One of the two models: its name, the SHA-256 of its file, and its labels in their order."""

    name: str
    sha256: str
    labels: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {"name": self.name, "sha256": self.sha256, "labels": list(self.labels)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> FusedModel:
        """From what `data` gives."""
        return cls(data["name"], data["sha256"], tuple(data["labels"]))


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one emotion: what the voice counts, what the words count, and what is added to the logit."""

    voice: float = 1.0
    words: float = 0.0
    bias: float = 0.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights for the answers of two models.

    Attributes
    ----------
    voice, text : FusedModel
        The models that the weights were fitted with.
    weights : tuple of Weights
        For each label of the voice's model.
    fitted : mapping
        How they were fitted and what came of it, as JSON values: for people, nothing depends on it.

    Raises
    ------
    ValueError
        There is not one weight for each label, or one is not finite.
    """

    voice: FusedModel
    text: FusedModel
    weights: tuple[Weights, ...]
    fitted: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.voice.labels):
            raise ValueError("one weight for each label of the voice")
        if not np.isfinite([[one.voice, one.words, one.bias] for one in self.weights]).all():
            raise ValueError("weights are finite numbers")

    def check(self, voice: FusedModel, text: FusedModel) -> None:
        """Raise FusionError (`fusion.labels`, `fusion.model`) unless it was made with these two models."""
        for kind, mine, opened in (
            ("model of the voice", self.voice, voice),
            ("text model", self.text, text),
        ):
            if mine.labels != opened.labels:
                raise FusionError(
                    f"The fusion was made for a {kind} with the labels {_listed(mine.labels)}, and "
                    f"'{opened.name}' has {_listed(opened.labels)}.",
                    _AGAIN,
                    code="fusion.labels",
                    fields={"model": opened.name},
                )
            if mine.sha256 != opened.sha256:
                made = f"the {kind} '{mine.name}', not with '{opened.name}'"
                if mine.name == opened.name:
                    made = f"another version of the {kind} '{mine.name}'"
                raise FusionError(
                    f"The fusion was made with {made}.",
                    _AGAIN,
                    code="fusion.model",
                    fields={"model": opened.name},
                )

    def combine(self, voice: Sequence[float], text: Sequence[float] | None) -> tuple[float, ...]:
        """Probabilities of the voice's labels, from those of both models; without `text` the voice's own."""
        if text is None:
            return tuple(voice)
        both = combined(
            np.asarray([voice], dtype=np.float64),
            evidence(np.asarray([text], dtype=np.float64), self.voice.labels, self.text.labels),
            np.array([[one.voice, one.words, one.bias] for one in self.weights]).T,
        )
        return tuple(both[0].tolist())

    def answer(
        self, prediction: Prediction, transcript: Transcript | None, abstain_below: float
    ) -> FusedEmotion | None:
        """What voice and words say together; where nothing was said, what the voice says.

        It is uncertain by the rule of the voice's model: below the probability `abstain_below`, and after too
        little speech.

        None where there is no answer of the voice (nobody speaks), nobody asked for words, or one of the
        answers is another model's, whose labels are not these.
        """
        if transcript is None or prediction.not_a_voice or prediction.labels != self.voice.labels:
            return None
        text = transcript.emotion
        if text is not None and text.labels != self.text.labels:
            return None
        said = None if text is None else text.probabilities
        both = self.combine(prediction.probabilities, said)
        return FusedEmotion(prediction.labels, both, abstain_below, prediction.short_or_silent)


def fusion_data(path: str, sha256: str) -> dict[str, str]:
    """What a session keeps of the file: its name, without its folder, and its SHA-256."""
    return {"path": PurePath(path).name, "sha256": sha256}


def shared_labels(voice: Sequence[str], text: Sequence[str]) -> list[list[int]]:
    """For each label of the voice the text model's labels that mean it, by name: `joy` is `happy`.

    Several may (`joy`, `gratitude`): their probabilities are added. None: the voice alone tells it.
    """
    return [
        [
            number
            for number, other in enumerate(text)
            if other == label or (_meaning(other) == canonical(label) and other not in voice)
        ]
        for label in voice
    ]


def evidence(text: Probabilities, voice_labels: Sequence[str], text_labels: Sequence[str]) -> Probabilities:
    """What words tell [n, voice's labels], from the text model's probabilities [n, text model's labels].

    It is log(q / chance): 0 for what is as likely as by chance, and for emotions the text model lacks.
    """
    out = np.zeros((len(text), len(voice_labels)))
    for column, numbers in enumerate(shared_labels(voice_labels, text_labels)):
        if numbers:
            chance = len(numbers) / len(text_labels)
            out[:, column] = np.log(np.maximum(text[:, numbers].sum(axis=1), _LEAST_WORDS) / chance)
    return out


def combined(voice: Probabilities, words: Probabilities, weights: Probabilities) -> Probabilities:
    """Fused probabilities [n, labels].

    Parameters
    ----------
    voice : float64 [n, labels]
        Probabilities by the voice.
    words : float64 [n, labels]
        `evidence` of the words.
    weights : float64 [3, labels]
        Rows for the voice, the words and the bias.
    """
    logits = weights[0] * np.log(np.maximum(voice, _LEAST_VOICE)) + weights[1] * words + weights[2]
    logits -= logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    out: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return out


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Words of one emotion in a voice of another: the voice's label for each, with its probability."""

    words: str
    words_confidence: float
    voice: str
    voice_confidence: float


def by_words(text: TextEmotion, labels: Sequence[str]) -> tuple[tuple[float | None, ...], int | None]:
    """What words say in the voice's words.

    Returns
    -------
    shares : tuple of float or None
        For each of the voice's labels; None for an emotion that the text model lacks.
    likeliest : int or None
        Index of the likeliest; None where the words say something else, which the voice cannot tell.
    """
    places = shared_labels(labels, text.labels)
    shares = tuple(sum(text.probabilities[k] for k in known) if known else None for known in places)
    counted = {k for known in places for k in known}
    others = [share for k, share in enumerate(text.probabilities) if k not in counted]
    known_shares = [(share, row) for row, share in enumerate(shares) if share is not None]
    share, likeliest = max(known_shares, default=(0.0, -1))
    return shares, None if share <= max(others, default=0.0) else likeliest


def contradiction(prediction: Prediction, text: TextEmotion | None) -> Contradiction | None:
    """Where voice and words contradict one another; None where they do not, or one of them is not sure.

    Both must tell an emotion: neutral words in an angry voice, or kind ones in a calm voice, contradict
    nothing; nor does what the other model could not have told. The voice is sure where its answer is not
    uncertain, words are from `SURE_WORDS` on.
    """
    if text is None or prediction.uncertain or prediction.not_a_voice or not prediction.labels:
        return None
    labels = prediction.labels
    shares, likeliest = by_words(text, labels)
    if likeliest is None or shares[labels.index(prediction.label)] is None:
        return None
    told, share = labels[likeliest], shares[likeliest] or 0.0
    names = {canonical(told), canonical(prediction.label)}
    if share < SURE_WORDS or len(names) < 2 or names & _NO_EMOTION:
        return None
    return Contradiction(told, share, prediction.label, prediction.confidence)


def _meaning(label: str) -> str:
    """The emotion that a text model's label means; those of GoEmotions as its authors group them."""
    return GOEMOTIONS.get(label.strip().lower()) or canonical(label)


_AGAIN: Final = "Make one for these two: emoscope-models fuse"


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels) or "none"
