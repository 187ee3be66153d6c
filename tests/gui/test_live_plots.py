"""The live sound over time: it follows, stays, goes back, is read with the pointer, and is exported."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from gui_events import engine, final, prediction, state, tick
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from synthetic_speech import synthetic_speech_path

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.palette import Hue
from desktop_app.core.types import CaptureState, Event, Gap, GapReason, PartialResult
from desktop_app.gui.look.theme import LIGHT, ThemeManager
from desktop_app.gui.plots import later
from desktop_app.gui.plots.export import export_plots
from desktop_app.gui.plots.live import LivePlots, _tag
from desktop_app.gui.plots.painting import LaneWords, Placed
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.window import MainWindow


def feed(window: MainWindow, *events: Event) -> None:
    window.controller._take(list(events))


@pytest.fixture
def plots(window: MainWindow, qapp: QApplication) -> LivePlots:
    """A window that has heard two sentences within ten seconds."""
    feed(window, engine(), state(CaptureState.LISTENING), tick(10.0, columns=1000, peak=0.5))
    feed(window, final("sad", 4.0, 0, start_s=1.0), final("happy", 8.0, 1, start_s=6.0))
    qapp.processEvents()
    made = window.live.plots
    assert made is not None
    return made


def x_of(plots: LivePlots, time_s: float) -> int:
    return round(plots.rows["sound"].area.left() + plots.axis.x(time_s))


def colours_at(plots: LivePlots, row: str, time_s: float) -> set[str]:
    image, area = plots.grab().toImage(), plots.rows[row].area
    ratio = image.devicePixelRatio()
    x = x_of(plots, time_s)
    return {
        QColor(image.pixel(round((x + k) * ratio), round(y * ratio))).name()
        for y in range(round(area.top()) + 2, round(area.bottom()) - 2)
        for k in range(3)
    }


def wheel(plots: LivePlots, x: float, notches: int, *, sideways: bool = False) -> None:
    by = QPoint(120 * notches, 0) if sideways else QPoint(0, 120 * notches)
    event = QWheelEvent(
        QPointF(x, 100.0),
        plots.mapToGlobal(QPointF(x, 100.0)),
        QPoint(),
        by,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    plots.wheelEvent(event)


def point(plots: LivePlots, row: str, time_s: float, height: float = 0.5) -> None:
    area = plots.rows[row].area
    at = QPointF(x_of(plots, time_s), area.bottom() - height * area.height())
    kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    plots.mouseMoveEvent(
        QMouseEvent(kind, at, plots.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    )


class TestTheAxis:
    def test_all_rows_show_the_same_stretch_and_speech_has_its_colours(self, plots: LivePlots) -> None:
        for spectrogram in (False, True):
            plots.show_spectrogram(spectrogram)
            ranges = {tuple(row.box.viewRange()[0]) for row in plots.rows.values() if row.visible}
            assert ranges == {(plots.view_.left_s, plots.view_.right_s)}
        sad = plots.tokens.emotion(plots.colours["sad"]).name()
        assert sad in colours_at(plots, "sound", 2.5)
        assert sad not in colours_at(plots, "sound", 5.0)
        assert len(colours_at(plots, "probabilities", 2.5)) > 5, "all probabilities are drawn"
        assert len(colours_at(plots, "probabilities", 5.0)) <= 2

    def test_it_does_not_jump_to_a_longer_one_as_time_goes_by(
        self, window: MainWindow, plots: LivePlots
    ) -> None:
        span_s = plots.view_.span_s
        for now_s in (20.0, 46.0, 48.0, 130.0):
            feed(window, tick(now_s))
            assert plots.view_.span_s == span_s
            assert plots.rows["sound"].box.viewRange()[0] == pytest.approx([now_s - span_s, now_s])
        assert window.live.timeline.title.text() == f"Last {span_s:.0f} seconds"

    def test_a_segment_under_way_grows_and_is_called_speech(
        self, window: MainWindow, plots: LivePlots
    ) -> None:
        feed(
            window,
            PartialResult(2, 10.5, 11.0, prediction("angry"), 20.0),
            tick(12.0, columns=200, speaking=True),
        )
        *_, last = window.model.timeline
        assert last.end_s == pytest.approx(12.0)
        assert _tag(last) == "Speech"
        assert plots.tokens.ink_secondary.lower() in colours_at(plots, "sound", 11.7)


class TestGoingBack:
    def test_frozen_it_stays_while_the_sound_goes_on(
        self, window: MainWindow, plots: LivePlots, qtbot: QtBot
    ) -> None:
        assert not window.live.timeline.jump_button.isVisible()
        qtbot.keyClick(window, Qt.Key.Key_F)
        shown = QRect(0, 0, plots.width() - 6, plots.height())  # without the column that was under way
        before = plots.grab(shown).toImage()
        feed(window, tick(14.0, columns=400, peak=0.9))
        assert plots.grab(shown).toImage() == before
        assert window.model.wave.end_s == pytest.approx(14.0)
        assert plots.title.startswith("Frozen")
        assert window.actions_["freeze"].isChecked()
        qtbot.mouseClick(window.live.timeline.jump_button, Qt.MouseButton.LeftButton)
        assert plots.view_.right_s == pytest.approx(14.0)
        assert not window.live.timeline.jump_button.isVisible()
        assert not window.actions_["freeze"].isChecked()

    def test_scrolled_back_it_stays_until_somebody_jumps_to_now(
        self, window: MainWindow, plots: LivePlots, qtbot: QtBot
    ) -> None:
        feed(window, tick(60.0))
        wheel(plots, 200.0, 4, sideways=True)
        right_s = plots.view_.right_s
        assert right_s < 60.0
        assert window.live.timeline.jump_button.isVisible()
        assert window.actions_["jump"].isEnabled()
        feed(window, tick(62.0))
        assert plots.view_.right_s == right_s
        qtbot.keyClick(window, Qt.Key.Key_J)
        assert plots.view_.right_s == pytest.approx(62.0)
        assert not window.actions_["jump"].isEnabled()

    def test_the_wheel_zooms_and_a_double_click_undoes_it(self, plots: LivePlots, qtbot: QtBot) -> None:
        span_s = plots.view_.span_s
        wheel(plots, 300.0, 3)
        assert plots.view_.span_s == pytest.approx(span_s * 0.8**3)
        at = plots.rows["probabilities"].area.center().toPoint()
        qtbot.mouseClick(plots.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(plots.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert plots.view_.span_s == span_s

    def test_dragging_moves(self, window: MainWindow, plots: LivePlots, qtbot: QtBot) -> None:
        feed(window, tick(60.0))
        at = plots.rows["sound"].area.center().toPoint()
        left = Qt.MouseButton.LeftButton
        qtbot.mousePress(plots.viewport(), left, pos=at)
        for dx in (10, 40, 80):
            move = QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(at.x() + dx, at.y()),
                plots.mapToGlobal(QPointF(at.x() + dx, at.y())),
                left,
                left,
                Qt.KeyboardModifier.NoModifier,
            )
            QApplication.sendEvent(plots.viewport(), move)
        qtbot.mouseRelease(plots.viewport(), left, pos=at + QPoint(80, 0))
        moved_s = 80 * plots.axis.span_s / plots.axis.width
        assert plots.view_.right_s == pytest.approx(60.0 - moved_s, abs=0.3 * moved_s)

    def test_the_whole_session_is_a_key_away_and_drawn_in_columns(
        self, window: MainWindow, plots: LivePlots, qtbot: QtBot
    ) -> None:
        for k in range(2, 400):
            window.model.apply(final("angry" if k % 2 else "sad", 10.0 * k + 3, k, start_s=10.0 * k))
        feed(window, tick(4000.0))
        qtbot.keyClick(window, Qt.Key.Key_W)
        assert plots.view_.left_s == 0.0
        assert window.live.timeline.title.text() == "Whole session"
        assert len(colours_at(plots, "probabilities", 2000.0)) > 5
        qtbot.keyClick(window, Qt.Key.Key_W)
        assert math.isfinite(plots.view_.span_s)

    def test_what_was_cleared_is_gone_and_comes_back(self, window: MainWindow, plots: LivePlots) -> None:
        plots.freeze(True)
        before = window.model.clear()
        feed(window, tick(11.0))
        assert plots.view_.following
        assert plots.view_.begin_s == pytest.approx(10.0)
        sad = plots.tokens.emotion(plots.colours["sad"]).name()
        assert sad not in colours_at(plots, "sound", 2.5)
        window.model.bring_back(before)
        window.show_changes()
        assert plots.view_.begin_s == 0.0
        assert sad in colours_at(plots, "sound", 2.5)


class TestThePointer:
    def test_it_tells_time_level_and_the_likeliest_emotion(self, plots: LivePlots) -> None:
        point(plots, "sound", 2.5)
        told = plots.readout.split(" · ")
        assert told[0] in {"0:02.4", "0:02.5", "0:02.6"}
        assert len(told[1].split(":")) == 3, "and how late it was"
        assert told[2:] == ["−6 dBFS", "sad 80 %"]
        point(plots, "sound", -5.0)
        assert plots.readout == "", "nothing is known of the time before"

    def test_a_click_marks_the_segment(self, plots: LivePlots, qtbot: QtBot) -> None:
        area = plots.rows["sound"].area
        at = QPoint(x_of(plots, 7.0), round(area.center().y()))
        qtbot.mouseClick(plots.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert {frame.stretch for frame in plots._frames} == {(6.0, 8.0)}

    def test_it_leaves(self, plots: LivePlots) -> None:
        point(plots, "sound", 2.5)
        plots.leaveEvent(QEvent(QEvent.Type.Leave))
        assert plots.pointer is None
        assert plots.readout == ""


def test_arrow_keys_go_to_segments_out_of_sight(window: MainWindow, plots: LivePlots, qtbot: QtBot) -> None:
    feed(window, tick(200.0))
    plots.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(plots, Qt.Key.Key_Left)
    qtbot.keyClick(plots, Qt.Key.Key_Left)
    assert "Sad 80 %" in plots.accessibleDescription()
    assert plots.view_.left_s <= 1.0 < plots.view_.right_s
    qtbot.keyClick(plots, Qt.Key.Key_End)
    assert plots.view_.following


def test_the_axis_tells_the_time_of_day_on_request(window: MainWindow, plots: LivePlots) -> None:
    before = plots.grab().toImage()
    assert plots.tells_ago
    window.actions_["time_of_day"].trigger()
    assert not plots.tells_ago
    texts = [text for _, text in plots.x_ticks(plots.axis)]
    assert texts
    assert all(len(text) == 8 and text.count(":") == 2 for text in texts)
    assert plots.grab().toImage() != before


def test_the_spectrogram_is_computed_while_it_is_looked_at(
    listening: MainWindow, until: Callable[..., None]
) -> None:
    live = listening.live
    plots = live.plots
    assert plots is not None
    assert not plots.rows["spectrogram"].visible
    assert len(listening.controller.spectrogram.history.centres_hz) == 0, "nothing is computed unseen"
    listening.actions_["spectrogram"].trigger()
    assert plots.rows["spectrogram"].visible
    history = listening.controller.spectrogram.history
    until(lambda: history.end_s > listening.model.now_s - 1.0 > 0 and history.picture(0, 99, 99).shades.any())
    until(lambda: len(colours_at(plots, "spectrogram", listening.model.now_s - 0.2)) > 5)
    point(plots, "spectrogram", history.end_s - 0.2)
    assert "Hz" in plots.readout
    assert "dB" in plots.readout
    listening.go("recordings")
    tap = listening.controller.spectrogram._tap
    assert tap is None, "nobody looks"
    listening.go("live")
    assert listening.controller.spectrogram._tap is not None


@pytest.fixture
def sound_file() -> Path:
    return synthetic_speech_path()


class TestExport:
    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_a_png_has_twice_the_pixels_and_the_colours_of_the_screen(
        self, window: MainWindow, plots: LivePlots, tmp_path: Path, mode: str
    ) -> None:
        window.choices.set_theme(mode)
        export_plots(plots, tmp_path / "plot.png")
        image = QImage(str(tmp_path / "plot.png"))
        assert image.width() == 2 * plots.width()
        x, area = 2 * x_of(plots, 2.5), plots.rows["sound"].area
        rows = range(2 * round(area.top()), 2 * round(area.bottom()))
        found = {image.pixelColor(x + k, y).name() for y in rows for k in range(6)}
        assert plots.tokens.emotion(plots.colours["sad"]).name() in found

    def test_an_svg_has_shapes_and_words(self, plots: LivePlots, tmp_path: Path) -> None:
        export_plots(plots, tmp_path / "plot.svg")
        root = ET.parse(tmp_path / "plot.svg").getroot()  # noqa: S314 - our own
        words = {
            "".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("text")
        }
        assert any("Sad" in word for word in words)
        assert "now" in words
        assert sum(element.tag.endswith(("path", "polygon")) for element in root.iter()) > 10

    def test_the_screen_is_as_before(self, plots: LivePlots, tmp_path: Path) -> None:
        before = plots.grab().toImage()
        export_plots(plots, tmp_path / "plot.svg")
        export_plots(plots, tmp_path / "plot.png")
        assert plots.grab().toImage() == before

    def test_another_ending_is_refused(self, plots: LivePlots, tmp_path: Path) -> None:
        with pytest.raises(EmoscopeError, match=r"'\.bmp'"):
            export_plots(plots, tmp_path / "plot.bmp")
        assert list(tmp_path.glob("plot*")) == []


def test_a_gap_is_hatched_in_the_sound_as_well(window: MainWindow, plots: LivePlots) -> None:
    feed(window, Gap(10.0, 4.0, GapReason.STALLED), tick(14.5, columns=50))
    assert len(colours_at(plots, "sound", 12.0)) > 2
    assert "No sound 4.0 s" in plots.accessibleDescription()


def test_a_window_opens_before_its_plots_are_there(
    qapp: QApplication,
    theme: ThemeManager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    until: Callable[..., None],
) -> None:
    monkeypatch.setattr(later, "imported", lambda: False)
    made = MainWindow(theme, Settings(), tmp_path / "window.json")
    try:
        assert made.live.plots is None
        assert not made.actions_["freeze"].isEnabled()
        feed(made, engine(), state(CaptureState.LISTENING), tick(3.0, columns=300), final("sad", 2.0))
        made.show()
        until(lambda: made.live.plots is not None)
        assert made.actions_["freeze"].isEnabled()
        assert made.live.timeline.title.text().startswith("Last")
        assert made.live.plots.colours
    finally:
        made.close()
        made.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_last_word_stands_before_the_edge_where_there_is_room(qapp: QApplication) -> None:
    picture = QImage(400, 20, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    axis = TimeAxis(0.0, 10.0, 0, 400)
    words = LaneWords(painter, axis, LIGHT, 16)
    words.draw(Placed(1.0, 3.0, "Neutral", None))
    words.draw(Placed(9.6, 10.0, "Surprised", Hue("#000000", "#ffffff")))
    painter.end()
    assert words.free == pytest.approx(410)
