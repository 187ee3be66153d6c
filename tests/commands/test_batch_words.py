"""`emoscope batch --words`: what was said stands in the table, as `analyze --words` writes it down."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_up_whisper import made_up_whisper

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def whisper(tmp_path: Path) -> dict[str, str]:
    return made_up_whisper(tmp_path / "whisper")


def test_the_words_are_those_of_analyze_and_the_report_counts_them(
    *, speech: Path, other_speech: Path, model: Path, tmp_path: Path, emoscope: Run, whisper: dict[str, str]
) -> None:
    files, of_model = (speech, other_speech), ("--model", model)
    call = ("batch", *files, *of_model, "--out", "out", "--words", "--jobs", 2)
    done = emoscope(*call, **whisper)
    assert done.returncode == 0, done.stderr
    analyzed = emoscope("analyze", *files, *of_model, "--words", "--json", "-", **whisper)
    wanted = {
        (file["path"], segment["start_s"]): segment["transcript"]
        for file in json.loads(analyzed.stdout)["files"]
        for segment in file["segments"]
    }
    rows = pq.read_table(tmp_path / "out" / "utterances").to_pylist()
    assert len(rows) == len(wanted) > 2
    for row in rows:
        told = wanted[row["path"], row["start_s"]]
        assert (row["text"], row["language"]) == (told["text"], told["language"])
        assert [word["word"] for word in row["words"]] == [word["word"] for word in told["words"]]
        assert [word["start_s"] for word in row["words"]] == [word["start_s"] for word in told["words"]]

    report = json.loads(emoscope("batch", "report", "out", "--json", "-").stdout)
    said = sum(bool(told["text"]) for told in wanted.values())
    assert (report["with_words"], report["languages"]) == (said, {"en": said})
    assert report["made_with"]["words_model"] == "made-up"
    assert f"{said} utterances with words (en {said})" in emoscope("batch", "report", "out").stdout

    again = emoscope(*call, **whisper)
    assert "Of 2 recordings, 2 had results already." in again.stderr
    other = emoscope("batch", *files, *of_model, "--out", "out")
    assert other.returncode == 2
    assert "another choice of --words." in other.stderr


def test_without_them_there_is_no_such_column(
    speech: Path, model: Path, tmp_path: Path, emoscope: Run
) -> None:
    assert emoscope("batch", speech, "--model", model, "--out", "out").returncode == 0
    assert "text" not in pq.read_table(tmp_path / "out" / "utterances").column_names
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert not [name for name in manifest["made_with"] if name.startswith("words")]
    assert "with_words" not in json.loads(emoscope("batch", "report", "out", "--json", "-").stdout)


def test_a_model_that_cannot_be_opened_ends_the_run_before_anything_is_begun(
    speech: Path, model: Path, tmp_path: Path, emoscope: Run, whisper: dict[str, str]
) -> None:
    (Path(whisper["EMOSCOPE_WHISPER"]) / "model.bin").write_text("damaged", "utf-8")
    done = emoscope("batch", speech, "--model", model, "--out", "out", "--words", **whisper)
    assert done.returncode == 1
    assert "unsupported model binary version" in done.stderr
    assert not (tmp_path / "out").exists()
