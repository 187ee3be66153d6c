"""What was said in an utterance, word by word, and the events of a live run that tell it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from desktop_app.core.label_set import LabelSet


LEAST_SURE: Final = 0.5
"""Mean probability of its words below which a text is not judged: it is more likely misheard than not."""


@dataclass(frozen=True, slots=True)
class WrittenBy:
    """The model that wrote down what was said: its name, and the SHA-256 of its weights if that is known."""

    name: str
    sha256: str = ""

    def data(self) -> dict[str, str]:
        """As the JSON values of a report."""
        sha256 = {"words_model_sha256": self.sha256} if self.sha256 else {}
        return {"words_model": self.name, **sha256}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it was said, in seconds, and how likely the model holds it, 0 to 1."""

    word: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class TextEmotion:
    """How likely each emotion is by what was said, whatever the voice.

    Attributes
    ----------
    labels : tuple of str
        Of the text model, in its order.
    probabilities : tuple of float
        One for each label; they add up to 1.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]

    @property
    def label(self) -> str:
        """The most likely one."""
        return self.labels[max(range(len(self.labels)), key=self.probabilities.__getitem__)]

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        rounded = (round(value, 6) for value in self.probabilities)
        return {"label": self.label, "probabilities": dict(zip(self.labels, rounded, strict=True))}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> TextEmotion:
        """From what `data` gives."""
        return cls(tuple(data["probabilities"]), tuple(data["probabilities"].values()))


@dataclass(frozen=True, slots=True)
class FusedEmotion:
    """The answer of voice and words together.

    Attributes
    ----------
    labels : tuple of str
        Of the voice's model.
    probabilities : tuple of float
        In their order, of sum 1.
    abstain_below : float
        The probability from which on an answer among these labels counts, as of the voice alone.
    short : bool
        There was too little speech to judge by the voice.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    abstain_below: float = 0.0
    short: bool = False

    @property
    def label(self) -> str:
        """The most likely one."""
        return self.labels[max(range(len(self.labels)), key=self.probabilities.__getitem__)]

    @property
    def confidence(self) -> float:
        return max(self.probabilities)

    @property
    def uncertain(self) -> bool:
        """It does not count, by the rule for the voice alone."""
        return self.short or self.confidence < self.abstain_below

    def as_mapping(self) -> dict[str, float]:
        """Each label's probability."""
        return dict(zip(self.labels, self.probabilities, strict=True))

    def among(self, label_set: LabelSet) -> FusedEmotion:
        """The same divided among the labels that are allowed. ValueError: it is of other labels."""
        if self.labels != label_set.model_labels:
            raise ValueError(f"an answer among {self.labels}, and not {label_set.model_labels}")
        shares = label_set.divide(np.asarray(self.probabilities, dtype=np.float64))
        threshold = label_set.threshold(self.abstain_below)
        return FusedEmotion(label_set.labels, tuple(shares.tolist()), threshold, self.short)

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        rounded = (round(value, 6) for value in self.probabilities)
        return {
            "label": self.label,
            "uncertain": self.uncertain,
            "probabilities": dict(zip(self.labels, rounded, strict=True)),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any], abstain_below: float, *, short: bool) -> FusedEmotion:
        """From what `data` gives, with the rule by which it was uncertain."""
        return cls(
            tuple(data["probabilities"]), tuple(data["probabilities"].values()), abstain_below, short=short
        )


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in one utterance; without any text where no words were found.

    Attributes
    ----------
    text : str
    language : str
        Its code, such as ``en``; empty without text.
    language_probability : float, optional
        0 to 1; None without text, and from a model that knows one language only.
    words : tuple of Word
        In the order of time.
    emotion : TextEmotion, optional
        By the words; None without a text model, without text, for a language that the model does not
        know, and where the text is `doubtful`.
    """

    text: str = ""
    language: str = ""
    language_probability: float | None = None
    words: tuple[Word, ...] = ()
    emotion: TextEmotion | None = None

    @property
    def doubtful(self) -> bool:
        """Its words are probably misheard: on the mean they are less likely than `LEAST_SURE`."""
        sure = sum(word.probability for word in self.words)
        return bool(self.words) and sure < LEAST_SURE * len(self.words)

    def later(self, seconds: float) -> Transcript:
        """The same with every time moved by `seconds`: from an utterance's own to its recording's."""
        moved = (
            replace(word, start_s=word.start_s + seconds, end_s=word.end_s + seconds) for word in self.words
        )
        return replace(self, words=tuple(moved))

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "text": self.text,
            "language": self.language or None,
            "language_probability": _rounded(self.language_probability, 4),
            "words": [
                {
                    "word": word.word,
                    "start_s": _rounded(word.start_s, 3),
                    "end_s": _rounded(word.end_s, 3),
                    "probability": _rounded(word.probability, 4),
                }
                for word in self.words
            ],
            **({} if self.emotion is None else {"emotion": self.emotion.data()}),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Transcript:
        """From what `data` gives."""
        words = tuple(Word(**word) for word in data["words"])
        emotion = TextEmotion.of(data["emotion"]) if data.get("emotion") else None
        return cls(data["text"], data["language"] or "", data["language_probability"], words, emotion)


NOTHING_SAID = Transcript()


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


# --- events of a live run; `wall_clock` as in `types` -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class WordsHeard:
    """What was said in a segment, some time after its final result, and what voice and words say together."""

    segment: int
    start_s: float
    end_s: float
    transcript: Transcript
    wall_clock: float = field(default_factory=time.time, compare=False)
    fused: FusedEmotion | None = None


class WordsLossReason(StrEnum):
    """Why nobody wrote down what was said in a segment."""

    OVERLOAD = "overload"  # too many waited
    FAILED = "failed"  # the process that writes down gave no answer
    STOPPED = "stopped"  # the run's end could not wait for it


@dataclass(frozen=True, slots=True)
class WordsLost:
    """A segment whose words were not written down."""

    segment: int
    start_s: float
    end_s: float
    reason: WordsLossReason
    wall_clock: float = field(default_factory=time.time, compare=False)
