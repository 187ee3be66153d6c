"""Sessions that are kept: listed, searched, opened, corrected, and deleted for good."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from desktop_app.core.types import GapReason, LossReason
from desktop_app.sessions.database import Database, SessionsError
from desktop_app.sessions.folder import sessions_folder
from desktop_app.sessions.records import (
    Change,
    EndedBy,
    EngineUse,
    FailureMark,
    LostSpeech,
    Note,
    Outage,
    Session,
    StateMark,
    Utterance,
    WarningMark,
    engine_use,
    utterance,
)
from desktop_app.sessions.upkeep import close_interrupted, delete, is_held, not_found, purge, put_note

_LARGEST: Final = 2**63 - 1
_WITH_CORRECTION: Final = """
    SELECT u.*, (
        SELECT label FROM correction c
        WHERE c.session = u.session AND c.segment = u.segment ORDER BY c.id DESC LIMIT 1
    ) AS corrected
    FROM utterance u
"""
_WHOLE: Final = f"""
    SELECT u.*, w.transcript FROM ({_WITH_CORRECTION}) u
    LEFT JOIN words w ON w.session = u.session AND w.segment = u.segment
"""  # noqa: S608 - no part of it is from outside
_ANSWERS: Final = f"""
    SELECT session, coalesce(corrected, label) AS answer, count(*) AS times, sum(end_s - start_s) AS seconds
    FROM ({_WITH_CORRECTION})
    WHERE corrected IS NOT NULL OR NOT (uncertain OR not_a_voice OR label = '')
    GROUP BY session, answer ORDER BY times DESC, answer
"""  # noqa: S608 - no part of it is from outside
_SPEECH: Final = """
    SELECT session, count(*) AS utterances, sum(end_s - start_s) AS speech_s
    FROM utterance WHERE NOT not_a_voice GROUP BY session
"""

_MEANS: Final = """
    SELECT u.session, name.value AS dimension,
        sum(value.value * (u.end_s - u.start_s)) / sum(u.end_s - u.start_s) AS mean
    FROM utterance u JOIN engine e ON e.session = u.session AND e.number = u.engine,
        json_each(u.point) value, json_each(e.dimensions) name
    WHERE u.point IS NOT NULL AND NOT u.not_a_voice AND name.key = value.key
    GROUP BY u.session, dimension ORDER BY name.key
"""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session with all that it holds; each in the order of time."""

    session: Session
    engines: tuple[EngineUse, ...]
    utterances: tuple[Utterance, ...]
    lost: tuple[LostSpeech, ...]
    outages: tuple[Outage, ...]
    states: tuple[StateMark, ...]
    warnings: tuple[WarningMark, ...]
    failures: tuple[FailureMark, ...]
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]


