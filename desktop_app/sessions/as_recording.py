"""A session in the terms of recordings, so that what shows and writes those does so with sessions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.report import Provenance, file_data, rounded_time
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.core.clock import iso_utc
from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.fusion import FusedModel
from desktop_app.core.transcript import WrittenBy
from desktop_app.core.types import Prediction, SoundWarning
from desktop_app.sessions.records import Session
from desktop_app.sessions.store import OpenedSession

SCHEMA_VERSION: Final = 1
UNKNOWN_RATE: Final = 0
"""In place of a sampling rate: what a microphone delivered is not kept with a session."""


def analysis(opened: OpenedSession) -> RecordingAnalysis:
    """What was found, as if in a recording; there is no overall result where the models' labels differ."""
    segments = tuple(
        SegmentResult(u.start_s, u.end_s, u.prediction, u.transcript, u.fused) for u in opened.utterances
    )
    return RecordingAnalysis(
        title(opened.session),
        opened.session.seconds,
        UNKNOWN_RATE,
        segments,
        _overall(opened, segments),
        _warnings(opened),
        corrections=corrections(opened),
    )


def provenance(opened: OpenedSession) -> Provenance:
    """What it was judged with: of several models the last; the labels are those of all."""
    last = opened.engines[-1] if opened.engines else None
    labels = tuple(dict.fromkeys(label for engine in opened.engines for label in engine.labels))
    dimensions = tuple(dict.fromkeys(name for engine in opened.engines for name in engine.dimensions))
    detector = opened.session.settings.get("detector") or ENERGY
    words_model, text_model, fusion = _words_model(opened), _text_model(opened), _fusion(opened)
    if last is None:  # speech was lost before any model was there
        return Provenance("", "", "", labels, detector=detector, words_model=words_model)
    return Provenance(
        last.model,
        last.sha256,
        last.provider,
        labels,
        detector=detector,
        dimensions=dimensions,
        words_model=words_model,
        text_model=text_model,
        fusion=fusion,
    )


def _words_model(opened: OpenedSession) -> WrittenBy | None:
    """What wrote down what was said, whose hash is not kept: of several the last; None if nothing was."""
    if all(said.transcript is None for said in opened.utterances):
        return None
    return WrittenBy(str(_last_used(opened, "words") or ""))


def _text_model(opened: OpenedSession) -> FusedModel | None:
    """What told emotions by the words; of sessions that do not tell, only its labels are known."""
    emotions = [u.transcript.emotion for u in opened.utterances if u.transcript and u.transcript.emotion]
    if not emotions:
        return None
    kept = _last_used(opened, "text_model")
    return FusedModel("", "", emotions[-1].labels) if kept is None else FusedModel.of(kept)


def _fusion(opened: OpenedSession) -> tuple[str, str] | None:
    """File name and SHA-256 of what made one answer of voice and words; None if nothing did."""
    if all(u.fused is None for u in opened.utterances):
        return None
    kept = _last_used(opened, "fusion") or {}
    return kept.get("path", ""), kept.get("sha256", "")


def _last_used(opened: OpenedSession, kind: str) -> Any:
    """Of several the last; None if the session has none."""
    used = [change.value for change in opened.changes if change.kind == kind and change.value]
    return used[-1] if used else opened.session.settings.get(kind)


def title(session: Session) -> str:
    """Its name, or a plain one."""
    return session.name or f"session {session.id}"


def session_data(session: Session) -> dict[str, Any]:
    """A session as JSON values, without what was said in it (`emoscope sessions list --json`)."""
    return {
        "id": session.id,
        "name": session.name,
        "started": iso_utc(session.started),
        "seconds": rounded_time(session.seconds),
        "ended": None if session.ended is None else iso_utc(session.ended),
        "ended_by": session.ended_by,
        "live": session.live,
        "source": session.source,
        "device": session.device,
        "utterances": session.utterances,
        "speech_s": rounded_time(session.speech_s),
        "lost": session.lost,
        "answers": dict(session.answers),
        "answers_s": {label: rounded_time(seconds) for label, seconds in session.answers_s.items()},
        **({"means": dict(session.means)} if session.means else {}),
        "sound": session.sound,
        "settings": dict(session.settings),
        "program": session.program,
    }


def opened_data(opened: OpenedSession) -> dict[str, Any]:
    """All that is kept of a session, as JSON values (`emoscope sessions show --json`)."""
    file = recording_data(opened)
    return {
        **session_data(opened.session),
        "engines": _marks(opened.engines),
        **{name: file[name] for name in ("segments", "overall")},
        "gaps": _marks(opened.outages),
        "not_judged": _marks(opened.lost),
        "states": _marks(opened.states),
        "warnings": _marks(opened.warnings),
        "failures": _marks(opened.failures),
        "changes": _marks(opened.changes),
        "notes": _marks(opened.notes),
    }


def recording_data(opened: OpenedSession) -> dict[str, Any]:
    """As `analysis.report.file_data`, with what only sessions have.

    Each segment has its number, `wall_clock`, `latency_ms` and the label that a person put in place of the
    answer, or null; `sample_rate` is null.
    """
    data = file_data(analysis(opened))
    data["sample_rate"] = None
    for segment, utterance in zip(data["segments"], opened.utterances, strict=True):
        segment["segment"] = utterance.segment
        segment["wall_clock"] = iso_utc(utterance.wall_clock)
        segment["latency_ms"] = utterance.latency_ms
    return data


def corrections(opened: OpenedSession) -> tuple[Correction, ...]:
    """Labels that a person gave utterances, each with the notes about moments within it."""
    found = []
    for said in opened.utterances:
        notes = [
            note.text
            for note in opened.notes
            if note.at_s is not None and said.start_s <= note.at_s < said.end_s
        ]
        if said.corrected is not None or notes:
            found.append(
                Correction(said.start_s, said.end_s, said.corrected or "", "\n".join(notes)).cleaned()
            )
    return tuple(found)


def _overall(opened: OpenedSession, segments: tuple[SegmentResult, ...]) -> Prediction | None:
    spoken = {u.engine for u in opened.utterances if not u.prediction.not_a_voice}
    used = [engine for engine in opened.engines if engine.number in spoken]
    if not used or len({(engine.labels, engine.dimensions) for engine in used}) > 1:
        return None
    return overall_prediction(segments, used[-1].abstain_below)


def _warnings(opened: OpenedSession) -> tuple[SoundWarning, ...]:
    """Each kind of warning once, as of a recording."""
    latest = {mark.code: SoundWarning(mark.code, mark.message, mark.fields) for mark in opened.warnings}
    return tuple(latest.values())


def _marks(records: tuple[Any, ...]) -> list[dict[str, Any]]:
    marks = []
    for record in records:
        values = asdict(record)
        values["wall_clock"] = iso_utc(record.wall_clock)
        marks.append({name: _plain(value) for name, value in values.items()})
    return marks


def _plain(value: Any) -> Any:
    return rounded_time(value) if isinstance(value, float) else value
