"""A recording on one axis of time: labels, sound, spectrogram, pitch, probabilities; down to the sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsLineItem, QToolTip, QWidget

from desktop_app.core.language import localised, tr
from desktop_app.core.palette import Hue
from desktop_app.core.pitch import PitchTrack
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.plots.base import TimePlots
from desktop_app.gui.plots.items import (
    LANE_PX,
    GapsItem,
    SelectionItem,
    ShadesItem,
    Sound,
    WaveformItem,
)
from desktop_app.gui.plots.painting import gap_tooltip, tooltip
from desktop_app.gui.plots.recording_items import HIGHEST_HZ, LOWEST_HZ, PitchItem, SaidLane
from desktop_app.gui.plots.rows import GridItem, Row
from desktop_app.gui.plots.spectrogram_item import SpectrogramItem
from desktop_app.gui.plots.stack_item import StackItem
from desktop_app.gui.plots.time_axis import value_ticks
from desktop_app.gui.state.spectrogram_history import Shades
from desktop_app.gui.state.time_view import TimeView
from desktop_app.gui.state.timeline_data import (
    Segments,
    StillSegments,
    TimelineGap,
    TimelineSegment,
    describe,
)
from desktop_app.gui.state.words import moment

_SHORTEST_S = 0.002
_SHARES: Final = ((0.0, "0"), (0.5, "50 %"), (1.0, "100 %"))
_ON_TOP = 950.0
_MOST_GAIN: Final = 5  # as a power of two


class RecordingTrack(TimePlots):
    """Wheel zooms around the pointer, drag moves, a click chooses and seeks; arrows, +, - and 0 do the same.

    What is not a voice is drawn and cannot be chosen, as it has no row in the table.
    """

    chosen = Signal(int)  # place of a segment; -1: none any more
    sought = Signal(float)  # seconds
    play_wanted = Signal(int)  # place of a segment
    label_wanted = Signal(int)  # a digit was pressed
    looked = Signal()  # another stretch is shown, or the rows are others

    def __init__(self, parent: QWidget | None = None) -> None:
        self._cursors: list[tuple[Row, QGraphicsLineItem]] = []
        super().__init__(
            tr("Timeline of the recording"),
            TimeView(math.inf, shortest_s=_SHORTEST_S, follows=False),
            parent=parent,
        )
        self.relative = False
        self._segments: Sequence[TimelineSegment] = ()
        self._starts = np.empty(0)
        self._still = StillSegments()
        self._selected = -1
        self._cursor_s: float | None = None
        self._build()
        self.moved.connect(self.looked)
        self.pointed.connect(self._tell_pointed)
        self.setMinimumSize(220, 120)

    def _build(self) -> None:
        nothing = StillSegments()
        labels = self.add_row("labels", fixed_px=LANE_PX)
        wave = self.add_row("wave", stretch=4, top_px=4)
        bands = self.add_row("spectrogram", stretch=4, top_px=6)
        pitch = self.add_row("pitch", stretch=3, top_px=6)
        chances = self.add_row("chances", stretch=4, top_px=6)
        wave.show_values(-1, 1, ())
        chances.show_values(0, 1, _SHARES)
        pitch.show_values(
            math.log2(LOWEST_HZ),
            math.log2(HIGHEST_HZ),
            [(math.log2(hertz), f"{hertz} Hz") for hertz in (75, 100, 150, 200, 300, 400)],
        )
        for row in (wave, pitch, chances):
            GridItem(row)
        self._lane = SaidLane(labels, nothing)
        self._shade = [ShadesItem(wave, nothing), ShadesItem(pitch, nothing)]
        self._wave = WaveformItem(wave, None, nothing)
        self._wave.setCacheMode(self._wave.CacheMode.DeviceCoordinateCache)
        self._spectrogram = SpectrogramItem(bands)
        self._pitch = PitchItem(pitch)
        self._pitch.setCacheMode(self._pitch.CacheMode.DeviceCoordinateCache)
        self._stack = StackItem(chances, nothing)
        self._gaps = [GapsItem(wave, nothing), GapsItem(chances, nothing)]
        self._frames = [SelectionItem(row) for row in (wave, bands, pitch, chances)]
        for row in (bands, pitch):
            row.crossed = True
        for row in self.rows.values():
            line = QGraphicsLineItem(row.box)
            line.setZValue(_ON_TOP)
            line.hide()
            self._cursors.append((row, line))
        self.show_lane("pitch", False)

    # --- what is shown ------------------------------------------------------------------------------------

    @property
    def view(self) -> tuple[float, float]:
        """First and last second shown."""
        return self.view_.left_s, self.view_.right_s

    @property
    def selected(self) -> int:
        """Place of the chosen segment, -1 for none."""
        return self._selected

    @property
    def gutter(self) -> int:
        """Pixels before the rows begin."""
        return self._gutter

    @property
    def columns(self) -> int:
        """As many columns of pixels as a row has."""
        return round(self.axis.width)

    def set_recording(
        self,
        duration_s: float,
        segments: Sequence[TimelineSegment],
        sound: Sound | None,
        colours: Mapping[str, Hue],
        gaps: Sequence[TimelineGap] = (),
    ) -> None:
        """Another recording: all of it is shown, and nothing is chosen."""
        self._selected = -1
        self.view_.begin(0.0, max(duration_s, 0.1))
        self._spectrogram.show_shades(np.empty((0, 0), np.uint8), 0, 1)
        self._pitch.track = None
        self._lane.set_said({})
        self.set_cursor(None)
        self.set_sound(sound)
        self.set_segments(segments, colours, gaps)
        self.looked.emit()

    def set_segments(
        self,
        segments: Sequence[TimelineSegment],
        colours: Mapping[str, Hue],
        gaps: Sequence[TimelineGap] = (),
        *,
        finished: bool = True,
    ) -> None:
        """More is known of the same recording, or it is answered otherwise."""
        self._segments, self.colours = segments, colours
        dimensional = any(segment.dimensional for segment in segments)
        self.rows["chances"].show_ticks(value_ticks() if dimensional else _SHARES)
        self._starts = np.array([segment.start_s for segment in segments])
        self._still = StillSegments(segments, gaps)
        source: Segments = self._still
        for item in (self._lane, self._wave, self._stack, *self._shade, *self._gaps):
            item.source = source
        silent = all(segment.not_a_voice for segment in segments)
        hint = (
            tr("No voice was found in this recording")
            if segments
            else tr("No speech was found in this recording")
        )
        self._stack.hint = hint if silent and finished else ""
        texts = [f"{localised(f'{segment.start_s:.1f} s')}: {describe(segment)}" for segment in segments[:40]]
        texts = texts or [tr("No speech was found")]
        self.describe("; ".join(texts + [f"{localised(f'{gap.start_s:.1f} s')}: {gap.text}" for gap in gaps]))
        self._frame()
        self.refresh()

    def set_sound(self, sound: Sound | None, loudest: float = 1.0) -> None:
        """What is drawn as the waveform."""
        self._wave.sound = sound
        self._wave.gain = 1.0
        self.show_loudness(loudest)

    def show_loudness(self, loudest: float) -> None:
        """Draw quiet sound larger, as long as its loudest sample fits."""
        fits = 0.98 / min(1.0, max(loudest, 1e-4))
        self._wave.gain = float(2 ** min(_MOST_GAIN, max(0, math.floor(math.log2(fits)))))
        self._wave.update()

    def set_end(self, duration_s: float) -> None:
        """It is exactly so long."""
        if abs(duration_s - self.view_.now_s) > 1e-9:
            whole, (left_s, right_s) = self.view_.whole, self.view
            self.view_.begin(0.0, max(duration_s, 0.1))
            if not whole:
                self.view_.show(left_s, right_s)

    def set_duration(self, duration_s: float) -> None:
        """It is longer than was expected."""
        if duration_s > self.view_.now_s:
            whole = self.view_.whole
            self.view_.advance(duration_s)
            if whole:
                self.view_.reset()
            self.refresh()

    def set_shades(self, shades: Shades, left_s: float, right_s: float, centres_hz: object) -> None:
        """The spectrogram of a stretch."""
        self._spectrogram.show_bands(centres_hz)  # type: ignore[arg-type]
        self._spectrogram.show_shades(shades, left_s, right_s)

    def set_pitch(self, track: PitchTrack | None) -> None:
        self._pitch.track = track
        self._pitch.update()

    def set_said(self, said: Mapping[int, str]) -> None:
        """Which segments a person has labelled, and how; empty for a note alone."""
        self._lane.set_said(said)

    def show_lane(self, name: str, shown: bool) -> None:
        """Show one of the rows (spectrogram, pitch, chances) or not."""
        self.rows[name].set_visible(shown)
        self.refresh()
        self.looked.emit()

    def shows_lane(self, name: str) -> bool:
        return self.rows[name].visible

    def apply_theme(self, tokens: Tokens) -> None:
        super().apply_theme(tokens)
        for _, line in self._cursors:
            line.setPen(QPen(QColor(tokens.accent), 1.5))

    # --- the cursor ---------------------------------------------------------------------------------------

    @property
    def cursor_s(self) -> float | None:
        """Where playback stands; None if it never did."""
        return self._cursor_s

    def set_cursor(self, time_s: float | None, *, follow: bool = False) -> None:
        """Mark where playback is; with `follow` it stays in sight."""
        self._cursor_s = time_s
        if follow and time_s is not None and not self.view_.left_s <= time_s <= self.view_.right_s:
            span_s = self.view_.span_s
            self.view_.show(time_s - 0.05 * span_s, time_s + 0.95 * span_s)
            self.refresh()
            self.looked.emit()
        self._place_cursor()

    def _place_cursor(self) -> None:
        axis = self.axis
        inside = self._cursor_s is not None and axis.left_s <= self._cursor_s <= axis.right_s
        x = axis.x(self._cursor_s) if self._cursor_s is not None else 0.0
        for row, line in self._cursors:
            line.setVisible(inside and row.visible)
            if inside:
                line.setLine(QLineF(x, 0, x, row.area.height()))

    def refresh(self) -> None:
        super().refresh()
        self._place_cursor()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self._cursors:  # pyqtgraph calls this before there is anything
            self._place_cursor()

    # --- choosing -----------------------------------------------------------------------------------------

    def select(self, place: int) -> None:
        """Choose the segment at `place` of the list and bring it into view; -1 chooses none."""
        if place == self._selected or place >= len(self._segments):
            return
        if place >= 0 and self._segments[place].not_a_voice:
            return
        self._selected = max(-1, place)
        if place >= 0:
            segment = self._segments[place]
            self.view_.reveal(segment.start_s, segment.end_s)
            self.refresh()
            self.looked.emit()
        self._frame()
        self.chosen.emit(self._selected)

    def _frame(self) -> None:
        there = 0 <= self._selected < len(self._segments)
        segment = self._segments[self._selected] if there else None
        for frame in self._frames:
            frame.select(None if segment is None else (segment.start_s, segment.end_s))

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Show `factor` times as many seconds; the moment `around_s` keeps its place."""
        self.view_.zoom(factor, around_s)
        self.refresh()
        self.moved.emit()

    def show_segment(self, place: int) -> None:
        """Zoom to a segment, with some sound around it."""
        segment = self._segments[place]
        around_s = 0.15 * (segment.end_s - segment.start_s) + 0.05
        self.view_.show(segment.start_s - around_s, segment.end_s + around_s)
        self.refresh()
        self.moved.emit()

    def at(self, time_s: float, slack_px: float = 3.0) -> int:
        """The segment at a time, -1 for none."""
        slack = slack_px * self.axis.span_s / self.axis.width
        after = int(np.searchsorted(self._starts, time_s, side="right"))
        best, distance = -1, slack
        for place in range(max(0, after - 1), min(len(self._segments), after + 1)):
            segment = self._segments[place]
            away = max(segment.start_s - time_s, time_s - segment.end_s, 0.0)
            if away <= distance:
                best, distance = place, away
        return best

    def press(self, row: str, x: float) -> None:
        time_s = self.axis.time(x)
        place = self.at(time_s)
        spoken = place >= 0 and not self._segments[place].not_a_voice
        self.select(place if spoken else -1)
        self.sought.emit(min(max(0.0, time_s), self.view_.now_s))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """On a segment that is shown, elsewhere all of the recording."""
        place = self.at(self.axis.time(event.position().x() - self.gutter))
        if place < 0:
            super().mouseDoubleClickEvent(event)
        else:
            self.show_segment(place)
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        match event.key():
            case Qt.Key.Key_Right:
                self._step(1)
            case Qt.Key.Key_Left:
                self._step(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(0.7)
            case Qt.Key.Key_Minus:
                self.zoom(1 / 0.7)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._selected >= 0:
                self.play_wanted.emit(self._selected)
            case key if plain and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
                self.label_wanted.emit(key - Qt.Key.Key_0)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.label_wanted.emit(0)
            case _:
                super().keyPressEvent(event)

    def _step(self, direction: int) -> None:
        """To the next segment that can be chosen, or the one before."""
        place = self._selected + direction
        while 0 <= place < len(self._segments) and self._segments[place].not_a_voice:
            place += direction
        if 0 <= place < len(self._segments):
            self.select(place)

    # --- under the pointer --------------------------------------------------------------------------------

    @property
    def readout(self) -> str:
        """What is under the pointer, in words; empty if it is elsewhere."""
        if self.pointer is None:
            return ""
        row, time_s, height = self.pointer
        digits = 4 if self.view_.span_s < 1 else 2
        text = moment(time_s, digits)
        if row == "spectrogram":
            text += f"  {self._spectrogram.frequency(height):.0f} Hz"
        elif row == "wave" and self._wave.gain_told:
            text += f"  {self._wave.gain_told}"
        elif row == "pitch":
            low, high = math.log2(LOWEST_HZ), math.log2(HIGHEST_HZ)
            text += f"  {2 ** (low + height * (high - low)):.0f} Hz"
        return text

    def _tell_pointed(self) -> None:
        if self.pointer is None:
            QToolTip.hideText()
            return
        row, time_s, _ = self.pointer
        at = self._pointed_at
        if at is None or row not in {"wave", "chances", ""}:
            QToolTip.hideText()
            return
        where = self.mapToGlobal(at.toPoint() + QPoint(12, 16))
        place = self.at(time_s)
        gap = next(iter(self._still.gaps_between(time_s, time_s)), None)
        if place >= 0:
            segment = self._segments[place]
            QToolTip.showText(where, tooltip(segment, time_s, describe(segment)), self)
        elif gap is not None:
            QToolTip.showText(where, gap_tooltip(gap), self)
        else:
            QToolTip.hideText()
