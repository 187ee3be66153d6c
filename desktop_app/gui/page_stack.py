"""What the window makes later than itself: pages at their first visit, heavy work behind the first paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.gui.pages.page import Page

if TYPE_CHECKING:
    from desktop_app.gui.views import View
    from desktop_app.gui.window import MainWindow

_PATIENCE_MS = 500
"""A window that is covered or minimised is not painted; what waits is done then all the same."""


@runtime_checkable
class Settling(Protocol):
    """What does the work of a page whose content is fetched when it is entered."""

    @property
    def settled(self) -> bool:
        """Whether nothing of that is still to come."""


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

    def settled(self, name: str) -> bool:
        """Whether this page shows all that it was entered for."""
        worker = self.worker(name)
        return not isinstance(worker, Settling) or worker.settled

    def show_page(self, name: str) -> None:
        self.setCurrentWidget(self.page(name))


class FirstFrame(QObject):
    """Threads that import and load would share the interpreter with what still paints the first picture."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[Callable[[], object]] = []
        self._painted = False
        window.installEventFilter(self)

    def then(self, work: Callable[[], object]) -> None:
        """Do this once the window is painted; at once if it is, or is not shown at all."""
        if self._painted or not self._window.isVisible():
            work()
            return
        if not self._waiting:
            QTimer.singleShot(_PATIENCE_MS, self, self._begin)
        self._waiting.append(work)

    def give_up(self) -> None:
        """The window closes: nothing of it is done any more."""
        self._waiting.clear()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in {QEvent.Type.Paint, QEvent.Type.UpdateRequest} and not self._painted:
            self._painted = True
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._begin)  # behind the painting
        return False

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            work()
