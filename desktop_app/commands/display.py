"""Is there a screen? Asked before Qt is loaded, because Qt ends the process where there is none."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
from pathlib import Path

_WITHOUT_SCREEN = {"offscreen", "minimal", "vnc", "linuxfb", "eglfs"}


def display_problem() -> str | None:
    """Why no window can be shown, as a sentence; None if one can."""
    if (
        sys.platform in {"win32", "darwin"}
        or os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in _WITHOUT_SCREEN
    ):
        return None
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("DISPLAY", "")
    if not wayland and not x11:
        return "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if wayland and _answers_unix(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), wayland)):  # noqa: PTH118
        return None
    if x11 and _x11_answers(x11):
        return None
    return f"The display '{x11 or wayland}' does not answer."


def _x11_answers(display: str) -> bool:
    if Path(display).is_socket():  # macOS-like path of a launchd socket
        return _answers_unix(display)
    match = re.fullmatch(r"(?:(?:tcp|unix)/)?([^:]*):(\d+)(?:\.\d+)?", display)
    if match is None:
        return False
    host, number = match[1], int(match[2])
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen
        return _answers_unix(path) or _answers_unix(f"\0{path}")
    with contextlib.suppress(OSError), socket.create_connection((host, 6000 + number), timeout=2):
        return True
    return False


def _answers_unix(path: str) -> bool:
    with contextlib.suppress(OSError, AttributeError, ValueError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        probe.connect(path)
        return True
    return False
