"""How this program starts itself as another process: with Python, or where it is a package without one.

In a package that PyInstaller has made, `sys.executable` is the program and knows no `-m`. Its first argument
`RUN_MODULE` does what `-m` would; `package/start.py` looks for it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

RUN_MODULE: Final = "--run-module"
_OURS: Final = "desktop_app."


def is_packaged() -> bool:
    """Whether the program is a package that carries its own Python, to which nothing can be installed."""
    return bool(getattr(sys, "frozen", False))


def module_command(module: str) -> list[str]:
    """The words of a command that runs `module`, which has a function `main` and calls it as `__main__`."""
    if is_packaged():
        return [sys.executable, RUN_MODULE, module]
    return [sys.executable, "-W", "ignore", "-m", module]


def run_packaged(words: list[str]) -> int | None:
    """Do what a command of `module_command` asks a package for; None if the words ask for something else.

    Parameters
    ----------
    words : list of str
        What follows the program's name.
    """
    if len(words) != 2 or words[0] != RUN_MODULE or not words[1].startswith(_OURS):
        return None
    return int(importlib.import_module(words[1]).main())
