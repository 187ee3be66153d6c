"""`emoscope batch`: every recording once, whatever happens on the way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest
from running import command, environment
from tiny_model import make_tiny_model

Run = Callable[..., subprocess.CompletedProcess[str]]


def rows(out: Path, table: str = "utterances") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(out / table).to_pylist()
    return found


def start(tmp_path: Path, *options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("batch", *options),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_parts(out: Path, count: int) -> None:
    deadline = time.monotonic() + 120
    while len(list(out.glob("utterances/part-*.parquet"))) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def folder(speech: Path, other_speech: Path, tmp_path: Path) -> Path:
    """Three recordings in two folders, and one that is none."""
    root = tmp_path / "talks"
    (root / "day2").mkdir(parents=True)
    shutil.copy(speech, root / "a.wav")
    shutil.copy(other_speech, root / "b.flac")
    shutil.copy(speech, root / "day2" / "a.wav")
    (root / "noise.wav").write_text("no sound\n" * 50)
    return root


class TestResults:
    def test_they_are_those_of_analyze(
        self, folder: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        done = emoscope("batch", folder, "--model", model, "--out", "out", "--jobs", 2)
        assert done.returncode == 1
        assert "4 recordings in 'out', 1 failed: see failures.parquet there." in done.stderr
        assert "tells which" not in done.stderr, "no warnings"
        report = json.loads(emoscope("analyze", folder, "--model", model, "--json", "-").stdout)
        wanted = [
            {"path": file["path"], **segment} for file in report["files"] for segment in file["segments"]
        ]
        found = sorted(rows(tmp_path / "out"), key=lambda row: (row["path"], row["start_s"]))
        assert len(found) == len(wanted) > 3
        for row, segment in zip(found, sorted(wanted, key=lambda s: (s["path"], s["start_s"])), strict=True):
            for name in (
                "path",
                "start_s",
                "end_s",
                "label",
                "uncertain",
                "uncertain_because",
                "not_a_voice",
            ):
                assert row[name] == segment[name]
            for label, probability in segment["probabilities"].items():
                assert row[f"p_{label}"] == pytest.approx(probability, abs=1e-6)
            assert row["sha256"] == hashlib.sha256(Path(row["source"]).read_bytes()).hexdigest()

        (failure,) = pq.read_table(tmp_path / "out" / "failures.parquet").to_pylist()
        assert (failure["path"], failure["code"]) == (f"{folder}/noise.wav", report["errors"][0]["code"])
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
        assert manifest["recordings"] == 4
        assert manifest["failed"] == 1
        assert manifest["utterances"] == len(found)
        assert manifest["not_a_voice"] == sum(row["not_a_voice"] for row in found)
        told = {each["path"]: each for part in manifest["parts"] for each in part["recordings"]}
        assert (
            told[f"{folder}/a.wav"]["sha256"] == hashlib.sha256((folder / "a.wav").read_bytes()).hexdigest()
        )

    def test_warnings_are_counted_at_the_end_and_the_report_tells_them_whole(
        self, speech: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        (tmp_path / "cut.wav").write_bytes(speech.read_bytes()[:-20_000])
        done = emoscope("batch", "cut.wav", speech, "--model", model, "--out", "out")
        assert done.returncode == 0
        assert "1 recording is incomplete." in done.stderr
        assert "'emoscope batch report' tells which" in done.stderr
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
        assert manifest["warnings"] == {"incomplete": 1}
        assert manifest["parts"][0]["recordings"][0]["warnings"] == ["incomplete"]

        analyzed = emoscope("analyze", "cut.wav", "--model", model, "--json", "-")
        (wanted,) = json.loads(analyzed.stdout)["files"]
        told = json.loads(emoscope("batch", "report", "out", "--json", "-").stdout)
        assert (told["warned"], told["warnings"]) == (1, {"incomplete": 1})
        ((one,), sentence) = told["warned_recordings"], wanted["warnings"][0]["message"]
        assert one["source"] == str(tmp_path / "cut.wav")
        assert one["warnings"] == [{"code": "incomplete", "message": sentence}]
        printed = emoscope("batch", "report", "out", "--html", "report.html")
        assert printed.returncode == 0
        assert sentence in (tmp_path / "report.html").read_text()
        assert f'"{one["source"]}": {sentence}' in emoscope("batch", "report", "out").stderr

    def test_a_list_tells_who_spoke_and_when(
        self, folder: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        (folder / "list.csv").write_text(
            "path,speaker,recorded_at\na.wav,Ada,2026-11-02T09:30:00+01:00\nb.flac,,2026-11-03T10:00:00\n"
            "gone.wav,Bob,\n"
        )
        done = emoscope("batch", folder / "list.csv", "--model", model, "--out", "out")
        assert done.returncode == 1
        told = {row["path"]: row for row in rows(tmp_path / "out")}
        assert told["a.wav"]["speaker"] == "Ada"
        assert told["a.wav"]["recorded_at"].isoformat() == "2026-11-02T08:30:00+00:00"
        assert told["b.flac"]["speaker"] is None
        (failure,) = pq.read_table(tmp_path / "out" / "failures.parquet").to_pylist()
        assert (failure["path"], failure["code"]) == ("gone.wav", "audio.not_found")

    def test_frames_are_what_a_live_run_shows(self, speech: Path, tmp_path: Path, emoscope: Run) -> None:
        """And embeddings are those of the utterances."""
        model = make_tiny_model(tmp_path / "tiny.onnx")
        call = ("batch", speech, "--model", model, "--out", "out", "--frames", 0.25, "--embeddings")
        assert emoscope(*call).returncode == 0
        live = emoscope("live", "--source", speech, "--model", model, "--jsonl", "-", "--no-session")
        events = [json.loads(line) for line in live.stdout.splitlines()]
        shown = {round(event["end_s"], 3): event for event in events if event["event"] == "partial"}
        frames = rows(tmp_path / "out", "frames")
        told = [frame for frame in frames if round(frame["end_s"], 3) in shown]
        assert len(told) >= 0.5 * len(frames) > 1
        for frame in told:
            for label, probability in shown[round(frame["end_s"], 3)]["probabilities"].items():
                assert frame[f"p_{label}"] == pytest.approx(probability, abs=1e-5)
        utterances = rows(tmp_path / "out")
        assert {frame["utterance"] for frame in frames} <= {row["number"] for row in utterances}
        assert all(len(row["embedding"]) > 0 for row in utterances)

        next(
            (tmp_path / "out" / "utterances").iterdir()
        ).unlink()  # as the program advises, of a damaged part
        assert emoscope(*call).returncode == 0
        assert len(rows(tmp_path / "out", "frames")) == len(frames)

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            ("file\na.wav\n", "has no column 'path'"),
            ("path,recorded_at\na.wav,yesterday\n", "a time that is none: 'yesterday'"),
            ("path\n", "names no recording"),
        ],
    )
    def test_a_list_that_is_none_is_told(
        self, model: Path, tmp_path: Path, emoscope: Run, content: str, sentence: str
    ) -> None:
        (tmp_path / "list.csv").write_text(content)
        done = emoscope("batch", "list.csv", "--model", model, "--out", "out")
        assert done.returncode == 2
        assert sentence in done.stderr

    def test_nothing_to_analyze_is_told(self, model: Path, tmp_path: Path, emoscope: Run) -> None:
        gone = emoscope("batch", "gone", "--model", model, "--out", "out")
        assert gone.returncode == 2
        assert "There is no folder, list or recording 'gone'." in gone.stderr
        (tmp_path / "empty").mkdir()
        done = emoscope("batch", "empty", "--model", model, "--out", "out")
        assert done.returncode == 1
        assert "There is no recording in the folder 'empty'." in done.stderr


class TestWhatIsNamedHowever:
    def test_files_of_one_name_in_several_folders_are_all_there(
        self, speech: Path, other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        for name in ("monday", "tuesday", "wednesday"):
            (tmp_path / name).mkdir()
            shutil.copy(speech, tmp_path / name / "1.wav")
        call = ("--model", model, "--out", "out", "--jobs", 1)
        assert emoscope("batch", "monday", "tuesday", *call).returncode == 0
        assert emoscope("batch", "wednesday", *call).returncode == 0
        found = {(row["path"], row["source"]) for row in rows(tmp_path / "out")}
        assert found == {
            (f"{name}/1.wav", str(tmp_path / name / "1.wav")) for name in ("monday", "tuesday", "wednesday")
        }

    def test_what_is_named_twice_is_there_once(
        self, folder: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        (tmp_path / "list.txt").write_text("talks/a.wav\ntalks/b.flac\ntalks/a.wav\n")
        call = ("list.txt", "talks/b.flac", folder / "a.wav", "--model", model, "--out", "out", "--jobs", 1)
        done = emoscope("batch", *call)
        assert "2 recordings in 'out'." in done.stderr
        again = emoscope("batch", *call)
        assert "Of 5 recordings, 5 had results already." in again.stderr
        assert len(rows(tmp_path / "out")) == 3

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
    def test_a_name_that_is_no_text_and_a_pipe_hold_nothing_up(
        self, folder: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        shutil.copy(folder / "a.wav", os.fsencode(folder) + b"/bad\xff.wav")
        os.mkfifo(folder / "pipe.wav")
        done = emoscope("batch", "talks", "--model", model, "--out", "out", "--jobs", 1, timeout=40)
        assert done.returncode == 1
        assert "6 recordings in 'out', 2 failed" in done.stderr
        assert "talks/bad\N{REPLACEMENT CHARACTER}.wav" in {row["path"] for row in rows(tmp_path / "out")}
        failures = pq.read_table(tmp_path / "out" / "failures.parquet").to_pylist()
        assert {each["path"]: each["code"] for each in failures}["talks/pipe.wav"] == "audio.not_a_file"

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
    def test_names_that_look_alike_as_text_are_recordings_of_their_own(
        self, other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        (tmp_path / "in").mkdir()
        for name in (b"\xff", b"\xfe", "\N{REPLACEMENT CHARACTER}".encode(), b"\\xff", b"\\x5cxff"):
            shutil.copy(other_speech, os.fsencode(tmp_path / "in") + b"/" + name + b".flac")
        call = ("batch", "in", "--model", model, "--out", "out", "--jobs", 1)
        assert "5 recordings in 'out'." in emoscope(*call).stderr
        assert "Of 5 recordings, 5 had results already." in emoscope(*call).stderr
        sources = [Path(row["source"]).name for row in rows(tmp_path / "out")]
        assert sorted(sources) == sorted(
            [
                r"\xff.flac",
                r"\xfe.flac",
                "\N{REPLACEMENT CHARACTER}.flac",
                r"\x5cxff.flac",
                r"\x5cx5cxff.flac",
            ]
        )

    def test_what_is_left_out_of_a_folder_is_told(self, folder: Path, model: Path, emoscope: Run) -> None:
        (folder / "notes.txt").write_text("of the day")
        (folder / ".hidden.wav").write_bytes((folder / "a.wav").read_bytes())
        done = emoscope("batch", folder, "--model", model, "--out", "out", "--jobs", 1)
        assert "2 files left out: 1 .txt, 1 hidden .wav." in done.stderr

    def test_a_list_of_a_german_spreadsheet(
        self, folder: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        (folder / "list.csv").write_text("path;speaker\na.wav;Ada\n", encoding="utf-8-sig")
        assert emoscope("batch", folder / "list.csv", "--model", model, "--out", "out").returncode == 0
        assert {row["speaker"] for row in rows(tmp_path / "out")} == {"Ada"}


class TestGoingOn:
    COUNT = 220

    @pytest.fixture
    def many(self, other_speech: Path, tmp_path: Path) -> Path:
        root = tmp_path / "in"
        root.mkdir()
        for number in range(self.COUNT):
            os.link(other_speech, root / f"{number:03}.flac")
        return root

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
    def test_after_a_kill_each_recording_is_there_once_and_no_process_lives_on(
        self, many: Path, model: Path, tmp_path: Path, emoscope: Run, number: int
    ) -> None:
        call = ("in", "--model", model, "--out", "out", "--jobs", 2)
        running = start(tmp_path, *call)
        wait_for_parts(tmp_path / "out", 1)
        children = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(number)
        _, told = running.communicate(timeout=30)
        gone, alive = psutil.wait_procs(children, timeout=10)
        assert gone
        assert not alive
        assert len(rows(tmp_path / "out")) < self.COUNT
        if number == signal.SIGINT:
            assert running.returncode == 130
            assert "the same call goes on" in told

        again = emoscope("batch", *call)
        assert again.returncode == 0
        assert "had results already" in again.stderr
        names = sorted(row["path"] for row in rows(tmp_path / "out"))
        assert names == [f"in/{k:03}.flac" for k in range(self.COUNT)]
        assert json.loads((tmp_path / "out" / "manifest.json").read_text())["recordings"] == self.COUNT

    def test_what_has_come_or_changed_is_analyzed_and_nothing_else(
        self, folder: Path, other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        call = ("batch", folder, "--model", model, "--out", "out")
        emoscope(*call)
        shutil.copy(other_speech, folder / "c.flac")  # new
        (folder / "a.wav").unlink()
        shutil.copy(other_speech, folder / "a.wav")  # changed
        os.utime(folder / "b.flac")  # touched, and the same
        done = emoscope(*call)
        assert "Of 5 recordings, 3 had results already." in done.stderr
        counted: dict[str, int] = {}
        for row in rows(tmp_path / "out"):
            name = Path(row["path"]).relative_to(folder).as_posix()
            counted[name] = counted.get(name, 0) + 1
        assert counted == {"a.wav": 1, "b.flac": 1, "c.flac": 1, "day2/a.wav": 2}
        assert json.loads((tmp_path / "out" / "manifest.json").read_text())["recordings"] == 5

        shutil.copy(other_speech, tmp_path / "whole.flac")
        noise = folder / "noise.wav"
        stamp = noise.stat()
        assert "1 failed" in emoscope(*call).stderr
        noise.write_bytes((tmp_path / "whole.flac").read_bytes()[: stamp.st_size])
        os.utime(noise, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        again = emoscope(*call, "--retry-failed")
        assert "Of 5 recordings, 4 had results already." in again.stderr

    def test_another_model_or_other_options_are_not_mixed_in(
        self, folder: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        call = ("batch", folder, "--out", "out")
        emoscope(*call, "--model", model)
        other = make_tiny_model(tmp_path / "other.onnx", seed=3)
        for options, told in (
            (("--model", other), "another model"),
            (("--model", model, "--adapt", "off"), "another choice of --adapt."),
            (("--model", model, "--frames", 1), "another choice of --frames."),
        ):
            done = emoscope(*call, *options)
            assert done.returncode == 2
            assert told in done.stderr

    def test_two_runs_into_one_folder_are_refused(
        self, many: Path, model: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        call = ("in", "--model", model, "--out", "out", "--jobs", 1)
        running = start(tmp_path, *call)
        try:
            wait_for_parts(tmp_path / "out", 1)
            second = emoscope("batch", *call)
            assert second.returncode == 1
            assert "by another run. Wait for its end, or name another folder with --out." in second.stderr
        finally:
            running.kill()
            running.communicate()

    def test_a_recording_that_ends_the_process_costs_nothing_but_itself(
        self, folder: Path, model: Path, tmp_path: Path
    ) -> None:
        (folder / "day2" / "a.wav").rename(folder / "day2" / "z.wav")
        program = (
            "import sys\n"
            "from desktop_app.analysis.batch import pool\n"
            "from desktop_app.cli import main\n"
            "pool._MODULE = 'dying_batch_worker'\n"
            "sys.exit(main())"
        )
        call = [sys.executable, "-c", program, "batch", str(folder), "--model", str(model), "--out", "out"]
        tests = Path(__file__).parents[1]
        found = environment(PYTHONPATH=os.pathsep.join([str(tests), str(tests.parent)]))
        done = subprocess.run(
            [*call, "--jobs", "1"],
            cwd=tmp_path,
            env=found,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert {row["path"] for row in rows(tmp_path / "out")} == {
            f"{folder}/b.flac",
            f"{folder}/day2/z.wav",
        }
        failures = pq.read_table(tmp_path / "out" / "failures.parquet").to_pylist()
        assert (failures[0]["path"], failures[0]["code"]) == (f"{folder}/a.wav", "batch.lost")
        assert "SIGABRT" in failures[0]["message"]
