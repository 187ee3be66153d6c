"""A whole recording on one line of time: sound, segments with names, probabilities; zoom and pan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_app.core.envelope import Envelope
from desktop_app.gui.look.palette import Hue
from desktop_app.gui.plots.painting import (
    NOT_A_VOICE_ALPHA,
    TimeAxis,
    draw_gap,
    draw_hint,
    draw_label_lane,
    draw_stack,
    draw_time_ticks,
    gap_tooltip,
    placed,
    tooltip,
)
from desktop_app.gui.state.timeline_data import TimelineGap, TimelineSegment, describe
from desktop_app.gui.widgets.canvas import Canvas, tint

_LANE = 24
_AXIS = 20
_GAP = 10
_SHORTEST_S = 0.5


class RecordingTrack(Canvas):
    """Wheel zooms around the pointer, drag moves, a click chooses; arrows, +, - and 0 do the same.

    What is not a voice is drawn and cannot be chosen, as it has no row in the table.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Timeline of the recording", "", parent)
        self._segments: Sequence[TimelineSegment] = ()
        self._gaps: Sequence[TimelineGap] = ()
        self._colours: Mapping[str, Hue] = {}
        self._envelope: Envelope | None = None
        self._duration_s = 1.0
        self._left_s, self._right_s = 0.0, 1.0
        self._selected = -1
        self._pointer: QPoint | None = None
        self._drag: tuple[float, float] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, 300)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(260, 180)

    @property
    def view(self) -> tuple[float, float]:
        """First and last second shown."""
        return self._left_s, self._right_s

    @property
    def selected(self) -> int:
        return self._selected

    def set_recording(
        self,
        duration_s: float,
        segments: Sequence[TimelineSegment],
        envelope: Envelope,
        colours: Mapping[str, Hue],
        gaps: Sequence[TimelineGap] = (),
    ) -> None:
        self._gaps = gaps
        self._duration_s = max(duration_s, 0.1)
        self._segments, self._envelope, self._colours = segments, envelope, colours
        self._selected = -1
        self._left_s, self._right_s = 0.0, self._duration_s
        texts = [f"{segment.start_s:.1f} s: {describe(segment)}" for segment in segments[:40]]
        texts = texts or ["No speech was found"]
        self.describe("; ".join(texts + [f"{gap.start_s:.1f} s: {gap.text}" for gap in gaps]))
        self.update()

    def select(self, place: int) -> None:
        """Choose the segment at `place` of the list and bring it into view."""
        if not 0 <= place < len(self._segments) or place == self._selected:
            return
        if self._segments[place].not_a_voice:
            return
        self._selected = place
        segment = self._segments[place]
        if segment.start_s < self._left_s or segment.end_s > self._right_s:
            span = self._right_s - self._left_s
            self._show_range((segment.start_s + segment.end_s - span) / 2, span)
        self.chosen.emit(place)
        self.update()

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Show `factor` times as many seconds; the moment `around_s` keeps its place."""
        span = self._right_s - self._left_s
        centre = around_s if around_s is not None else (self._left_s + self._right_s) / 2
        new = min(self._duration_s, max(min(_SHORTEST_S, self._duration_s), span * factor))
        self._show_range(centre - (centre - self._left_s) * new / span, new)

    def _show_range(self, left_s: float, span_s: float) -> None:
        self._left_s = min(max(0.0, left_s), max(0.0, self._duration_s - span_s))
        self._right_s = self._left_s + span_s
        self.update()

    def axis(self) -> TimeAxis:
        return TimeAxis(self._left_s, self._right_s, 0, max(10, self.width()))

    def _areas(self) -> tuple[QRectF, QRectF]:
        """Where the sound is drawn, and where the probabilities are."""
        room = self.height() - _LANE - _AXIS - _GAP
        wave = QRectF(0, _LANE, self.width(), max(20.0, room * 0.48))
        return wave, QRectF(0, wave.bottom() + _GAP, self.width(), max(20.0, room * 0.52))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        t = self.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(t.surface))
        axis = self.axis()
        wave, stack = self._areas()
        draw_time_ticks(painter, axis, t, top=wave.top(), bottom=stack.bottom())
        visible = [s for s in self._segments if s.end_s >= self._left_s and s.start_s <= self._right_s]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for segment in visible:
            alpha = NOT_A_VOICE_ALPHA if segment.not_a_voice else 0.13
            painter.setBrush(tint(self._colour(segment), alpha))
            left = axis.x(segment.start_s)
            painter.drawRect(QRectF(left, wave.top(), max(1.0, axis.x(segment.end_s) - left), wave.height()))
        painter.save()
        painter.setClipRect(stack)
        for segment in visible:
            draw_stack(painter, axis, t, area=stack, segment=segment, colours=self._colours)
        painter.restore()
        words = [placed(segment, self._colours) for segment in visible]
        draw_label_lane(painter, axis, t, words, room=_LANE - 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._sound(painter, axis, wave, visible)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for gap in self._gaps:
            draw_gap(painter, axis, t, area=wave, gap=gap)
        if all(segment.not_a_voice for segment in self._segments):
            what = "voice" if self._segments else "speech"
            draw_hint(painter, t, stack, f"No {what} was found in this recording")
        self._marks(painter, axis, wave, stack)
        self.focus_ring(painter)

    def _colour(self, segment: TimelineSegment) -> QColor:
        prediction = segment.prediction
        if segment.not_a_voice:
            return QColor(self.tokens.wave)
        if prediction is None or prediction.uncertain:
            return QColor(self.tokens.ink_muted)
        return self.tokens.emotion(self._colours.get(prediction.label))

    def _sound(
        self, painter: QPainter, axis: TimeAxis, area: QRectF, visible: Sequence[TimelineSegment]
    ) -> None:
        if self._envelope is None:
            return
        pitch, stroke = 3, 2
        count = int(area.width() // pitch)
        peaks = self._envelope.peaks(self._left_s, self._right_s, count)
        low, high = np.nan_to_num(peaks.low), np.nan_to_num(peaks.high)
        count = len(low)
        loudest = max(0.05, self._envelope.loudest)
        half = area.height() / 2 - 2
        middle = round(area.top() + area.height() / 2)
        tops = (middle - np.maximum(1, np.rint(np.clip(high / loudest, 0, 1) * half))).astype(int).tolist()
        bottoms = (middle + np.maximum(1, np.rint(np.clip(-low / loudest, 0, 1) * half))).astype(int).tolist()
        times = self._left_s + (np.arange(count) + 0.5) * axis.span_s / max(1, count)
        owner = np.full(count, -1)
        for number, segment in enumerate(visible):
            owner[(times >= segment.start_s) & (times <= segment.end_s)] = number
        painter.setPen(Qt.PenStyle.NoPen)
        for number in np.unique(owner).tolist():
            painter.setBrush(QColor(self.tokens.wave) if number < 0 else self._colour(visible[number]))
            painter.drawRects(
                [
                    QRect(round(area.left()) + pitch * k, tops[k], stroke, bottoms[k] - tops[k])
                    for k in np.flatnonzero(owner == number).tolist()
                ]
            )

    def _marks(self, painter: QPainter, axis: TimeAxis, wave: QRectF, stack: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= self._selected < len(self._segments):
            segment = self._segments[self._selected]
            left, right = axis.x(segment.start_s), axis.x(segment.end_s)
            painter.setPen(QPen(QColor(self.tokens.ink), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            top = wave.top() - 4
            frame = QRectF(left - 1, top, max(4.0, right - left + 2), stack.bottom() - top)
            painter.drawRoundedRect(frame, 4, 4)
        if self._pointer is not None:
            painter.setPen(QPen(tint(self.tokens.ink, 0.5), 1))
            x = self._pointer.x() + 0.5
            painter.drawLine(QPointF(x, wave.top()), QPointF(x, stack.bottom()))

    def _at(self, x: float) -> int:
        axis = self.axis()
        time_s, slack = axis.time(x), 3 * axis.span_s / axis.width
        best, distance = -1, slack
        for place, segment in enumerate(self._segments):
            away = max(segment.start_s - time_s, time_s - segment.end_s, 0.0)
            if away <= distance:
                best, distance = place, away
        return best

    def _gap_at(self, x: float) -> TimelineGap | None:
        time_s = self.axis().time(x)
        return next((gap for gap in self._gaps if gap.start_s <= time_s <= gap.end_s), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._drag = (event.position().x(), self._left_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        x = event.position().x()
        self._pointer = event.position().toPoint()
        if self._drag is not None and event.buttons() & Qt.MouseButton.LeftButton:
            span = self._right_s - self._left_s
            self._show_range(self._drag[1] - (x - self._drag[0]) / max(1, self.width()) * span, span)
            return
        place = self._at(x)
        if place >= 0:
            segment = self._segments[place]
            text = tooltip(segment, self.axis().time(x), describe(segment))
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(12, 16), text, self)
        elif (gap := self._gap_at(x)) is not None:
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(12, 16), gap_tooltip(gap), self)
        else:
            QToolTip.hideText()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is not None and abs(event.position().x() - self._drag[0]) < 4:
            self.select(self._at(event.position().x()))
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._show_range(0.0, self._duration_s)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._pointer = None
        QToolTip.hideText()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        sideways, upright = event.angleDelta().x(), event.angleDelta().y()
        span = self._right_s - self._left_s
        if abs(sideways) > abs(upright):
            self._show_range(self._left_s - sideways / 1200 * span, span)
        elif upright:
            self.zoom(0.8 ** (upright / 120), self.axis().time(event.position().x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Right:
                self._step(1)
            case Qt.Key.Key_Left:
                self._step(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(0.7)
            case Qt.Key.Key_Minus:
                self.zoom(1 / 0.7)
            case Qt.Key.Key_0:
                self._show_range(0.0, self._duration_s)
            case _:
                super().keyPressEvent(event)

    def _step(self, direction: int) -> None:
        """To the next segment that can be chosen, or the one before."""
        place = self._selected + direction
        while 0 <= place < len(self._segments) and self._segments[place].not_a_voice:
            place += direction
        self.select(place)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusOutEvent(event)
