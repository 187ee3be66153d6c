"""How commands print: JSON as UTF-8 to stdout, tables for people, sentences on stderr."""

from __future__ import annotations

import contextlib
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 100


def utf8_stdout() -> IO[str]:
    """stdout for JSON and other data, which is UTF-8 whatever the locale says."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    return sys.stdout


def tell(text: str) -> None:
    """One sentence on stderr."""
    with contextlib.suppress(OSError, ValueError):
        print(f"emoscope: {text}", file=sys.stderr, flush=True)


def console() -> Console:
    """A rich console on stdout; of a fixed width where stdout is no terminal."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=WIDTH_WITHOUT_TERMINAL)
