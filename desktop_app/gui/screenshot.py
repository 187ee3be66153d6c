"""A picture of the running window: the real pipeline for some seconds, then one PNG, written whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QElapsedTimer, QIODevice, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.command_line.stop_signals import StopSignals
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import write_bytes
from desktop_app.core.types import CaptureState

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

_PATIENCE_S = 60.0  # for a model to load before the seconds begin to count


class Screenshot:
    """Shows `window`, lets `seconds` of its audio pass, saves its picture to `path`.

    With `recording`, the picture is of that recording's analysis instead, as soon as it is done; with `page`,
    of that page once it shows all that it was entered for, in the lab with that recording.
    """

    def __init__(
        self,
        window: MainWindow,
        path: Path,
        seconds: float,
        stop: StopSignals,
        recording: Path | None = None,
        *,
        page: str | None = None,
    ) -> None:
        self._window = window
        self._stop = stop
        self._path = path
        self._seconds = seconds
        self._recording = recording
        self._page = page
        self._asked = False
        self._clock = QElapsedTimer()
        self._error = ""

    def run(self, app: QApplication) -> None:
        """Stay until the picture is saved.

        Raises
        ------
        EmoscopeError
            There is none, and why.
        KeyboardInterrupt
            A signal came.
        """
        window = self._window
        window.show()
        self._clock.start()
        watch = QTimer(window)
        watch.setInterval(30)
        watch.timeout.connect(lambda: self._look(app))
        watch.start()
        self._stop.then = app.quit
        try:
            self._stop.check()
            app.exec()
            self._stop.check()
            if self._error:
                raise EmoscopeError(self._error)
            save_png(window, self._path)
        finally:
            self._stop.then = None
            watch.stop()
            window.close()
            window.controller.close()

    def _look(self, app: QApplication) -> None:
        window, model = self._window, self._window.model
        passed_s = self._clock.elapsed() / 1000
        heard_s = model.now_s
        over = model.state is CaptureState.FINISHED
        notice = model.notice
        if self._stop.came:
            app.quit()
            return
        if model.state is CaptureState.FAILED:
            self._fail(app, model.headline.detail)
            return
        if window.controller.engine is None:
            if notice is not None and notice.trouble:
                self._fail(app, notice.text)
            elif passed_s > _PATIENCE_S:
                self._fail(app, "The model did not load in time.")
            return
        if self._page is not None:
            self._turn_to(self._page)
        elif self._recording is not None:
            self._look_at_recording(app, self._recording)
            return
        settled = self._page is None or window.pages.settled(self._page)
        without_microphone = model.state is CaptureState.NO_MICROPHONE and passed_s > self._seconds
        heard = heard_s >= self._seconds or over or without_microphone or window.controller.paused
        unread = self._page == "lab" and settled and window.lab.result is None
        if unread and notice is not None and notice.trouble:
            self._fail(app, notice.text)
        elif heard and settled:
            app.quit()
        elif passed_s > _PATIENCE_S + 3 * self._seconds:
            self._fail(app, "The page was not ready in time." if heard else "No sound arrived.")

    def _turn_to(self, page: str) -> None:
        """Enter it, once."""
        if not self._asked:
            self._asked = True
            self._window.go(page)
            if page == "lab" and self._recording is not None:
                self._window.lab.read(self._recording)

    def _look_at_recording(self, app: QApplication, recording: Path) -> None:
        window, notice = self._window, self._window.model.notice
        if not self._asked:
            self._asked = True
            window.open_recordings([recording])
        elif window.recording.recording is not None:
            app.quit()
        elif notice is not None and notice.trouble:
            self._fail(app, notice.text)

    def _fail(self, app: QApplication, sentence: str) -> None:
        self._error = sentence
        app.quit()


def save_png(widget: QWidget, path: Path) -> None:
    """Write the widget's picture in one step: until it is complete, an older file stays as it is.

    Raises
    ------
    EmoscopeError
        It cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not widget.grab().save(buffer, "PNG"):
        raise EmoscopeError("Qt could not draw the picture.")
    write_bytes(path, bytes(buffer.data().data()), "picture")
