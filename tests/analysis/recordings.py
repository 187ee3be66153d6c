"""Analyses made by hand, for the tests of what is written about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.report import Provenance, file_data
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.core.types import Cause, Prediction, SoundWarning

LABELS = ("calm", "angry")
MADE_WITH = Provenance("tiny", "ab" * 32, "CPU", LABELS, licence="MIT")


def rated(angry: float, because: Cause | None = None, *, nobody: bool = False) -> Prediction:
    label, confidence = ("angry", angry) if angry >= 0.5 else ("calm", 1 - angry)
    return Prediction(
        LABELS,
        (1 - angry, angry),
        label,
        confidence,
        uncertain=because is not None or nobody,
        because=because,
        not_a_voice=nobody,
    )


def analysis(
    *segments: tuple[float, float, Prediction],
    path: str = "talk.wav",
    duration_s: float = 12.0,
    corrections: Sequence[Correction] = (),
    warnings: Sequence[SoundWarning] = (),
    channel: int | None = None,
) -> RecordingAnalysis:
    found = tuple(SegmentResult(*segment) for segment in segments)
    return RecordingAnalysis(
        path,
        duration_s,
        16000,
        found,
        overall_prediction(found, 0.5),
        tuple(warnings),
        channel,
        tuple(corrections),
    )


TALK = (
    (1.0, 2.5, rated(0.75)),
    (4.0, 5.25, rated(0.5, Cause.NOISE)),
    (6.0, 6.5, rated(0.9, nobody=True)),
    (8.0, 10.0, rated(0.1)),
)
SAID = (
    Correction(0.9, 2.6, "tense", "Listen <here> & now.\nAgain.", "Anna"),
    Correction(7.9, 10.0, note="Good."),
    Correction(10.5, 11.5, "sighs"),
)


def talk(**changes: Any) -> dict[str, Any]:
    """A recording as JSON values: an answer, an uncertain one, a door, and another answer."""
    return file_data(analysis(*TALK, **changes))
