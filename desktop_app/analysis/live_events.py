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
words      segment, start_s, end_s (of a final before it), text, language, language_probability, words (each
           with word, start_s, end_s, probability): what was said in it, with --words; fused (label,
           uncertain, probabilities): what voice and words say together, with --fusion
words_lost segment, start_s, end_s, reason: overload, failed, stopped. Not written down
warning    time_s, code, message, fields: of the sound, such as channels that cancel each other
failure    message, hint, fatal, code, fields
stats      audio_s, time_s, dropped_s, gap_s, overflows, queue_depth, finals_dropped, voice (by which the next
           speech is judged), ...; the last one comes after everything else but the state "stopped" and
           what was said last
=========  ==========================================================================================

Times are in seconds since the first sound: sample indices over a rate, plus the gaps before. `wall_clock`, in
each event, is ISO 8601 in UTC: when the sound at `end_s`, or at the end of a gap, was heard; of other events,
when they happened.
"""

from __future__ import annotations

from typing import Any

from desktop_app.analysis.report import prediction_data, rounded_time, voice_data
from desktop_app.command_line.json_lines import json_line
from desktop_app.core.clock import iso_utc
from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.transcript import WordsHeard, WordsLost
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
        case WordsHeard():
            return {
                "event": "words",
                "segment": event.segment,
                "start_s": rounded_time(event.start_s),
                "end_s": rounded_time(event.end_s),
                **event.transcript.data(),
                **({} if event.fused is None else {"fused": event.fused.data()}),
            }
        case WordsLost():
            return {
                "event": "words_lost",
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
    return json_line(data)
