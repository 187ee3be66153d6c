"""Processor time of a piece of work, also of one that was killed and went on later."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from desktop_app.core.safe_files import write_text

_EVERY_S = 20.0


def processor_seconds() -> float:
    """User and system time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class CoreClock:
    """Counts while it is entered, and writes what it has counted into a file now and then.

    Parameters
    ----------
    file : Path
        Of the work; a clock on it goes on from what an earlier, killed run has spent.
    beat : callable, optional
        Called from a thread of its own every few seconds while the clock runs.
    """

    def __init__(self, file: Path, beat: Callable[[], None] | None = None) -> None:
        self._file, self._beat = file, beat
        self.seconds = 0.0
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            self.seconds = float(json.loads(file.read_text(encoding="utf-8"))["core_seconds"])

    def __enter__(self) -> CoreClock:
        self._start, self._before = processor_seconds(), self.seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="core clock", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._count()

    def forget(self) -> None:
        """The work is done: what it took stands elsewhere."""
        self._file.unlink(missing_ok=True)

    def _tick(self) -> None:
        while not self._over.wait(_EVERY_S):
            self._count()
            if self._beat is not None:
                self._beat()

    def _count(self) -> None:
        self.seconds = self._before + processor_seconds() - self._start
        write_text(self._file, json.dumps({"core_seconds": round(self.seconds, 2)}), "time spent")
