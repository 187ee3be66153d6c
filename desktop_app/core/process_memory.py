"""How much memory a process holds, and how much there is for it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def resident_bytes(pid: int) -> int | None:
    """Resident memory of a process; None where it cannot be told."""
    if sys.platform == "win32":
        return _working_set(pid)
    if sys.platform == "linux":
        try:
            with open(f"/proc/{pid}/statm", "rb", buffering=0) as told:  # noqa: PTH123 - asked often
                pages = int(told.read(128).split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        told = subprocess.run(  # noqa: S603
            ["ps", "-o", "rss=", "-p", str(pid)],  # noqa: S607 - where POSIX says that it is
            capture_output=True,
            check=False,
        )
        return 1024 * int(told.stdout)
    return None


def _working_set(pid: int) -> int | None:
    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            *((name, ctypes.c_size_t) for name in ("peak", "working_set", "a", "b", "c", "d", "e", "f")),
        )

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - only Windows has it
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(0x1000, False, pid))  # may query a little
    if not handle:
        return None
    counters = Counters(ctypes.sizeof(Counters))
    known = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb)
    kernel.CloseHandle(handle)
    return int(counters.working_set) if known else None


def machine_bytes() -> int | None:
    """Memory that this process may use: of the machine, or of its container; None if it is not known."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
            most = min(most, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
        return most
    return None
