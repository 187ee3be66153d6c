"""`emoscope sessions`: lists, shows, exports and deletes what `emoscope live` has kept."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import events, needs_no_microphone, of_kind

from desktop_app.cli import main
from desktop_app.commands.sessions import _print_session
from desktop_app.sessions.database import FILE
from desktop_app.sessions.records import FailureMark
from desktop_app.sessions.store import SessionStore

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
Sessions = Callable[..., "Done"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, speech: Path, model: Path) -> tuple[Path, list[dict]]:
    """A folder with one session, and the answers that were told live."""
    from running import command, environment

    folder = tmp_path_factory.mktemp("kept") / "sessions"
    call = command("live", "--source", speech, "--model", model, "--session", "--sessions", folder)
    done = subprocess.run(
        call, capture_output=True, encoding="utf-8", env=environment(), timeout=60, check=True
    )
    kept = f"emoscope: What is said is kept as a session in '{folder}', without sound"
    told = f"{kept}; --no-session keeps none.\n"
    assert done.stderr.endswith(told)  # a busy machine says before that the model is tried first
    return folder, of_kind("final", events(done.stdout))


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def sessions(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run `emoscope sessions` on the folder, in this process."""

    def run(*words: object, at: Path = folder) -> Done:
        capsys.readouterr()
        code = main(["sessions", *(str(word) for word in words), "--sessions", str(at)])
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def folder(kept: tuple[Path, list[dict]], tmp_path: Path) -> Path:
    shutil.copytree(kept[0], tmp_path / "sessions")
    return tmp_path / "sessions"


