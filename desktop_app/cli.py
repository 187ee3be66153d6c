"""The command line of the analyzer: who does what is asked for, and how failures are told.

Only what the parser needs is imported here, so that ``emoscope --help`` answers at once; each command brings
its own room when it runs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence

from desktop_app.arguments import parse
from desktop_app.command_line.output import tell
from desktop_app.command_line.streams import flushed, prepare_streams
from desktop_app.command_line.tool import exit_code


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (0 done, 1 the work failed, 2 the call is wrong)."""
    prepare_streams()
    code = _ended(lambda: _dispatch(parse(argv)))
    code = flushed(code, tell)
    if argv is None:  # this is the process's own entry
        _leave_busy_threads(code)
    return code


def _ended(work: Callable[[], int]) -> int:
    return exit_code(work, tell, "Interrupted.")


def _leave_busy_threads(code: int) -> None:
    """End the process here and now if a thread is still at work, such as one that loads a model.

    All is saved and closed by then. At the interpreter's regular end a thread that comes back from native
    code is unwound through it, and the C++ runtime aborts the whole process.
    """
    import threading

    if any(thread.daemon and thread.name.startswith("emoscope-") for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        os._exit(code)


def _dispatch(args: argparse.Namespace) -> int:
    if args.command in {None, "live"} and not os.environ.get("EMOSCOPE_DEBUG"):
        import logging

        # What is logged is for developers; without a handler Python would write it to stderr.
        logging.getLogger("desktop_app").addHandler(logging.NullHandler())
    match args.command:
        case "live":
            return _listen(args)
        case "analyze":
            from desktop_app.commands import analyze as command
        case "devices":
            from desktop_app.commands import devices as command  # type: ignore[no-redef]
        case "doctor":
            from desktop_app.commands import doctor as command  # type: ignore[no-redef]
        case "profile":
            from desktop_app.commands import profile as command  # type: ignore[no-redef]
        case _:
            return _open_window(args)
    return command.run(args)


def _listen(args: argparse.Namespace) -> int:
    """The live view; signals are heard before the second that its imports take."""
    from desktop_app.command_line.stop_signals import stop_signals

    with stop_signals() as stopped:
        from desktop_app.commands import live

        return live.run(args, stopped)


def _open_window(args: argparse.Namespace) -> int:
    """The window; or, where none can be shown, the live view in the terminal."""

    def in_the_terminal(problem: str) -> int:
        tell(f"{problem} Emoscope goes on in the terminal.")
        instead = {**vars(args), "command": "live", "jsonl": None, "overwrite": False, "profile": None}
        return _ended(lambda: _listen(argparse.Namespace(**instead)))

    if args.screenshot is None:
        from desktop_app.commands.display import display_problem

        problem = display_problem()
        if problem is not None:
            return in_the_terminal(problem)
    from desktop_app.commands import window

    return window.run(args, no_window=in_the_terminal)
