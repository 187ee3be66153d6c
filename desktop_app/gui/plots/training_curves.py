"""How a training goes: loss and UAR by epoch, or UAR by fit where fits have no epochs.

Importing this imports pyqtgraph (`plots.later`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import localised, tr
from desktop_app.gui.look.theme import font
from desktop_app.gui.plots.base import TimePlots
from desktop_app.gui.plots.rows import GridItem, PixelItem, Row
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.time_view import TimeView
from desktop_app.gui.state.training import Epoch, Fit, TrainingState, loss_axis
from desktop_app.gui.widgets.canvas import tint

LOSS, UAR = "loss", "uar"
_TICK_PX: Final = 40.0
_DOT: Final = 3.0
Point = tuple[float, float]


class TrainingCurves(TimePlots):
    """Two rows over epochs; the fit that runs is drawn strongly, those before it thinly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Training curves"), TimeView(follows=False, shortest_s=1.0), parent=parent)
        self.relative = False
        self.state: TrainingState | None = None
        self._loss = self.add_row(LOSS, top_px=8)
        self._uar = self.add_row(UAR, top_px=10)
        self._clock.linkToView(self._uar.box)  # the row that is always shown
        for row in (self._loss, self._uar):
            GridItem(row)
        _Lines(self._loss, tr("Loss"), self, (_train_loss, _val_loss))
        _Lines(self._uar, "UAR", self, (_uar,))
        self._uar.show_values(0, 1, [(k / 4, f"{25 * k} %") for k in range(5)])
        self.setMinimumHeight(140)

    def show_state(self, state: TrainingState) -> None:
        """Draw what is known by now."""
        self.state = state
        self._loss.set_visible(state.by_epochs)
        top, step = loss_axis(state)
        self._loss.show_values(
            0, top, [(step * k, localised(f"{step * k:.2g}")) for k in range(round(top / step) + 1)]
        )
        last = float(state.most_epochs if state.by_epochs else max(2, state.of))
        if (self.view_.begin_s, self.view_.now_s) != (0.5, last + 0.5):
            self.view_.begin(0.5, last + 0.5)
        self.refresh()
        self.redraw()
        self.describe(_in_words(state))

    @property
    def by_epochs(self) -> bool:
        return self.state is None or self.state.by_epochs

    def x_ticks(self, axis: TimeAxis) -> list[tuple[float, str]]:
        """Whole epochs or fits."""
        step = max(1, math.ceil(axis.span_s * _TICK_PX / max(1.0, axis.width)))
        nice = next(k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if k >= step)
        first = max(1, math.ceil(axis.left_s))
        last = math.floor(axis.right_s + 1e-9)
        return [(float(k), str(k)) for k in range(1, last + 1) if k >= first and (k == 1 or k % nice == 0)]

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Nothing to be zoomed: the page scrolls."""
        event.ignore()

    def drag(self, by_px: float) -> None:
        """All of it is in sight."""


class _Lines(PixelItem):
    """The lines of one row: one or two for each fit."""

    def __init__(
        self,
        row: Row,
        title: str,
        curves: TrainingCurves,
        kinds: Sequence[Callable[[Epoch], float | None]],
    ) -> None:
        super().__init__(row)
        self._title, self._curves, self._kinds = title, curves, kinds

    def draw(self, painter: QPainter) -> None:
        state = self._curves.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.rect.adjusted(0, -_DOT, 0, _DOT))
        if state is not None and self._curves.by_epochs:
            for fit in state.fits.values():
                self._draw_fit(painter, fit, strong=fit is state.current)
        elif state is not None:
            self._draw_tested(painter, [fit for fit in state.fits.values() if fit.tested_uar is not None])
        self._draw_legend(painter)

    def _draw_fit(self, painter: QPainter, fit: Fit, *, strong: bool) -> None:
        for place, kind in enumerate(self._kinds):
            points = [
                (float(epoch.number), value) for epoch in fit.curve if (value := kind(epoch)) is not None
            ]
            self._draw_line(
                painter, points, self._pen(place, strong=strong), dots=strong and len(points) < 30
            )

    def _pen(self, place: int, *, strong: bool) -> QPen:
        tokens = self.tokens
        inner = place == len(self._kinds) - 1  # what was not learnt from counts
        colour = QColor(tokens.accent if inner else tokens.ink_muted)
        if not strong:
            colour = tint(colour, 0.32)
        pen = QPen(colour, 2.0 if strong and inner else 1.25)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _draw_tested(self, painter: QPainter, fits: Sequence[Fit]) -> None:
        points = [(float(fit.number), fit.tested_uar or 0.0) for fit in fits]
        self._draw_line(painter, points, self._pen(len(self._kinds) - 1, strong=True), dots=True)

    def _draw_line(self, painter: QPainter, points: Sequence[Point], pen: QPen, *, dots: bool) -> None:
        if not points:
            return
        axis, (bottom, top) = self.axis, self._row.box.viewRange()[1]
        height = self.rect.height()
        placed = [QPointF(axis.x(x), height * (top - y) / ((top - bottom) or 1.0)) for x, y in points]
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(placed))
        if dots or len(placed) == 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pen.color())
            for point in placed:
                painter.drawEllipse(point, _DOT, _DOT)

    def _draw_legend(self, painter: QPainter) -> None:
        painter.setFont(font(11, 600))
        metrics = QFontMetricsF(painter.font())
        texts = [(self._title, QColor(self.tokens.ink_muted))]
        if len(self._kinds) > 1:
            texts += [
                ("learnt", self._pen(0, strong=True).color()),
                (tr("not learnt"), self._pen(1, strong=True).color()),
            ]
        right = self.rect.width() - 4
        for text, colour in reversed(texts):
            width = metrics.horizontalAdvance(text)
            box = QRectF(right - width - 3, 2, width + 6, metrics.height())
            painter.fillRect(box, tint(self.tokens.surface, 0.8))
            painter.setPen(colour)
            painter.drawText(QPointF(right - width, 2 + metrics.ascent()), text)
            right -= width + 12


def _train_loss(epoch: Epoch) -> float | None:
    return epoch.train_loss


def _val_loss(epoch: Epoch) -> float | None:
    return epoch.val_loss


def _uar(epoch: Epoch) -> float | None:
    return epoch.uar


def _in_words(state: TrainingState) -> str:
    """For people who do not see it: the newest epoch, or the newest test."""
    fit = state.current
    if state.by_epochs and fit is not None and fit.curve:
        last = fit.curve[-1]
        if last.uar is not None and last.val_loss is not None:
            return localised(tr("Epoch {number}: loss {val_loss:.2f}, UAR {uar:.0f} percent")).format(
                number=last.number, val_loss=last.val_loss, uar=100 * last.uar
            )
        return tr("Epoch {epoch}").format(epoch=last.number)
    return state.outlook
