"""How well a model does between guessing and perfection: its UAR, with the interval that it may lie in."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.models import Recall, share_text
from desktop_app.gui.widgets.canvas import Canvas, tint

_TRACK: Final = 8
_TOP: Final = 22
_HEIGHT: Final = 52


class RecallGauge(Canvas):
    """A track from 0 to 100 %: a mark where guessing is, a band for the interval, and the figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Mean recall of the emotions"), tr("Not measured"), parent)
        self._recall: Recall | None = None
        self.setFixedHeight(_HEIGHT)
        self.setToolTip(
            tr(
                "UAR, unweighted average recall: how many of each emotion's clips are right, "
                "averaged over the emotions. The band is the 95 % interval, as far as the file "
                "gives one."
            )
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, _HEIGHT)

    def show_recall(self, recall: Recall | None) -> None:
        """None hides it."""
        self._recall = recall
        self.setVisible(recall is not None)
        self.describe(tr("Not measured") if recall is None else recall.spoken)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        recall = self._recall
        if recall is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.width() - 2
        track = QRectF(1, _TOP, room, _TRACK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.track))
        painter.drawRoundedRect(track, _TRACK / 2, _TRACK / 2)
        if recall.interval is not None:
            low, high = recall.interval
            band = QRectF(1 + low * room, _TOP, max(_TRACK, (high - low) * room), _TRACK)
            painter.setBrush(tint(self.tokens.accent, 0.35))
            painter.drawRoundedRect(band, _TRACK / 2, _TRACK / 2)
        x = 1 + recall.uar * room
        painter.setBrush(QColor(self.tokens.accent))
        painter.setPen(QPen(QColor(self.tokens.surface), 2))
        painter.drawEllipse(QPointF(x, _TOP + _TRACK / 2), 7, 7)
        guess = 1 + recall.chance * room
        painter.setPen(QPen(QColor(self.tokens.ink_muted), 2))
        painter.drawLine(QPointF(guess, _TOP - 3), QPointF(guess, _TOP + _TRACK + 3))
        painter.setFont(font(Type.CAPTION, 450))
        painter.setPen(QColor(self.tokens.ink_muted))
        self._word(painter, guess, _TOP + _TRACK + 5, tr("guessing"))
        painter.setFont(font(Type.SMALL, 600, True))
        painter.setPen(QColor(self.tokens.ink))
        self._word(painter, x, 0, f"UAR {share_text(recall.uar)}")

    def _word(self, painter: QPainter, x: float, top: float, text: str) -> None:
        """Centred above or below a place, and never beyond the edges."""
        width = painter.fontMetrics().horizontalAdvance(text) + 2
        left = min(max(0.0, x - width / 2), self.width() - width)
        painter.drawText(QRectF(left, top, width, 18), Qt.AlignmentFlag.AlignLeft, text)
