"""Starts the process that runs a graph, follows its steps, and turns whatever becomes of it into an error."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from desktop_app.core.types import EmoscopeError
from desktop_app.inference.errors import ManifestError, ModelError
from export.errors import CrashError, ExportError

PATIENCE_S = 180.0
"""Longest silence between two steps. A step is one run of the graph, on 40 s of sound at most."""

Progress = Callable[[str, int, int], None]

_ROOT = Path(__file__).parents[1]


def run_apart(
    task: str,
    arguments: dict[str, Any],
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
) -> Any:
    """Do a task of `export.verify_worker` in a process of its own.

    Parameters
    ----------
    task : str
        A key of `export.verify_worker.TASKS`.
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
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "stderr").open("w+b") as noise:
        task_file = Path(folder) / "task.json"
        task_file.write_text(json.dumps({"task": task, "arguments": arguments}), encoding="utf-8")
        with subprocess.Popen(  # noqa: S603 - this interpreter, and a file of our own
            [sys.executable, "-W", "ignore", "-m", "export.verify_worker", str(task_file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=noise,
            env=_environment(),
            # Ctrl+C in the terminal is for the parent, which ends the child.
            start_new_session=True,
        ) as process:
            try:
                outcome, at = _follow(process, progress, patience_s)
            finally:
                process.kill()
        if outcome is None:
            noise.seek(0)
            raise _crash(process.returncode, at, noise.read().decode(errors="replace"))
    if "error" in outcome:
        raise _error(outcome["error"])
    return outcome["result"]


def _environment() -> dict[str, str]:
    """This process's own, in which the packages are found wherever the call was made."""
    known = os.environ.get("PYTHONPATH")
    path = f"{_ROOT}{os.pathsep}{known}" if known else str(_ROOT)
    return {**os.environ, "PYTHONPATH": path, "PYTHONFAULTHANDLER": ""}


def _follow(
    process: subprocess.Popen[bytes], progress: Progress | None, patience_s: float
) -> tuple[dict[str, Any] | None, str]:
    """The process's last word, or None if it died without; and what it was doing."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    at = "starting"
    try:
        while True:
            try:
                line = lines.get(timeout=patience_s)
            except queue.Empty:
                raise CrashError(
                    f"The graph did not come back within {patience_s:g} s ({at}), and was ended.",
                    "It may loop for ever, or be too large for this computer.",
                ) from None
            if not line:
                process.wait()
                return None, at
            message: dict[str, Any] = json.loads(line)
            if "step" not in message:
                return message, at
            at, done, total = message["step"]
            if progress is not None:
                progress(at, done, total)
    finally:
        process.kill()
        reader.join()


def _read(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(b"")


def _crash(code: int, at: str, noise: str) -> CrashError:
    said = noise.strip().splitlines()
    hint = f"Its last words: {said[-1][:200]}" if said else ""
    if code >= 0:
        return CrashError(f"The process that runs the graph ended with code {code} ({at}).", hint)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if name == "SIGKILL":
        hint = "Most likely the memory of this computer does not suffice for it."
    return CrashError(f"The graph brought down ONNX Runtime ({name}, {at}).", hint)


def _error(told: dict[str, str]) -> EmoscopeError:
    known: list[type[EmoscopeError]] = [ModelError, ManifestError, *ExportError.__subclasses__()]
    kinds = {kind.__name__: kind for kind in known}
    return kinds.get(told["type"], ExportError)(told["message"], told["hint"])
