"""A run that is made up: events as the pipeline sends them, and a writer that takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sessions_events import LABELS, Told

from desktop_app.core.types import EngineChanged
from desktop_app.sessions.writer import About, SessionWriter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def begin(folder: Path, told: Told) -> Iterator[Callable[..., SessionWriter]]:
    """Start a writer that commits at each opportunity; it knows its model already."""
    begun: list[SessionWriter] = []

    def start(at: Path = folder, *, about: About | None = None, begins_s: float = 0.0) -> SessionWriter:
        about = about or About("microphone", {"channel": "auto"})
        writer = SessionWriter(at, about, told.append, begins_s=begins_s, commit_s=0.005)
        writer.start()
        writer.post(EngineChanged("tiny", LABELS, "CPUExecutionProvider", "", "ab" * 32, 0.4))
        begun.append(writer)
        return writer

    yield start
    for writer in begun:
        writer.stop()
