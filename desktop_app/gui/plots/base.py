"""What all plots over time share: rows that show one stretch of time above one axis, a pointer, keys.

Importing this imports pyqtgraph, which takes a third of a second: `plots.later` does so beside the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.palette import Hue
from desktop_app.gui.look.theme import LIGHT, Tokens
from desktop_app.gui.plots.rows import Row
from desktop_app.gui.plots.time_axis import TimeAxis, day_ticks, draw_tick_texts, session_ticks
from desktop_app.gui.state.time_view import TimeView

AXIS_PX = 20
_WHEEL_STEP = 0.8  # of the span, for each notch
_LAST_ROW = 20


class TimePlots(pg.GraphicsView):
    """Rows one above the other that show the same stretch of time, and one axis of time below them all.

    Wheel zooms around the pointer, sideways it moves; drag moves; a double click shows what was shown at
    first. The owner tells `refresh` when there is something new to draw.

    Parameters
    ----------
    name : str
        For people who do not see it.
    view : TimeView
        Which stretch is shown; whoever changes it calls `refresh` or `moved`.
    gutter : int
        Pixels at the left edge for the axes of the rows.

    Attributes
    ----------
    tokens : Tokens
        What everything here is drawn with.
    colours : mapping
        Colour of each label.
    relative : bool
        While it follows, times are told back from now.
    day_s : float or None
        Where given, times are those of the day: seconds since 1970 at time 0.
    exporting : bool
        What is drawn goes to a file: no shortcuts by pixels, and no marks of pointer and keyboard.
    pointer : tuple or None
        Name of the row under the pointer, the time there in seconds, and its height there, 0 to 1.
    """

    moved = Signal()  # a person has chosen another stretch
    pointed = Signal()  # `pointer` has changed
    clicked = Signal(str, float)  # name of the row, time in seconds
    menu_wanted = Signal(object)  # QPoint, global

    def __init__(self, name: str, view: TimeView, *, gutter: int = 38, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.tokens: Tokens = LIGHT
        self.colours: Mapping[str, Hue] = {}
        self.relative = True
        self.day_s: float | None = None
        self.pointer: tuple[str, float, float] | None = None
        self.exporting = False
        self.view_ = view
        self.rows: dict[str, Row] = {}
        self._gutter = gutter
        self._pointed_at: QPointF | None = None
        self._grid = pg.GraphicsLayout()
        self._grid.layout.setContentsMargins(0, 0, 0, 0)
        self._grid.layout.setSpacing(0)
        self._grid.layout.setColumnFixedWidth(0, gutter)
        self._grid.layout.setColumnMinimumWidth(1, 10)
        self.setCentralItem(self._grid)
        self._clock = _ClockAxis(self)
        self._grid.layout.addItem(self._clock, _LAST_ROW, 1)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        viewport = self.viewport()
        viewport.setMouseTracking(True)
        # Everything moves in each frame: parts of it are not worth telling apart, nor what lies beneath.
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        viewport.setAutoFillBackground(False)
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # --- building -----------------------------------------------------------------------------------------

    def add_row(self, name: str, *, stretch: int = 1, fixed_px: int = 0, top_px: int = 0) -> Row:
        """A row below those before, `top_px` apart from it; with `fixed_px` it has that height for ever."""
        place = len(self.rows) * 2 + 1
        row = Row(
            self,
            name,
            self._grid.layout,
            place=place,
            stretch=stretch,
            fixed_px=fixed_px,
            top_px=top_px,
            gutter=self._gutter,
        )
        self.rows[name] = row
        if not fixed_px and self._clock.linkedView() is None:
            self._clock.linkToView(row.box)
        self._show_range()
        return row

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def axis(self) -> TimeAxis:
        """Times and pixels of all rows, whose left edge is pixel 0."""
        view = self.view_
        return TimeAxis(view.left_s, view.right_s, 0, max(10, self.width() - self._gutter))

    @property
    def tells_ago(self) -> bool:
        """Whether the axis tells times back from now."""
        return self.relative and self.day_s is None and self.view_.following and self.view_.span_s <= 120

    def x_ticks(self, axis: TimeAxis) -> list[tuple[float, str]]:
        """Places on the axis below the rows, and what stands there."""
        if self.day_s is not None:
            return day_ticks(axis, self.day_s)
        return session_ticks(axis, now_s=axis.right_s if self.tells_ago else None)

    def refresh(self) -> None:
        """Show the stretch of `view_`, and everything in it anew."""
        if not self._show_range():
            self.redraw()

    def redraw(self) -> None:
        """Draw everything anew within the stretch that is shown."""
        for row in self.rows.values():
            row.redraw()

    def redraw_axis(self) -> None:
        """Times are told in another way."""
        self._clock.update()
        self.redraw()

    def apply_theme(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.setBackground(QColor(tokens.surface))
        for row in self.rows.values():
            row.apply_theme(tokens)
        self._clock.update()

    def paint_to(self, painter: QPainter) -> None:
        """Draw everything to a file's painter, in pixels of the screen."""
        self.exporting = True
        self._point()
        try:
            self.scene().prepareForPaint()
            whole = QRectF(0, 0, self.width(), self.height())
            self.scene().render(painter, whole, whole)
            # SVG has no clipping here: what lies left of the rows is covered, and their axes drawn once more.
            gutter = QRectF(0, 0, self._gutter, self.height())
            painter.fillRect(gutter, QColor(self.tokens.surface))
            for row in self.rows.values():
                if row.visible and row.values is not None:
                    painter.save()
                    painter.translate(row.values.geometry().topLeft())
                    row.values.paint(painter, None)
                    painter.restore()
        finally:
            self.exporting = False
            self._point()

    def describe(self, text: str) -> None:
        """Change what a screen reader reads here."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _show_range(self) -> bool:
        """Whether the stretch is another one than was shown."""
        left, right = self.view_.left_s, self.view_.right_s
        changed = False
        for row in self.rows.values():
            if row.visible:
                changed |= row.show_range(left, right)
        if changed:
            self._clock.update()
            self._point()
        return changed

    # --- the pointer --------------------------------------------------------------------------------------

    def _point(self) -> None:
        """Find out where the pointer is, and mark it."""
        before, self.pointer = self.pointer, None
        at = None if self.exporting else self._pointed_at
        if at is not None and at.x() >= self._gutter:
            for row in self.rows.values():
                area = row.area
                if area.top() <= at.y() <= area.bottom() and row.values is not None:
                    height = (area.bottom() - at.y()) / max(1.0, area.height())
                    self.pointer = (row.name, self.axis.time(at.x() - self._gutter), height)
                    break
            else:
                if at.y() < self.height() - AXIS_PX:
                    self.pointer = ("", self.axis.time(at.x() - self._gutter), 0.0)
        for row in self.rows.values():
            row.mark(None if self.pointer is None or at is None else at)
        if self.pointer != before:
            self.pointed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pointed_at = event.position()
        super().mouseMoveEvent(event)
        self._point()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._pointed_at = None
        super().leaveEvent(event)
        self._point()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        sideways, upright = event.angleDelta().x(), event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not sideways:
            sideways, upright = upright, 0
        if abs(sideways) > abs(upright):
            self.view_.pan(-sideways / 1200 * self.view_.span_s)
        elif upright:
            around = self.axis.time(event.position().x() - self._gutter)
            self.view_.zoom(_WHEEL_STEP ** (upright / 120), around)
        event.accept()
        self._moved()

    def drag(self, by_px: float) -> None:
        """A row was dragged."""
        self.view_.pan(-by_px / self.axis.width * self.view_.span_s)
        self._moved()

    def press(self, row: str, x: float) -> None:
        """A row was clicked."""
        self.clicked.emit(row, self.axis.time(x))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.view_.reset()
        self._moved()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Plus and minus zoom, 0 and double click undo that, Page Up and Down move, Home and End go far."""
        view = self.view_
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                view.step(-1)
            case Qt.Key.Key_Minus:
                view.step(1)
            case Qt.Key.Key_0:
                view.reset()
            case Qt.Key.Key_PageUp:
                view.pan(-0.8 * view.span_s)
            case Qt.Key.Key_PageDown:
                view.pan(0.8 * view.span_s)
            case Qt.Key.Key_Home:
                view.pan(view.begin_s - view.left_s)
            case Qt.Key.Key_End:
                view.jump()
            case _:
                event.ignore()  # not to the scene: pyqtgraph has keys of its own there
                return
        self._moved()

    def _moved(self) -> None:
        self.refresh()
        self.moved.emit()

    # --- Qt -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        for row in getattr(self, "rows", {}).values():
            row.redraw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.tokens.accent), 2))
            painter.drawRoundedRect(self.viewport().rect().adjusted(1, 1, -1, -1), 6, 6)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: Any) -> None:  # noqa: N802
        self.menu_wanted.emit(event.globalPos())


class _ClockAxis(pg.AxisItem):
    """Times below all rows: back from now, of the session, or of the day."""

    def __init__(self, plots: TimePlots) -> None:
        super().__init__("bottom")
        self._plots = plots
        self.enableAutoSIPrefix(False)
        self.setHeight(AXIS_PX)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        box = self.linkedView()
        if box is None:
            return
        left, right = box.viewRange()[0]
        axis = TimeAxis(left, right, 0, max(10.0, self.size().width()))
        painter.save()
        draw_tick_texts(painter, axis, self._plots.tokens, self._plots.x_ticks(axis), top=0)
        painter.restore()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(0, 0, self.size().width(), self.size().height())
