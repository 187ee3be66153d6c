"""Writes a live session while it happens, on a thread of its own, and never makes the run wait."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from desktop_app import __version__
from desktop_app.core.errors import EmoscopeError, sentences, unexpected
from desktop_app.core.growing_file import LineFile
from desktop_app.core.safe_files import WriteError, printable_path
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import AudioTick, Event, Failure, PartialResult
from desktop_app.sessions.database import GONE, Database, SessionsError, set_aside
from desktop_app.sessions.event_rows import EventRows, Row, to_text
from desktop_app.sessions.records import EndedBy
from desktop_app.sessions.upkeep import SOUND_STAYS, close_interrupted, lock_of, purge, put_note, sound_of

COMMIT_S: Final = 0.5
"""What is heard is on the disk after this long, and the time that writing takes: kill -9 loses no more."""
REACH_S: Final = 5.0
"""How often it is written how far the session reaches, while nobody speaks."""
RETRY_S: Final = 2.0
LONGEST_RETRY_S: Final = 30.0
UNDO_S: Final = 60.0
"""A session that was hidden longer ago is deleted for good when the next one begins."""
MOST_ROWS: Final = 20_000
"""That wait for a disk that fails: some 10 MB, and hours of speech."""
MOST_EVENTS: Final = 20_000
"""That wait for the thread."""
MOST_SILENT_ROWS: Final = 1000
"""From before anybody speaks."""
LEFT_OUT: Final = "sessions.left_out"
_HOPELESS: Final = {"sessions.newer", "sessions.foreign", "sessions.not_writable", GONE}
_IN_MEMORY: Final = "Listening goes on; what is heard meanwhile is written as soon as that is possible."
_NOT_KEPT: Final = "Listening goes on, and this session is not kept."


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a session when it begins.

    `source` is ``microphone``, ``recording`` or ``demo``; `settings` are JSON values. With `sound` the
    session has a file for sound, which somebody else writes: `SessionWriter.sound_path`.
    """

    source: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    sound: bool = False


