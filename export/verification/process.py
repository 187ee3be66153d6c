"""Starts the process that runs a graph, follows its steps, and turns whatever becomes of it into an error."""

from __future__ import annotations

from typing import Any

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.worker_child import Step
from desktop_app.core.worker_process import WorkerEnded, run_worker
from desktop_app.inference.errors import ManifestError, ModelError
from export.errors import CrashError, ExportError

Progress = Step

PATIENCE_S = 180.0
"""Longest silence between two steps. A step is one run of the graph, on 40 s of sound at most."""


def run_isolated(
    task: str,
    arguments: dict[str, Any],
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
) -> Any:
    """Do a task of `export.verification.worker` in a process of its own, which ends with this one.

    Parameters
    ----------
    task : str
        A key of `export.verification.worker.TASKS`.
    arguments : dict
        JSON values.
    progress : callable, optional
        (what, steps done, steps in all).
    patience_s : float
        The process is ended if it tells nothing for so long.

    Returns
    -------
    result
        JSON values.

    Raises
    ------
    ExportError, ModelError
        The error that the process met, with its type.
    CrashError
        If it died or hung.
    """
    try:
        outcome = run_worker(
            "export.verification.worker",
            {"task": task, "arguments": arguments},
            patience_s=patience_s,
            on_step=progress,
        )
    except WorkerEnded as ended:
        raise _crash(ended, patience_s) from ended
    if "error" in outcome:
        raise _error(outcome["error"])
    return outcome["result"]


def _crash(ended: WorkerEnded, patience_s: float) -> CrashError:
    if ended.why == "hung":
        return CrashError(
            f"The graph did not come back within {patience_s:g} s ({ended.at}), and was ended.",
            "It may loop for ever, or be too large for this computer.",
        )
    hint = f"Its last words: {ended.last_words}" if ended.last_words else ""
    name = ended.signal_name
    if not name:
        return CrashError(f"The process that runs the graph ended with code {ended.code} ({ended.at}).", hint)
    if name == "SIGKILL":
        hint = "Most likely the memory of this computer does not suffice for it."
    return CrashError(f"The graph brought down ONNX Runtime ({name}, {ended.at}).", hint)


def _error(told: dict[str, str]) -> EmoscopeError:
    known: list[type[EmoscopeError]] = [ModelError, ManifestError, *ExportError.__subclasses__()]
    kinds = {kind.__name__: kind for kind in known}
    return kinds.get(told["type"], ExportError)(told["message"], told["hint"], code=told["code"])
