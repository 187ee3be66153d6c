"""What was found in recordings, as JSON, CSV and Praat TextGrid."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import Prediction

if TYPE_CHECKING:
    from desktop_app.analysis.recording import RecordingAnalysis, SegmentResult

SCHEMA_VERSION: Final = 1
UNCERTAIN: Final = "uncertain"
_SNAP_S: Final = 1e-6  # gaps shorter than this are rounding, and Praat refuses intervals without length


def report_data(
    analyses: Iterable[RecordingAnalysis],
    *,
    model: str,
    model_sha256: str,
    provider: str,
    errors: Iterable[tuple[str, str]] = (),
    profile: tuple[str, float] | None = None,
) -> dict[str, Any]:
    """Everything that was found, as JSON values (`analyze --json`).

    Parameters
    ----------
    errors
        Path and message of each recording that could not be analyzed.
    profile
        Path of the voice profile in use, and the seconds of speech that it knows.
    """
    voice = (
        {} if profile is None else {"profile": {"path": printable_path(profile[0]), "seconds": profile[1]}}
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "model": model,
        "model_sha256": model_sha256,
        "provider": provider,
        **voice,
        "files": [_file_data(analysis) for analysis in analyses],
        "errors": [
            {"path": printable_path(path), "message": printable_path(message)} for path, message in errors
        ],
    }


def to_json(data: Any) -> str:
    """Strict JSON (no NaN), indented, ending in a line break."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(analyses: Iterable[RecordingAnalysis], labels: Sequence[str]) -> str:
    """One row for each segment: path, start_s, end_s, label, confidence, uncertain, then p_LABEL for each.

    `label` is the most likely one even where `uncertain` is true. A recording without speech has no row.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(
        ["path", "start_s", "end_s", "label", "confidence", "uncertain", *(f"p_{label}" for label in labels)]
    )
    for analysis in analyses:
        for segment in analysis.segments:
            prediction = segment.prediction
            chances = prediction.as_mapping()
            writer.writerow(
                [
                    printable_path(analysis.path),
                    f"{segment.start_s:.4f}",
                    f"{segment.end_s:.4f}",
                    prediction.label,
                    f"{prediction.confidence:.6f}",
                    "true" if prediction.uncertain else "false",
                    *(f"{chances[label]:.6f}" for label in labels),
                ]
            )
    return table.getvalue()


def to_textgrid(analysis: RecordingAnalysis) -> str:
    """A Praat TextGrid (long text format) with the interval tiers ``emotion`` and ``confidence``.

    The intervals of a tier cover 0 to the recording's duration; those between segments are empty. A segment
    that the model is unsure of reads ``uncertain``.
    """
    end = _seconds(analysis.duration_s)
    intervals = _intervals(analysis.segments, analysis.duration_s)
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {end}",
        "tiers? <exists>",
        "size = 2",
        "item []:",
    ]
    for number, tier in enumerate(("emotion", "confidence"), start=1):
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f'        name = "{tier}"',
            "        xmin = 0",
            f"        xmax = {end}",
            f"        intervals: size = {len(intervals)}",
        ]
        for index, (start_s, end_s, prediction) in enumerate(intervals, start=1):
            lines += [
                f"        intervals [{index}]:",
                f"            xmin = {_seconds(start_s)}",
                f"            xmax = {_seconds(end_s)}",
                f'            text = "{_tier_text(tier, prediction)}"',
            ]
    return "\n".join(lines) + "\n"


def _file_data(analysis: RecordingAnalysis) -> dict[str, Any]:
    return {
        "path": printable_path(analysis.path),
        "duration_s": rounded_time(analysis.duration_s),
        "sample_rate": analysis.sample_rate,
        "segments": [
            {
                "start_s": rounded_time(segment.start_s),
                "end_s": rounded_time(segment.end_s),
                **prediction_data(segment.prediction),
            }
            for segment in analysis.segments
        ],
        "overall": None if analysis.overall is None else prediction_data(analysis.overall),
        "warnings": list(analysis.warnings),
    }


def rounded_time(seconds: float) -> float:
    """Seconds to the microsecond, far below a sample: 1.99 and not 1.9899999999999998."""
    return round(seconds, 6)


def prediction_data(prediction: Prediction) -> dict[str, Any]:
    """A prediction as JSON values: label, confidence, uncertain, probabilities."""
    return {
        "label": prediction.label,
        "confidence": prediction.confidence,
        "uncertain": prediction.uncertain,
        "probabilities": prediction.as_mapping(),
    }


def _intervals(
    segments: Sequence[SegmentResult], duration_s: float
) -> list[tuple[float, float, Prediction | None]]:
    """Segments and the gaps between them, without overlap, from 0 to `duration_s`."""
    intervals: list[tuple[float, float, Prediction | None]] = []
    reached = 0.0
    for segment in segments:
        start = segment.start_s if segment.start_s - reached > _SNAP_S else reached
        end = segment.end_s if duration_s - segment.end_s > _SNAP_S else duration_s
        if end - start <= _SNAP_S:
            continue
        if start > reached:
            intervals.append((reached, start, None))
        intervals.append((start, end, segment.prediction))
        reached = end
    if duration_s > reached or not intervals:
        intervals.append((reached, duration_s, None))
    return intervals


def _tier_text(tier: str, prediction: Prediction | None) -> str:
    if prediction is None:
        return ""
    if tier == "confidence":
        return f"{prediction.confidence:.3f}"
    return (UNCERTAIN if prediction.uncertain else prediction.label).replace('"', '""')


def _seconds(value: float) -> str:
    """Decimal without exponent, to the nanosecond, as Praat reads it."""
    return f"{value:.9f}".rstrip("0").rstrip(".")
