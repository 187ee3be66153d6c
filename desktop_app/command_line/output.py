"""How commands print: JSON as UTF-8 to stdout, tables for people, sentences on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from contextlib import AbstractContextManager
from typing import IO, TYPE_CHECKING

from desktop_app.core.errors import one_line
from desktop_app.core.quiet import quiet_stderr

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 100


def utf8_stdout() -> IO[str]:
    """stdout for JSON and other data, which is UTF-8 whatever the locale says."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    return sys.stdout


def tell(text: str, program: str = "emoscope") -> None:
    """One sentence on stderr, in one line, with the program's name before it."""
    with contextlib.suppress(OSError, ValueError):
        print(f"{program}: {one_line(text)}", file=sys.stderr, flush=True)


def say(text: str) -> None:
    """A line on stderr as it is, such as of progress."""
    print(text, file=sys.stderr, flush=True)


def counted(number: int, noun: str) -> str:
    """A number of things, such as `1 clip` and `2 clips`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def python_only_stderr() -> AbstractContextManager[None]:
    """Let only what this program itself says reach stderr.

    PortAudio's own thread writes lines about ALSA there when a sound server dies, into the view.
    """
    return contextlib.nullcontext() if os.environ.get("EMOSCOPE_DEBUG") else quiet_stderr()


def console() -> Console:
    """A rich console on stdout; of a fixed width where stdout is no terminal."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=WIDTH_WITHOUT_TERMINAL)
