"""Two models' answers over a recording, one lane each, and a third for a person's labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import Hue, canonical, colours_for
from desktop_app.core.types import Prediction
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.model_comparison import Agreement, Comparison, answer
from desktop_app.gui.state.words import clock
from desktop_app.gui.widgets.canvas import Canvas

_LANE: Final = 20
_GAP: Final = 6
_FOOT: Final = 18
_NAMES: Final = 168
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
YOURS: Final = mark("Your labels")


class AnswerLanes(Canvas):
    """A click chooses a segment."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Both models over the recording"), tr("Nothing is compared yet"), parent)
        self._compared: Comparison | None = None
        self._colours: Mapping[str, Hue] = {}
        self._selected = -1
        self.setToolTip(
            tr("Each segment as both models answer it. Lines join those that differ; a click chooses one.")
        )

    def show_comparison(self, compared: Comparison) -> None:
        self._compared, self._selected = compared, -1
        self._colours = colours_for(compared.emotions)
        self.setFixedHeight(self._lanes * (_LANE + _GAP) + _FOOT)
        different = compared.counted(Agreement.DIFFERENT)
        self.describe(
            tr("{count} segments, {different} answered differently").format(
                count=len(compared.segments), different=different
            )
        )
        self.update()

    def select(self, place: int) -> None:
        if place != self._selected:
            self._selected = place
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, self.minimumHeight())

    @property
    def _lanes(self) -> int:
        said = self._compared is not None and any(each.said for each in self._compared.segments)
        return 3 if said else 2

    @property
    def _names_width(self) -> float:
        return min(_NAMES, self.width() * 0.22)

    def _x(self, time_s: float) -> float:
        duration_s = 1.0 if self._compared is None else max(0.1, self._compared.duration_s)
        room = self.width() - self._names_width - 2
        return self._names_width + time_s / duration_s * room

    def _top(self, lane: int) -> float:
        return lane * (_LANE + _GAP)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._compared is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._grounds(painter, self._compared)
        for place, each in enumerate(self._compared.segments):
            left, right = self._x(each.start_s), self._x(each.end_s)
            width = max(2.0, right - left - 1)
            for lane, said in enumerate((each.first, each.second)):
                self._block(painter, QRectF(left, self._top(lane), width, _LANE), said)
            if each.said:
                rect = QRectF(left, self._top(2), width, _LANE)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.tokens.emotion(self._colours.get(canonical(each.said))))
                painter.drawRoundedRect(rect, 3, 3)
            if each.agreement is Agreement.DIFFERENT:
                x = left + width / 2
                painter.setPen(QPen(QColor(self.tokens.ink), 2))
                painter.drawLine(QPointF(x, self._top(0) + _LANE + 1), QPointF(x, self._top(1) - 1))
            if place == self._selected:
                painter.setPen(QPen(QColor(self.tokens.ink), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                bottom = self._top(self._lanes - 1) + _LANE
                painter.drawRoundedRect(QRectF(left - 2, 1, max(5.0, width + 4), bottom - 2), 4, 4)
        self._ticks(painter, self._compared)

    def _grounds(self, painter: QPainter, compared: Comparison) -> None:
        painter.setFont(font(Type.SMALL, 500))
        metrics = QFontMetricsF(painter.font())
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for lane, name in enumerate((*compared.names, tr(YOURS))[: self._lanes]):
            room = QRectF(0, self._top(lane), self._names_width - 10, _LANE)
            painter.setPen(QColor(self.tokens.ink_secondary))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(room, side, text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.track))
            track = QRectF(self._names_width, room.top(), self.width() - self._names_width - 1, _LANE)
            painter.drawRoundedRect(track, 3, 3)

    def _block(self, painter: QPainter, rect: QRectF, said: Prediction | None) -> None:
        if said is None:
            return
        label = answer(said)
        painter.setPen(Qt.PenStyle.NoPen)
        if label is not None:
            painter.setBrush(self.tokens.emotion(self._colours.get(canonical(label))))
        elif said.not_a_voice:
            painter.setBrush(QColor(self.tokens.wave))
        else:  # a ring for doubt, as in tables
            colour = self.tokens.emotion(self._colours.get(canonical(said.label)))
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rect = rect.adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(rect, 3, 3)

    def _ticks(self, painter: QPainter, compared: Comparison) -> None:
        painter.setFont(font(Type.CAPTION, 450, True))
        painter.setPen(QColor(self.tokens.ink_muted))
        most = max(2, (self.width() - self._names_width) / 80)
        step = next((each for each in _STEPS_S if compared.duration_s / each <= most), 14400)
        top = self._top(self._lanes) - 2
        for number in range(int(compared.duration_s // step) + 1):
            text = clock(number * step)
            width = painter.fontMetrics().horizontalAdvance(text) + 2
            left = min(max(self._names_width, self._x(number * step) - width / 2), self.width() - width)
            painter.drawText(QRectF(left, top, width, _FOOT), Qt.AlignmentFlag.AlignLeft, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._compared is None:
            return
        x = event.position().x()
        away = [
            max(self._x(each.start_s) - x, x - self._x(each.end_s), 0.0) for each in self._compared.segments
        ]
        if away and min(away) <= 4:
            self.chosen.emit(away.index(min(away)))
