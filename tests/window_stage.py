"""The real window without a person, to be brought into a state."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from desktop_app.gui.window import MainWindow

SIZE = (1200, 800)
PATIENCE_S = 90.0


class Stage:
    """Opens windows one after another and brings them into a state."""

    def __init__(self, model: Path) -> None:
        from desktop_app.gui.app import _application
        from desktop_app.gui.look.theme import ThemeManager

        self.folder = Path()
        self.model = model
        self.app = _application()
        self.theme = ThemeManager(self.app, "light")
        self.window: MainWindow | None = None
        self.dialog: QDialog | None = None

    @contextlib.contextmanager
    def clean(self) -> Iterator[None]:
        """A new folder for all that is kept of one state, so that none finds what another one has left."""
        with tempfile.TemporaryDirectory(prefix="emoscope-screenshots-") as made:
            self.folder = Path(made)
            os.environ.update(
                XDG_CONFIG_HOME=str(self.folder / "config"),
                XDG_DATA_HOME=str(self.folder / "data"),
                EMOSCOPE_SESSIONS=str(self.folder / "sessions"),
            )
            yield

    def open(self, kind: str = "demo", path: Path | None = None, *, rest: bool = False) -> MainWindow:
        """A window that listens to this source."""
        from desktop_app.gui.state.settings import Settings
        from desktop_app.gui.state.source_choice import SourceChoice
        from desktop_app.gui.window import MainWindow

        window = MainWindow(self.theme, Settings(), self.folder / "window.json")
        self.window = window
        window.resize(*SIZE)
        window.show()
        if rest:
            window.controller.rest()
        choice = SourceChoice(kind, path="" if path is None else str(path))
        window.start(choice, self.model, list_devices=False)
        self.until(lambda: window.controller.engine is not None)
        return window

    def close(self) -> None:
        from PySide6.QtCore import QEvent

        window, self.window = self.window, None
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.done(0)
        if window is not None:
            window.close_unasked()
            window.deleteLater()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the state did not come")
            self.app.processEvents()
            time.sleep(0.005)

    def let_pass(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end)

    def hold(self) -> None:
        """What is shown stays as it is, whatever is heard."""
        assert self.window is not None
        self.window.controller.bridge.close()

    def file(self, name: str, samples: Any) -> Path:
        import soundfile

        path = self.folder / name
        soundfile.write(path, samples, 16000)
        return path
