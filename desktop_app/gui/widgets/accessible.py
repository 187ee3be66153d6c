"""What screen readers are told: at a rate that can be listened to, with roles and values."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

SHORTEST_S: Final = 1.0
"""Between two things that are said of the same part of the window."""
_MOST_WAITING: Final = 3

Factory = Callable[[QWidget], QAccessibleInterface | None]


class Paced(QObject):
    """Hands on texts, at the most one each second; of those that come sooner `keep` wait, the latest ones.

    Parameters
    ----------
    tell : callable
        Is given a text: at once, or when the second is over those that wait, as one.
    keep : int
        How many may wait.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self,
        tell: Callable[[str], object],
        parent: QObject,
        keep: int = _MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._tell = tell
        self._keep = keep
        self._clock = clock
        self._last = -SHORTEST_S
        self._waiting: list[str] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def say(self, text: str) -> None:
        left = self._last + SHORTEST_S - self._clock()
        self._waiting = [*(each for each in self._waiting if each != text), text][-self._keep :]
        if left <= 0:
            self.flush()
        elif not self._timer.isActive():
            self._timer.start(round(1000 * left) + 1)

    def flush(self) -> None:
        """Tell what waits, now."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._last = self._clock()
            self._tell(" ".join(waiting))


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say `text`; sparing use is the caller's duty. What the widget is called stays."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class WidgetInterface(QAccessibleWidget):
    """A widget with a role of its own, and what it holds as its value."""

    def __init__(
        self, widget: QWidget, role: QAccessible.Role, value: Callable[[], str] = lambda: ""
    ) -> None:
        super().__init__(widget, role)
        self._value = value

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Value and (value := self._value()):
            return value
        return super().text(kind)


@cache
def tell_of(kind: type[QWidget], make: Factory) -> None:
    """Have Qt ask `make` for the interface of each widget of this kind."""
    made: dict[int, QAccessibleInterface] = {}  # kept: Qt knows them by their addresses only

    def interface(_: str, widget: QObject) -> QAccessibleInterface | None:
        if not isinstance(widget, kind):
            return None
        found = make(widget)
        if found is not None:
            key = id(widget)
            made[key] = found
            widget.destroyed.connect(lambda: made.pop(key, None))
        return found

    QAccessible.installFactory(interface)
