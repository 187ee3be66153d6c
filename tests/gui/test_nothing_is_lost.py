"""What was read or heard stays whatever a person does, and each action works where it is offered."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import CAPTURING, engine, final, state, tick
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QMenu
from pytestqt.qtbot import QtBot
from running import made_up_speech

from desktop_app.analysis.formats import FORMATS
from desktop_app.commands.window import register
from desktop_app.core.types import CaptureState, GapReason
from desktop_app.gui import exports
from desktop_app.gui.commands import COMMANDS
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.headline import Action
from desktop_app.gui.state.settings_file import load
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow

Until = Callable[..., None]


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two words and a long pause."""
    path = tmp_path_factory.mktemp("speech") / "words.wav"
    silence = 0.001 * np.random.default_rng(1).standard_normal(16_000 * 20).astype(np.float32)
    soundfile.write(path, np.concatenate((made_up_speech((0.6, 0.7), (0.6, 0.7)), silence)), 16_000)
    return path


def test_space_in_an_opened_recording_leaves_it_alone(opened: MainWindow, qtbot: QtBot) -> None:
    shown = opened.recording.recording
    opened.setFocus()
    qtbot.keyClick(opened, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert opened.on("recordings")
    assert opened.recording.recording is shown
    assert "Space" not in opened.actions_["capture"].text()


def test_start_in_an_opened_recording_really_listens_and_the_recording_stays_open(
    opened: MainWindow, qtbot: QtBot, until: Until
) -> None:
    shown = opened.recording.recording
    assert opened.toolbar.capture.accessibleName() == "Start"
    qtbot.mouseClick(opened.toolbar.capture, Qt.MouseButton.LeftButton)
    assert opened.on("live")
    until(lambda: opened.model.state in CAPTURING)
    assert opened.toolbar.capture.accessibleName() == "Pause"
    opened.go("recordings")
    assert opened.recording.recording is shown
    until(lambda: opened.model.state is CaptureState.PAUSED)
    qtbot.mouseClick(opened.toolbar.capture, Qt.MouseButton.LeftButton)
    until(lambda: opened.model.state in CAPTURING)


@pytest.mark.slow
def test_a_recording_that_was_heard_to_its_end_does_not_begin_again_by_itself(
    window: MainWindow, model_file: Path, sound_file: Path, tmp_path: Path, until: Until
) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, made_up_speech((0.6, 0.7)), 16_000)
    window.start(SourceChoice("file", path=str(path)), model_file, list_devices=False)
    until(lambda: window.model.state is CaptureState.FINISHED)
    title = window.model.headline.title
    window.open_recordings([sound_file])
    until(lambda: window.recording.recording is not None)
    window.back_to_live()
    for _ in range(20):
        QApplication.processEvents()
    assert window.model.state is CaptureState.FINISHED
    assert window.model.headline.title == title


@pytest.mark.slow
def test_another_source_leaves_what_was_heard_in_sight_and_time_goes_on(
    listening: MainWindow, until: Until, sound_file: Path
) -> None:
    model = listening.model
    until(lambda: len(model.utterances) == 2)
    before = [(s.index, s.start_s, s.end_s) for s in model.timeline]
    now_s = model.now_s
    listening.choices.use_source(SourceChoice("file", path=str(sound_file)))
    until(lambda: len(model.utterances) == 4, 20)
    after = [(s.index, s.start_s, s.end_s) for s in model.timeline]
    assert after[:2] == before
    assert [index for index, _, _ in after] == [0, 1, 2, 3]
    assert after[2][1] > now_s - 0.5
    assert model.timeline.gaps == [], GapReason.SOURCE_CHANGED


@pytest.mark.slow
def test_after_a_failure_the_run_that_is_tried_again_goes_on_behind_what_was_heard(
    listening: MainWindow, until: Until
) -> None:
    model = listening.model
    until(lambda: len(model.utterances) == 2)
    now_s = model.now_s
    pipeline = listening.controller.live_run.pipeline
    pipeline._death_of("segmenter")(RuntimeError("for this test"))
    until(lambda: model.state is CaptureState.FAILED)
    assert any(model.probabilities)
    assert len(model.timeline) == 2
    listening.toggle_capture()
    until(lambda: len(model.utterances) == 4, 20)
    assert [s.index for s in model.timeline] == [0, 1, 2, 3]
    assert list(model.timeline)[2].start_s > now_s - 0.5


def test_a_pause_leaves_the_answer_in_large_type_and_says_paused_beneath_it(window: MainWindow) -> None:
    for event in (engine(), state(CaptureState.LISTENING), tick(1.0), final("sad")):
        window.model.apply(event)
    window.controller.changed.emit()
    reading = window.live.headline
    before = reading.grab().toImage()
    window.model.apply(state(CaptureState.PAUSED))
    window.controller.changed.emit()
    assert reading.headline.title == "Sad"
    assert reading.headline.condition is not None
    assert reading.headline.condition.title == "Paused"
    assert reading.grab().toImage() != before
    assert "Paused" in reading._canvas.accessibleDescription()
    assert "Sad, 80 %" in reading._canvas.accessibleDescription()
    button = reading.button(Action.RESUME)
    assert button.isVisible()
    assert button.text() == "Start" == window.toolbar.capture.accessibleName(), "one word for one thing"


