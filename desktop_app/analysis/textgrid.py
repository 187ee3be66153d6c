"""What was found in a recording as annotation for Praat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from desktop_app.analysis.spans import Kind, Span, spans_of

_TIERS: Final = ("emotion", "confidence")
_OF_DIMENSION: Final = "value of "  # before its name: a dimension may be called as a tier is
_TEXT: Final = "text"
_WORDS: Final = "words"
_SNAP_S: Final = 2e-6  # gaps shorter than this are rounding, and Praat refuses intervals without length


def to_textgrid(files: Sequence[Mapping[str, Any]]) -> str:
    """A Praat TextGrid (long text format) with the interval tiers ``emotion`` and ``confidence``.

    Where a recording was analyzed channel by channel, each has two tiers, such as ``emotion 2``. The
    intervals of a tier cover 0 to the recording's duration; those between segments are empty. A segment that
    the model is unsure of reads ``uncertain``; one in which nobody speaks reads ``not a voice``, and has no
    confidence. A corrected label stands in place of the model's; where there are notes there is a tier
    ``note``. Of a model of dimensions there is a tier for each in place of both, named as it is, with its
    value to three decimals; the tier ``emotion`` is there only if a person has given labels. What a person
    says of a stretch that is no segment is there as far as no segment is. If what was said was asked for, the
    last tiers are ``text``, of each segment, and ``words``, with an interval for each word.

    Parameters
    ----------
    files : sequence
        A recording as `report.file_data` gives it: one, or one for each channel.
    """
    duration_s = max(file["duration_s"] for file in files)
    end = _seconds(duration_s)
    tiers = []
    for file in files:
        spans = spans_of(file)
        intervals = _intervals(spans, duration_s)
        channel = f" {file['channel']}" if len(files) > 1 else ""
        kinds = [*_tiers(spans), *(("note",) if any(span.note for span in spans) else ())]
        found = [(kind, intervals) for kind in kinds]
        if any(span.transcript is not None for span in spans):
            found += [(_TEXT, intervals), (_WORDS, _intervals(_words(spans), duration_s))]
        tiers += [
            (kind, f"{kind.removeprefix(_OF_DIMENSION)}{channel}".replace('"', '""'), each)
            for kind, each in found
        ]
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {end}",
        "tiers? <exists>",
        f"size = {len(tiers)}",
        "item []:",
    ]
    for number, (kind, name, intervals) in enumerate(tiers, start=1):
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f'        name = "{name}"',
            "        xmin = 0",
            f"        xmax = {end}",
            f"        intervals: size = {len(intervals)}",
        ]
        for index, (start_s, end_s, span) in enumerate(intervals, start=1):
            lines += [
                f"        intervals [{index}]:",
                f"            xmin = {_seconds(start_s)}",
                f"            xmax = {_seconds(end_s)}",
                f'            text = "{_tier_text(kind, span)}"',
            ]
    return "\n".join(lines) + "\n"


def _tiers(spans: Sequence[Span]) -> Sequence[str]:
    """Those of labels, or one for each dimension."""
    dimensions = dict.fromkeys(name for span in spans for name in span.values)
    if not dimensions:
        return _TIERS
    labelled = any(span.label for span in spans)
    return [*(("emotion",) if labelled else ()), *(_OF_DIMENSION + name for name in dimensions)]


def _words(spans: Sequence[Span]) -> list[Span]:
    """A stretch for each word, which is its label."""
    return [
        Span(word["start_s"], word["end_s"], Kind.LABEL, word["word"])
        for span in spans
        if span.transcript is not None
        for word in span.transcript["words"]
    ]


def _intervals(spans: Sequence[Span], duration_s: float) -> list[tuple[float, float, Span | None]]:
    """Stretches and the gaps between them, without overlap, from 0 to `duration_s`; segments come first."""
    intervals: list[tuple[float, float, Span | None]] = []
    reached = 0.0
    for start_s, end_s, span in _apart(spans):
        start = start_s if start_s - reached > _SNAP_S else reached
        end = min(end_s, duration_s) if duration_s - end_s > _SNAP_S else duration_s
        if end - start <= _SNAP_S:
            continue
        if start > reached:
            intervals.append((reached, start, None))
        intervals.append((start, end, span))
        reached = end
    if duration_s - reached > _SNAP_S or not intervals:
        intervals.append((reached, duration_s, None))
    return intervals


def _apart(spans: Sequence[Span]) -> list[tuple[float, float, Span]]:
    """All segments, and of other stretches the parts where no segment is."""
    segments = [(span.start_s, span.end_s, span) for span in spans if span.judged]
    found = list(segments)
    for other in spans:
        if other.judged:
            continue
        start_s = other.start_s
        for left, right, _ in segments:
            if right <= start_s or left >= other.end_s:
                continue
            if left > start_s:
                found.append((start_s, left, other))
            start_s = right
        if other.end_s > start_s:
            found.append((start_s, other.end_s, other))
    return sorted(found, key=lambda item: item[:2])


def _tier_text(tier: str, span: Span | None) -> str:
    if span is None:
        return ""
    if tier == "confidence":
        return "" if span.confidence is None else f"{span.confidence:.3f}"
    if tier.startswith(_OF_DIMENSION):
        value = span.values.get(tier.removeprefix(_OF_DIMENSION))
        if span.kind in {Kind.UNCERTAIN, Kind.NOT_A_VOICE}:
            return span.shown
        return "" if value is None else f"{value:.3f}"
    if tier == "emotion" and span.kind is Kind.POINT:
        return ""
    texts = {"emotion": span.shown, _TEXT: span.text, _WORDS: span.label}
    text = texts[tier] if tier in texts else " ".join(span.note.split())
    return text.replace('"', '""')


def _seconds(value: float) -> str:
    """Decimal without exponent, to the nanosecond, as Praat reads it."""
    return f"{value:.9f}".rstrip("0").rstrip(".")
