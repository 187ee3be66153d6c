"""What the window hears by a microphone is kept as a session, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hand_microphone import RATE
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from running import babble

from desktop_app.analysis.formats import FORMATS
from desktop_app.audio import devices
from desktop_app.core.types import CaptureState
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.utterance_rows import Column
from desktop_app.gui.window import MainWindow
from desktop_app.runtime.pipeline import Pipeline
from desktop_app.sessions.database import FILE, Database, SessionsError
from desktop_app.sessions.store import OpenedSession, SessionStore

Until = Callable[..., None]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    return tmp_path / "sessions"


@pytest.fixture
def speech_file(tmp_path: Path) -> Path:
    noise = 0.001 * np.random.default_rng(1).standard_normal(RATE)
    path = tmp_path / "speech.wav"
    soundfile.write(path, np.concatenate([noise[: RATE // 2], babble(0.8, RATE, 2), noise]), RATE)
    return path


def kept(folder: Path) -> list[OpenedSession]:
    with SessionStore(folder) as store:
        return [store.open(session.id) for session in sorted(store.sessions(), key=lambda each: each.id)]


def test_what_a_microphone_brings_is_a_session_from_the_start_to_the_end(
    window: MainWindow, talking: Callable[[], None], folder: Path
) -> None:
    window.keeping.begin()
    talking()
    assert window.controller.keeper.keeps
    said = window.model.utterances[0]
    window.clear()
    window.controller.voice.new_speaker()
    talking()
    window.close()
    (session,) = kept(folder)
    assert session.utterances[0].start_s == pytest.approx(said.start_s)
    assert len(session.utterances) == 2
    assert session.utterances[0].prediction.label == said.prediction.label
    assert session.session.source == "microphone"
    assert session.session.ended_by == "stopped"
    assert [engine.model for engine in session.engines] == [window.model.model]
    assert [change.kind for change in session.changes] == ["new_speaker"]
    assert session.session.sound == ""
    assert not list(folder.glob("*.flac"))


def test_a_note_on_what_was_said_is_kept_changed_undone_and_exported(
    *,
    window: MainWindow,
    qtbot: QtBot,
    talking: Callable[[], None],
    folder: Path,
    until: Until,
    tmp_path: Path,
) -> None:
    window.keeping.begin()
    talking()
    window.live.show_utterances(True)
    table = window.live.utterances.table.utterances
    place = table.index(0, Column.NOTE)

    def notes() -> list[str]:
        return [note.text for session in kept(folder) for note in session.notes]

    window.live.utterances.table.selectRow(0)
    qtbot.keyClick(window.live.utterances.table, Qt.Key.Key_F2)
    editor = window.live.utterances.table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "zebra")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    until(lambda: (folder / FILE).exists() and notes() == ["zebra"])
    with SessionStore(folder) as store:
        assert len(store.sessions("zebra")) == 1
    result = window.exports.session()
    assert result is not None
    for kind in FORMATS:
        export(result, tmp_path / kind, kind)
        assert "zebra" in (tmp_path / kind).read_text("utf-8"), kind
    assert table.setData(place, "okapi")
    until(lambda: notes() == ["okapi"])
    window.undo()
    until(lambda: notes() == ["zebra"])
    assert place.data() == "zebra"
    window.keeping.keep(False)
    assert table.setData(place, "")  # its session ends, or has ended
    until(lambda: notes() == [])
    until(lambda: kept(folder)[0].session.ended is not None)
    window.undo()
    until(lambda: notes() == ["zebra"])
    (session,) = kept(folder)
    assert session.notes[0].at_s == session.utterances[0].start_s


def test_a_note_is_not_shown_with_another_utterance_once_the_page_was_cleared(
    window: MainWindow, talking: Callable[[], None]
) -> None:
    talking()
    window.live.show_utterances(True)
    table = window.live.utterances.table.utterances
    assert table.setData(table.index(0, Column.NOTE), "zebra")
    window.clear()
    talking()
    assert table.index(0, Column.NOTE).data() == ""
    window.undo()
    assert table.index(0, Column.NOTE).data() == "zebra"


def test_a_recording_that_is_played_live_is_not_kept(
    window: MainWindow, model_file: Path, speech_file: Path, until: Until, folder: Path
) -> None:
    window.keeping.begin()
    window.start(SourceChoice("file", path=str(speech_file)), model_file, list_devices=False)
    until(lambda: window.model.utterances)
    assert not window.controller.keeper.keeps
    window.close()
    assert not (folder / FILE).exists()


def test_what_is_played_in_between_is_left_out_and_its_time_is_a_gap(
    window: MainWindow, talking: Callable[[], None], speech_file: Path, until: Until, folder: Path
) -> None:
    window.keeping.begin()
    talking()
    window.controller.set_source(SourceChoice("file", path=str(speech_file)))
    until(lambda: len(window.model.utterances) == 2)
    assert not window.controller.keeper.keeps
    window.controller.set_source(SourceChoice("microphone"))
    talking()
    until(lambda: window.controller.keeper.keeps)
    window.close()
    played = window.model.utterances[1]
    (session,) = kept(folder)
    assert len(session.utterances) == 2
    assert all(each.start_s != pytest.approx(played.start_s) for each in session.utterances)
    assert any(
        gap.start_s <= played.start_s and played.end_s <= gap.start_s + gap.seconds for gap in session.outages
    )
    assert [change.value for change in session.changes] == ["file", "System default"]


def test_without_sessions_nothing_is_kept_and_what_was_kept_before_stays(
    window: MainWindow, talking: Callable[[], None], folder: Path, until: Until
) -> None:
    window.keeping.begin()
    talking()
    until(lambda: window.controller.keeper.session is not None)
    window.actions_["keep_sessions"].trigger()
    assert not window.actions_["keep_sessions"].isChecked()
    assert not window.settings.keep_sessions
    talking()
    window.close()
    (session,) = kept(folder)
    assert len(session.utterances) == 1


@pytest.mark.parametrize("asked", [False, None])
def test_no_session_counts_for_once_and_the_setting_stays(
    window: MainWindow, talking: Callable[[], None], folder: Path, *, asked: bool | None
) -> None:
    window.settings.keep_sessions = asked is False
    window.keeping.begin(asked)
    talking()
    window.close()
    assert not (folder / FILE).exists()
    assert window.settings.keep_sessions is (asked is False)


def test_sound_is_recorded_only_when_asked_for_and_plainly_shown(
    window: MainWindow, talking: Callable[[], None], folder: Path, until: Until
) -> None:
    window.keeping.begin()
    talking()
    assert window.status.recording.isHidden()
    window.actions_["keep_sound"].trigger()
    assert window.settings.keep_session_sound
    until(lambda: not window.status.recording.isHidden())
    assert "Recording sound" in window.status.recording.text()
    talking()
    window.actions_["keep_sound"].trigger()
    assert window.status.recording.isHidden()
    talking()
    window.close()
    before, with_sound = kept(folder)
    assert before.session.sound == ""
    assert len(before.utterances) == 1
    assert len(with_sound.utterances) == 2
    samples, rate = soundfile.read(folder / with_sound.session.sound)
    first, second = with_sound.utterances
    assert first.end_s <= len(samples) / rate < second.end_s
    heard = samples[round(first.start_s * rate) : round(first.end_s * rate)]
    assert np.sqrt(np.mean(heard**2)) > 10 * np.sqrt(np.mean(samples[: round(0.4 * rate)] ** 2))


def test_where_nothing_can_be_kept_a_sentence_says_so_and_listening_goes_on(
    window: MainWindow, talking: Callable[[], None], folder: Path, until: Until
) -> None:
    folder.write_text("in the way")
    window.keeping.begin()
    talking()
    until(lambda: window.model.notice is not None and "not kept" in window.model.notice.text)
    talking()
    assert len(window.model.utterances) == 2
    assert not window.controller.keeper.keeps
    assert folder.read_text() == "in the way"


def test_that_sessions_are_kept_is_said_once(
    window: MainWindow, talking: Callable[[], None], until: Until
) -> None:
    window.keeping.begin()
    talking()
    assert window.model.notice is not None
    assert "as a session, without words or sound" in window.model.notice.text
    assert window.settings.told_of_sessions
    window.dismiss()
    window.keeping.keep(False)
    window.dismiss()
    window.keeping.keep(True)
    assert window.model.notice is None


def test_what_cannot_be_kept_as_the_window_closes_is_told_on_stderr(
    window: MainWindow,
    talking: Callable[[], None],
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(_: Database) -> object:
        raise SessionsError("There is no room on the disk.", code="sessions.disk_full")

    monkeypatch.setattr(Database, "transaction", full)
    window.controller.keeper.on = True
    talking()
    until(lambda: "no room on the disk" in window.banner.message)
    assert "could not be kept" not in capsys.readouterr().err
    window.close()
    told = capsys.readouterr().err
    assert "of this session could not be kept" in told
    assert "no room on the disk" in told


def test_looking_for_microphones_hears_none_while_a_recording_is_looked_at(
    talking: Callable[[], None],
    window: MainWindow,
    speech_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    until: Callable[..., None],
) -> None:
    talking()
    window.open_recordings([speech_file])
    until(lambda: window.model.state is CaptureState.PAUSED)
    heard: list[Pipeline] = []
    listed: list[object] = []
    window.controller.devices_listed.connect(listed.append)
    with monkeypatch.context() as looking:
        looking.setattr(devices, "list_devices", lambda **_: [])
        looking.setattr(Pipeline, "resume", lambda pipeline: heard.extend([pipeline]))
        window.choices.refresh_devices()
        until(lambda: bool(listed))
    assert not heard
