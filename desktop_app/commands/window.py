"""`emoscope` without a command: the window; with `--screenshot`, its picture without a screen."""

from __future__ import annotations

import argparse
import builtins
import importlib
import logging
import os
import shlex
from collections.abc import Callable
from pathlib import Path

from desktop_app.command_line.arguments import a_name, a_size
from desktop_app.command_line.output import python_only_stderr, tell
from desktop_app.command_line.stop_signals import StopSignals, stop_signals
from desktop_app.command_line.tool import exit_code
from desktop_app.commands.options import add_no_session, add_source, add_voice
from desktop_app.core.channel_choice import AUTO
from desktop_app.core.detector_choice import AUTO_DETECTOR
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.gui.views import VIEWS

_PAGES = tuple(view.name for view in VIEWS if view.name not in {"live", "recordings"})
_SEE_HELP = "See 'emoscope --help'."

NoWindow = Callable[[str], int]
"""What to do instead when Qt cannot open a window: is told why, in a sentence; returns the exit code."""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a call without a subcommand."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        type=a_name,
        help="open the window on recordings, a model file or a voice profile",
    )
    add_source(parser)
    add_voice(parser)
    add_no_session(parser)
    # What was chosen in the window last time.
    parser.set_defaults(channel=None, adapt=None, detector=None, provider=None)
    parser.add_argument(
        "--screenshot",
        metavar="OUT.png",
        type=a_name,
        help="render the window without a screen, save it and leave",
    )
    parser.add_argument("--theme", choices=("auto", "light", "dark"), help="colours (default: the system's)")
    parser.add_argument(
        "--language", choices=("auto", "en", "de"), help="language of the window (default: the system's)"
    )
    parser.add_argument(
        "--size", metavar="WIDTHxHEIGHT", type=a_size, help="size of the window, such as 1200x800"
    )
    parser.add_argument(
        "--view",
        choices=("live", "recording", *_PAGES),
        help="what --screenshot shows: live (default), a recording's analysis, or another page",
    )
    parser.set_defaults(run=run)


def _take_model_or_profile(args: argparse.Namespace) -> None:
    """A file manager gives every kind of file by its path alone: read it as if its option had been used."""
    for ending, option in ((".onnx", "model"), (".profile", "profile")):
        if len(args.files) == 1 and args.files[0].lower().endswith(ending) and not getattr(args, option):
            setattr(args, option, args.files[0])
            args.files = []


def run(args: argparse.Namespace) -> int:
    """Open the window; or, where none can be shown, go on as the live view in the terminal."""
    if args.device is not None and args.source != "mic":
        raise CallError("The option --device needs a microphone as --source.", _SEE_HELP)
    if not os.environ.get("EMOSCOPE_DEBUG"):
        # What is logged is for developers; without a handler Python would write it to stderr.
        logging.getLogger("desktop_app").addHandler(logging.NullHandler())
    _take_model_or_profile(args)
    if args.screenshot is None:
        from desktop_app.commands.display import display_problem

        problem = display_problem()
        if problem is not None:
            return _in_the_terminal(args, problem)
    return open_window(args, no_window=lambda problem: _in_the_terminal(args, problem))


def _in_the_terminal(args: argparse.Namespace, problem: str) -> int:
    if args.files:
        names = " ".join(shlex.quote(name) for name in args.files)
        raise EmoscopeError(problem, f"In the terminal: emoscope analyze {names}", code="no_display")
    tell(f"{problem} Emoscope goes on in the terminal.")
    instead = {
        **vars(args),
        "channel": args.channel or AUTO,
        "detector": args.detector or AUTO_DETECTOR,
        "jsonl": None,
        "overwrite": False,
        "adapt": args.adapt or "on",
        "provider": args.provider or "auto",
        "session": args.session,
        "sessions": args.sessions,
        "keep_sound": False,
        "sound_limit": None,
    }

    def listen() -> int:
        with stop_signals() as stopped:
            from desktop_app.commands import live

            return live.run(argparse.Namespace(**instead), stopped)

    return exit_code(listen, tell, "Interrupted.")


def open_window(args: argparse.Namespace, no_window: NoWindow | None = None) -> int:
    """Open the window and stay until it is closed, or save its picture after some seconds.

    Reads from `args`, each optional: `files` (recordings to open), `source` (mic, demo or a path), `device`,
    `model`, `provider`, `adapt` ("on" or "off"), `profile`, `screenshot`, `seconds`, `theme`, `language`,
    `session` (False keeps none),
    `sessions` (the folder they are kept in), `size` ("1200x800"),
    `view` ("live", "recording" or another page: what a screenshot shows).

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
            raise CallError(wrong, _SEE_HELP)
        listens = getattr(args, "source", None) in {None, "", "mic"}
        if getattr(args, "view", None) == "recording" and listens and not getattr(args, "files", None):
            raise CallError("--view recording needs a FILE, or --source demo.", _SEE_HELP)
        # A picture needs no screen, and must not depend on one.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        no_window = None
    with StopSignals() as stop:
        problem = _load_qt(stop)
        if problem is None:
            from desktop_app.gui.app import run_window

            stop.check()
            return run_window(args, stop, no_window, python_only_stderr)
    if no_window is not None:
        return no_window(problem)
    tell(problem)
    return 1


def _load_qt(stop: StopSignals) -> str | None:
    """Import Qt; why that is impossible, as a sentence.

    PySide6 puts a function of its own in the place of `import`, which reads the source of each module that is
    imported from then on, and keeps it, to see whether that module wants Qt's names in another spelling
    (`from __feature__ import snake_case`). None here does; a quarter of the start goes into that reading.
    """
    plain_import = builtins.__import__
    importlib.import_module("desktop_app.gui")  # which says how Qt's types are made
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
    finally:
        builtins.__import__ = plain_import
    return None


def _cannot_be_picture(path: Path) -> str:
    """What is wrong with the name of a picture; empty if nothing is."""
    if path.suffix.lower() != ".png":
        return f"--screenshot writes PNG pictures, so its file must end in .png, and '{path}' was given."
    if path.exists() and not path.is_file():
        return f"--screenshot writes a file, and '{path}' is something else, which stays as it is."
    return ""
