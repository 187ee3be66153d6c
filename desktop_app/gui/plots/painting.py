"""What is painted over time along a width in pixels: labels, gaps, stacked probabilities and tooltips."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop_app.core.language import localised, tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.gui.look.theme import Tokens, Type, font
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.timeline_data import TimelineGap, TimelineSegment
from desktop_app.gui.state.words import brief, capital, clock, named, number, percent
from desktop_app.gui.widgets.canvas import tint

NOT_A_VOICE_ALPHA = 0.1
BLOCK_PX = 5
"""Height of what is coloured below a word."""
COLUMN_PX = 2
"""Width of a column where there are too many segments to draw each."""
_LINE_PX = 2.4
BAND = 0.035
"""Height of a value of a dimension where it is a band of a stack."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word over a stretch of time; `hue` None marks doubt or speech that is not finished.

    What is `faint` matters least: a sound in which nobody speaks. Where there is no room for `text`, `short`
    may do.
    """

    start_s: float
    end_s: float
    text: str
    hue: Hue | None
    faint: bool = False
    short: str = ""


def placed(segment: TimelineSegment, colours: Mapping[str, Hue]) -> Placed:
    """The word over a segment; none while it is not finished, nor where nobody speaks."""
    start_s, end_s, prediction = segment.start_s, segment.end_s, segment.prediction
    if prediction is None or prediction.not_a_voice:
        return Placed(start_s, end_s, "", None, faint=segment.not_a_voice)
    if prediction.uncertain:
        return Placed(start_s, end_s, tr("Uncertain"), None)
    if prediction.dimensions:
        text = brief(prediction)
        return Placed(start_s, end_s, text[:1].upper() + text[1:], POINT)
    text = capital(named(prediction.label))
    return Placed(start_s, end_s, text, colours.get(prediction.label))


def block_colour(tokens: Tokens, item: Placed) -> QColor:
    """Of the block below a word."""
    if item.hue is not None:
        return tokens.emotion(item.hue)
    return tint(tokens.ink_muted, 0.2 if item.faint else 0.45)


class LaneWords:
    """As many words, from left to right, as find place above `room` pixels without touching.

    A word that would only repeat its left neighbour is left out.

    Attributes
    ----------
    free : float
        The pixel from which on there is place.
    """

    def __init__(self, painter: QPainter, axis: TimeAxis, tokens: Tokens, room: float) -> None:
        self._painter, self._axis, self._tokens, self._room = painter, axis, tokens, room
        painter.setFont(font(11, 550))
        self._metrics = QFontMetricsF(painter.font())
        self._previous = ""
        self.free = axis.x0

    def draw(self, item: Placed, until: float = math.inf) -> None:
        """Draw a word if it finds place; one that tells of doubt, only if that is before pixel `until`."""
        axis, edge = self._axis, self._axis.x0 + self._axis.width
        left, right = axis.x(item.start_s), axis.x(item.end_s)
        left, right = max(left, axis.x0), min(max(right, left + 2), edge)
        text, width = item.text, self._metrics.horizontalAdvance(item.text)
        if item.short and width > right - left:
            text, width = item.short, self._metrics.horizontalAdvance(item.short)
        wide = width > right - left
        if self.free <= edge - width < left:
            left = edge - width  # the last word stands whole before the edge
        if not text or left < self.free or left + width > edge:
            return
        if wide and (text == self._previous or (item.hue is None and left + width > until)):
            return
        ink = self._tokens.ink_secondary if item.hue else self._tokens.ink_muted
        self._painter.setPen(QColor(ink))
        self._painter.drawText(QPointF(left, self._room - 5), text)
        self.free = left + width + 10
        self._previous = text


def draw_label_lane(
    painter: QPainter, axis: TimeAxis, tokens: Tokens, placed: Iterable[Placed], *, room: float
) -> None:
    """Blocks and, above them in `room` pixels, words as `LaneWords` has them."""
    words = LaneWords(painter, axis, tokens, room)
    right_edge = axis.x0 + axis.width
    items = list(placed)
    untils, until = [], math.inf  # where the next emotion begins, whose word counts for more than a doubt
    for item in reversed(items):
        untils.append(until)
        until = axis.x(item.start_s) if item.hue is not None else until
    for item, until in zip(items, reversed(untils), strict=True):
        left, right = axis.x(item.start_s), axis.x(item.end_s)
        if right < axis.x0 or left > right_edge:
            continue
        left, right = max(left, axis.x0), min(max(right, left + 2), right_edge)
        block = QRectF(left, room, max(2.0, right - left), BLOCK_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(block_colour(tokens, item))
        radius = min(2.5, block.width() / 2)
        painter.drawRoundedRect(block, radius, radius)
        words.draw(item, until)


def draw_gap(painter: QPainter, axis: TimeAxis, tokens: Tokens, *, area: QRectF, gap: TimelineGap) -> None:
    """A stretch of which nothing is known: hatched, with its words in the middle where there is room.

    What can be seen of speech that was not judged stays in sight.
    """
    left, right = max(area.left(), axis.x(gap.start_s)), min(area.right(), axis.x(gap.end_s))
    if right < area.left() or left > area.right():
        return
    stretch = QRectF(left, area.top(), max(2.0, right - left), area.height())
    painter.save()
    painter.setClipRect(stretch)
    if gap.silent:
        painter.fillRect(stretch, QColor(tokens.surface))
        painter.fillRect(stretch, tint(tokens.track, 0.7))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tint(tokens.ink_muted, 0.32), 1))
    height, step = stretch.height(), 7
    # On a grid of the whole area, so that the lines of a scrolling picture lie still within the gap.
    first = axis.x(gap.start_s)
    for place in range(-int(height // step) - 1, int((axis.x(gap.end_s) - first) // step) + 2):
        x = first + place * step
        if x > stretch.right() or x + height < stretch.left():
            continue
        painter.drawLine(QPointF(x, stretch.bottom()), QPointF(x + height, stretch.top()))
    painter.setFont(font(11, 550))
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(gap.text) + 14
    lying = width <= stretch.width() - 4
    if lying or (stretch.width() >= 26 and width <= height - 4):
        painter.translate(stretch.center())
        painter.rotate(0 if lying else -90)
        box = QRectF(-width / 2, -11, width, 22)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(tokens.ink_secondary))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, gap.text)
    painter.restore()


def draw_hint(painter: QPainter, tokens: Tokens, area: QRectF, text: str) -> None:
    """A sentence in the middle of `area`, on a ground of its own, to be read over what is drawn there."""
    painter.setFont(font(Type.BODY))
    width = painter.fontMetrics().horizontalAdvance(text) + 24
    middle = QRectF(area.center().x() - width / 2, area.center().y() - 12, width, 24)
    painter.fillRect(middle, QColor(tokens.surface))
    painter.setPen(QColor(tokens.ink_muted))
    painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, text)


def draw_stack(
    painter: QPainter,
    axis: TimeAxis,
    tokens: Tokens,
    *,
    area: QRectF,
    segment: TimelineSegment,
    colours: Mapping[str, Hue],
    alpha: float = 0.9,
) -> None:
    """The segment's probabilities over time, stacked from the bottom of `area` in the labels' order.

    Where nobody speaks there are none: the whole height is grey.
    """
    left, right = axis.x(segment.start_s), axis.x(segment.end_s)
    if not segment.latest or right < area.left() or left > area.right():
        return
    if segment.not_a_voice:
        stretch = QRectF(left, area.top(), max(2.0, right - left), area.height())
        painter.fillRect(stretch, tint(tokens.ink_muted, NOT_A_VOICE_ALPHA))
        return
    uncertain = segment.prediction is not None and segment.prediction.uncertain
    if uncertain:
        alpha *= 0.45
    if segment.dimensional:
        _draw_lines(painter, axis, tokens, area=area, segment=segment, colours=colours, alpha=alpha)
        return
    if segment.final and right - left < 16:
        column = QRectF(left, area.top(), right - left, area.height())
        _draw_column(painter, tokens, column, segment=segment, colours=colours, alpha=alpha)
        return
    points = _outline(segment)
    xs = [axis.x(time_s) for time_s, _ in points]
    if xs[-1] - xs[0] < 2.0:
        xs[-1] = xs[0] + 2.0
    lower = [area.bottom()] * len(points)
    painter.setPen(Qt.PenStyle.NoPen)
    for row, label in enumerate(segment.labels):
        upper = [y - area.height() * p[row] for y, (_, p) in zip(lower, points, strict=True)]
        if max(low - up for low, up in zip(lower, upper, strict=True)) > 0.4:
            outline = [QPointF(x, y) for x, y in zip(xs, lower, strict=True)]
            outline += [QPointF(x, y) for x, y in zip(reversed(xs), reversed(upper), strict=True)]
            painter.setBrush(tint(tokens.emotion(colours.get(label)), alpha))
            painter.drawPolygon(QPolygonF(outline))
        lower = upper


def _draw_lines(
    painter: QPainter,
    axis: TimeAxis,
    tokens: Tokens,
    *,
    area: QRectF,
    segment: TimelineSegment,
    colours: Mapping[str, Hue],
    alpha: float,
) -> None:
    """The segment's values of dimensions over time, a line each, from 0 at the bottom of `area` to 1."""
    points = [point for point in _outline(segment) if not math.isnan(point[1][0])]  # NaN: nobody spoke
    if not points:
        return
    xs = [axis.x(time_s) for time_s, _ in points]
    if xs[-1] - xs[0] < _LINE_PX:
        xs[-1] = xs[0] + _LINE_PX
    room = area.height() - _LINE_PX  # so that a line at an end is seen whole
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row, name in enumerate(segment.labels):
        pen = QPen(tint(tokens.emotion(colours.get(name)), alpha), _LINE_PX)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        heights = [area.bottom() - _LINE_PX / 2 - room * values[row] for _, values in points]
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, heights, strict=True)]))
    painter.setPen(Qt.PenStyle.NoPen)


