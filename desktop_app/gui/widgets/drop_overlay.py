"""What covers the window while a file hovers over it: says what dropping it would do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Space, Type, font
from desktop_app.gui.widgets.canvas import Canvas, tint


class DropOverlay(Canvas):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Drop a file"), "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self.hide()

    def invite(self, text: str) -> None:
        self._text = text
        self.describe(text)
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), tint(self.tokens.window, 0.88))
        frame = QRectF(self.rect()).adjusted(Space.XL, Space.XL, -Space.XL, -Space.XL)
        painter.setPen(QPen(QColor(self.tokens.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, Space.RADIUS, Space.RADIUS)
        painter.setFont(font(Type.LARGE, 500))
        painter.setPen(QColor(self.tokens.ink))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self._text)
