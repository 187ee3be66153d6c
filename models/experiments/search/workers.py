"""Fits in processes of their own: what takes too long is ended in its midst, whatever library it is in."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from models.experiments.search.fitting import SearchData
    from models.recipes.recipe import Recipe

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_LAST_WORD_S = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fit.

    `uar` is None unless it is done; `reason` then says what was wrong, and `kind` whether the fit `failed`,
    its process `died`, or it took `long`.
    """

    uar: float | None
    seconds: float
    reason: str = ""
    kind: Literal["done", "failed", "died", "long"] = "done"


class FitWorker:
    """One process that fits one candidate on one fold at a time; started again when it has ended."""

    def __init__(self, data: SearchData) -> None:
        self._data = data
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._started: float | None = None

    @property
    def busy(self) -> bool:
        return self._started is not None

    def begin(self, recipe: Recipe, fold: int) -> None:
        """Fit a recipe on a fold; `outcome` tells when it is done."""
        if self._process is None or not self._process.is_alive():
            self.end()
            self._start()
        assert self._connection is not None  # noqa: S101
        self._started = time.monotonic()
        with suppress(OSError):  # it died at once: `outcome` says so
            self._connection.send((recipe, fold))

    def outcome(self, longest_s: float) -> Outcome | None:
        """What became of the fit; None while it goes on. One that takes `longest_s` or more is ended."""
        assert self._connection is not None  # noqa: S101
        assert self._started is not None  # noqa: S101
        seconds = time.monotonic() - self._started
        found: Outcome | None = None
        try:
            if self._connection.poll():
                uar, reason = self._connection.recv()
                found = Outcome(uar, seconds, reason, "done" if uar is not None else "failed")
        except (EOFError, OSError):
            found = Outcome(None, seconds, "its process ended by itself", "died")
        if found is None and seconds >= longest_s:
            found = Outcome(None, seconds, f"a fit took more than {longest_s:.0f} s", "long")
        if found is not None:
            self._started = None
            if found.kind in ("died", "long"):
                self.end()
        return found

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._started = None
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(_LAST_WORD_S)
        self._process = self._connection = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        mine, its = context.Pipe()
        self._process = context.Process(target=_work, args=(its, self._data), daemon=True)
        with _one_thread():
            self._process.start()
        its.close()
        self._connection = mine


def wait_for_any(workers: Sequence[FitWorker], timeout_s: float) -> None:
    """Until one of the busy workers has something to tell, or the time is over."""
    there = [worker._connection for worker in workers if worker.busy and worker._connection is not None]
    if there:
        wait(there, max(0.0, timeout_s))


@contextmanager
def _one_thread() -> Iterator[None]:
    """For a process that is started within: its libraries read it as they load.

    Several fits side by side use the processors better than several threads of one.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _work(connection: Connection, data: SearchData) -> None:
    """Runs in the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the parent, which ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import warnings

    from desktop_app.core.errors import EmoscopeError
    from models.experiments.search.fitting import fold_uar

    warnings.simplefilter("ignore")  # a candidate that does not converge has the figure that it has
    while True:
        try:
            recipe, fold = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[float | None, str] = fold_uar(data, recipe, fold), ""
        except EmoscopeError as error:
            answer = None, str(error)
        except (ValueError, ArithmeticError, MemoryError, RuntimeError) as error:
            answer = None, f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
        connection.send(answer)


def _end_with_parent() -> None:
    """A parent that was killed can end nothing: its workers see to that themselves."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
