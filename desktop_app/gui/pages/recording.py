"""One recording as a workbench: timeline, playback, segments, overall result; also while it is analyzed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.analysis.corrections import Correction, matched
from desktop_app.core.language import mark, tr
from desktop_app.core.types import Prediction
from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.label_menu import LOOK_IN_LAB, LabelMenu
from desktop_app.gui.pages.recording_timeline import RecordingTimeline
from desktop_app.gui.playback import Playback
from desktop_app.gui.state.queue import Entry, EntryState
from desktop_app.gui.state.recording import AnalyzedRecording, waiting
from desktop_app.gui.state.timeline_data import TimelineSegment
from desktop_app.gui.state.words import moment, named
from desktop_app.gui.widgets.answer_card import AnswerCard
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.headline import HeadlineWidget
from desktop_app.gui.widgets.recording_header import AnalysisProgress
from desktop_app.gui.widgets.segments_panel import SegmentsPanel

if TYPE_CHECKING:
    from desktop_app.gui.jobs import Jobs
    from desktop_app.gui.lane_data import LaneData
    from desktop_app.gui.plots.recording_track import RecordingTrack

_FOUND, _WORKING = range(2)
_HOW_LIKELY = (mark("How likely, overall"), mark("How likely, {start} to {end}"))
_HOW_IT_SOUNDS = (
    mark("How it sounds, overall"),
    mark("How it sounds, {start} to {end}"),
)  # of a model of dimensions
_TRAIL = 8
"""So many segments before the chosen one are joined with it in the plane."""
_WIDE_LEFT = (280, 400)  # pixels of the left column, at least and at most


class RecordingView(QWidget):
    """Shows what is known of one recording, and tells what a person wants done about it."""

    cancelled = Signal()
    back = Signal()
    export = Signal(str)
    export_plot = Signal()
    list_wanted = Signal()
    lab_wanted = Signal()
    step = Signal(int)  # to the next (1) or the one before (-1) of the recordings that are open
    said = Signal(object, str)  # Correction, what it is in words

    def __init__(self, jobs: Jobs, animator: Animator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recording: AnalyzedRecording | None = None  # whose analysis is finished
        self._shown: AnalyzedRecording | None = None  # in sight, perhaps not finished
        self._segments: list[TimelineSegment] = []
        self._said: dict[int, Correction] = {}
        self._path: Path | None = None
        self._animator = animator
        self._barred: int | None = None  # whose probabilities the bars show; None for all
        self.playback = Playback(jobs, self)
        self.labels = LabelMenu(self)
        self._stretch_menu = QMenu(self)  # where no segment is chosen
        self._stretch_menu.setAccessibleName(tr("What is shown"))
        self._build(jobs)
        self._connect()

    # --- building -----------------------------------------------------------------------------------------

    def _build(self, jobs: Jobs) -> None:
        self.headline = HeadlineWidget(self)
        self.answer = AnswerCard(self._animator, tr(_HOW_LIKELY[0]))
        self.bars, self.plane = self.answer.bars, self.answer.plane
        self.modalities, self.disagreement = self.answer.modalities, self.answer.disagreement
        self.bars.setAccessibleName(tr("Probabilities over the whole recording"))
        overall = Card()
        for card in (overall, self.answer):
            card.body.setContentsMargins(Space.L + 4, Space.M, Space.L + 4, Space.M)
        self._overall = QStackedWidget(overall)
        self._overall.addWidget(self.headline)
        self.progress = AnalysisProgress(overall)
        self._overall.addWidget(self.progress)
        overall.body.addWidget(self._overall)
        self.timeline = RecordingTimeline(jobs, self.playback, self)
        self.header, self.transport = self.timeline.header, self.timeline.transport
        self.panel = SegmentsPanel(self)
        self.table, self.left_out, self.voice = self.panel.table, self.panel.left_out, self.panel.voice
        self._left = QWidget(self)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(overall)
        left.addWidget(self.answer, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(self.timeline, 15)
        right.addWidget(self.panel, 10)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self._left)
        layout.addLayout(right, 1)

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
        self.labels.lab_wanted.connect(self.lab_wanted)
        self._stretch_menu.addAction(tr(LOOK_IN_LAB), self.lab_wanted.emit)
        self.labels.note_wanted.connect(table.edit_note)
        self.labels.play_wanted.connect(lambda: self.play_segment(self.table.chosen))
        playback.moved.connect(self._show_heard)
        playback.changed.connect(self._show_bars)
        timeline, header = self.timeline, self.timeline.header
        timeline.chosen.connect(self._segment_chosen)
        timeline.play_wanted.connect(self.play_segment)
        timeline.label_wanted.connect(self.label_by_number)
        timeline.menu_wanted.connect(self._show_label_menu)
        self.progress.cancelled.connect(self.cancelled)
        header.back.connect(self.back)
        header.export.connect(self.export)
        header.export_plot.connect(self.export_plot)
        header.list_wanted.connect(self.list_wanted)
        header.step.connect(self.step)
        self.panel.summary_wanted.connect(self._summarize)
        self.panel.summary.minute_chosen.connect(self._show_minute)

    # --- Page ---------------------------------------------------------------------------------------------

    @property
    def shown(self) -> AnalyzedRecording | None:
        """The one in sight; its analysis may go on."""
        return self._shown

    @property
    def track(self) -> RecordingTrack:
        """The rows of the timeline; as soon as what they are drawn with is imported."""
        return self.timeline.track

    @property
    def plots(self) -> RecordingTrack | None:
        return self.timeline.plots

    @property
    def lanes(self) -> LaneData | None:
        return self.timeline.lanes

    def space(self) -> bool:
        """Play or pause."""
        if self.playback.ready:
            self.playback.toggle()
        return True

    def escape(self) -> bool:
        if self.working:
            self.cancelled.emit()
            return True
        if self.panel.filters:
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

    def close_recording(self) -> None:
        """None is shown any more."""
        self._path = self.recording = self._shown = None
        self.playback.close()
        self.timeline.close_recording()

    def set_progress(self, entry: Entry) -> None:
        """How far its analysis is; only of the one that is shown."""
        if entry.path != self._path:
            return
        self._overall.setCurrentIndex(_WORKING if entry.pending else _FOUND)
        self.progress.show_share(entry.share, begun=entry.state is EntryState.WORKING)

    def show_place(self, place: int, count: int, finished: int) -> None:
        """Which one of how many recordings this is, from 1; with one, nothing is shown of it."""
        self.header.show_place(place, count, finished)

    def answer_otherwise(self, recording: AnalyzedRecording) -> None:
        """The recording that is shown, with other answers."""
        if not recording.partial:
            self.recording = recording
        self._fill(recording, another=False)

    def _fill(self, recording: AnalyzedRecording, *, another: bool) -> None:
        self._shown = recording
        colours = recording.colours
        self._segments = recording.segments()
        self.bars.set_labels(recording.labels, colours)
        self.answer.set_dimensions(recording.dimensions, colours)
        self.labels.set_labels(recording.labels)
        dimensional = bool(recording.dimensions)
        self.panel.show_segments(self._segments, recording.labels, colours, dimensional=dimensional)
        self.panel.show_voice("")
        self._match()
        self.timeline.show_recording(recording, self._segments, another=another)
        self._barred = None
        self._show_bars(at_once=True)
        if self.panel.shows_summary:
            self._summarize()

    def _show_minute(self, left_s: float, right_s: float) -> None:
        self.timeline.show_stretch(left_s, right_s)
        self.playback.seek(left_s)

    # --- playing ------------------------------------------------------------------------------------------

    def play_segment(self, place: int) -> None:
        """Play a segment from its beginning to its end."""
        if 0 <= place < len(self._segments):
            segment = self._segments[place]
            self.playback.play(segment.start_s, segment.end_s)

    def _show_heard(self) -> None:
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
            self.timeline.loop(on=True)
        self._show_bars()

    def _row_chosen(self, place: int) -> None:
        """In the table."""
        if place >= 0 and self.plots is not None:
            self.plots.select(place)
        if place >= 0 and not self.playback.playing:
            self.playback.seek(self._segments[place].start_s)

    def _show_bars(self, *, at_once: bool = False) -> None:
        """In bars and headline: what is heard while it plays, else the chosen segment, else all of it."""
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
        titles = _HOW_IT_SOUNDS if recording.dimensions else _HOW_LIKELY
        if place < 0:
            self.answer.heading.setText(tr(titles[0]))
            if not recording.partial:
                self.headline.set_headline(recording.headline(), recording.colours)
        else:
            segment = self._segments[place]
            start, end = moment(segment.start_s), moment(segment.end_s)
            self.answer.heading.setText(tr(titles[1]).format(start=start, end=end))
            self.headline.set_headline(recording.headline_of(place), recording.colours)
        if recording.dimensions:
            self._show_point(prediction, place, at_once=at_once)
        elif prediction is not None:
            self.bars.set_probabilities(prediction.probabilities, at_once=True, doubtful=prediction.uncertain)
        modalities = recording.modalities_of(place) if place >= 0 else None
        self.answer.show_modalities(modalities, recording.colours, at_once=True)

    def _show_point(self, prediction: Prediction | None, place: int, *, at_once: bool) -> None:
        """The values in the plane, and those of the segments before, the older the fainter."""
        spoken = [
            (k, segment.prediction)
            for k, segment in enumerate(self._segments)
            if segment.prediction is not None and segment.prediction.dimensions and not segment.not_a_voice
        ]
        if place < 0:  # of all of it each segment is one among others
            trail = [(said.values, 0.15) for _, said in spoken]
        else:
            before = [said.values for k, said in spoken if k <= place]
            trail = [
                (values, max(0.0, 1.0 - age / _TRAIL))
                for age, values in zip(range(len(before) - 1, -1, -1), before, strict=True)
            ]
        values = () if prediction is None else prediction.values
        doubtful = prediction is not None and prediction.uncertain
        self.plane.set_values(values, at_once=at_once, doubtful=doubtful, trail=trail)
        if self.plane.in_sight:
            self._animator.wake()

    def _summarize(self) -> None:
        from desktop_app.analysis.report import file_data
        from desktop_app.analysis.summary import summarize

        recording = self._shown
        if recording is not None:
            summary = summarize(file_data(recording.analysis))
            self.panel.show_summary(summary, recording.colours)

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
        self.timeline.set_said({place: one.label for place, one in self._said.items()})

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
        return self.track.selected if self.plots is not None else self.table.chosen

    def _show_label_menu(self, at: QPoint) -> None:
        place = self._chosen()
        if 0 <= place < len(self._segments):
            said = self._said.get(place)
            self.labels.ask("" if said is None else said.label, at)
        elif self._shown is not None:
            self._stretch_menu.popup(at)

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
        words = tr("label {label}").format(label=named(label)) if label else tr("removing a label")
        self._say(place, words, label=label)

    def note(self, place: int, text: str) -> None:
        """Keep a note about a segment."""
        self._say(place, tr("note"), note=text)

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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(_WIDE_LEFT[0], min(_WIDE_LEFT[1], round(self.width() * 0.31))))
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        for part in (
            self.headline,
            self.answer,
            self.timeline,
            self.panel,
        ):
            part.apply_theme(tokens)
