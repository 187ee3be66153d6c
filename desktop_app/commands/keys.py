"""Single keys from the terminal while a view is drawn; nothing where there are none to be had."""

from __future__ import annotations

import contextlib
import os
import sys
from types import TracebackType
from typing import Any


class Keys:
    """Context manager: `read()` gives the keys pressed since the last call, as a string, without waiting."""

    def __init__(self) -> None:
        self._descriptor = -1
        self._before: Any = None

    @property
    def available(self) -> bool:
        return self._before is not None

    def __enter__(self) -> Keys:
        if sys.platform == "win32":
            return self
        with contextlib.suppress(AttributeError, OSError, ValueError):
            import termios
            import tty

            descriptor = sys.stdin.fileno()
            # In the background, touching the terminal would stop the process.
            if os.isatty(descriptor) and os.tcgetpgrp(descriptor) == os.getpgrp():
                with contextlib.suppress(termios.error):
                    before = termios.tcgetattr(descriptor)
                    tty.setcbreak(descriptor, termios.TCSANOW)
                    self._descriptor, self._before = descriptor, before
        return self

    def read(self) -> str:
        if sys.platform == "win32" or self._before is None:
            return ""
        import select

        pressed = b""
        with contextlib.suppress(OSError, ValueError):
            while select.select([self._descriptor], [], [], 0)[0]:
                more = os.read(self._descriptor, 64)
                if not more:
                    break
                pressed += more
        return pressed.decode("ascii", "ignore")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.platform != "win32" and self._before is not None:
            import termios

            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)
            self._before = None
