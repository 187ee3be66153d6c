"""Files that are old, new, foreign or damaged, and disks that do not take what is to be kept."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sessions_events import LABELS, Told, final, opened, wait_until

from desktop_app.core.types import Cause, LossReason
from desktop_app.sessions import writer as writing
from desktop_app.sessions.database import FILE, Database, SessionsError, disk_failure
from desktop_app.sessions.folder import sessions_folder
from desktop_app.sessions.migrations import VERSION
from desktop_app.sessions.store import SessionStore
from desktop_app.sessions.writer import SessionWriter

Begin = Callable[..., SessionWriter]
OLD = sorted(Path(__file__).parent.glob("version-*.sqlite"))


def lay(old: Path, folder: Path) -> None:
    folder.mkdir()
    shutil.copy(old, folder / FILE)


def schema(folder: Path) -> dict[str, list[tuple[str, str, int, str | None, int]]]:
    """Columns of each table: name, type, may be missing, default, place in the key."""
    with sqlite3.connect(folder / FILE) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        found = {
            name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})"))
            for (name,) in tables
        }
    connection.close()
    return found


class TestOlderFiles:
    @pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
    @pytest.mark.parametrize("write", [False, True])
    def test_they_are_brought_up_to_date_with_all_that_they_hold(
        self, folder: Path, tmp_path: Path, old: Path, write: bool
    ) -> None:
        lay(old, folder)
        with SessionStore(folder, write=write) as store:
            kept = store.open(1)
        assert (kept.session.name, kept.session.device) == ("Interview", "USB microphone")
        assert (kept.session.started, kept.session.settings) == (
            1_796_040_000.0,
            {"channel": "auto", "adapt": True},
        )
        assert [u.prediction.label for u in kept.utterances] == ["happy", "sad"]
        assert kept.utterances[0].prediction.labels == LABELS
        assert kept.utterances[0].prediction.held_back == ((Cause.NOISE, 0.75),)
        assert kept.utterances[1].corrected == "neutral"
        assert [lost.reason for lost in kept.lost] == [LossReason.OVERLOAD]
        assert [note.text for note in kept.notes] == ["She laughs."]
        assert (kept.session.sound, kept.session.deleted) == ("", None)
        Database(tmp_path / "new", write=True).close()
        assert schema(folder) == schema(tmp_path / "new")

    def test_there_is_one_of_every_version(self) -> None:
        assert [path.stem for path in OLD] == [f"version-{number}" for number in range(1, VERSION)]

    def test_a_new_session_goes_into_an_old_file(self, folder: Path, begin: Begin) -> None:
        lay(OLD[0], folder)
        run = begin()
        run.post(final())
        assert run.stop()
        with SessionStore(folder) as store:
            assert len(store.sessions()) == 2

    def test_a_migration_that_fails_leaves_the_file_as_it_was(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay(OLD[0], folder)
        monkeypatch.setattr(
            "desktop_app.sessions.migrations.MIGRATIONS", {1: "DROP TABLE note; SELECT no_such_function();"}
        )
        with pytest.raises(sqlite3.OperationalError, match="no_such_function"):
            Database(folder, write=True)
        with sqlite3.connect(folder / FILE) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            assert connection.execute("SELECT count(*) FROM note").fetchone() == (1,)
        connection.close()


def newer(folder: Path) -> None:
    Database(folder, write=True).close()
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()


def foreign(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("CREATE TABLE history (url TEXT)")
    connection.close()


class TestFilesThatAreNotWrittenTo:
    @pytest.mark.parametrize(
        ("make", "refusal"),
        [
            (newer, ("sessions.newer", "were written by a newer version of Emoscope")),
            (foreign, ("sessions.foreign", "is a database of something else")),
        ],
    )
    def test_they_are_refused_in_a_sentence_and_stay_as_they_are(
        self, folder: Path, begin: Begin, told: Told, make: Callable[[Path], None], refusal: tuple[str, str]
    ) -> None:
        code, sentence = refusal
        make(folder)
        before = (folder / FILE).read_bytes()
        for write in (False, True):
            with pytest.raises(SessionsError, match=sentence) as caught:
                SessionStore(folder, write=write)
            assert caught.value.code == code
        run = begin()
        run.post(final())
        assert not run.stop()
        assert told.codes == [code]
        assert not told[0].fatal
        assert "Listening goes on, and this session is not kept." in told[0].hint
        assert (folder / FILE).read_bytes() == before


class TestADamagedFile:
    @pytest.mark.parametrize("damage", ["all", "page"])
    def test_it_is_set_aside_by_name_and_the_session_kept_in_a_new_one(
        self, folder: Path, begin: Begin, told: Told, damage: str
    ) -> None:
        run = begin()
        for number in range(100):
            run.post(final(number, 3.0 * number))
        run.stop()
        content = bytearray((folder / FILE).read_bytes())
        if damage == "all":
            content[:] = b"no database " * (len(content) // 12)
        else:
            content[8 * 4096 :] = b"\x5a" * (len(content) - 8 * 4096)
        (folder / FILE).write_bytes(content)
        run = begin()
        run.post(final())
        assert run.stop()
        assert told.codes == ["sessions.damaged"]
        (aside,) = folder.glob("sessions-damaged-*.sqlite")
        assert str(aside) in told[0].message
        assert aside.read_bytes() == content
        assert len(opened(folder).utterances) == 1

    def test_whoever_only_reads_is_told_and_nothing_is_moved(self, folder: Path) -> None:
        folder.mkdir()
        (folder / FILE).write_bytes(b"<html>" * 1000)
        with pytest.raises(SessionsError, match="is damaged") as caught:
            SessionStore(folder)
        assert caught.value.code == "sessions.damaged"
        assert [path.name for path in folder.iterdir()] == [FILE]


class TestDisksThatFail:
    @pytest.mark.parametrize("in_the_way", ["file", "read-only"])
    def test_a_folder_that_cannot_be_is_told_once_and_the_run_goes_on(
        self, tmp_path: Path, begin: Begin, told: Told, in_the_way: str
    ) -> None:
        place = tmp_path / "taken" / "sessions"
        if in_the_way == "file":
            place.parent.write_text("not a folder")
        else:
            place = Path("/proc/sessions")  # where nobody may make a folder, not even root
            if not place.parent.is_dir():
                pytest.skip("there is no /proc")
        run = begin(place)
        for number in range(10):
            run.post(final(number))
        assert not run.stop()
        assert told.codes == ["sessions.not_writable"]
        assert "cannot be written to" in told[0].message
        assert run.given_up

    def test_a_disk_that_is_full_for_a_while_costs_nothing_that_was_heard(
        self, folder: Path, begin: Begin, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "RETRY_S", 0.01)
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        full = threading.Event()
        full.set()
        real = Database.transaction

        def limited(database: Database) -> object:
            if full.is_set():  # SQLite's own limit on the size of a file: a real SQLITE_FULL
                database.connection.execute("PRAGMA max_page_count = 1")
            return real(database)

        monkeypatch.setattr(Database, "transaction", limited)
        for number in range(1, 400):
            run.post(final(number, 3.0 * number))
        wait_until(lambda: bool(told), "the full disk is told")
        full.clear()
        assert run.stop()
        assert told.codes == ["sessions.disk_full"]
        assert "There is no room on the disk" in told[0].message
        assert "written as soon as that is possible" in told[0].hint
        assert len(opened(folder).utterances) == 400

    def test_one_that_stays_full_costs_the_rest_and_that_is_told(
        self, folder: Path, begin: Begin, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "RETRY_S", 0.01)
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        real = Database.transaction

        def limited(database: Database) -> object:
            database.connection.execute("PRAGMA max_page_count = 1")
            return real(database)

        monkeypatch.setattr(Database, "transaction", limited)
        for number in range(1, 400):
            run.post(final(number, 3.0 * number))
        assert not run.stop()
        assert told.codes[-1] == "sessions.left_out"
        assert told[-1].message == "399 events of this session could not be kept."
        assert "no room on the disk" in told[-1].hint
        monkeypatch.undo()
        assert len(opened(folder).utterances) == 1

    def test_more_than_fits_into_memory_meanwhile_is_told_once_it_is_over(
        self, folder: Path, begin: Begin, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "MOST_ROWS", 10)
        run = SessionWriter(folder, writing.About("microphone"), told.append, commit_s=30.0)
        run.start()
        for number in range(30):
            run.post(final(number, 3.0 * number))
        assert not run.stop()
        assert told.codes == ["sessions.left_out"]
        kept = opened(folder)
        assert 0 < len(kept.utterances) < 30
        assert told[0].fields["events"] == 30 - len(kept.utterances)

    def test_a_session_that_another_program_deletes_meanwhile_is_given_up(
        self, folder: Path, begin: Begin, told: Told
    ) -> None:
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        with sqlite3.connect(folder / FILE) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("DELETE FROM session")
        connection.close()
        run.post(final(1, 4.0))
        assert not run.stop()
        assert told.codes == ["sessions.gone"]

    def test_a_mistake_of_the_program_is_told_as_one(
        self, begin: Begin, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "_insert_into", lambda *_: 1 / 0)
        run = begin()
        run.post(final())
        wait_until(lambda: bool(told), "the mistake is told")
        assert told.codes == ["internal"]
        assert not told[0].fatal
        assert "ZeroDivisionError" in told[0].message
        assert not run.stop()

    @pytest.mark.parametrize(
        "statement",
        ["SELECT * FROM no_such_table", "INSERT INTO session (id) VALUES (1)", "SELEC"],
    )
    def test_mistakes_in_sql_are_not_taken_for_failures_of_the_disk(
        self, folder: Path, statement: str
    ) -> None:
        database = Database(folder, write=True)
        try:
            with pytest.raises(sqlite3.Error) as caught, database.told():
                database.connection.execute(statement)
        finally:
            database.close()
        assert disk_failure(caught.value, folder / FILE) is None

    def test_another_program_that_holds_the_file_for_long_is_told(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desktop_app.sessions.database.BUSY_S", 0.05)
        Database(folder, write=True).close()
        other = sqlite3.connect(folder / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        database = Database(folder, write=True)
        try:
            with pytest.raises(SessionsError) as caught, database.transaction():
                pass
            assert caught.value.code == "sessions.busy"
        finally:
            database.close()
            other.close()


class TestTheFolder:
    def test_it_is_asked_for_named_by_the_environment_or_among_a_persons_own_data(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EMOSCOPE_SESSIONS", "/named")
        assert sessions_folder("/asked") == Path("/asked")
        assert sessions_folder() == Path("/named")
        monkeypatch.delenv("EMOSCOPE_SESSIONS")
        assert sessions_folder().name == "sessions"
        assert "emoscope" in sessions_folder().parts

    def test_reading_makes_nothing(self, folder: Path) -> None:
        with pytest.raises(SessionsError) as caught:
            SessionStore(folder)
        assert caught.value.code == "sessions.none"
        assert not folder.exists()

    def test_names_that_mean_something_in_an_address_are_only_names(self, tmp_path: Path) -> None:
        odd = tmp_path / "a?mode=memory&x=#%41 ü"
        Database(odd, write=True).close()
        assert (odd / FILE).stat().st_size > 0
        with SessionStore(odd) as store:
            assert store.sessions() == []
