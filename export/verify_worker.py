"""The separate process in which a graph is run: ONNX Runtime alone, torch not even importable.

`python -m export.verify_worker TASK.json`. It tells each step as a line of JSON on stdout, last the result
or the error. Whatever libraries print goes to stderr.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FORBIDDEN = ("torch", "transformers", "sklearn", "librosa", "models")
"""What a finished file must do without."""

TASKS = {"verify": "export.verify_checks", "measure": "export.measure"}
"""Each has a function `run(arguments, progress) -> JSON values`."""


def main(task_file: str) -> int:
    """Do the task and tell about it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # None in the place of a module makes importing it fail.
    sys.modules.update(dict.fromkeys(FORBIDDEN))  # type: ignore[arg-type]
    _limit_resources()
    from desktop_app.core.types import EmoscopeError

    def tell(message: dict[str, Any]) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    task = json.loads(Path(task_file).read_text(encoding="utf-8"))
    run: Callable[..., Any] = importlib.import_module(TASKS[task["task"]]).run
    try:
        result = run(task["arguments"], lambda what, done, total: tell({"step": [what, done, total]}))
    except EmoscopeError as error:
        tell({"error": {"type": type(error).__name__, "message": error.message, "hint": error.hint}})
    except MemoryError:
        tell(
            {
                "error": {
                    "type": "CrashError",
                    "message": "The graph needs more memory than there is.",
                    "hint": "",
                }
            }
        )
    else:
        tell({"result": result})
    out.close()
    return 0


def _limit_resources() -> None:
    """No more memory than the machine has, so that a wild graph fails here alone; and no core dumps."""
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (physical, physical))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
