"""What is said in recordings stands in their table if a person wants that, and nowhere if not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from running import made_up_speech

from desktop_app.core.transcript import Transcript
from desktop_app.core.types import FloatArray
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.segment_filter import SegmentFilter
from desktop_app.gui.widgets.segment_table import _NOTE, _SAID
from desktop_app.gui.window import MainWindow
from desktop_app.words import models, transcriber
from desktop_app.words.errors import WordsError
from desktop_app.words.models import WhisperFolder

Until = Callable[..., None]
TEXT = "I miss her so much, every single day."


class StandIn:
    """In place of a Whisper model and its process."""

    running = 0

    def __init__(self, model: WhisperFolder, *, text_model: Path | None = None) -> None:
        self.model, self.text_model = model, text_model
        StandIn.running += 1

    def open(self) -> None:
        pass

    def transcribe(self, waveform: FloatArray, sample_rate: int) -> Transcript:
        return Transcript(TEXT, "en", 0.9)

    def close(self) -> None:
        StandIn.running -= 1


@pytest.fixture
def sound_file(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "talk.wav", made_up_speech((1.5, 0.6)), 16_000)
    return tmp_path / "talk.wav"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    monkeypatch.setattr(models, "find_model", lambda: WhisperFolder(tmp_path, "whisper-base"))
    monkeypatch.setattr(transcriber, "Transcriber", StandIn)
    monkeypatch.setattr(StandIn, "running", 0)


def text_of(window: MainWindow) -> str | None:
    found = window.recording.recording
    return None if found is None else found.segments()[0].text


def test_the_table_has_a_column_while_it_is_wanted_and_what_is_exported_too(
    opened: MainWindow, until: Until, installed: None, qapp: QApplication, tmp_path: Path
) -> None:
    table = opened.recording.table
    assert text_of(opened) is None
    assert table.isColumnHidden(_SAID)
    preferences = opened.preferences
    preferences.set("words", True)
    assert opened.settings.words
    until(lambda: text_of(opened) == TEXT)
    qapp.processEvents()
    assert not table.isColumnHidden(_SAID)
    index = table.segments.index(0, _SAID)
    assert index.data() == TEXT
    assert index.data(Qt.ItemDataRole.ToolTipRole) == TEXT, "where it is cut off"
    opened.resize(760, 560)
    qapp.processEvents()
    assert table.columnViewportPosition(_SAID) + 100 < table.viewport().width(), "also in a small window"
    assert table.columnWidth(_NOTE) > 40

    recording = opened.recording.recording
    assert recording is not None
    export(recording, tmp_path / "talk.json", "json")
    report = json.loads((tmp_path / "talk.json").read_text("utf-8"))
    assert report["words_model"] == "whisper-base"
    assert report["words_model_sha256"] == hashlib.sha256(b"weights").hexdigest()
    assert report["files"][0]["segments"][0]["transcript"]["text"] == TEXT

    preferences.set("words", False)
    until(lambda: text_of(opened) is None)
    qapp.processEvents()
    assert table.isColumnHidden(_SAID)
    assert StandIn.running == 0


def test_what_was_said_can_be_searched(opened: MainWindow, until: Until, installed: None) -> None:
    opened.controller.transcripts.use(True)
    opened.analyze_again()
    until(lambda: text_of(opened) == TEXT)
    found = opened.recording.recording
    assert found is not None
    (segment,) = found.segments()
    assert SegmentFilter(text="EVERY single").accepts(segment, None)
    assert not SegmentFilter(text="every married").accepts(segment, None)


def test_without_a_model_that_is_told_once_and_the_recording_analyzed(
    opened: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> WhisperFolder:
        raise WordsError("There is no Whisper model for --words.", "Install one", code="words.no_model")

    monkeypatch.setattr(models, "find_model", none)
    before = opened.recording.recording
    opened.controller.transcripts.use(True)
    opened.analyze_again()
    until(lambda: opened.recording.recording is not before)
    assert text_of(opened) is None
    notice = opened.model.notices.current
    assert notice is not None
    assert "There is no Whisper model" in notice.text
