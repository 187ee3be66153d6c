"""Starts Qt, opens the window, and ends both; also makes screenshots."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from desktop_app.command_line.stop_signals import StopSignals
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.label_set import LabelSet
from desktop_app.gui.language import ENGLISH, use_language
from desktop_app.gui.log_file import logged
from desktop_app.gui.look.theme import THEME_MODES, ThemeManager
from desktop_app.gui.remembered import Remembered
from desktop_app.gui.screenshot import Screenshot
from desktop_app.gui.state import settings_file
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice, choice_for
from desktop_app.gui.window import DEFAULT_SIZE, MINIMUM_SIZE, MainWindow
from desktop_app.inference.errors import ModelError
from desktop_app.inference.shipped import shipped_model

_log = logging.getLogger(__name__)

ICON = Path(__file__).parents[1] / "assets" / "icon.svg"
LARGEST_PX = 8000
# Qt's own words about the platform: neither is anything that the program did or a person could change.
_OF_NO_CONCERN = ("propagateSizeHints", "AtSpiAdaptor::applicationInterface does not implement")


def run_window(
    args: argparse.Namespace,
    stop: StopSignals,
    no_window: Callable[[str], int] | None = None,
    quiet: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> int:
    """See `desktop_app.commands.window.run`; `quiet` is entered while the window is open."""
    size = _size(getattr(args, "size", None))
    theme = getattr(args, "theme", None)
    if theme not in {None, *THEME_MODES}:
        raise CallError(f"--theme wants one of {', '.join(THEME_MODES)}.")
    screenshot = getattr(args, "screenshot", None)
    seconds = getattr(args, "seconds", None)
    source = getattr(args, "source", None)
    if source not in {None, "", "mic", "demo"} and not Path(source).is_file():
        raise EmoscopeError(f"There is no recording '{source}'.")
    recordings = _recordings(getattr(args, "files", None) or [])
    profile = getattr(args, "profile", None)
    if profile:
        from desktop_app.inference.voice_profile_file import read_profile

        read_profile(profile)  # whether it is one of the model's, the window tells
    messages = _QtMessages(no_window)
    previous = qInstallMessageHandler(messages)
    try:
        app = _application()
        messages.running = True
        # A picture must not depend on what somebody set, nor change it.
        settings = Settings(language=ENGLISH) if screenshot else settings_file.load()
        use_language(app, getattr(args, "language", None) or settings.language)
        labels = getattr(args, "labels", None)
        if labels:
            _check_labels(labels, args, settings)
        with nullcontext(False) if screenshot else logged() as crashed:
            themes = ThemeManager(app, theme or settings.theme)
            window = MainWindow(themes, settings, remember=not screenshot)
            if size or screenshot:
                window.resize(*(size or DEFAULT_SIZE))
            if screenshot:
                choice = _begin(args, window, recordings)
                view = getattr(args, "view", None)
                recording = None
                if recordings:
                    recording = recordings[0]
                elif view in {"recording", "lab"}:
                    recording = _recording(choice)
                page = None if view in {None, "live", "recording"} else view
                lasts = float(seconds or 6.0)
                Screenshot(window, Path(screenshot), lasts, stop, recording, page=page).run(app)
                return 0
            if crashed:
                window.help.tell_of_crash()
            with quiet():
                return _stay(app, window, stop, seconds, lambda: _begin(args, window, recordings))
    finally:
        qInstallMessageHandler(previous)


def _begin(args: argparse.Namespace, window: MainWindow, recordings: list[Path]) -> SourceChoice:
    """Listen, or open what the call names; a first run waits for a person."""
    screenshot = getattr(args, "screenshot", None)
    choice = _choice(args, window)
    _apply_options(args, window)
    if not screenshot:
        window.keeping.begin(getattr(args, "session", None), getattr(args, "sessions", None))
    if recordings:
        window.controller.rest()  # nobody asked for the microphone
        window.open_recordings(recordings)
    elif _is_plain(args):
        window.help.welcome_if_new()
    model = getattr(args, "model", None)
    window.start(
        choice,
        Path(model) if model else None,
        getattr(args, "provider", None) or window.settings.provider,
        again=bool(getattr(args, "try_again", False)),
        list_devices=not screenshot,
    )
    return choice


_ASKED = ("files", "device", "model", "profile", "labels", "seconds", "screenshot")


def _is_plain(args: argparse.Namespace) -> bool:
    """Whether a person has just opened the window, where they can see it, and asked for nothing else."""
    microphone = getattr(args, "source", None) in {None, "", "mic"}
    seen = QGuiApplication.platformName() not in {"offscreen", "minimal"}
    return seen and microphone and not any(getattr(args, name, None) for name in _ASKED)


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
        return SourceChoice("microphone", window.remembered.device)
    return choice_for(source, device)


def _apply_options(args: argparse.Namespace, window: MainWindow) -> None:
    """What is heard and by which voice: as the options say, else as it was last time."""
    settings, remembered = window.settings, window.remembered
    told = {"device", "backend", "theme", "language", "channel", "detector", "adapt", "labels", "provider"}
    remembered.for_this_run |= {name for name in told if getattr(args, name, None) is not None}
    window.controller.backend = getattr(args, "backend", None) or settings.backend
    window.choices.hear(getattr(args, "channel", None) or remembered.channel)
    adapt = getattr(args, "adapt", None)
    window.choices.adapt(settings.adapt if adapt is None else adapt == "on")
    window.choices.answer_with(getattr(args, "labels", None) or settings.labels)
    window.controller.words.weigh(settings.text_model, settings.fusion)
    window.controller.words.write_down(settings.words)
    window.live.meter.set_limit(settings.min_level_dbfs)
    profile = getattr(args, "profile", None)
    if profile:
        window.controller.voice.use_profile(Path(profile))
    detector = getattr(args, "detector", None) or settings.detector
    window.first_frame.then(lambda: window.controller.use_detector(detector))


def _check_labels(labels: Sequence[str], args: argparse.Namespace, settings: Settings) -> None:
    """Raise CallError if the model that the window will load has not all of them, as its manifest says.

    What is wrong with the model itself, the window tells.
    """
    from desktop_app.inference.package import read_content, read_manifest

    model = getattr(args, "model", None) or Remembered(settings, None, keep=False).model()[0]
    try:
        manifest = read_manifest(read_content(Path(model or shipped_model())))
    except ModelError:
        return
    LabelSet.of(manifest.classes, labels)


def _recordings(names: Sequence[str]) -> list[Path]:
    """The recordings that the window is opened on.

    Raises
    ------
    EmoscopeError
        One is not there, or a folder holds none.
    """
    if not names:
        return []
    from desktop_app.analysis.inputs import collect
    from desktop_app.audio.files import AUDIO_ENDINGS

    inputs = collect(names, AUDIO_ENDINGS)
    for _, error in inputs.failures:
        raise error
    for source in inputs.found:
        if source.piped:
            raise CallError("The window opens files, and '-' is stdin.", "For stdin: emoscope analyze -")
        if not source.path.is_file():
            raise EmoscopeError(f"There is no recording '{source.name}'.", code="audio.not_found")
    return [source.path for source in inputs.found]


def _recording(choice: SourceChoice) -> Path | None:
    """The file behind a source; None for a microphone."""
    if choice.kind == "demo":
        from desktop_app.audio.demo import demo_path

        return demo_path()
    return Path(choice.path) if choice.path else None


def _stay(
    app: QApplication,
    window: MainWindow,
    stop: StopSignals,
    seconds: float | None,
    begin: Callable[[], object],
) -> int:
    """Show the window, begin, and run until it is closed, by a person, by a signal or after `seconds`."""
    # From the event loop: a signal may come in the middle of a painting and must not take the window away.
    stop.then = lambda: QTimer.singleShot(0, window.close_unasked)
    # Python handles signals between byte codes only: a slow timer gives it the chance.
    pulse = QTimer()
    pulse.start(500)
    pulse.timeout.connect(lambda: None)
    try:
        stop.check()
        window.show()  # nothing is painted before the event loop runs, and what is heavy waits for that
        window.first_frame.then(lambda: app.setWindowIcon(QIcon(str(ICON))))
        begin()
        if seconds is not None:
            QTimer.singleShot(round(1000 * seconds), window, window.close_unasked)
        return int(app.exec())
    finally:
        stop.then = None
        pulse.stop()
        window.controller.close()


def _size(text: Any) -> tuple[int, int] | None:
    """(width, height); None if nothing was asked for."""
    if not text:
        return None
    try:
        width, height = (int(part) for part in str(text).lower().split("x"))
    except ValueError:
        raise CallError("--size wants WIDTHxHEIGHT in pixels, such as 1200x800.") from None
    smallest = f"{MINIMUM_SIZE[0]}x{MINIMUM_SIZE[1]}"
    if width < MINIMUM_SIZE[0] or height < MINIMUM_SIZE[1] or max(width, height) > LARGEST_PX:
        raise CallError(
            f"--size wants at least {smallest} and at most {LARGEST_PX}x{LARGEST_PX}, and {text} was given."
        )
    return width, height


class _QtMessages:
    """Takes Qt's words. Where Qt would abort (no plugin, no libraries), `no_window` is called instead.

    What Qt says before that is about the same failure, and is kept until it is known to stand for itself.
    """

    def __init__(self, no_window: Callable[[str], int] | None) -> None:
        self._no_window = no_window
        self._kept: list[str] = []
        self._running = False

    @property
    def running(self) -> bool:
        return self._running

    @running.setter
    def running(self, value: bool) -> None:
        self._running = value
        for text in self._kept:
            _tell(text)
        self._kept = []

    def __call__(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            os._exit(self._give_up(text))  # the process cannot come back from here to its regular end
        if kind == QtMsgType.QtDebugMsg or any(each in text for each in _OF_NO_CONCERN):
            return
        if self._running:
            _log.warning("Qt: %s", text)
            _tell(f"Qt: {text}")
        else:
            self._kept.append(f"Qt: {text}")

    def _give_up(self, text: str) -> int:
        code = 1
        if self._running or self._no_window is None:
            _tell(f"Qt has given up: {' '.join(text.split())}")
        else:
            code = self._no_window(
                "Qt finds no way to open a window here; 'emoscope doctor' names what is missing."
            )
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return code


def _tell(text: str) -> None:
    print(f"emoscope: {text}", file=sys.stderr)
