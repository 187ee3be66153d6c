"""How much is drawn, by counting: what nobody sees costs nothing, and a quiet room little."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gui_events import engine, partial, state, tick
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.core.types import AudioTick, CaptureState, Levels, Waveshape
from desktop_app.gui.look.animator import CALM_FRAME_MS, FRAME_MS
from desktop_app.gui.plots.items import PITCH
from desktop_app.gui.widgets.meter import _STRIP
from desktop_app.gui.window import MainWindow


class Paintings(QObject):
    """The areas that these widgets draw from now on."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.areas: list[QRect] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.areas.append(event.region().boundingRect())
        return False


def quiet(time_s: float) -> AudioTick:
    """40 ms of a room whose level is never quite the same."""
    noise = np.full(4, 0.0005, np.float32)
    level = -64.0 + 3.0 * np.sin(40 * time_s)
    levels = Levels(-66, -55, -50, float(level), -66, -50)
    return AudioTick(time_s, levels, Waveshape(time_s - 0.04, 0.01, -noise, noise), False)


def hear(window: MainWindow, app: QApplication, begin_s: float, seconds: float) -> None:
    for number in range(round(seconds / 0.04)):
        window.controller._take([quiet(begin_s + 0.04 * (number + 1))])
        app.processEvents()


@pytest.fixture
def listening(window: MainWindow, qapp: QApplication) -> MainWindow:
    """A window that has listened to a quiet room for two seconds."""
    window.controller._take([engine(), state(CaptureState.LISTENING)])
    hear(window, qapp, 0.0, 2.0)
    return window


def test_a_quiet_second_draws_the_plots_only_when_the_waveform_has_moved_by_a_stroke(
    listening: MainWindow, qapp: QApplication
) -> None:
    plots = listening.live.plots
    assert plots is not None
    painted = Paintings(plots.viewport())
    hear(listening, qapp, 2.0, 1.0)
    strokes = plots.axis.width / plots.view_.span_s / PITCH
    assert 1 <= len(painted.areas) <= strokes + 2


def test_a_quiet_room_needs_few_frames_and_speech_all_of_them(
    listening: MainWindow, qapp: QApplication, until: Callable[..., None]
) -> None:
    animator = listening.animator
    hear(listening, qapp, 2.0, 0.2)
    until(lambda: not animator.running or animator.frame_ms == CALM_FRAME_MS)
    listening.controller._take([quiet(2.24)])
    assert animator.running
    assert animator.frame_ms == CALM_FRAME_MS
    listening.controller._take(
        [state(CaptureState.SPEAKING), tick(2.3, speaking=True), partial("happy", 2.3)]
    )
    assert animator.frame_ms == FRAME_MS
    until(lambda: not animator.running)


def test_a_level_that_glides_draws_neither_the_texts_nor_the_headline(
    listening: MainWindow, qapp: QApplication, until: Callable[..., None]
) -> None:
    live = listening.live
    until(lambda: not listening.animator.running)
    meter, others = Paintings(live.meter), Paintings(live.headline, live.bars, *live.headline.children()[:1])
    levels = listening.model.levels
    assert levels is not None
    nearly = Levels(-66, -55, levels.hold_dbfs - 0.4, levels.speech_dbfs, -66, levels.threshold_dbfs)
    live.meter.set_levels(nearly)
    listening.animator.wake()
    until(lambda: not listening.animator.running)
    qapp.processEvents()
    assert meter.areas
    assert max(area.height() for area in meter.areas) < live.meter.height() / 2
    assert not others.areas


def test_a_bar_that_glides_draws_no_text(
    listening: MainWindow, qapp: QApplication, until: Callable[..., None]
) -> None:
    bars = listening.live.bars
    listening.controller._take([partial("happy", 2.2)])
    until(lambda: not listening.animator.running)
    qapp.processEvents()
    painted = Paintings(bars)
    bars.set_probabilities([0.9965 * value for value in bars.values])  # 80 % stay 80 %
    listening.animator.wake()
    until(lambda: not listening.animator.running)
    qapp.processEvents()
    assert painted.areas
    assert max(area.width() for area in painted.areas) < bars.width()


def test_what_was_drawn_in_parts_looks_like_what_is_drawn_at_once(
    listening: MainWindow, qapp: QApplication, until: Callable[..., None]
) -> None:
    listening.controller._take([state(CaptureState.SPEAKING)])
    for number, (label, confidence) in enumerate((("happy", 0.5), ("sad", 0.5), ("sad", 0.6))):
        time_s = 2.1 + 0.1 * number
        listening.controller._take(
            [tick(time_s, speaking=True), partial(label, time_s, confidence=confidence)]
        )
        until(lambda: not listening.animator.running)
    hear(listening, qapp, 2.5, 0.4)
    until(lambda: not listening.animator.running)
    meter, bars = listening.live.meter, listening.live.bars
    meter.update(_STRIP)  # the last steps were too small to be drawn
    for row in range(len(bars.labels)):
        bars.update(bars._bar_rect(row))
    qapp.processEvents()
    for widget in (meter, bars):
        at = widget.mapTo(listening, widget.rect().topLeft())
        on_screen = listening.screen().grabWindow(
            listening.winId(), at.x(), at.y(), widget.width(), widget.height()
        )
        at_once = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        assert on_screen.toImage().convertToFormat(QImage.Format.Format_RGB32) == at_once


@pytest.mark.parametrize("hidden_by", ["another page", "minimizing"])
def test_what_nobody_sees_is_not_drawn_and_is_up_to_date_when_it_comes_back(
    listening: MainWindow, qapp: QApplication, hidden_by: str, until: Callable[..., None]
) -> None:
    live, plots = listening.live, listening.live.plots
    assert plots is not None
    if hidden_by == "minimizing":
        listening.showMinimized()
    else:
        listening.go("voices")
    until(lambda: not listening.animator.running)
    qapp.processEvents()
    painted = Paintings(plots.viewport(), live.meter, live.bars)
    steps = listening.animator.frames
    hear(listening, qapp, 2.0, 4.0)
    listening.controller._take([partial("happy", 6.0)])
    until(lambda: not listening.animator.running)
    assert plots.rows["sound"].box.viewRange()[0][1] == pytest.approx(2.0, abs=0.2)
    assert listening.animator.frames == steps
    if hidden_by == "another page":
        assert not painted.areas
        listening.go("live")
    else:
        listening.showNormal()
    qapp.processEvents()
    assert plots.rows["sound"].box.viewRange()[0][1] == pytest.approx(6.0)
    assert live.bars.values[2] == pytest.approx(0.8)
