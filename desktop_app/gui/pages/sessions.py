"""Sessions: a list of what was kept, one of them opened, or two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import Page
from desktop_app.gui.pages.session_compared import ComparedSessions
from desktop_app.gui.pages.session_list import SessionList
from desktop_app.gui.pages.session_opened import OpenedSide
from desktop_app.gui.state.sessions import Figures
from desktop_app.sessions.records import Session
from desktop_app.sessions.store import OpenedSession


class SessionsPage(Page):
    """Shows; what is asked for leaves as a signal of its sides, and `gui/sessions.py` does it.

    Parameters
    ----------
    formats : mapping
        What sessions can be exported as: titles by name.
    """

    shown = Signal()  # the page, or its list again
    hidden = Signal()

    def __init__(self, formats: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = SessionList(formats, self)
        self.opened = OpenedSide(formats, self)
        self.compared = ComparedSessions(self)
        self._sides = QStackedWidget(self)
        for side in (self.list, self.opened, self.compared):
            self._sides.addWidget(side)
        self.opened.back.connect(self.show_list)
        self.compared.back.connect(self.show_list)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.addWidget(self._sides)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(lambda: self.list.go_to_search() if self.side == "list" else None)

    @property
    def side(self) -> str:
        """What is in sight: ``list``, ``opened`` or ``compared``."""
        return ("list", "opened", "compared")[self._sides.currentIndex()]

    def show_sessions(self, sessions: Sequence[Session], search: str) -> None:
        """The list; `search` is what they were found by."""
        self.list.show_sessions(sessions, search)

    def show_list(self) -> None:
        """Back to the list."""
        if self.side != "list":
            self.opened.close_session()
            self._sides.setCurrentWidget(self.list)
            self.list.table.setFocus()
            self.shown.emit()

    def show_session(self, opened: OpenedSession, no_sound: str) -> None:
        """One of them; `no_sound` says why it cannot be played, and is empty if it can."""
        self._sides.setCurrentWidget(self.opened)
        self.opened.show_session(opened, no_sound)

    def show_two(self, first: Figures, second: Figures) -> None:
        """Two of them side by side."""
        self._sides.setCurrentWidget(self.compared)
        self.compared.show_two(first, second)

    def entered(self) -> None:
        self.shown.emit()

    def left(self) -> None:
        self.hidden.emit()

    def space(self) -> bool:
        if self.side != "opened" or self.opened.no_sound:
            return False
        self.opened.toggled.emit()
        return True

    def escape(self) -> bool:
        if self.side != "list":
            self.show_list()
            return True
        if self.list.search.text():
            self.list.search.clear()
            return True
        return False

    def apply_theme(self, tokens: Tokens) -> None:
        for side in (self.list, self.opened, self.compared):
            side.apply_theme(tokens)
