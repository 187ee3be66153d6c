"""Work in a process of its own, which ends when it hangs, takes too much memory, or its parent is gone.

The parent calls `run_worker`; the module that it names calls `serve` (`worker_child.py`). The task goes in as
a line of JSON on stdin, which then stays open as a lifeline; steps, and last the result or the error, come
back as lines of JSON on stdout. What libraries print goes to stderr.

A `Worker` is asked one task after another, where starting takes longer than the work; its module calls
`serve_many`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final, Literal

from desktop_app.core.own_process import module_command
from desktop_app.core.process_memory import resident_bytes
from desktop_app.core.worker_child import Step

Why = Literal["hung", "memory", "died", "cancelled"]

POLL_S: Final = 0.1
"""Between two looks at memory and at `cancel`; each costs as much as an answer's way through the pipe."""
_ROOT: Final = Path(__file__).parents[2]
_LARGE_PAGES: Final = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Makes a process that works through the same megabytes all the time, as a model does, 4 % faster in virtual
machines. Other systems than Linux with glibc do not look at it."""


class WorkerEnded(Exception):  # noqa: N818 - what became of it; whoever asked makes the sentence
    """A worker gave no result and no error of its own.

    Attributes
    ----------
    why : str
        ``hung``: no word within the time allowed. ``memory``: more resident memory than allowed. ``died``: by
        a signal or an exit of its own. ``cancelled``: `cancel` said so.
    at : str
        The step that it was in.
    code : int
        As `subprocess.Popen.returncode`, if it died.
    last_words : str
        The last line that it wrote to stderr.
    """

    def __init__(self, why: Why, at: str, code: int = 0, last_words: str = "") -> None:
        super().__init__(why, at, code, last_words)
        self.why, self.at, self.code, self.last_words = why, at, code, last_words

    @property
    def signal_name(self) -> str:
        """Such as ``SIGSEGV``; empty if no signal ended it."""
        if self.code >= 0:
            return ""
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


def run_worker(
    module: str,
    task: Mapping[str, Any],
    *,
    patience_s: float,
    memory_limit: int | None = None,
    cancel: Callable[[], bool] | None = None,
    on_step: Step | None = None,
    while_starting: Callable[[], object] | None = None,
) -> dict[str, Any]:
    """Have `python -m module` do a task, and wait for it; Ctrl+C and `cancel` work at any time.

    Parameters
    ----------
    task : mapping
        JSON values.
    patience_s : float
        The worker is ended if it tells nothing for so long.
    memory_limit : int, optional
        Bytes of resident memory beyond which it is ended.
    while_starting : callable, optional
        What can be done here in the meantime.

    Returns
    -------
    outcome : dict
        ``{"result": ...}`` or ``{"error": ...}``, as the worker told it.

    Raises
    ------
    WorkerEnded
        If it told neither.
    """
    with tempfile.TemporaryFile() as noise, _process(module, noise) as process:
        lifeline = process.stdin
        assert lifeline is not None  # noqa: S101 - it was asked for
        try:
            _send(lifeline, {**task, "parent": os.getpid()})
            if while_starting is not None:
                while_starting()
            return _follow(process, patience_s, memory_limit, cancel, on_step)
        except WorkerEnded as ended:
            if ended.why == "died":
                ended.last_words = _last_words(noise)
            raise
        finally:
            process.kill()
            with contextlib.suppress(OSError):
                lifeline.close()


class Worker:
    """A process of `python -m module` that does one task after another; it is started by the first.

    On Linux the process ends with the thread that has started it: call everything from one thread that lives
    as long as the worker.

    Parameters
    ----------
    memory_limit : int, optional
        Bytes of resident memory beyond which it is ended.
    """

    def __init__(self, module: str, *, memory_limit: int | None = None) -> None:
        self._module, self._memory_limit = module, memory_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._noise: IO[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader: threading.Thread | None = None

    def ask(
        self,
        task: Mapping[str, Any],
        *,
        patience_s: float,
        cancel: Callable[[], bool] | None = None,
        on_step: Step | None = None,
    ) -> dict[str, Any]:
        """Have it do a task, and wait for the outcome, as `run_worker` does.

        Raises
        ------
        WorkerEnded
            If it told nothing. The next call starts another process.
        """
        process = self._started()
        assert process.stdin is not None  # noqa: S101 - it was asked for
        try:
            _send(process.stdin, task)
            return _outcome(
                process,
                self._lines,
                patience_s=patience_s,
                memory_limit=self._memory_limit,
                cancel=cancel,
                on_step=on_step,
            )
        except WorkerEnded as ended:
            if ended.why == "died" and self._noise is not None:
                ended.last_words = _last_words(self._noise)
            self.close()
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        if self._reader is not None:
            self._reader.join()
        with process, contextlib.suppress(OSError):  # which closes what led to it
            if process.stdin is not None:
                process.stdin.close()
        if self._noise is not None:
            self._noise.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            if self._process.poll() is None:
                return self._process
            self.close()  # something ended it between two tasks
        self._noise = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        process = _process(self._module, self._noise, {**child_environment(), **_LARGE_PAGES})
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - likewise
        self._lines = queue.SimpleQueue()
        self._reader = threading.Thread(target=_read, args=(process.stdout, self._lines), daemon=True)
        self._reader.start()
        _send(process.stdin, {"parent": os.getpid()})
        self._process = process
        return process


def _process(
    module: str, noise: IO[bytes], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a module of our own
        module_command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=noise,
        env=child_environment() if environment is None else environment,
        # Ctrl+C in the terminal is for the parent, which ends the worker.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _send(stream: IO[bytes], task: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):  # one that died is told where its answer is waited for
        stream.write(json.dumps(task).encode() + b"\n")
        stream.flush()


def _last_words(noise: IO[bytes]) -> str:
    noise.seek(0)
    said = noise.read().decode(errors="replace").strip().splitlines()
    return said[-1][:200] if said else ""


def child_environment() -> dict[str, str]:
    """This process's own, in which the packages are found wherever the call was made."""
    known = os.environ.get("PYTHONPATH")
    path = f"{_ROOT}{os.pathsep}{known}" if known else str(_ROOT)
    return {**os.environ, "PYTHONPATH": path, "PYTHONFAULTHANDLER": ""}


