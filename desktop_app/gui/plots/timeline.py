"""The last five minutes: segments with their names, and their probabilities as stacked areas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
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

from desktop_app.gui.look.theme import font
from desktop_app.gui.plots.painting import (
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
from desktop_app.gui.state.timeline_data import KEEP_S, TimelineSegment, describe
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.widgets.canvas import Canvas, tint

_SPANS_S = (30.0, 60.0, 120.0, KEEP_S)
_LANE = 24
_AXIS = 20
_GUTTER = 34


class TimelineWidget(Canvas):
    """The span grows with the session from half a minute to five; the wheel chooses another one."""

    def __init__(self, model: ViewModel, parent: QWidget | None = None) -> None:
        super().__init__("Timeline of the last five minutes", "No speech yet", parent)
        self._model = model
        self._chosen_s: float | None = None
        self._painted = (-1, 0.0)  # version and time of the picture on screen
        self._pointer: QPoint | None = None
        self._selected: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, 240)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(260, 120)

    @property
    def span_s(self) -> float:
        """Seconds shown now."""
        if self._chosen_s is not None:
            return self._chosen_s
        timeline = self._model.timeline
        lived = timeline.now_s - timeline.began_s
        return next((span for span in _SPANS_S if span >= lived), KEEP_S)

    def refresh(self) -> None:
        """Repaint if a segment changed or time moved on by a pixel."""
        timeline = self._model.timeline
        version, painted_s = self._painted
        passed_s = timeline.now_s - painted_s
        pixel_s = self.span_s / max(1, self.width() - _GUTTER)
        if version != timeline.version:
            self.describe(timeline.as_text())
        elif abs(passed_s) < (pixel_s if len(timeline) else 1.0):
            return
        if self.isVisible():
            self.update()

    def axis(self) -> TimeAxis:
        now = self._model.timeline.now_s
        return TimeAxis(now - self.span_s, now, _GUTTER, max(10, self.width() - _GUTTER))

    def _area(self) -> QRectF:
        return QRectF(_GUTTER, _LANE, self.width() - _GUTTER, max(20, self.height() - _LANE - _AXIS))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        t, model = self.tokens, self._model
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(t.surface))
        axis, area = self.axis(), self._area()
        self._painted = (model.timeline.version, model.timeline.now_s)
        if len(model.timeline):
            self._percent_grid(painter, area)
        draw_time_ticks(painter, axis, t, top=area.top(), bottom=area.bottom(), now_s=model.timeline.now_s)
        segments = [segment for segment in model.timeline if segment.end_s >= axis.left_s]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(area)
        for segment in segments:
            draw_stack(painter, axis, t, area=area, segment=segment, colours=model.colours)
        gaps = [gap for gap in model.timeline.all_gaps() if gap.end_s >= axis.left_s]
        for gap in gaps:
            draw_gap(painter, axis, t, area=area, gap=gap)
        painter.restore()
        words = [placed(segment, model.colours) for segment in segments]
        draw_label_lane(painter, axis, t, words, room=_LANE - 8)
        if not segments and not gaps:
            draw_hint(painter, t, area, "What is heard will stand here")
        self._mark(painter, axis, area)
        self.focus_ring(painter)

    def _percent_grid(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(font(10, 450, True))
        for share in (0.0, 0.5, 1.0):
            y = round(area.bottom() - share * area.height()) + 0.5
            painter.setPen(QPen(QColor(self.tokens.grid), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self.tokens.ink_muted))
            box = QRectF(0, y - 8, _GUTTER - 6, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{share:.0%}")

    def _mark(self, painter: QPainter, axis: TimeAxis, area: QRectF) -> None:
        """The pointer's time, and the segment chosen with the keyboard."""
        if self._pointer is not None and area.contains(QPointF(self._pointer)):
            painter.setPen(QPen(tint(self.tokens.ink, 0.55), 1))
            x = self._pointer.x() + 0.5
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        segment = self._find_selected()
        if segment is not None and self.hasFocus():
            painter.setPen(QPen(QColor(self.tokens.ink), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            left, right = axis.x(segment.start_s), axis.x(segment.end_s)
            painter.drawRect(QRectF(left, area.top(), max(2.0, right - left), area.height()))

    def _find_selected(self) -> TimelineSegment | None:
        return next((segment for segment in self._model.timeline if segment.index == self._selected), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pointer = event.position().toPoint()
        axis = self.axis()
        time_s = axis.time(event.position().x())
        gap = self._model.timeline.find_gap(time_s)
        segment = self._model.timeline.find(time_s, 3 * axis.span_s / axis.width)
        if gap is not None:
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(12, 16), gap_tooltip(gap), self)
        elif segment is not None:
            text = tooltip(segment, time_s, describe(segment))
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(12, 16), text, self)
        else:
            QToolTip.hideText()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._pointer = None
        QToolTip.hideText()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self._zoom(-1 if event.angleDelta().y() > 0 else 1)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._chosen_s = None
        self.update()

    def _zoom(self, direction: int) -> None:
        place = _SPANS_S.index(self.span_s) if self.span_s in _SPANS_S else len(_SPANS_S) - 1
        self._chosen_s = _SPANS_S[min(len(_SPANS_S) - 1, max(0, place + direction))]
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right walk through the segments and read them out; plus and minus change the span."""
        segments = list(self._model.timeline)
        places = {segment.index: place for place, segment in enumerate(segments)}
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right if segments:
                step = -1 if event.key() == Qt.Key.Key_Left else 1
                known = self._selected if self._selected is not None else -1
                place = places.get(known, len(segments))
                chosen = segments[min(len(segments) - 1, max(0, place + step))]
                self._selected = chosen.index
                text = tooltip(chosen, chosen.end_s, describe(chosen))
                self.describe(text.replace("\n", ", "))
                x = round(self.axis().x(chosen.start_s))
                QToolTip.showText(self.mapToGlobal(QPoint(max(0, x), _LANE)), text, self)
                self.update()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(-1)
            case Qt.Key.Key_Minus:
                self._zoom(1)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._selected = None
        self.describe(self._model.timeline.as_text())
        self.update()
        super().focusOutEvent(event)
