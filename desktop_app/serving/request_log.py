"""One line of JSON for each request and each live run: when, what, how long, how it ended.

No sound, no names of files, no answers, no keys, and no addresses of callers.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any

from desktop_app.core.errors import one_line


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


class LibraryLog(logging.Handler):
    """What libraries warn of, as lines of the log: `note` with the library's name and its sentence.

    What is wrong with a form is left out: it may tell of its content, and the request's own line has a code.
    """

    def __init__(self, log: RequestLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("python_multipart", "multipart")):
            return
        fields = {"of": record.name, "message": one_line(record.getMessage().strip())}
        if record.exc_info and record.exc_info[0] is not None:
            fields["error"] = record.exc_info[0].__name__
        self._log.write("note", fields)


def log_to(target: str | None) -> IO[str] | None:
    """``-`` is stderr, ``off`` nothing, everything else a file that is added to. Raises OSError."""
    if target in {None, "-"}:
        return sys.stderr
    if target == "off":
        return None
    return open(str(target), "a", encoding="utf-8")  # noqa: PTH123 - open until the process ends
