"""Events of a live run (`analysis/live_events.py`) as JSON lines: one object a line, flushed at once."""

from __future__ import annotations

from typing import IO

from desktop_app.analysis.live_events import event_line
from desktop_app.command_line.json_lines import JsonLines
from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.types import Event


class LineWriter:
    """Writes events to stdout or a file, each line at once and whole; takes what `JsonLines` takes.

    Parameters
    ----------
    detector : str
        How speech is found, which each event of the engine tells.
    """

    def __init__(
        self, target: str, stdout: IO[str], *, overwrite: bool = False, detector: str = ENERGY
    ) -> None:
        self._detector = detector
        self._lines = JsonLines(target, stdout, overwrite=overwrite)

    def write(self, event: Event) -> None:
        line = event_line(event, self._detector)
        if line is not None:
            self._lines.write(line)

    def close(self) -> None:
        self._lines.close()