class TestReading:
    def test_the_list_tells_of_each_session(
        self, sessions: Sessions, folder: Path, kept: tuple[Path, list[dict]]
    ) -> None:
        done = sessions("list", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        assert found["schema_version"] == 1
        (session,) = found["sessions"]
        assert session["id"] == 1
        assert session["utterances"] == len(kept[1]) == 2
        assert session["seconds"] == pytest.approx(4.5, abs=0.3)
        assert session["started"].endswith("Z")
        assert (session["source"], session["ended_by"], session["live"]) == ("recording", "stopped", False)
        assert session["settings"]["adapt"] is True

    def test_it_is_a_table_for_people(self, sessions: Sessions, folder: Path) -> None:
        done = sessions("list")
        assert done.returncode == 0
        head, row = done.stdout.splitlines()
        assert head.split()[:4] == ["id", "begun", "length", "utterances"]
        assert row.split()[0] == "1"

    def test_what_was_answered_is_shown_as_it_was_told_live(
        self, sessions: Sessions, folder: Path, kept: tuple[Path, list[dict]]
    ) -> None:
        done = sessions("show", 1, "--json")
        session = json.loads(done.stdout)["session"]
        live = kept[1]
        assert [
            {key: event[key] for key in ("segment", "start_s", "probabilities", "voice")} for event in live
        ] == [
            {key: segment[key] for key in ("segment", "start_s", "probabilities", "voice")}
            for segment in session["segments"]
        ]
        (engine,) = session["engines"]
        assert len(engine["sha256"]) == 64
        assert engine["model"] == "tiny"

    def test_names_in_brackets_are_names(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with SessionStore(folder) as store:
            opened = store.open(1)
        told = "The microphone 'USB [/dev/snd] [front]' is gone."
        failure = FailureMark(1.0, "audio.device", told, "", fatal=False, fields={}, wall_clock=0.0)
        _print_session(replace(opened, failures=(failure,)))
        assert told in capsys.readouterr().out

    def test_a_person_sees_utterances_notes_and_corrections(self, sessions: Sessions, folder: Path) -> None:
        with SessionStore(folder, write=True) as store:
            store.rename(1, "Interview")
            store.add_note(1, "She laughs.", 1.5)
            store.correct(1, 0, "surprised")
        done = sessions("show", 1)
        assert done.returncode == 0
        assert "session  1  Interview" in done.stdout
        assert "note     0:01.5 She laughs." in done.stdout
        rows = [line for line in done.stdout.splitlines() if "surprised (corrected)" in line]
        assert len(rows) == 1
        assert rows[0].endswith("She laughs.")
        assert "1 correction or note is stored in the session" in done.stdout
        assert "sound    not kept" in done.stdout

    def test_a_killed_session_is_interrupted_in_every_form(self, sessions: Sessions, folder: Path) -> None:
        connection = sqlite3.connect(folder / FILE)
        connection.execute("UPDATE session SET ended = NULL, ended_by = NULL, name = 'Talk'")  # as if killed
        connection.commit()
        connection.close()
        (listed,) = json.loads(sessions("list", "--json").stdout)["sessions"]
        shown = json.loads(sessions("show", 1, "--json").stdout)["session"]
        for session in (listed, shown):
            assert (session["ended_by"], session["live"]) == ("interrupted", False)
            assert session["ended"] > session["started"]
        assert "ended    interrupted" in sessions("show", 1).stdout
        head, row = sessions("list").stdout.splitlines()
        assert head.split()[-2:] == ["state", "name"]
        assert row.split()[-2:] == ["interrupted", "Talk"]

    def test_a_folder_in_the_place_of_the_database_is_a_sentence(
        self, sessions: Sessions, tmp_path: Path
    ) -> None:
        (tmp_path / "odd" / FILE).mkdir(parents=True)
        done = sessions("list", at=tmp_path / "odd")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"emoscope: '{tmp_path / 'odd' / FILE}' is not a file")

    def test_where_there_are_none_it_says_so(self, sessions: Sessions, tmp_path: Path) -> None:
        (tmp_path / "none").mkdir()
        done = sessions("list", "--json", at=tmp_path / "none")
        assert (done.returncode, json.loads(done.stdout)["sessions"]) == (0, [])
        done = sessions("list", at=tmp_path / "none")
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == f"emoscope: There are no sessions in '{tmp_path / 'none'}'.\n"
        done = sessions("delete", "--all", at=tmp_path / "none")
        assert (done.returncode, done.stdout) == (0, "deleted: nothing\n")
        assert sessions("delete", 1, at=tmp_path / "none").returncode == 1
        assert list((tmp_path / "none").iterdir()) == []

    @pytest.mark.parametrize("words", [("list", "--json"), ("show", 1), ("delete", "--all")])
    def test_a_folder_that_is_not_there_is_a_failure_and_is_not_made(
        self, sessions: Sessions, tmp_path: Path, words: tuple[object, ...]
    ) -> None:
        wrong = tmp_path / "wrong"
        done = sessions(*words, at=wrong)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"emoscope: The folder of sessions '{wrong}' does not exist. Check")
        assert not wrong.exists()

    def test_a_search_that_finds_nothing_is_no_failure(self, sessions: Sessions, folder: Path) -> None:
        done = sessions("list", "--search", "magpies")
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == "emoscope: No session has 'magpies'.\n"

    @pytest.mark.parametrize("action", ["show", "export"])
    def test_an_unknown_number_is_a_sentence(self, sessions: Sessions, folder: Path, action: str) -> None:
        output = ["--json", "-"] if action == "export" else []
        for number in (7, 10**23):
            done = sessions(action, number, *output)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr == f"emoscope: There is no session {number}. See 'emoscope sessions list'.\n"


