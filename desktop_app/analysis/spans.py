"""The stretches of a recording as they are shown: the model's answers, and what a person says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop_app.core.dimensions import in_numbers
from desktop_app.core.doubt import NOT_A_VOICE, words_of
from desktop_app.core.types import Cause

UNCERTAIN = "uncertain"


class Kind(StrEnum):
    """What stands for a stretch of sound."""

    LABEL = "label"  # an answer, or what a person says
    POINT = "point"  # values of dimensions
    UNCERTAIN = "uncertain"
    NOT_A_VOICE = "not_a_voice"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a recording.

    Attributes
    ----------
    kind : Kind
    label : str
        What is shown: the corrected label, or the likeliest one, also where it is uncertain. Empty where
        nobody speaks, for a stretch of which there is only a note, and for values of dimensions.
    corrected : bool
        The label is a person's.
    confidence : float or None
        The model's, of its own label; None where nobody speaks, the model was not asked, or has no labels.
    because : str
        Why it is uncertain, in words.
    model_label : str
        What the model holds likeliest; empty where it was not asked, or nobody speaks.
    probabilities : mapping
        The model's, by label; empty where it was not asked.
    values : mapping
        The model's, by dimension; empty where nobody speaks and for a model of classes.
    judged : bool
        The model judged it: it is a segment.
    transcript : mapping, optional
        What was said, as `Transcript.data` gives it; None where nobody asked.
    """

    start_s: float
    end_s: float
    kind: Kind
    label: str
    corrected: bool = False
    confidence: float | None = None
    because: str = ""
    note: str = ""
    speaker: str = ""
    model_label: str = ""
    probabilities: Mapping[str, float] = field(default_factory=dict)
    judged: bool = True
    values: Mapping[str, float] = field(default_factory=dict)
    transcript: Mapping[str, Any] | None = None

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def text(self) -> str:
        """What was said; empty where nobody asked, or no words were found."""
        return "" if self.transcript is None else str(self.transcript["text"])

    @property
    def text_emotion(self) -> tuple[str, float] | None:
        """The emotion that the words tell, and how likely it is; None without a text model."""
        emotion = None if self.transcript is None else self.transcript.get("emotion")
        return None if not emotion else (emotion["label"], emotion["probabilities"][emotion["label"]])

    @property
    def shown(self) -> str:
        """The label, values, ``uncertain`` or ``not a voice``; empty for a note alone."""
        if self.kind is Kind.NOT_A_VOICE:
            return NOT_A_VOICE
        if self.kind is Kind.POINT:
            return self.numbers
        return UNCERTAIN if self.kind is Kind.UNCERTAIN else self.label

    @property
    def numbers(self) -> str:
        """The values of dimensions, such as ``arousal 0.62, valence 0.41``; empty if there are none."""
        return in_numbers(tuple(self.values), tuple(self.values.values()))


def spans_of(file: Mapping[str, Any]) -> list[Span]:
    """The stretches of a recording in the order of time.

    Parameters
    ----------
    file : mapping
        As `report.file_data` gives it. Corrections that hold for no segment are stretches of their own.
    """
    found = [_of_segment(segment) for segment in file["segments"]]
    found += [_of_record(record) for record in file["corrections"] if not record["segments"]]
    return sorted(found, key=lambda span: (span.start_s, span.end_s))


def files_spans(files: Sequence[Mapping[str, Any]]) -> list[tuple[int | None, Span]]:
    """The stretches of all channels in the order of time, each with its channel; None where there is one."""
    several = len(files) > 1
    found = [(file["channel"] if several else None, span) for file in files for span in spans_of(file)]
    return sorted(found, key=lambda item: (item[1].start_s, item[1].end_s))


def _of_segment(segment: Mapping[str, Any]) -> Span:
    nobody = segment["not_a_voice"]
    corrected = segment["corrected"]
    values = {} if nobody else segment.get("values", {})
    kind = Kind.UNCERTAIN if segment["uncertain"] else Kind.POINT if values else Kind.LABEL
    label = segment["label"] or ""
    if nobody:
        kind, label = Kind.NOT_A_VOICE, ""
    if corrected:
        kind, label = _said(segment["corrected_label"])
    because = segment["uncertain_because"]
    return Span(
        segment["start_s"],
        segment["end_s"],
        kind,
        label,
        corrected=corrected,
        confidence=None if nobody else segment["confidence"],
        because="" if because is None else words_of(Cause(because), segment["probabilities"].values()).why,
        note=segment["note"] or "",
        speaker=segment["speaker_name"] or "",
        model_label=segment["label"] or "",
        probabilities=segment["probabilities"],
        values=values,
        transcript=segment.get("transcript"),
    )


def _of_record(record: Mapping[str, Any]) -> Span:
    kind, label = _said(record["label"])
    return Span(
        record["start_s"],
        record["end_s"],
        kind,
        label,
        corrected=bool(record["label"]),
        note=record["note"],
        speaker=record["speaker"],
        judged=False,
    )


def _said(label: str) -> tuple[Kind, str]:
    """What a person's label means."""
    return (Kind.NOT_A_VOICE, "") if label.casefold() == NOT_A_VOICE else (Kind.LABEL, label)
