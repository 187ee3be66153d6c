"""All of a recording as a bar, with a window on what is shown of it; dragging the window moves that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.plots.columns import owners_at, stretches
from desktop_app.gui.plots.items import Sound
from desktop_app.gui.state.timeline_data import TimelineSegment
from desktop_app.gui.widgets.canvas import Canvas, tint

HEIGHT = 30
_PITCH, _STROKE = 2, 1
_LEAST = 8  # pixels of the window, however little is shown


class Overview(Canvas):
    """A click or a drag brings that part into sight. `gutter` is where time begins, in pixels."""

    moved = Signal(float, float)  # left and right, in seconds

    def __init__(self, gutter: int, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Overview of the recording"), tr("All of it; drag the window to what you want to see"), parent
        )
        self._gutter = gutter
        self._sound: Sound | None = None
        self._segments: Sequence[TimelineSegment] = ()
        self._colours: Mapping[str, Hue] = {}
        self._duration_s = 1.0
        self._view = (0.0, 1.0)
        self._cursor_s: float | None = None
        self._drawn: QPixmap | None = None
        self._grip_s: float | None = None  # from the window's middle to where it is held
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("All of the recording: drag the window to what you want to see"))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, HEIGHT)

    def set_sound(self, sound: Sound | None) -> None:
        self._sound = sound
        self.redraw()

    def set_segments(
        self, duration_s: float, segments: Sequence[TimelineSegment], colours: Mapping[str, Hue]
    ) -> None:
        self._duration_s = max(duration_s, 0.1)
        self._segments, self._colours = segments, colours
        self.redraw()

    def set_view(self, left_s: float, right_s: float) -> None:
        """What is shown of it."""
        if (left_s, right_s) != self._view:
            self._view = (left_s, right_s)
            self.update()

    def set_cursor(self, time_s: float | None) -> None:
        before, self._cursor_s = self._cursor_s, time_s
        if (None if before is None else round(self._x(before))) != (
            None if time_s is None else round(self._x(time_s))
        ):
            self.update()

    def redraw(self) -> None:
        """There is more to be drawn."""
        self._drawn = None
        self.update()

    def _width(self) -> float:
        return max(10.0, self.width() - self._gutter)

    def _x(self, time_s: float) -> float:
        return self._gutter + time_s / self._duration_s * self._width()

    def _time(self, x: float) -> float:
        return (x - self._gutter) / self._width() * self._duration_s

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._drawn is None:
            self._drawn = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        left, right = self._x(self._view[0]), self._x(self._view[1])
        if right - left < _LEAST:
            left, right = (left + right - _LEAST) / 2, (left + right + _LEAST) / 2
        dim = tint(self.tokens.surface, 0.62)
        painter.fillRect(QRectF(self._gutter, 0, max(0.0, left - self._gutter), HEIGHT), dim)
        painter.fillRect(QRectF(right, 0, max(0.0, self.width() - right), HEIGHT), dim)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.tokens.ink_muted), 1))
        painter.drawRoundedRect(QRectF(left + 0.5, 0.5, right - left - 1, HEIGHT - 1), 4, 4)
        if self._cursor_s is not None:
            painter.fillRect(
                QRectF(round(self._x(self._cursor_s)), 0, 1.5, HEIGHT), QColor(self.tokens.accent)
            )

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(round(self.width() * ratio), round(HEIGHT * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(QColor(self.tokens.surface))
        count = math.ceil(self._width() / _PITCH)
        if self._sound is None or count < 1:
            return drawn
        peaks = self._sound.scrolling(self._duration_s, self._duration_s / count, count)
        low, high = np.nan_to_num(peaks.low), np.nan_to_num(peaks.high)
        known = ~np.isnan(peaks.low)
        loudest = max(0.02, float(high.max(initial=0.0)), -float(low.min(initial=0.0)))
        middle, half = HEIGHT // 2, HEIGHT / 2 - 3
        tops = middle - np.rint(np.clip(high / loudest, 0, 1) * half).astype(int)
        bottoms = middle + 1 + np.rint(np.clip(-low / loudest, 0, 1) * half).astype(int)
        xs = np.rint(self._gutter + (peaks.times / self._duration_s) * self._width()).astype(int)
        speech = stretches(self._segments, self._colour)
        owner = owners_at(speech, peaks.times)
        painter = QPainter(drawn)
        for k in np.flatnonzero(known).tolist():
            rect = QRect(int(xs[k]), int(tops[k]), _STROKE, int(bottoms[k] - tops[k]))
            wave = QColor(self.tokens.wave)
            painter.fillRect(rect, wave if owner[k] < 0 else QColor.fromRgba(int(speech.colours[owner[k]])))
        painter.end()
        return drawn

    def _colour(self, segment: TimelineSegment) -> QColor:
        prediction = segment.prediction
        if prediction is None or prediction.not_a_voice:
            return QColor(self.tokens.wave)
        if prediction.uncertain:
            return QColor(self.tokens.ink_muted)
        return self.tokens.emotion(POINT if segment.dimensional else self._colours.get(prediction.label))

    def apply_theme(self, tokens: Tokens) -> None:
        super().apply_theme(tokens)
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._drawn = None

    # --- moving -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            return
        time_s = self._time(event.position().x())
        middle_s = (self._view[0] + self._view[1]) / 2
        held = self._view[0] <= time_s <= self._view[1]
        self._grip_s = time_s - middle_s if held else 0.0
        self._go(time_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton and self._grip_s is not None:
            self._go(self._time(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._grip_s = None

    def _go(self, time_s: float) -> None:
        half_s = (self._view[1] - self._view[0]) / 2
        middle_s = time_s - (self._grip_s or 0.0)
        middle_s = min(max(middle_s, half_s), max(half_s, self._duration_s - half_s))
        self.moved.emit(middle_s - half_s, middle_s + half_s)
