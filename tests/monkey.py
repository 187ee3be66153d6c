"""Random clicks and keys on the real window: nothing may be raised, hang or be left behind.

    python -m tests.monkey [--seed N] [--steps N]

The window runs on the offscreen platform with a tiny model, a recording as its sound, and settings, voices
and sessions in a folder of its own. Dialogs for files answer at once with something that is there, or as if
cancelled; closing the window is refused until the end. What was done last is told where something goes wrong.
What the monkey does depends on the seed alone; what it meets depends on threads as well.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # tiny_model, running

PATIENCE_S = 30.0
"""In which an event loop that is not stuck must come to a step, however loaded the machine is."""
SPEECH_S = 20.0


class Troubles:
    """Whatever was raised anywhere or complained of by Qt, in words."""

    # What the offscreen platform cannot do says nothing about the program.
    _OF_NO_CONCERN = ("This plugin does not support", "propagateSizeHints")

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self) -> None:
        """Be told of exceptions in slots, threads and destructors, and of Qt's warnings."""
        from PySide6.QtCore import qInstallMessageHandler

        sys.excepthook = self._raised
        threading.excepthook = lambda told: self._raised(
            told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback
        )
        sys.unraisablehook = lambda told: self._raised(
            told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback
        )
        qInstallMessageHandler(self._said)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.found.append("".join(traceback.format_exception(kind, error, trace)))

    def _said(self, kind: Any, context: Any, text: str) -> None:
        from PySide6.QtCore import QtMsgType

        if kind in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}:
            return
        if not any(each in text for each in self._OF_NO_CONCERN):
            self.found.append(f"Qt: {text}")


class Dialogs:
    """Stands in for the dialogs that wait for a person: chooses for them, or cancels."""

    def __init__(self, rng: random.Random, folder: Path, recordings: list[Path], models: list[Path]) -> None:
        self._rng = rng
        self._folder = folder
        self._recordings = recordings
        self._models = models
        self.asked = 0

    def answer_in_place_of_people(self) -> None:
        from PySide6.QtGui import QDesktopServices
        from PySide6.QtWidgets import QFileDialog, QInputDialog

        replaced: Any = QFileDialog
        replaced.getOpenFileNames = staticmethod(self._open_several)
        replaced.getOpenFileName = staticmethod(self._open_one)
        replaced.getSaveFileName = staticmethod(self._save)
        replaced.getExistingDirectory = staticmethod(self._choose_folder)
        replaced = QInputDialog
        replaced.getText = staticmethod(self._name)
        replaced = QDesktopServices
        replaced.openUrl = staticmethod(lambda _: True)

    def _cancelled(self) -> bool:
        self.asked += 1
        return self._rng.random() < 0.3

    def _open_several(self, *_: Any, **__: Any) -> tuple[list[str], str]:
        if self._cancelled():
            return [], ""
        count = self._rng.randint(1, len(self._recordings))
        return [str(path) for path in self._rng.sample(self._recordings, count)], ""

    def _open_one(self, *_: Any, **__: Any) -> tuple[str, str]:
        if self._cancelled():
            return "", ""
        return str(self._rng.choice([*self._models, *self._recordings])), ""

    def _save(self, *_: Any, **__: Any) -> tuple[str, str]:
        return ("", "") if self._cancelled() else (str(self._folder / f"saved-{self.asked}.out"), "")

    def _choose_folder(self, *_: Any, **__: Any) -> str:
        return "" if self._cancelled() else str(self._folder)

    def _name(self, *_: Any, **__: Any) -> tuple[str, bool]:
        return ("", False) if self._cancelled() else (self._rng.choice(["Ada", "Bo", "../x", " "]), True)


