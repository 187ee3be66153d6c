"""One recording: its timeline, its segments and the overall result, also while it is analyzed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.analysis.formats import FORMATS
from desktop_app.core.doubt import NOBODY_SPEAKS, left_out
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.palette import colours_for
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.plots.recording_track import RecordingTrack
from desktop_app.gui.state.queue import Entry, EntryState
from desktop_app.gui.state.recording import AnalyzedRecording, waiting
from desktop_app.gui.state.timeline_data import clock
from desktop_app.gui.widgets.bars import LOWEST_BARS, BarsWidget
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.headline import HeadlineWidget
from desktop_app.gui.widgets.segment_table import SegmentTable

if TYPE_CHECKING:
    from desktop_app.gui.jobs import Jobs

_FOUND, _WORKING = range(2)
_WIDE_LEFT = (252, 400)  # pixels of the left column, at least and at most


class RecordingView(QWidget):
    """One recording: what is found in it, also while it is analyzed."""

    cancelled = Signal()
    back = Signal()
    export = Signal(str)
    list_wanted = Signal()
    step = Signal(int)  # to the next (1) or the one before (-1) of the recordings that are open

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.recording: AnalyzedRecording | None = None  # whose analysis is finished
        self._shown: AnalyzedRecording | None = None  # in sight, perhaps not finished
        self._path: Path | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._build_result())

    # --- building -----------------------------------------------------------------------------------------

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
        self.cancel = _button("Cancel", "Stop the analysis (Esc)", page)
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

    def _build_result(self) -> QWidget:
        page = QWidget()
        self.headline = HeadlineWidget(page)
        self.bars = BarsWidget(page)
        self.bars.setAccessibleName("Probabilities over the whole recording")
        self.track = RecordingTrack(page)
        self.table = SegmentTable(page)
        self.track.chosen.connect(self._choose_row)
        self.table.selectionModel().currentRowChanged.connect(
            lambda row, _: self._segment_chosen(self.table.segments.place(row.row()))
        )
        overall, chances, timeline, segments = Card(), Card("How likely, overall"), Card(), Card()
        for card in (overall, chances):
            card.body.setContentsMargins(Space.L + 4, Space.M, Space.L + 4, Space.M)
        self._overall = QStackedWidget(overall)
        self._overall.addWidget(self.headline)
        self._overall.addWidget(self._build_progress())
        overall.body.addWidget(self._overall)
        chances.body.addWidget(scrolled(self.bars, "Probabilities", LOWEST_BARS), 1)
        timeline.body.setSpacing(Space.XS)
        timeline.body.addLayout(self._build_title(timeline))
        timeline.body.addWidget(self.track, 1)
        segments.body.setContentsMargins(Space.S, Space.M, Space.S, Space.S)
        heading = section("Segments", segments)
        heading.setIndent(Space.S)
        self.voice = QLabel(segments)
        self.voice.setProperty("role", "secondary")
        self.voice.setIndent(Space.S)
        _name(
            self.voice,
            "Voice of the chosen segment",
            "How much speech was known of the voice before this segment, and how far it counted in place of "
            "the model's average voice: little while it was heard in one mood only",
        )
        self.voice.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.voice.setIndent(Space.S)
        title = QHBoxLayout()
        title.addWidget(heading)
        title.addStretch(1)
        title.addWidget(self.voice)
        segments.body.addLayout(title)
        segments.body.addWidget(self.table, 1)
        self.left_out = QLabel(segments)
        self.left_out.setProperty("role", "secondary")
        self.left_out.setIndent(Space.S)
        _name(self.left_out, "Sounds without a voice", NOBODY_SPEAKS)
        segments.body.addWidget(self.left_out)
        self._left = QWidget(page)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(overall)
        left.addWidget(chances, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(timeline, 13)
        right.addWidget(segments, 10)
        layout = QHBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self._left)
        layout.addLayout(right, 1)
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
        _name(
            self.export_button,
            "Export",
            "Save the result as a page, a table or subtitles (Ctrl+E)",
        )
        menu = QMenu(self.export_button)
        menu.setAccessibleName("Export")
        for kind, chosen in FORMATS.items():
            action = QAction(f"{chosen.title}…", menu)
            action.triggered.connect(lambda _=False, name=kind: self.export.emit(name))
            menu.addAction(action)
        self.export_button.setMenu(menu)
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
        self.back_button = _button("Back to live", "Close the recording and listen again (Esc)", parent)
        self.back_button.setProperty("role", "primary")
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

    def space(self) -> bool:
        return False

    def escape(self) -> bool:
        if self.working:
            self.cancelled.emit()
            return True
        return False

    def left(self) -> None:
        """Another page is in sight."""

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        return self._overall.currentIndex() == _WORKING

    def show_entry(self, entry: Entry, recording: AnalyzedRecording | None) -> None:
        """What is known of an open recording; `recording` is its result, or what was found so far."""
        if entry.path != self._path:
            self._path = entry.path
            self.recording = None
        self.set_progress(entry)
        if recording is None:
            recording = waiting(entry.path)
        if not recording.partial:
            self.recording = recording
        if recording is not self._shown:
            self._fill(recording)
        self._elide_name()

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
        self._place.setToolTip(f"Show the list of all {count} open recordings.{busy}")
        for part in (self.previous, self._place, self.next):
            part.setVisible(count > 1)
        self.previous.setEnabled(place > 1)
        self.next.setEnabled(place < count)
        self._elide_name()

    def answer_otherwise(self, recording: AnalyzedRecording) -> None:
        """The recording that is shown, with other answers."""
        if not recording.partial:
            self.recording = recording
        self._fill(recording)
        self._elide_name()

    def _fill(self, recording: AnalyzedRecording) -> None:
        self._shown = recording
        colours = colours_for(recording.labels)
        segments = recording.segments()
        self._length.setText(clock(recording.analysis.duration_s))
        self._name.setToolTip(str(recording.path))
        self._name.setAccessibleDescription(str(recording.path))
        if not recording.partial:
            self.headline.set_headline(recording.headline(), colours)
        self.bars.set_labels(recording.labels, colours)
        overall = recording.overall
        if overall is not None:
            self.bars.set_probabilities(overall.probabilities, at_once=True, doubtful=overall.uncertain)
        self.track.set_recording(
            recording.analysis.duration_s, segments, recording.envelope, colours, recording.gaps()
        )
        self.table.segments.set_segments(segments, colours)
        self.left_out.setText(left_out(sum(segment.not_a_voice for segment in segments)))
        self.left_out.setVisible(bool(self.left_out.text()))
        self.voice.clear()

    def _segment_chosen(self, place: int) -> None:
        self.track.select(place)
        self.voice.setText("" if self._shown is None else self._shown.voice_of(place))

    def _choose_row(self, place: int) -> None:
        row = self.table.segments.row(place)
        if self.table.currentIndex().row() != row:
            self.table.selectRow(row)

    def _elide_name(self) -> None:
        if self._shown is None:
            return
        card = self.width() - self._left.width() - Space.M - 2 * Space.L
        others = [self._length, self.export_button, self.back_button]
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

    def apply_theme(self, tokens: Tokens) -> None:
        for part in (self.headline, self.bars, self.track, self.table):
            part.apply_theme(tokens)
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


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _name(button, text, tip)
    return button
