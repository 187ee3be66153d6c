"""Ctrl+C and the signals that end a process, as a question.

Imports nothing that takes time, so that none comes too early.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Any, Final

STOP_S: Final = 1.5  # to flush the last segment after Ctrl+C; the process is gone within two seconds

EXIT_INTERRUPTED: Final = 130


@contextlib.contextmanager
def quiet_interrupt() -> Iterator[None]:
    """Let Ctrl+C end the process here and now, without a word: for imports, before anything is begun."""
    try:
        before = signal.signal(signal.SIGINT, _leave)
    except ValueError:  # another thread imports this: Ctrl+C is not its to hear
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def quiet_end() -> None:
    """Let Ctrl+C end the process without a word from here on: all is said, and the interpreter's end is left.

    The end itself takes away what hears signals, and a process that a signal ends has no exit code. So at
    its very end, when what was registered with atexit is done, Ctrl+C is not heard at all.
    """
    signal.signal(signal.SIGINT, _leave)


def deaf_at_the_very_end() -> None:
    """To be called before anything else registers what is done at the end, which runs in reverse order."""
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


def _leave(*_: object) -> None:
    os._exit(EXIT_INTERRUPTED)


@contextlib.contextmanager
def ends_interrupt() -> Iterator[None]:
    """Let the signals that end a process interrupt it as Ctrl+C does: what is open is closed, and told."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl+C and the signals that end a process into a question: has one come?

    The second one, or two seconds in which nothing helped (a reader that does not read), interrupts at once.
    """
    came: list[int] = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def note(number: int, _: object) -> None:
        if came:
            interrupt()
        came.append(number)
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, interrupt)
            signal.setitimer(signal.ITIMER_REAL, STOP_S + 0.4)

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    before: dict[int, Any] = {}
    for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
        before[number] = signal.signal(number, note)
    try:
        yield lambda: bool(came)
    finally:
        if came and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


class StopSignals:
    """For the window: while entered, a signal is noted and `then` is called, instead of breaking into Qt.

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
