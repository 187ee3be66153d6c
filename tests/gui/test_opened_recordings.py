"""Recordings that are open: all are analyzed in the background, one is shown, and none is lost on the way."""

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

from desktop_app.core import language
from desktop_app.core.types import CaptureState
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.queue import EntryState
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import load
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
    return window.recording.header.place.text() if window.recording.header.place.isVisible() else ""


def test_they_are_shown_one_after_the_other(
    opened: MainWindow, until: Callable[..., None], qtbot: QtBot
) -> None:
    assert opened.recording.isVisible(), "before there is a model, it says what it is going to analyze"
    until(lambda: shown(opened) == "a.wav")
    assert place(opened) == "1 of 3"
    assert not opened.recording.header.previous.isEnabled()
    qtbot.mouseClick(opened.recording.header.next, Qt.MouseButton.LeftButton)
    until(lambda: shown(opened) == "b.wav")
    assert len(opened.recording.recording.segments()) == 2
    opened.step_recording(1)
    until(lambda: shown(opened) == "c.wav")
    assert not opened.recording.header.next.isEnabled()
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


def states(window: MainWindow) -> list[EntryState]:
    return [entry.state for entry in window.opened.queue.entries]


def test_all_are_analyzed_though_only_the_first_is_looked_at(
    opened: MainWindow, until: Callable[..., None]
) -> None:
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    assert shown(opened) == "a.wav"
    assert [entry.result.path.name for entry in opened.opened.queue.entries] == ["a.wav", "b.wav", "c.wav"]


def test_one_that_cannot_be_analyzed_stays_in_the_list_with_its_reason(
    opened: MainWindow, until: Callable[..., None], tmp_path: Path
) -> None:
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    (tmp_path / "broken.wav").write_text("no sound\n" * 100)
    opened.open_recordings([tmp_path / "broken.wav"])
    until(lambda: states(opened)[3] is EntryState.FAILED)
    assert "broken.wav" in opened.banner.message
    assert shown(opened) == "a.wav", "what was shown before is shown again"
    opened.shelf.show_list()
    rows = opened.recordings.table.rows
    assert rows.index(3, 2).data() == "Cannot be analyzed"
    assert "broken.wav" in rows.index(3, 2).data(Qt.ItemDataRole.ToolTipRole)


def test_they_are_analyzed_on_while_another_page_is_in_sight(
    opened: MainWindow, until: Callable[..., None]
) -> None:
    opened.go("live")
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    assert opened.on("live"), "nobody is led away from what he looks at"
    opened.go("recordings")
    assert shown(opened) == "a.wav"


def test_live_capture_and_the_analyses_go_on_side_by_side(
    opened: MainWindow, until: Callable[..., None]
) -> None:
    opened.go("live")
    opened.toggle_capture()
    until(lambda: opened.model.state in {CaptureState.LISTENING, CaptureState.SPEAKING})
    opened.opened.analyze_again()
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    assert opened.model.state in {CaptureState.LISTENING, CaptureState.SPEAKING}
    assert opened.banner.message == ""


