"""What was found in recordings, as JSON, CSV and Praat TextGrid."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.doubt import NOT_A_VOICE
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import Prediction, SoundWarning, VoiceUse

if TYPE_CHECKING:
    from desktop_app.analysis.recording import RecordingAnalysis, SegmentResult

SCHEMA_VERSION: Final = 2  # 2: a warning is an object with a code, an error has a code
UNCERTAIN: Final = "uncertain"
SEPARATORS: Final = {",": ",", ";": ";", "tab": "\t"}
_COLUMNS: Final = (
    *("path", "channel", "start_s", "end_s", "label", "confidence"),
    *("uncertain", "uncertain_because", "not_a_voice"),
)
_SNAP_S: Final = 1e-6  # gaps shorter than this are rounding, and Praat refuses intervals without length
# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was made with.

    `labels` are those that were allowed as answers, in the model's order. `profile` is the path of the voice
    profile in use and the seconds of speech that it knows; `detector` is how speech was found.
    """

    model: str
    model_sha256: str
    provider: str
    labels: tuple[str, ...]
    profile: tuple[str, float] | None = None
    detector: str = ENERGY

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        voice = (
            {}
            if self.profile is None
            else {"profile": {"path": printable_path(self.profile[0]), "seconds": self.profile[1]}}
        )
        return {
            "model": self.model,
            "labels": list(self.labels),
            "model_sha256": self.model_sha256,
            "provider": self.provider,
            "detector": self.detector,
            **voice,
        }


def json_chunks(
    made_with: Provenance, files: Iterable[dict[str, Any]], errors: Iterable[dict[str, Any]]
) -> Iterator[str]:
    """Everything that was found as JSON text (`analyze --json`), piece by piece.

    Parameters
    ----------
    files, errors
        As `file_data` and `error_data` give them; each is taken when its turn comes.
    """
    head = to_json({"schema_version": SCHEMA_VERSION, **made_with.data()})
    yield head.removesuffix("\n}\n")
    for name, entries in (("files", files), ("errors", errors)):
        yield f',\n  "{name}": ['
        empty = True
        for entry in entries:
            yield ("\n" if empty else ",\n") + textwrap.indent(to_json(entry).rstrip("\n"), "    ")
            empty = False
        yield "]" if empty else "\n  ]"
    yield "\n}\n"


