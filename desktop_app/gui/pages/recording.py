"""A recording: progress while it is analyzed, then its timeline, its segments and the overall result."""

from __future__ import annotations

from pathlib import Path

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
from desktop_app.gui.pages.page import Page
from desktop_app.gui.plots.recording_track import RecordingTrack
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.timeline_data import clock
from desktop_app.gui.widgets.bars import LOWEST_BARS, BarsWidget
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.headline import HeadlineWidget
from desktop_app.gui.widgets.segment_table import SegmentTable

_EMPTY, _WORKING, _DONE = range(3)


class RecordingView(Page):
    """Three pages: nothing is open, working, done."""

    cancelled = Signal()
    back = Signal()
    open = Signal()
    export = Signal(str)
    step = Signal(int)  # to the next (1) or the one before (-1) of the recordings that were opened

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recording: AnalyzedRecording | None = None
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self._build_progress())
        self._pages.addWidget(self._build_result())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.addWidget(self._pages)

    # --- building -----------------------------------------------------------------------------------------

    def _build_empty(self) -> QWidget:
        page = Card()
        title = QLabel("No recording is open", page)
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel("Drop audio files or folders here. Nothing leaves this computer.", page)
        hint.setProperty("role", "secondary")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setWordWrap(True)
        self.open_button = _button("Open recording…", "Analyze a recording from start to end (Ctrl+O)", page)
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self.open)
        page.body.setSpacing(Space.M)
        page.body.addStretch(1)
        page.body.addWidget(title)
        page.body.addWidget(hint)
        page.body.addSpacing(Space.S)
        page.body.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignHCenter)
        page.body.addStretch(1)
        return page

    def _build_progress(self) -> QWidget:
        page = Card()
        self._working = QLabel(page)
        self._working.setProperty("role", "title")
        self._working.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.progress = QProgressBar(page)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(360)
        self.progress.setAccessibleName("Progress of the analysis")
        self.progress.setAccessibleDescription("Share of the recording that was analyzed")
        self.progress.setToolTip("Share of the recording that was analyzed")
        self._share = QLabel(page)
        self._share.setProperty("role", "secondary")
        self._share.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cancel = _button("Cancel", "Stop the analysis and go back (Esc)", page)
        self.cancel.clicked.connect(self.cancelled)
        page.body.addStretch(1)
        page.body.setSpacing(Space.M)
        page.body.addWidget(self._working)
        page.body.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        page.body.addWidget(self._share)
        page.body.addSpacing(Space.S)
        page.body.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        page.body.addStretch(1)
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
        overall.body.addWidget(self.headline)
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
        self._place = QLabel(parent)
        self._place.setProperty("role", "secondary")
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

    def escape(self) -> bool:
        if self.working:
            self.cancelled.emit()
        return self.working

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        return self._pages.currentIndex() == _WORKING

    def show_working(self, path: Path) -> None:
        self._working.setText(f"Analyzing {path.name}")
        self.set_progress(0.0)
        self._pages.setCurrentIndex(_WORKING)

    def show_result_again(self) -> bool:
        """Back from working to the result that was shown before; whether there is one."""
        self._pages.setCurrentIndex(_EMPTY if self.recording is None else _DONE)
        return self.recording is not None

    def show_place(self, place: int, count: int) -> None:
        """Which one of how many recordings this is, from 1; with one, nothing is shown of it."""
        self._place.setText(f"{place} of {count}")
        for part in (self.previous, self._place, self.next):
            part.setVisible(count > 1)
        self.previous.setEnabled(place > 1)
        self.next.setEnabled(place < count)
        self._elide_name()

    def set_progress(self, share: float) -> None:
        self.progress.setValue(round(1000 * share))
        self._share.setText(f"{round(100 * share)} %")

    def show_recording(self, recording: AnalyzedRecording) -> None:
        self._fill(recording)
        self._pages.setCurrentIndex(_DONE)
        self._elide_name()

    def answer_otherwise(self, recording: AnalyzedRecording) -> None:
        """The recording that was shown, with other answers; what is being analyzed stays in sight."""
        self._fill(recording)
        self._elide_name()

    def _fill(self, recording: AnalyzedRecording) -> None:
        self.recording = recording
        colours = colours_for(recording.labels)
        segments = recording.segments()
        self._full_name = recording.path.name
        self._length.setText(clock(recording.analysis.duration_s))
        self._name.setToolTip(str(recording.path))
        self._name.setAccessibleDescription(str(recording.path))
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
        self.voice.setText("" if self.recording is None else self.recording.voice_of(place))

    def _choose_row(self, place: int) -> None:
        row = self.table.segments.row(place)
        if self.table.currentIndex().row() != row:
            self.table.selectRow(row)

    def _elide_name(self) -> None:
        if self.recording is None:
            return
        card = self._pages.width() - self._left.width() - Space.M - 2 * Space.L
        others = [self._length, self.export_button, self.back_button]
        if not self._place.isHidden():
            others += [self.previous, self._place, self.next]
        room = max(
            60, card - sum(part.sizeHint().width() for part in others) - len(others) * Space.S - 2 * Space.S
        )
        metrics = self._name.fontMetrics()
        self._name.setText(metrics.elidedText(self.recording.path.name, Qt.TextElideMode.ElideMiddle, room))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(288, min(400, round(self.width() * 0.31))))
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
