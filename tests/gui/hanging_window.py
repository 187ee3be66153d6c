"""Run as a program of its own: the real window on a model that hangs in one operator, seen by a timer.

Prints why it stopped working, tries again once, and says when it closes; the arguments are those of emoscope.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import QTimer

from desktop_app.cli import main
from desktop_app.core.types import CaptureState
from desktop_app.gui.state.headline import Action
from desktop_app.gui.window import MainWindow
from desktop_app.inference import deadline

deadline.answer_limit_s = lambda sound_s, model_bytes: 2.0
LOOK_MS = 100


class HangingWindow(MainWindow):
    failures = 0

    def start(self, *args: Any, **options: Any) -> None:
        super().start(*args, **options)
        self._look = QTimer(self)
        self._look.timeout.connect(self._see)
        self._look.start(LOOK_MS)

    def _see(self) -> None:
        if self.model.state is not CaptureState.FAILED:
            return
        print(self.model.headline.detail, flush=True)
        self.failures += 1
        if self.failures == 1:
            self.live.headline.button(Action.TRY_AGAIN).click()
        else:
            self._look.stop()
            print("closing", flush=True)
            self.close()


if __name__ == "__main__":
    import desktop_app.gui.app

    desktop_app.gui.app.MainWindow = HangingWindow  # type: ignore[misc]
    sys.exit(main())
