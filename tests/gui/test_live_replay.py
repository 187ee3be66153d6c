"""An utterance of the live session is heard again, where its sound is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import engine, final
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.session_keeper import SessionKeeper
from desktop_app.gui.window import MainWindow


@pytest.fixture
def talk(window: MainWindow) -> MainWindow:
    window.model.apply(engine())
    window.model.apply(final("sad", end_s=12.0, start_s=10.0))
    window.live.show_utterances(True)
    window.live.utterances.table.selectRow(0)
    return window


def test_without_sound_it_says_how_sound_is_kept(talk: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(talk.live.utterances.table, Qt.Key.Key_Return)
    assert "not kept" in talk.banner.message
    assert "Keep the sound" in talk.banner.message


def test_it_is_cut_out_of_what_the_session_writes_at_its_own_time(
    talk: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    until: Callable[..., None],
) -> None:
    soundfile.write(tmp_path / "session-1.flac", np.zeros(16_000 * 9, np.float32), 16_000)
    monkeypatch.setattr(SessionKeeper, "sound", property(lambda _: (tmp_path / "session-1.flac", 4.0)))
    played: list[tuple[float, float]] = []
    monkeypatch.setattr(talk.replay.playback, "play", lambda start, end: played.append((start, end)))
    qtbot.keyClick(talk.live.utterances.table, Qt.Key.Key_Return)
    assert played == [(5.75, 8.25)]
    assert talk.banner.message == ""


def test_what_was_said_before_the_sound_was_kept_is_not_played(
    talk: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(SessionKeeper, "sound", property(lambda _: (tmp_path / "session-1.flac", 11.0)))
    qtbot.keyClick(talk.live.utterances.table, Qt.Key.Key_Return)
    assert "not kept" in talk.banner.message


def test_the_microphone_is_heard_again_after_it_wherever_the_window_turned_meanwhile(
    talk: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay, controller = talk.replay, talk.controller
    playing = [True]
    monkeypatch.setattr(type(replay.playback), "playing", property(lambda _: playing[0]))
    for page in ("voices", "recordings"):  # where nothing is open
        playing[0] = True
        replay.playback.changed.emit()
        assert controller.rests
        talk.go(page)
        playing[0] = False
        replay.playback.changed.emit()
        assert not controller.rests
