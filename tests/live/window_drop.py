"""A window that hears the microphone, on which a model file is dropped in mid-word: run as a process.

    python window_drop.py MODEL DROPPED SECONDS FOLDER

Prints a JSON line when it listens, and one with what happened at the end.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from desktop_app.core.types import CaptureState, EngineChanged, Event, FinalResult
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow


def drop(window: MainWindow, path: Path) -> None:
    """Drag a file over the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *how))


def main() -> None:
    model, dropped, seconds, folder = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    app = QApplication([])
    window = MainWindow(ThemeManager(app, "light"), Settings(), Path(folder) / "window.json")
    window.show()
    events: list[Event] = []
    window.controller.bridge.events.connect(events.extend)
    window.start(SourceChoice(), model, list_devices=False)

    def finals() -> list[FinalResult]:
        return [event for event in events if isinstance(event, FinalResult)]

    told, dropped_at, took = False, None, None
    end = time.monotonic() + 60
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.005)
        if not told and window.model.state is CaptureState.LISTENING and window.model.model:
            told, end = True, time.monotonic() + seconds
            print(json.dumps({"listening": True}), flush=True)
        if dropped_at is None and finals() and window.model.state is CaptureState.SPEAKING:
            dropped_at, before = time.monotonic(), window.model.model
            drop(window, dropped)
        if dropped_at is not None and took is None:
            last = [event.model for event in events if isinstance(event, EngineChanged)][-1]
            if last != before:
                took = time.monotonic() - dropped_at
    found = {
        "took_s": took,
        "lost": window.status.text("dropped"),
        "segments": [[f.start_s, f.end_s, list(f.prediction.labels)] for f in finals()],
    }
    window.close()
    app.processEvents()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
