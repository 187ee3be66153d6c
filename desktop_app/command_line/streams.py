"""stdout and stderr as a process finds them: closed by cron, by pythonw or by `>&-`, full, or gone."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable
from typing import IO, Any, TypeGuard

from desktop_app.core.safe_files import DISK_FULL

_WRITE_ERRORS = DISK_FULL | {errno.EBADF, errno.EIO}


def prepare_streams() -> None:
    """Put something in the place of what is closed, and let a terminal's encoding lose signs but never fail.

    What is told on a closed stderr goes nowhere. A closed stdout refuses what is written to it, as results
    must not get lost. Neither descriptor may be free, or the next file that is opened would get its number,
    and with it what libraries write there.
    """
    for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free
    # Without an encoding of its own, each is opened as Python opens it; closed by the end of the process.
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    stream: Any
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="replace")


def flushed(code: int, tell: Callable[[str], object]) -> int:
    """The exit code once everything is really written: 1 and a sentence if it cannot be."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the results has had enough
        forget(sys.stdout)
    except OSError as error:
        forget(sys.stdout)
        if code == 0:
            code = 1
            tell(stdout_failure(error))
    try:
        sys.stderr.flush()
    except OSError:  # there is nowhere left to tell it
        forget(sys.stderr)
    return code


def is_of_stdout(error: Exception) -> TypeGuard[OSError]:
    """Is this the failure of a write to stdout?

    An open file does not name itself in its errors either, so stdout must be one that can fail in this way.
    """
    if not isinstance(error, OSError) or error.filename is not None:
        return False
    return error.errno in _WRITE_ERRORS and (error.errno not in DISK_FULL or _can_be_full(sys.stdout))


def _can_be_full(stream: IO[str]) -> bool:
    """Is it a file or a device such as /dev/full? Terminals, pipes and /dev/null never are."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        found = os.fstat(stream.fileno())
        device = stat.S_ISCHR(found.st_mode) and not stream.isatty()
        nowhere = device and os.path.samestat(found, os.stat(os.devnull))  # noqa: PTH116
        return stat.S_ISREG(found.st_mode) or (device and not nowhere)
    return False


def stdout_failure(error: OSError) -> str:
    """The sentence for a write to stdout that failed."""
    why = "it is closed" if error.errno == errno.EBADF else (error.strerror or "it failed").lower()
    return f"The results cannot be written to stdout: {why}."


def forget(stream: IO[str]) -> None:
    """Send what is still buffered nowhere: the interpreter would complain about it at its end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
