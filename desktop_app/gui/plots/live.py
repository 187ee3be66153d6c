"""The live sound on one axis of time: its waveform with names, its spectrogram, and the probabilities."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop_app.core.language import localised, tr
from desktop_app.gui.live_spectrogram import LiveSpectrogram
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.plots.base import TimePlots
from desktop_app.gui.plots.items import (
    LANE_PX,
    PITCH,
    GapsItem,
    LabelLane,
    SelectionItem,
    ShadesItem,
    WaveformItem,
)
from desktop_app.gui.plots.painting import gap_tooltip, tooltip
from desktop_app.gui.plots.rows import GridItem
from desktop_app.gui.plots.spectrogram_item import SpectrogramItem, shade_decibels
from desktop_app.gui.plots.stack_item import StackItem
from desktop_app.gui.plots.time_axis import time_of_day, value_ticks
from desktop_app.gui.state.time_view import TimeView
from desktop_app.gui.state.timeline_data import TimelineSegment, describe
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.state.words import brief, clock, in_numbers, named, percent

_GAINS = (1, 1.5, 2, 3, 4, 6, 8, 12, 16)
_PERCENT = ((0.0, "0%"), (0.5, "50%"), (1.0, "100%"))


class LivePlots(TimePlots):
    """Shows the view model's sound and results; `show_news` after they have changed."""

    told = Signal()  # `readout` or what is shown has changed

    def __init__(self, model: ViewModel, spectrogram: LiveSpectrogram, parent: QWidget | None = None) -> None:
        super().__init__(tr("Sound and probabilities over time"), TimeView(), parent=parent)
        self._model = model
        self._spectrogram = spectrogram
        self._drawn = (-1, 0.0, 0.0, 0.0)
        self._began_s = model.timeline.began_s
        self._selected: int | None = None
        self._quiet_s = 0.0  # since when a larger gain would fit
        self.readout = ""
        self.tells_day = False  # times are those of the day
        timeline = model.timeline
        lane = self.add_row("labels", fixed_px=LANE_PX)
        sound = self.add_row("sound", stretch=10)
        picture = self.add_row("spectrogram", stretch=7, top_px=8)
        chances = self.add_row("probabilities", stretch=10, top_px=10)
        LabelLane(lane, timeline, _tag)
        sound.show_values(-1, 1)
        chances.show_values(0, 1, _PERCENT)
        for row in (sound, chances):
            GridItem(row)
            GapsItem(row, timeline)
        ShadesItem(sound, timeline)
        self._wave = WaveformItem(sound, model.wave, timeline)
        StackItem(chances, timeline, tr("What is heard will stand here"))
        self._picture = SpectrogramItem(picture)
        GapsItem(picture, timeline)
        picture.crossed = True
        picture.set_visible(False)
        self._frames = [SelectionItem(row) for row in (sound, chances)]
        self.setToolTip("")
        self.moved.connect(self._show_place)
        self.pointed.connect(self._tell_pointer)
        self.clicked.connect(lambda _, time_s: self._select(timeline.find(time_s, self._slack_s)))

    # --- what a person does -------------------------------------------------------------------------------

    @property
    def shows_spectrogram(self) -> bool:
        return self.rows["spectrogram"].visible

    def show_spectrogram(self, on: bool) -> None:
        """Show the row of the spectrogram, or not."""
        self.rows["spectrogram"].set_visible(on)
        self._draw_picture()
        self.redraw()

    def tell_day(self, on: bool) -> None:
        """Let the axis tell the time of the day, or that since the beginning."""
        self.tells_day = on
        self.day_s = self._model.day_s if on else None
        self.redraw_axis()

    def freeze(self, on: bool) -> None:
        """Keep what is shown in its place while the sound goes on."""
        self.view_.freeze(on)
        self._moved()

    def jump(self) -> None:
        """Show the newest sound again."""
        self.view_.jump()
        self._moved()

    def reveal(self, start_s: float, end_s: float) -> None:
        """Show this stretch, and stay there until somebody jumps back to now."""
        self.view_.reveal(start_s, end_s)
        self._moved()

    def reset(self) -> None:
        """As it was at first."""
        self.view_.reset()
        self._moved()

    def choose_span(self, span_s: float) -> None:
        """Show so many seconds; infinite for the whole session."""
        self.view_.choose(span_s)
        self._moved()

    def step_span(self, by: int) -> None:
        """To the next longer span (1) or the next shorter one (-1)."""
        self.view_.step(by)
        self._moved()

    # --- showing ------------------------------------------------------------------------------------------

    def show_news(self) -> None:
        """The view model has news: draw them, if they are in sight."""
        timeline, view = self._model.timeline, self.view_
        if timeline.began_s != self._began_s:  # cleared, or brought back
            if timeline.began_s > self._began_s:
                self._spectrogram.history.clear()
            self._began_s = timeline.began_s
            view.begin(timeline.began_s)
            self._show_place()
        view.advance(timeline.now_s)
        self.colours = self._model.colours
        self.rows["probabilities"].show_ticks(value_ticks() if self._model.dimensions else _PERCENT)
        self.day_s = self._model.day_s if self.tells_day else None
        news = self._spectrogram.take() and view.following
        version, left_s, right_s, now_s = self._drawn
        changed = version != timeline.version
        if changed:
            self.describe(timeline.as_text())
        # The waveform moves by whole strokes: to draw more often would cost half of the window's time.
        stroke_s = PITCH * view.span_s / max(1.0, self.axis.width)
        moved = max(abs(view.right_s - right_s), abs(view.left_s - left_s)) >= stroke_s
        if not self.isVisible() or self.window().isMinimized() or not (changed or moved):
            return
        self._drawn = (timeline.version, view.left_s, view.right_s, timeline.now_s)
        if view.following and now_s:
            self._adapt_gain()
        if news or moved:
            self._draw_picture()
        self.refresh()
        self.told.emit()

    def _draw_picture(self) -> None:
        if not self.shows_spectrogram:
            return
        history, axis = self._spectrogram.history, self.axis
        if len(history.centres_hz):
            self._picture.show_bands(history.centres_hz)
        found = history.picture(axis.left_s, axis.right_s, max(50, round(axis.width)))
        self._picture.show_shades(found.shades, found.left_s, found.right_s)

    def _adapt_gain(self) -> None:
        """Quiet speech is drawn larger, in steps that the corner names: up after 2 s, back at once."""
        peak, now_s, gain = self._wave.loudest, self.view_.now_s, self._wave.gain
        wanted = next((step for step in reversed(_GAINS) if peak * step <= 0.95), 1)
        if peak < 0.01:
            wanted = gain  # silence says nothing about how loud speech is
        self._wave.gain = min(gain, wanted)
        if wanted <= self._wave.gain or now_s < self._quiet_s:
            self._quiet_s = now_s
        elif now_s - self._quiet_s > 2.0:
            self._wave.gain = wanted

    def _show_place(self) -> None:
        """A person has gone to another stretch."""
        self._draw_picture()
        self.told.emit()

    @property
    def title(self) -> str:
        """What stretch of time this is, and whether it is frozen."""
        title = self.short_title
        return tr("Frozen: {stretch}").format(stretch=title) if self.view_.frozen else title

    @property
    def short_title(self) -> str:
        """What stretch of time this is."""
        view = self.view_
        if view.following:
            return tr("Whole session") if view.whole else last(view.span_s)
        return tr("{start} to {end}").format(
            start=clock(max(view.begin_s, view.left_s)), end=clock(view.right_s)
        )

    # --- what stands under the pointer --------------------------------------------------------------------

    @property
    def _slack_s(self) -> float:
        return 3 * self.axis.span_s / self.axis.width

    def _tell_pointer(self) -> None:
        self.readout = self._told_at()
        text = ""
        if self.pointer is not None:
            _, time_s, _ = self.pointer
            gaps = self._model.timeline.gaps_between(time_s, time_s)
            segment = self._model.timeline.find(time_s, self._slack_s)
            if gaps:
                text = gap_tooltip(gaps[-1])
            elif segment is not None:
                words = self._model.spoken.text(segment.start_s)
                text = "\n".join(filter(None, (tooltip(segment, time_s, describe(segment)), words)))
        if text and self._pointed_at is not None:
            where = self.mapToGlobal(self._pointed_at.toPoint()) + QPoint(12, 16)
            QToolTip.showText(where, text, self)
        else:
            QToolTip.hideText()
        self.told.emit()

    def _told_at(self) -> str:
        """Time, time of day, level, and what else is known where the pointer is, in one line."""
        if self.pointer is None:
            return ""
        row, time_s, height = self.pointer
        if not self.view_.begin_s <= time_s <= self.view_.now_s:
            return ""
        tenths = round(10 * time_s)
        told = [f"{clock(tenths // 10)}.{tenths % 10}"]
        if self._model.day_s is not None:
            told.append(time_of_day(self._model.day_s + time_s))
        if row == "spectrogram":
            shade = self._spectrogram.history.shade(time_s, height)
            if shade is not None:
                told.append(f"{self._picture.frequency(height):.0f} Hz")
                told.append(_decibels(shade_decibels(shade)))
            return " · ".join(told)
        level = self._model.wave.level(time_s)
        if level is not None:
            told.append(f"{_decibels(20 * math.log10(max(level, 1e-5)))}FS")
        segment = self._model.timeline.find(time_s)
        if segment is not None and segment.latest and not segment.not_a_voice:
            if segment.dimensional:
                told.append(in_numbers(segment.labels, segment.at(time_s)))
            else:
                share, label = max(zip(segment.at(time_s), segment.labels, strict=True))
                told.append(f"{named(label)} {percent(share)}")
        if row == "sound" and self._wave.gain_told:
            told.append(self._wave.gain_told)
        return " · ".join(told)

    # --- keyboard -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Besides what all plots do, left and right walk through the segments and read them out."""
        segments = list(self._model.timeline)
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right} and segments and not event.modifiers():
            by = -1 if event.key() == Qt.Key.Key_Left else 1
            places = {segment.index: place for place, segment in enumerate(segments)}
            known = places.get(self._selected, len(segments)) if self._selected is not None else len(segments)
            chosen = segments[min(len(segments) - 1, max(0, known + by))]
            if not self.view_.left_s <= chosen.start_s <= self.view_.right_s:
                self.view_.reveal(chosen.start_s, chosen.end_s)
                self._moved()
            self._select(chosen)
            text = tooltip(chosen, chosen.end_s, describe(chosen))
            self.describe(text.replace("\n", ", "))
            x = self._gutter + round(self.axis.x(chosen.start_s))
            QToolTip.showText(self.mapToGlobal(QPoint(max(0, x), LANE_PX)), text, self)
        elif event.key() == Qt.Key.Key_Escape and self._selected is not None:
            self._select(None)
        else:
            super().keyPressEvent(event)

    def _select(self, segment: TimelineSegment | None) -> None:
        self._selected = None if segment is None else segment.index
        for frame in self._frames:
            frame.select(None if segment is None else (segment.start_s, segment.end_s))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Nothing was drawn while nobody saw it."""
        super().showEvent(event)
        self.show_news()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._select(None)
        self.describe(self._model.timeline.as_text())
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        if hasattr(self, "_picture"):  # pyqtgraph calls this before there is anything
            self._draw_picture()

    def apply_theme(self, tokens: Tokens) -> None:
        super().apply_theme(tokens)
        self._draw_picture()


def last(span_s: float) -> str:
    """`Last 30 seconds`."""
    if span_s < 120:
        return (
            tr("Last minute")
            if 59.5 <= span_s < 90
            else tr("Last {seconds} seconds").format(seconds=f"{span_s:.0f}")
        )
    if span_s < 5400:
        return (
            tr("Last {minutes} minutes").format(minutes=f"{span_s / 60:.0f}")
            if not 3570 <= span_s <= 3630
            else tr("Last hour")
        )
    return tr("Last {hours} hours").format(hours=localised(f"{span_s / 3600:.1f}".removesuffix(".0")))


def _decibels(value: float) -> str:
    return f"{value:.0f} dB".replace("-", "−")


def _tag(segment: TimelineSegment) -> str:
    """The word over a segment, with how sure it is."""
    prediction = segment.prediction
    if segment.not_a_voice:
        return ""
    if prediction is None:
        return tr("Speech")
    if prediction.uncertain:
        return tr("Uncertain")
    word = brief(prediction)
    word = word[:1].upper() + word[1:]
    return word if prediction.dimensions else f"{word} {percent(prediction.confidence)}"