class TestExport:
    def test_all_formats_of_recordings_are_written(
        self, sessions: Sessions, folder: Path, tmp_path: Path, kept: tuple[Path, list[dict]]
    ) -> None:
        with SessionStore(folder, write=True) as store:
            store.correct(1, 1, "surprised")
        outputs = ("--json", tmp_path / "out.json", "--csv", tmp_path / "out.csv")
        others = ("textgrid", "srt", "vtt", "audacity", "html")
        for name in others:
            outputs += (f"--{name}", tmp_path / f"out.{name}")
        done = sessions("export", 1, *outputs)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        report = json.loads((tmp_path / "out.json").read_text())
        (file,) = report["files"]
        assert report["model"] == "tiny"
        assert [segment["corrected_label"] for segment in file["segments"]] == [None, "surprised"]
        assert file["session"]["id"] == 1
        rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
        for row, event in zip(rows, kept[1], strict=True):
            assert float(row["start_s"]) == pytest.approx(event["start_s"], abs=1e-3)
            for label, probability in event["probabilities"].items():
                assert float(row[f"p_{label}"]) == pytest.approx(probability, abs=1e-5)
        assert '"IntervalTier"' in (tmp_path / "out.textgrid").read_text()
        assert all("surprised" in (tmp_path / f"out.{name}").read_text().casefold() for name in others)

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("1",), "An output is needed"),
            (("1", "--json", "same", "--csv", "same"), "Two outputs cannot both go to 'same'"),
            (("x", "--json", "-"), "a whole number of at least 1 is needed"),
        ],
    )
    def test_a_wrong_call_is_told_in_a_sentence(
        self, sessions: Sessions, folder: Path, words: tuple[str, ...], sentence: str
    ) -> None:
        done = sessions("export", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr


class TestDeletion:
    def test_sessions_are_deleted_for_good(self, sessions: Sessions, folder: Path) -> None:
        done = sessions("delete", 1, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == {"schema_version": 1, "deleted": [1]}
        assert b"speech.wav" not in (folder / FILE).read_bytes()
        assert "There are no sessions" not in sessions("list").stdout

    def test_all_or_none_is_deleted(self, sessions: Sessions, folder: Path) -> None:
        done = sessions("delete", 1, 7)
        assert done.returncode == 1
        assert "There is no session 7." in done.stderr
        assert json.loads(sessions("list", "--json").stdout)["sessions"]
        assert sessions("delete", "--all").stdout == "deleted: 1\n"

    @pytest.mark.parametrize("words", [(), ("--all", "1")])
    def test_it_must_be_said_which(self, sessions: Sessions, folder: Path, words: tuple[str, ...]) -> None:
        done = sessions("delete", *words)
        assert done.returncode == 2
        assert "Name sessions to delete, or --all." in done.stderr


class TestLive:
    def test_a_recording_is_no_session_unless_it_is_asked_for(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        done = emoscope("live", "--source", speech, "--model", model, EMOSCOPE_SESSIONS=str(tmp_path / "s"))
        assert done.returncode == 0
        assert "is kept as a session" not in done.stderr
        assert not (tmp_path / "s").exists()

    @needs_no_microphone
    @pytest.mark.parametrize("option", [None, "--no-session"])
    def test_what_a_microphone_hears_is_one_unless_that_is_refused(
        self, emoscope: Run, model: Path, tmp_path: Path, option: str | None
    ) -> None:
        words = () if option is None else (option,)
        place = {"EMOSCOPE_SESSIONS": str(tmp_path / "s")}
        done = emoscope("live", "--seconds", 0.5, "--model", model, *words, **place)
        told = "is kept as a session in" in done.stderr
        assert told == (option is None)
        assert (tmp_path / "s" / FILE).exists() == told
        if told:  # and nobody spoke
            listed = emoscope("sessions", "list", "--json", **place)
            assert json.loads(listed.stdout)["sessions"] == []

    def test_a_folder_that_cannot_be_written_to_is_a_sentence_and_it_listens_on(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "taken").write_text("")
        done = emoscope(
            "live", "--source", speech, "--model", model, "--session", "--sessions", tmp_path / "taken" / "s"
        )
        assert done.returncode == 0
        assert done.stderr.count("cannot be written to") == 1
        assert "is kept as a session" not in done.stderr
        found = events(done.stdout)
        assert len(of_kind("final", found)) == 2
        (failure,) = of_kind("failure", found)
        assert (failure["code"], failure["fatal"]) == ("sessions.not_writable", False)

    def test_keeping_and_not_keeping_do_not_go_together(self, emoscope: Run, speech: Path) -> None:
        done = emoscope("live", "--source", speech, "--session", "--no-session")
        assert done.returncode == 2

    def test_sound_is_kept_where_it_is_asked_for_and_that_is_said(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "s"
        call = ("live", "--source", speech, "--model", model, "--keep-sound", "--sessions", folder)
        done = emoscope(*call)
        assert done.returncode == 0
        assert "WITH ITS SOUND" in done.stderr
        with SessionStore(folder) as store:
            session = store.session(1)
        heard, rate = soundfile.read(folder / session.sound)
        assert len(heard) / rate == pytest.approx(4.5, abs=0.1)
        assert np.abs(heard).max() > 0.3
        assert emoscope("sessions", "delete", 1, "--sessions", folder).returncode == 0
        assert [path.name for path in folder.iterdir()] == [FILE]

    @pytest.mark.parametrize("words", [("--no-session", "--keep-sound"), ("--session", "--sound-limit", "5")])
    def test_options_about_sound_that_mean_nothing_are_refused(
        self, emoscope: Run, speech: Path, model: Path, words: tuple[str, ...]
    ) -> None:
        done = emoscope("live", "--source", speech, "--model", model, *words)
        assert (done.returncode, done.stdout) == (2, "")
