"""The separate process in which a graph is run: ONNX Runtime alone, torch not even importable.

`python -m export.verification.worker`, with the task on stdin: see `desktop_app.core.worker_process`.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from desktop_app.core.worker_child import Step, serve

FORBIDDEN = ("torch", "transformers", "sklearn", "librosa", "models")
"""What a finished file must do without."""

TASKS = {
    "verify": "export.verification.checks:run",
    "measure": "export.verification.measure:run",
    "verify_text": "export.verification.texts:run",
    "measure_text": "export.verification.texts:measure",
}
"""Functions of (arguments, progress) that return JSON values."""


def main() -> int:
    """Do the task and tell about it."""
    # None in the place of a module makes importing it fail.
    sys.modules.update(dict.fromkeys(FORBIDDEN))  # type: ignore[arg-type]
    _limit_memory()
    return serve(_work)


def _work(task: dict[str, Any], step: Step) -> dict[str, Any]:
    from desktop_app.core.errors import EmoscopeError

    module, _, name = TASKS[task["task"]].partition(":")
    run: Callable[..., Any] = getattr(importlib.import_module(module), name)
    try:
        return {"result": run(task["arguments"], step)}
    except EmoscopeError as error:
        kind, message, hint, code = type(error).__name__, error.message, error.hint, error.code
    except MemoryError:
        kind, message, hint, code = "CrashError", "The graph needs more memory than there is.", "", ""
    return {"error": {"type": kind, "message": message, "hint": hint, "code": code}}


def _limit_memory() -> None:
    """No more memory than the machine has, so that a wild graph fails here alone."""
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError):
        import resource

        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (physical, physical))


if __name__ == "__main__":
    sys.exit(main())
