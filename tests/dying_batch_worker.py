"""As `desktop_app.analysis.batch.worker`, but it dies at `a.wav`, as a broken decoder would."""

from __future__ import annotations

import os
import sys
from typing import Any

from desktop_app.analysis.batch.worker import Work
from desktop_app.core.worker_child import Step, serve_many


class _Dying(Work):
    def __call__(self, task: dict[str, Any], step: Step) -> dict[str, Any]:
        def dying(what: str, done: int, total: int) -> None:
            step(what, done, total)
            if what.endswith("/a.wav") and str(done) not in task["lost"]:
                os.abort()

        return super().__call__(task, dying)


if __name__ == "__main__":
    sys.exit(serve_many(_Dying()))
