"""Formats in which a session is written, by the writers of recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from desktop_app.analysis.report import csv_head, csv_rows, json_chunks, to_textgrid
from desktop_app.sessions.as_recording import (
    analysis,
    opened_data,
    provenance,
    recording_data,
    with_all_labels,
)
from desktop_app.sessions.store import OpenedSession


def _json(opened: OpenedSession) -> str:
    session = opened_data(opened)
    of_file = recording_data(opened)
    only_here = {name: value for name, value in session.items() if name not in {*of_file, "overall"}}
    return "".join(json_chunks(provenance(opened), [{**of_file, "session": only_here}], []))


def _csv(opened: OpenedSession) -> str:
    labels = provenance(opened).labels
    return csv_head(labels) + csv_rows(with_all_labels(recording_data(opened), labels), labels)


FORMATS: Final[Mapping[str, tuple[str, Callable[[OpenedSession], str]]]] = {
    "json": ("JSON: all that is kept of it", _json),
    "csv": ("a row for each utterance", _csv),
    "textgrid": ("a Praat TextGrid", lambda opened: to_textgrid([analysis(opened)])),
}
"""What each format is, and what makes its text; by the name of its option."""
