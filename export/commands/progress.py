"""Bars for long work."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from desktop_app.command_line.output import tell

Progress = Callable[[str, int, int], None]
"""(what is being done, steps done, steps in all): told again and again by long work."""
_LONG_S: Final = 5.0
_POLL_S: Final = 0.2


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on stderr while the work goes on; nothing at all where stderr is no terminal.

    The bar is removed at the end, so that only the results stay on the screen.
    """
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda what, done, total: bars.update(task, description=what, completed=done, total=total)


@contextmanager
def told_if_long(progress: Progress, limit_s: float) -> Iterator[Progress]:
    """`progress`; the first step that goes on for some seconds is told on stderr, with what ends it.

    Else whoever waits for a graph that never comes back sees nothing until it is given up.
    """
    at, since = "starting", time.monotonic()
    over = threading.Event()

    def stepped(what: str, done: int, total: int) -> None:
        nonlocal at, since
        at, since = what, time.monotonic()
        progress(what, done, total)

    def watch() -> None:
        while not over.wait(_POLL_S):
            if time.monotonic() - since > _LONG_S:
                until = f"one step may take {limit_s:g} s (--timeout), then it is ended"
                tell(f"Still running ({at}): {until}.", "emoscope-export")
                return

    watcher = threading.Thread(target=watch, name="emoscope-long-step", daemon=True)
    watcher.start()
    try:
        yield stepped
    finally:
        over.set()
        watcher.join()
