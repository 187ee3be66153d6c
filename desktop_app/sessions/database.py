"""The file that sessions are kept in: opened, checked, brought up to date, and its failures told.

What the disk does (full, read-only, damaged, held by another program) is a `SessionsError` with a sentence.
Every other error of SQLite is a mistake in this program, and stays what it is.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path
from desktop_app.sessions.migrations import APPLICATION_ID, VERSION, create, migrate

FILE: Final = "sessions.sqlite"
ASIDE: Final = "sessions-damaged-{moment}.sqlite"
BUSY_S: Final = 5.0
"""How long another program's transaction is waited for."""
GONE: Final = "sessions.gone"
NONE: Final = "sessions.none"
_BESIDE: Final = ("-wal", "-shm")
_TRIES: Final = 50
_A_BEGINNING: Final = 8192


class SessionsError(EmoscopeError):
    """Sessions that cannot be kept or read."""

    default_code = "sessions"


class Database:
    """A connection to the sessions of a folder; for one thread.

    Parameters
    ----------
    folder : Path
        Made if it is not there, readable by its owner alone, unless only reading is asked for.
    write : bool
        Without, nothing on the disk is changed, but that a file of an older version is brought up to date.
    check : bool
        Look through the whole file for damage, which takes about a second for each GB.

    Raises
    ------
    SessionsError
        ``sessions.newer``, ``sessions.foreign``, ``sessions.damaged`` and what the disk does;
        ``sessions.none`` where only reading is asked for and nothing is there.
    """

    def __init__(self, folder: Path, *, write: bool, check: bool = False) -> None:
        self.folder = folder
        self.path = folder / FILE
        if not write:
            self._to_read()
            return
        self._make_place()
        self.connection = self._connected(f"{self.path.absolute().as_uri()}?mode=rw")
        try:
            with self.told():
                self._prepare(check)
        except BaseException:
            self.connection.close()
            raise

    def close(self) -> None:
        """Idempotent."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """What the disk keeps SQLite from, as a SessionsError."""
        try:
            yield
        except sqlite3.Error as error:
            known = disk_failure(error, self.path)
            if known is None:
                raise
            raise known from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what is done within is written, or nothing. Raises SessionsError."""
        with self.told():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back already
                    self.connection.execute("ROLLBACK")
                raise

    def empty_log(self) -> bool:
        """Move what the write-ahead log holds into the file, and cut the log to nothing.

        Returns False where another program still reads what was before. Raises SessionsError.
        """
        with self.told():
            busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def scrub(self) -> bool:
        """Rebuild the file from what it still holds, so that nothing that was deleted can be read in it.

        `secure_delete` has put zeros where rows were; the log still has them, and the file its size. Returns
        False as `empty_log` does. Raises SessionsError.
        """
        with self.told():
            self.connection.execute("VACUUM")
        return self.empty_log()

    # --- opening ---

    def _make_place(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # the files beside it get the same permissions
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise folder_failure(error, self.folder) from error

    def _connected(self, uri: str) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
        except sqlite3.Error as error:
            known = disk_failure(error, self.path)
            if known is None:
                raise
            raise known from error
        connection.row_factory = sqlite3.Row
        return connection

    def _prepare(self, check: bool) -> None:
        run = self.connection.execute
        self._version()  # a file that is not ours stays as it is to the last byte
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")
        run("PRAGMA cache_size = -512")  # KB; by default it grows to 2 MB in a session of hours
        self._write_ahead()
        run("PRAGMA synchronous = NORMAL")  # after a power cut the last moments may be missing, never more
        if self._version() < VERSION:
            with self.transaction() as connection:
                version = self._version()  # perhaps another program was faster
                if version == 0:
                    create(connection)
                elif version < VERSION:
                    migrate(connection, version)
        if check:
            found = run("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise damaged(self.path)

    def _write_ahead(self) -> None:
        """Readers and a writer do not wait for one another then.

        Two programs that begin at once: SQLite does not wait here by itself.
        """
        for left in reversed(range(_TRIES)):
            try:
                self.connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not left or _primary(error) not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise
                time.sleep(BUSY_S / _TRIES)
            else:
                return

    def _version(self) -> int:
        """Of the file; 0 for an empty one. Raises SessionsError for one that is not ours."""
        with self.told():
            version: int = self.connection.execute("PRAGMA user_version").fetchone()[0]
            application: int = self.connection.execute("PRAGMA application_id").fetchone()[0]
            tables: int = self.connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        name = printable_path(self.path)
        if application != APPLICATION_ID and (tables or version or application):
            raise SessionsError(
                f"The file '{name}' is a database of something else than sessions.",
                "Name another folder with --sessions.",
                code="sessions.foreign",
            )
        if version > VERSION:
            raise SessionsError(
                f"The sessions in '{name}' were written by a newer version of Emoscope.",
                "Update Emoscope, or name another folder with --sessions.",
                code="sessions.newer",
                fields={"version": version, "known": VERSION},
            )
        return version

    def _to_read(self) -> None:
        if not self.path.is_file():
            if self.path.exists():
                raise _no_file(self.path)
            raise SessionsError(f"There are no sessions in '{printable_path(self.folder)}'.", code=NONE)
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        if not os.access(self.folder, os.W_OK) and not Path(f"{self.path}-wal").exists():
            uri += "&immutable=1"  # SQLite would want to make the files beside it
        self.connection = self._connected(uri)
        try:
            version = self._version()
        except BaseException:
            self.connection.close()
            raise
        if version < VERSION:
            self.connection.close()
            Database(self.folder, write=True).close()
            self.connection = self._connected(uri)


def set_aside(folder: Path) -> Path:
    """Rename a damaged database and what lies beside it, so that a new one can begin; returns its new name.

    Raises
    ------
    SessionsError
        It cannot be renamed.
    """
    path = folder / FILE
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    other = folder / ASIDE.format(moment=moment)
    try:
        path.rename(other)
        for end in _BESIDE:
            with contextlib.suppress(FileNotFoundError):
                Path(f"{path}{end}").rename(Path(f"{other}{end}"))
    except OSError as error:
        raise folder_failure(error, folder) from error
    return other


# --- what the disk does ------------------------------------------------------------------------------------


def damaged(path: Path) -> SessionsError:
    return SessionsError(
        f"The database of sessions '{printable_path(path)}' is damaged.",
        "Rename it, and a new one begins; 'sqlite3 FILE .recover' may save what it holds.",
        code="sessions.damaged",
    )


def disk_failure(  # noqa: PLR0911 - one for each kind
    error: sqlite3.Error, path: Path
) -> SessionsError | None:
    """What the disk, or another program, did to the file; None if the mistake is this program's."""
    name = printable_path(path)
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_DBMOVED:
        return SessionsError(
            f"The database of sessions '{name}' was moved or deleted while it was in use.", code=GONE
        )
    match _primary(error):
        case sqlite3.SQLITE_FULL:
            return SessionsError(
                f"There is no room on the disk for the sessions in '{name}'.",
                "Make room on it, or name a folder on another one with --sessions.",
                code="sessions.disk_full",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _not_writable(path.parent)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return SessionsError(
                f"Another program holds the sessions in '{name}' for too long.",
                "Try again once it is done.",
                code="sessions.busy",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_NOLFS:
            return SessionsError(
                f"The disk failed while the sessions in '{name}' were read or written.",
                "Look whether it is still there, and whether it has room.",
                code="sessions.disk",
            )
        case sqlite3.SQLITE_NOMEM:
            return SessionsError("There is not enough memory for the sessions.", code="sessions.memory")
    return None


def takes_sessions(folder: Path) -> bool:
    """Whether a folder takes files with something in them; it is made if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            return file.write(bytes(_A_BEGINNING)) == _A_BEGINNING
    except OSError:
        return False


def folder_failure(error: OSError, folder: Path) -> SessionsError:
    """Why a folder cannot hold sessions."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return SessionsError(
            f"There is no room on the disk for the sessions in '{printable_path(folder)}'.",
            "Make room on it, or name a folder on another one with --sessions.",
            code="sessions.disk_full",
        )
    return _not_writable(folder)


def _no_file(path: Path) -> SessionsError:
    return SessionsError(
        f"'{printable_path(path)}' is not a file, so that there can be no sessions in it.",
        "Move it away, or name another folder with --sessions.",
        code="sessions.foreign",
    )


def _not_writable(folder: Path) -> SessionsError:
    return SessionsError(
        f"The folder '{printable_path(folder)}' for sessions cannot be written to.",
        "Allow it, or name another one with --sessions.",
        code="sessions.not_writable",
    )


def _primary(error: sqlite3.Error) -> int:
    """SQLite's result without its details; -1 for what Python's module itself refuses."""
    code: int = getattr(error, "sqlite_errorcode", -1)
    return code & 0xFF if code >= 0 else -1
