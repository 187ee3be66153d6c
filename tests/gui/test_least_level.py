"""A person sets on the meter what is too soft to be speech."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import engine, state, tick
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from running import made_up_speech

from desktop_app.core.types import CaptureState
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow


@pytest.fixture
def metered(window: MainWindow) -> MainWindow:
    for event in (engine(), state(CaptureState.LISTENING), tick(0.5)):
        window.model.apply(event)
    window.controller.changed.emit()
    window.animator.stop()
    while window.live.meter.step(0.05):
        pass
    QApplication.processEvents()
    return window


def place(window: MainWindow, dbfs: float) -> QPoint:
    meter = window.live.meter
    return QPoint(round(meter.width() * (1 + dbfs / 80)), 31)


def test_the_mark_is_dragged_and_a_double_click_makes_it_automatic_again(
    metered: MainWindow, qtbot: QtBot
) -> None:
    meter = metered.live.meter
    before = meter.grab().toImage()
    qtbot.mousePress(meter, Qt.MouseButton.LeftButton, pos=place(metered, -45))
    qtbot.mouseMove(meter, place(metered, -30))
    qtbot.mouseRelease(meter, Qt.MouseButton.LeftButton, pos=place(metered, -30))
    assert meter.limit_dbfs == pytest.approx(-30, abs=1)
    assert metered.controller.min_level_dbfs == meter.limit_dbfs
    assert f"(set: {meter.limit_dbfs:.0f})".replace("-", "−") in meter.accessibleDescription()
    assert meter.grab().toImage() != before
    qtbot.mouseDClick(meter, Qt.MouseButton.LeftButton, pos=place(metered, -30))
    assert meter.limit_dbfs is None
    assert metered.controller.min_level_dbfs is None


def test_away_from_the_mark_the_mouse_sets_nothing(metered: MainWindow, qtbot: QtBot) -> None:
    meter = metered.live.meter
    qtbot.mousePress(meter, Qt.MouseButton.LeftButton, pos=place(metered, -10))
    qtbot.mouseMove(meter, place(metered, -20))
    qtbot.mouseRelease(meter, Qt.MouseButton.LeftButton, pos=place(metered, -20))
    assert meter.limit_dbfs is None


def test_the_arrow_keys_set_it_too_and_delete_takes_it_away(metered: MainWindow, qtbot: QtBot) -> None:
    meter = metered.live.meter
    assert meter.focusPolicy() & Qt.FocusPolicy.TabFocus
    for key, level in (
        (Qt.Key.Key_Right, -44),
        (Qt.Key.Key_Up, -43),
        (Qt.Key.Key_Left, -44),
        (Qt.Key.Key_PageUp, -38),
        (Qt.Key.Key_PageDown, -44),
    ):
        qtbot.keyClick(meter, key)
        assert meter.limit_dbfs == level
    qtbot.keyClick(meter, Qt.Key.Key_Delete)
    assert meter.limit_dbfs is None


@pytest.mark.slow
def test_what_is_softer_is_no_speech_in_the_run(
    window: MainWindow, model_file: Path, tmp_path: Path, until: Callable[..., None]
) -> None:
    soft = 0.02 * made_up_speech((0.6, 0.7), (0.6, 0.7))
    loud = 0.6 * made_up_speech((0.6, 0.7))
    path = tmp_path / "soft-and-loud.wav"
    soundfile.write(path, np.concatenate((soft, loud)), 16_000)

    def found() -> int:
        before = window.model.next_segment
        window.choices.use_source(SourceChoice("file", path=str(path)))
        until(lambda: window.model.state in {CaptureState.LISTENING, CaptureState.SPEAKING}, 15)
        until(lambda: window.model.state is CaptureState.FINISHED, 20)
        return window.model.next_segment - before

    window.controller.rest()
    window.start(SourceChoice("file", path=str(path)), model_file, list_devices=False)
    until(lambda: window.controller.engine is not None)
    assert found() == 3
    window.live.meter.set_limit(-35.0)
    assert found() == 1
    window.live.meter.set_limit(None)
    assert found() == 3
