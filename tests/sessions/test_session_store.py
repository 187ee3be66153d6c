"""What can be done with sessions that are kept: found, read, corrected, deleted for good."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sessions_events import NOON, Told, final, opened, wait_until

from desktop_app.core.types import CaptureState, StateChanged
from desktop_app.sessions import upkeep
from desktop_app.sessions.database import FILE, SessionsError
from desktop_app.sessions.store import SessionStore
from desktop_app.sessions.upkeep import is_held
from desktop_app.sessions.writer import About, SessionWriter

Begin = Callable[..., SessionWriter]


@pytest.fixture
def three(begin: Begin, folder: Path) -> Path:
    """Sessions 1 to 3: happy and named, sad and noted, uncertain at another microphone."""
    for name, label, device in (("Interview Anna", "happy", "USB"), ("", "sad", "USB"), ("", "", "Älterer")):
        run = begin(about=About("microphone", {"channel": "auto"}, name=name))
        run.post(StateChanged(CaptureState.LISTENING, 0.0, device))
        run.post(final(label=label) if label else final(uncertain=True))
        if label == "sad":
            run.note("Über den Umzug gesprochen", 2.0)
        run.stop()
    return folder


def numbers(folder: Path, search: str = "") -> list[int]:
    with SessionStore(folder) as store:
        return sorted(session.id for session in store.sessions(search))


class TestSearch:
    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("", [1, 2, 3]),
            ("anna", [1]),
            ("ANNA interview", [1]),
            ("anna sad", []),
            ("umzug", [2]),
            ("über", [2]),
            ("happy", [1]),  # of the third it is the likeliest label, but not an answer
            ("sad", [2]),
            ("usb", [1, 2]),
            ("älterer", [3]),
            ("tiny", [1, 2, 3]),
            (f"{datetime.fromtimestamp(NOON).astimezone():%Y-%m-%d}", [1, 2, 3]),
            ("1999-01-01", []),
            ("%", []),
            ("_", []),
            ("' OR 1=1 --", []),
        ],
    )
    def test_each_word_is_looked_for_in_names_notes_emotions_devices_models_and_dates(
        self, three: Path, words: str, found: list[int]
    ) -> None:
        assert numbers(three, words) == found

    def test_a_persons_label_is_found_in_place_of_the_answer(self, three: Path) -> None:
        with SessionStore(three, write=True) as store:
            store.correct(1, 0, "surprised")
        assert numbers(three, "surprised") == [1]
        assert numbers(three, "happy") == []

    def test_the_latest_session_comes_first(self, begin: Begin, folder: Path) -> None:
        for later_s in (0.0, 7200.0, 3600.0):
            run = begin()
            run.post(final(wall_clock=NOON + 3.0 + later_s))
            run.stop()
        with SessionStore(folder) as store:
            assert [session.id for session in store.sessions()] == [2, 3, 1]


class TestAPersonsOwnWords:
    def test_names_notes_and_labels_can_be_changed_and_taken_back(self, three: Path) -> None:
        with SessionStore(three, write=True) as store:
            store.rename(1, "  Another \n name ")
            note = store.add_note(1, "First thought", 1.5)
            store.change_note(1, note, "Second thought")
            store.add_note(1, "Of all of it")
            store.correct(1, 0, "sad")
            store.correct(1, 0, "neutral")
            kept = store.open(1)
            assert kept.session.name == "Another name"
            assert {(each.at_s, each.text) for each in kept.notes} == {
                (1.5, "Second thought"),
                (None, "Of all of it"),
            }
            assert kept.utterances[0].corrected == "neutral"
            assert kept.utterances[0].prediction.label == "happy"  # the answer stays beside it
            store.correct(1, 0, None)
            store.change_note(1, note, "")
            kept = store.open(1)
            assert kept.utterances[0].corrected is None
            assert [each.text for each in kept.notes] == ["Of all of it"]

    def test_of_a_session_that_is_not_there_it_is_a_sentence(self, three: Path) -> None:
        with SessionStore(three, write=True) as store:
            for act in (
                lambda: store.open(9),
                lambda: store.rename(9, "x"),
                lambda: store.add_note(9, "x"),
                lambda: store.hide(9),
                lambda: store.delete([1, 9]),
            ):
                with pytest.raises(SessionsError, match="There is no session 9") as caught:
                    act()
                assert caught.value.code == "sessions.not_found"
            assert len(store.sessions()) == 3


class TestDeletion:
    def test_nothing_of_it_is_left_in_the_files(self, begin: Begin, folder: Path) -> None:
        words = "what nobody may read any more"
        for number in range(4):
            run = begin(about=About("microphone", name=f"{words} {number}"))
            run.post(StateChanged(CaptureState.LISTENING, 0.0, f"{words} microphone"))
            for k in range(60):
                run.post(final(k, 3.0 * k))
                run.note(f"{words} {k}", 3.0 * k)
                run.correct(k, f"{words} label")
            run.stop()
        # Another program has the database open all the while: the log does not go by itself.
        with SessionStore(folder), SessionStore(folder, write=True) as store:
            store.add_note(1, words)
            store.change_note(2, 1, "harmless")  # another session's note stays as it is
            assert words.encode() in contents(folder)
            size = (folder / FILE).stat().st_size
            assert store.delete([1, 2, 3, 4])
            assert words.encode() not in contents(folder)
            assert (folder / FILE).stat().st_size < size
        assert numbers(folder) == []

    def test_the_others_stay_and_no_number_is_given_twice(self, three: Path, begin: Begin) -> None:
        before = opened(three, 1)
        with SessionStore(three, write=True) as store:
            store.delete([2, 3, 3])
        run = begin()
        run.post(final())
        run.stop()
        assert numbers(three) == [1, 4]
        assert opened(three, 1) == before

    def test_its_sound_goes_with_it(self, begin: Begin, folder: Path) -> None:
        run = begin(about=About("microphone", sound=True))
        run.post(final())
        assert run.sound_path is not None
        run.sound_path.write_bytes(b"fLaC")
        run.stop()
        assert opened(folder).session.sound == run.sound_path.name
        assert run.sound_path.exists()
        with SessionStore(folder, write=True) as store:
            store.delete([1])
        assert sorted(path.name for path in folder.iterdir()) == [FILE]

    def test_sound_of_a_session_in_which_nobody_spoke_is_not_kept(self, begin: Begin, folder: Path) -> None:
        run = begin(about=About("microphone", sound=True))
        assert run.sound_path is not None
        run.sound_path.write_bytes(b"fLaC")
        run.stop()
        assert not run.sound_path.exists()

    def test_sound_that_a_killed_run_left_without_a_session_is_removed_at_the_next_start(
        self, begin: Begin, folder: Path
    ) -> None:
        folder.mkdir()
        left = folder / "session-0123456789abcdef.flac"
        other = folder / "mine.flac"
        young = folder / "session-fedcba9876543210.flac"  # perhaps of a run that is about to begin
        lock = folder / "writing-0123456789abcdef.lock"
        for path in (left, other, young, lock):
            path.write_bytes(b"fLaC")
        for path in (left, other, lock):
            os.utime(path, (NOON, 1e9))
        begin().stop()
        assert young.exists()
        assert not left.exists()
        assert other.exists()

    def test_sound_of_a_run_killed_just_now_is_still_known_for_what_it_is_a_minute_later(
        self, begin: Begin, folder: Path
    ) -> None:
        folder.mkdir()
        sound, lock = folder / "session-0123456789abcdef.flac", folder / "writing-0123456789abcdef.lock"
        for path in (sound, lock):
            path.write_bytes(b"fLaC")
        os.utime(lock, (NOON, 1e9))  # taken when the run began
        begin().stop()
        assert sound.exists()
        os.utime(sound, (NOON, 1e9))
        begin().stop()
        assert not sound.exists()
        assert not lock.exists()

    def test_sound_that_nobody_spoke_in_and_that_cannot_be_deleted_now_goes_later(
        self, begin: Begin, folder: Path
    ) -> None:
        run = begin(about=About("microphone", sound=True))
        sound = run.sound_path
        assert sound is not None
        (sound / "open").mkdir(parents=True)  # no file: deleting it fails everywhere
        run.stop()
        (sound / "open").rmdir()
        sound.rmdir()
        sound.write_bytes(b"fLaC")
        for path in (sound, *folder.glob("*.lock")):
            os.utime(path, (NOON, 1e9))
        begin().stop()
        assert not sound.exists()
        assert not list(folder.glob("*.lock"))

    @pytest.mark.parametrize("killed", [False, True])
    def test_sound_of_sessions_in_a_damaged_database_stays_with_it(
        self, begin: Begin, folder: Path, killed: bool
    ) -> None:
        folder.mkdir()
        sound, lock = folder / "session-0123456789abcdef.flac", folder / "writing-0123456789abcdef.lock"
        for path in (sound, lock) if killed else (sound,):
            path.write_bytes(b"fLaC")
            os.utime(path, (NOON, 1e9))
        (folder / FILE).write_bytes(b"no database" * 500)
        for _ in range(2):
            begin().stop()
        assert list(folder.glob("sessions-damaged-*"))
        assert sound.exists()

    def test_sound_of_sessions_whose_database_was_moved_away_stays(self, begin: Begin, folder: Path) -> None:
        folder.mkdir()
        sound = folder / "session-0123456789abcdef.flac"
        sound.write_bytes(b"fLaC")
        os.utime(sound, (NOON, 1e9))
        begin().stop()
        assert sound.exists()

    def test_who_asks_at_the_same_time_is_not_taken_for_a_run_that_goes_on(self, tmp_path: Path) -> None:
        lock = tmp_path / "writing-0123456789abcdef.lock"
        lock.touch()
        held: list[bool] = []

        def ask() -> None:
            held.extend(is_held(lock) for _ in range(300))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not any(held)

    def test_who_shares_no_lock_is_not_taken_for_a_run_either(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "writing-0123456789abcdef.lock"
        path.touch()
        answers = iter([False, True])  # as on Windows, where another asks in this moment
        monkeypatch.setattr(upkeep, "_LOOKS", 2)
        monkeypatch.setattr(upkeep, "lock", lambda *_, **__: next(answers))
        assert not is_held(path)
        monkeypatch.setattr(upkeep, "lock", lambda *_, **__: False)
        assert is_held(path)

    def test_one_that_is_being_written_is_refused(self, begin: Begin, folder: Path) -> None:
        run = begin()
        run.post(final())
        wait_until(lambda: run.session is not None, "the session is written")
        with SessionStore(folder, write=True) as store:
            with pytest.raises(SessionsError, match="being written") as caught:
                store.delete([1])
            assert caught.value.code == "sessions.in_use"
            run.stop()
            assert store.delete([1])

    def test_deleting_sums_nothing_up_which_takes_long_where_much_is_kept(
        self, three: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(SessionStore, "_summed", lambda *_: pytest.fail("summed up"))
        with SessionStore(three, write=True) as store:
            store.hide(1)
            assert store.delete([1, 2])
            with pytest.raises(SessionsError, match="There is no session 2"):
                store.hide(2)

    def test_it_can_be_undone_until_it_is_purged(self, three: Path) -> None:
        with SessionStore(three, write=True) as store:
            store.hide(1)
            store.hide(2)
            assert numbers(three) == [3]
            store.bring_back(1)
            assert numbers(three) == [1, 3]
            assert store.purge(older_than_s=60.0) == []
            assert store.purge() == [2]
            with pytest.raises(SessionsError):
                store.bring_back(2)
        assert b"Umzug" not in contents(three)

    def test_what_was_hidden_long_ago_goes_when_the_next_session_begins(
        self, three: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with SessionStore(three, write=True) as store:
            store.hide(3)
            long_ago = time.time() - 120.0
            monkeypatch.setattr(time, "time", lambda: long_ago)
            store.hide(2)
            monkeypatch.undo()
        begin().stop()
        assert numbers(three) == [1]
        with SessionStore(three) as store:
            assert store.session(3).deleted is not None  # hidden just now: it can be brought back
            with pytest.raises(SessionsError):
                store.session(2)

    def test_a_hidden_session_whose_sound_cannot_be_deleted_keeps_no_other_from_going_or_being_kept(
        self, begin: Begin, folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("held", "free"):
            run = begin(about=About("microphone", name=name, sound=True))
            run.post(final())
            run.stop()
            assert run.sound_path is not None
            if name == "held":
                (run.sound_path / "open").mkdir(parents=True)  # no file: deleting it fails everywhere
        with SessionStore(folder, write=True) as store:
            long_ago = time.time() - 120.0
            monkeypatch.setattr(time, "time", lambda: long_ago)
            store.hide(1)
            store.hide(2)
            monkeypatch.undo()
        run = begin()
        run.post(final())
        assert run.stop()
        assert not told
        assert numbers(folder) == [3]
        with SessionStore(folder, write=True) as store:
            assert store.session(1).deleted is not None
            with pytest.raises(SessionsError, match="There is no session 2"):
                store.session(2)
            with pytest.raises(SessionsError, match="cannot be deleted"):
                store.purge()


def contents(folder: Path) -> bytes:
    """All bytes of the database and what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
