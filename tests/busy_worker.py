"""A program whose worker is busy without end, to see what becomes of the worker."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

PAST_ITS_IMPORTS_S = 1.5


class BusyWorker:
    """Runs `code` with `argument`; gives that program, and its worker as soon as it is deep in its work."""

    def __init__(self, code: str, argument: Path) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", code, str(argument)], stderr=subprocess.PIPE)

    def __enter__(self) -> tuple[subprocess.Popen[bytes], psutil.Process]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            for child in psutil.Process(self._process.pid).children():
                if child.cpu_times().user > PAST_ITS_IMPORTS_S:
                    return self._process, child
            time.sleep(0.05)
        self._process.kill()
        raise AssertionError("no worker was busy")

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()


def gone(process: psutil.Process, within_s: float = 2.0) -> bool:
    """Whether a process has ended, or does soon; one that nobody waits for stays as a zombie."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