def to_json(data: Any) -> str:
    """Strict JSON (no NaN), indented, ending in a line break."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def csv_head(labels: Sequence[str], separator: str = ",") -> str:
    """The first row: the columns of `csv_rows`, then p_LABEL for each label."""
    return _csv_rows([[*_COLUMNS, *(f"p_{label}" for label in labels)]], separator)


def csv_rows(file: Mapping[str, Any], labels: Sequence[str], separator: str = ",") -> str:
    """One row for each segment of `file`, which is as `file_data` gives it.

    `channel` counts from 1, and is empty for a single one and for a mix.
    `label` is the most likely one even where `uncertain` is true, and empty where `not_a_voice` is, since
    nobody speaks there. `uncertain_because` is short, noise, unfamiliar, between, or empty. A recording in
    which nothing was found has no row. A cell that a spreadsheet would take for a formula begins with an
    apostrophe.
    """
    rows = [
        [
            _harmless(file["path"]),
            "" if file["channel"] is None else str(file["channel"]),
            f"{segment['start_s']:.4f}",
            f"{segment['end_s']:.4f}",
            _harmless(segment["label"] or ""),
            f"{segment['confidence']:.6f}",
            "true" if segment["uncertain"] else "false",
            segment["uncertain_because"] or "",
            "true" if segment["not_a_voice"] else "false",
            *(f"{segment['probabilities'][label]:.6f}" for label in labels),
        ]
        for segment in file["segments"]
    ]
    return _csv_rows(rows, separator)


def _csv_rows(rows: Iterable[Sequence[str]], separator: str) -> str:
    table = io.StringIO()
    csv.writer(table, lineterminator="\n", delimiter=separator).writerows(rows)
    return table.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def to_textgrid(analyses: Sequence[RecordingAnalysis]) -> str:
    """A Praat TextGrid (long text format) with the interval tiers ``emotion`` and ``confidence``.

    Where a recording was analyzed channel by channel, each has two tiers, such as ``emotion 2``. The
    intervals of a tier cover 0 to the recording's duration; those between segments are empty. A segment that
    the model is unsure of reads ``uncertain``; one in which nobody speaks reads ``not a voice``, and has no
    confidence.
    """
    duration_s = max(analysis.duration_s for analysis in analyses)
    end = _seconds(duration_s)
    tiers = []
    for analysis in analyses:
        intervals = _intervals(analysis.segments, duration_s)
        channel = f" {analysis.channel}" if len(analyses) > 1 else ""
        tiers += [(kind, f"{kind}{channel}", intervals) for kind in ("emotion", "confidence")]
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
        for index, (start_s, end_s, prediction) in enumerate(intervals, start=1):
            lines += [
                f"        intervals [{index}]:",
                f"            xmin = {_seconds(start_s)}",
                f"            xmax = {_seconds(end_s)}",
                f'            text = "{_tier_text(kind, prediction)}"',
            ]
    return "\n".join(lines) + "\n"


def file_data(analysis: RecordingAnalysis) -> dict[str, Any]:
    """A recording as JSON values: what was found, and what makes it doubtful."""
    return {
        "path": printable_path(analysis.path),
        "duration_s": rounded_time(analysis.duration_s),
        "sample_rate": analysis.sample_rate,
        "channel": analysis.channel,
        "segments": [
            {
                "start_s": rounded_time(segment.start_s),
                "end_s": rounded_time(segment.end_s),
                **prediction_data(segment.prediction),
            }
            for segment in analysis.segments
        ],
        "overall": None if analysis.overall is None else prediction_data(analysis.overall),
        "warnings": [warning_data(warning) for warning in analysis.warnings],
    }


def warning_data(warning: SoundWarning) -> dict[str, Any]:
    """A warning as JSON values: its code, its sentence, and the values that it tells."""
    return {"code": warning.code, "message": printable_path(warning.message), **warning.fields}


def error_data(path: str, error: EmoscopeError) -> dict[str, Any]:
    """Why there is no result for a recording, as JSON values."""
    return {"path": printable_path(path), "code": error.code, "message": printable_path(str(error))}


def rounded_time(seconds: float) -> float:
    """Seconds to the microsecond, far below a sample: 1.99 and not 1.9899999999999998."""
    return round(seconds, 6)


def prediction_data(prediction: Prediction) -> dict[str, Any]:
    """A prediction as JSON values; of what is not a voice the label is None, and `uncertain` is true."""
    return {
        "label": None if prediction.not_a_voice else prediction.label,
        "confidence": prediction.confidence,
        "uncertain": prediction.uncertain,
        "uncertain_because": prediction.because,
        "not_a_voice": prediction.not_a_voice,
        "novelty": None if prediction.novelty is None else round(prediction.novelty, 4),
        "probabilities": prediction.as_mapping(),
        "voice": voice_data(prediction.voice),
    }


def voice_data(voice: VoiceUse | None) -> dict[str, float | None] | None:
    """By which voice something is judged, as JSON values: seconds known of it, weight 0 to 1, whose it is."""
    if voice is None:
        return None
    return {
        "seconds": rounded_time(voice.seconds),
        "weight": round(voice.weight, 4),
        "speaker": voice.speaker,
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
    if prediction.not_a_voice:
        return "" if tier == "confidence" else NOT_A_VOICE
    if tier == "confidence":
        return f"{prediction.confidence:.3f}"
    return (UNCERTAIN if prediction.uncertain else prediction.label).replace('"', '""')


def _seconds(value: float) -> str:
    """Decimal without exponent, to the nanosecond, as Praat reads it."""
    return f"{value:.9f}".rstrip("0").rstrip(".")
