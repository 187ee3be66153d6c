"""The process in which the window has the checks of `emoscope doctor` made: they open microphones and models.

`python -m desktop_app.commands.doctor_worker`, with the task on stdin.
"""

from __future__ import annotations

import sys
from typing import Any

from desktop_app.commands.checks import all_checks
from desktop_app.core.worker_child import Step, serve


def main() -> int:
    """Do the task on stdin: `backend`, empty for the default one."""
    return serve(_work)


def _work(task: dict[str, Any], step: Step) -> dict[str, Any]:
    found: list[dict[str, str]] = []
    for check in all_checks(backend=task.get("backend") or None):
        step(check.name, len(found), 0)
        found.append(
            {
                "name": check.name,
                "status": str(check.status),
                "detail": check.detail,
                "advice": check.advice,
            }
        )
    return {"result": {"checks": found}}


if __name__ == "__main__":
    sys.exit(main())
