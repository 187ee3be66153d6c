"""`train` for programs: events as JSON lines, failures too, and recordings of unknown speakers."""

from __future__ import annotations

import argparse
import errno
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from spoken_corpus import write_corpus

from desktop_app.core.safe_files import WriteError, full_disk_told
from desktop_app.inference.engine import EmotionEngine
from models.cli import main
from models.commands import train_telling
from models.recipes.recipe import load_recipe

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


def test_every_file_that_cannot_be_used_is_counted_and_named(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_corpus(tmp_path / "spoken")
    (root / "sad" / "s1_1.wav").write_bytes(b"RIFF")
    (root / "sad" / "s2_1.wav").write_bytes(b"")
    call = ["train", str(recipe), "--data", f"folder={root}", "--out", str(tmp_path / "run"), "--jsonl", "-"]
    assert main(call) == 0
    out, err = capsys.readouterr()
    data = next(event for event in events(out) if event["event"] == "data")
    assert data["clips"] == 46
    assert data["warnings"] == [
        {"code": "unreadable", "message": "Cannot be read, left out: 1 file: s1_1.wav."},
        {"code": "empty", "message": "Empty, left out: 1 file: s2_1.wav."},
    ]
    assert all(warning["message"] in err for warning in data["warnings"])

    for clip in [*(root / "angry").glob("s[3-5]_*.wav")]:
        clip.write_bytes(b"")
    call[call.index(str(tmp_path / "run"))] = str(tmp_path / "none")
    assert main(call) == 1
    out, err = capsys.readouterr()
    assert "Empty, left out: 7 files: s3_0.wav, s3_1.wav, s4_0.wav and 4 more." in err
    assert "8 of 48 clips failed" in events(out)[-1]["message"]


def of_one_speaker(root: Path, emotion: str, speaker: str) -> None:
    """Leave one clip of an emotion."""
    for clip in (root / emotion).glob("*.wav"):
        if clip.name != f"{speaker}_0.wav":
            clip.unlink()


def test_a_class_of_one_speaker_is_learnt_or_the_training_refused(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_corpus(tmp_path / "spoken")
    of_one_speaker(root, "angry", "s0")  # who would calibrate
    call = ["train", str(recipe), "--data", f"folder={root}"]
    assert main([*call, "--out", str(tmp_path / "run")]) == 0
    engine = EmotionEngine.load(tmp_path / "run" / "small.onnx")
    assert set(engine.labels) == {"neutral", "happy", "sad", "angry"}
    engine.close()

    of_one_speaker(root, "sad", "s1")  # one of the two always calibrates
    recipe.write_text(RECIPE + "calibration: {inner_folds: 2}\n")
    capsys.readouterr()
    assert main([*call, "--out", str(tmp_path / "none")]) == 1
    told = capsys.readouterr().err
    assert "would not know the class 'angry': all its speakers are needed to calibrate" in told
    assert "another speaker" in told
    assert not (tmp_path / "none" / "figures.json").exists(), "it is told before the hours of measuring"


def test_a_recipe_that_has_changed_does_not_overwrite_the_run_of_before(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_corpus(tmp_path / "spoken")
    call = ["train", str(recipe), "--data", f"folder={root}", "--out", str(tmp_path / "run")]
    assert main(call) == 0
    copy = tmp_path / "run" / "recipe.yaml"
    assert load_recipe(copy) == load_recipe(recipe, corpora=[f"folder={root}"])
    before = {name: (tmp_path / "run" / name).read_bytes() for name in ("figures.json", copy.name)}

    recipe.write_text(RECIPE.replace("300", "200"))
    capsys.readouterr()
    assert main(call) == 2
    told = capsys.readouterr().err
    assert "the run 'small', of a recipe with another `model`, and its figures would be overwritten" in told
    assert "--out" in told
    assert before == {name: (tmp_path / "run" / name).read_bytes() for name in before}
    copy.unlink()  # as before there was one
    assert main(call) == 0


def test_as_many_folds_as_there_are_speakers_are_said_to_be(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe.write_text(RECIPE.replace("folds: 2", f"folds: {10**24}") + "calibration: {inner_folds: 100000}\n")
    root = write_corpus(tmp_path / "spoken", speakers=3)
    assert main(["train", str(recipe), "--data", f"folder={root}", "--out", str(tmp_path / "run")]) == 0
    told = capsys.readouterr().err
    assert f"3 speakers: 3 folds instead of {10**24}." in told
    assert "3 speakers: at most 3 inner folds to calibrate on instead of 100000." in told


@pytest.mark.skipif(os.name != "posix", reason="a shell limits the size of files")
def test_a_full_disk_is_told_with_its_place_and_not_as_stdout(recipe: Path, tmp_path: Path) -> None:
    root = write_corpus(tmp_path / "spoken")
    call = [sys.executable, "-m", "models", "train", str(recipe), "--data", f"folder={root}", "--jsonl", "-"]
    call += ["--out", str(tmp_path / "run")]
    limited = ["bash", "-c", f"ulimit -f 8; exec {shlex.join(call)}"]
    done = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    failure = events(done.stdout)[-1]
    assert (failure["event"], failure["code"]) == ("failure", "write.disk_full")
    assert str(tmp_path / "run") in failure["message"]
    assert "stdout" not in done.stderr
    assert "Make room on the disk" in done.stderr


def test_what_a_library_writes_to_a_full_disk_is_told_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="no room to write in the folder") as told, full_disk_told(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(tmp_path) in told.value.message
    assert told.value.code == "write.disk_full"


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


def test_a_long_fit_says_on_the_terminal_how_it_gets_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train_telling, "_TELL_EPOCH_S", 0.0)
    telling = train_telling.Telling(argparse.Namespace(jsonl=None, overwrite=False, control=False), tmp_path)
    telling.follower.learns(20)
    telling.follower.epoch(3, uar=0.341, speakers=4)
    assert capsys.readouterr().err.startswith("  epoch 3 of 20, UAR 34 % of 4 speakers kept from it")
    telling.follower.learns(1)
    telling.follower.epoch(1, uar=0.5, speakers=4)
    assert not capsys.readouterr().err
