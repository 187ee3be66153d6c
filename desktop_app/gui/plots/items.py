"""What plots over time show: sound, speech with its names, gaps, and what a person chose."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.core.envelope import Peaks
from desktop_app.core.language import tr
from desktop_app.core.palette import POINT
from desktop_app.gui.look.theme import Tokens, font
from desktop_app.gui.plots.columns import (
    Stretches,
    draw_band,
    owners_at,
    owners_of_columns,
    stretches,
)
from desktop_app.gui.plots.painting import (
    BLOCK_PX,
    NOT_A_VOICE_ALPHA,
    LaneWords,
    Placed,
    block_colour,
    draw_gap,
    draw_label_lane,
    placed,
)
from desktop_app.gui.plots.rows import PixelItem, Row
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.timeline_data import Segments, TimelineSegment
from desktop_app.gui.widgets.canvas import tint

PITCH: Final = 3  # pixels from one stroke of the sound to the next
_STROKE: Final = 2
LANE_PX: Final = 24
SHADE_ALPHA: Final = 0.13
MANY: Final = 120
"""Segments in sight from which on probabilities are drawn column by column."""


class Sound(Protocol):
    """What `core.envelope.Envelope` can."""

    def scrolling(self, end_s: float, column_s: float, columns: int) -> Peaks:
        """The peaks of `columns` columns on a grid that stands still, the last of which holds `end_s`."""


def segment_colour(tokens: Tokens, segment: TimelineSegment) -> str:
    """The token of a segment that has no emotion's colour."""
    if segment.not_a_voice:
        return tokens.wave
    return tokens.ink_muted if segment.final else tokens.ink_secondary


class SegmentsItem(PixelItem):
    """Something that draws segments; `source` may be exchanged."""

    def __init__(self, row: Row, source: Segments, z: float = 0.0) -> None:
        super().__init__(row, z)
        self.source = source
        self._known: Stretches | None = None
        self._known_for: tuple[object, ...] = ()

    def paint_of(self, segment: TimelineSegment) -> QColor:
        """What a column that belongs to a segment is filled with."""
        return self.colour(segment)

    def known(self) -> Stretches:
        """All segments as arrays, made when they, or their colours, are others."""
        wanted = (id(self.source), self.source.version, self.tokens.dark, id(self._plots.colours))
        if self._known is None or wanted != self._known_for:
            segments = self.source.between(-math.inf, math.inf)
            self._known, self._known_for = stretches(segments, self.paint_of), wanted
        return self._known

    def many(self) -> bool:
        """So many are in sight that they are drawn column by column; not into files."""
        return not self._plots.exporting and len(self.in_sight()) > MANY

    def columns(self, pitch: int = 1) -> tuple[TimeAxis, int]:
        """Columns of `pitch` pixels on a grid that stands still: their axis, and how many there are."""
        return grid(self.axis, pitch)

    def in_sight(self) -> Sequence[TimelineSegment]:
        axis = self.axis
        return self.source.between(axis.left_s, axis.right_s)

    def colour(self, segment: TimelineSegment) -> QColor:
        """Of what was recognised; grey while that is not known, or in doubt."""
        prediction = segment.prediction
        if prediction is None or segment.not_a_voice or prediction.uncertain:
            return QColor(segment_colour(self.tokens, segment))
        if segment.dimensional:
            return self.tokens.emotion(POINT)
        return self.tokens.emotion(self._plots.colours.get(prediction.label))


class ShadesItem(SegmentsItem):
    """Speech shaded over the whole height."""

    def __init__(self, row: Row, source: Segments) -> None:
        super().__init__(row, source, z=-60)

    def paint_of(self, segment: TimelineSegment) -> QColor:
        return tint(self.colour(segment), NOT_A_VOICE_ALPHA if segment.not_a_voice else SHADE_ALPHA)

    def draw(self, painter: QPainter) -> None:
        axis, height = self.axis, self.rect.height()
        if self.many():
            painter.setClipRect(self.rect)
            known, (on_grid, count) = self.known(), self.columns()
            area = QRectF(round(axis.x(on_grid.left_s)), 0, on_grid.width, height)
            draw_band(painter, area, owners_of_columns(known, on_grid, count), known.colours)
            return
        for segment in self.in_sight():
            left, right = max(0.0, axis.x(segment.start_s)), min(axis.width, axis.x(segment.end_s))
            painter.fillRect(QRectF(left, 0, max(1.0, right - left), height), self.paint_of(segment))


