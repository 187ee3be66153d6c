"""Work that waits until the window is painted for the first time, so that the window comes at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_PATIENCE_MS = 500
"""A window that is covered or minimised is not painted; what waits is done then all the same."""


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
