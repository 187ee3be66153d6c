"""What leaves the workbench: every export from its menu, and corrections that training reads as own data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import LABELS, prediction, show_result
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.analysis.formats import FORMATS
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.core.envelope import Envelope
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.window import MainWindow
from models.corpora import load_corpus
from models.corpora.base import read_waveform

RATE = 16_000
SEGMENTS = ((0.5, 2.0, "happy"), (2.5, 4.0, "sad"))


@pytest.fixture
def talk(tmp_path: Path) -> AnalyzedRecording:
    path = tmp_path / "talks" / "anna.wav"
    path.parent.mkdir()
    sound = (0.1 * np.random.default_rng(3).standard_normal(5 * RATE)).astype(np.float32)
    soundfile.write(path, sound, RATE)
    results = tuple(SegmentResult(start_s, end_s, prediction(said, 0.7)) for start_s, end_s, said in SEGMENTS)
    outline = Envelope(RATE)
    outline.push(sound)
    analysis = RecordingAnalysis(str(path), 5.0, RATE, results, overall_prediction(results, 0.3))
    return AnalyzedRecording(path, analysis, outline, "tiny", "", "CPUExecutionProvider", LABELS)


@pytest.fixture
def corrected(
    window: MainWindow, talk: AnalyzedRecording, qtbot: QtBot, until: Callable[..., None]
) -> RecordingView:
    """The first segment was clicked in the timeline and called angry by its digit, with a note."""
    show_result(window, talk)
    view = window.recording
    until(lambda: view.plots is not None and view.lanes is not None and view.lanes.sound is not None)
    until(lambda: view.lanes.sound.complete)
    track, row = view.track, view.track.rows["wave"]
    at = row.area.topLeft().toPoint()
    at.setX(round(track.gutter + track.axis.x(1.0)))
    at.setY(round(row.area.center().y()))
    qtbot.mouseClick(track.viewport(), Qt.MouseButton.LeftButton, pos=at)
    until(lambda: track.selected == 0)
    assert view.playback.position_s == pytest.approx(1.0, abs=0.02)
    qtbot.keyClick(track, str(1 + LABELS.index("angry")))
    until(lambda: bool(view.recording.analysis.corrections))
    view.note(0, "slams the door")
    until(lambda: view.recording.analysis.corrections[0].note == "slams the door")
    return view


def test_corrections_that_cannot_be_kept_beside_the_recording_are_told_of(
    window: MainWindow, talk: AnalyzedRecording, until: Callable[..., None]
) -> None:
    path = talk.path.rename(talk.path.with_name("n" * 245 + ".wav"))  # no room for a longer name
    show_result(window, replace(talk, path=path))
    window.recording.note(0, "slams the door")
    until(lambda: "cannot be kept beside it, so they are in" in window.banner.message)


def _entry(view: RecordingView, title: str) -> QAction:
    return next(
        action for action in view.header.export_button.menu().actions() if action.text() == f"{title}…"
    )


def _read_json(text: str) -> None:
    first, second = json.loads(text)["files"][0]["segments"]
    assert (first["corrected_label"], first["note"]) == ("angry", "slams the door")
    assert (second["label"], second["corrected_label"]) == ("sad", None)


def _read_csv(text: str) -> None:
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["corrected_label"]]
    assert [(row["corrected_label"], row["note"]) for row in rows] == [("angry", "slams the door")]


def _read_audacity(text: str) -> None:
    starts = [line.split("\t") for line in text.splitlines()]
    first = next(row for row in starts if row[0].startswith("0.5"))
    assert float(first[1]) == 2.0
    assert "angry" in first[2].lower()


def _read_subtitles(text: str) -> None:
    blocks = [block for block in text.split("\n\n") if "-->" in block]
    assert len(blocks) == 2
    assert "00:00:00" in blocks[0]
    assert "angry" in blocks[0].lower()
    assert "sad" in blocks[1].lower()


def _read_textgrid(text: str) -> None:
    assert 'class = "IntervalTier"' in text
    assert '"angry"' in text


def _read_html(text: str) -> None:
    assert text.lower().startswith("<!doctype html>")
    assert "slams the door" in text
    assert "angry" in text.lower()


READ: dict[str, Callable[[str], None]] = {
    "json": _read_json,
    "csv": _read_csv,
    "audacity": _read_audacity,
    "srt": _read_subtitles,
    "vtt": _read_subtitles,
    "textgrid": _read_textgrid,
    "html": _read_html,
}


def test_every_format_of_the_menu_holds_what_was_corrected(
    window: MainWindow,
    corrected: RecordingView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    until: Callable[..., None],
) -> None:
    assert READ.keys() == FORMATS.keys()
    for kind, made in FORMATS.items():
        path = tmp_path / f"out{made.ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        _entry(corrected, made.title).trigger()
        until(lambda path=path: f"Saved {path.name}" in window.banner.message)
        READ[kind](path.read_text(encoding="utf-8-sig"))


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_the_plot_is_saved_as_a_picture(
    window: MainWindow,
    corrected: RecordingView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    path = tmp_path / f"plot{ending}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    size = corrected.track.size()
    _entry(corrected, "Picture of the plot (PNG, SVG)").trigger()
    if ending == ".png":
        picture = QImage(str(path))
        assert picture.size() == 2 * size
        assert len({picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in range(0, 500, 9)}) > 5
    else:
        assert QSvgRenderer(str(path)).viewBox().size() == size
        text = path.read_text()
        assert "Angry" in text
        assert "Happy" not in text


def test_training_reads_what_was_clicked_as_a_clip(corrected: RecordingView) -> None:
    folder = corrected.recording.path.parent
    (clip,), _ = load_corpus("folder", folder)
    assert (clip.emotion, clip.speaker, clip.duration) == ("angry", "folder-anna", 1.5)
    whole, _ = soundfile.read(corrected.recording.path, dtype="float32")
    assert read_waveform(clip.path) == pytest.approx(whole[RATE // 2 : 2 * RATE], abs=1e-6)
