"""The child's side of `worker_process.py`: tasks come on stdin, and the process ends with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, TextIO

Step = Callable[[str, int, int], None]
"""(what, steps done, steps in all)."""


def serve(work: Callable[[dict[str, Any], Step], dict[str, Any]]) -> int:
    """Do the task that stands on stdin, and tell about it; ends the process when the parent is gone.

    `work` takes the task and a function to tell steps, and returns the outcome for `run_worker`.
    """
    out = own_stdout()
    task: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    end_with_parent(task.pop("parent"))
    _tell(out, work(task, lambda what, done, total: _tell(out, {"step": [what, done, total]})))
    out.close()
    return 0


def serve_many(work: Callable[[dict[str, Any], Step], dict[str, Any]]) -> int:
    """Do one task after another, as a `Worker` asks for them; ends the process when that is gone."""
    out = own_stdout()
    tasks: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    lines = _lines()
    end_with_thread_of(json.loads(next(lines))["parent"])

    def read() -> None:
        for line in lines:
            tasks.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, name="lifeline", daemon=True).start()
    while True:
        _tell(out, work(tasks.get(), lambda what, done, total: _tell(out, {"step": [what, done, total]})))


def _lines() -> Iterator[bytes]:
    """Of stdin, without Python's own reader: whoever ends while a thread waits in that one crashes."""
    parts: list[bytes] = []
    while block := os.read(0, 1 << 20):
        *ended, rest = block.split(b"\n")
        for line in ended:
            yield b"".join([*parts, line])
            parts = []
        parts.append(rest)


def own_stdout() -> TextIO:
    """Where to tell about the work; what anybody prints goes to stderr from now on."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return out


def _tell(out: IO[str], message: Mapping[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


def end_with_parent(parent: int) -> None:
    """End this process as soon as the one that started it is gone, whatever this one is doing.

    A thread waits for the end of stdin, of which the parent holds the other side. On Linux the kernel is
    asked too: native code that keeps the interpreter's lock would keep that thread from running.
    """
    end_with_thread_of(parent)
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()


def end_with_thread_of(parent: int) -> None:
    """On Linux, have the kernel end this process with the thread that has started it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it had gone before
            os._exit(1)


def _wait_for_the_end() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(1)
