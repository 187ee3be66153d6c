"""Lines over any axis, ticks in round numbers, and pictures of numbers: what the lab's plots are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop_app.core.language import localised
from desktop_app.gui.look.theme import Tokens, font
from desktop_app.gui.plots.rows import PixelItem, Row
from desktop_app.gui.widgets.canvas import tint
from desktop_app.lab.windows import Values

MOST_COLUMNS: Final = 1600
MOST_ROWS: Final = 512
COLD, WARM = "#2F6FDE", "#D9432F"
"""Ends of the scale of numbers on both sides of zero."""

Colour = Callable[[Tokens], QColor]


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers from `low` to `high`, at equal distances; at least one step."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return []
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [(first + k) * step for k in range(math.floor(high / step + 1e-9) - first + 1)]


def number_text(value: float, step: float) -> str:
    """A tick's number with the digits that its distance to the next one needs."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    text = f"{value:.{digits}f}"
    return "0" if float(text) == 0 else localised(text.replace("-", "−"))


def number_ticks(low: float, high: float, most: int, unit: str = "") -> list[tuple[float, str]]:
    """Round numbers and their texts."""
    values = round_ticks(low, high, most)
    step = values[1] - values[0] if len(values) > 1 else 1.0
    return [(value, f"{number_text(value, step)}{unit}") for value in values]


def hertz_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Round frequencies and their texts, in Hz or in kHz."""
    values = round_ticks(low, high, most)
    step = values[1] - values[0] if len(values) > 1 else 1.0
    if high >= 2000:
        return [(value, f"{number_text(value / 1000, step / 1000)} kHz") for value in values]
    return [(value, f"{number_text(value, step)} Hz") for value in values]


def ink(tokens: Tokens) -> QColor:
    """Of what is measured beside what matters."""
    return QColor(tokens.wave)


def accent(tokens: Tokens) -> QColor:
    return QColor(tokens.accent)


def second(tokens: Tokens) -> QColor:
    return QColor(tokens.warning)


def warm(_: Tokens) -> QColor:
    return QColor(WARM)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line through `ys` [n] at `xs` [n], which rise; where y is not a number it is broken."""

    xs: Values
    ys: Values
    colour: Colour = accent
    width: float = 1.6
    title: str = ""


class CurvesItem(PixelItem):
    """Lines in a row, one over the other; as many points as there are pixels are drawn."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.curves: Sequence[Curve] = ()
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def show_curves(self, curves: Sequence[Curve]) -> None:
        self.curves = curves
        self.update()

    def draw(self, painter: QPainter) -> None:
        axis, rect = self.axis, self.rect
        bottom, top = self._row.box.viewRange()[1]
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in self.curves:
            first, last = np.searchsorted(curve.xs, (axis.left_s, axis.right_s))
            part = slice(max(0, int(first) - 1), int(last) + 1)
            xs = (curve.xs[part] - axis.left_s) / axis.span_s * axis.width
            ys = rect.height() * (top - np.asarray(curve.ys[part], np.float64)) / (top - bottom)
            width = curve.width
            if len(xs) > 1.5 * axis.width:
                xs, ys = _thinned(xs, ys)
                width = 1.0  # Qt draws broad lines through so many points ten times as slowly
            painter.setPen(
                QPen(curve.colour(self.tokens), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            for xs_part, ys_part in _unbroken(xs, ys):
                points = [QPointF(x, y) for x, y in zip(xs_part.tolist(), ys_part.tolist(), strict=True)]
                if len(points) == 1:
                    painter.drawPoint(points[0])
                else:
                    painter.drawPolyline(QPolygonF(points))


_CORNER: Final = 4.0
"""Between a row's edge, and what is written in its corners."""


def words_px(lines: int) -> float:
    """How high so many lines of words in a row's corner are, with the room around them."""
    return 2 * _CORNER + lines * (QFontMetricsF(font(11, 600)).height() + 4)


def above_words(low: float, high: float, height: float, words: float) -> float:
    """Where an axis from `low` must end for `high` to lie beneath `words` pixels at the top of `height`."""
    return low + (high - low) * height / max(height - words, height / 2, 1.0)


class KeyItem(PixelItem):
    """Which line is which, at the top right, where there are several."""

    def __init__(self, row: Row, of: CurvesItem) -> None:
        super().__init__(row, z=70)
        self._of = of

    def draw(self, painter: QPainter) -> None:
        titled = [curve for curve in self._of.curves if curve.title]
        if len(titled) < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(11, 500))
        metrics = QFontMetricsF(painter.font())
        widest = max(metrics.horizontalAdvance(curve.title) for curve in titled)
        for place, curve in enumerate(reversed(titled)):
            high = metrics.height() + 4
            box = QRectF(self.rect.width() - widest - 34, 4 + place * high, widest + 28, high)
            painter.fillRect(box, tint(self.tokens.surface, 0.9))
            painter.setPen(QPen(curve.colour(self.tokens), 2.5))
            y = box.center().y()
            painter.drawLine(QPointF(box.left() + 4, y), QPointF(box.left() + 18, y))
            painter.setPen(QColor(self.tokens.ink_secondary))
            painter.drawText(QPointF(box.left() + 23, y + metrics.ascent() / 2 - 1), curve.title)


def _thinned(xs: Values, ys: Values) -> tuple[Values, Values]:
    """The smallest and the largest of the values that share a pixel."""
    edges = np.flatnonzero(np.diff(np.floor(xs), prepend=-np.inf))
    low, high = np.minimum.reduceat(ys, edges), np.maximum.reduceat(ys, edges)
    xs = np.floor(np.take(xs, edges)) + 0.5
    return np.repeat(xs, 2), np.stack([high, low], axis=1).ravel()


