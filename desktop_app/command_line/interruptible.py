"""Work in native code that Ctrl+C must be able to leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_LOOK_S: Final = 0.05


class _Work(Generic[T]):
    """A call on its own thread, and what came of it."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._results: list[T] = []
        self._error: BaseException | None = None
        self.done = threading.Event()

    def run(self) -> None:
        try:
            self._results.append(self._call())
        except BaseException as error:  # noqa: BLE001 - handed to the caller as it is
            self._error = error
        finally:
            self.done.set()

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]


def interruptible(
    work: Callable[[], T],
    stopped: Callable[[], bool] = lambda: False,
) -> T:
    """Run `work` on a thread of its own while the main thread waits, and return what it returns.

    Python hears signals only between two steps of the main thread, so while that one is inside native code,
    such as a model that never ends loading, Ctrl+C does nothing. The abandoned thread goes on; the end of the
    process takes it along.

    Parameters
    ----------
    work : callable
        What it raises is raised here.
    stopped : callable, optional
        Asked again and again: has somebody asked for the end?

    Raises
    ------
    KeyboardInterrupt
        At once: as usual, or since `stopped` became true.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    running = _Work(work)
    # The name lets the end of the process know that it must not wait for this thread.
    threading.Thread(target=running.run, name="emoscope-native-work", daemon=True).start()
    while not running.done.wait(_LOOK_S):
        if stopped():
            raise KeyboardInterrupt
    return running.result()
