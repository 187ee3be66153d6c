"""A row of plots over time: its box, the axis of its values, and what is drawn in it in whole pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsLineItem, QWidget

from desktop_app.gui.look.theme import Tokens, font
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.widgets.canvas import tint

if TYPE_CHECKING:
    from desktop_app.gui.plots.base import TimePlots

_ON_TOP = 900.0


class Row:
    """One of the rows: its box, the axis of its values, and what is drawn in it.

    Attributes
    ----------
    plots : TimePlots
        In which it stands.
    box : pyqtgraph.ViewBox
        For items of pyqtgraph: x is seconds, and y what `show_values` says, at first 0 to 1.
    values : _ValueAxis or None
        None where the row has no values, such as a strip of labels.
    """

    def __init__(
        self,
        plots: TimePlots,
        name: str,
        layout: QGraphicsGridLayout,
        *,
        place: int,
        stretch: int,
        fixed_px: int,
        top_px: int,
        gutter: int,
    ) -> None:
        self.name = name
        self.plots = plots
        self._place = place
        self._stretch, self._fixed_px, self._top_px = stretch, fixed_px, top_px
        self._layout = layout
        self._items: list[PixelItem] = []
        self.box = _Box(plots, name)
        self.values: _ValueAxis | None = None
        self._layout.addItem(self.box, place, 1)
        if not fixed_px:
            self.values = _ValueAxis(plots, gutter)
            self.values.linkToView(self.box)
            self._layout.addItem(self.values, place, 0)
        self._lines = [QGraphicsLineItem(self.box) for _ in range(1 if fixed_px else 2)]
        for line in self._lines:
            line.setZValue(_ON_TOP)
            line.hide()
        self.crossed = False  # the pointer's height is marked, too
        self.set_visible(True)

    def set_visible(self, visible: bool) -> None:
        """Show the row or not; the others share its room."""
        self.box.setVisible(visible)
        if self.values is not None:
            self.values.setVisible(visible)
        above = self._place - 1
        self._layout.setRowFixedHeight(above, self._top_px if visible else 0)
        if not visible or self._fixed_px:
            self._layout.setRowFixedHeight(self._place, self._fixed_px if visible else 0)
        else:
            self._layout.setRowMinimumHeight(self._place, 20)
            self._layout.setRowMaximumHeight(self._place, 16777215)
            self._layout.setRowPreferredHeight(self._place, 20)
        if visible:  # it was not told where the others went meanwhile
            view = self.plots.view_
            self.show_range(view.left_s, view.right_s)
        self._layout.setRowStretchFactor(self._place, 0 if self._fixed_px or not visible else self._stretch)

    @property
    def visible(self) -> bool:
        return bool(self.box.isVisible())

    @property
    def area(self) -> QRectF:
        """In pixels of the whole plot; empty while the row is not shown."""
        return QRectF(self.box.geometry()) if self.visible else QRectF(0, -2, 0, 0)

    def add(self, item: PixelItem) -> None:
        """Draw this, too."""
        self._items.append(item)

    def show_values(self, bottom: float, top: float, ticks: Sequence[tuple[float, str]] = ()) -> None:
        """Let y run from `bottom` to `top`; `ticks` are values and their texts."""
        self.box.setYRange(bottom, top, padding=0)
        if self.values is not None:
            self.values.ticks = tuple(ticks)
            self.values.update()

    def show_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Name the values otherwise."""
        if self.values is not None and self.values.ticks != tuple(ticks):
            self.values.ticks = tuple(ticks)
            self.values.update()

    def show_range(self, left_s: float, right_s: float) -> bool:
        """Whether that is another one."""
        before = self.box.viewRange()[0]
        if before[0] == left_s and before[1] == right_s:
            return False
        self.box.setXRange(left_s, right_s, padding=0)
        for item in self._items:
            item.update()
        return True

    def redraw(self) -> None:
        for item in self._items:
            item.update()

    def mark(self, at: QPointF | None) -> None:
        """Cross the pointer, which is at a pixel of the whole plot."""
        area = self.area
        upright, *lying = self._lines
        upright.setVisible(at is not None and area.height() > 0)
        if at is not None:
            x = math.floor(at.x() - area.left()) + 0.5
            upright.setLine(QLineF(x, 0, x, area.height()))
        for line in lying:
            inside = at is not None and self.crossed and area.top() <= at.y() <= area.bottom()
            line.setVisible(inside)
            if inside and at is not None:
                y = math.floor(at.y() - area.top()) + 0.5
                line.setLine(QLineF(0, y, area.width(), y))

    def apply_theme(self, tokens: Tokens) -> None:
        for line in self._lines:
            line.setPen(QPen(tint(tokens.ink, 0.55), 1))
        if self.values is not None:
            self.values.update()
        self.redraw()


