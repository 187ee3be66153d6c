"""The page of sessions: found, opened, compared, named, noted, corrected, exported, played and deleted."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from gui_events import LABELS, engine, final
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import Failure
from desktop_app.gui import playback
from desktop_app.gui import sessions as presenter
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.look.theme import DARK, LIGHT
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.state.sessions import Figures, emotions_text, file_stem, what_is_kept, when
from desktop_app.gui.widgets.dialogs import ask_words
from desktop_app.gui.window import MainWindow
from desktop_app.sessions.database import FILE
from desktop_app.sessions.store import OpenedSession, SessionStore
from desktop_app.sessions.writer import About, SessionWriter

Until = Callable[..., None]
Keep = Callable[..., int]
Listed = Callable[[int], None]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    return tmp_path / "sessions"


def told(failure: Failure) -> None:
    raise EmoscopeError(failure.message)


@pytest.fixture
def keep(folder: Path) -> Keep:
    """Keep a session in which these emotions follow one another, 2 s each; each after those before."""
    later: list[float] = []

    def made(name: str, *labels: str, sound: bool = False, unsure: int = 0) -> int:
        writer = SessionWriter(folder, About("microphone", name=name, sound=sound), told, commit_s=0.005)
        writer.start()
        if writer.sound_path is not None:
            writer.sound_path.write_bytes(b"fLaC")
        later.append(time.time() + 1000 * len(later))
        writer.post(replace(engine(), wall_clock=later[-1]))
        for place, label in enumerate(labels):
            start_s, uncertain = 3.0 * place, place >= len(labels) - unsure
            said = final(label, start_s + 2, place, start_s, uncertain=uncertain)
            writer.post(replace(said, wall_clock=later[-1] + start_s + 2))
        assert writer.stop()
        assert writer.session is not None
        return writer.session

    return made


@pytest.fixture
def page(window: MainWindow) -> SessionsPage:
    return window.sessions_page


def read(folder: Path, number: int) -> OpenedSession:
    with SessionStore(folder) as store:
        return store.open(number)


def names(page: SessionsPage) -> list[str]:
    return [session.name for session in page.list.table.rows.sessions]


@pytest.fixture
def listed(window: MainWindow, page: SessionsPage, until: Until) -> Listed:
    """Go to the page, and wait until it lists so many."""

    def wait(count: int) -> None:
        window.go("sessions")
        until(lambda: len(page.list.table.rows.sessions) == count)

    return wait


@pytest.fixture
def opened(window: MainWindow, page: SessionsPage, listed: Listed, keep: Keep, until: Until) -> int:
    """One session of three utterances that is opened: happy, sad and happy, the last one uncertain."""
    number = keep("Anna", "happy", "sad", "happy", unsure=1)
    listed(1)
    window.sessions.open(number)
    until(lambda: page.side == "opened")
    return number


def made_up_players(monkeypatch: pytest.MonkeyPatch, *, playing: bool) -> list[MagicMock]:
    """Those that are made from now on, the latest last."""
    players: list[MagicMock] = []

    def player(*_: object, **__: object) -> MagicMock:
        players.append(MagicMock(playing=playing, position_s=0.0, loop=None))
        return players[-1]

    monkeypatch.setattr(playback, "Player", player)
    return players


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

    def test_without_sound_it_cannot_be_played_and_says_why(self, page: SessionsPage, opened: int) -> None:
        assert not page.opened.play.isEnabled()
        assert page.opened.play.toolTip() == "No sound was kept of this session."
        assert not page.space()

    def test_with_sound_enter_plays_an_utterance_and_space_pauses(
        self, window: MainWindow, page: SessionsPage, keep: Keep, until: Until, qtbot: QtBot
    ) -> None:
        number = keep("Anna", "happy", "sad", sound=True)
        window.go("sessions")
        window.sessions.open(number)
        until(lambda: page.side == "opened")
        assert page.opened.play.isEnabled()
        played: list[tuple[float, float]] = []
        page.opened.played.disconnect()
        page.opened.played.connect(lambda start_s, end_s: played.append((start_s, end_s)))
        page.opened.toggled.disconnect()
        page.opened.toggled.connect(lambda: played.append((0.0, 0.0)))
        page.opened.said.selectRow(1)
        qtbot.keyClick(page.opened.said, Qt.Key.Key_Return)
        qtbot.keyClick(page.opened.said, Qt.Key.Key_Space)
        assert played == [(3.0, 5.0), (0.0, 0.0)]

    def test_what_was_said_after_a_session_was_opened_is_played_too(
        self,
        *,
        window: MainWindow,
        page: SessionsPage,
        keep: Keep,
        until: Until,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        players = made_up_players(monkeypatch, playing=False)
        number = keep("Anna", "happy", "sad", sound=True)
        window.go("sessions")
        window.sessions.open(number)
        until(lambda: page.side == "opened")
        for place in (0, 1):
            page.opened.said.selectRow(place)
            page.opened.play.click()
        assert len(players) == 1
        (sound,) = folder.glob("*.flac")
        sound.write_bytes(sound.read_bytes() + b"more")  # the session goes on
        page.opened.play.click()
        assert len(players) == 2
        players[1].play.assert_called_once_with(3.0, 5.0)

    def test_a_file_that_has_grown_is_opened_anew_without_a_moment_in_which_nothing_plays(
        self, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        players = made_up_players(monkeypatch, playing=True)
        sound = tmp_path / "sound.flac"
        sound.write_bytes(b"fLaC")
        jobs = Jobs()
        played, told = playback.Playback(jobs), []
        played.open(sound)
        played.set_loop((0.0, 1.0))
        played.changed.connect(lambda: told.append(played.playing))
        played.play(0.0, 1.0)
        sound.write_bytes(b"fLaC and more")
        played.play(1.0, 2.0)
        assert played.loop == (1.0, 2.0), "it still goes round"
        assert len(players) == 2
        sound.unlink()
        played.play(0.0, 1.0)
        assert len(players) == 2, "what is open can be heard"
        assert told, "and the microphone rests all the time"
        assert all(told)
        assert jobs.close()
        players[0].close.assert_called_once_with()

    def test_the_microphone_rests_while_a_session_is_played(
        self, window: MainWindow, page: SessionsPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window.go("sessions")
        sound, playing = window.sessions._sound, [True]
        monkeypatch.setattr(type(sound), "playing", property(lambda _: playing[0]))
        sound.changed.emit()
        assert window.controller.rests
        playing[0] = False
        sound.changed.emit()
        assert not window.controller.rests

    def test_the_microphone_rests_on_while_the_window_closes(
        self, window: MainWindow, page: SessionsPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window.go("sessions")
        sound, playing = window.sessions._sound, [True]
        monkeypatch.setattr(type(sound), "playing", property(lambda _: playing[0]))
        sound.changed.emit()
        playing[0] = False
        heard = MagicMock()
        monkeypatch.setattr(window.controller, "back_to_live", heard)
        window.close()
        heard.assert_not_called()

    def test_sound_that_cannot_be_played_is_told(
        self, window: MainWindow, page: SessionsPage, keep: Keep, until: Until
    ) -> None:
        number = keep("Anna", "happy", sound=True)
        window.go("sessions")
        window.sessions.open(number)
        until(lambda: page.side == "opened")
        page.opened.play.click()
        until(lambda: window.model.notice is not None and window.model.notice.trouble)
        assert page.opened.play.text() == "Play"


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
