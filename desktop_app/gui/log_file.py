"""The log of the window: failures, warnings and crashes, in small files; no sound, no words of a person."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
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
_CRASHES: Final = "crash-*.txt"
_LONGEST_RUN_S: Final = 7 * 24 * 3600.0
"""After that an empty record of a crash belongs to a run that was killed."""


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
def crashes_recorded(folder: Path) -> Iterator[bool]:
    """Have a crash of native code (Qt, a driver) leave the Python stacks, which the next start logs.

    Gives whether an earlier run has crashed since. Where `PYTHONFAULTHANDLER` is set, stderr gets the stacks.
    """
    crashed = False
    file = path = None
    with contextlib.suppress(OSError):
        crashed = _log_crashes(folder)
        if not faulthandler.is_enabled():
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"crash-{os.getpid()}.txt"
            file = path.open("w")
            faulthandler.enable(file)
    try:
        yield crashed
    finally:
        if file is not None and path is not None:
            faulthandler.disable()
            with contextlib.suppress(OSError):
                file.close()
                path.unlink()
                folder.rmdir()  # goes only where nothing was logged


def _log_crashes(folder: Path) -> bool:
    """Move what crashed runs have left into the log; empty ones are of runs that go on, or were killed."""
    crashed = False
    for path in sorted(folder.glob(_CRASHES)):
        text = path.read_text(errors="replace").strip()
        if text:
            crashed = True
            logging.getLogger("desktop_app").error("an earlier run of Emoscope crashed:\n%s", text)
        if text or time.time() - path.stat().st_mtime > _LONGEST_RUN_S:
            path.unlink()
    return crashed


@contextlib.contextmanager
def logged(folder: Path | None = None) -> Iterator[bool]:
    """Write what the program logs to files, and what nobody has caught; gives whether a run crashed."""
    folder = folder if folder is not None else log_folder()
    handler = LogFile(folder)
    logger = logging.getLogger("desktop_app")
    logger.addHandler(handler)
    # A handler that some library has given to the root is none of ours.
    propagated, logger.propagate = logger.propagate, False
    before = sys.excepthook

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            logger.error("something went wrong inside Emoscope", exc_info=(kind, error, trace))
        before(kind, error, trace)

    sys.excepthook = uncaught
    try:
        with crashes_recorded(folder) as crashed:
            yield crashed
    finally:
        sys.excepthook = before
        logger.propagate = propagated
        logger.removeHandler(handler)
        handler.close()
