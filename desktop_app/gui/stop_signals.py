"""Ctrl+C and the signals that end a process, noted instead of breaking into Qt. Knows no Qt."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any


class StopSignals:
    """While entered, a signal is noted and `then` is called.

    An exception from a signal handler would come out of Qt's import as "could not import", and out of a
    painting as anything. While nothing listens yet, as during that import, the second signal interrupts at
    once.
    """

    def __init__(self) -> None:
        self.came = False
        self.then: Callable[[], object] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopSignals:
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                number = getattr(signal, name)
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal came."""
        if self.came:
            raise KeyboardInterrupt

    def _note(self, *_: object) -> None:
        again, self.came = self.came, True
        if self.then is not None:
            self.then()
        elif again:
            raise KeyboardInterrupt
