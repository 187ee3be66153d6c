"""A confusion matrix: a row for each class as it was said, a column for each answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import font
from desktop_app.gui.state.training import Matrix
from desktop_app.gui.state.words import named
from desktop_app.gui.widgets.canvas import Canvas, tint

_GAP = 2
_LEAST_CELL = 24
_MOST_CELL = (84, 64)
_FULL = 0.85
_SHORT = 3


class ConfusionView(Canvas):
    """Shares of each row as shades, with their percentages; the tooltip has the counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Confusion matrix"), "", parent)
        self._matrix: Matrix | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_matrix(self, matrix: Matrix | None) -> None:
        if matrix != self._matrix:
            self._matrix = matrix
            self.describe(_in_words(matrix))
            classes = 4 if matrix is None else max(2, len(matrix.labels))
            self.setMaximumHeight(30 + classes * _MOST_CELL[1])
            self.updateGeometry()
            self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        classes = 4 if self._matrix is None else max(2, len(self._matrix.labels))
        return QSize(90 + classes * _LEAST_CELL, 26 + classes * (_LEAST_CELL - 4))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 300)

    # --- drawing ---

    def _places(self) -> tuple[float, float, float, float]:
        """Left and top edge of the cells, width and height of one."""
        assert self._matrix is not None  # noqa: S101 - asked by whoever has one
        metrics = QFontMetricsF(font(11, 500))
        left = max(metrics.horizontalAdvance(named(label)) for label in self._matrix.labels) + 10
        top = metrics.height() + 8
        classes = len(self._matrix.labels)
        width = min(_MOST_CELL[0], (self.width() - left) / classes)
        height = min(_MOST_CELL[1], (self.height() - top) / classes)
        return left, top, width, height

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        tokens = self.tokens
        if self._matrix is None:
            painter.setFont(font(12))
            painter.setPen(QColor(tokens.ink_muted))
            text = tr("It comes with the first answers")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top, width, height = self._places()
        for k, label in enumerate(map(named, self._matrix.labels)):
            painter.setFont(font(11, 500))
            painter.setPen(QColor(tokens.ink_secondary))
            row = QRectF(0, top + k * height, left - 8, height)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)
            head = QRectF(left + k * width, 0, width - _GAP, top - 4)
            fits = QFontMetricsF(painter.font()).horizontalAdvance(label) <= width
            shown = label if fits else label[:_SHORT]  # the rows tell them whole
            painter.drawText(head, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, shown)
            self._draw_row(painter, k, QPointF(left, top + k * height), width, height)

    def _draw_row(self, painter: QPainter, row: int, at: QPointF, width: float, height: float) -> None:
        assert self._matrix is not None  # noqa: S101
        tokens, counts = self.tokens, self._matrix.counts[row]
        total = sum(counts)
        for column, count in enumerate(counts):
            box = QRectF(at.x() + column * width, at.y(), width - _GAP, height - _GAP)
            share = count / total if total else 0.0
            hit = row == column
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.track))
            painter.drawRoundedRect(box, 4, 4)
            if share:
                painter.setBrush(tint(tokens.accent if hit else tokens.danger, share * _FULL))
                painter.drawRoundedRect(box, 4, 4)
            if not total or not count:
                continue
            bright = share * _FULL > (0.65 if tokens.dark else 0.5)
            painter.setFont(font(11, 600 if hit else 450, True))
            light, dark = QColor("#FFFFFF"), QColor("#14171C")
            painter.setPen((dark if tokens.dark else light) if bright else QColor(tokens.ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{round(100 * share)}")

    # --- what the pointer asks ---

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self._text_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _text_at(self, at: QPointF) -> str:
        if self._matrix is None:
            return ""
        left, top, width, height = self._places()
        column, row = int((at.x() - left) // width), int((at.y() - top) // height)
        labels = self._matrix.labels
        if not (0 <= column < len(labels) and 0 <= row < len(labels)):
            return ""
        counts = self._matrix.counts[row]
        return tr("{said} was answered with {answered}: {count} of {total} clips").format(
            said=named(labels[row]), answered=named(labels[column]), count=counts[column], total=sum(counts)
        )


def _in_words(matrix: Matrix | None) -> str:
    """Of each class, how many were answered rightly."""
    if matrix is None:
        return ""
    told = [
        tr("{label} {count} of {total}").format(label=named(label), count=counts[row], total=sum(counts))
        for row, (label, counts) in enumerate(zip(matrix.labels, matrix.counts, strict=True))
    ]
    return tr("{caption}. Answered rightly: {classes}").format(
        caption=matrix.caption, classes=", ".join(told)
    )
