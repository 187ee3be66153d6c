"""Above a recording's timeline: its name, its place among all, export; and the progress of its analysis."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.analysis.formats import FORMATS
from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.words import clock
from desktop_app.gui.widgets.controls import named

_NAME_PX = 150  # for the name; below that, the buttons have less to say


class RecordingHeader(QWidget):
    """Tells which recording is shown, and what a person wants done with it."""

    back = Signal()
    export = Signal(str)
    export_plot = Signal()
    list_wanted = Signal()
    step = Signal(int)  # to the next (1) or the one before (-1)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file_name = ""
        self.name = QLabel(self)
        self.name.setProperty("role", "title")
        self.name.setMinimumWidth(40)
        self._length = QLabel(self)
        self._length.setProperty("role", "secondary")
        self.export_button = QToolButton(self)
        self.export_button.setText(tr("Export"))
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setIconSize(QSize(16, 16))
        self.export_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.export_button, tr("Export"), tr("Save the result in one of many formats (Ctrl+E)"))
        self.export_button.setMenu(self._build_exports())
        self.previous = self._arrow(
            "previous", tr("Previous recording"), tr("Show the one before (Alt+Left)")
        )
        self.next = self._arrow("next", tr("Next recording"), tr("Show the next one (Alt+Right)"))
        self.previous.clicked.connect(lambda: self.step.emit(-1))
        self.next.clicked.connect(lambda: self.step.emit(1))
        self.place = QPushButton(self)
        self.place.setProperty("density", "compact")
        self.place.setProperty("role", "quiet")
        self.place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.place, tr("All recordings"), tr("Show the list of all open recordings"))
        self.place.clicked.connect(self.list_wanted)
        self.back_button = QPushButton(tr("Back to live"), self)
        self.back_button.setProperty("role", "primary")
        self.back_button.setProperty("density", "compact")
        self.back_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.back_button, tr("Back to live"), tr("Listen again; what is open stays open (Esc)"))
        self.back_button.clicked.connect(self.back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.name, 0)
        row.addSpacing(Space.XS)
        row.addWidget(self._length, 1)
        for part in (self.previous, self.place, self.next):
            row.addWidget(part)
            part.hide()
        row.addWidget(self.export_button)
        row.addWidget(self.back_button)

    def _build_exports(self) -> QMenu:
        menu = QMenu(self.export_button)
        menu.setAccessibleName(tr("Export"))
        for kind, chosen in FORMATS.items():
            action = QAction(f"{tr(chosen.title)}…", menu)
            action.triggered.connect(partial(self.export.emit, kind))
            menu.addAction(action)
        menu.addSeparator()
        picture = QAction(tr("Picture of the plot (PNG, SVG)…"), menu)
        picture.triggered.connect(self.export_plot)
        menu.addAction(picture)
        return menu

    def _arrow(self, sign: str, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setObjectName(sign)
        button.setProperty("role", "small")
        named(button, name, tip)
        return button

    # --- showing ------------------------------------------------------------------------------------------

    def show_recording(self, path: Path, duration_s: float) -> None:
        """Its name, which is shortened where there is no room, and its length."""
        self._file_name = path.name
        self.name.setToolTip(str(path))
        self.name.setAccessibleDescription(str(path))
        self.show_length(duration_s)
        self._elide()

    def show_length(self, duration_s: float) -> None:
        self._length.setText(clock(duration_s))

    def show_place(self, place: int, count: int, finished: int) -> None:
        """Which one of how many recordings this is, from 1; with one, nothing is shown of it."""
        self.place.setText(tr("{place} of {count}").format(place=place, count=count))
        tip = tr("Show the list of all {count} open recordings (Alt+Up).").format(count=count)
        if finished < count:
            tip = f"{tip} {tr('{count} of them are analyzed.').format(count=finished)}"
        self.place.setToolTip(tip)
        for part in (self.previous, self.place, self.next):
            part.setVisible(count > 1)
        self.previous.setEnabled(place > 1)
        self.next.setEnabled(place < count)
        self._elide()

    def _elide(self) -> None:
        self._use_words(True)
        if self._room() < _NAME_PX:
            self._use_words(False)
        metrics = self.name.fontMetrics()
        room = max(60, self._room())
        self.name.setText(metrics.elidedText(self._file_name, Qt.TextElideMode.ElideMiddle, room))

    def _use_words(self, words: bool) -> None:
        """Of the buttons; without them there is more room for the name."""
        style = Qt.ToolButtonStyle
        self.export_button.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
        )
        self.back_button.setText(tr("Back to live") if words else tr("Live"))

    def _room(self) -> int:
        """Pixels that are left for the name."""
        others: list[QWidget] = [self._length, self.export_button, self.back_button]
        if not self.place.isHidden():
            others += [self.previous, self.place, self.next]
        taken = sum(part.sizeHint().width() + Space.S for part in others) + 2 * Space.S
        return self.width() - taken

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._elide()

    def apply_theme(self, tokens: Tokens) -> None:
        self.export_button.setIcon(icon("export", tokens.ink))
        self.previous.setIcon(icon("previous", tokens.ink))
        self.next.setIcon(icon("next", tokens.ink))


class AnalysisProgress(QWidget):
    """In place of the overall result, while there is none."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        working = QLabel(tr("Analyzing"), self)
        working.setProperty("role", "title")
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        named(self.bar, tr("Progress of the analysis"), tr("Share of the recording that was analyzed"))
        self._share = QLabel(self)
        self._share.setProperty("role", "secondary")
        self.cancel = QPushButton(tr("Cancel"), self)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.cancel, tr("Cancel"), tr("Stop the analysis (Esc)"))
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.addWidget(self._share, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(working)
        column.addWidget(self.bar)
        column.addLayout(row)
        column.addStretch(1)

    def show_share(self, share: float, *, begun: bool) -> None:
        """How much of it is analyzed, 0 to 1."""
        self.bar.setValue(round(1000 * share))
        self._share.setText(f"{round(100 * share)} %" if begun else tr("Waits for its turn"))
