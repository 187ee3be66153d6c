"""What keeps the folder of sessions in order: locks, ends of interrupted sessions, deletion for good."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from desktop_app.core.file_lock import lock
from desktop_app.core.safe_files import printable_path
from desktop_app.sessions.database import ASIDE, Database, SessionsError
from desktop_app.sessions.records import EndedBy

_LOCK: Final = "writing-"
_LOCK_ENDING: Final = ".lock"
CORRECTED: Final = "corrected"
"""The folder of what is learnt from corrected sessions (`corrected.py`)."""
_SOUND: Final = "session-"
SOUND_ENDING: Final = ".flac"
SOUND_STAYS: Final = "sessions.sound"
"""Code of the failure that a session's sound cannot be deleted, and so the session neither."""
_AGE_S: Final = 60.0
_LOOKS: Final = 1 if os.name == "posix" else 5
_LOOK_AGAIN_S: Final = 0.002


def close_interrupted(database: Database) -> list[int]:
    """See `SessionStore.close_interrupted`."""
    closed = []
    with database.transaction() as connection:
        for row in connection.execute("SELECT id, lock FROM session WHERE ended IS NULL").fetchall():
            held = database.folder / row["lock"]
            if is_held(held):
                continue
            connection.execute(
                "UPDATE session SET ended = last_event, ended_by = ? WHERE id = ?",
                (str(EndedBy.INTERRUPTED), row["id"]),
            )
            with contextlib.suppress(OSError):
                held.unlink()
            closed.append(row["id"])
    _remove_abandoned(database)
    return closed


def _remove_abandoned(database: Database) -> None:
    """Remove what runs left behind that were killed before anybody spoke: their locks and their sound.

    A run that comes to its end takes its lock away: sound without one is of a session in a database that is
    not here any more, as is perhaps all of it where a damaged one was set aside. So a lock goes last.
    """
    with database.told():
        rows = database.connection.execute("SELECT sound FROM session WHERE sound IS NOT NULL").fetchall()
    kept = {row["sound"] for row in rows}
    with contextlib.suppress(OSError):
        others = any(database.folder.glob(ASIDE.format(moment="*")))
        for held in database.folder.glob(f"{_LOCK}*{_LOCK_ENDING}"):
            if not _is_old(held) or is_held(held):
                continue
            sound = sound_of(database.folder, held.name.removeprefix(_LOCK).removesuffix(_LOCK_ENDING))
            if not others and sound.name not in kept and sound.exists():
                if not _is_old(sound):
                    continue
                sound.unlink()
            held.unlink()


def _is_old(path: Path) -> bool:
    """A younger file is perhaps one of a run that is about to begin."""
    return time.time() - path.stat().st_mtime > _AGE_S


def lock_of(folder: Path, token: str) -> Path:
    """The file that whoever writes a session holds, for as long as its process lives."""
    return folder / f"{_LOCK}{token}{_LOCK_ENDING}"


def sound_of(folder: Path, token: str) -> Path:
    """The file for the sound of a session."""
    return folder / f"{_SOUND}{token}{SOUND_ENDING}"


def delete(database: Database, numbers: Sequence[int]) -> bool:
    """Delete sessions for good; see `SessionStore.delete`."""
    if not numbers:
        return True
    _delete(database, numbers)
    return database.scrub()


def _delete(database: Database, numbers: Sequence[int]) -> None:
    with database.transaction() as connection:
        for number in numbers:
            row = connection.execute("DELETE FROM session WHERE id = ? RETURNING sound", (number,)).fetchone()
            if row is None:
                raise not_found(number)
            if row["sound"]:
                _remove_sound(database.folder / Path(row["sound"]).name)
            for file in (database.folder / CORRECTED).glob(f"session-{number}.*"):
                file.unlink()


def put_note(
    connection: sqlite3.Connection,
    session: int,
    *,
    at_s: float | None,
    text: str,
    before: str,
    wall_clock: float,
) -> None:
    """Put words about a moment in the place of those `before`; empty ones take them away.

    Other notes on the same moment stay as they are. `at_s` is None for words about the whole session.
    """
    place = {"session": session, "at_s": at_s, "text": text, "before": before, "now": wall_clock}
    one = (
        "id = (SELECT id FROM note WHERE session = :session AND at_s IS :at_s AND text = :before "
        "ORDER BY id DESC LIMIT 1)"
    )
    if before and not text:
        connection.execute(f"DELETE FROM note WHERE {one}", place)  # noqa: S608 - no part is from outside
        return
    known = 0
    if before:
        done = f"UPDATE note SET text = :text WHERE {one}"  # noqa: S608 - no part is from outside
        known = connection.execute(done, place).rowcount
    if text and not known:
        connection.execute(
            "INSERT INTO note (session, at_s, text, wall_clock) VALUES (:session, :at_s, :text, :now)", place
        )


def purge(database: Database, older_than_s: float) -> list[int]:
    """See `SessionStore.purge`."""
    with database.told():
        rows = database.connection.execute(
            "SELECT id FROM session WHERE deleted <= ?", (time.time() - older_than_s,)
        ).fetchall()
    gone, held = [], None
    for row in rows:
        try:
            _delete(database, [row["id"]])
        except SessionsError as error:
            if error.code != SOUND_STAYS:
                raise
            held = error  # the others go all the same
        else:
            gone.append(row["id"])
    if gone:
        database.scrub()
    if held is not None:
        raise held
    return gone


def _remove_sound(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise SessionsError(
            f"The sound '{printable_path(path)}' cannot be deleted: {why}.",
            "The session stays until it can be.",
            code=SOUND_STAYS,
        ) from error


def is_held(path: Path) -> bool:
    """Does a process hold this file? The system lets go of it when the process ends, however that is.

    Who asks holds it for a moment, shared: others that ask at the same time are not taken for its writer.
    Windows knows no shared ones here; there another look tells who holds it for longer.
    """
    for look in range(_LOOKS):
        if look:
            time.sleep(_LOOK_AGAIN_S)
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            return False
        try:
            if lock(descriptor, shared=True):
                return False
        finally:
            os.close(descriptor)
    return True


def not_found(number: int) -> SessionsError:
    return SessionsError(
        f"There is no session {number}.",
        "See 'emoscope sessions list'.",
        code="sessions.not_found",
        fields={"session": number},
    )