def _follow(
    process: subprocess.Popen[bytes],
    patience_s: float,
    memory_limit: int | None,
    cancel: Callable[[], bool] | None,
    on_step: Step | None,
) -> dict[str, Any]:
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        return _outcome(
            process,
            lines,
            patience_s=patience_s,
            memory_limit=memory_limit,
            cancel=cancel,
            on_step=on_step,
        )
    finally:
        process.kill()
        reader.join()


def _outcome(
    process: subprocess.Popen[bytes],
    lines: queue.SimpleQueue[bytes],
    *,
    patience_s: float,
    memory_limit: int | None,
    cancel: Callable[[], bool] | None,
    on_step: Step | None,
) -> dict[str, Any]:
    at, heard = "starting", time.monotonic()
    while True:
        try:
            line = lines.get(timeout=POLL_S)
        except queue.Empty:
            if cancel is not None and cancel():
                raise WorkerEnded("cancelled", at) from None
            if memory_limit is not None and (resident_bytes(process.pid) or 0) > memory_limit:
                raise WorkerEnded("memory", at) from None
            if time.monotonic() - heard > patience_s:
                raise WorkerEnded("hung", at) from None
            continue
        message = _message(line)
        if message is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise WorkerEnded("died", at, process.wait(timeout=2))
            process.kill()
            raise WorkerEnded("died", at, process.wait())
        if "step" not in message:
            return message
        at, done, total = message["step"]
        heard = time.monotonic()
        if on_step is not None:
            on_step(at, done, total)


def _read(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(b"")


def _message(line: bytes) -> dict[str, Any] | None:
    """What a line says; None at the end of them, or for one that broke off."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