class WaveformItem(SegmentsItem):
    """Sound as strokes, in the colour of what was recognised in it.

    Attributes
    ----------
    gain : float
        How much larger than it is it is drawn.
    """

    def __init__(self, row: Row, sound: Sound | None, source: Segments) -> None:
        super().__init__(row, source)
        self.sound = sound
        self.gain = 1.0
        self.loudest = 0.0  # of what was drawn last

    def peaks(self) -> tuple[Peaks, npt.NDArray[np.int64]] | None:
        """What is in sight, and the left pixel of each stroke."""
        if self.sound is None:
            return None
        axis = self.axis
        column_s = axis.span_s / axis.width * PITCH
        count = math.ceil(axis.width / PITCH) + 1
        found = self.sound.scrolling(axis.right_s, column_s, count)
        first = math.floor(axis.right_s / column_s) - count + 1
        if len(found.low) == count:
            left = math.floor(axis.x(first * column_s))
            return found, left + PITCH * np.arange(count)
        return found, np.floor((found.times - axis.left_s) / axis.span_s * axis.width).astype(np.int64)

    def draw(self, painter: QPainter) -> None:
        drawn = self.peaks()
        if drawn is None:
            return
        peaks, xs = drawn
        known = ~np.isnan(peaks.low)
        if not known.any():
            return
        low, high = np.where(known, peaks.low, 0.0), np.where(known, peaks.high, 0.0)
        self.loudest = float(max(high.max(), -low.min()))
        rect = self.rect
        middle, half = round(rect.height() / 2), rect.height() / 2 - 3
        tops = middle + np.minimum(-1, np.rint(-np.clip(high * self.gain, 0, 1) * half)).astype(np.int64)
        bottoms = middle + np.maximum(1, np.rint(-np.clip(low * self.gain, -1, 0) * half)).astype(np.int64)
        speech = self.known()
        owner = owners_at(speech, peaks.times)
        colours = np.full(len(owner), QColor(self.tokens.wave).rgba(), dtype=np.uint32)
        colours[owner >= 0] = speech.colours[owner[owner >= 0]]
        painter.setPen(Qt.PenStyle.NoPen)
        for number in np.unique(colours[known]).tolist():
            mine = known & (colours == number)
            columns = (column[mine].tolist() for column in (xs, tops, bottoms))
            painter.setBrush(QColor.fromRgba(number))
            painter.drawRects(
                [QRect(x, top, _STROKE, bottom - top) for x, top, bottom in zip(*columns, strict=True)]
            )
        if self.gain > 1:
            self._tell_gain(painter)

    @property
    def gain_told(self) -> str:
        """What the number in the corner means; empty where sound is drawn as loud as it is."""
        return tr("drawn {gain:g} × as large").format(gain=self.gain) if self.gain > 1 else ""

    def _tell_gain(self, painter: QPainter) -> None:
        painter.setFont(font(10, 500, True))
        text, rect = f"× {self.gain:g}", self.rect
        wide = painter.fontMetrics().horizontalAdvance(text) + 8
        corner = QRectF(rect.right() - wide, rect.bottom() - 18, wide, 18)
        painter.fillRect(corner, tint(self.tokens.surface, 0.85))  # to be read over the sound
        painter.setPen(QColor(self.tokens.ink_muted))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, text)


def grid(axis: TimeAxis, pitch: int) -> tuple[TimeAxis, int]:
    """Columns of `pitch` pixels that lie still as `axis` moves: an axis of all of them, and their count."""
    column_s = axis.span_s / axis.width * pitch
    first = math.floor(axis.left_s / column_s)
    count = math.ceil(axis.width / pitch) + 1
    return TimeAxis(first * column_s, (first + count) * column_s, 0, count * pitch), count


class LabelLane(SegmentsItem):
    """Blocks in the colour of what was recognised and, above them, as many words as find place."""

    def __init__(
        self,
        row: Row,
        source: Segments,
        tag: Callable[[TimelineSegment], str] | None = None,
    ) -> None:
        super().__init__(row, source)
        self._tag = tag

    def word(self, segment: TimelineSegment) -> Placed:
        """What stands over a segment."""
        word = placed(segment, self._plots.colours)
        if self._tag is None:
            return word
        return Placed(word.start_s, word.end_s, self._tag(segment), word.hue, word.faint, word.text)

    def paint_of(self, segment: TimelineSegment) -> QColor:
        return block_colour(self.tokens, self.word(segment))

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = LANE_PX - 8
        if not self.many():
            placed_words = map(self.word, self.in_sight())
            draw_label_lane(painter, self.axis, self.tokens, placed_words, room=room)
            return
        axis, known, (on_grid, count) = self.axis, self.known(), self.columns()
        painter.save()
        painter.setClipRect(self.rect)
        area = QRectF(round(axis.x(on_grid.left_s)), room, on_grid.width, BLOCK_PX)
        draw_band(painter, area, owners_of_columns(known, on_grid, count), known.colours)
        painter.restore()
        lefts = axis.x0 + (known.starts - axis.left_s) / axis.span_s * axis.width
        words = LaneWords(painter, axis, self.tokens, room)
        place = int(np.searchsorted(known.ends, axis.left_s))
        while place < len(lefts) and lefts[place] <= axis.width:
            words.draw(self.word(known.segments[place]))
            place = max(place + 1, int(np.searchsorted(lefts, words.free)))


class GapsItem(SegmentsItem):
    """Hatched where nothing is known, with the reason."""

    def __init__(self, row: Row, source: Segments) -> None:
        super().__init__(row, source, z=50)

    def draw(self, painter: QPainter) -> None:
        axis = self.axis
        for gap in self.source.gaps_between(axis.left_s, axis.right_s):
            draw_gap(painter, axis, self.tokens, area=self.rect, gap=gap)


class SelectionItem(PixelItem):
    """A frame around a stretch of time; none if `stretch` is None."""

    def __init__(self, row: Row) -> None:
        super().__init__(row, z=800)
        self.stretch: tuple[float, float] | None = None

    def select(self, stretch: tuple[float, float] | None) -> None:
        """Frame this stretch, in seconds."""
        if stretch != self.stretch:
            self.stretch = stretch
            self.update()

    def draw(self, painter: QPainter) -> None:
        if self.stretch is None:
            return
        axis = self.axis
        left, right = (axis.x(time_s) for time_s in self.stretch)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.tokens.ink), 1.5))
        frame = QRectF(left - 1, 1, max(4.0, right - left + 2), self.rect.height() - 2)
        painter.drawRoundedRect(frame, 4, 4)
