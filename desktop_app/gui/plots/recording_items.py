"""What only recordings draw on their axis of time: the labels that a person gave, and the pitch."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop_app.core.pitch import PitchTrack
from desktop_app.gui.plots.items import LabelLane
from desktop_app.gui.plots.painting import Placed
from desktop_app.gui.plots.rows import PixelItem, Row
from desktop_app.gui.state.timeline_data import Segments, TimelineSegment
from desktop_app.gui.state.words import capital, named

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
"""Ends of the axis of the pitch."""
_JOINED_S = 0.025  # frames of the pitch further apart are not joined


class SaidLane(LabelLane):
    """Labels, in which what a person says stands in place of what the model says, with a mark."""

    def __init__(self, row: Row, source: Segments) -> None:
        super().__init__(row, source)
        self.said: Mapping[int, str] = {}

    def set_said(self, said: Mapping[int, str]) -> None:
        """Which segments a person has labelled, and how; empty for a note alone."""
        self.said = said
        self._known = None
        self.update()

    def word(self, segment: TimelineSegment) -> Placed:
        label = self.said.get(segment.index)
        if not label:
            return super().word(segment)
        name = capital(named(label))
        hue = self._plots.colours.get(label)
        return Placed(segment.start_s, segment.end_s, name, hue, short=name)

    def draw(self, painter: QPainter) -> None:
        super().draw(painter)
        axis, bottom = self.axis, self.rect.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.accent))
        # A small triangle marks the beginning of what a person has said something of.
        segments = self.in_sight() if self.said else ()
        for x in [axis.x(segment.start_s) for segment in segments if segment.index in self.said]:
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(x - 1, bottom - 9), QPointF(x + 6, bottom - 9), QPointF(x - 1, bottom - 2)]
                )
            )


class PitchItem(PixelItem):
    """The pitch as a line where there is a voice, on a logarithmic scale."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.track: PitchTrack | None = None

    def draw(self, painter: QPainter) -> None:
        track, axis, rect = self.track, self.axis, self.rect
        if track is None:
            return
        first, last = np.searchsorted(track.times, (axis.left_s, axis.right_s))
        times, hertz = track.times[max(0, first - 1) : last + 1], track.hertz[max(0, first - 1) : last + 1]
        voiced = ~np.isnan(hertz)
        times, hertz = times[voiced], hertz[voiced]
        if not len(times):
            return
        low, high = math.log2(LOWEST_HZ), math.log2(HIGHEST_HZ)
        xs = (times - axis.left_s) / axis.span_s * axis.width
        ys = rect.height() * (high - np.log2(np.clip(hertz, LOWEST_HZ, HIGHEST_HZ))) / (high - low)
        colour = QColor(self.tokens.accent)
        if len(times) > 2 * axis.width:  # more frames than pixels: points, one for each pixel and height
            keys = np.unique(np.stack([np.rint(xs), np.rint(ys)], axis=1), axis=0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRects([QRectF(x - 0.5, y - 0.5, 1.5, 1.5) for x, y in keys.tolist()])
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        breaks = np.flatnonzero(np.diff(times) > _JOINED_S) + 1
        for x, y in zip(np.split(xs, breaks), np.split(ys, breaks), strict=True):
            points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
            if len(points) == 1:
                painter.drawPoint(points[0])
            else:
                painter.drawPolyline(QPolygonF(points))
