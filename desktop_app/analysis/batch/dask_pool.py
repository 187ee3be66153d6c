"""Parts analyzed by the workers of a Dask cluster that is there."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import Counter
from collections.abc import Generator, Mapping
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.batch.inputs import Item
from desktop_app.analysis.batch.parts import Done
from desktop_app.analysis.batch.pool import MakeTask, PartResult, Parts, Told
from desktop_app.analysis.batch.work import PartWork
from desktop_app.analysis.batch.worker import open_work
from desktop_app.command_line.tool import as_told
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.installation import install_hint

_WAITING: Final = 2
"""Parts for each thread of the cluster that are handed over at once: enough to keep it busy, and no more."""
_CONNECT_S: Final = 10
_MOST_LOSSES: Final = 5
"""So often a part is handed over again whose result was lost together with a worker."""

_opened: dict[str, PartWork] = {}
_gate = threading.Lock()


class DaskPool:
    """A Dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.1:8786``.
    make_task : callable
    model : bytes, optional
        The content of a model file; None for the one that is shipped, which every worker has.
    next_part : callable
        Gives the number of another part.

    Raises
    ------
    EmoscopeError
        Dask is not installed, or nothing answers there.
    """

    def __init__(
        self,
        address: str,
        make_task: MakeTask,
        model: bytes | None,
        next_part: Any,
        told: Told = lambda path: None,
    ) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise EmoscopeError(
                "A Dask cluster needs Dask, which is not installed.",
                install_hint("cluster"),
                code="batch.not_installed",
            ) from error
        try:
            self._client = Client(address, timeout=_CONNECT_S)
        except (OSError, ValueError, TimeoutError) as error:
            raise EmoscopeError(
                f"No Dask scheduler answers at '{address}'.",
                "Start one with 'dask scheduler', and workers with 'dask worker ADDRESS'.",
                code="batch.cluster",
            ) from error
        self._make_task = make_task
        self._next_part = next_part
        self._told = told
        self._model = model
        self._sent: Any = None
        """The model where the workers have it."""
        self._send_model()

    def results(self, parts: Parts) -> Generator[PartResult, None, None]:
        from distributed import KilledWorker, as_completed

        waiting: dict[Any, tuple[int, list[Item]]] = {}
        losses: Counter[int] = Counter()

        def submit(number: int, items: list[Item], lost: Mapping[int, EmoscopeError]) -> Any:
            task = self._make_task(number, items, lost)
            future = self._client.submit(analyze_part, task, self._sent, pure=False)
            waiting[future.key] = (number, items)
            self._told(items[0].path)
            return future

        try:
            room = _WAITING * max(1, sum(self._client.nthreads().values()))
            completed = as_completed()
            for _ in range(room):
                if (part := next(parts, None)) is None:
                    break
                completed.add(submit(*part, {}))
            for future in completed:
                number, items = waiting.pop(future.key)
                try:
                    outcome = future.result()
                except KilledWorker:
                    if len(items) == 1:
                        completed.add(submit(number, items, {0: _killed(items[0].path)}))
                    else:  # one of them ends the workers: each by itself tells which
                        for item in items:
                            completed.add(submit(self._next_part(), [item], {}))
                    continue
                except Exception as error:  # noqa: BLE001 - what is not to be mended is raised
                    losses[number] += 1
                    self._mend(error, losses[number])
                    completed.add(submit(number, items, {}))
                    continue
                finally:
                    future.release()
                if "error" in outcome:
                    told = outcome["error"]
                    raise EmoscopeError(told["message"], told["hint"], code=told["code"])
                yield PartResult(number, [Done.of(each) for each in outcome["result"]["done"]])
                if (part := next(parts, None)) is not None:
                    completed.add(submit(*part, {}))
        finally:
            self._client.close()

    def _mend(self, error: Exception, losses: int) -> None:
        """Make good what a part was lost with, so that it can be handed over again; raise anything else."""
        if isinstance(error, CancelledError) and losses <= _MOST_LOSSES and self._client.status == "running":
            self._send_model()  # a worker ended with the result, or with the only copy of the model
            return
        raise EmoscopeError(
            f"The cluster could not do a part ({type(error).__name__}: {error}).",
            "Emoscope must be installed alike on all of its machines; the same call goes on.",
            code="batch.cluster",
        ) from error

    def _send_model(self) -> None:
        if self._model is None:
            return
        try:
            self._sent = self._client.scatter(self._model, broadcast=True, hash=False)
        except TimeoutError as error:
            raise EmoscopeError(
                "The Dask cluster has no worker.",
                "Start some with 'dask worker ADDRESS'; the same call goes on.",
                code="batch.cluster",
            ) from error


def analyze_part(task: dict[str, Any], model: bytes | None) -> dict[str, Any]:
    """Runs on a worker of the cluster; the outcome is that of `worker.Work`."""
    try:
        work = _work(task, model)
        found = [Item(**each) for each in task["items"]]
        lost = {
            int(place): EmoscopeError(each["message"], code=each["code"])
            for place, each in task["lost"].items()
        }
        if work.made_with != task["made_with"]:
            raise EmoscopeError(
                "A worker of the cluster has another version of Emoscope, or of its model.",
                "Install the same on all machines, or name the model with --model.",
                code="batch.other_version",
            )
        done = work.run(task["number"], found, lost)
    except Exception as failure:  # noqa: BLE001 - told where the results are waited for
        error = as_told(failure)
        return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}
    return {"result": {"done": [one.data() for one in done]}}


def _work(task: dict[str, Any], model: bytes | None) -> PartWork:
    """The model of a task, opened once in a process."""
    named = "" if model is None else hashlib.sha256(model).hexdigest()
    key = f"{named}|{task['provider']}|{task['out']}|{task['options']}"
    with _gate:
        if key not in _opened:
            path = None
            if model is not None:
                path = Path(tempfile.gettempdir()) / f"emoscope-{named[:16]}" / "model.onnx"
                if not path.is_file():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    unfinished = path.with_suffix(f".{threading.get_ident()}")
                    unfinished.write_bytes(model)
                    unfinished.replace(path)
            _opened[key] = open_work({**task, "model": None if path is None else str(path)})
        return _opened[key]


def _killed(path: str) -> EmoscopeError:
    return EmoscopeError(f"'{path}' cannot be analyzed: the workers that opened it ended.", code="batch.lost")