def bands(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Values of dimensions as a stack: heights from the bottom, and whose each is; -1 for a gap.

    Each value is a thin band, so that what draws stacks draws lines.
    """
    heights: list[float] = []
    owners: list[int] = []
    reached = 0.0
    for row in sorted(range(len(values)), key=values.__getitem__):
        bottom = max(reached, min(1.0 - BAND, values[row] - BAND / 2))
        heights += [bottom - reached, BAND]
        owners += [-1, row]
        reached = bottom + BAND
    return heights, owners


def draw_stack_columns(
    painter: QPainter,
    axis: TimeAxis,
    tokens: Tokens,
    *,
    area: QRectF,
    segments: Sequence[TimelineSegment],
    colours: Mapping[str, Hue],
) -> None:
    """As `draw_stack`, in columns of `COLUMN_PX`: of the segments in one column the longest is drawn."""
    longest: dict[int, tuple[float, TimelineSegment]] = {}
    for segment in segments:
        if not segment.latest:
            continue
        first = math.floor((axis.x(segment.start_s) - area.left()) / COLUMN_PX)
        last = max(first, math.ceil((axis.x(segment.end_s) - area.left()) / COLUMN_PX) - 1)
        length_s = segment.end_s - segment.start_s
        for column in range(max(0, first), min(last, math.ceil(area.width() / COLUMN_PX)) + 1):
            if column not in longest or longest[column][0] < length_s:
                longest[column] = (length_s, segment)
    for column, (_, segment) in longest.items():
        stretch = QRectF(area.left() + COLUMN_PX * column, area.top(), COLUMN_PX, area.height())
        if segment.not_a_voice:
            painter.fillRect(stretch, tint(tokens.ink_muted, NOT_A_VOICE_ALPHA))
            continue
        doubtful = segment.prediction is not None and segment.prediction.uncertain
        alpha = 0.9 * (0.45 if doubtful else 1.0)
        _draw_column(painter, tokens, stretch, segment=segment, colours=colours, alpha=alpha)


def _draw_column(
    painter: QPainter,
    tokens: Tokens,
    column: QRectF,
    *,
    segment: TimelineSegment,
    colours: Mapping[str, Hue],
    alpha: float,
) -> None:
    """Too narrow for a course over time: what was decided, as plain rectangles, which are quick to draw."""
    bottom = column.bottom()
    left, width = round(column.left()), max(2, round(column.width()))
    stack = list(zip(segment.labels, segment.latest, strict=True))
    if segment.dimensional:
        heights, owners = bands(segment.latest)
        names = ("" if owner < 0 else segment.labels[owner] for owner in owners)
        stack = list(zip(names, heights, strict=True))
    for label, share in stack:
        height = share * column.height()
        if height >= 0.5 and label:
            top = round(bottom - height)
            colour = tint(tokens.emotion(colours.get(label)), alpha)
            painter.fillRect(left, top, width, round(bottom) - top, colour)
        bottom -= height


def _outline(segment: TimelineSegment) -> list[tuple[float, Sequence[float]]]:
    """Points from the segment's start to its end."""
    if not segment.latest:
        return []
    points: list[tuple[float, Sequence[float]]] = list(segment.points)
    if segment.final:
        points.append((segment.end_s, segment.latest))
    return [(segment.start_s, points[0][1]), *points]


def tooltip(segment: TimelineSegment, time_s: float, heading: str) -> str:
    """What stands under the pointer, as plain lines."""
    shares = segment.at(time_s)
    ranked = sorted(zip(shares, segment.labels, strict=True), reverse=True)
    lines = [_stretch(segment.start_s, segment.end_s), heading]
    if segment.not_a_voice:
        return "\n".join(lines)
    if segment.dimensional:
        lines += [
            f"{number(value)}  {named(name)}" for name, value in zip(segment.labels, shares, strict=True)
        ]
    else:
        lines += [f"{percent(share)}  {named(label)}" for share, label in ranked if share >= 0.01]
    if segment.voice:
        lines.append(segment.voice)
    return "\n".join(lines)


def gap_tooltip(gap: TimelineGap) -> str:
    """What stands under the pointer over a gap, as plain lines."""
    return f"{_stretch(gap.start_s, gap.end_s)}\n{gap.text}\n{gap.why}"


def _stretch(start_s: float, end_s: float) -> str:
    told = tr("{start} to {end} ({seconds} s)")
    return told.format(start=clock(start_s), end=clock(end_s), seconds=localised(f"{end_s - start_s:.1f}"))
