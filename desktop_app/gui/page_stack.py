"""The pages of the window, one in sight at a time; each is made the first time that it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.gui.pages.page import Page

if TYPE_CHECKING:
    from desktop_app.gui.views import View
    from desktop_app.gui.window import MainWindow


class PageStack(QStackedWidget):
    """Pages by their name, with what does their work.

    Half of what a start would cost is for pages that most starts never show, so that they are made at their
    first visit, or when something else needs them.
    """

    page_made = Signal(object)  # Page

    def __init__(self, views: Sequence[View], window: MainWindow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views = {view.name: view for view in views}
        self._window = window
        self._pages: dict[str, Page] = {}
        self._workers: dict[str, object] = {}

    def made(self, name: str) -> bool:
        """Whether this page is there by now."""
        return name in self._pages

    @property
    def all_made(self) -> list[Page]:
        return list(self._pages.values())

    def page(self, name: str) -> Page:
        """This page; it is made if it is not there yet."""
        if name not in self._pages:
            page, worker = self._views[name].make(self._window)
            self._pages[name], self._workers[name] = page, worker
            self.addWidget(page)
            self.page_made.emit(page)
        return self._pages[name]

    def worker(self, name: str) -> object:
        """What does the work of this page; both are made if they are not there yet."""
        self.page(name)
        return self._workers[name]

    def show_page(self, name: str) -> None:
        self.setCurrentWidget(self.page(name))
