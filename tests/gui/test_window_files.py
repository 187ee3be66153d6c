"""Files come to the window by its dialogs and by being dropped on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dragging import drag
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
)
from pytestqt.qtbot import QtBot

from desktop_app.gui.window import MainWindow


def as_the_active_one(window: MainWindow, qtbot: QtBot) -> None:
    """Shortcuts belong to the window that is active.

    And while Qt thinks that the program ends, as after the last window of another test, no dialog stays open:
    a whole run of its event loop makes it forget that.
    """
    QTimer.singleShot(0, QApplication.exit)  # not quit, which closes windows
    QApplication.exec()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)


@pytest.mark.parametrize(
    ("key", "title"), [(Qt.Key.Key_O, "Open recordings"), (Qt.Key.Key_M, "Open a model")]
)
def test_a_file_dialog_opens_by_its_shortcut_and_cancelling_it_changes_nothing(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: Qt.Key, title: str
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(window.opened, "open", begun.extend)
    monkeypatch.setattr(window.controller.in_use, "load", begun.append)
    seen: list[str] = []

    def cancel() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        seen.append(dialog.windowTitle())
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    as_the_active_one(window, qtbot)
    QTimer.singleShot(300, window, cancel)
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert seen == [title]
    assert begun == []
    assert window.live.isVisible()
    assert window.banner.message == ""


def test_a_recording_chosen_in_the_dialog_is_analyzed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(b"")

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        name.setText(str(path))
        qtbot.keyClick(name, Qt.Key.Key_Return)

    as_the_active_one(window, qtbot)
    QTimer.singleShot(300, window, choose)
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.opened.paths == [path]


def test_a_dropped_file_goes_where_it_belongs(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models: list[Path] = []
    recordings: list[Path] = []
    monkeypatch.setattr(window.controller.in_use, "load", lambda path, **_: models.append(path))
    monkeypatch.setattr(window.opened, "open", recordings.extend)
    monkeypatch.setattr(window.controller.in_use, "engine", object())
    assert drag(window, tmp_path / "a.ONNX")
    assert drag(window, tmp_path / "b.wav")
    assert (models, recordings) == ([tmp_path / "a.ONNX"], [tmp_path / "b.wav"])


def test_of_a_dropped_folder_its_recordings_are_opened_and_the_rest_is_counted(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drag(window, tmp_path)
    assert "There is no recording in the folder" in window.banner.message
    for name in ("b.wav", "a.wav", "notes.txt"):
        (tmp_path / name).touch()
    assert drag(window, tmp_path)
    assert window.opened.paths == [tmp_path / "a.wav", tmp_path / "b.wav"]
    assert window.banner.message == "1 file left out: 1 .txt."


def test_what_hovers_and_is_no_file_is_not_taken(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("words")
    enter = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    window.dragEnterEvent(enter)
    assert not enter.isAccepted()
    assert not window.drops.overlay.isVisible()
