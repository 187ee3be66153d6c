"""`emoscope analyze`: what comes out, where it goes, and what happens when something is wrong."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from running import command, environment, made_up_speech
from tiny_model import make_tiny_model

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_table_for_people(emoscope: Run, speech: Path, model: Path) -> None:
    done = emoscope("analyze", speech, "--model", model)
    assert (done.returncode, done.stderr) == (0, "")
    assert "speech.wav  0:04.5" in done.stdout
    assert "0:01." in done.stdout
    assert "overall:" in done.stdout


def test_json_holds_what_was_promised(emoscope: Run, speech: Path, other_speech: Path, model: Path) -> None:
    done = emoscope("analyze", speech, other_speech, "--model", model, "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["schema_version"] == 2
    assert report["model"] == "tiny"
    assert report["provider"] == "CPUExecutionProvider"
    assert report["errors"] == []
    first, second = report["files"]
    assert (first["path"], second["path"]) == (str(speech), str(other_speech))
    assert (first["duration_s"], first["sample_rate"]) == (4.5, 44100)
    assert [round(segment["start_s"]) for segment in first["segments"]] == [1, 3]
    for entry in [*first["segments"], first["overall"], second["overall"]]:
        chances = entry["probabilities"]
        assert sum(chances.values()) == pytest.approx(1)
        assert entry["label"] == max(chances, key=chances.get)
        assert entry["confidence"] == chances[entry["label"]]


def test_all_outputs_at_once(emoscope: Run, speech: Path, model: Path, tmp_path: Path) -> None:
    outputs = ("--json", "a.json", "--csv", "a.csv", "--textgrid", "a.TextGrid")
    done = emoscope("analyze", speech, "--model", model, *outputs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    segments = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["files"][0]["segments"]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == [segment["label"] for segment in segments]
    assert 'class = "IntervalTier"' in (tmp_path / "a.TextGrid").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.TextGrid", "a.csv", "a.json"]


def test_sound_that_the_model_was_not_made_for_is_told(
    emoscope: Run, speech: Path, other_speech: Path, model: Path, tmp_path: Path
) -> None:
    loud = np.clip(100 * made_up_speech((1.0, 0.8), rate=8000), -1, 1)
    soundfile.write(tmp_path / "loud.wav", loud, 8000)
    done = emoscope(
        "analyze", "loud.wav", other_speech, "--model", model, "--json", "-", "--detector", "energy"
    )
    assert done.returncode == 0
    loudly, well = (file["warnings"] for file in json.loads(done.stdout)["files"])
    assert well == []
    assert [warning["code"] for warning in loudly] == ["clipped", "low_sample_rate"]
    assert "8000 Hz" in loudly[1]["message"]
    assert done.stderr == "".join(f'emoscope: "loud.wav": {warning["message"]}\n' for warning in loudly)


class TestBrokenRecordings:
    def test_the_good_ones_are_analyzed_and_the_broken_ones_named(
        self, emoscope: Run, speech: Path, other_speech: Path, model: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "text.wav").write_text("not audio\n" * 100)
        (tmp_path / "empty.mp3").touch()
        files = ("text.wav", speech, "missing.flac", "empty.mp3", other_speech)
        done = emoscope("analyze", *files, "--model", model, "--json", "-")
        assert done.returncode == 1
        report = json.loads(done.stdout)
        assert [file["path"] for file in report["files"]] == [str(speech), str(other_speech)]
        assert [error["path"] for error in report["errors"]] == ["text.wav", "missing.flac", "empty.mp3"]
        lines = done.stderr.splitlines()
        assert len(lines) == 3
        for line, error in zip(lines, report["errors"], strict=True):
            assert error["path"] in line
            assert error["message"] in line

    def test_the_table_shows_the_good_ones(self, emoscope: Run, speech: Path, model: Path) -> None:
        done = emoscope("analyze", "missing.wav", speech, "--model", model)
        assert done.returncode == 1
        assert "speech.wav" in done.stdout
        assert "missing.wav" in done.stderr

    def test_a_report_is_written_even_if_nothing_was_good(
        self, emoscope: Run, model: Path, tmp_path: Path
    ) -> None:
        done = emoscope("analyze", "missing.wav", "--model", model, "--json", "out.json")
        assert done.returncode == 1
        assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["files"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")
class TestNamesThatAreNotText:
    def test_bytes_that_are_not_utf8_are_read_and_reported(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        good, bad = os.fsdecode(b"good\xff.wav"), os.fsdecode(b"bad\xff.wav")
        shutil.copy(speech, tmp_path / good)
        (tmp_path / bad).write_text("not audio\n" * 100)
        done = emoscope("analyze", good, bad, "--model", model, "--json", "r.json", "--csv", "r.csv")
        assert done.returncode == 1
        assert "is not a recording that can be read" in done.stderr
        assert done.stderr.count("\n") == 1
        report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
        assert [file["path"] for file in report["files"]] == ["good\N{REPLACEMENT CHARACTER}.wav"]
        assert [error["path"] for error in report["errors"]] == ["bad\N{REPLACEMENT CHARACTER}.wav"]
        assert "good\N{REPLACEMENT CHARACTER}.wav" in (tmp_path / "r.csv").read_text(encoding="utf-8")

    def test_any_name_is_read_in_a_locale_without_utf8(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        shutil.copy(speech, tmp_path / "Gespräch.wav")
        outputs = ("--json", "r.json", "--textgrid", "r.TextGrid")
        plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        done = emoscope("analyze", "Gespräch.wav", "--model", model, *outputs, **plain)
        assert (done.returncode, done.stderr) == (0, "")
        report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
        assert report["files"][0]["path"] == "Gespräch.wav"


def test_sounds_that_are_not_a_voice_are_reported_and_counted_and_no_answer(
    emoscope: Run, speech: Path, tmp_path: Path
) -> None:
    deaf = make_tiny_model(tmp_path / "deaf.onnx", says={"speech": 0.1})
    done = emoscope("analyze", speech, "--model", deaf)
    assert done.returncode == 0
    assert "2 sounds without a voice left out" in done.stdout
    assert "No voice was found: 2 stretches of sound (" in done.stderr
    outputs = ("--json", "r.json", "--csv", "r.csv", "--textgrid", "r.TextGrid")
    done = emoscope("analyze", speech, "--model", deaf, *outputs)
    assert done.returncode == 0
    (file,) = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["files"]
    assert [(s["label"], s["not_a_voice"]) for s in file["segments"]] == [(None, True)] * 2
    assert file["overall"] is None
    assert [(w["code"], w["stretches"], w["spoken"]) for w in file["warnings"]] == [("not_a_voice", 2, 0)]
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as table:
        assert [(row["label"], row["not_a_voice"]) for row in csv.DictReader(table)] == [("", "true")] * 2
    assert (tmp_path / "r.TextGrid").read_text(encoding="utf-8").count('"not a voice"') == 2


def test_a_model_that_is_refused_ends_it_in_one_sentence(emoscope: Run, speech: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    done = emoscope("analyze", speech, "--model", "bad.onnx", "--json", "out.json")
    assert done.returncode == 1
    assert done.stderr.startswith("emoscope: The model file 'bad.onnx' is refused: it is not an ONNX model")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out.json").exists()


def test_the_result_is_the_same_for_any_number_of_jobs(
    emoscope: Run, speech: Path, other_speech: Path, model: Path
) -> None:
    files = (speech, "missing.wav", other_speech, speech, other_speech)
    one, three = (emoscope("analyze", *files, "--model", model, "--json", "-", "--jobs", n) for n in (1, 3))
    assert one.stdout == three.stdout
    assert one.stderr == three.stderr
    assert len(json.loads(one.stdout)["files"]) == 4


class TestTextGrid:
    def test_several_recordings_go_into_a_folder_under_names_of_their_own(
        self, emoscope: Run, speech: Path, other_speech: Path, model: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "in").mkdir()
        shutil.copy(speech, tmp_path / "in" / "other.wav")
        files = (speech, other_speech, "in/other.wav", other_speech)
        done = emoscope("analyze", *files, "--model", model, "--textgrid", "out")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        names = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert names == ["other.TextGrid", "other.wav.TextGrid", "speech.TextGrid"]

    def test_one_recording_goes_into_a_folder_that_is_there_or_ends_in_a_slash(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "there").mkdir()
        assert emoscope("analyze", speech, "--model", model, "--textgrid", "there").returncode == 0
        assert emoscope("analyze", speech, "--model", model, "--textgrid", "new/").returncode == 0
        assert (tmp_path / "there" / "speech.TextGrid").is_file()
        assert (tmp_path / "new" / "speech.TextGrid").is_file()


class TestOutputsThatCannotBe:
    @pytest.mark.parametrize(
        ("outputs", "sentence"),
        [
            (["--json", "-", "--csv", "-"], "cannot both go to '-'"),
            (["--json", "x", "--csv", "./x"], "cannot both go to './x'"),
            (["--json", "own.wav"], "'own.wav' is one of the recordings"),
            (["--textgrid", "-", "other.wav"], "for several, name a folder"),
            (["--textgrid", "own.wav", "other.wav"], "takes a folder for several recordings"),
        ],
    )
    def test_they_are_a_wrong_call(
        self, emoscope: Run, speech: Path, tmp_path: Path, outputs: list[str], sentence: str
    ) -> None:
        shutil.copy(speech, tmp_path / "own.wav")
        shutil.copy(speech, tmp_path / "other.wav")
        files = ["own.wav", *(name for name in outputs if name == "other.wav")]
        options = [name for name in outputs if name != "other.wav"]
        done = emoscope("analyze", *files, *options)
        assert done.returncode == 2
        assert sentence in done.stderr
        assert (tmp_path / "own.wav").read_bytes() == speech.read_bytes()

    def test_a_folder_that_is_not_there_is_told_before_the_work(self, emoscope: Run, speech: Path) -> None:
        done = emoscope("analyze", speech, "--model", "/nonexistent.onnx", "--json", "nowhere/out.json")
        assert done.returncode == 1
        assert "'nowhere/out.json' cannot be written" in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_full_disk_is_told(self, emoscope: Run, speech: Path, model: Path) -> None:
        done = emoscope("analyze", speech, "--model", model, "--json", "/dev/full")
        assert done.returncode == 1
        assert "no space left" in done.stderr


@pytest.fixture
def hour(tmp_path: Path) -> Path:
    """An hour of silence that takes no room on the disk."""
    path = tmp_path / "hour.wav"
    size = 3600 * 16000 * 2
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16, b"data", size)  # noqa: E501  # fmt: skip
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + size)
    return path


def reads(process: subprocess.Popen[str], path: Path) -> bool:
    """Whether the process or one of its children has the file open."""
    whole = psutil.Process(process.pid)
    opened = (file.path for one in (whole, *whole.children()) for file in one.open_files())
    return str(path) in opened


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_at_once_and_leaves_nothing_half_written(
    model: Path, hour: Path, tmp_path: Path, jobs: int
) -> None:
    (tmp_path / "out.json").write_text("old")
    call = command("analyze", hour, hour, "--model", model, "--json", "out.json", "--jobs", jobs)
    process = subprocess.Popen(
        call, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not reads(process, hour):
        assert process.poll() is None, "the hour was over too soon for this test"
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    out, err = process.communicate(timeout=60)
    # A quarter of a second on an idle machine; the rest of the hour would take far longer on a busy one too.
    assert time.monotonic() - started < 20
    assert process.returncode == 130
    assert (out, err) == ("", "emoscope: Interrupted.\n")
    assert (tmp_path / "out.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hour.wav", "out.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_leaves_early_is_no_failure(model: Path, speech: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    call = command("analyze", speech, "--model", model, "--json", "-")
    with os.fdopen(write) as stdout:
        done = subprocess.run(
            call, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment(), check=False
        )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("changes", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "NO_COLOR": "1"}])
def test_a_terminal_without_unicode_gets_a_table_too(
    emoscope: Run, speech: Path, model: Path, tmp_path: Path, changes: dict[str, str]
) -> None:
    shutil.copy(speech, tmp_path / "Grüße.wav")
    done = emoscope("analyze", "Grüße.wav", "--model", model, **changes)
    assert (done.returncode, done.stderr) == (0, "")
    assert "overall:" in done.stdout
    done = emoscope("analyze", "Grüße.wav", "--model", model, "--json", "-", **changes)
    assert json.loads(done.stdout)["files"][0]["path"] == "Grüße.wav"
