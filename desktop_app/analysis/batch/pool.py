"""Parts analyzed by processes of this machine: one model each, none of which outlives the run."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from desktop_app.analysis.batch.inputs import Item
from desktop_app.analysis.batch.parts import Done
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.process_memory import machine_bytes
from desktop_app.core.worker_process import Worker, WorkerEnded

_MODULE: Final = "desktop_app.analysis.batch.worker"
_PATIENCE_S: Final = 300.0
_SHARE: Final = 0.8
_LEAST: Final = 384 * 2**20
"""Bytes for a process: with the shipped model it takes half of that."""
_POLL_S: Final = 0.1

Parts = Iterator[tuple[int, list[Item]]]
Told = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part that is in its place: what became of its recordings."""

    number: int
    done: list[Done]


class MakeTask(Protocol):
    """Makes the task of a part; see `worker.part_task`."""

    def __call__(
        self, number: int, items: list[Item], lost: Mapping[int, EmoscopeError]
    ) -> dict[str, Any]: ...


class Pool(Protocol):
    """Has parts analyzed, several at once."""

    def results(self, parts: Parts) -> Generator[PartResult, None, None]:
        """Each part as soon as it is in its place; closing the generator ends the work.

        Raises
        ------
        EmoscopeError
            The model cannot be opened, or results cannot be written.
        """


def usual_jobs(shares: int = 1) -> int:
    """A process for each core that this one may use, and fewer where that leaves a model too little memory.

    A container may see all the cores of its machine, and have little of the memory.

    Parameters
    ----------
    shares : int
        As for `LocalPool`, for each process.
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        cores = os.cpu_count() or 1
    memory = memory_of_each(1)
    return cores if memory is None else max(1, min(cores, memory // (shares * _LEAST)))


def memory_of_each(processes: int) -> int | None:
    """Bytes that each of so many processes may take; None if the machine does not tell what it has."""
    memory = machine_bytes()
    return None if memory is None else int(_SHARE * memory / processes)


class LocalPool:
    """Processes of this machine.

    Parameters
    ----------
    jobs : int
        How many; each uses one core.
    make_task : callable
    told : callable
        Called with the path that a process begins, from any thread.
    shares : int
        Among how many processes the memory of each is shared: with words, another one belongs to it.
    """

    def __init__(
        self, jobs: int, make_task: MakeTask, told: Told = lambda path: None, *, shares: int = 1
    ) -> None:
        self._jobs = jobs
        self._make_task = make_task
        self._told = told
        self._memory = memory_of_each(jobs * shares)

    def results(self, parts: Parts) -> Generator[PartResult, None, None]:
        found: queue.SimpleQueue[PartResult | BaseException | None] = queue.SimpleQueue()
        stop = threading.Event()
        gate = threading.Lock()

        def next_part() -> tuple[int, list[Item]] | None:
            with gate:
                return None if stop.is_set() else next(parts, None)

        def work() -> None:
            worker = Worker(_MODULE, memory_limit=self._memory)  # which ends with the thread that started it
            try:
                while (part := next_part()) is not None:
                    found.put(self._analyzed(worker, *part, stop.is_set))
            except WorkerEnded as ended:
                if ended.why != "cancelled":
                    found.put(_cannot_start(ended))
            except BaseException as error:  # noqa: BLE001 - raised where the results are waited for
                found.put(error)
            finally:
                worker.close()
                found.put(None)

        threads = [
            threading.Thread(target=work, name=f"emoscope-batch-{k}", daemon=True) for k in range(self._jobs)
        ]
        for thread in threads:
            thread.start()
        try:
            running = len(threads)
            while running:
                result = _next(found)
                if isinstance(result, BaseException):
                    raise result
                if result is None:
                    running -= 1
                else:
                    yield result
        finally:
            stop.set()
            for thread in threads:
                thread.join(2.0)

    def _analyzed(
        self, worker: Worker, number: int, items: list[Item], cancel: Callable[[], bool]
    ) -> PartResult:
        """A part; a recording that ends the process is told as failed, and the others are analyzed."""
        lost: dict[int, EmoscopeError] = {}
        while True:
            at = -1

            def step(path: str, place: int, total: int) -> None:
                nonlocal at
                if total:
                    at = place
                    self._told(path)

            try:
                outcome = worker.ask(
                    self._make_task(number, items, lost), patience_s=_PATIENCE_S, cancel=cancel, on_step=step
                )
            except WorkerEnded as ended:
                if ended.why == "cancelled" or at < 0 or at in lost:
                    raise
                lost[at] = lost_error(items[at].path, ended)
                continue
            if "error" in outcome:
                told = outcome["error"]
                raise EmoscopeError(told["message"], told["hint"], code=told["code"])
            return PartResult(number, [Done.of(each) for each in outcome["result"]["done"]])


def lost_error(path: str, ended: WorkerEnded) -> EmoscopeError:
    """The failure of a recording at which the process ended."""
    why = {
        "hung": "nothing came of it within five minutes",
        "memory": "it takes more memory than there is",
        "died": f"the process ended ({ended.signal_name or ended.last_words or ended.code})",
    }[ended.why]
    return EmoscopeError(f"'{path}' cannot be analyzed: {why}.", code="batch.lost")


def _cannot_start(ended: WorkerEnded) -> EmoscopeError:
    why = ended.signal_name or ended.last_words or ended.why
    return EmoscopeError(
        f"A process that analyzes could not go on ({why}).",
        "With --jobs 1 less memory is needed; 'emoscope doctor' checks the model.",
        code="batch.process",
    )


def _next(
    found: queue.SimpleQueue[PartResult | BaseException | None],
) -> PartResult | BaseException | None:
    while True:
        try:
            return found.get(timeout=_POLL_S)  # so that Ctrl+C is heard on every system
        except queue.Empty:
            continue