class TestTheList:
    @pytest.fixture
    def listed(self, opened: MainWindow, until: Callable[..., None]) -> MainWindow:
        until(lambda: states(opened) == [EntryState.DONE] * 3)
        opened.shelf.show_list()
        return opened

    def test_tells_what_was_found_in_each(self, listed: MainWindow) -> None:
        rows = listed.recordings.table.rows
        assert [rows.index(row, 0).data() for row in range(3)] == ["a.wav", "b.wav", "c.wav"]
        assert [rows.index(row, 3).data() for row in range(3)] == ["1", "2", "3"]

    def test_opens_one_by_enter_and_escape_leads_back(self, listed: MainWindow, qtbot: QtBot) -> None:
        table = listed.recordings.table
        table.selectRow(2)
        qtbot.keyClick(table, Qt.Key.Key_Return)
        assert shown(listed) == "c.wav"
        listed.setFocus()
        qtbot.keyClick(listed, Qt.Key.Key_Escape)
        assert listed.recordings.lists
        qtbot.keyClick(listed, Qt.Key.Key_Escape)
        assert listed.on("live")

    def test_what_is_removed_comes_back_by_undo_with_its_result(
        self, listed: MainWindow, qtbot: QtBot
    ) -> None:
        before = listed.opened.queue.entries[1].result
        listed.recordings.table.selectRow(1)
        qtbot.keyClick(listed.recordings.table, Qt.Key.Key_Delete)
        assert [path.name for path in listed.opened.paths] == ["a.wav", "c.wav"]
        assert listed.actions_["undo"].isEnabled()
        listed.actions_["undo"].trigger()
        assert [path.name for path in listed.opened.paths] == ["a.wav", "b.wav", "c.wav"]
        assert listed.opened.queue.entries[1].result is before
        assert not listed.actions_["undo"].isEnabled()

    def test_what_was_removed_is_named_in_the_windows_language(self, listed: MainWindow) -> None:
        language.install(lambda text: f"<{text}>", code="de")
        try:
            listed.shelf.remove_shown()
            latest = listed.model.undo.latest
        finally:
            language.install(None)
        assert latest is not None
        assert latest.name.startswith("<removing ")

    def test_is_empty_when_all_are_removed(self, listed: MainWindow) -> None:
        for entry in list(listed.opened.queue.entries):
            listed.opened.remove(entry)
        assert listed.recordings.open_button.isVisible()
        assert not listed.exports.possible

    def test_one_that_waits_can_be_left_out_and_analyzed_later(
        self, listed: MainWindow, until: Callable[..., None]
    ) -> None:
        listed.opened.analyze_again()
        last = listed.opened.queue.entries[2]
        last.result = None
        listed.opened.cancel(last)
        assert last.state is EntryState.CANCELLED
        until(lambda: not any(entry.pending for entry in listed.opened.queue.entries))
        listed.opened.retry(last)
        until(lambda: last.state is EntryState.DONE)


def test_what_was_opened_is_offered_again(
    opened: MainWindow, until: Callable[..., None], recordings: list[Path], tmp_path: Path
) -> None:
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    assert opened.remembered.recent_recordings()[0] == recordings[2].absolute()
    again = load(tmp_path / "window.json")
    assert again.recent_recordings == [str(path.absolute()) for path in recordings[::-1]]


def test_nobody_is_listened_to_until_somebody_asks_for_it(
    opened: MainWindow, until: Callable[..., None]
) -> None:
    until(lambda: shown(opened) == "a.wav")
    opened.back_to_live()
    until(lambda: opened.model.state is CaptureState.PAUSED)
    assert len(opened.opened.paths) == 3, "what was open is still there to come back to"
    opened.toggle_capture()
    until(lambda: opened.model.state in {CaptureState.LISTENING, CaptureState.SPEAKING})


def test_what_is_opened_later_joins_the_others(
    opened: MainWindow, until: Callable[..., None], recordings: list[Path], tmp_path: Path
) -> None:
    until(lambda: shown(opened) == "a.wav")
    shutil.copy(recordings[2], tmp_path / "other.wav")
    opened.open_recordings([tmp_path / "other.wav", recordings[0]])
    until(lambda: shown(opened) == "other.wav")
    assert place(opened) == "4 of 4"
    assert not opened.actions_["next_recording"].isEnabled()


def test_a_single_one_has_no_neighbours(opened: MainWindow, until: Callable[..., None]) -> None:
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    for entry in opened.opened.queue.entries[1:]:
        opened.opened.remove(entry)
    assert shown(opened) == "a.wav"
    assert place(opened) == ""


def test_where_the_first_one_cannot_be_analyzed_the_next_is_shown(
    opened: MainWindow, until: Callable[..., None], recordings: list[Path], tmp_path: Path
) -> None:
    until(lambda: states(opened) == [EntryState.DONE] * 3)
    for entry in list(opened.opened.queue.entries):
        opened.opened.remove(entry)
    (tmp_path / "broken.wav").write_text("no sound\n" * 100)
    opened.open_recordings([tmp_path / "broken.wav", recordings[2]])
    until(lambda: shown(opened) == "c.wav")
    assert "broken.wav" in opened.banner.message
