"""Values of dimensions: a point in the plane of valence and arousal with its trace, and a scale for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QRadialGradient
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.dimensions import CENTRE, MIDDLE, Plane
from desktop_app.core.language import tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.animator import CALM_FRAME_MS, FRAME_MS
from desktop_app.gui.look.easing import Easing
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.words import capital, ends, in_brief, in_numbers, named, number
from desktop_app.gui.widgets.canvas import Canvas, tint

TRACE_S: Final = 8.0
"""How long the trace of a point is seen."""
_STEP, _STEP_S = 0.004, 0.05  # of the plane, and seconds: at least from one place of a trace to the next
_ROW, _ROW_MAX = 21, 44
_GAP: Final = 12
_WORDS_FROM: Final = 90  # pixels of a side from which on the ends of the axes are named in the plane
_NAMES_FROM: Final = 210  # and the axes themselves
_LEAST_SCALE: Final = 112
_ONE_LINE: Final = 190  # pixels from which on a name and its scale have room in one line

Trail = Sequence[tuple[Sequence[float], float]]
"""Places that were visited before, each with how plainly it is drawn, 0 to 1."""


class PlaneWidget(Canvas):
    """A point that glides to the latest values. Its size is the first dimension that is no axis.

    Where a model gives no valence or no arousal there is no plane, and the scales have all the room.
    """

    def __init__(self, parent: QWidget | None = None, time_constant_s: float = 0.12) -> None:
        super().__init__(tr("Values of the dimensions"), tr("No result yet"), parent)
        self._names: tuple[str, ...] = ()
        self._colours: Mapping[str, Hue] = {}
        self._plane: Plane | None = None
        self._easing = Easing(0, time_constant_s)
        self._known = False
        self._doubtful = False
        self._now = 0.0
        self._trace: deque[tuple[float, float, float]] = deque()  # time, valence, arousal
        self._trail: Trail = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.lie_on_card()

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    @property
    def values(self) -> tuple[float, ...]:
        """Where the point is drawn now; empty where there is none."""
        return tuple(float(value) for value in self._easing.values) if self._known else ()

    @property
    def trace(self) -> tuple[tuple[float, float], ...]:
        """Valence and arousal of the places that fade, the oldest first."""
        return tuple((x, y) for _, x, y in self._trace)

    def set_dimensions(self, names: Sequence[str], colours: Mapping[str, Hue]) -> None:
        """Another model."""
        self._names, self._colours = tuple(names), colours
        self._plane = Plane.of(self._names)
        self._easing.aim([CENTRE] * len(self._names))
        self._easing.jump()
        self._known, self._trail = False, ()
        self._trace.clear()
        self.setToolTip(self._meaning())
        self.updateGeometry()
        self.update()

    def _meaning(self) -> str:
        lines = [
            tr("{dimension}: 0 is {low}, 1 is {high}").format(
                dimension=_title(name), low=ends(name)[0], high=ends(name)[1]
            )
            for name in self._names
        ]
        if self._plane is not None and self._plane.others:
            lines.append(
                tr("The larger the point, the more {dimension}").format(
                    dimension=named(self._names[self._plane.others[0]])
                )
            )
        return "\n".join([*lines, tr("The middle is neutral")])

    def set_values(
        self, values: Sequence[float], *, at_once: bool = False, doubtful: bool = False, trail: Trail = ()
    ) -> None:
        """Glide to these, in the order of the names; without any there is no point, and its trace fades."""
        if values and len(values) != len(self._names):
            return
        appears = bool(values) and not self._known
        if doubtful != self._doubtful or bool(values) != self._known or trail != self._trail:
            self.update()
        self._known, self._doubtful, self._trail = bool(values), doubtful, trail
        if values:
            self._easing.aim(values)
            told = in_numbers(self._names, values)
            brief = in_brief(self._names, values)
            self.describe(
                tr("Uncertain: {values}").format(values=told) if doubtful else f"{_title(brief)}: {told}"
            )
        else:
            self.describe(tr("No result yet"))
        if at_once or appears or not self.in_sight:
            self._easing.jump()
            if at_once or not self.in_sight:
                self._trace.clear()
            self.update()

    def step(self, dt_s: float) -> bool:
        """Advance; a point that stands still leaves a trace that goes on fading."""
        self._now += dt_s
        moving = self._easing.step(dt_s) if not self._easing.settled else False
        if self._known and self._plane is not None:
            x, y = self._at(self._easing.values)
            last = self._trace[-1] if self._trace else (-_STEP_S, x - 1, y)
            moved = max(abs(x - last[1]), abs(y - last[2])) >= _STEP
            if moved and (self._now - last[0] >= _STEP_S or not moving):
                self._trace.append((self._now, x, y))
        while self._trace and self._now - self._trace[0][0] > TRACE_S:
            self._trace.popleft()
        fading = len(self._trace) > 1
        if moving or fading:
            self.update()
        return moving or fading

    def frame_ms(self) -> int:
        """A trace that only fades needs few pictures."""
        return CALM_FRAME_MS if self._easing.settled else FRAME_MS

    def _at(self, values: Sequence[float] | npt.NDArray[np.float64]) -> tuple[float, float]:
        assert self._plane is not None  # noqa: S101 - asked by whoever calls
        return float(values[self._plane.valence]), float(values[self._plane.arousal])

    # --- sizes --------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 176 if self._plane is None else 300)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(220, max(100, 20 * len(self._names)))

    def _areas(self) -> tuple[QRectF, QRectF]:
        """The plane, which is empty where there is none, and the scales: where they leave it more room."""
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rows = len(self._names)
        if self._plane is None:
            return QRectF(), whole
        above = min(whole.height() - rows * _ROW - _GAP / 2, whole.width())
        side = min(whole.height(), whole.width() - _LEAST_SCALE - _GAP)
        if above >= side:
            left = whole.left() + (whole.width() - above) / 2
            plane = QRectF(left, whole.top(), above, above)
            spare = whole.height() - above - _GAP / 2
            height = min(spare, rows * _ROW_MAX)
            top = plane.bottom() + _GAP / 2 + (spare - height) / 2
            return plane, QRectF(whole.left(), top, whole.width(), height)
        plane = QRectF(whole.left(), whole.top() + (whole.height() - side) / 2, side, side)
        left = plane.right() + _GAP
        height = min(side, rows * _ROW_MAX)
        top = plane.center().y() - height / 2
        return plane, QRectF(left, top, whole.right() - left, height)

    # --- drawing ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        self.fill_ground(painter, event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._names:
            return
        plane, scales = self._areas()
        if self._plane is not None and plane.width() > 20:
            self._draw_field(painter, plane)
            self._draw_trail(painter, plane)
            self._draw_trace(painter, plane)
            self._draw_point(painter, plane)
        if scales.height() >= 10 * len(self._names):
            self._draw_scales(painter, scales)

    def _draw_field(self, painter: QPainter, area: QRectF) -> None:
        t = self.tokens
        painter.setPen(QPen(QColor(t.border), 1))
        painter.setBrush(tint(t.track, 0.45))
        painter.drawRoundedRect(area, 10, 10)
        painter.setPen(QPen(tint(t.ink_muted, 0.35), 1))
        x, y = area.center().x(), area.center().y()
        painter.drawLine(QPointF(area.left() + 1, y), QPointF(area.right() - 1, y))
        painter.drawLine(QPointF(x, area.top() + 1), QPointF(x, area.bottom() - 1))
        painter.setBrush(QColor(t.surface))
        neutral = MIDDLE * area.width()
        painter.drawEllipse(area.center(), neutral, neutral)
        if area.width() >= _WORDS_FROM:
            self._draw_words(painter, area)

    def _draw_words(self, painter: QPainter, area: QRectF) -> None:
        """The ends of both axes, just inside of the plane's edges, and what the axes are."""
        assert self._plane is not None  # noqa: S101 - asked by whoever calls
        valence, arousal = self._names[self._plane.valence], self._names[self._plane.arousal]
        painter.setFont(font(Type.CAPTION, 500))
        painter.setPen(QColor(self.tokens.ink_muted))
        inner = area.adjusted(7, 4, -7, -4)
        high = QFontMetricsF(painter.font()).height()
        middle = QRectF(inner.left(), area.center().y() - high - 2, inner.width(), high)
        place = Qt.AlignmentFlag
        (left, right), (below, above) = ends(valence), ends(arousal)
        painter.drawText(middle, place.AlignLeft | place.AlignVCenter, left)
        painter.drawText(middle, place.AlignRight | place.AlignVCenter, right)
        beside = QRectF(area.center().x() + 6, inner.top(), inner.width() / 2, inner.height())
        painter.drawText(beside, place.AlignLeft | place.AlignTop, above)
        painter.drawText(beside, place.AlignLeft | place.AlignBottom, below)
        if area.width() >= _NAMES_FROM:
            painter.setPen(tint(self.tokens.ink_muted, 0.85))
            painter.drawText(inner, place.AlignLeft | place.AlignTop, f"{_title(arousal)} \N{UPWARDS ARROW}")
            painter.drawText(
                inner, place.AlignRight | place.AlignBottom, f"{_title(valence)} \N{RIGHTWARDS ARROW}"
            )

    def _where(self, area: QRectF, x: float, y: float) -> QPointF:
        """A point of the plane in pixels; at the edges it is still seen whole."""
        inner = area.adjusted(8, 8, -8, -8)
        return QPointF(inner.left() + x * inner.width(), inner.bottom() - y * inner.height())

    def _draw_trail(self, painter: QPainter, area: QRectF) -> None:
        accent = self.tokens.accent
        before: QPointF | None = None
        for values, strength in self._trail:
            here = self._where(area, *self._at(values))
            if before is not None and strength > 0.15:
                painter.setPen(QPen(tint(accent, 0.5 * strength), 1.5))
                painter.drawLine(before, here)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint(accent, 0.2 + 0.6 * strength))
            painter.drawEllipse(here, 2.6, 2.6)
            before = here

    def _draw_trace(self, painter: QPainter, area: QRectF) -> None:
        pen = QPen(QColor(self.tokens.accent), 2.2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # round ones would lie over one another as dots
        before: QPointF | None = None
        places = [*self._trace, (self._now, *self._at(self._easing.values))] if self._known else self._trace
        for time_s, x, y in places:
            here = self._where(area, x, y)
            if before is not None:
                left = max(0.0, 1.0 - (self._now - time_s) / TRACE_S)
                pen.setColor(tint(self.tokens.accent, 0.65 * left * left))
                painter.setPen(pen)
                painter.drawLine(before, here)
            before = here

    def _draw_point(self, painter: QPainter, area: QRectF) -> None:
        if not self._known or self._plane is None:
            return
        here = self._where(area, *self._at(self._easing.values))
        size = float(self._easing.values[self._plane.others[0]]) if self._plane.others else CENTRE
        unit = min(1.35, max(0.7, area.width() / 240))
        radius = unit * (5.0 + 7.0 * min(1.0, max(0.0, size)))
        if self._doubtful:
            pen = QPen(QColor(self.tokens.ink_muted), 2)
            pen.setDashPattern([2, 2])
            painter.setPen(pen)
            painter.setBrush(tint(self.tokens.surface, 0.7))
            painter.drawEllipse(here, radius, radius)
            return
        glow = QRadialGradient(here, 2.6 * radius)
        glow.setColorAt(0.0, tint(self.tokens.accent, 0.35))
        glow.setColorAt(1.0, tint(self.tokens.accent, 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(here, 2.6 * radius, 2.6 * radius)
        painter.setPen(QPen(QColor(self.tokens.surface), 2))
        painter.setBrush(QColor(self.tokens.accent))
        painter.drawEllipse(here, radius, radius)

    def _draw_scales(self, painter: QPainter, area: QRectF) -> None:
        """Name, scale and number in one line, or the scale beneath the others where that is too narrow."""
        height = min(float(_ROW_MAX), area.height() / len(self._names))
        size = max(10.0, min(12.0 if area.width() < _ONE_LINE else 13.0, 0.56 * height))
        strong, usual = font(size, 550, True), font(size, 450, True)
        metrics = QFontMetricsF(strong)
        wide = max(metrics.horizontalAdvance(_title(name)) for name in self._names) + 12
        numbers = metrics.horizontalAdvance("0.00") + 10
        two_lines = area.width() < _ONE_LINE and height >= 34
        wide = area.width() - numbers if two_lines else min(wide, 0.5 * area.width())
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, name in enumerate(self._names):
            top = area.top() + row * height
            line = QRectF(area.left(), top, area.width(), 20 if two_lines else height)
            painter.setFont(usual)
            painter.setPen(QColor(self.tokens.ink_secondary))
            title = metrics.elidedText(_title(name), Qt.TextElideMode.ElideRight, wide - 8)
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, title)
            painter.setFont(strong)
            painter.setPen(QColor(self.tokens.ink if self._known else self.tokens.ink_muted))
            told = number(float(self._easing.target[row])) if self._known else "–"
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, told)
            if two_lines:
                track = QRectF(area.left() + 6, line.bottom(), area.width() - 12, 14)
            else:
                track = QRectF(area.left() + wide, top, area.width() - wide - numbers, height)
            self._draw_scale(painter, track, row)

    def _draw_scale(self, painter: QPainter, track: QRectF, row: int) -> None:
        """From 0 to 1: a track with its middle marked, and the value on it, joined to the middle."""
        if track.width() < 16:
            return
        y, thick = track.center().y(), 4.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.track))
        painter.drawRoundedRect(QRectF(track.left(), y - thick / 2, track.width(), thick), 2, 2)
        centre = track.left() + CENTRE * track.width()
        painter.fillRect(QRectF(centre - 0.5, y - 5, 1, 10), tint(self.tokens.ink_muted, 0.6))
        if not self._known:
            return
        colour = self.tokens.emotion(self._colours.get(self._names[row]))
        colour = tint(colour, 0.45) if self._doubtful else colour
        at = track.left() + float(self._easing.values[row]) * track.width()
        painter.setBrush(tint(colour, 0.5))
        painter.drawRoundedRect(QRectF(min(at, centre), y - thick / 2, abs(at - centre), thick), 2, 2)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(at, y), 5.5, 5.5)


def _title(name: str) -> str:
    return capital(named(name))
