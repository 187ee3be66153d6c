"""`emoscope analyze` of folders, stdin and many recordings: no result is lost with the run."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import command, environment, made_up_speech
from tiny_model import EMOTIONS

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(speech: Path, other_speech: Path, tmp_path: Path) -> Path:
    """Eight recordings in two folders, one of them none, and a picture."""
    root = tmp_path / "talks"
    (root / "day2").mkdir(parents=True)
    for number in range(4):
        shutil.copy(speech, root / f"a{number}.wav")
        shutil.copy(other_speech, root / "day2" / f"b{number}.wav")
    (root / "a2.wav").write_text("no sound\n" * 50)
    (root / "cover.jpg").touch()
    return root


class TestFolders:
    def test_a_folder_stands_for_its_recordings(self, emoscope: Run, folder: Path, model: Path) -> None:
        done = emoscope("analyze", "talks", "--model", model, "--json", "-", "--jobs", 2)
        assert done.returncode == 1
        report = json.loads(done.stdout)
        day2 = [f"talks/day2/b{number}.wav" for number in range(4)]
        assert [file["path"] for file in report["files"]] == [*(f"talks/a{k}.wav" for k in (0, 1, 3)), *day2]
        assert [error["path"] for error in report["errors"]] == ["talks/a2.wav"]
        assert "1 file left out: 1 .jpg." in done.stderr

    def test_a_pattern_chooses(self, emoscope: Run, folder: Path, model: Path) -> None:
        done = emoscope("analyze", "talks", "--glob", "day2/b[01].*", "--model", model, "--json", "-")
        assert done.returncode == 0
        assert [Path(file["path"]).name for file in json.loads(done.stdout)["files"]] == ["b0.wav", "b1.wav"]

    def test_an_empty_folder_is_a_failure_and_the_others_are_analyzed(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "empty").mkdir()
        done = emoscope("analyze", "empty", speech, "--model", model, "--json", "-")
        assert done.returncode == 1
        report = json.loads(done.stdout)
        assert len(report["files"]) == 1
        assert [(error["path"], error["code"]) for error in report["errors"]] == [
            ("empty", "audio.no_recordings")
        ]
        assert done.stderr == "emoscope: There is no recording in the folder 'empty'.\n"


class TestStdin:
    def test_a_recording_can_be_piped_in(self, speech: Path, model: Path, tmp_path: Path) -> None:
        call = command("analyze", "-", speech, "--model", model, "--json", "-")
        done = subprocess.run(
            call, input=speech.read_bytes(), capture_output=True, cwd=tmp_path, env=environment(), check=True
        )
        piped, named = json.loads(done.stdout)["files"]
        assert (piped.pop("path"), named.pop("path")) == ("stdin", str(speech))
        assert piped == named

    def test_what_is_no_recording_is_told(self, model: Path, tmp_path: Path) -> None:
        call = command("analyze", "-", "--model", model)
        done = subprocess.run(
            call, input=b"no sound", capture_output=True, cwd=tmp_path, env=environment(), check=False
        )
        assert done.returncode == 1
        assert done.stderr.count(b"\n") == 1
        assert b"stdin" in done.stderr

    def test_it_has_one_name_in_results_warnings_and_failures(
        self, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        sound, rate = soundfile.read(speech, dtype="float32")
        quiet = tmp_path / "quiet.wav"
        soundfile.write(quiet, 0.003 * sound, rate)
        for content in (quiet.read_bytes(), b"no sound"):
            call = command("analyze", "-", "--model", model, "--json", "-")
            done = subprocess.run(
                call, input=content, capture_output=True, cwd=tmp_path, env=environment(), check=False
            )
            report = json.loads(done.stdout)
            (entry,) = report["files"] + report["errors"]
            assert entry["path"] == "stdin"
            assert b"stdin" in done.stderr
            assert b'"-"' not in done.stderr
            assert b"'-'" not in done.stderr

    def test_a_file_that_is_called_so_is_another_one(self, speech: Path, model: Path, tmp_path: Path) -> None:
        (tmp_path / "stdin").write_bytes(speech.read_bytes())
        (tmp_path / "grids").mkdir()
        call = command("analyze", "-", "stdin", "--model", model, "--textgrid", "grids")
        subprocess.run(
            call, input=speech.read_bytes(), capture_output=True, cwd=tmp_path, env=environment(), check=True
        )
        assert len(list((tmp_path / "grids").iterdir())) == 2

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
    def test_nothing_of_it_stays_behind_when_the_run_is_ended(
        self, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        here = environment(TMPDIR=str(tmp_path))
        call = command("analyze", "-", "--model", model)
        with subprocess.Popen(call, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=here) as process:
            assert process.stdin is not None
            process.stdin.write(speech.read_bytes())
            process.stdin.flush()
            deadline = time.monotonic() + 30
            while not list(tmp_path.iterdir()):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.terminate()
            process.wait(20)
        assert list(tmp_path.iterdir()) == []


class TestChannels:
    """Two people, one on each channel."""

    @pytest.fixture
    def call_(self, tmp_path: Path) -> Path:
        left, right = made_up_speech((0.7, 0.5)), made_up_speech((0.0, 0.0), (0.0, 0.0), (0.8, 0.5))
        size = max(len(left), len(right))
        both = np.stack([np.pad(side, (0, size - len(side))) for side in (left, right)], axis=1)
        soundfile.write(tmp_path / "call.flac", both, 16000)
        return tmp_path / "call.flac"

    def test_each_is_analyzed_by_itself(
        self, emoscope: Run, call_: Path, model: Path, tmp_path: Path
    ) -> None:
        outputs = ("--json", "out.json", "--csv", "out.csv", "--textgrid", "out.TextGrid")
        done = emoscope("analyze", call_, "--model", model, "--channel", "each", *outputs)
        assert done.returncode == 0
        files = json.loads((tmp_path / "out.json").read_text())["files"]
        assert [file["channel"] for file in files] == [1, 2]
        assert [len(file["segments"]) for file in files] == [1, 1]
        with (tmp_path / "out.csv").open(newline="") as file:
            assert [row["channel"] for row in csv.DictReader(file)] == ["1", "2"]
        assert '"emotion 2"' in (tmp_path / "out.TextGrid").read_text()

    def test_one_can_be_chosen(self, emoscope: Run, call_: Path, model: Path) -> None:
        for channel in ("right", "2"):
            done = emoscope("analyze", call_, "--model", model, "--channel", channel, "--json", "-")
            (file,) = json.loads(done.stdout)["files"]
            assert file["channel"] == 2
            assert file["segments"][0]["start_s"] > 2.5

    def test_one_that_is_not_there_is_told(self, emoscope: Run, call_: Path, model: Path) -> None:
        done = emoscope("analyze", call_, "--model", model, "--channel", "3", "--json", "-")
        assert done.returncode == 1
        (error,) = json.loads(done.stdout)["errors"]
        assert error["code"] == "call.channel"
        assert "has 2 channels" in error["message"]
        done = emoscope("analyze", call_, "--channel", "middle")
        assert done.returncode == 2
        assert "'middle' was given" in done.stderr


class TestCsv:
    def test_separator_and_byte_order_mark(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        shutil.copy(speech, tmp_path / "=1+1.wav")
        done = emoscope(
            "analyze", "=1+1.wav", "--model", model, "--csv", "a.csv", "--csv-separator", ";", "--csv-bom"
        )
        assert done.returncode == 0
        assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfpath;channel;start_s;")
        with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            assert {row["path"] for row in csv.DictReader(file, delimiter=";")} == {"'=1+1.wav"}

    def test_they_need_a_csv(self, emoscope: Run, speech: Path) -> None:
        done = emoscope("analyze", speech, "--csv-bom")
        assert done.returncode == 2
        assert "--csv" in done.stderr


def many(folder: Path, speech: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        shutil.copy(speech, folder / f"{number:02}.wav")


def start(tmp_path: Path, model: Path, *options: object) -> subprocess.Popen[str]:
    call = command("analyze", "in", "--model", model, *options)
    return subprocess.Popen(
        call, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_bytes().count(b"\n") >= count):
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
class TestInterruptedRuns:
    COUNT = 60

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
    def test_what_was_done_is_kept_and_resumed_with_each_recording_once(
        self, speech: Path, model: Path, tmp_path: Path, emoscope: Run, number: int
    ) -> None:
        many(tmp_path / "in", speech, self.COUNT)
        outputs = ("--json", "out.json", "--csv", "out.csv", "--textgrid", "grids/")
        (tmp_path / "out.json").write_text("old")
        running = start(tmp_path, model, *outputs, "--jobs", 2)
        wait_for_lines(tmp_path / "out.json.partial", 4)
        running.send_signal(number)
        _, told = running.communicate(timeout=20)
        assert (tmp_path / "out.json").read_text() == "old"
        done_before = (tmp_path / "out.json.partial").read_bytes().count(b"\n") - 1
        assert 3 <= done_before < self.COUNT
        if number == signal.SIGINT:
            assert running.returncode == 130
            assert f"of {self.COUNT} recordings are done" in told
            assert "--resume" in told

        again = emoscope("analyze", "in", "--model", model, *outputs)
        assert again.returncode == 2
        assert "--resume" in again.stderr

        resumed = emoscope("analyze", "in", "--model", model, *outputs, "--resume")
        assert (resumed.returncode, resumed.stderr) == (0, "")
        names = [f"in/{k:02}.wav" for k in range(self.COUNT)]
        report = json.loads((tmp_path / "out.json").read_text())
        assert [file["path"] for file in report["files"]] == names
        with (tmp_path / "out.csv").open(newline="") as file:
            rows = [row["path"] for row in csv.DictReader(file)]
        assert rows == [name for name in names for _ in range(2)]
        assert len(list((tmp_path / "grids").iterdir())) == self.COUNT
        left = sorted(path.name for path in tmp_path.iterdir())
        assert left == ["grids", "in", "out.csv", "out.json"]

    def test_another_model_or_changed_recordings_are_not_mixed_in(
        self, speech: Path, other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        many(tmp_path / "in", speech, self.COUNT)
        running = start(tmp_path, model, "--json", "out.json")
        wait_for_lines(tmp_path / "out.json.partial", 4)
        running.kill()
        running.communicate()
        call = ("analyze", "in", "--model", model, "--json", "out.json", "--resume")
        for options in (["--strict"], ["--labels", "happy,sad"]):
            other = emoscope(*call, *options)
            assert other.returncode == 2
            assert "other options" in other.stderr
        shutil.copy(other_speech, tmp_path / "in" / "00.wav")
        everything = ",".join(reversed(EMOTIONS))  # which is what no --labels means
        assert emoscope(*call, "--labels", everything).returncode == 0
        first, second, *_ = json.loads((tmp_path / "out.json").read_text())["files"]
        assert first["duration_s"] != second["duration_s"]

    def test_two_runs_into_one_report_are_refused(
        self, speech: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        many(tmp_path / "in", speech, self.COUNT)
        running = start(tmp_path, model, "--json", "out.json")
        try:
            wait_for_lines(tmp_path / "out.json.partial", 2)
            second = emoscope("analyze", "in", "--model", model, "--json", "out.json", "--resume")
            assert second.returncode == 1
            assert "by another run" in second.stderr
        finally:
            running.kill()
            running.communicate()


def test_results_on_stdout_come_while_the_work_goes_on(speech: Path, model: Path, tmp_path: Path) -> None:
    many(tmp_path / "in", speech, 40)
    for options in ([], ["--csv", "-"]):
        running = start(tmp_path, model, *options)
        assert running.stdout is not None
        first = [running.stdout.readline() for _ in range(3)]
        assert running.poll() is None
        assert "00.wav" in "".join(first)
        running.kill()
        running.communicate()


def test_resuming_needs_a_report_in_a_file(emoscope: Run, speech: Path) -> None:
    done = emoscope("analyze", speech, "--json", "-", "--resume")
    assert done.returncode == 2
    assert "--resume goes on with a report in a file" in done.stderr


def test_a_single_recording_has_nothing_to_resume(emoscope: Run, speech: Path, model: Path) -> None:
    done = emoscope("analyze", speech, "--model", model, "--json", "out.json", "--resume")
    assert done.returncode == 0
    assert "Nothing is kept of a run over a single recording: it begins anew." in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_hard_link_to_a_recording_is_the_recording(
    emoscope: Run, speech: Path, model: Path, tmp_path: Path
) -> None:
    shutil.copy(speech, tmp_path / "talk.wav")
    (tmp_path / "out.json").hardlink_to(tmp_path / "talk.wav")
    done = emoscope("analyze", "talk.wav", "--model", model, "--json", "out.json")
    assert done.returncode == 2
    assert (tmp_path / "talk.wav").read_bytes() == speech.read_bytes()
