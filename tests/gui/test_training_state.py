"""What the page of training shows, from events alone: sentences, curves, time left, runs to go on with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop_app.gui.state.training import Figure, Phase, TrainingState, loss_axis, parse, replayed
from desktop_app.gui.state.training_data import (
    Looked,
    RecipeRow,
    duration,
    free_folder,
    options_of,
    unfinished,
)

BEGUN = {"event": "begun", "recipe": "mine", "family": "mlp", "kind": "torch", "seed": 0, "epochs": 4}
BEGUN |= {"corpora": ["folder=/mine"]}
DATA = {"event": "data", "classes": [{"label": "happy"}, {"label": "sad"}], "warnings": []}
FOLD = {"event": "fold", "state": "begun", "number": 1, "of": 6, "kind": "fold", "name": "", "left_s": None}
MEASURED = {"uar": 0.481, "uar_interval": [0.44, 0.522], "speakers": 20, "clips": 900}
MEASURED |= {"speaker_dependent": False}


def epoch(number: int, **more: Any) -> dict[str, Any]:
    told = {"event": "epoch", "fold": 1, "epoch": number, "train_loss": 1.0, "val_loss": 1.2, "uar": 0.5}
    return {**told, "confusion": [[3, 1], [2, 2]], "speakers": 3, "left_s": 700.0, **more}


def state_after(*events: dict[str, Any]) -> TrainingState:
    state = TrainingState("mine")
    for event in (BEGUN, DATA, *events):
        state.take(event)
    return state


def test_a_fit_tells_its_epoch_and_the_time_that_is_left() -> None:
    state = state_after(FOLD, epoch(1))
    assert state.title == "Fit 1 of 6: some speakers are kept out, to judge it by"
    assert state.detail == "Epoch 2 of at most 4"
    assert state.left == "At most 12 minutes left"
    assert state.share == pytest.approx(0.25 / 6)
    assert state.matrix is not None
    assert state.matrix.caption == "After epoch 1, on 3 speakers kept for choices"


def test_a_pause_waits_for_the_end_of_a_batch() -> None:
    state = state_after(FOLD)
    state.waits = True
    assert state.left == "It pauses after this batch"
    state.take({"event": "state", "state": "paused"})
    assert state.left == "Paused"
    state.take({"event": "state", "state": "running"})
    assert state.left == "How long it takes is known after the first fit"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "UAR 48 % [44, 52] on 20 speakers whom it had not heard."),
        (
            {"speaker_dependent": True},
            (
                "UAR 48 % [44, 52] on 900 clips of voices that it knows. Of people whom it has not heard, "
                "expect less."
            ),
        ),
        (
            {"uar_interval": None, "speakers": 1},
            "UAR 48 % on one speaker whom it had not heard: too few to tell how sure that is.",
        ),
    ],
)
def test_the_figure_is_one_honest_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert Figure.of({**MEASURED, **changes}).sentence == sentence


def test_what_was_measured_stays_in_sight_while_the_last_fit_runs() -> None:
    measured = {"event": "measured", "labels": ["happy", "sad"], "confusion": [[9, 1], [2, 8]], **MEASURED}
    last = {**FOLD, "number": 6, "kind": "everyone"}
    state = state_after(FOLD, measured, last, epoch(1, fold=6))
    assert state.title == "Last fit, on everyone"
    assert state.matrix is not None
    assert state.matrix.counts == ((9, 1), (2, 8))


def test_a_cancel_is_no_failure() -> None:
    failure = {"event": "failure", "message": "The training was cancelled.", "hint": "", "code": "cancelled"}
    state = state_after(FOLD, failure)
    assert state.phase is Phase.CANCELLED
    assert "it can go on" in state.detail
    state = state_after(FOLD, {**failure, "message": "No.", "hint": "Do this.", "code": "training"})
    assert state.phase is Phase.FAILED
    assert state.detail == "No. Do this."


def test_unknown_events_and_lines_of_libraries_change_nothing() -> None:
    state = state_after(FOLD)
    state.take({"event": "of a newer version"})
    assert state.phase is Phase.FITTING
    assert parse("[LightGBM] [Info] trained") is None
    assert parse('{"no": "event"}') is None


def test_a_run_that_was_broken_off_shows_what_it_had_told(tmp_path: Path) -> None:
    events = [BEGUN, DATA, FOLD, epoch(1), epoch(2)]
    text = "\n".join(json.dumps(event) for event in events) + '\n{"event": "epo'
    (tmp_path / "events.jsonl").write_text(text)
    state = replayed("mine", tmp_path)
    assert state.phase is Phase.STARTING
    assert [point.number for point in state.fits[1].curve] == [1, 2]
    state.take(BEGUN)
    assert sorted(state.fits) == [1]  # the same run goes on
    state.take({**BEGUN, "family": "cnn1d"})
    assert state.fits == {}  # another one begins in the folder


def test_the_axis_of_the_loss_holds_all_of_it_with_round_ticks() -> None:
    top, step = loss_axis(state_after(FOLD, epoch(1, train_loss=2.31)))
    assert (top, step) == (2.5, 0.5)


def report(**changes: Any) -> dict[str, Any]:
    """Of one folder, as `corpora check --json` tells it."""
    classes = [
        {"label": "happy", "clips": 30, "speakers": ["m-a", "m-b"], "seconds": 90.0, "learnt": True},
        {"label": "sad", "clips": 20, "speakers": ["m-b", "m-c"], "seconds": 60.0, "learnt": True},
    ]
    told = {
        "clips": 50,
        "seconds": 150.0,
        "classes": classes,
        "findings": [],
        "guesses": [],
        "without_sound": [],
    }
    return {**told, "speakers": {"m-a": 10, "m-b": 20, "m-c": 20}, **changes}


def test_recordings_are_summed_up_over_corpora_and_people_count_once() -> None:
    looked = Looked.of(["a=/a", "b=/b"], {"corpora": [report(), report()]})
    assert [(row.label, row.clips, row.speakers) for row in looked.rows] == [("happy", 60, 2), ("sad", 40, 2)]
    assert looked.summary == "100 clips of 3 speakers, 5:00"
    assert looked.independent
    assert looked.why_not == ""


def test_a_class_without_any_clip_keeps_from_training_unless_another_corpus_has_some() -> None:
    lacking = {
        "kind": "class without sound",
        "severity": "warning",
        "message": "The class 'sad' has a folder without sound, so a model cannot learn it: put recordings "
        "into it, or remove it.",
    }
    happy = [report()["classes"][0]]
    bare = report(corpus="folder", classes=happy, findings=[lacking], without_sound=["sad"])
    looked = Looked.of(["folder=/a"], {"corpora": [bare]})
    assert looked.why_not.startswith("The folder of the class “sad” holds no sound. Put recordings into it")
    assert looked.warnings == ()
    both = Looked.of(["folder=/a", "folder=/b"], {"corpora": [bare, report()]})
    assert both.why_not == ""
    assert both.warnings == (lacking["message"],)


def test_clips_of_nobody_are_told_and_their_figure_is_not_of_unheard_voices() -> None:
    looked = Looked.of(["folder=/a"], {"corpora": [report(speakers={"m-unknown": 50})]})
    assert looked.summary == "50 clips, 2:30; nobody knows who speaks"
    assert not looked.independent
    mixed = Looked.of(["folder=/a"], {"corpora": [report(speakers={"m-a": 30, "m-b": 10, "m-unknown": 10})]})
    assert mixed.summary == "50 clips of 2 speakers, 2:30; of 10 clips nobody knows who speaks"


def test_the_cost_of_a_recipe_is_that_of_the_recordings() -> None:
    row = RecipeRow("net", "net.yaml", "A net.", "torch", 5, 0.1, 0.5, gpu=False, missing="")
    assert row.cost(None) == "52 minutes for 1,000 clips"
    looked = Looked.of(["folder=/a"], {"corpora": [report()]})
    assert row.cost(looked) == "About 3 minutes here"
    gpu = RecipeRow("big", "big.yaml", "", "torch", 5, None, None, gpu=True, missing="")
    assert gpu.cost(looked) == "Days without a graphics card"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "some seconds"), (30, "half a minute"), (60, "a minute"), (600, "10 minutes"), (7300, "2 hours")],
)
def test_durations_are_round(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_only_runs_that_can_go_on_are_offered_the_latest_first(tmp_path: Path) -> None:
    def keep(name: str, state: str, began: str, **more: Any) -> None:
        (tmp_path / name).mkdir()
        told = {"schema_version": 1, "name": name, "family": "mlp", "began": began, "state": state}
        text = json.dumps({**told, "call": {"recipe": "x.yaml"}, **more})
        (tmp_path / name / "run.json").write_text(text)

    keep("old", "cancelled", "2026-01-01T00:00:00Z")
    keep("new", "running", "2026-01-02T00:00:00Z")
    keep("done", "finished", "2026-01-03T00:00:00Z")
    keep("newer-version", "running", "2026-01-03T00:00:00Z", schema_version=2)
    keep("strange", "running", "2026-01-03T00:00:00Z", call=[1])
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "run.json").write_text('{"schema_ver')
    found = unfinished(tmp_path)
    assert [run.name for run in found] == ["new", "old"]
    began = datetime(2026, 1, 2, tzinfo=UTC).astimezone()
    assert found[0].text == f"Begun {began:%Y-%m-%d %H:%M}, broken off"
    assert unfinished(tmp_path / "nowhere") == []
    assert free_folder(tmp_path, "old").name == "old-2"


def test_a_call_becomes_the_same_options_again() -> None:
    call = {"recipe": "x.yaml", "name": "mine", "data": ["folder=/my own"], "speaker_pattern": "-(.)"}
    call |= {"without_speakers": True, "test": "", "speakers": "", "corpora": ""}
    assert options_of(call) == [
        "x.yaml",
        "--name=mine",
        "--speaker-pattern=-(.)",
        "--without-speakers",
        "--data",
        "folder=/my own",
    ]
