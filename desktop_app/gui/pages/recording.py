"""One recording as a workbench: timeline, playback, segments, overall result; also while it is analyzed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.analysis.corrections import Correction, matched
from desktop_app.analysis.formats import FORMATS
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.palette import colours_for
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.pages.label_menu import LabelMenu
from desktop_app.gui.playback import Playback
from desktop_app.gui.plots.later import Later
from desktop_app.gui.state.queue import Entry, EntryState
from desktop_app.gui.state.recording import AnalyzedRecording, waiting
from desktop_app.gui.state.timeline_data import TimelineSegment, clock
from desktop_app.gui.widgets.bars import LOWEST_BARS, BarsWidget
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.headline import HeadlineWidget
from desktop_app.gui.widgets.segments_panel import SegmentsPanel
from desktop_app.gui.widgets.transport import Transport

if TYPE_CHECKING:
    from desktop_app.gui.jobs import Jobs
    from desktop_app.gui.lane_data import LaneData
    from desktop_app.gui.plots.recording_track import RecordingTrack

_FOUND, _WORKING = range(2)
_WIDE_LEFT = (280, 400)  # pixels of the left column, at least and at most
_LOOK_MS = 60  # after the last change of what is in sight, its lanes are computed
_LANES = {"spectrogram": "Spectrogram", "pitch": "Pitch", "chances": "Probabilities"}
_LOW = 700  # pixels of the window's height, below which the spectrogram is not shown at first


class RecordingView(QWidget):
    """Shows what is known of one recording, and tells what a person wants done about it."""

    cancelled = Signal()
    back = Signal()
    export = Signal(str)
    export_plot = Signal()
    list_wanted = Signal()
    step = Signal(int)  # to the next (1) or the one before (-1) of the recordings that are open
    said = Signal(object, str)  # Correction, what it is in words

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._tokens: Tokens = LIGHT
        self.recording: AnalyzedRecording | None = None  # whose analysis is finished
        self._shown: AnalyzedRecording | None = None  # in sight, perhaps not finished
        self._segments: list[TimelineSegment] = []
        self._said: dict[int, Correction] = {}
        self._path: Path | None = None
        self._barred: int | None = None  # whose probabilities the bars show; None for all
        self._laid_out = False  # it was decided which rows there is room for
        self.playback = Playback(jobs, self)
        self.lanes: LaneData | None = None
        self.labels = LabelMenu(self)
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(_LOOK_MS)
        self._look_soon.timeout.connect(self._compute_lanes)
        self._build()
        self._connect()

    # --- building -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.headline = HeadlineWidget(self)
        self.bars = BarsWidget(self)
        self.bars.setAccessibleName("Probabilities over the whole recording")
        overall, chances, timeline = Card(), Card(), Card()
        for card in (overall, chances):
            card.body.setContentsMargins(Space.L + 4, Space.M, Space.L + 4, Space.M)
        self._overall = QStackedWidget(overall)
        self._overall.addWidget(self.headline)
        self._overall.addWidget(self._build_progress())
        overall.body.addWidget(self._overall)
        self._bars_title = section("How likely, overall", chances)
        chances.body.addWidget(self._bars_title)
        chances.body.addWidget(scrolled(self.bars, "Probabilities", LOWEST_BARS), 1)
        self.transport = Transport(self.playback, _LANES, timeline)
        self._later = Later(self._make_plots, timeline)
        self._later.setMinimumSize(220, 96)
        self._later.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        timeline.body.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        timeline.body.setSpacing(Space.XS)
        timeline.body.addLayout(self._build_title(timeline))
        timeline.body.addWidget(self.transport)
        timeline.body.addWidget(self._later, 1)
        self.panel = SegmentsPanel(self)
        self.table, self.left_out, self.voice = self.panel.table, self.panel.left_out, self.panel.voice
        self._left = QWidget(self)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(overall)
        left.addWidget(chances, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(timeline, 15)
        right.addWidget(self.panel, 10)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self._left)
        layout.addLayout(right, 1)

    def _build_progress(self) -> QWidget:
        """In place of the overall result, while there is none."""
        page = QWidget()
        self._working = QLabel("Analyzing", page)
        self._working.setProperty("role", "title")
        self.progress = QProgressBar(page)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        _name(self.progress, "Progress of the analysis", "Share of the recording that was analyzed")
        self._share = QLabel(page)
        self._share.setProperty("role", "secondary")
        self.cancel = QPushButton("Cancel", page)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        _name(self.cancel, "Cancel", "Stop the analysis (Esc)")
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.addWidget(self._share, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self._working)
        column.addWidget(self.progress)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _build_title(self, parent: QWidget) -> QHBoxLayout:
        self._name = QLabel(parent)
        self._name.setProperty("role", "title")
        self._name.setMinimumWidth(40)
        self._length = QLabel(parent)
        self._length.setProperty("role", "secondary")
        self.export_button = QToolButton(parent)
        self.export_button.setText("Export")
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setIconSize(QSize(16, 16))
        self.export_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        _name(self.export_button, "Export", "Save the result in one of many formats (Ctrl+E)")
        self.export_button.setMenu(self._build_exports())
        self.previous = _arrow("previous", "Previous recording", "Show the one before (Alt+Left)", parent)
        self.next = _arrow("next", "Next recording", "Show the next one (Alt+Right)", parent)
        self.previous.clicked.connect(lambda: self.step.emit(-1))
        self.next.clicked.connect(lambda: self.step.emit(1))
        self._place = QPushButton(parent)
        self._place.setProperty("density", "compact")
        self._place.setProperty("role", "quiet")
        self._place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        _name(self._place, "All recordings", "Show the list of all open recordings")
        self._place.clicked.connect(self.list_wanted)
        self.back_button = QPushButton("Back to live", parent)
        self.back_button.setProperty("role", "primary")
        self.back_button.setProperty("density", "compact")
        self.back_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        _name(self.back_button, "Back to live", "Listen again; what is open stays open (Esc)")
        self.back_button.clicked.connect(self.back)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self._name, 0)
        row.addSpacing(Space.XS)
        row.addWidget(self._length, 1)
        for part in (self.previous, self._place, self.next):
            row.addWidget(part)
            part.hide()
        row.addWidget(self.export_button)
        row.addWidget(self.back_button)
        return row

    def _build_exports(self) -> QMenu:
        menu = QMenu(self.export_button)
        menu.setAccessibleName("Export")
        for kind, chosen in FORMATS.items():
            action = QAction(f"{chosen.title}…", menu)
            action.triggered.connect(partial(self.export.emit, kind))
            menu.addAction(action)
        menu.addSeparator()
        picture = QAction("Picture of the plot (PNG, SVG)…", menu)
        picture.triggered.connect(self.export_plot)
        menu.addAction(picture)
        return menu

    def _connect(self) -> None:
        table, playback = self.table, self.playback
        table.selectionModel().currentRowChanged.connect(
            lambda row, _: self._row_chosen(table.segments.place(row.row()))
        )
        table.play_wanted.connect(self.play_segment)
        table.label_wanted.connect(self.label_by_number)
        table.menu_wanted.connect(self._show_label_menu)
        table.segments.noted.connect(self.note)
        self.labels.label_chosen.connect(self.label)
        self.labels.note_wanted.connect(table.edit_note)
        self.labels.play_wanted.connect(lambda: self.play_segment(self.table.chosen))
        playback.moved.connect(self._show_cursor)
        playback.changed.connect(self._show_bars)
        self.transport.loop_wanted.connect(self.loop)
        self.transport.lane_switched.connect(self.show_lane)
        self.transport.zoomed.connect(self._zoom)
        self.panel.summary_wanted.connect(self._summarize)
        self.panel.summary.minute_chosen.connect(self._show_minute)

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
        self._track, self._overview, self.lanes = track, overview, lanes
        track.chosen.connect(self._segment_chosen)
        track.sought.connect(self.playback.seek)
        track.play_wanted.connect(self.play_segment)
        track.label_wanted.connect(self.label_by_number)
        track.menu_wanted.connect(self._show_label_menu)
        track.looked.connect(self._looked)
        track.pointed.connect(lambda: self.transport.readout.setText(track.readout))
        overview.moved.connect(self._move_view)
        lanes.sound_begun.connect(self._sound_begun)
        lanes.sound_grew.connect(self._sound_grew)
        lanes.shades_ready.connect(track.set_shades)
        lanes.pitch_ready.connect(track.set_pitch)
        for part in (track, overview):
            part.apply_theme(self._tokens)
        self._show_lanes()
        if self._shown is not None:
            QTimer.singleShot(0, self, self._fill_plots)
        return holder

    # --- Page ---------------------------------------------------------------------------------------------

    @property
    def track(self) -> RecordingTrack:
        """The timeline; as soon as what it is drawn with is imported."""
        self._later.build()
        return self._track

    @property
    def plots(self) -> RecordingTrack | None:
        return None if self._later.widget is None else self._track

    def space(self) -> bool:
        """Play or pause."""
        if self.playback.ready:
            self.playback.toggle()
        return True

    def escape(self) -> bool:
        if self.working:
            self.cancelled.emit()
            return True
        if self.panel.filter_button.isChecked():
            self.panel.show_filter(shown=False)
            return True
        return False

    def left(self) -> None:
        """Another page is in sight."""
        self.playback.pause()

    # --- which recording ----------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        return self._overall.currentIndex() == _WORKING

    def show_entry(self, entry: Entry, recording: AnalyzedRecording | None) -> None:
        """What is known of an open recording; `recording` is its result, or what was found so far."""
        another = entry.path != self._path
        if another:
            self._path = entry.path
            self.recording = None
            self.playback.open(entry.path)
        self.set_progress(entry)
        if recording is None:
            recording = waiting(entry.path)
        if not recording.partial:
            self.recording = recording
        if another or recording is not self._shown:
            self._fill(recording, another=another)
        self._elide_name()

    def close_recording(self) -> None:
        """None is shown any more."""
        self._path = self.recording = self._shown = None
        self.playback.close()
        if self.lanes is not None:
            self.lanes.close()

    def set_progress(self, entry: Entry) -> None:
        """How far its analysis is; only of the one that is shown."""
        if entry.path != self._path:
            return
        self._overall.setCurrentIndex(_WORKING if entry.pending else _FOUND)
        self.progress.setValue(round(1000 * entry.share))
        begun = entry.state is EntryState.WORKING
        self._share.setText(f"{round(100 * entry.share)} %" if begun else "Waits for its turn")

    def show_place(self, place: int, count: int, finished: int) -> None:
        """Which one of how many recordings this is, from 1; with one, nothing is shown of it."""
        self._place.setText(f"{place} of {count}")
        busy = f" {finished} of them are analyzed." if finished < count else ""
        self._place.setToolTip(f"Show the list of all {count} open recordings (Alt+Up).{busy}")
        for part in (self.previous, self._place, self.next):
            part.setVisible(count > 1)
        self.previous.setEnabled(place > 1)
        self.next.setEnabled(place < count)
        self._elide_name()

    def answer_otherwise(self, recording: AnalyzedRecording) -> None:
        """The recording that is shown, with other answers."""
        if not recording.partial:
            self.recording = recording
        self._fill(recording, another=False)
        self._elide_name()

    def _fill(self, recording: AnalyzedRecording, *, another: bool) -> None:
        self._shown = recording
        colours = colours_for(recording.labels)
        self._segments = recording.segments()
        self._length.setText(clock(recording.analysis.duration_s))
        self._name.setToolTip(str(recording.path))
        self._name.setAccessibleDescription(str(recording.path))
        if not recording.partial:
            self.headline.set_headline(recording.headline(), colours)
        self.bars.set_labels(recording.labels, colours)
        self.labels.set_labels(recording.labels)
        self.transport.show_duration(recording.analysis.duration_s)
        self.panel.show_segments(self._segments, recording.labels, colours)
        self.panel.show_voice("")
        self._match()
        self._fill_plots(another=another)
        self._barred = None
        self._show_bars(at_once=True)
        if self.panel.shows_summary:
            self._summarize()

    def _fill_plots(self, *, another: bool = True) -> None:
        recording, track = self._shown, self.plots
        if recording is None or track is None or self.lanes is None:
            return
        colours = colours_for(recording.labels)
        analysis, gaps = recording.analysis, recording.gaps()
        if not self._laid_out:
            self._laid_out = True
            self.show_lane("spectrogram", self.window().height() >= _LOW)
        if another:
            track.set_recording(analysis.duration_s, self._segments, recording.envelope, colours, gaps)
            self._overview.set_sound(recording.envelope)
            self.transport.show_duration(analysis.duration_s)
            self.lanes.close()
        if analysis.duration_s > 0 and not recording.partial:
            track.set_end(analysis.duration_s)
        else:
            track.set_duration(analysis.duration_s)
        track.set_segments(self._segments, colours, gaps, finished=not recording.partial)
        track.set_said({place: one.label for place, one in self._said.items()})
        self._overview.set_segments(track.view_.now_s, self._segments, colours)
        self._overview.set_view(*track.view)
        heard = analysis.channel
        self.lanes.open(recording.path, None if heard is None else heard - 1)

    # --- its sound ----------------------------------------------------------------------------------------

    def _sound_begun(self, sound: object, seconds: float) -> None:
        if self.lanes is not None and self.lanes.sound is sound:
            self._track.set_duration(seconds)
            self._track.set_sound(self.lanes.sound)
            self._overview.set_sound(self.lanes.sound)
            self._overview.set_segments(self._track.view_.now_s, self._segments, self._track.colours)
            if self._shown is not None and self._shown.partial and seconds > 0:
                self._length.setText(clock(seconds))
                self.transport.show_duration(seconds)

    def _sound_grew(self) -> None:
        sound = None if self.lanes is None else self.lanes.sound
        if sound is None:
            return
        self._track.set_duration(sound.end_s)
        self._track.show_loudness(sound.loudest)
        self._track.redraw()
        self._overview.redraw()
        self._look_soon.start()

    def _looked(self) -> None:
        self._overview.set_view(*self._track.view)
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

    def show_lane(self, name: str, shown: bool) -> None:
        """Show a row of the timeline or not."""
        self.track.show_lane(name, shown)
        self._show_lanes()

    def _show_lanes(self) -> None:
        self.transport.show_lanes({name: self._track.shows_lane(name) for name in _LANES})

    def _zoom(self, factor: float) -> None:
        if self.plots is not None:
            self.plots.zoom(factor)

    def _move_view(self, left_s: float, right_s: float) -> None:
        self._track.view_.show(left_s, right_s)
        self._track.refresh()
        self._looked()

    def _show_minute(self, left_s: float, right_s: float) -> None:
        self._move_view(left_s, right_s)
        self.playback.seek(left_s)

    # --- playing ------------------------------------------------------------------------------------------

    def play_segment(self, place: int) -> None:
        """Play a segment from its beginning to its end."""
        if 0 <= place < len(self._segments):
            segment = self._segments[place]
            self.playback.play(segment.start_s, segment.end_s)

    def loop(self, on: bool) -> None:
        """Play the chosen segment again and again, or what is shown if none is chosen."""
        track = self.plots
        if not on or track is None:
            self.playback.set_loop(None)
        elif 0 <= track.selected < len(self._segments):
            segment = self._segments[track.selected]
            self.playback.set_loop((segment.start_s, segment.end_s))
        else:
            left_s, right_s = track.view
            self.playback.set_loop((max(0.0, left_s), right_s))

    def _show_cursor(self, time_s: float) -> None:
        track = self.plots
        if track is None:
            return
        track.set_cursor(time_s, follow=self.playback.playing)
        self._overview.set_cursor(time_s)
        if self.playback.playing:
            self._show_bars()

    # --- segments -----------------------------------------------------------------------------------------

    def _segment_chosen(self, place: int) -> None:
        """In the timeline."""
        row = self.table.segments.row(place)
        if place < 0 or row < 0:
            self.table.clearSelection()
            self.table.setCurrentIndex(self.table.rootIndex())
        elif self.table.currentIndex().row() != row:
            self.table.selectRow(row)
        self.panel.show_voice("" if self._shown is None else self._shown.voice_of(place))
        if self.playback.loop is not None and place >= 0:
            self.loop(on=True)
        self._show_bars()

    def _row_chosen(self, place: int) -> None:
        """In the table."""
        if place >= 0 and self.plots is not None:
            self.plots.select(place)
        if place >= 0 and not self.playback.playing:
            self.playback.seek(self._segments[place].start_s)

    def _show_bars(self, *, at_once: bool = False) -> None:
        """What is heard while it plays, else the chosen segment, else all of the recording."""
        recording, track = self._shown, self.plots
        if recording is None:
            return
        place = -1
        if track is not None:
            playing = self.playback.playing
            place = track.at(self.playback.position_s, 0.0) if playing else track.selected
        if place >= 0 and (self._segments[place].prediction is None or self._segments[place].not_a_voice):
            place = -1
        if place == self._barred and not at_once:
            return
        self._barred = place
        prediction = recording.overall if place < 0 else self._segments[place].prediction
        if place < 0:
            self._bars_title.setText("How likely, overall")
        else:
            segment = self._segments[place]
            self._bars_title.setText(f"How likely, {clock(segment.start_s)} to {clock(segment.end_s)}")
        if prediction is not None:
            self.bars.set_probabilities(prediction.probabilities, at_once=True, doubtful=prediction.uncertain)

    def _summarize(self) -> None:
        from desktop_app.analysis.report import file_data
        from desktop_app.analysis.summary import summarize

        recording = self._shown
        if recording is not None:
            summary = summarize(file_data(recording.analysis))
            self.panel.show_summary(summary, colours_for(recording.labels))

    # --- what a person says of them -----------------------------------------------------------------------

    def _match(self) -> None:
        recording = self._shown
        if recording is None:
            return
        found = matched(
            recording.analysis.corrections,
            [(segment.start_s, segment.end_s) for segment in self._segments],
            recording.analysis.channel,
        )
        self._said = {place: one for place, one in enumerate(found) if one is not None}
        self.panel.show_said(self._said)
        if self.plots is not None:
            self.plots.set_said({place: one.label for place, one in self._said.items()})

    def show_corrections(self, records: tuple[Correction, ...]) -> None:
        """What a person says of the recording that is shown has changed."""
        if self._shown is not None:
            self._shown = self._shown.corrected(records)
        if self.recording is not None:
            self.recording = self.recording.corrected(records)
        self._match()
        if self.panel.shows_summary:
            self._summarize()

    def _chosen(self) -> int:
        return self._track.selected if self.plots is not None else self.table.chosen

    def _show_label_menu(self, at: QPoint) -> None:
        place = self._chosen()
        if 0 <= place < len(self._segments):
            said = self._said.get(place)
            self.labels.ask("" if said is None else said.label, at)

    def label_by_number(self, number: int) -> None:
        """Label the chosen segment as the label of that number, from 1; 0 takes the label back."""
        labels = () if self._shown is None else self._shown.labels
        if number <= len(labels):
            self.label(labels[number - 1] if number else "")

    def label(self, label: str) -> None:
        """Say of the chosen segment that it is this; nothing takes that back."""
        place = self._chosen()
        before = self._said.get(place)
        if (before is None and not label) or (before is not None and before.label == label):
            return
        words = f"label {label}" if label else "removing a label"
        self._say(place, words, label=label)

    def note(self, place: int, text: str) -> None:
        """Keep a note about a segment."""
        self._say(place, "note", note=text)

    def _say(self, place: int, words: str, *, label: str | None = None, note: str | None = None) -> None:
        recording = self.recording
        if recording is None or not 0 <= place < len(self._segments):
            return
        segment, before = self._segments[place], self._said.get(place)
        new = Correction(
            segment.start_s,
            segment.end_s,
            label=(before.label if before is not None else "") if label is None else label,
            note=(before.note if before is not None else "") if note is None else note,
            speaker="" if before is None else before.speaker,
            channel=recording.analysis.channel,
        )
        self.said.emit(new, words)

    # --- Qt -----------------------------------------------------------------------------------------------

    def _elide_name(self) -> None:
        if self._shown is None:
            return
        card = self.width() - self._left.width() - Space.M - 2 * Space.L
        others: list[QWidget] = [self._length, self.export_button, self.back_button]
        if not self._place.isHidden():
            others += [self.previous, self._place, self.next]
        room = max(
            60, card - sum(part.sizeHint().width() for part in others) - len(others) * Space.S - 2 * Space.S
        )
        metrics = self._name.fontMetrics()
        self._name.setText(metrics.elidedText(self._shown.path.name, Qt.TextElideMode.ElideMiddle, room))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(_WIDE_LEFT[0], min(_WIDE_LEFT[1], round(self.width() * 0.31))))
        super().resizeEvent(event)
        self._elide_name()
        self._look_soon.start()

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.headline.apply_theme(tokens)
        self.bars.apply_theme(tokens)
        self.transport.apply_theme(tokens)
        self.panel.apply_theme(tokens)
        if self._later.widget is not None:
            self._track.apply_theme(tokens)
            self._overview.apply_theme(tokens)
        self.export_button.setIcon(icon("export", tokens.ink))
        self.previous.setIcon(icon("previous", tokens.ink))
        self.next.setIcon(icon("next", tokens.ink))


def _name(widget: QWidget, name: str, tip: str) -> None:
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def _arrow(sign: str, name: str, tip: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setObjectName(sign)
    _name(button, name, tip)
    return button
