"""`emoscope analyze --srt --vtt --audacity --html`: a file for each recording."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.corrections_file import CorrectionsFile, beside

Run = Callable[..., subprocess.CompletedProcess[str]]

ALL = ("--textgrid", "out", "--srt", "out", "--vtt", "out", "--audacity", "out", "--html", "out")


@pytest.fixture
def talks(speech: Path, other_speech: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    shutil.copy(speech, folder / "a.wav")
    shutil.copy(other_speech, folder / "b.flac")
    return folder


def test_each_recording_has_a_file_of_each_format_in_the_folder(
    emoscope: Run, talks: Path, model: Path, tmp_path: Path
) -> None:
    done = emoscope("analyze", "talks", "--model", model, *ALL)
    assert (done.returncode, done.stdout) == (0, "")
    endings = ("TextGrid", "html", "srt", "txt", "vtt")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"{name}.{ending}" for name in ("a", "b") for ending in endings
    ]
    assert (tmp_path / "out" / "b.srt").read_text().startswith("1\n00:00:0")
    assert len((tmp_path / "out" / "a.txt").read_text().splitlines()) == 2
    page = (tmp_path / "out" / "a.html").read_text()
    assert "a-wave" not in page
    assert "-wave" in page
    assert "<audio" not in page


def test_one_recording_goes_to_the_file_that_is_named_or_to_stdout(
    emoscope: Run, speech: Path, model: Path, tmp_path: Path
) -> None:
    done = emoscope("analyze", speech, "--model", model, "--vtt", "-", "--html", "x.html", "--html-sound")
    assert done.stdout.startswith("WEBVTT\n\n1\n")
    assert '<audio controls preload="metadata" src="data:audio/flac;base64,' in (
        tmp_path / "x.html"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["--srt", "-"], "--srt - takes one recording"),
        (["--srt", "taken"], "'taken' is a file"),
        (["--html-sound"], "--html-sound says what --html holds"),
        (["--resume"], "--audacity and --html names one"),
        (["--srt", "out", "--json", "out/a.srt"], "Two outputs"),
        (["--vtt", "talks", "--json", "talks/a.wav"], "one of the recordings"),
    ],
)
def test_a_wrong_call_is_refused_before_the_work(
    emoscope: Run, talks: Path, tmp_path: Path, call: list[str], told: str
) -> None:
    (tmp_path / "taken").touch()
    done = emoscope("analyze", "talks", *call)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_corrections_beside_a_recording_are_in_every_result(
    emoscope: Run, talks: Path, model: Path, tmp_path: Path
) -> None:
    CorrectionsFile(talks / "b.flac").put(Correction(0.3, 3.0, "tense", "Listen.", "Anna"))
    done = emoscope(
        "analyze", "talks", "--model", model, *ALL, "--json", "out.json", "--csv", "out.csv",
    )  # fmt: skip
    assert done.stderr == ""  # the file of corrections is not one that was left out
    a, b = json.loads((tmp_path / "out.json").read_text())["files"]
    assert a["corrections"] == []
    assert [segment["corrected_label"] for segment in b["segments"]] == ["tense"]
    assert ",true,tense,Listen.,Anna\n" in (tmp_path / "out.csv").read_text()
    for ending in ("TextGrid", "srt", "vtt", "txt", "html"):
        assert "tense" in (tmp_path / "out" / f"b.{ending}").read_text()
        assert "tense" not in (tmp_path / "out" / f"a.{ending}").read_text()


def test_corrections_that_cannot_be_used_are_a_warning_with_a_code(
    emoscope: Run, talks: Path, model: Path
) -> None:
    beside(talks / "a.wav").write_text("{")
    done = emoscope("analyze", talks / "a.wav", "--model", model, "--json", "-")
    assert done.returncode == 0
    (file,) = json.loads(done.stdout)["files"]
    assert [warning["code"] for warning in file["warnings"]] == ["corrections.unreadable"]
    assert "is damaged" in done.stderr


def test_a_run_that_goes_on_writes_the_files_that_are_not_there_and_follows_corrections(
    emoscope: Run, talks: Path, model: Path, tmp_path: Path
) -> None:
    call = ("analyze", "talks", "--model", model, "--csv", "all.csv", "--srt", "out")
    assert emoscope(*call).returncode == 0
    # As a run leaves it that was killed after its last recording:
    interrupted = emoscope(*call, "--json", "/dev/full")
    assert interrupted.returncode == 1
    partial = next(tmp_path.glob("*.partial"))
    assert len(partial.read_text().splitlines()) == 3
    (tmp_path / "out" / "a.srt").unlink()
    CorrectionsFile(talks / "b.flac").put(Correction(0.3, 3.0, "tense"))
    before = (tmp_path / "out" / "b.srt").stat().st_mtime_ns
    done = emoscope(*call, "--resume")
    assert done.returncode == 0
    assert (tmp_path / "out" / "a.srt").exists()
    assert (tmp_path / "out" / "b.srt").stat().st_mtime_ns > before
    assert "tense" in (tmp_path / "out" / "b.srt").read_text()
    assert re.search("true,tense", (tmp_path / "all.csv").read_text())
    assert list(tmp_path.glob("*.partial")) == []
