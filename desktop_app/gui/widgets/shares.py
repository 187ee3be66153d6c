"""Shares of emotions: a bar in a row of a table, and a chart of one session or of two side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.theme import LIGHT, Tokens, Type, font
from desktop_app.gui.state.words import capital, named, number, percent
from desktop_app.gui.widgets.canvas import Canvas

SHARES_ROLE = Qt.ItemDataRole.UserRole + 1
"""Of a cell: a sequence of (label, share)."""
_BAR = 84
_ROW, _ROW_MAX = 19, 34
_SHARE_OF_TIME = mark("Of the time in which an emotion was answered, the share of each")
_MEANS = mark("The mean of each dimension over the speech, from 0 to 1; 0.5 is neutral")
LOWEST_SHARES = 8 * _ROW
"""Pixels in which eight emotions are seen whole."""


def paint_shares(
    painter: QPainter,
    rect: QRectF,
    shares: Sequence[tuple[str, float]],
    colours: Mapping[str, Hue],
    tokens: Tokens,
) -> None:
    """A rounded bar that is as long as `rect`, each emotion with its share of it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setClipPath(path)
    painter.fillRect(rect, QColor(tokens.track))
    left = rect.left()
    for label, share in shares:
        width = share * rect.width()
        painter.fillRect(QRectF(left, rect.top(), width, rect.height()), tokens.emotion(colours.get(label)))
        left += width
    painter.restore()


class SharesDelegate(QStyledItemDelegate):
    """Draws a cell's shares before its text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens: Tokens = LIGHT
        self.colours: Mapping[str, Hue] = {}

    def paint(self, painter: QPainter, option: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        rect: QRect = option.rect  # Qt's stubs leave out what a style option holds
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self.tokens.pressed))
        painter.save()
        painter.setPen(QColor(self.tokens.grid))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        shares = index.data(SHARES_ROLE) or ()
        bar = _BAR if rect.width() > 240 else 36
        left = rect.left() + 6
        paint_shares(
            painter,
            QRectF(left, rect.center().y() - 4, bar, 8),
            shares,
            self.colours,
            self.tokens,
        )
        painter.setFont(font(Type.BODY))
        painter.setPen(QColor(self.tokens.ink if shares else self.tokens.ink_muted))
        room = QRect(left + bar + 10, rect.top(), rect.right() - left - bar - 14, rect.height())
        text = QFontMetricsF(painter.font()).elidedText(
            index.data() or "", Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class SharesChart(Canvas):
    """A row for each emotion; with two sessions their bars begin in the middle and go both ways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Shares of the emotions"), tr("Nothing was answered"), parent)
        self._rows: list[tuple[str, tuple[float, ...]]] = []
        self._colours: Mapping[str, Hue] = {}
        self._told: Callable[[float], str] = percent
        self.setToolTip(tr(_SHARE_OF_TIME))

    @property
    def rows(self) -> list[tuple[str, tuple[float, ...]]]:
        return self._rows

    def set_shares(
        self,
        rows: Sequence[tuple[str, tuple[float, ...]]],
        colours: Mapping[str, Hue],
        *,
        values: bool = False,
    ) -> None:
        """Labels, each with its share in one session, or in two; or dimensions with their mean `values`."""
        self._rows, self._colours = list(rows), colours
        self._told = number if values else percent
        self.setToolTip(tr(_MEANS) if values else tr(_SHARE_OF_TIME))
        self.setMinimumHeight(_ROW * len(self._rows))
        told = [f"{named(label)} {self._spoken(shares)}" for label, shares in rows]
        self.describe(", ".join(told) or tr("Nothing was answered"))
        self.updateGeometry()
        self.update()

    def _spoken(self, shares: Sequence[float]) -> str:
        told = [self._told(share) for share in shares]
        return tr("{first} and {second}").format(first=told[0], second=told[1]) if len(told) == 2 else told[0]

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(260, 26 * max(1, len(self._rows)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not any(share for _, shares in self._rows for share in shares):
            painter.setFont(font(Type.BODY))
            painter.setPen(QColor(self.tokens.ink_muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("No emotion was answered"))
            return
        height = min(_ROW_MAX, self.height() / len(self._rows))
        painter.setFont(font(Type.BODY, 450, True))
        metrics = QFontMetricsF(painter.font())
        names = max(metrics.horizontalAdvance(capital(named(label))) for label, _ in self._rows) + 16
        for place, (label, shares) in enumerate(self._rows):
            top = place * height
            if len(shares) == 1:
                self._one(painter, QRectF(0, top, self.width(), height), label, shares[0], names)
            else:
                self._two(painter, QRectF(0, top, self.width(), height), label, shares, names)

    def _one(self, painter: QPainter, rect: QRectF, label: str, share: float, names: float) -> None:
        numbers = QFontMetricsF(painter.font()).horizontalAdvance("100 %") + 8
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self.tokens.ink if share else self.tokens.ink_muted))
        name = QRectF(rect.left(), rect.top(), names, rect.height())
        painter.drawText(name, side | Qt.AlignmentFlag.AlignLeft, capital(named(label)))
        box = QRectF(rect.right() - numbers, rect.top(), numbers, rect.height())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignRight, self._told(share))
        track = QRectF(names, rect.center().y() - 4, max(10.0, rect.width() - names - numbers), 8)
        self._bar(painter, track, label, share, from_right=False)

    def _two(
        self, painter: QPainter, rect: QRectF, label: str, shares: Sequence[float], names: float
    ) -> None:
        numbers = QFontMetricsF(painter.font()).horizontalAdvance("100 %") + 8
        half = (rect.width() - names) / 2
        length = max(10.0, half - numbers)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self.tokens.ink if any(shares) else self.tokens.ink_muted))
        name = QRectF(half, rect.top(), names, rect.height())
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, capital(named(label)))
        box = QRectF(0, rect.top(), numbers - 8, rect.height())
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, self._told(shares[0]))
        painter.drawText(
            QRectF(rect.right() - numbers + 8, rect.top(), numbers - 8, rect.height()),
            middle | Qt.AlignmentFlag.AlignLeft,
            self._told(shares[1]),
        )
        top = rect.center().y() - 4
        self._bar(painter, QRectF(numbers, top, length, 8), label, shares[0], from_right=True)
        self._bar(painter, QRectF(half + names, top, length, 8), label, shares[1], from_right=False)

    def _bar(self, painter: QPainter, track: QRectF, label: str, share: float, *, from_right: bool) -> None:
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.track))
        painter.drawRoundedRect(track, 4, 4)
        if share > 0:
            length = max(8.0, share * track.width())
            left = track.right() - length if from_right else track.left()
            painter.setBrush(self.tokens.emotion(self._colours.get(label)))
            painter.drawRoundedRect(QRectF(left, track.top(), length, track.height()), 4, 4)
        painter.restore()