class _Box(pg.ViewBox):
    """Hands what the mouse does to the plots; pyqtgraph's own menu and ranges are off."""

    def __init__(self, plots: TimePlots, name: str) -> None:
        super().__init__(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._plots, self._row = plots, name
        self.disableAutoRange()
        self.setYRange(0, 1, padding=0)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            event.accept()
            self._plots.drag(event.pos().x() - event.lastPos().x())
        else:
            event.ignore()

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._plots.press(self._row, event.pos().x())


class PixelItem(pg.GraphicsObject):
    """Something drawn over a row in whole pixels, the row's top left corner being (0, 0).

    What lies on fixed pixels looks the same from frame to frame, which lines in seconds do not.
    """

    def __init__(self, row: Row, z: float = 0.0) -> None:
        super().__init__()
        self._row, self._plots = row, row.plots
        self.setParentItem(row.box)
        self.setZValue(z)
        row.box.sigResized.connect(self._resized)
        row.add(self)

    @property
    def tokens(self) -> Tokens:
        return self._plots.tokens

    @property
    def axis(self) -> TimeAxis:
        left, right = self._row.box.viewRange()[0]
        return TimeAxis(left, right, 0, max(10.0, self._row.box.width()))

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, self._row.box.width(), self._row.box.height())

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self.rect

    def _resized(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw within `rect`."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        painter.save()
        self.draw(painter)
        painter.restore()


class GridItem(PixelItem):
    """Lines at the ticks of both axes."""

    def __init__(self, row: Row) -> None:
        super().__init__(row, z=-50)

    def draw(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self.tokens.grid), 1))
        axis, rect = self.axis, self.rect
        for time_s, _ in self._plots.x_ticks(axis):
            x = round(axis.x(time_s)) + 0.5
            painter.drawLine(QPointF(x, 0), QPointF(x, rect.height()))
        values = self._row.values
        if values is not None:
            for y, _ in values.places(rect.height()):
                painter.drawLine(QPointF(0, y), QPointF(rect.width(), y))


class _ValueAxis(pg.AxisItem):
    """The values of a row, at its left edge."""

    def __init__(self, plots: TimePlots, gutter: int) -> None:
        super().__init__("left")
        self._plots = plots
        self.ticks: tuple[tuple[float, str], ...] = ()
        self.enableAutoSIPrefix(False)
        self.setWidth(gutter)

    def places(self, height: float) -> list[tuple[float, str]]:
        """Pixel and text of each tick that has room."""
        bottom, top = self.range
        found: list[tuple[float, str]] = []
        for value, text in self.ticks:
            y = round(height * (top - value) / (top - bottom or 1.0)) + 0.5
            if -1 <= y <= height + 1 and all(abs(y - other) >= 13 for other, _ in found):
                found.append((y, text))
        return found

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        painter.save()
        painter.setFont(font(10, 450, True))
        painter.setPen(QColor(self._plots.tokens.ink_muted))
        half = QFontMetricsF(painter.font()).height() / 2
        for y, text in self.places(self.size().height()):
            box = QRectF(0, y - half, self.size().width() - 6, 2 * half)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(0, -8, self.size().width(), self.size().height() + 16)
