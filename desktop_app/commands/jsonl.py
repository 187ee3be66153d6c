"""Events of a live run as JSON lines: one object a line, strict JSON, flushed at once.

=========  ==========================================================================================
event      fields
=========  ==========================================================================================
partial,   segment, start_s, end_s, label, confidence, uncertain, uncertain_because (short, noise,
final      unfamiliar, between, or null), not_a_voice (nobody speaks: then label is null and uncertain
           true), novelty (how unlike training the voice or microphone is: 0 as there; null if the model
           does not tell), probabilities, voice (by which it was judged: seconds known of
           it, weight 0 to 1, speaker 1, 2, ... or null: not sure), inference_ms, latency_ms; of a model of
           dimensions label and confidence are null, probabilities empty, and values has a number in [0, 1]
           for each dimension
state      state, time_s, source, message
gap        start_s, seconds, reason: device_lost, stalled, suspended, overflow (sound was lost), paused,
           source_changed (nobody wanted any)
lost       segment, start_s, end_s, reason: overload, model_failed, stopped. Speech that was finished and
           never judged; counted in finals_dropped
engine     model, labels (those that are allowed), provider, notice, detector (how speech is found); again
           when a graphics card fails and the CPU takes over; of a model of dimensions labels is empty, and
           dimensions has their names
warning    time_s, code, message, fields: of the sound, such as channels that cancel each other
failure    message, hint, fatal, code, fields
stats      audio_s, time_s, dropped_s, gap_s, overflows, queue_depth, finals_dropped, voice (by which the next
           speech is judged), ...; the last one comes after everything else but the state "stopped"
=========  ==========================================================================================

Times are in seconds since the first sound: sample indices over a rate, plus the gaps before. `wall_clock`, in
each event, is ISO 8601 in UTC: when the sound at `end_s`, or at the end of a gap, was heard; of other events,
when they happened.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from desktop_app.analysis.report import prediction_data, rounded_time, voice_data
from desktop_app.core.clock import iso_utc
from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.safe_files import LineFile, WriteError, already_there, check_place, printable_path
from desktop_app.core.types import (
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    Gap,
    Lost,
    PartialResult,
    SoundWarned,
    StateChanged,
    StatsSnapshot,
)


def event_data(event: Event) -> dict[str, Any] | None:
    """An event as JSON values; None for those that are only for drawing."""
    data = _own_data(event)
    return None if data is None else {**data, "wall_clock": iso_utc(event.wall_clock)}  # type: ignore[union-attr]


def _own_data(event: Event) -> dict[str, Any] | None:  # noqa: PLR0911 - one case for each event
    match event:
        case PartialResult() | FinalResult():
            return {
                "event": "partial" if isinstance(event, PartialResult) else "final",
                "segment": event.segment,
                "start_s": rounded_time(event.start_s),
                "end_s": rounded_time(event.end_s),
                **prediction_data(event.prediction),
                "inference_ms": event.prediction.inference_ms,
                "latency_ms": event.latency_ms,
            }
        case StateChanged():
            return {
                "event": "state",
                "state": str(event.state),
                "time_s": rounded_time(event.time_s),
                "source": event.source,
                "message": event.message,
            }
        case StatsSnapshot():
            return {
                "event": "stats",
                "audio_s": rounded_time(event.audio_s),
                "time_s": rounded_time(event.time_s),
                "dropped_s": rounded_time(event.dropped_s),
                "gap_s": rounded_time(event.gap_s),
                "overflows": event.overflows,
                "queue_depth": event.queue_depth,
                "finals_dropped": event.finals_dropped,
                "partials_skipped": event.partials_skipped,
                "segments": event.segments,
                "inference_ms": dict(event.inference_ms),
                "partial_latency_ms": dict(event.partial_latency_ms),
                "final_latency_ms": dict(event.final_latency_ms),
                "voice": voice_data(event.voice),
            }
        case EngineChanged():
            return {
                "event": "engine",
                "model": event.model,
                "labels": list(event.labels),
                **({"dimensions": list(event.dimensions)} if event.dimensions else {}),
                "provider": event.provider,
                "notice": event.notice,
            }
        case Gap():
            return {
                "event": "gap",
                "start_s": rounded_time(event.start_s),
                "seconds": rounded_time(event.seconds),
                "reason": str(event.reason),
            }
        case Lost():
            return {
                "event": "lost",
                "segment": event.segment,
                "start_s": rounded_time(event.start_s),
                "end_s": rounded_time(event.end_s),
                "reason": str(event.reason),
            }
        case SoundWarned():
            return {
                "event": "warning",
                "time_s": rounded_time(event.time_s),
                "code": event.warning.code,
                "message": event.warning.message,
                "fields": dict(event.warning.fields),
            }
        case Failure():
            return {
                "event": "failure",
                "message": event.message,
                "hint": event.hint,
                "fatal": event.fatal,
                "code": event.code,
                "fields": dict(event.fields),
            }
    return None


def event_line(event: Event, detector: str = ENERGY) -> str | None:
    """An event as one line of JSON without its line break; numbers that are not finite become null."""
    data = event_data(event)
    if data is not None and isinstance(event, EngineChanged):
        data = {**data, "detector": detector}
    if data is None:
        return None
    return printable_path(json.dumps(_finite(data), ensure_ascii=False, allow_nan=False))


class LineWriter:
    """Writes events to stdout or a file, each line at once and whole.

    Parameters
    ----------
    target : str
        A file, or ``-``.
    stdout : file
        What ``-`` stands for.
    overwrite : bool
        Whether a file that is there may be replaced.
    detector : str
        How speech is found, which each event of the engine tells.

    Raises
    ------
    WriteError
        The file cannot be written, is there already, or another run writes it. A reader of stdout that goes
        away raises BrokenPipeError.
    """

    def __init__(
        self, target: str, stdout: IO[str], *, overwrite: bool = False, detector: str = ENERGY
    ) -> None:
        self._detector = detector
        self._stdout = stdout
        self._file = None if target == "-" else LineFile(target, "events", overwrite=overwrite)

    def write(self, event: Event) -> None:
        line = event_line(event, self._detector)
        if line is None:
            return
        if self._file is not None:
            self._file.write(line)
            return
        try:
            self._stdout.write(line + "\n")
            self._stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            why = (error.strerror or "it failed").lower()
            raise WriteError(f"The events cannot be written to stdout: {why}.") from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def check_lines_target(target: str | None, *, overwrite: bool) -> None:
    """Refuse, before anything is opened, a file that is there or cannot be written. Raises WriteError."""
    if target is None or target == "-":
        return
    path = Path(target)
    check_place(path, "events")
    if not overwrite and path.is_file() and path.stat().st_size > 0:
        raise already_there(path)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return value
