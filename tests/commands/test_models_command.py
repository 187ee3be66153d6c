"""`emoscope models`: what is at hand, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_model import make_tiny_model

from desktop_app.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_tiny_model(tmp_path / "mine.onnx", ("dull", "bright"), manifest={"name": "Mine", "licence": "MIT"})
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    return tmp_path


def test_all_are_listed_and_what_cannot_be_used_is_told_on_stderr(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "--folder", str(folder)]) == 0
    shown = capsys.readouterr()
    assert "Mine" in shown.out
    assert "whisper-base-4-tuned" in shown.out
    assert "broken" not in shown.out
    assert "broken.onnx' cannot be used. It is not an ONNX model" in shown.err


def test_json_holds_whole_manifests(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--folder", str(folder), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["schema_version"] == 1
    broken, mine = listed["models"][1:]
    assert mine["manifest"]["labels"] == ["dull", "bright"]
    assert mine["origin"] == "folder"
    assert broken["manifest"] is None
    assert "not an ONNX model" in broken["problem"]
