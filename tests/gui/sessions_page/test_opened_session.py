"""One session on its page: shown, named, noted, corrected, and followed while it is written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from gui_events import LABELS, engine, final
from kept_sessions import Listed, Until, read, told
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.gui import sessions as presenter
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.widgets.dialogs import ask_words
from desktop_app.gui.window import MainWindow
from desktop_app.sessions.store import SessionStore
from desktop_app.sessions.writer import About, SessionWriter


class TestOneSession:
    def test_it_shows_what_was_said_and_how_it_sounded(self, page: SessionsPage, opened: int) -> None:
        side = page.opened
        assert side.title.whole == "Anna"
        assert "3 utterances" in side.detail.whole
        rows = side.said.rows
        words = [rows.data(rows.index(row, 2), Qt.ItemDataRole.DisplayRole) for row in range(rows.rowCount())]
        assert words == ["Happy", "Sad", "Uncertain"]
        assert dict(side.chart.rows)["happy"] == (0.5,)
        assert "33 % of the utterances were uncertain" in side.unsure.text()
        assert page.escape()
        assert page.side == "list"

    def test_the_ribbon_and_the_table_choose_alike(
        self, page: SessionsPage, opened: int, qtbot: QtBot
    ) -> None:
        ribbon = page.opened.ribbon
        middle = ribbon.rect().center()
        qtbot.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=middle)
        assert page.opened.said.place == 1
        assert ribbon._selected == 1

    def test_the_ribbon_stacks_the_first_label_at_the_bottom_as_plots_do(
        self, page: SessionsPage, opened: int
    ) -> None:
        ribbon = page.opened.ribbon
        picture = ribbon._drawn()
        of_first = ribbon.tokens.emotion(ribbon._colours[ribbon._labels[0]])
        x = round(picture.width() * ribbon._said[0].start_s / ribbon._seconds) + 1
        assert picture.pixelColor(x, picture.height() - 1) == of_first

    def test_a_correction_counts_in_place_of_the_answer_and_can_be_undone(
        self, window: MainWindow, page: SessionsPage, opened: int, until: Until, folder: Path
    ) -> None:
        page.opened.said.selectRow(2)
        page.opened.fill_corrections()
        choices = {action.text(): action for action in page.opened.correct_menu.actions()}
        assert set(choices) == {label.capitalize() for label in LABELS} | {"", "As it was answered"}
        choices["Angry"].trigger()
        until(lambda: page.opened.one.utterances[2].corrected == "angry")
        assert dict(page.opened.chart.rows)["angry"] == (pytest.approx(1 / 3),)
        window.undo()
        until(lambda: page.opened.one.utterances[2].corrected is None)

    def test_notes_are_made_changed_and_taken_away(
        self,
        window: MainWindow,
        page: SessionsPage,
        opened: int,
        until: Until,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        answers: list[str | None] = ["She laughs", "", None]
        asked: list[str] = []

        def answer(_: object, title: str, label: str, before: str = "") -> str | None:
            asked.append(label)
            return answers.pop(0)

        monkeypatch.setattr(presenter, "ask_words", answer)
        page.opened.said.selectRow(1)
        page.opened.note.click()
        until(lambda: page.opened.notes.count() == 1)
        assert page.opened.notes.item(0).text() == "0:03  She laughs"
        assert page.opened.said.rows.data(page.opened.said.rows.index(1, 5), 0) == "She laughs"
        page.opened.notes.itemActivated.emit(page.opened.notes.item(0))
        until(lambda: page.opened.notes.count() == 0)
        page.opened.note_session.click()
        assert [each.split(";")[0].rstrip(":") for each in asked] == [
            "Your words on what was said at 0:03",
            "Your words on what was said at 0:03",
            "Your words on the whole session",
        ]

    def test_a_note_is_written_without_a_mouse(self, window: MainWindow, qtbot: QtBot) -> None:
        def write() -> None:
            dialog = QApplication.activeModalWidget()
            field = dialog.findChild(QPlainTextEdit)
            qtbot.keyClicks(field, "She laughs")
            qtbot.keyClick(field, Qt.Key.Key_Tab)
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
            if dialog.isVisible():  # the keys did not do it
                dialog.reject()

        QTimer.singleShot(100, write)
        assert ask_words(window, "Note", "Your words:") == "She laughs"

    def test_it_gets_a_name(
        self,
        page: SessionsPage,
        opened: int,
        until: Until,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Bela", True))
        page.opened.rename_button.click()
        until(lambda: page.opened.title.whole == "Bela")
        assert read(folder, opened).session.name == "Bela"

    def test_what_is_said_last_counts_whatever_takes_longer(
        self, window: MainWindow, page: SessionsPage, opened: int, folder: Path, until: Until
    ) -> None:
        segment = page.opened.one.utterances[0].segment

        done: list[str] = []

        def slowly(store: SessionStore) -> None:
            time.sleep(0.3)
            store.correct(opened, segment, "sad")
            done.append("sad")

        window.sessions._change(slowly)
        window.sessions.correct(opened, segment, "angry")
        until(lambda: bool(done))
        until(lambda: page.opened.one.utterances[0].corrected == "angry")
        assert read(folder, opened).utterances[0].corrected == "angry"


@pytest.mark.parametrize("leaves", [True, False])
def test_an_opened_session_grows_while_somebody_writes_it(
    *, leaves: bool, window: MainWindow, page: SessionsPage, listed: Listed, folder: Path, until: Until
) -> None:
    writer = SessionWriter(folder, About("microphone", name="Now"), told, commit_s=0.005)
    writer.start()
    writer.post(engine())
    writer.post(final("happy"))
    until(lambda: writer.session is not None)
    listed(1)
    window.sessions.open(1)
    until(lambda: page.side == "opened")
    if leaves:
        window.go("live")
    writer.post(final("sad", 5.0, 1, 3.0))
    writer.stop()
    if leaves:
        window.go("sessions")
    else:
        window.sessions._again.setInterval(20)
    until(lambda: len(page.opened.one.utterances) == 2)
    assert "being kept now" not in page.opened.detail.whole
