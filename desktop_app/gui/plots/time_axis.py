"""Time along a width in pixels, with round times as its ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop_app.core.language import localised, tr
from desktop_app.gui.look.theme import Tokens, font
from desktop_app.gui.state.words import clock, moment

_STEPS_S = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    1200,
    1800,
    3600,
)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Seconds `left_s` to `right_s` over the pixels `x0` to `x0 + width`."""

    left_s: float
    right_s: float
    x0: float
    width: float

    @property
    def span_s(self) -> float:
        return max(1e-6, self.right_s - self.left_s)

    def x(self, time_s: float) -> float:
        return self.x0 + (time_s - self.left_s) / self.span_s * self.width

    def time(self, x: float) -> float:
        return self.left_s + (x - self.x0) / max(1.0, self.width) * self.span_s

    def step_s(self, spacing_px: float = 72.0) -> float:
        """A round distance between ticks that leaves them at least `spacing_px` apart."""
        wanted = self.span_s * spacing_px / max(1.0, self.width)
        return next((float(step) for step in _STEPS_S if step >= wanted), float(_STEPS_S[-1]))

    def ticks(self) -> list[float]:
        step = self.step_s()
        first = -(-self.left_s // step)
        count = int(self.span_s / step) + 2
        return [(first + k) * step for k in range(count) if (first + k) * step <= self.right_s + 1e-9]


def session_ticks(axis: TimeAxis, now_s: float | None = None) -> list[tuple[float, str]]:
    """Times and their texts, since the beginning; with `now_s` counted back from then."""
    step = axis.step_s()
    if now_s is None:
        return [(time_s, _tick_text(time_s, step)) for time_s in axis.ticks() if time_s >= 0]
    ago = [k * step for k in range(int(axis.span_s / step + 1e-9) + 1)]
    return [(now_s - s, f"−{_tick_text(s, step)}" if s else tr("now")) for s in ago]


def day_ticks(axis: TimeAxis, day_s: float) -> list[tuple[float, str]]:
    """Times and how late it was then; `day_s` is when time 0 was, in seconds since 1970."""
    step = axis.step_s(88.0)
    shift = datetime.fromtimestamp(day_s).astimezone().utcoffset() or timedelta()
    local_s = day_s + shift.total_seconds()
    first = math.ceil((axis.left_s + local_s) / step)
    count = int(axis.span_s / step) + 2
    times = [(first + k) * step - local_s for k in range(count)]
    return [(time_s, time_of_day(day_s + time_s)) for time_s in times if time_s <= axis.right_s + 1e-9]


def time_of_day(since_1970_s: float) -> str:
    """How late it is here then: `14:03:22`."""
    return datetime.fromtimestamp(round(since_1970_s)).astimezone().strftime("%H:%M:%S")


def draw_tick_texts(
    painter: QPainter, axis: TimeAxis, tokens: Tokens, ticks: Sequence[tuple[float, str]], *, top: float
) -> None:
    """Times below `top`, none beyond the axis' ends."""
    painter.setFont(font(10, 450, True))
    painter.setPen(QColor(tokens.ink_muted))
    metrics = QFontMetricsF(painter.font())
    for time_s, text in ticks:
        x = axis.x(time_s)
        if not axis.x0 - 0.5 <= x <= axis.x0 + axis.width + 0.5:
            continue
        width = metrics.horizontalAdvance(text)
        left = min(max(axis.x0, x - width / 2), axis.x0 + axis.width - width)
        painter.drawText(QPointF(left, top + metrics.ascent() + 4), text)


def draw_time_ticks(
    painter: QPainter,
    axis: TimeAxis,
    tokens: Tokens,
    *,
    top: float,
    bottom: float,
    now_s: float | None = None,
) -> None:
    """Grid lines from `top` to `bottom` and times below. With `now_s`, ticks count back from now."""
    ticks = session_ticks(axis, now_s)
    for time_s, _ in ticks:
        x = axis.x(time_s)
        if x >= axis.x0 - 0.5:
            painter.setPen(QPen(QColor(tokens.grid), 1))
            painter.drawLine(QPointF(round(x) + 0.5, top), QPointF(round(x) + 0.5, bottom))
    draw_tick_texts(painter, axis, tokens, ticks, top=bottom)


def value_ticks() -> tuple[tuple[float, str], ...]:
    """Ticks of dimensions."""
    return (0.0, "0"), (0.5, localised("0.5")), (1.0, "1")


def _tick_text(seconds: float, step_s: float) -> str:
    if step_s < 0.1:  # digits that tell one tick from the next
        return moment(seconds, 3 if step_s < 0.01 else 2)
    if step_s < 1:
        tenths = round(10 * seconds)
        return localised(f"{seconds:.1f} s" if tenths < 600 else f"{clock(tenths // 10)}.{tenths % 10}")
    if step_s < 30 and seconds < 60:
        return f"{seconds:.0f} s"
    return clock(seconds)
