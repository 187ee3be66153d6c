"""The processes that a test has started."""

from __future__ import annotations

import psutil


def child_processes() -> list[psutil.Process]:
    """All of this process but the server that forks the program (`forked_program.py`), which stays."""
    return [child for child in psutil.Process().children() if not _is_server(child)]


def _is_server(process: psutil.Process) -> bool:
    try:
        return any(word.endswith("forked_program.py") for word in process.cmdline())
    except psutil.Error:  # it has ended meanwhile
        return False
