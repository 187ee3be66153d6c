"""The plots of the lab: features over time, and lines over frequency, time or samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.core.language import localised, tr
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.plots.base import TimePlots
from desktop_app.gui.plots.curves import (
    Curve,
    CurvesItem,
    KeyItem,
    MarksItem,
    PictureItem,
    RowTitle,
    above_words,
    even_table,
    grey_table,
    hertz_ticks,
    number_ticks,
    signed_table,
    warm,
    words_px,
)
from desktop_app.gui.plots.items import WaveformItem
from desktop_app.gui.plots.rows import GridItem
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.feature_parts import limits_of, row_name, row_ticks, scale_of, titled, told_value
from desktop_app.gui.state.lab import LabView, told_worth
from desktop_app.gui.state.recording_sound import RecordingSound
from desktop_app.gui.state.time_view import TimeView
from desktop_app.gui.state.timeline_data import StillSegments
from desktop_app.gui.state.words import moment, named
from desktop_app.lab.clip import Clip
from desktop_app.lab.features import Feature, Part
from desktop_app.lab.occlusion import Occlusion

GUTTER: Final = 58
_PARTS: Final = 3
_TICK_PX: Final = 34
_MOST_GAIN: Final = 5  # as a power of two


class LabPlots(TimePlots):
    """Plots of a stretch; `readout` tells what is under the pointer."""

    def __init__(self, name: str, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(name, view, gutter=GUTTER, parent=parent)
        self.relative = False
        self.setMinimumSize(180, 110)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, 320)

    @property
    def readout(self) -> str:
        """What is under the pointer, in words; empty if it is elsewhere."""
        return ""


class FeaturePlots(LabPlots):
    """The waveform, and below it the parts of a feature, on one axis of time that begins with the stretch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Feature over time"), TimeView(math.inf, shortest_s=0.01, follows=False), parent)
        wave = self.add_row("wave", stretch=2, top_px=6)
        wave.show_values(-1, 1, ())
        GridItem(wave)
        self._wave = WaveformItem(wave, None, StillSegments())
        self._wave.setCacheMode(self._wave.CacheMode.DeviceCoordinateCache)
        self._rows = [self.add_row(f"part {k}", stretch=5, top_px=6) for k in range(_PARTS)]
        self._grids = [GridItem(row) for row in self._rows]
        self._pictures = [PictureItem(row) for row in self._rows]
        self._heat = PictureItem(self._rows[0], z=-30)
        self._curves = [CurvesItem(row) for row in self._rows]
        self._titles = [RowTitle(row) for row in self._rows]
        self._limits: list[tuple[float, float, str] | None] = [
            None
        ] * _PARTS  # of curves, and what ticks tell
        for place, row in enumerate(self._rows):
            row.crossed = True
            row.box.sigResized.connect(partial(self._scale, place))
        self._clip: Clip | None = None
        self._feature: Feature | None = None
        self._view: LabView | None = None
        self._occlusion: Occlusion | None = None
        self._grey = False
        self._even, self._signed = even_table(), signed_table(self.tokens)

    def show_clip(self, clip: Clip, sound: RecordingSound) -> None:
        """Another stretch, drawn from `sound`: all of it is shown."""
        self._clip = clip
        self._wave.sound = sound
        fits = 0.98 / max(1e-4, min(1.0, sound.loudest))
        self._wave.gain = float(2 ** min(_MOST_GAIN, max(0, math.floor(math.log2(fits)))))
        self.view_.begin(0.0, clip.duration_s)
        self.refresh()

    def show_feature(self, feature: Feature, view: LabView, *, grey: bool = False) -> None:
        """Draw this feature of the stretch; in grey where colours are to say something else, later."""
        self._feature, self._view, self._occlusion, self._grey = feature, view, None, grey
        self._heat.hide()
        for place, row in enumerate(self._rows):
            there = place < len(feature.parts)
            if row.visible != there:
                row.set_visible(there)
            if there:
                self._show_part(place, feature.parts[place], signed=view.signed and not grey)
        if grey:
            self._pictures[0].setLookupTable(grey_table(self.tokens))
        parts = ", ".join(titled(part) for part in feature.parts)
        self.describe(
            tr("{title}: {parts}, {count} frames").format(
                title=tr(view.title), parts=parts, count=len(feature.times_s)
            )
        )
        self.refresh()
        self.redraw()

    def show_occlusion(self, found: Occlusion, levels: Feature, view: LabView) -> None:
        """Draw what each part of the sound is worth, over its log-mel spectrum, and below slice by slice."""
        self._feature, self._view, self._occlusion = levels, view, found
        part = levels.parts[0]
        for place, row in enumerate(self._rows):
            if row.visible != (place < 2):
                row.set_visible(place < 2)
        self._show_part(0, part, signed=False, title=tr("Log-mel"))
        self._pictures[0].setLookupTable(grey_table(self.tokens))
        worth = np.concatenate([found.changes.ravel(), found.over_time])
        largest = max(0.02, float(np.nanmax(np.abs(worth), initial=0.0)))
        self._show_heat(found, part, largest)
        steps = np.repeat(found.edges_s, 2)[1:-1]
        changes = np.repeat(found.over_time, 2)
        nothing = Curve(found.edges_s[[0, -1]], np.zeros(2), lambda tokens: QColor(tokens.ink_muted), 1.0)
        self._pictures[1].hide()
        self._curves[1].show_curves([nothing, Curve(steps, changes, warm, 2.0)])
        self._titles[1].show_text(tr("Without all of a moment"))
        self._limits[1] = (-1.1 * largest, 1.1 * largest, "%")
        self._scale(1)
        self.describe(
            tr("{title}: the answer is {label}, {percent} %").format(
                title=tr(view.title), label=named(found.label), percent=round(100 * found.probability)
            )
        )
        self.refresh()
        self.redraw()

    def _show_heat(self, found: Occlusion, part: Part, largest: float) -> None:
        """Bands are as high as the rows of the spectrum that lie in them."""
        edges = np.searchsorted(part.heights, found.edges_hz)
        edges[0] = 0
        if found.edges_hz[-1] >= part.heights[-1]:
            edges[-1] = len(part.heights)
        heat = np.zeros((len(part.heights), found.changes.shape[1]))
        for band in range(len(found.changes)):
            heat[edges[band] : edges[band + 1]] = np.nan_to_num(found.changes[band])
        self._heat.setLookupTable(signed_table(self.tokens, transparent=True))
        self._heat.show_numbers(heat, found.edges_s[0], found.edges_s[-1], -largest, largest)

    def _show_part(self, place: int, part: Part, *, signed: bool, title: str = "") -> None:
        row, picture, curves = self._rows[place], self._pictures[place], self._curves[place]
        times = self._feature.times_s if self._feature is not None else np.empty(0)
        if len(part.rows) == 1:
            picture.hide()
            curves.show_curves([Curve(times, part.values[0].astype(np.float64))])
            self._titles[place].show_text(title or titled(part))
            self._limits[place] = limits_of(part)
            self._scale(place)
            return
        self._limits[place] = None
        curves.show_curves(())
        step = float(times[1] - times[0]) if len(times) > 1 else 1.0
        picture.setLookupTable(self._signed if signed else self._even)
        low, high = scale_of(part, signed=signed)
        picture.show_numbers(part.values, times[0] - step / 2, times[-1] + step / 2, low, high)
        several = self._feature is not None and len(self._feature.parts) > 1
        ranged = localised(f"{titled(part)}, ±{high:.3g}") if several and signed else titled(part)
        self._titles[place].show_text(title or ranged)
        row.show_values(0, len(part.rows), row_ticks(part))

    def _scale(self, place: int, *_: object) -> None:
        """Let the axis of a row with a curve have as many ticks as there is room for."""
        limits, row = self._limits[place], self._rows[place]
        if limits is None:
            return
        low, high, unit = limits
        high = above_words(low, high, row.area.height(), words_px(1))
        most = max(2, round(row.area.height() / _TICK_PX)) if row.visible else 3
        if unit == "%":
            ticks = [(value / 100, text) for value, text in number_ticks(100 * low, 100 * high, most, " %")]
        else:
            ticks = hertz_ticks(low, high, most) if unit == "Hz" else number_ticks(low, high, most)
        row.show_values(low, high, ticks)

    @property
    def colour_scale(self) -> tuple[float, float, str, bool] | None:
        """The numbers at the ends of the colours, their unit, and whether zero is in the middle."""
        if self._occlusion is not None:
            return 100 * self._heat.low, 100 * self._heat.high, "%", True
        if self._feature is None or self._view is None or self._grey:
            return None
        if len(self._feature.parts) > 1 or len(self._feature.parts[0].rows) == 1:
            return None  # each part has its own, which its title tells
        picture = self._pictures[0]
        return picture.low, picture.high, self._feature.parts[0].unit, self._view.signed

    @property
    def readout(self) -> str:
        if self.pointer is None or self._clip is None:
            return ""
        row, time_s, height = self.pointer
        text = moment(max(0.0, time_s), 3)
        feature = self._feature
        if feature is None or not row.startswith("part ") or not len(feature.times_s):
            return text
        place = int(row.removeprefix("part "))
        frame = int(np.argmin(np.abs(feature.times_s - time_s)))
        if self._occlusion is not None:
            return f"{text}  {self._told_change(place, time_s, height)}"
        part = feature.parts[place]
        line = min(len(part.rows) - 1, max(0, int(height * len(part.rows))))
        value = float(part.values[line, frame])
        if len(part.rows) == 1:
            return f"{text}  {told_value(value, part.unit)}"
        return f"{text}  {row_name(part.rows[line])}  {told_value(value, part.unit)}"

    def _told_change(self, place: int, time_s: float, height: float) -> str:
        found, feature = self._occlusion, self._feature
        if found is None or feature is None:
            return ""
        cut = int(np.clip(np.searchsorted(found.edges_s, time_s) - 1, 0, len(found.over_time) - 1))
        if place == 1:
            return told_worth(float(found.over_time[cut]))
        heights = feature.parts[0].heights
        hertz = float(heights[min(len(heights) - 1, int(height * len(heights)))])
        band = int(np.clip(np.searchsorted(found.edges_hz, hertz) - 1, 0, len(found.changes) - 1))
        return f"{hertz:.0f} Hz  {told_worth(float(found.changes[band, cut]))}"

    def apply_theme(self, tokens: Tokens) -> None:
        super().apply_theme(tokens)
        self._signed = signed_table(tokens)
        if self._occlusion is not None or self._grey:
            self._pictures[0].setLookupTable(grey_table(tokens))
        elif self._view is not None and self._view.signed and self._feature is not None:
            for picture in self._pictures[: len(self._feature.parts)]:
                picture.setLookupTable(self._signed)


