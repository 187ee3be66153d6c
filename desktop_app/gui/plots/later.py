"""Room for plots until pyqtgraph is imported, which takes a third of a second: the window opens first."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

_NEEDED = "desktop_app.gui.plots.live"


def imported() -> bool:
    """Whether plots can be made at once."""
    module = sys.modules.get(_NEEDED)
    return module is not None and not getattr(module.__spec__, "_initializing", False)


def import_plots() -> None:
    """Import what plots need; on any thread."""
    importlib.import_module(_NEEDED)


class Later(QWidget):
    """Holds the widget that `make` returns, as soon as it can be made: now, or when the window says so."""

    made = Signal()

    def __init__(self, make: Callable[[], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.widget: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        if imported():
            self.build()

    def build(self) -> None:
        """Make it, unless it is there; once what it needs is imported."""
        if self.widget is None:
            self.widget = self._make()
            self._column.addWidget(self.widget)
            self.setFocusProxy(self.widget)
            self.made.emit()
