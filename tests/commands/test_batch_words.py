"""`emoscope batch --words`: what was said stands in the table, as `analyze --words` writes it down."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_up_whisper import made_up_whisper
from tiny_text_model import make_tiny_fusion, make_tiny_text_model

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


def test_what_the_words_tell_and_both_together_are_those_of_analyze(
    *, speech: Path, other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
) -> None:
    whisper = made_up_whisper(tmp_path / "whisper", reads=True)
    text = make_tiny_text_model(tmp_path / "t.onnx", words={"about": "happy", "s": "sad"}, sharpness=3.0)
    fusion = make_tiny_fusion(tmp_path / "own.fusion.json", model, text)
    read = ("--model", model, "--words", "--text-model", text, "--fusion", fusion)
    call = ("batch", speech, other_speech, "--out", "out", "--jobs", 2)
    done = emoscope(*call, *read, **whisper)
    assert done.returncode == 0, done.stderr
    analyzed = json.loads(emoscope("analyze", speech, other_speech, *read, "--json", "-", **whisper).stdout)
    wanted = {
        (file["path"], segment["start_s"]): segment
        for file in analyzed["files"]
        for segment in file["segments"]
    }
    rows = pq.read_table(tmp_path / "out" / "utterances").to_pylist()
    assert len(rows) == len(wanted) > 2
    for row in rows:
        one = wanted[row["path"], row["start_s"]]
        for name, told in (("text", one["transcript"]["emotion"]), ("fused", one["fused"])):
            shares = told["probabilities"]
            assert row[f"{name}_label"] == told["label"]
            assert row[f"{name}_confidence"] == pytest.approx(shares[told["label"]], abs=1e-5)
            assert {label: row[f"{name}_p_{label}"] for label in shares} == pytest.approx(shares, abs=1e-5)
        assert row["fused_uncertain"] == one["fused"]["uncertain"]
    made_with = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["made_with"]
    named = ("text_model", "text_model_sha256", "text_labels")
    assert [made_with[name] for name in named] == [analyzed[name] for name in named]
    assert made_with["fusion_sha256"] == analyzed["fusion"]["sha256"]

    again = emoscope(*call, *read, **whisper)
    assert "Of 2 recordings, 2 had results already." in again.stderr
    other = emoscope(*call, *read[:-2], **whisper)
    assert (other.returncode, "another choice of --fusion." in other.stderr) == (2, True)
    other = emoscope(*call, *read[:3], **whisper)
    assert (other.returncode, "another choice of --text-model, --fusion." in other.stderr) == (2, True)


def test_a_fusion_of_other_models_ends_the_run_before_anything_is_begun(
    speech: Path, model: Path, tmp_path: Path, emoscope: Run
) -> None:
    whisper = made_up_whisper(tmp_path / "whisper", reads=True)
    text = make_tiny_text_model(tmp_path / "t.onnx")
    other = make_tiny_text_model(tmp_path / "o.onnx", sharpness=3.0)
    fusion = make_tiny_fusion(tmp_path / "own.fusion.json", model, other)
    read = ("--model", model, "--words", "--text-model", text, "--fusion", fusion)
    done = emoscope("batch", speech, *read, "--out", "out", **whisper)
    assert done.returncode == 1
    assert "The fusion was made with the text model 'o', not with 't'." in done.stderr
    assert not (tmp_path / "out").exists()


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
