"""The recordings that are open: none yet, all of them as a list, or one of them with what was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import Page
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.state.queue import EntryState, RecordingQueue
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import button_of, named
from desktop_app.gui.widgets.queue_table import QueueTable

if TYPE_CHECKING:
    from desktop_app.gui.jobs import Jobs
    from desktop_app.gui.look.animator import Animator
    from desktop_app.gui.plots.base import TimePlots

_EMPTY, _LIST, _ONE = range(3)
_RECENT_SHOWN = 6
_ROOMY = 820  # pixels of width from which on the head has room for a bar


class RecordingsPage(Page):
    """`result` shows one recording, `table` lists them all."""

    open_files = Signal()
    open_folder = Signal()
    open_recent = Signal(object)  # Path
    chosen = Signal(object)  # Entry: is to be shown
    unwanted = Signal(object)  # Entry: is to be closed
    cancelled = Signal(object)  # Entry
    cancelled_all = Signal()
    retried = Signal(object)  # Entry
    undo = Signal()

    def __init__(
        self, queue: RecordingQueue, jobs: Jobs, animator: Animator, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._recent: list[Path] = []
        self.result = RecordingView(jobs, animator, self)
        self.result.list_wanted.connect(self.show_list)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self._build_list())
        self._pages.addWidget(self.result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.addWidget(self._pages)

    # --- building -----------------------------------------------------------------------------------------

    def _build_empty(self) -> QWidget:
        page = Card()
        title = _centred(tr("No recording is open"), "title", page)
        hint = _centred(
            tr("Drop audio files or folders here. Nothing leaves this computer."), "secondary", page
        )
        self.open_button = button_of(
            tr("Open recording…"), tr("Analyze recordings from start to end (Ctrl+O)"), page
        )
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self.open_files)
        folder = button_of(tr("Open folder…"), tr("Analyze all recordings of a folder (Ctrl+Shift+O)"), page)
        folder.clicked.connect(self.open_folder)
        self._recent_title = _centred(tr("Opened before"), "section", page)
        self._recent_rows = QVBoxLayout()
        self._recent_rows.setSpacing(Space.XS)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(folder)
        buttons.addStretch(1)
        page.body.setSpacing(Space.M)
        page.body.addStretch(1)
        page.body.addWidget(title)
        page.body.addWidget(hint)
        page.body.addSpacing(Space.S)
        page.body.addLayout(buttons)
        page.body.addSpacing(Space.L)
        page.body.addWidget(self._recent_title)
        page.body.addLayout(self._recent_rows)
        page.body.addStretch(1)
        return page

    def _build_list(self) -> QWidget:
        page = Card()
        self._title = QLabel(page)
        self._title.setProperty("role", "title")
        self._told = QLabel(page)
        self._told.setProperty("role", "secondary")
        self.progress = QProgressBar(page)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(140)
        named(
            self.progress,
            tr("Progress of all recordings"),
            tr("Share of all open recordings that was analyzed"),
        )
        self.add = QToolButton(page)
        self.add.setText(tr("Open"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add.setIconSize(QSize(16, 16))
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.add, tr("Open"), tr("Open more recordings, a folder, or what was open before"))
        self._add_menu = QMenu(self.add)
        self._add_menu.setAccessibleName(tr("Open"))
        self.add.setMenu(self._add_menu)
        self.again = button_of(tr("Analyze"), tr("Analyze the chosen recording once more"), page)
        self.again.clicked.connect(lambda: self._with_chosen(self.retried.emit))
        self.cancel = button_of(tr("Cancel"), tr("Do not analyze the chosen recording any further"), page)
        self.cancel.clicked.connect(lambda: self._with_chosen(self.cancelled.emit))
        self.cancel_all = button_of(tr("Cancel all"), tr("Analyze none of those that still wait"), page)
        self.cancel_all.clicked.connect(self.cancelled_all)
        self.remove = button_of(
            tr("Remove"), tr("Take the chosen recording out of the list; its file stays (Del)"), page
        )
        self.remove.clicked.connect(lambda: self._with_chosen(self.unwanted.emit))
        self.table = QueueTable(self._queue, page)
        self.table.opened.connect(self.chosen)
        self.table.unwanted.connect(self.unwanted)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._enable())
        self._build_undo(page)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._title)
        head.addSpacing(Space.XS)
        head.addWidget(self._told)
        head.addWidget(self.progress)
        head.addStretch(1)
        for button in (self.again, self.cancel, self.cancel_all, self.remove, self.add):
            button.setProperty("density", "compact")
            head.addWidget(button)
        page.body.setContentsMargins(Space.M, Space.M, Space.M, Space.S)
        page.body.addLayout(head)
        page.body.addWidget(self.table, 1)
        page.body.addWidget(self.undo_bar)
        return page

    def _build_undo(self, page: QWidget) -> None:
        self.undo_bar = QWidget(page)
        self._removed = QLabel(self.undo_bar)
        self._removed.setProperty("role", "secondary")
        self._undo = button_of(
            tr("Undo"), tr("Open the recording again that was removed (Ctrl+Z)"), self.undo_bar
        )
        self._undo.clicked.connect(self.undo)
        undo = QHBoxLayout(self.undo_bar)
        undo.setContentsMargins(Space.S, 0, 0, 0)
        undo.addWidget(self._removed, 1)
        undo.addWidget(self._undo)
        self.undo_bar.hide()

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def lists(self) -> bool:
        """Whether all of them are in sight as a list."""
        return self._pages.currentIndex() == _LIST

    @property
    def shows_one(self) -> bool:
        return self._pages.currentIndex() == _ONE

    def show_list(self) -> None:
        """All of them; where none is open, how to open one."""
        entries = self._queue.entries
        self._pages.setCurrentIndex(_LIST if entries else _EMPTY)
        if entries:
            self.refresh()
            self.table.choose(self._queue.current)
            self.table.setFocus()

    def show_one(self) -> None:
        self._pages.setCurrentIndex(_ONE)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """What was open before, the latest first."""
        self._recent = list(paths)
        while (item := self._recent_rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in self._recent[:_RECENT_SHOWN]:
            button = button_of(path.name, str(path), self)
            button.setProperty("role", "quiet")
            button.clicked.connect(partial(self.open_recent.emit, path))
            self._recent_rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._recent_title.setVisible(bool(self._recent))
        self._add_menu.clear()
        self._add_menu.addAction(tr("Recordings…"), self.open_files.emit)
        self._add_menu.addAction(tr("Folder…"), self.open_folder.emit)
        if self._recent:
            self._add_menu.addSeparator()
        for path in self._recent:
            self._add_menu.addAction(path.name, partial(self.open_recent.emit, path)).setToolTip(str(path))

    def refresh(self) -> None:
        """How far they are."""
        finished, count, share = self._queue.progress()
        if not count and self._pages.currentIndex() != _EMPTY:
            self._pages.setCurrentIndex(_EMPTY)
        self._title.setText(tr("1 recording") if count == 1 else tr("{count} recordings").format(count=count))
        busy = finished < count
        failed = sum(entry.state is EntryState.FAILED for entry in self._queue.entries)
        told = tr("{count} analyzed").format(count=finished - failed) if busy else tr("All analyzed")
        if failed:
            told = tr("{count} analyzed, {failed} could not be").format(
                count=finished - failed, failed=failed
            )
        self._told.setText(told)
        self.progress.setVisible(busy and self.width() >= _ROOMY)
        self.progress.setValue(round(1000 * share))
        chosen = self.table.chosen
        self.table.rows.refresh()
        if chosen is not None and self.table.chosen is None:
            self.table.choose(self._queue.current)
        self.result.show_place(self._queue.shown + 1, count, finished)
        self._enable()

    def _enable(self) -> None:
        chosen = self.table.chosen
        pending = sum(entry.pending for entry in self._queue.entries)
        self.again.setEnabled(chosen is not None and not chosen.pending)
        self.cancel.setEnabled(chosen is not None and chosen.pending)
        self.cancel_all.setEnabled(pending > 0)
        self.cancel_all.setVisible(pending > 1)
        self.remove.setEnabled(chosen is not None)

    def show_removed(self, name: str) -> None:
        """That a recording was taken out, and can be brought back; an empty name says nothing any more."""
        self._removed.setText(tr("{name} was removed from the list.").format(name=name))
        self.undo_bar.setVisible(bool(name))

    def _with_chosen(self, then: object) -> None:
        if self.table.chosen is not None and callable(then):
            then(self.table.chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.refresh()

    # --- Page ---------------------------------------------------------------------------------------------

    def space(self) -> bool:
        return self.shows_one and self.result.space()

    def escape(self) -> bool:
        """From one recording to the list, where there are several."""
        if not self.shows_one:
            return False
        if self.result.escape():
            return True
        if len(self._queue) > 1:
            self.show_list()
            return True
        return False

    def left(self) -> None:
        self.result.left()

    def shown_plots(self) -> TimePlots | None:
        return self.result.plots if self.shows_one else None

    def apply_theme(self, tokens: Tokens) -> None:
        self.result.apply_theme(tokens)
        self.table.apply_theme(tokens)
        self.add.setIcon(icon("folder", tokens.ink))


def _centred(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(role == "secondary")
    return label
