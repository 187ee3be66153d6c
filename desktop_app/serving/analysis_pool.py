"""The worker processes that analyze uploads, the queue before them, and a fresh one for each that died."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.worker_process import Why, Worker, WorkerEnded
from desktop_app.serving.failures import ServeError, not_started, raised
from desktop_app.serving.settings import ServeSettings

MODULE: Final = "desktop_app.serving.analysis_worker"
LOAD_S: Final = 300.0
"""To load the model in a fresh process."""
LEFT_S: Final = 2.0
"""Work that nobody waits for any more goes on for so long: most is done by then, and a process that is ended
must load the model again."""


@dataclass(slots=True, eq=False)
class _Job:
    task: Mapping[str, Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[dict[str, Any]]
    ends_at: float
    begun_at: float | None = None
    unwanted: threading.Event = field(default_factory=threading.Event)


class AnalysisPool:
    """A thread for each worker process, since a process ends with the thread that has started it.

    Parameters
    ----------
    on_ended : callable
        Told why a worker process ended, from any thread.

    Attributes
    ----------
    model : mapping
        What the workers tell of their model, as JSON values; once `start` has returned.
    """

    def __init__(self, settings: ServeSettings, on_ended: Callable[[Why], None] = lambda _: None) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._on_ended = on_ended
        self._waiting: queue.Queue[_Job | None] = queue.Queue(maxsize=self._limits.waiting)
        self.model: Mapping[str, Any] = {}
        self._closed = threading.Event()
        self._ready = threading.Semaphore(0)
        self._failed: list[EmoscopeError] = []
        self._working = 0
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, name=f"emoscope-serve-{k}", daemon=True)
            for k in range(settings.workers)
        ]

    @property
    def waiting(self) -> int:
        """Uploads that wait for a worker."""
        return self._waiting.qsize()

    @property
    def working(self) -> int:
        """Uploads that are being analyzed."""
        return self._working

    def start(self) -> None:
        """Start the processes and wait until each has loaded the model. Raises what keeps one from it."""
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            self._ready.acquire()
        if self._failed:
            self.close()
            raise self._failed[0]

    def close(self) -> None:
        """End the processes; what is under way is answered as refused."""
        self._closed.set()
        for _ in self._threads:
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5.0)

    async def analyze(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a task of `analysis_worker`. To be cancelled when the caller has gone.

        Raises
        ------
        ServeError
            ``serve.busy``: too many wait. ``serve.time``: there was no answer in time. ``serve.decoder``: it
            brought down the process that decoded it.
        EmoscopeError
            What the worker tells of the recording.
        """
        loop = asyncio.get_running_loop()
        job = _Job(task, loop, loop.create_future(), time.monotonic() + self._limits.work_s)
        try:
            self._waiting.put_nowait(job)
        except queue.Full:
            raise ServeError(
                "Too many recordings wait already.", "Try again in some seconds.", code="serve.busy"
            ) from None
        try:
            return await job.answer
        finally:
            job.unwanted.set()

    # --- on the threads of the workers ---

    def _run(self) -> None:
        worker = Worker(MODULE, memory_limit=self._limits.memory_bytes)
        try:
            self._warm(worker)
            self._ready.release()
            while not self._closed.is_set():
                try:
                    job = self._waiting.get(timeout=1.0)
                except queue.Empty:
                    continue
                if job is not None:
                    self._do(worker, job)
        finally:
            worker.close()

    def _warm(self, worker: Worker) -> None:
        try:
            outcome = worker.ask(self._with_model({}), patience_s=LOAD_S, cancel=self._closed.is_set)
        except WorkerEnded as ended:
            error: EmoscopeError = ServeError(
                f"A worker process ended while it loaded ({ended.why}): {ended.last_words}"
            )
        except Exception as failure:  # noqa: BLE001 - whoever waits for it must be told
            error = not_started(failure)
        else:
            if "error" not in outcome:
                self.model = outcome["result"]
                return
            error = raised(outcome["error"])
        self._failed.append(error)

    def _with_model(self, task: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._settings.of_model(), "longest_s": self._limits.sound_s, **task}

    def _do(self, worker: Worker, job: _Job) -> None:
        if job.unwanted.is_set():
            return
        with self._lock:
            self._working += 1
        try:
            answer = self._answer(worker, job)
        finally:
            with self._lock:
                self._working -= 1
        with contextlib.suppress(RuntimeError):  # the loop has ended
            job.loop.call_soon_threadsafe(_settle, job.answer, answer)

    def _answer(self, worker: Worker, job: _Job) -> dict[str, Any] | EmoscopeError:
        begun = time.monotonic()
        if begun >= job.ends_at:
            return _late(self._limits.work_s)

        def cancel() -> bool:
            now = time.monotonic()
            unwanted = job.unwanted.is_set() and now - begun > LEFT_S
            return unwanted or now > job.ends_at or self._closed.is_set()

        try:
            outcome = worker.ask(
                self._with_model(job.task), patience_s=self._limits.work_s + LOAD_S, cancel=cancel
            )
        except WorkerEnded as ended:
            self._on_ended(ended.why)
            return self._why(ended)
        except Exception as failure:  # noqa: BLE001 - whoever asked must be told, and others are to come
            return not_started(failure)
        if "error" in outcome:
            return raised(outcome["error"])
        result: dict[str, Any] = outcome["result"]
        return result

    def _why(self, ended: WorkerEnded) -> EmoscopeError:
        if ended.why == "memory":
            return ServeError("This recording takes more memory than is allowed.", code="audio.memory")
        if ended.why == "died":
            what = ended.signal_name or f"exit code {ended.code}"
            return ServeError(
                f"This recording brought down the process that decoded it ({what}).", code="serve.decoder"
            )
        return _late(self._limits.work_s)


def _late(seconds: float) -> ServeError:
    return ServeError(
        f"There was no answer within {seconds:g} s.",
        "Send a shorter recording, or try again later.",
        code="serve.time",
    )


def _settle(answer: asyncio.Future[dict[str, Any]], found: dict[str, Any] | EmoscopeError) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(found, EmoscopeError):
        answer.set_exception(found)
    else:
        answer.set_result(found)
