"""A person's words about utterances of the live session: kept with it at once, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from desktop_app.gui.pages.live import LiveView
    from desktop_app.gui.window import MainWindow


class LiveNotes(QObject):
    """Between the table of utterances and what keeps the session."""

    def __init__(self, window: MainWindow, page: LiveView) -> None:
        super().__init__(window)
        self._window = window
        self._table = page.utterances.table.utterances
        self._table.noted.connect(self._noted)

    def _noted(self, number: int, text: str, before: str) -> None:
        start_s = self._window.model.utterances[number].start_s
        keeper = self._window.controller.keeper
        keeper.note(start_s, text, before)

        def take_back() -> None:
            self._table.put_note(start_s, before)
            keeper.note(start_s, before, text)

        self._window.model.undo.push("note", take_back)
        self._window.actions_.refresh()
