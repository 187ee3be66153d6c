"""Probabilities over time, one above the other; drawn once for each size, since they are drawn often."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from desktop_app.gui.plots.columns import Stacks, Stretches, draw_stacks, owners_of_columns, stacks
from desktop_app.gui.plots.items import MANY, SegmentsItem
from desktop_app.gui.plots.painting import COLUMN_PX, draw_hint, draw_stack, draw_stack_columns
from desktop_app.gui.plots.rows import Row
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.timeline_data import Segments, TimelineSegment


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
        if len(segments) > MANY:
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