class Monkey:
    """Does one thing after another, each from the event loop, so that menus and dialogs are met as well."""

    def __init__(self, window: Any, seed: int, steps: int, pause_ms: int = 8) -> None:
        self._window = window
        self._rng = random.Random(seed)
        self._left = steps
        self._pause_ms = pause_ms
        self.done: deque[str] = deque(maxlen=25)  # the last things
        self.steps = 0
        self.longest_s = 0.0
        self._depth = 0
        self._ways: tuple[tuple[int, Callable[[], str]], ...] = (
            (30, self._click_a_control),
            (14, self._click_anywhere),
            (24, self._press_a_key),
            (12, self._press_a_shortcut),
            (6, self._turn_the_wheel),
            (6, self._drag),
            (4, self._click_twice),
            (3, self._click_with_the_right_button),
            (2, self._type),
            (2, self._resize),
            (2, self._drop),
        )
        self.dropped: list[Path] = []

    @property
    def over(self) -> bool:
        return self._left <= 0

    def begin(self) -> None:
        from PySide6.QtCore import QTimer

        QTimer.singleShot(self._pause_ms, self._step)

    def _step(self) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        if self.over:
            # The last step may have opened a menu, in whose event loop this is.
            _close_what_is_open(QApplication.instance())
            return
        self._left -= 1
        self.steps += 1
        # Before anything is done: a menu or a dialog runs an event loop of its own until it closes.
        QTimer.singleShot(self._pause_ms, self._step)
        begun = time.monotonic()
        faulthandler.dump_traceback_later(2 * PATIENCE_S, exit=True)  # unless the next step comes
        self._depth += 1
        (way,) = self._rng.choices([way for _, way in self._ways], [weight for weight, _ in self._ways])
        try:
            self.done.append(f"{self.steps}: {way()}")
        finally:
            self._depth -= 1
            if self._depth == 0:
                self.longest_s = max(self.longest_s, time.monotonic() - begun)

    # --- where ----------------------------------------------------------------------------------------------

    def _top(self) -> Any:
        """What takes clicks and keys now: a menu, a dialog, or the window."""
        from PySide6.QtWidgets import QApplication, QFileDialog

        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if isinstance(top, QFileDialog):  # it could delete files of others
            top.reject()
            return self._window
        return top or self._window

    def _somewhere(self, widget: Any) -> Any:
        from PySide6.QtCore import QPoint

        return QPoint(
            self._rng.randrange(max(1, widget.width())), self._rng.randrange(max(1, widget.height()))
        )

    def _control(self) -> Any:
        from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QWidget

        from desktop_app.gui.widgets.canvas import Canvas

        kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, Canvas)
        top = self._top()
        found = [each for each in top.findChildren(QWidget) if isinstance(each, kinds) and each.isVisible()]
        chosen = self._rng.choice(found) if found else top
        return chosen.viewport() if isinstance(chosen, QAbstractItemView) else chosen

    def _focused(self) -> Any:
        from PySide6.QtWidgets import QApplication

        top = self._top()
        focused = QApplication.focusWidget()
        return focused if top is self._window and focused is not None else top

    # --- what -----------------------------------------------------------------------------------------------

    def _click(self, widget: Any, button: Any = None, *, twice: bool = False) -> str:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        at = self._somewhere(widget)
        told = f"click{' twice' if twice else ''} {_called(widget)} at {at.x()}, {at.y()}"
        press = QTest.mouseDClick if twice else QTest.mouseClick
        press(widget, button or Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        return told

    def _click_a_control(self) -> str:
        return self._click(self._control())

    def _click_anywhere(self) -> str:
        top = self._top()
        return self._click(top.childAt(self._somewhere(top)) or top)

    def _click_twice(self) -> str:
        return self._click(self._control(), twice=True)

    def _click_with_the_right_button(self) -> str:
        from PySide6.QtCore import Qt

        return self._click(self._control(), Qt.MouseButton.RightButton)

    def _press_a_key(self) -> str:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        names = (
            *("Space", "Escape", "Tab", "Backtab", "Return", "Up", "Down", "Left", "Right", "Home", "End"),
            *("PageUp", "PageDown", "Delete", "Backspace", "F1", "F2", "F5", "F10", "Plus", "Minus", "Slash"),
            *("F", "S", "J", "K", "L", "M", "N", "1", "2", "3", "0", "BracketLeft", "BracketRight"),
        )
        name = self._rng.choice(names)
        key = getattr(Qt.Key, f"Key_{name}")
        widget = self._focused()
        told = f"key {name} on {_called(widget)}"
        QTest.keyClick(widget, key)
        return told

    def _press_a_shortcut(self) -> str:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        modifier = self._rng.choice(
            [Qt.KeyboardModifier.ControlModifier] * 4
            + [Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier]
        )
        letter = self._rng.choice("1234567890ACDEFGHIKLMNOPRSTUVXYZ")  # but for Q, which quits, and B, J, W
        widget = self._focused()
        told = f"{modifier.name} {letter} on {_called(widget)}"
        QTest.keyClick(widget, getattr(Qt.Key, f"Key_{letter}"), modifier)
        return told

    def _type(self) -> str:
        from PySide6.QtTest import QTest

        widget = self._focused()
        told = f"type on {_called(widget)}"
        QTest.keyClicks(widget, self._rng.choice(["anna", "0:12", "<b>&", "  ", "a" * 80]))
        return told

    def _turn_the_wheel(self) -> str:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        widget = self._control()
        at = QPointF(self._somewhere(widget))
        modifier = self._rng.choice(
            [
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ControlModifier,
                Qt.KeyboardModifier.ShiftModifier,
            ]
        )
        turn = QPoint(0, self._rng.choice([-240, -120, 120, 240]))
        phase = Qt.ScrollPhase.NoScrollPhase
        whole = QPointF(widget.mapToGlobal(at.toPoint()))
        told = f"wheel {turn.y()} {modifier.name} on {_called(widget)}"
        event = QWheelEvent(at, whole, QPoint(), turn, Qt.MouseButton.NoButton, modifier, phase, False)
        QApplication.sendEvent(widget, event)
        return told

    def _drag(self) -> str:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        widget = self._control()
        told = f"drag on {_called(widget)}"
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        gone: list[bool] = []
        widget.destroyed.connect(lambda: gone.append(True))
        QTest.mousePress(widget, left, none, self._somewhere(widget))
        for _ in range(3):
            if not gone:
                QTest.mouseMove(widget, self._somewhere(widget))
        if not gone:
            QTest.mouseRelease(widget, left, none, self._somewhere(widget))
        return told

    def _resize(self) -> str:
        width, height = self._rng.randint(760, 1600), self._rng.randint(560, 1000)
        self._window.resize(width, height)
        return f"resize to {width}x{height}"

    def _drop(self) -> str:
        from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
        from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
        from PySide6.QtWidgets import QApplication

        path = self._rng.choice(self.dropped)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        at = self._somewhere(self._window)
        QApplication.sendEvent(self._window, QDragEnterEvent(QPoint(at), *how))
        if self._rng.random() < 0.3:
            QApplication.sendEvent(self._window, QDragLeaveEvent())
            return f"drag {path.name} over the window and away"
        QApplication.sendEvent(self._window, QDropEvent(QPointF(at), *how))
        return f"drop {path.name}"


def _called(widget: Any) -> str:
    """By which a person would find it."""
    name = (
        widget.accessibleName() or widget.objectName() or (widget.text() if hasattr(widget, "text") else "")
    )
    return f"{type(widget).__name__} '{name}'"


def make_things(folder: Path) -> tuple[list[Path], list[Path]]:
    """Recordings, one of which is none, and two models."""
    import soundfile
    from running import made_up_speech
    from tiny_model import make_tiny_model

    speech, short, broken = folder / "speech.wav", folder / "short.flac", folder / "broken.wav"
    soundfile.write(speech, made_up_speech(*[(1.5, 0.5)] * round(SPEECH_S / 2.5)), 16000)
    soundfile.write(short, made_up_speech((1.0, 0.3)), 16000)
    broken.write_bytes(b"RIFF of nothing")
    first = make_tiny_model(folder / "first.onnx", voice=True, sharpness=30)
    second = make_tiny_model(folder / "second.onnx", ("bored", "tender", "proud"), sharpness=30)
    return [speech, short, broken], [first, second]


def play(seed: int, steps: int, folder: Path) -> list[str]:
    """Let a monkey play with the window; what went wrong, in words."""
    from PySide6.QtCore import QEvent, QObject

    from desktop_app.gui.app import _application
    from desktop_app.gui.look.theme import ThemeManager
    from desktop_app.gui.state.settings import Settings
    from desktop_app.gui.state.source_choice import SourceChoice
    from desktop_app.gui.window import MainWindow

    class StaysOpen(QObject):
        """Refuses what would close the window: Quit, and the close button of a frame."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Close:
                event.ignore()
                return True
            return False

    recordings, models = make_things(folder)
    app = _application()
    app.setQuitOnLastWindowClosed(False)
    troubles = Troubles()
    troubles.watch()
    threads_before = set(threading.enumerate())
    Dialogs(random.Random(seed + 1), folder, recordings, models).answer_in_place_of_people()
    theme = ThemeManager(app, "light")
    window = MainWindow(theme, Settings(), folder / "window.json")
    stays = StaysOpen(window)
    window.installEventFilter(stays)
    window.resize(1200, 800)
    window.show()
    window.start(SourceChoice("file", path=str(recordings[0])), models[0], list_devices=False)
    _until(app, lambda: window.controller.engine is not None, "the model is loaded", troubles)
    monkey = Monkey(window, seed, steps)
    monkey.dropped = [*recordings, *models, folder]
    monkey.begin()
    while not monkey.over and not troubles.found:
        app.processEvents()
        time.sleep(0.001)
    done = list(monkey.done)
    _close_what_is_open(app)
    if not troubles.found:
        # It still answers: from wherever the monkey left it to the live page, in the keyboard's way.
        window.go("live")
        _until(app, lambda: window.page == "live" and window.live.isVisible(), "the live page", troubles)
        if window.grab().isNull():
            troubles.found.append("the window is not drawn any more")
    window.removeEventFilter(stays)
    window.close_unasked()
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with contextlib.suppress(TimeoutError):
        _until(app, lambda: not _left(threads_before), "threads end", None)
    if left := _left(threads_before):
        troubles.found.append(f"threads left running: {left}")
    faulthandler.cancel_dump_traceback_later()
    print(f"seed {seed}: {monkey.steps} steps, the longest {1000 * monkey.longest_s:.0f} ms")
    if troubles.found:
        print("Done last:", *done, sep="\n  ")
    return troubles.found


def _left(before: set[threading.Thread]) -> list[str]:
    # The abandoned answer of a model ends with the process alone (see docs/architecture.md).
    return sorted(thread.name for thread in set(threading.enumerate()) - before if thread.is_alive())


def _close_what_is_open(app: Any) -> None:
    """Menus and dialogs, whose event loops end with them."""
    for _ in range(20):
        top = app.activePopupWidget() or app.activeModalWidget()
        if top is None:
            return
        top.close()
        app.processEvents()


def _until(app: Any, condition: Callable[[], bool], what: str, troubles: Troubles | None) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        app.processEvents()
        time.sleep(0.005)
        if time.monotonic() > deadline:
            if troubles is None:
                raise TimeoutError(what)
            troubles.found.append(f"not within {PATIENCE_S:.0f} s: {what}")
            return


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2000)
    args = parser.parse_args(argv)
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="emoscope-monkey-") as name:
        folder = Path(name)
        os.environ.update(
            QT_QPA_PLATFORM="offscreen",
            XDG_CONFIG_HOME=str(folder / "config"),
            XDG_DATA_HOME=str(folder / "data"),
            XDG_CACHE_HOME=str(folder / "cache"),
            XDG_STATE_HOME=str(folder / "state"),
            EMOSCOPE_SESSIONS=str(folder / "sessions"),
            PULSE_SERVER="unix:/nonexistent/pulse",
        )
        os.environ.pop("DISPLAY", None)
        troubles = play(args.seed, args.steps, folder)
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return 1 if troubles else 0


if __name__ == "__main__":
    raise SystemExit(main())
