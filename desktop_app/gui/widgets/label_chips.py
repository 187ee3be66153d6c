"""The emotions of a model in their colours, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.words import named
from desktop_app.gui.widgets.canvas import Canvas

_HEIGHT: Final = 24
_GAP: Final = 6
_DOT: Final = 8


class LabelChips(Canvas):
    """A dot and a name for each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Emotions of the model"), tr("None"), parent)
        self._labels: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    def set_labels(self, labels: Sequence[str]) -> None:
        self._labels = tuple(labels)
        self.describe(", ".join(named(label) for label in labels) or tr("None"))
        self.setVisible(bool(labels))
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        places = self._places()
        self.setFixedHeight(int(places[-1][1].bottom()) + 1 if places else 0)

    def _places(self) -> list[tuple[str, QRectF]]:
        metrics = QFontMetricsF(font(Type.SMALL, 500))
        found: list[tuple[str, QRectF]] = []
        left = top = 0.0
        for label in self._labels:
            width = min(float(max(40, self.width())), metrics.horizontalAdvance(named(label)) + _DOT + 26)
            if left and left + width > self.width():
                left, top = 0.0, top + _HEIGHT + _GAP
            found.append((label, QRectF(left, top, width, _HEIGHT)))
            left += width + _GAP
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(Type.SMALL, 500))
        colours = colours_for(self._labels)
        for label, rect in self._places():
            painter.setPen(QColor(self.tokens.border))
            painter.setBrush(QColor(self.tokens.raised))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.tokens.emotion(colours.get(label)))
            painter.drawEllipse(QRectF(rect.left() + 9, rect.center().y() - _DOT / 2, _DOT, _DOT))
            painter.setPen(QColor(self.tokens.ink))
            room = rect.adjusted(_DOT + 15, 0, -6, 0)
            text = QFontMetricsF(painter.font()).elidedText(
                named(label), Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
