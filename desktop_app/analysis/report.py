"""What was found in recordings, as JSON, CSV and Praat TextGrid; files are written whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.types import EmoscopeError, Prediction

if TYPE_CHECKING:
    from desktop_app.core.offline import RecordingAnalysis, SegmentResult

SCHEMA_VERSION: Final = 1
UNCERTAIN: Final = "uncertain"
_SNAP_S: Final = 1e-6  # gaps shorter than this are rounding, and Praat refuses intervals without length


class ReportError(EmoscopeError):
    """A report that cannot be written."""


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


def write_text(path: Path | str, text: str, what: str = "report", *, private: bool = False) -> None:
    """Write a file as UTF-8; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"), what, private=private)


def write_bytes(path: Path | str, content: bytes, what: str = "report", *, private: bool = False) -> None:
    """Write a file in one step: until it is complete on the disk, an older file stays as it is.

    Parameters
    ----------
    what : str
        What the file is, for the sentence that tells a failure.
    private : bool
        Readable by its owner alone, whatever the umask says.

    Raises
    ------
    ReportError
        With a sentence that names the file; nothing is left behind then.
    """
    path = Path(path)
    with _told(path, what):
        if path.exists() and not path.is_file():  # such as /dev/null or a pipe: never to be replaced
            path.write_bytes(content)
            return
        _replace(Path(os.path.realpath(path)), content, private=private)  # a link stays a link


def check_place(path: Path, what: str = "report") -> None:
    """See that a file can be written, before work goes into it; nothing of it is left.

    Raises
    ------
    ReportError
        With the sentence of `write_bytes` that says why not.
    """
    with _told(path, what):
        if not path.exists() or path.is_file():
            with tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent):
                pass


@contextlib.contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """What keeps a file from being written, as a sentence that names it."""
    try:
        if path.is_dir():
            raise ReportError(
                f"The {what} cannot be written to '{path}', which is a folder.", "Name a file in it."
            )
        yield
    except FileNotFoundError as error:
        if path.parent.is_dir():  # such as /proc
            raise ReportError(
                f"The {what} '{path}' cannot be written: the folder '{path.parent}' takes no new files.",
                "Name a file in another one.",
            ) from error
        raise ReportError(
            f"The {what} '{path}' cannot be written: the folder '{path.parent}' does not exist.",
            "Make it first.",
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        raise ReportError(f"The {what} '{path}' cannot be written: {why.lower()}.") from error


def make_folder(folder: Path) -> None:
    """Make a folder for reports, and see that it can be written to, before work goes into them.

    Raises
    ------
    ReportError
        With a sentence that says why not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        taken = folder.exists() and not folder.is_dir()
        why = "there is a file of that name" if taken else (error.strerror or "it is not known why").lower()
        raise ReportError(f"The folder '{printable_path(folder)}' cannot be written to: {why}.") from error


def printable_path(path: Path | str) -> str:
    """A path, or a sentence that names one, as text that can be encoded.

    Bytes that are not UTF-8 in a file's name are replaced. Those that are, and that Python did not decode in
    a locale without UTF-8, are decoded.
    """
    escaped = "surrogateescape" if os.name == "posix" else "surrogatepass"
    return str(path).encode("utf-8", escaped).decode("utf-8", "replace")


def _replace(path: Path, content: bytes, *, private: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".emoscope-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # mkstemp's files are
            temporary.chmod(_mode_for(path))
        temporary.replace(path)
    except BaseException:  # also Ctrl+C
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if os.name == "posix":  # the new name itself must be on the disk too
        with contextlib.suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _mode_for(path: Path) -> int:
    """Permissions of the file that is replaced, or those that a new file gets here."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


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
