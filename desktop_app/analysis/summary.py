"""A recording in a few figures: how much speech there is, how it is labelled, and how that goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop_app.analysis.spans import UNCERTAIN, Kind, Span, spans_of

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class LabelShare:
    """How much of the speech is said to be one label, or ``uncertain``.

    `share` is of the seconds of speech, 0 to 1; `probability` the mean of what the model gives the label over
    all speech, None for ``uncertain`` and for labels that the model does not have.
    """

    label: str
    seconds: float
    share: float
    segments: int
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class DimensionSummary:
    """A dimension over all speech: its mean, weighted by seconds, and the lowest and highest utterance."""

    name: str
    mean: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Minute:
    """A stretch of equal length: seconds of speech in all, and by label or ``uncertain``.

    `means` are those of dimensions over the speech in it.
    """

    start_s: float
    end_s: float
    speech_s: float
    seconds: Mapping[str, float]
    means: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """A recording in figures. Segments that are not a voice are no speech.

    Attributes
    ----------
    labels : tuple of LabelShare
        Those that occur, the most speech first, and what is uncertain last.
    minutes : tuple of Minute
        From the beginning to the end, also those in which nobody speaks.
    corrected, notes : int
        How many stretches a person has labelled, and noted something about.
    dimensions : tuple of DimensionSummary
        Of a model of dimensions; then `labels` are what a person says, and ``uncertain``.
    """

    duration_s: float
    speech_s: float
    segments: int
    uncertain_s: float
    not_a_voice_s: float
    not_a_voice: int
    corrected: int
    notes: int
    labels: tuple[LabelShare, ...]
    minutes: tuple[Minute, ...]
    dimensions: tuple[DimensionSummary, ...] = ()


def summarize(file: Mapping[str, Any], minute_s: float = MINUTE_S) -> Summary:
    """The figures of a recording.

    Corrected labels count in place of the model's; what a person says of stretches that are no segments is
    counted under `corrected` and `notes` only, since they may be parts of segments.

    Parameters
    ----------
    file : mapping
        As `report.file_data` gives it.
    minute_s : float
        The length of each of `minutes`, in seconds.
    """
    spans = spans_of(file)
    judged = [span for span in spans if span.judged]
    spoken = [span for span in judged if span.kind is not Kind.NOT_A_VOICE]
    others = [span for span in judged if span.kind is Kind.NOT_A_VOICE]
    return Summary(
        duration_s=file["duration_s"],
        speech_s=_seconds(spoken),
        segments=len(spoken),
        uncertain_s=_seconds([span for span in spoken if span.kind is Kind.UNCERTAIN]),
        not_a_voice_s=_seconds(others),
        not_a_voice=len(others),
        corrected=sum(span.corrected for span in spans),
        notes=sum(bool(span.note) for span in spans),
        labels=_shares(spoken),
        minutes=_minutes(spoken, file["duration_s"], minute_s),
        dimensions=_dimensions(spoken),
    )


def _seconds(spans: Sequence[Span]) -> float:
    return sum(span.duration_s for span in spans)


def _shares(spoken: Sequence[Span]) -> tuple[LabelShare, ...]:
    total = _seconds(spoken)
    if total <= 0:
        return ()
    by_label: dict[str, list[Span]] = {}
    for span in spoken:
        if span.kind is Kind.POINT:
            continue
        by_label.setdefault(span.shown, []).append(span)
    found = []
    for label, spans in by_label.items():
        seconds = _seconds(spans)
        known = label != UNCERTAIN and any(label in span.probabilities for span in spoken)
        mean = sum(span.duration_s * span.probabilities.get(label, 0.0) for span in spoken) / total
        found.append(LabelShare(label, seconds, seconds / total, len(spans), mean if known else None))
    return tuple(sorted(found, key=lambda one: (one.label == UNCERTAIN, -one.seconds, one.label)))


def _dimensions(spoken: Sequence[Span]) -> tuple[DimensionSummary, ...]:
    found = []
    for name in dict.fromkeys(name for span in spoken for name in span.values):
        valued = [span for span in spoken if name in span.values]
        values = [span.values[name] for span in valued]
        found.append(DimensionSummary(name, _means(valued)[name], min(values), max(values)))
    return tuple(found)


def _means(spans: Sequence[Span], weights: Sequence[float] | None = None) -> dict[str, float]:
    """The mean of each dimension, by default weighted by the seconds of the stretches."""
    sums: dict[str, tuple[float, float]] = {}
    for span, weight in zip(spans, weights or [span.duration_s for span in spans], strict=True):
        for name, value in span.values.items():
            total, seconds = sums.get(name, (0.0, 0.0))
            sums[name] = total + weight * value, seconds + weight
    return {name: total / seconds for name, (total, seconds) in sums.items() if seconds > 0}


def _minutes(spoken: Sequence[Span], duration_s: float, minute_s: float) -> tuple[Minute, ...]:
    count = max(1, math.ceil(round(duration_s / minute_s, 9))) if duration_s > 0 else 0
    seconds: list[dict[str, float]] = [{} for _ in range(count)]
    parts: list[list[tuple[Span, float]]] = [[] for _ in range(count)]
    for span in spoken:
        first = min(count - 1, int(span.start_s / minute_s))
        for k in range(first, min(count, math.ceil(span.end_s / minute_s))):
            part = min(span.end_s, (k + 1) * minute_s) - max(span.start_s, k * minute_s)
            if part <= 0:
                continue
            parts[k].append((span, part))
            if span.kind is not Kind.POINT:
                seconds[k][span.shown] = seconds[k].get(span.shown, 0.0) + part
    return tuple(
        Minute(
            k * minute_s,
            min(duration_s, (k + 1) * minute_s),
            sum(part for _, part in parts[k]),
            found,
            _means([span for span, _ in parts[k]], [part for _, part in parts[k]]),
        )
        for k, found in enumerate(seconds)
    )