def test_after_a_failure_the_button_offers_to_start_and_not_to_pause(window: MainWindow) -> None:
    for event in (engine(), state(CaptureState.LISTENING), state(CaptureState.FAILED, "It is damaged.")):
        window.model.apply(event)
    window.controller.changed.emit()
    assert window.toolbar.capture.accessibleName() == "Start"


@pytest.mark.parametrize("size", [(760, 560), (1200, 800)])
@pytest.mark.parametrize(
    "value", [CaptureState.PAUSED, CaptureState.NO_MICROPHONE, CaptureState.MUTED, CaptureState.FINISHED]
)
def test_answer_condition_and_buttons_do_not_cover_one_another(
    window: MainWindow, value: CaptureState, size: tuple[int, int]
) -> None:
    window.resize(*size)
    for event in (engine(), state(CaptureState.LISTENING), final("surprised"), state(value)):
        window.model.apply(event)
    window.controller.changed.emit()
    QApplication.processEvents()
    canvas = window.live.headline._canvas
    room = canvas.height() - canvas.reserved
    detail = canvas._detail_height(22)
    assert 46 + 2 + detail + 22 <= room + 1


def test_dark_is_still_dark_at_the_next_start(
    qapp: QApplication, theme: ThemeManager, window: MainWindow, tmp_path: Path
) -> None:
    window.choices.set_theme("dark")
    kept = load(tmp_path / "window.json")
    parser = argparse.ArgumentParser()
    register(parser)
    for call, expected in (([], "dark"), (["--theme", "light"], "light"), (["--theme", "auto"], "auto")):
        said = parser.parse_args(call).theme
        assert ThemeManager(qapp, said or kept.theme).mode == expected


class TestExportLive:
    def test_works_as_soon_as_something_was_said(self, window: MainWindow, model_file: Path) -> None:
        export = window.actions_["export"]
        assert not export.isEnabled()
        window.controller.in_use.engine = object()  # type: ignore[assignment]
        for event in (engine(), state(CaptureState.LISTENING), final("sad")):
            window.model.apply(event)
        window.controller.changed.emit()
        assert export.isEnabled()
        export.trigger()
        menus = [menu for menu in window.findChildren(QMenu) if menu.accessibleName() == "Export"]
        popup = next(menu for menu in menus if menu.isVisible())
        assert [action.text() for action in popup.actions()] == [
            f"{made.title}…" for made in FORMATS.values()
        ]
        popup.close()
        window.go("recordings")
        assert not export.isEnabled(), "no recording is open"
        window.controller.in_use.engine = None

    @pytest.mark.slow
    def test_saves_all_that_was_said_up_to_now(
        self,
        listening: MainWindow,
        tmp_path: Path,
        until: Until,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        until(lambda: len(listening.model.utterances) == 2)
        target = tmp_path / "said.csv"
        monkeypatch.setattr(exports, "ask_export_path", lambda *_: target)
        listening.exports.ask("csv")
        until(lambda: listening.banner.message == f"Saved said.csv in {tmp_path}.")
        with target.open(newline="") as file:
            rows = list(csv.DictReader(file))
        said = listening.model.utterances
        assert [float(row["start_s"]) for row in rows] == pytest.approx([u.start_s for u in said], abs=1e-3)
        assert [row["label"] for row in rows] == [u.prediction.label for u in said]


def test_a_picker_is_called_by_what_it_is_and_its_text_is_its_value(window: MainWindow) -> None:
    found = {}
    for box in window.findChildren(QComboBox):
        interface = QAccessible.queryAccessibleInterface(box)
        assert interface.role() == QAccessible.Role.ComboBox
        found[interface.text(QAccessible.Text.Name)] = interface.text(QAccessible.Text.Value)
        assert interface.text(QAccessible.Text.Description)
    assert set(found) >= {"Sound source", "Channel", "Model"}
    assert found["Channel"] == window.toolbar.channel.currentText() != ""


def test_no_command_is_offered_where_it_does_nothing(window: MainWindow) -> None:
    for page in ("live", "recordings"):
        window.go(page)
        for name in ("next_recording", "previous_recording", "export", "undo", "clear", "new_speaker"):
            assert not window.actions_[name].isEnabled(), (page, name)
        assert window.actions_["back"].isEnabled() == (page != "live")
    assert {command.name for command in COMMANDS} >= {"clear", "undo", "export"}


def test_nothing_is_heard_any_more_while_a_window_that_closes_waits_for_its_pages(
    window: MainWindow, model_file: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.model.state in CAPTURING)
    window.go("sessions")
    pipeline, close, seen = window.controller.live_run.pipeline, window.sessions.close, []

    def waits() -> None:
        until(lambda: pipeline.state is CaptureState.PAUSED)
        seen.append(pipeline.state)
        close()

    monkeypatch.setattr(window.sessions, "close", waits)
    window.close()
    assert seen == [CaptureState.PAUSED]
