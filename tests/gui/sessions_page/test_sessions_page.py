"""The page of sessions: found, compared, exported and deleted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from gui_events import engine, final
from kept_sessions import Keep, Listed, Until, names, read, told
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.gui import sessions as presenter
from desktop_app.gui.look.theme import DARK, LIGHT
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.state.sessions import Figures, emotions_text, file_stem, what_is_kept, when
from desktop_app.gui.window import MainWindow
from desktop_app.sessions.database import FILE
from desktop_app.sessions.writer import About, SessionWriter


class TestTheList:
    def test_without_sessions_it_says_what_to_do(
        self, window: MainWindow, page: SessionsPage, until: Until
    ) -> None:
        window.go("sessions")
        until(lambda: bool(page.list.nothing.text()))
        assert "Speak into a microphone" in page.list.nothing.text()
        assert page.list.table.isHidden()
        assert page.list.delete_button.isHidden()
        assert window.model.notice is None

    def test_it_has_the_latest_first_with_their_emotions(
        self, page: SessionsPage, keep: Keep, listed: Listed
    ) -> None:
        keep("First", "sad")
        keep("Second", "happy", "happy", "sad", sound=True)
        listed(2)
        rows = page.list.table.rows
        assert names(page) == ["Second", "First"]
        texts = [rows.data(rows.index(0, column), Qt.ItemDataRole.DisplayRole) for column in range(7)]
        assert texts[2:] == ["0:08", "3", "Happy 67 %, sad 33 %", "", "Kept"]

    def test_where_room_is_short_the_emotions_have_that_of_columns_in_which_nothing_stands(
        self, window: MainWindow, page: SessionsPage, keep: Keep, listed: Listed, qtbot: QtBot
    ) -> None:
        keep("Anna", "happy", "sad")
        listed(1)
        table = page.list.table

        def hidden(size: tuple[int, int]) -> list[bool]:
            window.resize(*size)
            qtbot.wait(10)
            return [table.isColumnHidden(column) for column in (5, 6)]

        assert hidden((1200, 800)) == [False, False]
        assert hidden((760, 560)) == [True, True]
        assert table.columnWidth(4) >= 200
        keep("Bela", "happy", sound=True)
        window.go("live")
        listed(2)
        assert hidden((760, 560)) == [True, False]

    def test_searching_finds_names_notes_and_emotions(
        self, window: MainWindow, page: SessionsPage, keep: Keep, listed: Listed, until: Until
    ) -> None:
        keep("Interview", "sad")
        noted = keep("Rehearsal", "happy")
        window.sessions.add_note(noted, "Anna laughs", None)
        listed(2)
        until(lambda: page.list.table.rows.sessions[0].notes == 1)
        page.list.search.setText("anna HAPPY")
        until(lambda: names(page) == ["Rehearsal"])
        page.list.search.setText("anna sad")
        until(lambda: not names(page))
        assert "anna sad" in page.list.nothing.text()
        assert page.escape()
        until(lambda: len(names(page)) == 2)
        assert not page.escape()

    def test_a_click_on_a_column_sorts_by_it_and_what_was_chosen_stays_chosen(
        self, page: SessionsPage, keep: Keep, listed: Listed
    ) -> None:
        keep("b", "sad")
        keep("a", "sad", "sad")
        keep("c", "sad", "sad", "sad")
        listed(3)
        page.list.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        assert names(page) == ["a", "b", "c"]
        page.list.table.selectRow(2)
        page.list.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
        assert names(page) == ["c", "a", "b"]
        assert [session.name for session in page.list.table.chosen] == ["c"]
        page.list.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        assert [session.name for session in page.list.table.chosen] == ["c"]
        assert page.list.table.currentIndex().row() == 2

    def test_two_thousand_are_listed_and_texts_are_made_of_those_in_sight_only(
        self,
        *,
        monkeypatch: pytest.MonkeyPatch,
        page: SessionsPage,
        keep: Keep,
        listed: Listed,
        folder: Path,
        qtbot: QtBot,
    ) -> None:
        keep("One", "sad")
        with sqlite3.connect(folder / FILE) as connection:
            columns = [row[1] for row in connection.execute("PRAGMA table_info(session)") if row[1] != "id"]
            listing = ", ".join(columns)
            copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999) "
            connection.execute(
                f"INSERT INTO session ({listing}) {copies} SELECT {listing} FROM session, n WHERE id = 1"  # noqa: S608
            )
        connection.close()
        made: list[int] = []
        rows = page.list.table.rows
        text = rows._text
        monkeypatch.setattr(
            rows, "_text", lambda session, column: made.append(session.id) or text(session, column)
        )
        listed(2000)
        qtbot.wait(10)
        assert len(set(made)) < 100
        page.list.table.scrollToBottom()
        qtbot.wait(10)
        assert len(set(made)) < 200

    def test_what_is_kept_is_said_in_plain_words_with_the_place(self, folder: Path) -> None:
        said = what_is_kept(folder, on=True, with_sound=False)
        assert "Words and sound are not kept" in said
        assert str(folder) in said
        assert "the sound is" in what_is_kept(folder, on=True, with_sound=True)
        assert what_is_kept(folder, on=False, with_sound=True).startswith("Nothing is kept now")

    def test_it_does_not_say_that_words_are_not_kept_while_they_are_written_down(
        self, window: MainWindow, page: SessionsPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window.keeping.begin()
        assert "Words and sound are not kept" in page.list.promise.text()
        window.keeping.write_down(True)
        assert "what was said" in page.list.promise.text()
        assert "Words" not in page.list.promise.text()
        window.keeping.keep_sound(True)
        assert "what was said" in page.list.promise.text()
        assert "and the sound, in a file" in page.list.promise.text()

    def test_keeping_is_switched_on_the_page_and_remembered(
        self, window: MainWindow, page: SessionsPage, qtbot: QtBot
    ) -> None:
        window.keeping.begin()
        window.go("sessions")
        assert page.list.keeping.isChecked()
        page.list.keeping.click()
        assert not window.settings.keep_sessions
        assert not window.controller.keeper.on
        assert not page.list.sound.isEnabled()
        assert page.list.promise.text().startswith("Nothing is kept now")


class TestSeveral:
    def test_two_are_shown_side_by_side(
        self, page: SessionsPage, keep: Keep, listed: Listed, until: Until
    ) -> None:
        keep("Before", "happy", "happy")
        keep("After", "sad", "happy", "sad", "sad")
        listed(2)
        assert not page.list.compare_button.isEnabled()
        page.list.table.selectAll()
        page.list.compare_button.click()
        until(lambda: page.side == "compared")
        shares = dict(page.compared.chart.rows)
        assert shares["happy"] == (0.25, 1.0)
        assert shares["sad"] == (0.75, 0.0)
        assert page.escape()

    def test_figures_tell_rates_confidence_and_doubt(self, keep: Keep, folder: Path) -> None:
        found = Figures.of(read(folder, keep("", "happy", "sad", "happy", unsure=1)))
        assert (found.utterances, found.speech_s) == (3, 6.0)
        assert found.per_minute == pytest.approx(60 * 3 / 8)
        assert found.confidence == pytest.approx(0.8)
        assert found.uncertain == pytest.approx(1 / 3)

    @pytest.mark.parametrize("kind", ["json", "csv", "srt"])
    def test_one_is_exported_to_a_file(
        self,
        *,
        kind: str,
        window: MainWindow,
        page: SessionsPage,
        opened: int,
        until: Until,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        target = tmp_path / f"out.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
        page.opened.exported.emit([opened], kind)
        until(target.exists)
        until(lambda: window.model.notice is not None)
        assert window.model.notice.text == f"Saved out.{kind} in {tmp_path}."
        if kind == "json":
            assert json.loads(target.read_text())["files"][0]["session"]["name"] == "Anna"

    def test_several_are_exported_into_a_folder_and_replace_nothing(
        self,
        *,
        page: SessionsPage,
        keep: Keep,
        listed: Listed,
        until: Until,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        window: MainWindow,
    ) -> None:
        keep("Anna", "happy")
        keep("Anna", "sad")
        listed(2)
        out = tmp_path / "out"
        out.mkdir()
        first = page.list.table.rows.sessions[0]
        (out / f"{file_stem(first)}-{first.id}.csv").write_text("mine")
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(out))
        page.list.table.selectAll()
        page.list.exported.emit([each.id for each in page.list.table.chosen], "csv")
        until(lambda: window.model.notice is not None)
        assert window.model.notice.text == f"Saved 2 sessions in {out}."
        assert len(list(out.iterdir())) == 3
        assert (out / f"{file_stem(first)}-{first.id}.csv").read_text() == "mine"


class TestDeleting:
    def texts(self, folder: Path, word: str) -> bool:
        return any(word.encode() in path.read_bytes() for path in folder.iterdir() if path.is_file())

    def test_deleted_ones_are_out_of_sight_and_can_be_brought_back(
        self, window: MainWindow, page: SessionsPage, keep: Keep, listed: Listed, until: Until
    ) -> None:
        keep("Anna", "happy")
        keep("Bela", "sad")
        listed(2)
        page.list.table.selectAll()
        page.list.delete_button.click()
        until(lambda: not names(page))
        assert window.model.notice is not None
        assert window.model.notice.can_undo
        window.undo()
        until(lambda: len(names(page)) == 2)
        window.sessions.purge([1, 2])
        window.close()

    @pytest.mark.parametrize("how", ["a minute later", "at the end"])
    def test_then_they_are_deleted_for_good(
        self,
        *,
        how: str,
        window: MainWindow,
        page: SessionsPage,
        keep: Keep,
        listed: Listed,
        until: Until,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        if how == "a minute later":
            monkeypatch.setattr(presenter, "UNDO_S", 0.05)
        number = keep("Annaliese", "happy", sound=True)
        listed(1)
        assert self.texts(folder, "Annaliese")
        window.sessions.delete([number])
        until(lambda: not names(page))
        if how == "at the end":
            until(lambda: window.model.notice is not None and window.model.notice.can_undo)
            window.close()
        else:
            until(lambda: window.model.notice is not None and "for good." in window.model.notice.text[-10:])
        until(lambda: not self.texts(folder, "Annaliese"))
        assert not list(folder.glob("*.flac"))
        assert window.model.undo.latest is None

    def test_one_that_was_brought_back_and_deleted_again_has_its_whole_minute(
        self,
        *,
        window: MainWindow,
        page: SessionsPage,
        keep: Keep,
        listed: Listed,
        until: Until,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        number = keep("Annaliese", "happy")
        listed(1)
        minutes: list[Callable[[], None]] = []
        timer = SimpleNamespace(singleShot=lambda _ms, _of, over: minutes.append(over))
        monkeypatch.setattr(presenter, "QTimer", timer)
        window.sessions.delete([number])
        until(lambda: not names(page))
        window.undo()
        until(lambda: len(names(page)) == 1)
        window.sessions.delete([number])
        until(lambda: not names(page))
        minutes[0]()
        until(lambda: not window.sessions._jobs._running)
        assert self.texts(folder, "Annaliese")
        window.undo()
        until(lambda: len(names(page)) == 1)

    def test_one_that_is_being_kept_cannot_be_deleted(
        self,
        window: MainWindow,
        page: SessionsPage,
        folder: Path,
        listed: Listed,
        until: Until,
    ) -> None:
        writer = SessionWriter(folder, About("microphone", name="Now"), told, commit_s=0.005)
        writer.start()
        writer.post(engine())
        writer.post(final("happy"))
        until(lambda: writer.session is not None)
        listed(1)
        page.list.table.selectRow(0)
        assert not page.list.delete_button.isEnabled()
        assert "being kept now" in page.list.delete_button.toolTip()
        window.sessions.delete([1])
        until(lambda: window.model.notice is not None)
        assert "being written" in window.model.notice.text
        writer.stop()


def test_words_about_a_session(keep: Keep, folder: Path) -> None:
    session = read(folder, keep("Talk: Anna / Bela", "happy", "sad")).session
    assert emotions_text(session) == "Happy 50 %, sad 50 %"
    longer = replace(session, answers_s={"happy": 3.0, "sad": 1.0})
    assert emotions_text(longer) == "Happy 75 %, sad 25 %"  # by time, as of an opened one
    assert file_stem(session) == f"{when(session).replace(' ', '-').replace(':', '')}-Talk-Anna-Bela"


@pytest.mark.parametrize("size", [(760, 560), (1200, 800)])
@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_everything_fits_and_can_be_reached_by_the_keyboard(
    *, size: Sequence[int], tokens: object, window: MainWindow, page: SessionsPage, opened: int, qtbot: QtBot
) -> None:
    window.resize(*size)
    page.apply_theme(tokens)
    qtbot.wait(10)
    for button in (page.opened.play, page.opened.correct, page.opened.note, page.opened.delete_button):
        assert button.accessibleName()
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert page.rect().contains(button.mapTo(page, button.rect().bottomRight()))