class SessionWriter:
    """Keeps one session, from `start` to `stop`. A session in which nobody speaks is not kept.

    Each method may be called from any thread and returns at once, but `stop`. What the disk does is told once
    as a `Failure` that is not fatal, and tried again; the rows wait in memory up to `MOST_ROWS`.

    Parameters
    ----------
    folder : Path
        See `desktop_app.sessions.folder.sessions_folder`.
    about : About
    tell : callable
        Given failures to show, on the writer's thread, and within `stop`.
    begins_s : float
        Where the run's axis stands: times of the session count from there.
    """

    def __init__(
        self,
        folder: Path,
        about: About,
        tell: Callable[[Failure], None],
        *,
        begins_s: float = 0.0,
        commit_s: float = COMMIT_S,
    ) -> None:
        self._folder = folder
        self._about = about
        self._tell = tell
        self._commit_s = commit_s
        self._events: deque[Event | Callable[[EventRows], Row]] = deque()
        self._tick: AudioTick | None = None
        self._rows = EventRows(begins_s)
        self._pending: list[Row] = []
        self._engines: list[Row] = []  # which utterances refer to, also in a new database
        self._name: str | None = about.name or None
        self._database: Database | None = None
        self._lock: LineFile | None = None
        self._token = secrets.token_hex(8)
        self._lock_path = lock_of(folder, self._token)
        self._session: int | None = None
        self._written_reach_s = 0.0
        self._told = ""
        self._failures = 0
        self._next_try = self._next_reach = 0.0
        self._left_out = 0  # and not told yet
        self._whole = True
        self._given_up = False
        self._discard = False
        self._stopped: bool | None = None
        self._quit = threading.Event()
        self._thread = SupervisedThread("emoscope-sessions", self._run, self._died)

    @property
    def session(self) -> int | None:
        """Its number, once somebody has spoken and that was written."""
        return self._session

    @property
    def sound_path(self) -> Path | None:
        """Where the session's sound goes; None if it is not to be kept.

        The file is removed with a session that is not kept, so it must be closed before `stop`.
        """
        return sound_of(self._folder, self._token) if self._about.sound else None

    @property
    def given_up(self) -> bool:
        """This session is not kept, or not any further; that was told."""
        return self._given_up

    # --- from any thread ---

    def start(self) -> None:
        """Begin; whoever writes the sound may begin after that."""
        if self._about.sound:
            with contextlib.suppress(OSError):  # the thread tells it
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._thread.start()

    def post(self, event: Event) -> None:
        """Take an event of the run; those that are not kept cost next to nothing."""
        if isinstance(event, AudioTick):
            self._tick = event
        elif not isinstance(event, PartialResult):
            self._post(event)

    def change(self, kind: str, value: Any = None) -> None:
        """A person changed something: ``channel``, ``labels``, ``detector``, ``new_speaker``, ..."""
        self._post(lambda rows: rows.change(kind, value))

    def note(self, text: str, at_s: float | None = None, before: str = "") -> None:
        """A person's words about a moment of the session, or about all of it; see `upkeep.put_note`."""
        self._post(lambda rows: rows.note(text, at_s, before))

    def correct(self, segment: int, label: str | None) -> None:
        """A person's label for what was said; None takes it back."""
        self._post(lambda rows: rows.correction(segment, label))

    def rename(self, name: str) -> None:
        self._name = name

    def _post(self, item: Event | Callable[[EventRows], Row]) -> None:
        if self._given_up or self._stopped is not None:
            return
        if len(self._events) < MOST_EVENTS:
            self._events.append(item)
        else:
            self._left_out += 1

    def stop(self, timeout_s: float = 3.0, *, discard: bool = False) -> bool:
        """Write what waits, and the session's end; or, with `discard`, take away what was written of it.

        Idempotent. Returns whether the session is kept whole, or was to be discarded and is; what is not, is
        told.
        """
        if self._stopped is not None:
            return self._stopped
        self._discard = discard
        self._quit.set()
        ended = self._thread.join(timeout_s)
        self._stopped = ended and self._whole and not self._given_up and not self._left_out
        if not ended:
            self._given_up = True
            self._tell(
                Failure("The end of this session could not be kept: the disk takes too long.", code=LEFT_OUT)
            )
        return self._stopped

    # --- on the writer's thread ---

    def _run(self) -> None:
        try:
            stopping = False
            self._attempt(self._opened, stopping)  # what keeps sessions from being kept is told at once
            while not stopping:
                stopping = self._quit.wait(self._commit_s)
                self._take()
                if not self._given_up and (stopping or time.monotonic() >= self._next_try):
                    self._try(stopping)
        finally:
            self._let_go()

    def _take(self) -> None:
        """Make rows of what came."""
        tick, self._tick = self._tick, None
        if tick is not None:
            self._rows.tick(tick)
        while self._events:
            item = self._events.popleft()
            made = [item(self._rows)] if callable(item) else self._rows.of(item)
            for row in made:
                self._keep(row)

    def _keep(self, row: Row) -> None:
        if row.table == "engine":
            self._engines.append(row)
        if len(self._pending) < MOST_ROWS or row.table == "engine":
            self._pending.append(row)
        else:
            self._left_out += 1
        if not self._rows.spoken and len(self._pending) > MOST_SILENT_ROWS:
            del self._pending[0]  # nobody has spoken since

    def _try(self, stopping: bool) -> None:
        if not self._rows.spoken or (self._discard and self._session is None):
            return
        if self._attempt(lambda: self._write(stopping), stopping):
            self._failures, self._told = 0, ""
            if self._left_out and not self._discard:
                self._tell_left_out()

    def _attempt(self, work: Callable[[], object], stopping: bool) -> bool:
        try:
            work()
        except (SessionsError, WriteError) as error:
            self._failed(error, stopping)
            return False
        return True

    def _write(self, stopping: bool) -> None:
        now = time.monotonic()
        if not (stopping or self._pending or self._name is not None or now >= self._next_reach):
            return
        database = self._opened()
        rows = [] if self._discard else list(self._pending)
        if self._session is None:
            rows = [*self._engines, *(row for row in rows if row.table != "engine")]
        taken, name = len(self._pending), self._name
        with database.transaction() as connection:
            session = self._session or self._begin(connection)
            for row in rows:
                _insert(connection, session, row)
            known = connection.execute(
                "UPDATE session SET seconds = ?, last_event = ?, device = ?, name = coalesce(?, name) "
                "WHERE id = ?",
                (self._rows.reach_s, self._rows.wall_clock, self._rows.device, name, session),
            ).rowcount
            if not known:
                raise SessionsError("This session was deleted while it was being written.", code=GONE)
            if stopping and self._discard:
                connection.execute("DELETE FROM session WHERE id = ?", (session,))
            elif stopping:
                by = EndedBy.FAILED if self._rows.failed else EndedBy.STOPPED
                connection.execute(
                    "UPDATE session SET ended = last_event, ended_by = ? WHERE id = ?", (str(by), session)
                )
        self._session = session
        del self._pending[:taken]
        if self._name == name:
            self._name = None
        self._next_reach = now + REACH_S
        if stopping and self._discard:
            database.scrub()

    def _opened(self) -> Database:
        if self._database is None:
            try:
                self._database = Database(self._folder, write=True, check=True)
            except SessionsError as error:
                if error.code != "sessions.damaged":
                    raise
                other = set_aside(self._folder)
                self._session = None  # what is still to come is begun anew
                self._database = Database(self._folder, write=True)
                self._tell(
                    Failure(
                        f"The sessions that were kept so far cannot be read: {printable_path(other)} is "
                        "damaged, and was set aside.",
                        "A new database was begun; 'sqlite3 FILE .recover' may save what the old one holds.",
                        code="sessions.damaged",
                        fields={"path": printable_path(other)},
                    )
                )
            close_interrupted(self._database)
            try:
                purge(self._database, UNDO_S)
            except SessionsError as error:
                if error.code != SOUND_STAYS:  # another program has it open: it goes at another time
                    raise
        if self._lock is None:  # held from before its name can be read in the database
            self._lock = LineFile(self._lock_path, "lock of a session")
        return self._database

    def _begin(self, connection: sqlite3.Connection) -> int:
        values = {
            "name": "",
            "started": self._rows.wall_clock - self._rows.reach_s,
            "seconds": self._rows.reach_s,
            "last_event": self._rows.wall_clock,
            "source": self._about.source,
            "device": self._rows.device,
            "settings": to_text(dict(self._about.settings)),
            "program": __version__,
            "lock": self._lock_path.name,
            "sound": None if self.sound_path is None else self.sound_path.name,
        }
        return _insert_into(connection, "session", values)

    # --- what fails ---

    def _failed(self, error: EmoscopeError, stopping: bool) -> None:
        self._close_database()  # what was damaged or replaced is looked at anew
        if error.code in _HOPELESS:
            self._give_up(error, _NOT_KEPT)
        elif stopping:
            self._left_out += len(self._pending)
            self._tell_left_out(error)
            self._given_up = True
        else:
            if error.code != self._told:
                self._told = error.code
                self._tell(Failure(error.message, _IN_MEMORY, code=error.code, fields=error.fields))
            self._next_try = time.monotonic() + min(RETRY_S * 2**self._failures, LONGEST_RETRY_S)
            self._failures += 1

    def _give_up(self, error: EmoscopeError, hint: str) -> None:
        self._given_up = True
        self._events.clear()
        self._pending.clear()
        hint = sentences(hint, error.hint)
        self._tell(Failure(error.message, hint, code=error.code, fields=error.fields))

    def _tell_left_out(self, error: EmoscopeError | None = None) -> None:
        events = "1 event" if self._left_out == 1 else f"{self._left_out} events"
        why = "" if error is None else error.message
        self._tell(
            Failure(
                f"{events} of this session could not be kept.",
                why,
                code=LEFT_OUT,
                fields={"events": self._left_out},
            )
        )
        self._left_out, self._whole = 0, False

    def _died(self, error: Exception) -> None:
        """A mistake in this program: told, and the run goes on without its session."""
        self._given_up = True
        fields = {"thread": "sessions", "error": type(error).__name__}
        self._tell(Failure(unexpected(error), _NOT_KEPT, code="internal", fields=fields))

    def _let_go(self) -> None:
        self._close_database()
        sound_stays = False
        if self.sound_path is not None and (self._session is None or self._discard):
            try:
                self.sound_path.unlink(missing_ok=True)
            except OSError:
                sound_stays = True  # another program has it open
        if self._lock is not None:
            with contextlib.suppress(WriteError):
                self._lock.close()
            if not sound_stays:  # else both go when another session begins
                with contextlib.suppress(OSError):
                    self._lock.path.unlink()
            self._lock = None

    def _close_database(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _insert(connection: sqlite3.Connection, session: int, row: Row) -> None:
    if row.table == "correction":  # of what was perhaps never kept
        connection.execute(
            "INSERT INTO correction (session, segment, label, wall_clock) "
            "SELECT session, segment, :label, :wall_clock FROM utterance "
            "WHERE session = :session AND segment = :segment",
            {"session": session, **row.values},
        )
        return
    if row.table == "words":  # likewise
        connection.execute(
            "INSERT OR REPLACE INTO words (session, segment, transcript, wall_clock) "
            "SELECT session, segment, :transcript, :wall_clock FROM utterance "
            "WHERE session = :session AND segment = :segment",
            {"session": session, **row.values},
        )
        return
    try:
        if row.table == "note":
            put_note(connection, session, **row.values)
        else:
            _insert_into(connection, row.table, {"session": session, **row.values})
    except sqlite3.IntegrityError:
        if connection.execute("SELECT 1 FROM session WHERE id = ?", (session,)).fetchone() is not None:
            raise
        raise SessionsError("This session was deleted while it was being written.", code=GONE) from None


def _insert_into(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> int:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are the program's own
    return connection.execute(statement, values).lastrowid or 0
