"""Calls that run one after another on a thread of their own. Knows no Qt."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future


class SerialCalls:
    """Like an executor with one worker, but its thread is a daemon: a hanging sound server cannot keep the
    process from ending."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = self._ended = False
        self._lock = threading.Lock()  # between submitting and closing: no call may slip in behind the end

    def submit(self, call: Callable[[], Any]) -> Future[Any]:
        """Run `call` after those before it. After `close` its future is cancelled at once."""
        from concurrent.futures import Future

        future: Future[Any] = Future()
        with self._lock:
            if self._closed or self._ended:
                future.cancel()
                return future
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._calls.put((call, future))
        return future

    def close(self, timeout_s: float) -> bool:
        """Drop what waits, and wait for what runs. Returns whether it ended in time."""
        with self._lock:
            self._closed = True
            self._calls.put(None)
            thread = self._thread
        if thread is None:
            return True
        thread.join(timeout_s)
        return not thread.is_alive()

    def finish(self, timeout_s: float) -> bool:
        """Do what waits, and take nothing more. Returns whether it ended in time."""
        with self._lock:
            self._calls.put(None)
            thread, self._thread = self._thread, None
            self._ended = True
        if thread is None:
            return True
        thread.join(timeout_s)
        return not thread.is_alive()

    def _run(self) -> None:
        while (entry := self._calls.get()) is not None:
            call, future = entry
            if self._closed or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            try:
                future.set_result(call())
            except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result
                future.set_exception(error)
