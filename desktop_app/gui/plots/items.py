"""What plots over time show: sound, its spectrogram, speech with its names and probabilities, gaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from desktop_app.core.envelope import Peaks
from desktop_app.core.language import localised, tr
from desktop_app.core.palette import POINT
from desktop_app.core.spectrogram import DEFAULT, hz_to_mel
from desktop_app.gui.look.theme import Tokens, font
from desktop_app.gui.plots.columns import (
    Stacks,
    Stretches,
    draw_band,
    draw_stacks,
    owners_at,
    owners_of_columns,
    stacks,
    stretches,
)
from desktop_app.gui.plots.painting import (
    BLOCK_PX,
    COLUMN_PX,
    NOT_A_VOICE_ALPHA,
    LaneWords,
    Placed,
    block_colour,
    draw_gap,
    draw_hint,
    draw_label_lane,
    draw_stack,
    draw_stack_columns,
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
_MANY: Final = 120
"""Segments in sight from which on probabilities are drawn column by column."""
_HERTZ: Final = (500, 1000, 2000, 4000, 8000)

Shades = npt.NDArray[np.uint8]


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
        return not self._plots.exporting and len(self.in_sight()) > _MANY

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


class StackItem(SegmentsItem):
    """Probabilities over time, one above the other in the labels' order; `hint` stands where nothing is.

    What is final does not change any more: it is drawn once for each size, and its picture is moved.
    """

    def __init__(self, row: Row, source: Segments, hint: str = "") -> None:
        super().__init__(row, source)
        self.hint = hint
        self._pictures: dict[object, QPixmap] = {}
        self._wide: tuple[TimeAxis, QPixmap] | None = None  # of columns, more than is in sight
        self._stacks: tuple[Stretches, Stacks] | None = None
        self._for: tuple[object, ...] = ()  # what the pictures were made for

    def draw(self, painter: QPainter) -> None:
        axis, rect, segments = self.axis, self.rect, self.in_sight()
        colours = self._plots.colours
        painter.setClipRect(rect)
        exported = self._plots.exporting  # where pixels would be coarse, or no curves
        if len(segments) > _MANY:
            self._draw_columns(painter, exported=exported)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._keep_for("segments", axis.width / axis.span_s)
            for segment in segments:
                wide = axis.x(segment.end_s) - axis.x(segment.start_s)
                if exported or not segment.final or segment.not_a_voice or not 2 <= wide <= 2 * axis.width:
                    draw_stack(painter, axis, self.tokens, area=rect, segment=segment, colours=colours)
                else:
                    self._draw_kept(painter, segment, wide)
            self._forget_pictures(segments)
        if self.hint and not segments and not self.source.gaps_between(axis.left_s, axis.right_s):
            draw_hint(painter, self.tokens, rect, self.hint)

    def _keep_for(self, *what: object) -> None:
        """Forget the pictures if they were made for anything else."""
        scale = self._plots.devicePixelRatioF()
        look = (self.rect.height(), scale, self.tokens.dark, id(self._plots.colours))
        wanted = (*what, *look, id(self.source))
        if wanted != self._for:
            self._pictures.clear()
            self._wide = None
            self._for = wanted

    def _forget_pictures(self, segments: Sequence[TimelineSegment]) -> None:
        """Keep hardly more of them than are in sight: each takes some 100 KB."""
        if len(self._pictures) > 2 * len(segments):
            near = {_key(segment) for segment in segments}
            self._pictures = {key: each for key, each in self._pictures.items() if key in near}

    def _draw_kept(self, painter: QPainter, segment: TimelineSegment, wide: float) -> None:
        key = _key(segment)
        picture = self._pictures.get(key)
        if picture is None:
            whole = max(2, round(wide))
            picture = self._blank(whole)
            local = TimeAxis(segment.start_s, segment.end_s, 0, whole)
            brush = QPainter(picture)
            brush.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(0, 0, whole, self.rect.height())
            draw_stack(brush, local, self.tokens, area=area, segment=segment, colours=self._plots.colours)
            brush.end()
            self._pictures[key] = picture
        painter.drawPixmap(round(self.axis.x(segment.start_s)), 0, picture)

    def _draw_columns(self, painter: QPainter, *, exported: bool) -> None:
        """So many that they are columns: on a grid that stands still, more of them than are in sight."""
        axis, rect = self.axis, self.rect
        on_grid, count = self.columns(COLUMN_PX)
        if exported:
            painter.translate(round(axis.x(on_grid.left_s)), 0)
            area = QRectF(0, 0, on_grid.width, rect.height())
            segments = self.source.between(on_grid.left_s, on_grid.right_s)
            colours = self._plots.colours
            draw_stack_columns(painter, on_grid, self.tokens, area=area, segments=segments, colours=colours)
            return
        column_s = on_grid.span_s / count
        self._keep_for("columns", round(column_s, 9), self.source.version)
        if self._wide is None or not (
            self._wide[0].left_s <= on_grid.left_s + 0.5 * column_s
            and on_grid.right_s <= self._wide[0].right_s + 0.5 * column_s
        ):
            self._wide = self._draw_wide(on_grid, count)
        wide, picture = self._wide
        painter.drawPixmap(round(axis.x(wide.left_s)), 0, picture)

    def _draw_wide(self, on_grid: TimeAxis, count: int) -> tuple[TimeAxis, QPixmap]:
        margin = count // 4
        column_s = on_grid.span_s / count
        total = count + 2 * margin
        left_s = on_grid.left_s - margin * column_s
        wide = TimeAxis(left_s, left_s + total * column_s, 0, total * COLUMN_PX)
        known = self.known()
        if self._stacks is None or self._stacks[0] is not known:
            self._stacks = (known, stacks(known.segments, self.tokens, self._plots.colours))
        picture = self._blank(total * COLUMN_PX)
        brush = QPainter(picture)
        area = QRectF(0, 0, wide.width, self.rect.height())
        draw_stacks(brush, area, owners_of_columns(known, wide, total), self._stacks[1], picture.height())
        brush.end()
        return wide, picture

    def _blank(self, width: int) -> QPixmap:
        scale = self._plots.devicePixelRatioF()
        blank = QPixmap(math.ceil(width * scale), max(1, math.ceil(self.rect.height() * scale)))
        blank.setDevicePixelRatio(scale)
        blank.fill(Qt.GlobalColor.transparent)
        return blank


def _key(segment: TimelineSegment) -> object:
    return segment.index, id(segment.prediction)


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


class RegionItem(pg.LinearRegionItem):
    """A stretch that a person moves, or whose edges are moved; in seconds."""

    def __init__(self, row: Row, *, movable: bool = True) -> None:
        super().__init__((0.0, 1.0), movable=movable, swapMode="sort")
        self.setZValue(700)
        row.box.addItem(self, ignoreBounds=True)

    def apply_theme(self, tokens: Tokens) -> None:
        self.setBrush(tint(tokens.accent, 0.14))
        self.setHoverBrush(tint(tokens.accent, 0.22))
        for line in self.lines:
            line.setPen(QPen(QColor(tokens.accent), 0))
            line.setHoverPen(QPen(QColor(tokens.accent), 0, Qt.PenStyle.DashLine))


class SpectrogramItem(pg.ImageItem):
    """Shades of `core.spectrogram.to_bytes` over time, band above band; its row's axis is in Hz.

    A shade of 0 is not drawn: nothing is known there.

    The colours are those of viridis, whose lightness grows evenly, so that it is read alike by people who do
    not tell some colours apart.
    """

    def __init__(self, row: Row) -> None:
        super().__init__(axisOrder="row-major")
        self.setZValue(-40)
        table = pg.colormap.get("viridis").getLookupTable(nPts=256, alpha=True)
        table[0, 3] = 0
        self.setLookupTable(table)
        self.setLevels((0, 255))
        row.box.addItem(self, ignoreBounds=True)
        self._row = row
        self._centres: npt.NDArray[np.float64] = np.empty(0)

    def show_bands(self, centres_hz: npt.NDArray[np.float64]) -> None:
        """Which frequencies the bands have, in Hz."""
        if len(centres_hz) == len(self._centres) and np.array_equal(centres_hz, self._centres):
            return
        self._centres = centres_hz
        ticks = [(self.band_of(hertz), _hertz(hertz)) for hertz in _HERTZ if hertz <= 1.02 * centres_hz[-1]]
        self._row.show_values(0, len(centres_hz), ticks)

    def show_shades(self, shades: Shades, left_s: float, right_s: float) -> None:
        """Draw `shades` [columns, bands] from `left_s` to `right_s`; none at all hides the picture."""
        self.setVisible(len(shades) > 0)
        if len(shades):
            self.setImage(shades.T, autoLevels=False)
            self.setRect(QRectF(left_s, 0, right_s - left_s, shades.shape[1]))

    def band_of(self, hertz: float) -> float:
        """Where a frequency lies on the row's axis."""
        mels = hz_to_mel(self._centres)
        return float(np.interp(hz_to_mel(hertz), mels, np.arange(len(mels)) + 0.5))

    def frequency(self, height: float) -> float:
        """The frequency in Hz at a height of 0 to 1."""
        if not len(self._centres):
            return 0.0
        at = height * len(self._centres) - 0.5
        return float(np.interp(at, np.arange(len(self._centres)), self._centres))


def _hertz(value: float) -> str:
    return localised(f"{value / 1000:g} k" if value >= 1000 else f"{value:g}")


def shade_decibels(shade: float) -> float:
    """The level that a shade of 0 to 255 stands for."""
    return DEFAULT.floor_db + shade / 255 * (DEFAULT.ceiling_db - DEFAULT.floor_db)
