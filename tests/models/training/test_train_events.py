"""`train` for programs: events as JSON lines, failures too, and recordings of unknown speakers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spoken_corpus import write_corpus

from models.cli import main

pytestmark = pytest.mark.slow

RECIPE = (
    "name: small\nfolds: 2\ndata: {corpora: [emodb]}\nmodel: {family: logistic-regression, max_iter: 300}\n"
)


@pytest.fixture
def anonymous(tmp_path: Path) -> Path:
    root = write_corpus(tmp_path / "spoken")
    (root / "emoscope.yaml").unlink()
    return root


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(RECIPE)
    return path


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_failure_is_an_event_and_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(RECIPE.replace("max_iter: 300", "max_iter: none"))
    assert main(["train", str(broken), "--out", str(tmp_path / "run"), "--jsonl", "-"]) == 1
    out, err = capsys.readouterr()
    (failure,) = events(out)
    assert (failure["event"], failure["code"]) == ("failure", "training")
    assert "max_iter" in failure["message"]
    assert failure["message"] in err


def test_who_speaks_is_asked_for_and_can_be_told_by_a_pattern_or_left_open(
    anonymous: Path, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = [
        "train",
        str(recipe),
        "--data",
        f"folder={anonymous}",
        "--out",
        str(tmp_path / "run"),
        "--jsonl",
        "-",
    ]
    assert main(call) == 1
    failure = events(capsys.readouterr().out)[-1]
    assert failure["code"] == "leak"
    assert "--without-speakers" in failure["hint"]

    assert main([*call, "--speaker-pattern", r"/(s\d)_"]) == 0
    told = events(capsys.readouterr().out)
    kinds = [event["event"] for event in told]
    assert [kind for kind in dict.fromkeys(kinds) if kind not in {"note", "step"}] == [
        *("begun", "data", "fold", "epoch", "measured", "exported", "finished")
    ]
    data = next(event for event in told if event["event"] == "data")
    assert (data["clips"], data["speakers"], data["speaker_dependent"]) == (48, 6, False)
    assert told[-1]["speakers"] == 6

    before = {name: (tmp_path / "run" / name).read_bytes() for name in ("answers.csv", "run.json")}
    for other in (["--speaker-pattern", r"/(s\d)_", "--name", "other"], ["--without-speakers"]):
        assert main([*call, *other]) == 2
        failure = events(capsys.readouterr().out)[-1]
        assert failure["code"] == "call.other_run"
        assert "its figures would be overwritten" in failure["message"]
    assert before == {name: (tmp_path / "run" / name).read_bytes() for name in before}
    assert main([*call, "--speaker-pattern", r"/(s\d)_"]) == 0  # the same call
    capsys.readouterr()

    call[call.index(str(tmp_path / "run"))] = str(tmp_path / "open")
    assert main([*call, "--without-speakers", "--name", "open"]) == 0
    finished = events(capsys.readouterr().out)[-1]
    assert finished["speaker_dependent"]
    assert finished["speakers"] == 0
    assert Path(finished["file"]).name == "open.onnx"
    kept = json.loads((tmp_path / "open" / "run.json").read_text())
    assert (kept["state"], kept["call"]["without_speakers"]) == ("finished", True)
    assert events((tmp_path / "open" / "events.jsonl").read_text())[-1] == finished


def test_what_ships_is_listed_with_its_cost_and_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EMOSCOPE_WAV2VEC2", raising=False)
    assert main(["recipes", "--json"]) == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)["recipes"]}
    assert found["random-forest"]["missing"] == ""
    assert found["random-forest"]["about"].startswith("500 trees on the mean and the deviation")
    assert "EMOSCOPE_WAV2VEC2" in found["wav2vec2"]["missing"]
    assert [row["name"] for row in found.values() if not row["gpu"] and row["fit_s"] is None] == []
