"""The timeline of one recording: its rows, the overview above them, playback, and the sound that is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.playback import Playback
from desktop_app.gui.plots.later import Later
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.timeline_data import TimelineSegment
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.recording_header import RecordingHeader
from desktop_app.gui.widgets.transport import Transport

if TYPE_CHECKING:
    from desktop_app.gui.jobs import Jobs
    from desktop_app.gui.lane_data import LaneData
    from desktop_app.gui.plots.overview import Overview
    from desktop_app.gui.plots.recording_track import RecordingTrack

_LOOK_MS = 60  # after the last change of what is in sight, its lanes are computed
_LANES = {"spectrogram": mark("Spectrogram"), "pitch": mark("Pitch"), "chances": mark("Probabilities")}
_LOW = 700  # pixels of the window's height, below which the spectrogram is not shown at first


class RecordingTimeline(Card):
    """What it is drawn with is imported beside the window: until then, `plots` is None."""

    chosen = Signal(int)  # place of a segment; -1: none any more
    play_wanted = Signal(int)  # place of a segment
    label_wanted = Signal(int)  # a digit was pressed
    menu_wanted = Signal(object)  # QPoint, global

    def __init__(self, jobs: Jobs, playback: Playback, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._jobs, self._playback = jobs, playback
        self._tokens: Tokens = LIGHT
        self._recording: AnalyzedRecording | None = None
        self._segments: Sequence[TimelineSegment] = ()
        self._said: Mapping[int, str] = {}
        self._laid_out = False  # it was decided which rows there is room for
        self.lanes: LaneData | None = None
        self.overview: Overview
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(_LOOK_MS)
        self._look_soon.timeout.connect(self._compute_lanes)
        self.header = RecordingHeader(self)
        self.transport = Transport(playback, _LANES, self)
        self._later = Later(self._make_plots, self)
        self._later.setMinimumSize(220, 96)
        self._later.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.body.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self.body.setSpacing(Space.XS)
        self.body.addWidget(self.header)
        self.body.addWidget(self.transport)
        self.body.addWidget(self._later, 1)
        playback.moved.connect(self._show_cursor)
        self.transport.loop_wanted.connect(self.loop)
        self.transport.lane_switched.connect(self.show_lane)
        self.transport.zoomed.connect(self._zoom)

    def _make_plots(self) -> QWidget:
        from desktop_app.gui.lane_data import LaneData
        from desktop_app.gui.plots.overview import Overview
        from desktop_app.gui.plots.recording_track import RecordingTrack

        holder = QWidget()
        track = RecordingTrack(holder)
        overview = Overview(track.gutter, holder)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(overview)
        column.addWidget(track, 1)
        holder.setFocusProxy(track)
        lanes = LaneData(self._jobs, self)
        self._track, self.overview, self.lanes = track, overview, lanes
        track.chosen.connect(self.chosen)
        track.sought.connect(self._playback.seek)
        track.play_wanted.connect(self.play_wanted)
        track.label_wanted.connect(self.label_wanted)
        track.menu_wanted.connect(self.menu_wanted)
        track.looked.connect(self._looked)
        track.pointed.connect(lambda: self.transport.readout.setText(track.readout))
        overview.moved.connect(self.show_stretch)
        lanes.sound_begun.connect(self._sound_begun)
        lanes.sound_grew.connect(self._sound_grew)
        lanes.shades_ready.connect(track.set_shades)
        lanes.pitch_ready.connect(track.set_pitch)
        for part in (track, overview):
            part.apply_theme(self._tokens)
        self._show_lanes()
        if self._recording is not None:
            QTimer.singleShot(0, self, self._fill)
        return holder

    # --- what is shown ------------------------------------------------------------------------------------

    @property
    def track(self) -> RecordingTrack:
        """The rows; as soon as what they are drawn with is imported."""
        self._later.build()
        return self._track

    @property
    def plots(self) -> RecordingTrack | None:
        return None if self._later.widget is None else self._track

    def show_recording(
        self, recording: AnalyzedRecording, segments: Sequence[TimelineSegment], *, another: bool
    ) -> None:
        """What is known of a recording; `another` one begins with all of it in sight."""
        self._recording, self._segments = recording, segments
        self.header.show_recording(recording.path, recording.analysis.duration_s)
        self.transport.show_duration(recording.analysis.duration_s)
        self._fill(another=another)

    def set_said(self, said: Mapping[int, str]) -> None:
        """Which segments a person has labelled, and how; empty for a note alone."""
        self._said = said
        if self.plots is not None:
            self.plots.set_said(said)

    def close_recording(self) -> None:
        """None is shown any more."""
        self._recording = None
        if self.lanes is not None:
            self.lanes.close()

    def _fill(self, *, another: bool = True) -> None:
        recording, track = self._recording, self.plots
        if recording is None or track is None or self.lanes is None:
            return
        colours = recording.colours
        analysis, gaps = recording.analysis, recording.gaps()
        self.transport.name_lane("chances", tr("Values" if recording.dimensions else _LANES["chances"]))
        if not self._laid_out:
            self._laid_out = True
            self.show_lane("spectrogram", self.window().height() >= _LOW)
        if another:
            track.set_recording(analysis.duration_s, self._segments, recording.envelope, colours, gaps)
            self.overview.set_sound(recording.envelope)
            self.transport.show_duration(analysis.duration_s)
            self.lanes.close()
        if analysis.duration_s > 0 and not recording.partial:
            track.set_end(analysis.duration_s)
        else:
            track.set_duration(analysis.duration_s)
        track.set_segments(self._segments, colours, gaps, finished=not recording.partial)
        track.set_said(self._said)
        self.overview.set_segments(track.view_.now_s, self._segments, colours)
        self.overview.set_view(*track.view)
        heard = analysis.channel
        self.lanes.open(recording.path, None if heard is None else heard - 1)

    # --- its sound ----------------------------------------------------------------------------------------

    def _sound_begun(self, sound: object, seconds: float) -> None:
        if self.lanes is not None and self.lanes.sound is sound:
            self._track.set_duration(seconds)
            self._track.set_sound(self.lanes.sound)
            self.overview.set_sound(self.lanes.sound)
            self.overview.set_segments(self._track.view_.now_s, self._segments, self._track.colours)
            if self._recording is not None and self._recording.partial and seconds > 0:
                self.header.show_length(seconds)
                self.transport.show_duration(seconds)

    def _sound_grew(self) -> None:
        sound = None if self.lanes is None else self.lanes.sound
        if sound is None:
            return
        self._track.set_duration(sound.end_s)
        self._track.show_loudness(sound.loudest)
        self._track.redraw()
        self.overview.redraw()
        self._look_soon.start()

    def _looked(self) -> None:
        self.overview.set_view(*self._track.view)
        self._look_soon.start()

    def _compute_lanes(self) -> None:
        track, lanes = self.plots, self.lanes
        if track is None or lanes is None:
            return
        left_s, right_s = track.view
        if track.shows_lane("spectrogram"):
            lanes.want_shades(left_s, right_s, track.columns)
        if track.shows_lane("pitch"):
            lanes.want_pitch(left_s, right_s)

    # --- what is in sight ---------------------------------------------------------------------------------

    def show_lane(self, name: str, shown: bool) -> None:
        """Show a row or not."""
        self.track.show_lane(name, shown)
        self._show_lanes()

    def _show_lanes(self) -> None:
        self.transport.show_lanes({name: self._track.shows_lane(name) for name in _LANES})

    def _zoom(self, factor: float) -> None:
        if self.plots is not None:
            self.plots.zoom(factor)

    def show_stretch(self, left_s: float, right_s: float) -> None:
        """Bring this stretch into sight."""
        self.track.view_.show(left_s, right_s)
        self._track.refresh()
        self._looked()

    @property
    def stretch(self) -> tuple[float, float]:
        """The chosen segment, or what is in sight if none is chosen, in seconds."""
        track = self.plots
        if track is None:
            return 0.0, math.inf
        if 0 <= track.selected < len(self._segments):
            segment = self._segments[track.selected]
            return segment.start_s, segment.end_s
        left_s, right_s = track.view
        return max(0.0, left_s), right_s

    # --- playing ------------------------------------------------------------------------------------------

    @property
    def can_loop(self) -> bool:
        """There is something to play, and rows that show what."""
        return self._playback.ready and self.plots is not None

    def loop(self, on: bool) -> None:
        """Play the chosen segment again and again, or what is shown if none is chosen."""
        track = self.plots
        if not on or track is None:
            self._playback.set_loop(None)
        else:
            self._playback.set_loop(self.stretch)

    def _show_cursor(self, time_s: float) -> None:
        if self.plots is not None:
            self.plots.set_cursor(time_s, follow=self._playback.playing)
            self.overview.set_cursor(time_s)

    # --- Qt -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._look_soon.start()

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.header.apply_theme(tokens)
        self.transport.apply_theme(tokens)
        if self.plots is not None:
            self._track.apply_theme(tokens)
            self.overview.apply_theme(tokens)
