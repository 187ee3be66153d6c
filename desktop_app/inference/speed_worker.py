"""The process in which a model's speed is measured: see `speed`.

`python -m desktop_app.inference.speed_worker`, with the task on stdin.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

from desktop_app.core.worker_child import Step, serve
from desktop_app.inference.errors import ModelError
from desktop_app.inference.package import open_content, read_content, read_manifest
from desktop_app.inference.self_test_signal import self_test_signal

SECONDS: Final = 3.0
_LEAST_RUNS: Final = 5
_MOST_RUNS: Final = 25
_ENOUGH_S: Final = 0.8


def main() -> int:
    """Do the task on stdin."""
    return serve(_work)


def _work(task: dict[str, Any], step: Step) -> dict[str, Any]:
    with contextlib.suppress(AttributeError, OSError):
        os.nice(19)  # whoever listens meanwhile comes first
    try:
        return {"result": _measure(Path(task["path"]), step)}
    except (ModelError, MemoryError) as error:
        return {"error": str(error.message if isinstance(error, ModelError) else "too little memory")}


def _measure(path: Path, step: Step) -> dict[str, float]:
    step("loading it", 0, 2)
    content = read_content(path)
    manifest = read_manifest(content)
    opened = open_content(content, manifest, "cpu")
    seconds = min(max(SECONDS, manifest.min_seconds), manifest.max_seconds)
    waveform = self_test_signal("vowels-v1", seconds, manifest.sample_rate)[None]
    step("running it", 1, 2)
    took: list[float] = []  # the fastest tells: whatever else the computer does only adds to it
    opened.session.run(list(opened.outputs), {"waveform": waveform})  # the first one also makes room
    end = time.perf_counter() + _ENOUGH_S
    while len(took) < _LEAST_RUNS or (time.perf_counter() < end and len(took) < _MOST_RUNS):
        begin = time.perf_counter()
        opened.session.run(list(opened.outputs), {"waveform": waveform})
        took.append(time.perf_counter() - begin)
        step("running it", 1, 2)
    return {"ms": 1000 * min(took), "seconds": seconds}


if __name__ == "__main__":
    sys.exit(main())
