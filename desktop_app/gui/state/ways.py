"""What voice and words of an utterance say, and both together, side by side. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.fusion import contradiction, shared_labels
from desktop_app.core.language import tr
from desktop_app.core.transcript import FusedEmotion, Transcript
from desktop_app.core.types import Prediction
from desktop_app.gui.state.timeline_data import percent
from desktop_app.gui.state.words import named


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that contradict each other: its emotion, and a text with its share and one without."""

    label: str
    text: str
    brief: str


@dataclass(frozen=True, slots=True)
class Ways:
    """Probabilities in the order of the voice's labels.

    Attributes
    ----------
    words : tuple of float or None
        By the words; None for an emotion that the text model does not know.
    words_say : int or None
        Index of what is likeliest by the words; None where the voice does not know that.
    both : tuple of float, optional
        None without a fusion.
    doubtful : bool
        The voice is uncertain.
    apart : (Side, Side), optional
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
    apart: tuple[Side, Side] | None = None
    remark: str = ""


def ways_of(prediction: Prediction, transcript: Transcript | None, fused: FusedEmotion | None) -> Ways | None:
    """None where no words tell an emotion, and for a model of dimensions."""
    text = None if transcript is None else transcript.emotion
    if text is None or prediction.not_a_voice or not prediction.labels:
        return None
    places = shared_labels(prediction.labels, text.labels)
    words = tuple(sum(text.probabilities[place] for place in known) if known else None for known in places)
    both = None if fused is None or fused.labels != prediction.labels else fused.probabilities
    best = text.labels.index(text.label)
    at = next((row for row, known in enumerate(places) if best in known), None)
    apart, remark = None, ""
    if at is None:
        by_words = f"{named(text.label)} {percent(text.probabilities[best])}"
        remark = tr("The words say {words}, which the voice cannot tell.").format(words=by_words)
    found = contradiction(prediction, text)
    if found is not None:
        label = found.words if at is None else prediction.labels[at]
        share = (None if at is None else words[at]) or found.words_confidence
        apart = (
            _side(tr("Words: {emotion}"), label, share),
            _side(tr("Voice: {emotion}"), found.voice, found.voice_confidence),
        )
    return Ways(
        prediction.labels,
        prediction.probabilities,
        words,
        at,
        both,
        prediction.uncertain,
        apart,
        remark,
    )


def _side(sentence: str, label: str, share: float) -> Side:
    emotion = named(label)
    return Side(
        label, sentence.format(emotion=f"{emotion} {percent(share)}"), sentence.format(emotion=emotion)
    )
