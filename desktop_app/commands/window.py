"""`emoscope` without a command: the window; with `--screenshot`, its picture without a screen."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from desktop_app.command_line.output import tell
from desktop_app.core.errors import CallError
from desktop_app.gui.stop_signals import StopSignals

NoWindow = Callable[[str], int]
"""What to do instead when Qt cannot open a window: is told why, in a sentence; returns the exit code."""


def run(args: argparse.Namespace, no_window: NoWindow | None = None) -> int:
    """Open the window and stay until it is closed, or save its picture after some seconds.

    Reads from `args`, each optional: `source` (mic, demo or a path), `device`, `model`, `provider`,
    `screenshot`, `seconds`, `theme`, `size` ("1200x800"), `view` ("live" or "recording": what a
    screenshot shows).

    Returns
    -------
    int
        0 done, 1 it failed; what `no_window` returns if Qt cannot open a window.

    Raises
    ------
    EmoscopeError
        The work failed; CallError if an option makes no sense.
    KeyboardInterrupt
        Ctrl+C before the window was there, or while a picture was made.
    """
    if getattr(args, "screenshot", None):
        wrong = _cannot_be_picture(Path(args.screenshot))
        if wrong:
            raise CallError(wrong, "See 'emoscope --help'.")
        # A picture needs no screen, and must not depend on one.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        no_window = None
    with StopSignals() as stop:
        problem = _load_qt(stop)
        if problem is None:
            from desktop_app.gui.app import run_window

            stop.check()
            return run_window(args, stop, no_window)
    if no_window is not None:
        return no_window(problem)
    tell(problem)
    return 1


def _load_qt(stop: StopSignals) -> str | None:
    """Import Qt; why that is impossible, as a sentence."""
    try:
        from PySide6 import QtWidgets  # noqa: F401 - the largest part, which needs each system library
    except ModuleNotFoundError:
        stop.check()
        return "The window needs Qt, which is not installed: pip install PySide6-Essentials brings it."
    except ImportError as error:
        stop.check()
        why = " ".join(str(error).split()).rstrip(".")
        return (
            f"The window cannot open, as Qt lacks a part of the system ({why}); 'emoscope doctor' names it."
        )
    return None


def _cannot_be_picture(path: Path) -> str:
    """What is wrong with the name of a picture; empty if nothing is."""
    if path.suffix.lower() != ".png":
        return f"--screenshot writes PNG pictures, so its file must end in .png, and '{path}' was given."
    if path.exists() and not path.is_file():
        return f"--screenshot writes a file, and '{path}' is something else, which stays as it is."
    return ""
