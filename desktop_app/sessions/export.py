"""Formats in which a session is written, by the writers of recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from desktop_app.analysis.formats import SINGLE, RecordingResult, ResultFormat
from desktop_app.analysis.report import csv_head, csv_rows, json_chunks
from desktop_app.core.language import mark
from desktop_app.sessions.as_recording import (
    opened_data,
    provenance,
    recording_data,
)
from desktop_app.sessions.store import OpenedSession


def _json(opened: OpenedSession) -> str:
    session = opened_data(opened)
    of_file = recording_data(opened)
    only_here = {name: value for name, value in session.items() if name not in {*of_file, "overall"}}
    return "".join(json_chunks(provenance(opened), [{**of_file, "session": only_here}], []))


def _csv(opened: OpenedSession) -> str:
    made_with = provenance(opened)
    labels, dimensions = made_with.labels, made_with.dimensions
    text, emotion, fused = (
        asked is not None for asked in (made_with.words_model, made_with.text_model, made_with.fusion)
    )
    head = csv_head(labels, dimensions=dimensions, text=text, emotion=emotion, fused=fused)
    file = recording_data(opened)
    return head + csv_rows(file, labels, dimensions=dimensions, text=text, emotion=emotion, fused=fused)


def _writer(form: ResultFormat) -> Callable[[OpenedSession], str]:
    return lambda opened: form.write(RecordingResult(provenance(opened), (recording_data(opened),)))


FORMATS: Final[Mapping[str, tuple[str, Callable[[OpenedSession], str]]]] = {
    "json": (mark("JSON: all that is kept of it"), _json),
    "csv": (mark("a row for each utterance"), _csv),
    **{form.name: (form.title, _writer(form)) for form in SINGLE},
}
"""What each format is, and what makes its text; by the name of its option."""
