"""Poles and zeros of a system, in the z-plane and in the Laplace plane."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import localised, tr
from desktop_app.gui.look.theme import font
from desktop_app.gui.plots.curves import RowTitle, hertz_ticks, number_ticks
from desktop_app.gui.plots.lab import LabPlots
from desktop_app.gui.plots.rows import GridItem, PixelItem, Row
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.time_view import TimeView
from desktop_app.gui.widgets.canvas import tint
from desktop_app.lab.lpc import Complex


class PlanePlots(LabPlots):
    """Poles and zeros in a plane of complex numbers: z with its unit circle, or s with its axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Poles and zeros"), TimeView(math.inf, shortest_s=1e-6, follows=False), parent)
        self._row = self.add_row("plane", top_px=8)
        self._row.crossed = True
        GridItem(self._row)
        self._poles = _PolesItem(self._row)
        self._title = RowTitle(self._row)
        self._laplace = False
        self._rate = 16_000

    def show_poles(
        self, poles: Complex, *, laplace: bool, zeros: int, names: dict[int, str], sample_rate: int
    ) -> None:
        """Draw `poles` [n]; `names` has those of formants, by their place; the zeros lie at 0 of the z-plane.

        In the Laplace plane both axes are divided by 2 pi, so that upwards is in Hz.
        """
        self._laplace, self._rate = laplace, sample_rate
        self._poles.poles = poles / (2 * np.pi) if laplace else poles
        self._poles.names, self._poles.zeros, self._poles.laplace = names, zeros, laplace
        self._title.show_text("s / 2π (Hz)" if laplace else "z")
        what = tr("Laplace plane") if laplace else "z-plane"
        self.describe(
            tr("{what}: {count} poles, {zeros} zeros at z = 0").format(
                what=what, count=len(poles), zeros=zeros
            )
        )
        self._fit()

    def _fit(self) -> None:
        area = self._row.area
        shape = max(0.2, area.width() / max(1.0, area.height()))
        if self._laplace:
            top = 0.5 * self._rate * 1.06
            found = self._poles.poles.real if len(self._poles.poles) else np.zeros(1)
            left = 1.15 * min(-200.0, float(found.min()))
            self.view_.begin(left, -0.18 * left)
            self._row.show_values(-top, top, hertz_ticks(-top, top, max(3, round(area.height() / 28))))
        else:
            half = 1.18 * max(1.0, 1.0 / shape)
            self.view_.begin(-half * shape, half * shape)
            self._row.show_values(-half, half, number_ticks(-half, half, max(3, round(area.height() / 44))))
        self.refresh()
        self.redraw()

    def x_ticks(self, axis: TimeAxis) -> list[tuple[float, str]]:
        if self._laplace:
            return number_ticks(axis.left_s, axis.right_s, max(2, round(axis.width / 90)), " Hz")
        return number_ticks(axis.left_s, axis.right_s, max(2, round(axis.width / 80)))

    @property
    def readout(self) -> str:
        """The pole that is next to the pointer, else the place itself."""
        if self.pointer is None:
            return ""
        _, x, height = self.pointer
        low, high = self._row.box.viewRange()[1]
        y = low + height * (high - low)
        near = self._poles.near(x, y)
        if near is not None:
            pole = self._poles.poles[near]
            s = pole * 2 * np.pi if self._laplace else np.log(pole) * self._rate
            name = self._poles.names.get(near, "pole")
            hertz, width = abs(s.imag) / (2 * np.pi), -s.real / np.pi
            return (
                tr("{name}  {hertz:.0f} Hz, {width:.0f} Hz wide")
                .format(name=name, hertz=hertz, width=width)
                .replace("-", "−")
            )
        if self._laplace:
            return f"{x:.0f} + {y:.0f}i Hz".replace("-", "−")
        sign = "+" if y >= 0 else "−"
        return localised(f"{x:.2f} {sign} {abs(y):.2f}i".replace("-", "−"))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        if getattr(self, "_title", None) is not None:
            self._fit()

    # The plane keeps its shape.

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()

    def drag(self, by_px: float) -> None:
        """Nothing is moved."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.ignore()


class _PolesItem(PixelItem):
    """Crosses and a circle, over the unit circle or the imaginary axis."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.poles: Complex = np.empty(0, np.complex128)
        self.names: dict[int, str] = {}
        self.zeros = 0
        self.laplace = False

    def _pixel(self, x: float, y: float) -> QPointF:
        low, high = self._row.box.viewRange()[1]
        return QPointF(self.axis.x(x), self.rect.height() * (high - y) / (high - low))

    def near(self, x: float, y: float, within_px: float = 14.0) -> int | None:
        """The pole next to a place, if one is that near."""
        at = self._pixel(x, y)
        away = [
            math.hypot(at.x() - place.x(), at.y() - place.y())
            for place in (self._pixel(pole.real, pole.imag) for pole in self.poles)
        ]
        best = int(np.argmin(away)) if away else -1
        return best if away and away[best] <= within_px else None

    def draw(self, painter: QPainter) -> None:
        tokens = self.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.rect)
        origin = self._pixel(0.0, 0.0)
        painter.setPen(QPen(QColor(tokens.ink_muted), 1))
        painter.drawLine(QPointF(0, origin.y()), QPointF(self.rect.width(), origin.y()))
        painter.drawLine(QPointF(origin.x(), 0), QPointF(origin.x(), self.rect.height()))
        if self.laplace:
            painter.fillRect(QRectF(0, 0, origin.x(), self.rect.height()), tint(tokens.accent, 0.05))
        else:
            corner = self._pixel(-1.0, 1.0)
            circle = QRectF(corner, self._pixel(1.0, -1.0))
            painter.setBrush(tint(tokens.accent, 0.05))
            painter.setPen(QPen(QColor(tokens.ink_secondary), 1.4))
            painter.drawEllipse(circle)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._draw_zeros(painter, origin)
        painter.setFont(font(11, 600))
        for place, pole in enumerate(self.poles):
            named = place in self.names
            at = self._pixel(pole.real, pole.imag)
            colour = QColor(tokens.accent if named else tokens.ink_muted)
            painter.setPen(QPen(colour, 2.2 if named else 1.6))
            for sign in (1, -1):
                begin = QPointF(at.x() - 4.5, at.y() - 4.5 * sign)
                painter.drawLine(begin, QPointF(at.x() + 4.5, at.y() + 4.5 * sign))
            if named and pole.imag > 0:
                painter.setPen(QColor(tokens.ink))
                painter.drawText(QPointF(at.x() + 8, at.y() - 5), self.names[place])

    def _draw_zeros(self, painter: QPainter, origin: QPointF) -> None:
        painter.setPen(QPen(QColor(self.tokens.warning), 1.8))
        painter.drawEllipse(origin, 5.0, 5.0)
        painter.setFont(font(11, 600))
        painter.drawText(
            QPointF(origin.x() + 9, origin.y() - 7), tr("{count} zeros").format(count=self.zeros)
        )
