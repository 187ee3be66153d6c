"""`--labels`: answers among some of the model's emotions, in every output and live."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

LABELS = ("happy", "sad", "fearful")
CHOSEN = ("--labels", "sad,fearful,happy")


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_json_tells_what_was_allowed_and_holds_nothing_else(emoscope: Run, speech: Path, model: Path) -> None:
    whole = report(emoscope("analyze", speech, "--model", model, "--json", "-"))
    found = report(emoscope("analyze", speech, "--model", model, "--json", "-", *CHOSEN))
    assert len(whole["labels"]) == 8
    assert found["labels"] == list(LABELS)
    assert list(found)[1:3] == ["model", "labels"]
    (before,), (file,) = whole["files"], found["files"]
    assert len(file["segments"]) == len(before["segments"]) > 0
    for segment, of_all in zip(file["segments"], before["segments"], strict=True):
        shares = segment["probabilities"]
        left = sum(of_all["probabilities"][label] for label in LABELS)
        assert shares == pytest.approx({label: of_all["probabilities"][label] / left for label in LABELS})
        assert segment["label"] == max(shares, key=shares.__getitem__)
        assert segment["confidence"] == max(shares.values())
    assert list(file["overall"]["probabilities"]) == list(LABELS)


def test_csv_and_textgrid_have_the_chosen_labels_alone(
    emoscope: Run, speech: Path, model: Path, tmp_path: Path
) -> None:
    call = ("analyze", speech, "--model", model, "--csv", "a.csv", "--textgrid", "a.TextGrid", *CHOSEN)
    assert emoscope(*call).returncode == 0
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [name for name in rows[0] if name.startswith("p_")] == [f"p_{label}" for label in LABELS]
    assert {row["label"] for row in rows} <= set(LABELS)
    texts = (tmp_path / "a.TextGrid").read_text(encoding="utf-8")
    found = {line.split('"')[1] for line in texts.splitlines() if line.strip().startswith("text =")}
    words = {text for text in found if text and not text[0].isdigit()}
    assert words
    assert words <= {*LABELS, "uncertain"}


def test_live_gives_the_same_answers_and_tells_the_labels(emoscope: Run, speech: Path, model: Path) -> None:
    done = emoscope("live", "--source", speech, "--model", model, *CHOSEN)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    (analyzed,) = report(emoscope("analyze", speech, "--model", model, "--json", "-", *CHOSEN))["files"]
    finals = [event for event in events if event["event"] == "final"]
    assert [event["probabilities"] for event in finals] == [
        segment["probabilities"] for segment in analyzed["segments"]
    ]
    assert {tuple(event["labels"]) for event in events if event["event"] == "engine"} == {LABELS}
    partials = [event for event in events if event["event"] == "partial"]
    assert partials
    assert {tuple(event["probabilities"]) for event in partials} == {LABELS}


NOT_THERE = (
    "The model has no label 'bored'. It has: neutral, calm, happy, sad, angry, fearful, disgust, surprised."
)


@pytest.mark.parametrize("command", [("analyze",), ("live", "--source")])
@pytest.mark.parametrize(
    "case",
    [
        ("happy,bored", NOT_THERE),
        ("happy", "At least two labels"),
        ("happy,sad,happy", "'happy' is named twice"),
    ],
)
def test_labels_that_cannot_be_are_a_wrong_call(
    emoscope: Run, speech: Path, model: Path, command: tuple[str, ...], case: tuple[str, str]
) -> None:
    labels, told = case
    done = emoscope(*command, speech, "--model", model, "--labels", labels)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_the_window_refuses_them_before_it_opens(emoscope: Run, model: Path, tmp_path: Path) -> None:
    picture = ("--screenshot", "a.png", "--source", "demo", "--seconds", "1", "--model", model)
    done = emoscope(*picture, "--labels", "happy,bored")
    assert done.returncode == 2
    assert NOT_THERE in done.stderr
    assert not (tmp_path / "a.png").exists()
    done = emoscope(*picture, "--labels", "happy,sad")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.png").exists()
