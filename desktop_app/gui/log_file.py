"""The log of the window: failures and warnings, in a few small files; no sound, no words of a person."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from logging import Formatter, Handler, LogRecord
from pathlib import Path
from types import TracebackType
from typing import Final

import platformdirs

NAME: Final = "emoscope.log"
MOST_BYTES: Final = 256 * 1024
OLDER_FILES: Final = 2
"""Beside the present one: together they take `MOST_BYTES` each at the most."""
_LONGEST_RECORD: Final = 8 * 1024


def log_folder() -> Path:
    """Where the log lies. On Linux `~/.local/state/emoscope/log`."""
    return Path(platformdirs.user_log_dir("emoscope", appauthor=False))


class LogFile(Handler):
    """Writes to `emoscope.log` in a folder, which is made with the first record; never fails aloud."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.WARNING)
        self._folder = folder
        self._file: Handler | None = None
        self._home = str(Path.home())
        self.setFormatter(_Utc("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: LogRecord) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._file is None:
                self._file = _open(self._folder)
            text = self.format(record).replace(self._home, "~")[:_LONGEST_RECORD]
            self._file.emit(logging.makeLogRecord({"msg": text, "levelno": record.levelno}))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()


def _open(folder: Path) -> Handler:
    """The file, whose first record makes it."""
    from logging.handlers import RotatingFileHandler  # imports sockets, and most runs log nothing

    class Quiet(RotatingFileHandler):
        def handleError(self, record: LogRecord) -> None:  # noqa: N802
            """A full disk, say: what the log tells is told in the window, too."""

    folder.mkdir(parents=True, exist_ok=True)
    made = Quiet(
        folder / NAME, maxBytes=MOST_BYTES, backupCount=OLDER_FILES, encoding="utf-8", errors="replace"
    )
    made.setFormatter(Formatter("%(message)s"))
    return made


class _Utc(Formatter):
    """Times in UTC, as in everything that the program writes."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


@contextlib.contextmanager
def logged(folder: Path | None = None) -> Iterator[None]:
    """Write what the program logs to files, and what nobody has caught."""
    handler = LogFile(folder if folder is not None else log_folder())
    logger = logging.getLogger("desktop_app")
    logger.addHandler(handler)
    before = sys.excepthook

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            logger.error("something went wrong inside Emoscope", exc_info=(kind, error, trace))
        before(kind, error, trace)

    sys.excepthook = uncaught
    try:
        yield
    finally:
        sys.excepthook = before
        logger.removeHandler(handler)
        handler.close()