class SessionStore:
    """The sessions of a folder; for one thread, in a `with` block.

    Parameters
    ----------
    folder : Path, optional
        See `sessions_folder`.
    write : bool
        Whether anything will be changed; without it a folder that cannot be written to is no failure.

    Raises
    ------
    SessionsError
        As `Database` does; so does every method.
    """

    def __init__(self, folder: Path | None = None, *, write: bool = False) -> None:
        self.folder = sessions_folder(folder)
        self._database = Database(self.folder, write=write)
        self._connection = self._database.connection
        self._connection.create_function("matches", 2, _matches, deterministic=True)

    def __enter__(self) -> SessionStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Idempotent."""
        self._database.close()

    # --- reading ---

    def sessions(self, search: str = "") -> list[Session]:
        """The latest first, but for hidden ones; those that have each word of `search`.

        A word is looked for in the session's name, notes, device, models, date and time of its beginning
        (as 2026-11-30 14:05, here), in the emotions that were answered or that a person put in their place,
        and in what was said, where that was written down. Small and capital letters are alike.
        """
        with self._database.told():
            rows = self._connection.execute(
                "SELECT * FROM session WHERE deleted IS NULL ORDER BY started DESC, id DESC"
            ).fetchall()
            for word in search.casefold().split():
                having = self._having(word)
                rows = [row for row in rows if row["id"] in having or word in _date(row["started"])]
            return self._summed(rows)

    def _having(self, word: str) -> set[int]:
        found = self._connection.execute(
            f"""
            SELECT id AS session FROM session WHERE matches(?1, name) OR matches(?1, device)
            UNION SELECT session FROM note WHERE matches(?1, text)
            UNION SELECT session FROM words WHERE matches(?1, json_extract(transcript, '$.text'))
            UNION SELECT session FROM engine WHERE matches(?1, model)
            UNION SELECT session FROM state WHERE matches(?1, source)
            UNION SELECT session FROM ({_ANSWERS}) WHERE matches(?1, answer)
            """,  # noqa: S608 - no part of it is from outside
            (word,),
        )
        return {row["session"] for row in found}

    def session(self, number: int) -> Session:
        """One of them, also a hidden one; ``sessions.not_found`` if there is none of that number."""
        with self._database.told():
            return self._summed([self._row(number)])[0]

    def _row(self, number: int) -> sqlite3.Row:
        row: sqlite3.Row | None = None
        if number <= _LARGEST:  # SQLite takes no larger one
            row = self._connection.execute("SELECT * FROM session WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise not_found(number)
        return row

    def _is_live(self, row: sqlite3.Row) -> bool:
        return row["ended"] is None and is_held(self.folder / row["lock"])

    def open(self, number: int) -> OpenedSession:
        """A session with all that it holds."""
        with self._database.told(), self._unchanged():
            session = self.session(number)
            engines = tuple(engine_use(row) for row in self._rows("engine", number, "number"))
            engine_of = {engine.number: engine for engine in engines}
            spoken = self._connection.execute(
                f"{_WHOLE} WHERE u.session = ? ORDER BY u.start_s, u.segment", (number,)
            )
            return OpenedSession(
                session,
                engines,
                tuple(utterance(row, engine_of[row["engine"]]) for row in spoken),
                tuple(
                    LostSpeech(
                        r["segment"], r["start_s"], r["end_s"], LossReason(r["reason"]), r["wall_clock"]
                    )
                    for r in self._rows("lost", number, "start_s")
                ),
                tuple(
                    Outage(r["start_s"], r["seconds"], GapReason(r["reason"]), r["wall_clock"])
                    for r in self._rows("gap", number, "start_s")
                ),
                tuple(
                    StateMark(r["at_s"], r["state"], r["source"], r["message"], r["wall_clock"])
                    for r in self._rows("state", number, "id")
                ),
                tuple(
                    WarningMark(r["at_s"], r["code"], r["message"], json.loads(r["fields"]), r["wall_clock"])
                    for r in self._rows("warning", number, "id")
                ),
                tuple(
                    FailureMark(
                        r["at_s"],
                        r["code"],
                        r["message"],
                        r["hint"],
                        bool(r["fatal"]),
                        json.loads(r["fields"]),
                        r["wall_clock"],
                    )
                    for r in self._rows("failure", number, "id")
                ),
                tuple(
                    Change(r["at_s"], r["kind"], json.loads(r["value"]), r["wall_clock"])
                    for r in self._rows("change", number, "id")
                ),
                tuple(
                    Note(r["id"], r["at_s"], r["text"], r["wall_clock"])
                    for r in self._rows("note", number, "at_s, id")
                ),
            )

    @contextlib.contextmanager
    def _unchanged(self) -> Iterator[None]:
        """All queries within see one moment, whatever a live run writes meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def _rows(self, table: str, number: int, order: str) -> Iterable[sqlite3.Row]:
        return self._connection.execute(
            f"SELECT * FROM {table} WHERE session = ? ORDER BY {order}",  # noqa: S608 - constants
            (number,),
        )

    def _summed(self, rows: list[sqlite3.Row]) -> list[Session]:
        run = self._connection.execute
        speech = {row["session"]: row for row in run(_SPEECH)}
        lost = {
            row["session"]: row["count"]
            for row in run("SELECT session, count(*) AS count FROM lost GROUP BY session")
        }
        notes = {
            row["session"]: row["count"]
            for row in run("SELECT session, count(*) AS count FROM note GROUP BY session")
        }
        answers: dict[int, dict[str, int]] = {}
        answers_s: dict[int, dict[str, float]] = {}
        for row in run(_ANSWERS):
            answers.setdefault(row["session"], {})[row["answer"]] = row["times"]
            answers_s.setdefault(row["session"], {})[row["answer"]] = row["seconds"]
        means: dict[int, dict[str, float]] = {}
        for row in run(_MEANS):
            means.setdefault(row["session"], {})[row["dimension"]] = row["mean"]
        sessions = []
        for row in rows:
            number: int = row["id"]
            live = self._is_live(row)
            ended, ended_by = row["ended"], row["ended_by"]
            if ended is None and not live:  # killed; the next one that begins writes the same down
                ended, ended_by = row["last_event"], EndedBy.INTERRUPTED
            sessions.append(
                Session(
                    number,
                    row["name"],
                    row["started"],
                    row["seconds"],
                    ended,
                    None if ended_by is None else EndedBy(ended_by),
                    live,
                    row["source"],
                    row["device"],
                    json.loads(row["settings"]),
                    row["program"],
                    speech[number]["utterances"] if number in speech else 0,
                    speech[number]["speech_s"] if number in speech else 0.0,
                    lost.get(number, 0),
                    answers.get(number, {}),
                    answers_s.get(number, {}),
                    row["sound"] or "",
                    row["deleted"],
                    notes.get(number, 0),
                    means.get(number, {}),
                )
            )
        return sessions

    # --- a person's own words ---

    def rename(self, number: int, name: str) -> None:
        """Give a session a name; an empty one takes it away."""
        self._change(
            number, "UPDATE session SET name = :name WHERE id = :session", name=" ".join(name.split())
        )

    def add_note(self, number: int, text: str, at_s: float | None = None) -> int:
        """Note something about a moment, or about the whole session; returns the note's own number."""
        made = self._change(
            number,
            "INSERT INTO note (session, at_s, text, wall_clock) VALUES (:session, :at_s, :text, :now)",
            at_s=at_s,
            text=text,
            now=time.time(),
        )
        return made or 0

    def put_note(self, number: int, text: str, at_s: float, before: str) -> None:
        """Put words about a moment in the place of those `before`; see `upkeep.put_note`."""
        with self._database.transaction() as connection:
            self._expect(connection, number)
            put_note(connection, number, at_s=at_s, text=text, before=before, wall_clock=time.time())

    def change_note(self, number: int, note: int, text: str) -> None:
        """Change the words of a note; empty ones remove it."""
        if text.strip():
            done = "UPDATE note SET text = :text WHERE id = :note AND session = :session"
        else:
            done = "DELETE FROM note WHERE id = :note AND session = :session"
        self._change(number, done, note=note, text=text)

    def correct(self, number: int, segment: int, label: str | None) -> None:
        """Put a label in the place of an utterance's answer; None takes that back."""
        self._change(
            number,
            "INSERT INTO correction (session, segment, label, wall_clock) "
            "SELECT session, segment, :label, :now FROM utterance "
            "WHERE session = :session AND segment = :segment",
            segment=segment,
            label=label,
            now=time.time(),
        )

    def _change(self, number: int, statement: str, **values: Any) -> int | None:
        with self._database.transaction() as connection:
            self._expect(connection, number)
            return connection.execute(statement, {"session": number, **values}).lastrowid

    @staticmethod
    def _expect(connection: sqlite3.Connection, number: int) -> None:
        if connection.execute("SELECT 1 FROM session WHERE id = ?", (number,)).fetchone() is None:
            raise not_found(number)

    # --- deletion ---

    def hide(self, number: int) -> None:
        """Delete a session so that it can be brought back: `purge` does it for good."""
        self._refuse_live(number)
        self._change(number, "UPDATE session SET deleted = :now WHERE id = :session", now=time.time())

    def bring_back(self, number: int) -> None:
        """Undo `hide`."""
        self._change(number, "UPDATE session SET deleted = NULL WHERE id = :session")

    def purge(self, older_than_s: float = 0.0) -> list[int]:
        """Delete for good what was hidden at least so long ago; returns which sessions.

        Those whose sound cannot be deleted stay; ``sessions.sound`` is raised once the others are gone.
        """
        return purge(self._database, older_than_s)

    def delete(self, numbers: Iterable[int]) -> bool:
        """Delete sessions and their sound for good, all or none: nothing of them is left in the files.

        Returns False if another program still reads what was there before: then the last of it goes once
        that program is done and anything is deleted or written again.

        Raises
        ------
        SessionsError
            ``sessions.not_found``, or ``sessions.in_use`` for one that is being written.
        """
        wanted = list(dict.fromkeys(numbers))
        for number in wanted:
            self._refuse_live(number)
        return delete(self._database, wanted)

    def _refuse_live(self, number: int) -> None:
        with self._database.told():
            live = self._is_live(self._row(number))
        if live:
            raise SessionsError(
                f"Session {number} is being written.", "End it first.", code="sessions.in_use"
            )

    def close_interrupted(self) -> list[int]:
        """Give an end to sessions whose program was killed: that of their last event. Returns which."""
        return close_interrupted(self._database)


def _matches(word: str, text: str) -> bool:
    return word in text.casefold()


def _date(wall_clock: float) -> str:
    return f"{datetime.fromtimestamp(wall_clock).astimezone():%Y-%m-%d %H:%M}"
