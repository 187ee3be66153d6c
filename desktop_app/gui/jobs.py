"""Work that must not block the window: a thread each; results come back in the window's thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.command_line.output import tell
from desktop_app.core.errors import EmoscopeError, sentences, unexpected
from desktop_app.core.supervised_thread import SupervisedThread

_KEEPS_S: Final = 4.0
"""How long the end of the window waits for what is being written."""
_log = logging.getLogger(__name__)


class Job:
    """A running piece of work. `cancel` asks it to stop; its callbacks stay silent from then on."""

    def __init__(self, name: str, *, keeps: bool = False) -> None:
        self.name, self.keeps = name, keeps
        self.cancelled = threading.Event()
        self.thread_: SupervisedThread | None = None

    def cancel(self) -> None:
        self.cancelled.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end. Returns whether it has ended."""
        return self.thread_ is None or self.thread_.join(timeout_s)

    @property
    def running(self) -> bool:
        return self.thread_ is not None and self.thread_.alive


class Jobs(QObject):
    """Starts jobs and brings their results into the window's thread."""

    _back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: set[Job] = set()
        self._closed = False
        self._back.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        name: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[EmoscopeError], None],
        *,
        keeps: bool = False,
    ) -> Job:
        """Run `work(job)` in a thread; then `done(result)` or `failed(error)` here, unless cancelled.

        With `keeps` it writes what a person wants to keep: `close` waits for it, and what fails then is told.
        """
        job = Job(name, keeps=keeps)

        def finish(callback: Callable[[Any], None], value: Any) -> None:
            self._running.discard(job)
            if not job.cancelled.is_set() and not self._closed:
                callback(value)

        def run() -> None:
            try:
                value = work(job)
            except EmoscopeError as error:
                if keeps and self._closed:  # there is no window any more that could show it
                    tell(sentences(error.message, error.hint))
                self._post(partial(finish, failed, error))
            else:
                self._post(partial(finish, done, value))

        def died(error: Exception) -> None:
            from concurrent.futures import CancelledError

            if self._closed and isinstance(error, CancelledError):
                return  # it waited its turn at something that has ended with the window
            _log.error("the job of %s has failed", name, exc_info=error)
            told = EmoscopeError(unexpected(error), code="internal", fields={"thread": name})
            self._post(partial(finish, failed, told))

        job.thread_ = SupervisedThread(f"emoscope-{name}", run, died)
        self._running.add(job)
        job.thread_.start()
        return job

    def cancel(self, name: str) -> None:
        """Cancel all of this name."""
        for job in self._running:
            if job.name == name:
                job.cancel()

    def under_way(self, job: Job | None) -> bool:
        """Whether what comes of this job is still to come."""
        return job is not None and job in self._running and not job.cancelled.is_set()

    def report(self, job: Job, callback: Callable[..., None], *values: Any) -> None:
        """From a worker: call back in the window's thread, unless the job was cancelled meanwhile."""
        self._post(lambda: None if job.cancelled.is_set() or self._closed else callback(*values))

    def call(self, callback: Callable[[], Any]) -> None:
        """From any thread: call back in the window's thread."""
        self._post(callback)

    def close(self, timeout_s: float = 1.5) -> bool:
        """Cancel and join everything, what keeps something for longer. Returns whether all have ended."""
        self._closed = True
        jobs = list(self._running)
        others = [job for job in jobs if not job.keeps]
        for job in others:
            job.cancel()
        for job in others:
            job.join(timeout_s / len(others))
        deadline = time.monotonic() + _KEEPS_S
        for job in jobs:
            if job.keeps and not job.join(deadline - time.monotonic()):
                tell(f"The window closed before this was finished: {job.name}.")
        return not any(job.running for job in jobs)

    def _post(self, call: Callable[[], Any]) -> None:
        if not self._closed:
            self._back.emit(call)

    def _call(self, call: Callable[[], Any]) -> None:
        call()
