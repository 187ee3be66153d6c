"""Where the packaged program begins: as `emoscope`, or as one of its own processes."""

import ctypes.util
import sys
from pathlib import Path

from desktop_app.core.own_process import run_packaged


def carry_portaudio() -> None:
    """On Linux, have sounddevice take the PortAudio of this package where the system has none."""
    find = ctypes.util.find_library
    carried = Path(__file__).with_name("libportaudio.so.2")

    def find_library(name: str) -> str | None:
        found = find(name)
        return str(carried) if found is None and name == "portaudio" and carried.exists() else found

    ctypes.util.find_library = find_library


if __name__ == "__main__":
    if sys.platform == "linux":
        carry_portaudio()
    status = run_packaged(sys.argv[1:])
    if status is None:
        from desktop_app.cli import main

        status = main()
    sys.exit(status)