class CurvePlots(LabPlots):
    """Lines over frequency, time or samples.

    Parameters
    ----------
    unit : str
        Of the axis: ``Hz``, ``ms`` or ``samples``.
    """

    def __init__(self, unit: str, parent: QWidget | None = None) -> None:
        shortest = {"Hz": 50.0, "ms": 1.0, "samples": 16.0}[unit]
        name = tr("Spectrum") if unit == "Hz" else tr("Curves")
        super().__init__(name, TimeView(math.inf, shortest_s=shortest, follows=False), parent)
        self._unit, self._value_unit = unit, ""
        self._row = self.add_row("curves", top_px=8)
        self._row.crossed = True
        GridItem(self._row)
        self._curves = CurvesItem(self._row)
        self._marks = MarksItem(self._row)
        KeyItem(self._row, self._curves)
        self._title = RowTitle(self._row)
        self._range, self._highest = (0.0, 1.0), 0.0

    def show_curves(
        self,
        curves: Sequence[Curve],
        *,
        left: float,
        right: float,
        low: float,
        high: float,
        title: str,
        unit: str = "",
        marks: Sequence[tuple[float, str]] = (),
    ) -> None:
        """Draw these lines, from `low` to `high`; `unit` is that of their values."""
        if (self.view_.begin_s, self.view_.now_s) != (left, right):
            self.view_.begin(left, right)
        self._value_unit, self._range = unit, (low, high)
        self._highest = max(float(curve.ys.max(where=np.isfinite(curve.ys), initial=low)) for curve in curves)
        self._curves.show_curves(curves)
        self._marks.show_marks(marks)
        self._title.show_text(title)
        self._scale()
        self.describe(title)
        self.refresh()
        self.redraw()

    def _scale(self) -> None:
        low, high = self._range
        high = max(high, self._above_words(low))
        most = max(2, round(self._row.area.height() / _TICK_PX))
        self._row.show_values(low, high, number_ticks(low, high, most))

    def _above_words(self, low: float) -> float:
        """Where the axis must end for all of the lines to lie beneath the title and the key."""
        titled = sum(bool(curve.title) for curve in self._curves.curves)
        words = words_px(titled if titled > 1 else 1)
        return above_words(low, max(low, self._highest), self._row.area.height(), words)

    def x_ticks(self, axis: TimeAxis) -> list[tuple[float, str]]:
        most = max(2, round(axis.width / 84))
        match self._unit:
            case "Hz":
                return hertz_ticks(axis.left_s, axis.right_s, most)
            case "ms":
                return number_ticks(axis.left_s, axis.right_s, most, " ms")
        return number_ticks(axis.left_s, axis.right_s, most)

    @property
    def readout(self) -> str:
        if self.pointer is None or not self._curves.curves:
            return ""
        _, x, _ = self.pointer
        place = {"Hz": f"{x:.0f} Hz", "ms": localised(f"{x:.2f} ms")}.get(
            self._unit, tr("sample {number}").format(number=f"{x:.0f}")
        )
        told = []
        for curve in self._curves.curves:
            if curve.title or len(self._curves.curves) == 1:
                value = told_value(float(np.interp(x, curve.xs, curve.ys)), self._value_unit)
                told.append(f"{curve.title} {value}".strip())
        return "  ".join([place, *told])

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        if getattr(self, "_title", None) is not None:
            self._scale()
