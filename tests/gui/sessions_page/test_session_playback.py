"""A session that is played, while the microphone rests."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock

import pytest
from kept_sessions import Keep, Until
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.gui import playback
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.window import MainWindow


def made_up_players(monkeypatch: pytest.MonkeyPatch, *, playing: bool) -> list[MagicMock]:
    """Those that are made from now on, the latest last."""
    players: list[MagicMock] = []

    def player(*_: object, **__: object) -> MagicMock:
        players.append(MagicMock(playing=playing, position_s=0.0, loop=None))
        return players[-1]

    monkeypatch.setattr(playback, "Player", player)
    return players


def test_without_sound_it_cannot_be_played_and_says_why(page: SessionsPage, opened: int) -> None:
    assert not page.opened.play.isEnabled()
    assert page.opened.play.toolTip() == "No sound was kept of this session."
    assert not page.space()


def test_with_sound_enter_plays_an_utterance_and_space_pauses(
    window: MainWindow, page: SessionsPage, keep: Keep, until: Until, qtbot: QtBot
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
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    window: MainWindow, page: SessionsPage, monkeypatch: pytest.MonkeyPatch
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
    window: MainWindow, page: SessionsPage, monkeypatch: pytest.MonkeyPatch
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
    window: MainWindow, page: SessionsPage, keep: Keep, until: Until
) -> None:
    number = keep("Anna", "happy", sound=True)
    window.go("sessions")
    window.sessions.open(number)
    until(lambda: page.side == "opened")
    page.opened.play.click()
    until(lambda: window.model.notice is not None and window.model.notice.trouble)
    assert page.opened.play.text() == "Play"
