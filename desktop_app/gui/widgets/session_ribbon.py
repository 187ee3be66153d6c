"""A whole session at a glance: the probabilities of each utterance, stacked, in their place in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import Hue
from desktop_app.core.types import FloatArray
from desktop_app.gui.look.theme import Tokens, Type, font
from desktop_app.gui.state.words import clock
from desktop_app.gui.widgets.canvas import Canvas, tint
from desktop_app.sessions.records import Outage, Utterance

_FOOT = 20
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)


class SessionRibbon(Canvas):
    """One picture, however many utterances there are, made anew where its size or its colours change."""

    chosen = Signal(int)  # place of an utterance

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("The session over time"), tr("Nothing was said"), parent)
        self._said: Sequence[Utterance] = ()
        self._outages: Sequence[Outage] = ()
        self._labels: tuple[str, ...] = ()
        self._colours: Mapping[str, Hue] = {}
        self._seconds = 1.0
        self._picture: QImage | None = None
        self._selected = -1
        self._cursor_s: float | None = None
        self.setMinimumHeight(64)
        self.setToolTip(tr("Each utterance with the probabilities of its emotions; a click chooses one"))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, 110)

    def set_session(
        self,
        said: Sequence[Utterance],
        outages: Sequence[Outage],
        labels: tuple[str, ...],
        colours: Mapping[str, Hue],
        seconds: float,
    ) -> None:
        self._said, self._outages, self._labels, self._colours = said, outages, labels, colours
        self._seconds = max(1.0, seconds, *(each.end_s for each in said[-1:]))
        self._picture, self._selected, self._cursor_s = None, -1, None
        self.describe(
            tr("{count} utterances in {length}").format(count=len(said), length=clock(self._seconds))
        )
        self.update()

    def select(self, place: int) -> None:
        """Mark an utterance; -1 for none."""
        if place != self._selected:
            self._selected = place
            self.update()

    def set_cursor(self, time_s: float | None) -> None:
        """Where it is played; None where it is not."""
        if time_s != self._cursor_s:
            self._cursor_s = time_s
            self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        self._picture = None
        super().apply_theme(tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._picture = None
        super().resizeEvent(event)

    def _x(self, time_s: float) -> float:
        return time_s / self._seconds * self.width()

    def _drawn(self) -> QImage:
        """Of each column of pixels the mean of its utterances, stacked from the bottom as in the plots."""
        ratio = self.devicePixelRatioF()
        width = max(1, round(self.width() * ratio))
        height = max(1, round((self.height() - _FOOT) * ratio))
        if any(each.prediction.dimensions for each in self._said):
            return self._lines(width, height)
        total: FloatArray = np.zeros((width, len(self._labels) + 1), np.float64)
        place = {label: number for number, label in enumerate(self._labels)}
        for each in self._said:
            first = min(width - 1, int(each.start_s / self._seconds * width))
            last = max(first + 1, int(np.ceil(each.end_s / self._seconds * width)))
            row = np.zeros(len(self._labels) + 1)
            if each.corrected is not None and each.corrected in place:
                row[place[each.corrected]] = 1.0
            elif each.prediction.not_a_voice:
                row[-1] = 1.0
            else:
                for label, share in each.prediction.as_mapping().items():
                    row[place[label]] = share
            total[first:last] += row
        sums = total.sum(axis=1)
        spoken = sums > 0
        bounds = np.cumsum(total[spoken] / sums[spoken, None], axis=1)
        levels = 1.0 - (np.arange(height) + 0.5) / height
        which = np.full((height, width), len(self._labels) + 1)
        which[:, spoken] = (levels[:, None, None] > bounds[None, :, :]).sum(axis=2).clip(0, len(self._labels))
        colours = [self.tokens.emotion(self._colours.get(label)) for label in self._labels]
        colours += [QColor(self.tokens.wave), QColor(self.tokens.track)]
        table = np.array([colour.rgba() for colour in colours], np.uint32)
        pixels = np.ascontiguousarray(table[which])
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()
        image.setDevicePixelRatio(ratio)
        return image

    def _lines(self, width: int, height: int) -> QImage:
        """Values of dimensions, a stroke for each utterance; what has an emotion is a block of its colour."""
        image = QImage(width, height, QImage.Format.Format_ARGB32)
        image.fill(QColor(self.tokens.track))
        painter = QPainter(image)
        thick = max(2.0, 2.4 * self.devicePixelRatioF())
        for each in self._said:
            left = each.start_s / self._seconds * width
            wide = max(2.0, (each.end_s - each.start_s) / self._seconds * width)
            said = each.prediction
            if said.not_a_voice:
                painter.fillRect(QRectF(left, 0, wide, height), tint(self.tokens.wave, 0.5))
            elif said.dimensions:
                for name, value in said.as_values().items():
                    colour = self.tokens.emotion(self._colours.get(name))
                    top = (height - thick) * (1.0 - value)
                    stroke = tint(colour, 0.4) if said.uncertain else colour
                    painter.fillRect(QRectF(left, top, wide, thick), stroke)
            else:
                colour = self.tokens.emotion(self._colours.get(each.corrected or said.label))
                painter.fillRect(QRectF(left, 0, wide, height), tint(colour, 0.6))
        painter.end()
        image.setDevicePixelRatio(self.devicePixelRatioF())
        return image

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        if self._picture is None:
            self._picture = self._drawn()
        bottom = self.height() - _FOOT
        painter.drawImage(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for outage in self._outages:
            left, right = self._x(outage.start_s), self._x(outage.start_s + outage.seconds)
            painter.fillRect(
                QRectF(left, 0, max(1.0, right - left), bottom),
                _hatched(self.tokens),
            )
        self._ticks(painter, bottom)
        if 0 <= self._selected < len(self._said):
            each = self._said[self._selected]
            left, right = self._x(each.start_s), self._x(each.end_s)
            painter.setPen(QPen(QColor(self.tokens.ink), 2))
            painter.drawRoundedRect(QRectF(left - 1, 1, max(4.0, right - left + 2), bottom - 2), 3, 3)
        if self._cursor_s is not None:
            x = self._x(self._cursor_s)
            painter.fillRect(QRectF(x - 1, 0, 2, bottom), QColor(self.tokens.accent))

    def _ticks(self, painter: QPainter, bottom: float) -> None:
        painter.setFont(font(Type.CAPTION, 450, True))
        painter.setPen(QColor(self.tokens.ink_muted))
        most = max(2, self.width() // 90)
        step = next((each for each in _STEPS_S if self._seconds / each <= most), 86400)
        for number in range(int(self._seconds // step) + 1):
            x = self._x(number * step)
            text = clock(number * step)
            width = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(0.0, x - width / 2), self.width() - width)
            painter.drawText(QRectF(left, bottom + 3, width + 2, _FOOT - 3), Qt.AlignmentFlag.AlignLeft, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        time_s = event.position().x() / max(1, self.width()) * self._seconds
        slack = 4 * self._seconds / max(1, self.width())
        best, distance = -1, slack
        for place, each in enumerate(self._said):
            away = max(each.start_s - time_s, time_s - each.end_s, 0.0)
            if away <= distance and not each.prediction.not_a_voice:
                best, distance = place, away
        if best >= 0:
            self.chosen.emit(best)


def _hatched(tokens: Tokens) -> QColor:
    return tint(tokens.ink_muted, 0.28)
