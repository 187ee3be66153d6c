"""One line of JSON for each request and each live run: when, what, how long, how it ended.

No sound, no names of files, no answers, no keys, and no addresses of callers.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any


class RequestLog:
    """Writes lines to a stream, whole and at once; None keeps no log.

    A log that cannot be written is given up: requests go on.
    """

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, event: str, fields: Mapping[str, Any]) -> None:
        if self._stream is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **fields})
        with self._lock:
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._stream = None


def log_to(target: str | None) -> IO[str] | None:
    """``-`` is stderr, ``off`` nothing, everything else a file that is added to. Raises OSError."""
    if target in {None, "-"}:
        return sys.stderr
    if target == "off":
        return None
    return open(str(target), "a", encoding="utf-8")  # noqa: PTH123 - open until the process ends
