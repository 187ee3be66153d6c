"""The list of the sessions that are kept, with a search, and what is kept now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.sessions import IS_LIVE
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import SearchField, button_of, export_button, named, text_of
from desktop_app.gui.widgets.session_table import SessionTable
from desktop_app.sessions.records import Session

_SEARCH_MS = 200
_DELETE = mark("Delete those that are chosen (Del)")
_NOTHING = mark(
    "Nothing is kept yet. Speak into a microphone on the page Live, and it stands here afterwards."
)


class SessionList(Card):
    """What is asked for leaves as a signal."""

    searched = Signal(str)
    opened = Signal(int)  # number of a session
    compared = Signal(int, int)
    renamed = Signal(int)
    exported = Signal(list, str)  # numbers, name of a format
    deleted = Signal(list)
    keep = Signal(bool)
    keep_sound = Signal(bool)
    folder_wanted = Signal()

    def __init__(self, formats: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_MS)
        self._timer.timeout.connect(self._search)
        self.search = SearchField(
            tr("Search sessions"),
            tr("Each word must be found in a session: anna sad 2026-11"),
            tr("Search names, notes, emotions, dates, devices"),
            self,
        )
        self.search.textChanged.connect(lambda _: self._timer.start())
        self.table = SessionTable(self)
        self.nothing = text_of(self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.promise = text_of(self)
        self.body.setSpacing(Space.M)
        self.body.addLayout(self._build_top(formats))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.nothing, 1)
        self.body.addWidget(self.promise)
        self.body.addLayout(self._build_bottom())
        self.table.hide()
        self.table.entered_row.connect(lambda _: self._open())
        self.table.delete_wanted.connect(self._delete)
        self.table.rename_wanted.connect(self._rename)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())

    def _build_top(self, formats: Mapping[str, str]) -> QHBoxLayout:
        self.open_button = button_of(tr("Open"), tr("Show the chosen session (Enter)"), self, compact=True)
        self.open_button.clicked.connect(self._open)
        self.compare_button = button_of(
            tr("Compare"), tr("Show two chosen sessions side by side"), self, compact=True
        )
        self.compare_button.clicked.connect(self._compare)
        self.rename_button = button_of(tr("Rename…"), tr("Give it a name (F2)"), self, compact=True)
        self.rename_button.clicked.connect(self._rename)
        self.export_button = export_button(formats, self._export, self)
        self.delete_button = button_of(tr("Delete"), tr(_DELETE), self, compact=True)
        self.delete_button.clicked.connect(self._delete)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.search, 1)
        for button in self._buttons():
            row.addWidget(button)
        return row

    def _build_bottom(self) -> QHBoxLayout:
        self.keeping = QCheckBox(tr("Keep sessions"), self)
        named(
            self.keeping,
            tr("Keep sessions"),
            tr("Keep when each utterance was and how it sounded; without, nothing is kept"),
        )
        self.keeping.clicked.connect(self.keep)
        self.sound = QCheckBox(tr("Keep the sound, too"), self)
        named(
            self.sound, tr("Keep the sound, too"), tr("Record what is heard, so that sessions can be played")
        )
        self.sound.clicked.connect(self.keep_sound)
        self.folder_button = button_of(
            tr("Open the folder"), tr("Show where sessions lie"), self, compact=True
        )
        self.folder_button.clicked.connect(self.folder_wanted)
        self.count = QLabel(self)
        self.count.setProperty("role", "secondary")
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.keeping)
        row.addWidget(self.sound)
        row.addStretch(1)
        row.addWidget(self.count)
        row.addWidget(self.folder_button)
        return row

    # --- showing ------------------------------------------------------------------------------------------

    def show_keeping(self, promise: str, *, on: bool, sound: bool) -> None:
        """What is kept now."""
        self.promise.setText(promise)
        self.keeping.setChecked(on)
        self.sound.setChecked(sound)
        self.sound.setEnabled(on)

    def show_sessions(self, sessions: Sequence[Session], search: str) -> None:
        """The list; `search` is what they were found by."""
        self.table.show_sessions(sessions)
        self.table.setVisible(bool(sessions))
        self.nothing.setVisible(not sessions)
        self.nothing.setText(
            tr("No session has “{search}”.").format(search=search) if search else tr(_NOTHING)
        )
        count = len(sessions)
        many = tr("1 session") if count == 1 else tr("{count} sessions").format(count=count)
        self.count.setText(many if sessions else "")
        for button in self._buttons():
            button.setVisible(bool(sessions) or bool(search))
        self.search.setVisible(bool(sessions) or bool(search))
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = self.table.chosen
        live = any(session.live for session in chosen)
        self.open_button.setEnabled(len(chosen) == 1)
        self.rename_button.setEnabled(len(chosen) == 1)
        self.compare_button.setEnabled(len(chosen) == 2)
        self.compare_button.setToolTip(
            tr("Show two chosen sessions side by side")
            if len(chosen) == 2
            else tr("Choose two sessions, with Ctrl and a click, to see them side by side")
        )
        self.export_button.setEnabled(bool(chosen))
        self.delete_button.setEnabled(bool(chosen) and not live)
        self.delete_button.setToolTip(tr(IS_LIVE) if live else tr(_DELETE))

    def _buttons(self) -> tuple[QPushButton, ...]:
        return (
            self.open_button,
            self.compare_button,
            self.rename_button,
            self.export_button,
            self.delete_button,
        )

    # --- what a person does -------------------------------------------------------------------------------

    def go_to_search(self) -> None:
        """Go to the search."""
        if not self.search.isHidden():
            self.search.setFocus()
            self.search.selectAll()

    def _search(self) -> None:
        self.searched.emit(self.search.text())

    def _open(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 1:
            self.opened.emit(chosen[0].id)

    def _compare(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 2:
            self.compared.emit(chosen[0].id, chosen[1].id)

    def _rename(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 1:
            self.renamed.emit(chosen[0].id)

    def _delete(self) -> None:
        if self.delete_button.isEnabled():
            self.deleted.emit([session.id for session in self.table.chosen])

    def _export(self, kind: str) -> None:
        chosen = [session.id for session in self.table.chosen]
        if chosen:
            self.exported.emit(chosen, kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self.search.hasFocus() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Down}:
            self.table.setFocus()
            if not self.table.chosen and self.table.rows.sessions:
                self.table.selectRow(0)
        else:
            super().keyPressEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self.table.apply_theme(tokens)
