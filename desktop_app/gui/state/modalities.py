"""What voice and words of an utterance say, and both together, side by side. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_app.core.fusion import by_words, contradiction
from desktop_app.core.language import mark, tr
from desktop_app.core.transcript import FusedEmotion, Transcript
from desktop_app.core.types import Prediction
from desktop_app.gui.state.words import named, percent

DISAGREE: Final = mark("Words and voice disagree")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that contradict each other: its emotion, and a text with its share and one without."""

    label: str
    text: str
    brief: str


@dataclass(frozen=True, slots=True)
class Modalities:
    """Probabilities in the order of the voice's labels.

    Attributes
    ----------
    words : tuple of float or None
        By the words; None for an emotion that the text model does not know.
    words_say : int or None
        Index of what is likeliest by the words; None where the voice does not know that.
    both : tuple of float, optional
        None without a fusion.
    doubtful, both_doubtful : bool
        The voice is uncertain, and both together are.
    disagreement : (Side, Side), optional
        Where they contradict one another, what the words and what the voice says.
    remark : str
        What else is to be said about the words; empty if nothing is.
    """

    labels: tuple[str, ...]
    voice: tuple[float, ...]
    words: tuple[float | None, ...]
    words_say: int | None
    both: tuple[float, ...] | None
    doubtful: bool
    disagreement: tuple[Side, Side] | None = None
    remark: str = ""
    both_doubtful: bool = False


def disagreement(prediction: Prediction, transcript: Transcript | None) -> tuple[str, str] | None:
    """Where words and voice disagree, the label of each."""
    found = contradiction(prediction, None if transcript is None else transcript.emotion)
    return None if found is None else (found.words, found.voice)


def modalities_of(
    prediction: Prediction, transcript: Transcript | None, fused: FusedEmotion | None
) -> Modalities | None:
    """None where no words tell an emotion, and for a model of dimensions."""
    text = None if transcript is None else transcript.emotion
    if text is None or prediction.not_a_voice or not prediction.labels:
        return None
    words, at = by_words(text, prediction.labels)
    both = None if fused is None or fused.labels != prediction.labels else fused.probabilities
    sides, remark = None, ""
    if at is None:
        told = f"{named(text.label)} {percent(max(text.probabilities))}"
        remark = tr("The words say {words}, which the voice cannot tell.").format(words=told)
    found = contradiction(prediction, text)
    if found is not None:
        sides = (
            _side(tr("Words: {emotion}"), found.words, found.words_confidence),
            _side(tr("Voice: {emotion}"), found.voice, found.voice_confidence),
        )
    return Modalities(
        prediction.labels,
        prediction.probabilities,
        words,
        at,
        both,
        prediction.uncertain,
        sides,
        remark,
        both is not None and fused is not None and fused.uncertain,
    )


def _side(sentence: str, label: str, share: float) -> Side:
    emotion = named(label)
    return Side(
        label, sentence.format(emotion=f"{emotion} {percent(share)}"), sentence.format(emotion=emotion)
    )
