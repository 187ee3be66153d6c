"""What is said live stands beneath the answers some time later if a person wants that, and nowhere if not."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.analysis.formats import FORMATS
from desktop_app.core import language
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.transcript import Transcript, Word
from desktop_app.core.types import FloatArray
from desktop_app.gui import live_words, session_keeper
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.utterance_rows import Column, RowFilter
from desktop_app.gui.window import MainWindow
from desktop_app.sessions.database import SessionsError
from desktop_app.sessions.export import FORMATS as OF_SESSIONS
from desktop_app.sessions.store import OpenedSession, SessionStore
from desktop_app.words import models, transcriber
from desktop_app.words.errors import WordsError
from desktop_app.words.models import WhisperFolder

Until = Callable[..., None]
Take = Callable[[Transcript | EmoscopeError], object]
NO_TEXT = {"audacity"}  # whose tracks have one label for each stretch
TEXT = "I miss her so much, every single day."


class StandIn:
    """In place of a Whisper model and its process; it answers when the test says so."""

    running = 0
    taken: list[Take]

    def __init__(self, model: WhisperFolder, *, text_model: Path | None = None) -> None:
        self.model, self.text_model = model, text_model
        StandIn.running += 1

    def open(self) -> None:
        pass

    def offer(self, waveform: FloatArray, sample_rate: int, take: Take) -> bool:
        StandIn.taken.append(take)
        return True

    def close(self) -> None:
        StandIn.running -= 1


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    return tmp_path / "sessions"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Take]:
    """What waits to be written down."""
    (tmp_path / "model.bin").write_bytes(b"weights")
    monkeypatch.setattr(models, "find_model", lambda: WhisperFolder(tmp_path, "whisper-base"))
    monkeypatch.setattr(transcriber, "Transcriber", StandIn)
    monkeypatch.setattr(StandIn, "running", 0)
    monkeypatch.setattr(StandIn, "taken", [], raising=False)
    return StandIn.taken


def said(text: str = TEXT, code: str = "en") -> Transcript:
    return Transcript(text, code, 0.9, (Word(text.split(maxsplit=1)[0], 0.25, 0.5, 0.8),))


def opened(folder: Path) -> OpenedSession:
    with SessionStore(folder) as store:
        (session,) = store.sessions()
        return store.open(session.id)


def has_ended(folder: Path) -> bool:
    with contextlib.suppress(SessionsError), SessionStore(folder) as store:  # it may not be there yet
        return any(session.ended is not None for session in store.sessions())
    return False


def test_words_come_after_the_answer_and_are_read_beneath_it_and_in_the_table(
    window: MainWindow, talking: Callable[[], None], until: Until, taken: list[Take], qapp: QApplication
) -> None:
    window.preferences.set("words", True)
    window.live.show_utterances(True)
    assert StandIn.running == 0, "no process before anything is heard"
    talking()
    assert len(window.model.utterances) == 1, "the answer has not waited"
    until(lambda: len(taken) == 1)
    line, panel = window.live.said, window.live.utterances
    cell = panel.table.utterances.index(0, Column.SAID)
    until(lambda: cell.data() == "…")
    assert line.words == "…"
    taken[0](said())
    until(lambda: cell.data() == TEXT)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == TEXT
    assert TEXT in line.accessibleDescription()
    assert line.toolTip() == TEXT
    assert line.focusPolicy() & Qt.FocusPolicy.TabFocus
    window.resize(760, 560)
    panel.table.selectRow(0)
    until(lambda: panel.said.text() == TEXT)
    assert panel.table.columnViewportPosition(Column.SAID) + 100 < panel.table.viewport().width()
    panel.table.utterances.set_filter(RowFilter(text="EVERY single"))
    assert panel.table.utterances.rowCount() == 1
    panel.table.utterances.set_filter(RowFilter(text="zebra"))
    assert panel.table.utterances.rowCount() == 0

    window.preferences.set("words", False)
    assert StandIn.running == 0
    talking()
    assert len(taken) == 1
    assert line.words == TEXT, "what is known stays"


def test_another_language_than_the_windows_is_told(
    window: MainWindow, talking: Callable[[], None], until: Until, taken: list[Take]
) -> None:
    window.controller.words.write_down(True)
    talking()
    until(lambda: len(taken) == 1)
    taken[0](said("Das will sie abgeben.", "de"))
    until(lambda: window.live.said.words == "de · Das will sie abgeben.")
    start_s = window.model.utterances[0].start_s
    language.install(lambda text: text, code="de")
    try:
        assert window.model.spoken.text(start_s) == "Das will sie abgeben."
    finally:
        language.install(None)


def test_they_are_kept_with_the_session_found_exported_and_deleted_with_it(
    *,
    window: MainWindow,
    talking: Callable[[], None],
    until: Until,
    taken: list[Take],
    folder: Path,
    tmp_path: Path,
) -> None:
    window.keeping.begin()
    window.preferences.set("words", True)
    notice = window.model.notice
    assert notice is not None
    assert "kept with the session" in notice.text
    talking()
    until(lambda: len(taken) == 1)
    taken[0](said())
    until(lambda: window.live.said.words == TEXT)
    result = window.exports.session()
    assert result is not None
    for kind in FORMATS.keys() - NO_TEXT:
        export(result, tmp_path / kind, kind)
        assert TEXT in (tmp_path / kind).read_text("utf-8"), kind
    window.close()
    session = opened(folder)
    kept = session.utterances[0].transcript
    assert kept is not None
    assert kept.text == TEXT
    assert session.utterances[0].start_s - 0.5 < kept.words[0].start_s < session.utterances[0].end_s
    for kind in OF_SESSIONS.keys() - NO_TEXT:
        assert TEXT in OF_SESSIONS[kind][1](session), kind
    assert '"words_model": "whisper-base"' in OF_SESSIONS["json"][1](session)
    with SessionStore(folder, write=True) as store:
        assert len(store.sessions("single DAY")) == 1
        store.delete([session.session.id])
    assert not any(TEXT.encode() in path.read_bytes() for path in folder.iterdir())


def test_without_them_a_session_holds_none(
    window: MainWindow, talking: Callable[[], None], taken: list[Take], folder: Path
) -> None:
    window.keeping.begin()
    talking()
    window.close()
    assert opened(folder).utterances[0].transcript is None
    assert "transcript" not in OF_SESSIONS["json"][1](opened(folder))
    assert taken == []
    assert not window.live.said.isVisible()


@pytest.mark.parametrize("when", ["opened", "asked"])
def test_what_keeps_them_from_being_written_down_is_told_once_and_the_run_goes_on(
    *,
    window: MainWindow,
    talking: Callable[[], None],
    until: Until,
    taken: list[Take],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    error = WordsError("There is no Whisper model for --words.", "Install one", code="words.no_model")

    def none() -> WhisperFolder:
        raise error

    if when == "opened":
        monkeypatch.setattr(models, "find_model", none)
    window.controller.words.write_down(True)
    talking()
    if when == "asked":
        until(lambda: len(taken) == 1)
        taken[0](error)
    until(lambda: window.model.notice is not None)
    notice = window.model.notice
    assert notice is not None
    assert "There is no Whisper model" in notice.text
    until(lambda: not window.model.spoken.on)
    window.model.notify(None)
    talking()
    assert len(window.model.utterances) == 2
    assert window.model.notice is None
    assert window.model.spoken.text(window.model.utterances[1].start_s) == ""


def test_words_under_way_when_the_window_closes_still_reach_the_session(
    *,
    window: MainWindow,
    talking: Callable[[], None],
    until: Until,
    taken: list[Take],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    window.keeping.begin()
    window.controller.words.write_down(True)
    talking()
    until(lambda: len(taken) == 1)
    answer = threading.Timer(0.5, lambda: taken[0](said()))
    answer.start()
    window.close()
    answer.join()
    kept = opened(folder).utterances[0].transcript
    assert kept is not None
    assert kept.text == TEXT
    assert StandIn.running == 0
    assert capsys.readouterr().err == ""


def test_words_that_come_after_the_session_has_ended_are_kept_with_it(
    *,
    window: MainWindow,
    talking: Callable[[], None],
    until: Until,
    taken: list[Take],
    folder: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_keeper, "_LINGER_MS", 20)
    monkeypatch.setattr(session_keeper, "_WORDS_LINGER_MS", 2000)
    window.keeping.begin()
    window.controller.words.write_down(True)
    talking()
    until(lambda: len(taken) == 1)
    window.keeping.keep(False)
    qtbot.wait(200)
    taken[0](said())
    until(lambda: has_ended(folder))
    kept = opened(folder).utterances[0].transcript
    assert kept is not None
    assert kept.text == TEXT


@pytest.mark.parametrize("kept", [True, False])
def test_closing_waits_a_moment_for_words_that_do_not_come_and_only_where_they_would_be_kept(
    *,
    window: MainWindow,
    talking: Callable[[], None],
    until: Until,
    taken: list[Take],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kept: bool,
) -> None:
    monkeypatch.setattr(live_words, "_LAST_WORDS_S", 0.3 if kept else 60.0)
    if kept:
        window.keeping.begin()
    window.controller.words.write_down(True)
    talking()
    until(lambda: len(taken) == 1)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 20.0
    told = capsys.readouterr().err
    assert ("The words of 1 utterance were not written down" in told) == kept
