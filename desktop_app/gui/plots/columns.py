"""So many segments that several share a column of pixels: computed as arrays, and drawn as one picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from desktop_app.core.palette import Hue
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.plots.painting import NOT_A_VOICE_ALPHA, bands
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.timeline_data import TimelineSegment
from desktop_app.gui.widgets.canvas import tint

Colours = npt.NDArray[np.uint32]
"""As `QColor.rgba` gives them."""
Owners = npt.NDArray[np.int64]

STACK_ALPHA = 0.9
UNCERTAIN_ALPHA = 0.45  # times the other


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Segments in order as arrays [n]: seconds, and the colour of each."""

    segments: Sequence[TimelineSegment]
    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    colours: Colours


def stretches(segments: Sequence[TimelineSegment], colour: Callable[[TimelineSegment], QColor]) -> Stretches:
    """What `segments` are as arrays; `colour` tells that of each."""
    return Stretches(
        segments,
        np.array([segment.start_s for segment in segments], dtype=np.float64),
        np.array([segment.end_s for segment in segments], dtype=np.float64),
        np.array([_number(colour(segment)) for segment in segments], dtype=np.uint32),
    )


def _number(colour: QColor) -> int:
    return colour.rgba()


def owners_at(known: Stretches, times: npt.NDArray[np.float64]) -> Owners:
    """Which segment each time lies in, -1 for none."""
    if not len(known.starts):
        return np.full(len(times), -1)
    found = np.searchsorted(known.starts, times, side="right") - 1
    return np.where((found >= 0) & (times <= known.ends[np.maximum(found, 0)]), found, -1)


def owners_of_columns(known: Stretches, axis: TimeAxis, count: int) -> Owners:
    """Which segment has each of `count` equal columns of `axis`: the longest in it, -1 for none."""
    owner = np.full(count, -1)
    scale = count / axis.span_s
    first = np.floor((known.starts - axis.left_s) * scale).astype(np.int64)
    last = np.maximum(first, np.ceil((known.ends - axis.left_s) * scale).astype(np.int64) - 1)
    first, last = np.maximum(first, 0), np.minimum(last, count - 1)
    places = np.flatnonzero(last >= first)
    places = places[np.argsort((known.ends - known.starts)[places], kind="stable")]
    sizes = last[places] - first[places] + 1
    if not len(places):
        return owner
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    owner[np.repeat(first[places], sizes) + within] = np.repeat(places, sizes)  # of two, the last one stays
    return owner


def draw_band(painter: QPainter, area: QRectF, owner: Owners, colours: Colours) -> None:
    """Fill `area`, column by column, with the colour of each one's owner."""
    row = np.zeros(len(owner), dtype=np.uint32)
    row[owner >= 0] = colours[owner[owner >= 0]]
    _draw(painter, area, row[np.newaxis])


@dataclass(frozen=True, slots=True, eq=False)
class Stacks:
    """Probabilities of segments, [n, labels], from the bottom, and the colour of each."""

    shares: npt.NDArray[np.float32]
    colours: Colours


def stacks(segments: Sequence[TimelineSegment], tokens: Tokens, colours: Mapping[str, Hue]) -> Stacks:
    """What is stacked over `segments`; where nobody speaks, grey over all of the height."""
    most = max((len(segment.labels) * (1 + segment.dimensional) for segment in segments), default=0) or 1
    shares = np.zeros((len(segments), most), dtype=np.float32)
    drawn = np.zeros((len(segments), most), dtype=np.uint32)
    grey = _number(tint(tokens.ink_muted, NOT_A_VOICE_ALPHA))
    palettes: dict[tuple[tuple[str, ...], bool], Colours] = {}
    for place, segment in enumerate(segments):
        if segment.not_a_voice:
            shares[place, 0], drawn[place, 0] = 1.0, grey
            continue
        if segment.dimensional:
            _put_bands(segment, shares[place], drawn[place], tokens, colours)
            continue
        latest = segment.latest
        doubtful = segment.prediction is not None and segment.prediction.uncertain
        palette = palettes.get((segment.labels, doubtful))
        if palette is None:
            alpha = STACK_ALPHA * (UNCERTAIN_ALPHA if doubtful else 1.0)
            made = [_number(tint(tokens.emotion(colours.get(label)), alpha)) for label in segment.labels]
            palette = palettes[segment.labels, doubtful] = np.array(made, dtype=np.uint32)
        shares[place, : len(latest)] = latest
        drawn[place, : len(palette)] = palette
    return Stacks(shares, drawn)


def _put_bands(
    segment: TimelineSegment,
    shares: npt.NDArray[np.float32],
    drawn: Colours,
    tokens: Tokens,
    colours: Mapping[str, Hue],
) -> None:
    """The values of dimensions as thin bands, with gaps between them that have no colour."""
    heights, owners = bands(segment.latest)
    doubtful = segment.prediction is not None and segment.prediction.uncertain
    alpha = STACK_ALPHA * (UNCERTAIN_ALPHA if doubtful else 1.0)
    shares[: len(heights)] = heights
    drawn[: len(heights)] = [
        0 if owner < 0 else _number(tint(tokens.emotion(colours.get(segment.labels[owner])), alpha))
        for owner in owners
    ]


def draw_stacks(painter: QPainter, area: QRectF, owner: Owners, known: Stacks, rows: int) -> None:
    """Fill `area`, column by column, with the probabilities of each one's owner, in `rows` steps."""
    labels = known.shares.shape[1]
    spoken = owner >= 0
    tops = np.zeros((labels, len(owner)), dtype=np.float32)
    tops[:, spoken] = np.cumsum(known.shares[owner[spoken]], axis=1).T
    if labels and spoken.any():
        whole = tops[-1] > 1 - 1e-3  # rounding leaves no stripe without a colour at the top
        tops[-1, whole] = 1.0
    table = np.zeros((len(owner), labels + 1), dtype=np.uint32)
    table[spoken, :labels] = known.colours[owner[spoken]]
    heights = (1.0 - (np.arange(rows, dtype=np.float32) + 0.5) / rows)[:, np.newaxis]
    which = np.zeros((rows, len(owner)), dtype=np.intp)
    for top in tops:
        which += top <= heights
    _draw(painter, area, table[np.arange(len(owner)), which])


def _draw(painter: QPainter, area: QRectF, pixels: Colours) -> None:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
    painter.drawImage(area, picture)