def _unbroken(xs: Values, ys: Values) -> list[tuple[Values, Values]]:
    known = np.isfinite(ys)
    if known.all():
        return [(xs, ys)] if len(xs) else []
    breaks = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    parts = zip(np.split(xs, breaks), np.split(ys, breaks), np.split(known, breaks), strict=True)
    return [(x, y) for x, y, good in parts if len(good) and good[0]]


class MarksItem(PixelItem):
    """Upright lines at places of the axis, with a word at the foot of each."""

    def __init__(self, row: Row) -> None:
        super().__init__(row, z=20)
        self.marks: Sequence[tuple[float, str]] = ()

    def show_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        self.marks = marks
        self.update()

    def draw(self, painter: QPainter) -> None:
        axis, height = self.axis, self.rect.height()
        painter.setFont(font(11, 600))
        metrics = QFontMetricsF(painter.font())
        painter.setClipRect(self.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, word in self.marks:
            x = round(axis.x(place)) + 0.5
            if not -20 <= x <= axis.width + 20:
                continue
            painter.setPen(QPen(tint(self.tokens.ink, 0.45), 1, Qt.PenStyle.DashLine))
            wide = metrics.horizontalAdvance(word) + 8
            box = QRectF(x - wide / 2, height - metrics.height() - 8, wide, metrics.height() + 4)
            painter.drawLine(QLineF(x, 0, x, box.top()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint(self.tokens.surface, 0.85))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(self.tokens.ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)


class RowTitle(PixelItem):
    """What a row shows, and in which unit, in its top left corner."""

    def __init__(self, row: Row) -> None:
        super().__init__(row, z=60)
        self.text = ""

    def show_text(self, text: str) -> None:
        self.text = text
        self.update()

    def draw(self, painter: QPainter) -> None:
        if not self.text:
            return
        painter.setFont(font(11, 600))
        metrics = QFontMetricsF(painter.font())
        box = QRectF(6, 5, metrics.horizontalAdvance(self.text) + 12, metrics.height() + 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint(self.tokens.surface, 0.82))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self.tokens.ink_secondary))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)


def _rgb(name: str) -> Values:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float64)


def signed_table(tokens: Tokens, *, transparent: bool = False) -> npt.NDArray[np.uint8]:
    """256 colours [256, 4] from cold over the surface to warm; or from opaque over nothing to opaque."""
    ends = [_rgb(name) for name in (COLD, WARM)]
    middle = _rgb(tokens.surface)
    share = np.linspace(-1.0, 1.0, 256)[:, None]
    end = np.where(share < 0, ends[0], ends[1])
    table = np.empty((256, 4))
    table[:, :3] = end if transparent else middle + (end - middle) * np.abs(share)
    table[:, 3] = 235.0 * np.abs(share[:, 0]) ** 0.8 if transparent else 255.0
    return table.astype(np.uint8)


def grey_table(tokens: Tokens) -> npt.NDArray[np.uint8]:
    """256 colours [256, 4] from the surface to the ink, for what lies beneath colours that matter."""
    ends = [_rgb(name) for name in (tokens.surface, tokens.ink_secondary)]
    table = np.full((256, 4), 255.0)
    table[:, :3] = ends[0] + (ends[1] - ends[0]) * np.linspace(0.0, 1.0, 256)[:, None]
    return table.astype(np.uint8)


def even_table() -> npt.NDArray[np.uint8]:
    """256 colours [256, 4] whose lightness grows evenly: viridis."""
    table: npt.NDArray[np.uint8] = pg.colormap.get("viridis").getLookupTable(nPts=256, alpha=True)
    return table


class PictureItem(pg.ImageItem):
    """Numbers [rows, columns] as colours, from `low` to `high`; the row's axis counts the rows.

    Attributes
    ----------
    low, high : float
        What the ends of the scale stand for.
    """

    def __init__(self, row: Row, z: float = -40) -> None:
        super().__init__(axisOrder="row-major")
        self.setZValue(z)
        self.low, self.high = 0.0, 1.0
        row.box.addItem(self, ignoreBounds=True)
        self.hide()

    def show_numbers(
        self, values: npt.NDArray[np.floating], left: float, right: float, low: float, high: float
    ) -> None:
        """Draw `values` from `left` to `right`, over the whole height of their rows."""
        self.low, self.high = low, high
        fewer, rows, columns = _fewer(values, _farther if low < 0 < high and low == -high else np.maximum)
        shades = np.nan_to_num((fewer - low) * (255.0 / max(1e-12, high - low)), nan=127.0)
        self.setImage(np.clip(shades, 0, 255).astype(np.uint8), autoLevels=False, levels=(0, 255))
        wide = (right - left) / values.shape[1] * fewer.shape[1] * columns
        self.setRect(QRectF(left, 0, wide, fewer.shape[0] * rows))
        self.show()


def _farther(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Of each two numbers the one that is farther from zero."""
    return np.where(np.abs(one) >= np.abs(other), one, other)


def _fewer(
    values: npt.NDArray[np.floating], of_two: Callable[..., npt.NDArray[np.floating]]
) -> tuple[npt.NDArray[np.floating], int, int]:
    """No more rows and columns than can be told apart, and how many share one, of which one is left."""
    rows, columns = (-(-values.shape[0] // MOST_ROWS), -(-values.shape[1] // MOST_COLUMNS))
    if rows > 1:
        padded = np.pad(values, ((0, -values.shape[0] % rows), (0, 0)), mode="edge")
        values = reduce(of_two, (padded[k::rows] for k in range(rows)))
    if columns > 1:
        padded = np.pad(values, ((0, 0), (0, -values.shape[1] % columns)), mode="edge")
        values = reduce(of_two, (padded[:, k::columns] for k in range(columns)))
    return values, rows, columns
