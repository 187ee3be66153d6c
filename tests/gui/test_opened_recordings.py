"""Recordings that were opened together: one is shown at a time, and none is lost on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from running import made_up_speech

from desktop_app.core.types import CaptureState
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow


@pytest.fixture
def recordings(tmp_path: Path) -> list[Path]:
    """Three of one, two and three words; the second is none."""
    paths = []
    for name, words in (("a", 1), ("b", 2), ("c", 3)):
        paths.append(tmp_path / f"{name}.wav")
        soundfile.write(paths[-1], made_up_speech(*[(0.7, 0.5)] * words), 16000)
    return paths


@pytest.fixture
def opened(
    qapp: QApplication, theme: ThemeManager, tmp_path: Path, model_file: Path, recordings: list[Path]
) -> Iterator[MainWindow]:
    """A window as `emoscope a.wav b.wav c.wav` opens it."""
    window = MainWindow(theme, Settings(), tmp_path / "window.json")
    window.controller.rest()
    window.open_recordings(recordings)
    window.start(SourceChoice("demo"), model_file, "cpu", list_devices=False)
    window.show()
    yield window
    window.close()
    window.controller.close()
    window.deleteLater()


def shown(window: MainWindow) -> str:
    view = window.recording
    there = window.on("recordings") and not view.working and view.recording is not None
    return view.recording.path.name if there else ""


def place(window: MainWindow) -> str:
    return window.recording._place.text() if window.recording._place.isVisible() else ""


def test_they_are_shown_one_after_the_other(
    opened: MainWindow, until: Callable[..., None], qtbot: QtBot
) -> None:
    assert opened.recording.isVisible(), "before there is a model, it says what it is going to analyze"
    until(lambda: shown(opened) == "a.wav")
    assert place(opened) == "1 of 3"
    assert not opened.recording.previous.isEnabled()
    qtbot.mouseClick(opened.recording.next, Qt.MouseButton.LeftButton)
    until(lambda: shown(opened) == "b.wav")
    assert len(opened.recording.recording.segments()) == 2
    opened.step_recording(1)
    until(lambda: shown(opened) == "c.wav")
    assert not opened.recording.next.isEnabled()
    opened.step_recording(1)
    assert shown(opened) == "c.wav"


def test_what_was_analyzed_is_there_at_once_when_one_comes_back(
    opened: MainWindow, until: Callable[..., None]
) -> None:
    until(lambda: shown(opened) == "a.wav")
    first = opened.recording.recording
    opened.step_recording(1)
    until(lambda: shown(opened) == "b.wav")
    opened.step_recording(-1)
    assert opened.recording.recording is first
    assert place(opened) == "1 of 3"


def test_one_that_cannot_be_analyzed_is_told_and_left_out(
    opened: MainWindow, until: Callable[..., None], recordings: list[Path]
) -> None:
    until(lambda: shown(opened) == "a.wav")
    recordings[1].write_text("no sound\n" * 100)
    opened.step_recording(1)
    until(lambda: shown(opened) == "c.wav")
    assert "b.wav" in opened.banner.message
    assert place(opened) == "2 of 2"


def test_nobody_is_listened_to_until_somebody_asks_for_it(
    opened: MainWindow, until: Callable[..., None]
) -> None:
    until(lambda: shown(opened) == "a.wav")
    opened.back_to_live()
    until(lambda: opened.model.state is CaptureState.PAUSED)
    assert len(opened.opened.paths) == 3, "what was open is still there to come back to"
    opened.toggle_capture()
    until(lambda: opened.model.state in {CaptureState.LISTENING, CaptureState.SPEAKING})


def test_a_single_one_has_no_neighbours(
    opened: MainWindow, until: Callable[..., None], recordings: list[Path], tmp_path: Path
) -> None:
    until(lambda: shown(opened) == "a.wav")
    shutil.copy(recordings[2], tmp_path / "other.wav")
    opened.open_recordings([tmp_path / "other.wav"])
    until(lambda: shown(opened) == "other.wav")
    assert place(opened) == ""
    assert not opened.actions_["next_recording"].isEnabled()


def test_where_the_first_one_cannot_be_analyzed_the_next_is_shown(
    opened: MainWindow, until: Callable[..., None], recordings: list[Path]
) -> None:
    until(lambda: shown(opened) == "a.wav")
    opened.back_to_live()
    for broken in recordings[:2]:
        broken.write_text("no sound\n" * 100)
    opened.open_recordings(recordings)
    until(lambda: shown(opened) == "c.wav")
    assert "b.wav" in opened.banner.message
    assert place(opened) == ""
