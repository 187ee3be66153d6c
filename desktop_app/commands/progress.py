"""A progress bar on stderr that makes room for what is printed meanwhile."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from desktop_app.core.errors import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ProgressBar:
    """Over some pieces of work of like size; shown only if stderr is a terminal. A context manager.

    Parameters
    ----------
    names : sequence of str
        What each piece is called.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._shares = [0.0] * len(names)
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        if self._names and sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,  # results would go to stderr
                redirect_stderr=False,
            )
            self._task = self._bar.add_task("analyzing", total=len(self._names))
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def told(self, number: int, share: float) -> None:
        """So much of piece `number` is done, 0 to 1. From any thread."""
        bar, self._shares[number] = self._bar, share
        if bar is not None and self._task is not None:
            name = one_line(self._names[number][:40])
            bar.update(self._task, completed=sum(self._shares), description=name)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bar away while something is printed."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()
