"""What was said last, beneath its emotion: a line or two, all of it in the tooltip and for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.widgets.canvas import Canvas

_LEFT = 22  # as the words above it
_PITCH = 18  # pixels from line to line
_GAP = 8.0  # behind the time


class SaidLine(Canvas):
    """`at`, when it was said, and the words; in italics and muted what is no words of anybody."""

    role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("What was said"), "", parent)
        self.at = self.words = ""
        self._spoken = False
        self._lines = 2
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, _PITCH * self._lines + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, _PITCH * self._lines + 4)

    def set_lines(self, lines: int) -> None:
        """How many there is room for."""
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def show_words(self, at: str, words: str, *, spoken: bool) -> None:
        """Show what was said then; `spoken`: these are somebody's words."""
        if (at, words, spoken) == (self.at, self.words, self._spoken):
            return
        self.at, self.words, self._spoken = at, words, spoken
        self.describe(f"{at}: {words}" if words else "")
        self.setToolTip(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self.words:
            return
        painter = QPainter(self)
        muted, ink = QColor(self.tokens.ink_muted), QColor(self.tokens.ink_secondary)
        small = font(Type.SMALL, 400, True)
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        painter.setPen(muted)
        top = 2.0
        painter.drawText(QPointF(_LEFT, top + metrics.ascent()), self.at)
        indent = metrics.horizontalAdvance(self.at) + _GAP
        said = font(Type.SMALL, 400)
        painter.setFont(said)
        painter.setPen(ink if self._spoken else muted)
        for number, words in enumerate(self._broken(said, indent)):
            left = _LEFT + (0.0 if number else indent)
            painter.drawText(QPointF(left, top + _PITCH * number + metrics.ascent()), words)
        self.focus_ring(painter, QRect(_LEFT - 6, 0, self.width() - _LEFT + 6, self.height()))

    def _broken(self, type_: QFont, indent: float) -> list[str]:
        """The words in lines, of which the first begins `indent` pixels further right; the last is elided."""
        metrics = QFontMetricsF(type_)
        room = max(40.0, self.width() - _LEFT - 2.0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(self.words, type_)
        layout.setTextOption(option)
        layout.beginLayout()
        lines: list[str] = []
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            width = room if lines else max(40.0, room - indent)
            line.setLineWidth(width)
            if len(lines) + 1 == self._lines:
                lines.append(
                    metrics.elidedText(self.words[line.textStart() :], Qt.TextElideMode.ElideRight, width)
                )
                break
            lines.append(self.words[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return lines
