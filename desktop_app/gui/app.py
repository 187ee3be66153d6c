"""Starts Qt, opens the window, and ends both; also makes screenshots."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop_app.gui import settings as stored
from desktop_app.gui.main_window import MINIMUM_SIZE, MainWindow
from desktop_app.gui.screenshot import Screenshot
from desktop_app.gui.source_choice import SourceChoice, choice_for
from desktop_app.gui.theme import THEME_MODES, ThemeManager


def run_window(args: argparse.Namespace) -> int:
    """See `desktop_app.commands.window.run`."""
    size = _size(getattr(args, "size", None))
    theme = getattr(args, "theme", None)
    if size == ():
        return _wrong_call("--size wants WIDTHxHEIGHT in pixels, such as 1200x800.")
    if theme not in {None, *THEME_MODES}:
        return _wrong_call(f"--theme wants one of {', '.join(THEME_MODES)}.")
    screenshot = getattr(args, "screenshot", None)
    source = getattr(args, "source", None)
    if source not in {None, "", "mic", "demo"} and not Path(source).is_file():
        print(f"There is no recording {source}.", file=sys.stderr)
        return 1
    previous = qInstallMessageHandler(_qt_message)
    try:
        app = _application()
        # A picture must not depend on what somebody set, nor change it.
        settings = stored.Settings() if screenshot else stored.load()
        themes = ThemeManager(app, theme or settings.theme)
        window = MainWindow(themes, settings, remember=not screenshot)
        if size:
            window.resize(*size)
        choice = _choice(args, window)
        model = getattr(args, "model", None)
        window.start(
            choice,
            Path(model) if model else None,
            getattr(args, "provider", None) or "auto",
            list_devices=not screenshot,
        )
        if screenshot:
            seconds = float(getattr(args, "seconds", None) or 6.0)
            recording = _recording(choice) if getattr(args, "view", None) == "recording" else None
            return Screenshot(window, Path(screenshot), seconds, recording).run(app)
        return _stay(app, window)
    finally:
        qInstallMessageHandler(previous)


def _application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(sys.argv[:1])
    app.setApplicationName("emoscope")
    app.setApplicationDisplayName("Emoscope")
    app.setDesktopFileName("emoscope")
    app.setStyle("Fusion")
    return app


def _choice(args: argparse.Namespace, window: MainWindow) -> SourceChoice:
    device = getattr(args, "device", None)
    source = getattr(args, "source", None)
    if source in {None, "", "mic"} and not device:
        return SourceChoice("microphone", window.settings_device())
    return choice_for(source, device)


def _recording(choice: SourceChoice) -> Path | None:
    """The file behind a source; None for a microphone."""
    if choice.kind == "demo":
        from desktop_app.audio.demo import demo_path

        return demo_path()
    return Path(choice.path) if choice.path else None


def _stay(app: QApplication, window: MainWindow) -> int:
    """Run until the window is closed; Ctrl+C in the terminal and a polite kill close it as well."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # From the event loop: a signal may come in the middle of a painting and must not take the window away.
    previous = {
        number: signal.signal(number, lambda *_: QTimer.singleShot(0, window.close)) for number in numbers
    }
    # Python handles signals between byte codes only: a slow timer gives it the chance.
    pulse = QTimer()
    pulse.start(500)
    pulse.timeout.connect(lambda: None)
    try:
        window.show()
        return int(app.exec())
    finally:
        pulse.stop()
        for number, handler in previous.items():
            signal.signal(number, handler)
        window.controller.close()


def _size(text: Any) -> tuple[int, ...] | None:
    """(width, height); None if nothing was asked for; () if it makes no sense."""
    if not text:
        return None
    try:
        width, height = (int(part) for part in str(text).lower().split("x"))
    except ValueError:
        return ()
    if width < MINIMUM_SIZE[0] or height < MINIMUM_SIZE[1] or max(width, height) > 8000:
        return ()
    return width, height


def _wrong_call(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt's words on stderr; where Qt would abort (no display, no plugin), a sentence and exit 1 instead."""
    if kind == QtMsgType.QtFatalMsg:
        print("The window cannot open: Qt found no way to draw on this machine.", file=sys.stderr)
        print(f"Qt says: {' '.join(text.split())}", file=sys.stderr)
        print("`emoscope doctor` names what is missing; `emoscope live` needs no window.", file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)
    if kind != QtMsgType.QtDebugMsg and "propagateSizeHints" not in text:
        print(f"Qt: {text}", file=sys.stderr)
