"""The page "Train": from a folder of recordings to a model that the window speaks with, by real processes."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PySide6.QtWidgets import QMessageBox
from spoken_corpus import RATE, write_corpus

from desktop_app.core.errors import sentences
from desktop_app.gui import training as work
from desktop_app.gui.pages.train_setup import NOBODY
from desktop_app.gui.state.training import Phase
from desktop_app.gui.state.training_data import SpeakerChoice, runs_folder, unfinished
from desktop_app.gui.window import MainWindow
from desktop_app.inference.package import read_content, read_manifest

pytestmark = pytest.mark.slow

PATIENCE_S = 240.0
SPEAKERS = 4


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """Own data that tells who speaks."""
    return write_corpus(tmp_path / "spoken", SPEAKERS)


@pytest.fixture
def anonymous(spoken: Path) -> Path:
    """The same, without a word about who speaks."""
    (spoken / "emoscope.yaml").unlink()
    return spoken


@pytest.fixture
def training(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> work.Training:
    """What does the work of the page, which is in sight; its runs are kept in a folder of the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)
    window.go("train")
    assert window.training.root == runs_folder()
    return window.training


def begin(window: MainWindow, until: Callable[..., None], folder: Path, recipe: str) -> None:
    """Look at a folder and train; returns when the process has told its first event."""
    setup, training = window.train_page.setup, window.training
    until(lambda: setup.recipes.count() > 0, PATIENCE_S)
    training.look_at_folders([folder])
    until(lambda: setup.looked is not None, PATIENCE_S)
    setup.choose_recipe(recipe)
    setup.start.click()
    assert training.run is not None
    until(lambda: training.run.state.phase is not Phase.STARTING, PATIENCE_S)


def test_a_folder_becomes_a_model_although_its_training_was_killed_and_the_window_speaks_with_it(
    window: MainWindow, training: work.Training, spoken: Path, until: Callable[..., None]
) -> None:
    page, progress = window.train_page, window.train_page.progress
    begin(window, until, spoken, "logistic-regression")
    assert page.setup.summary.text() == "32 clips of 4 speakers, 0:38"
    run = training.run
    assert run is not None
    until(lambda: len(run.state.fits) == 2, PATIENCE_S)
    os.kill(run.process.pid, signal.SIGKILL)
    until(lambda: run.state.over)
    until(progress.go_on.isVisible)
    assert "ended from outside" in progress.detail.text()
    assert [each.name for each in unfinished(training.root)] == ["spoken"]

    progress.go_on.click()
    run = training.run
    assert sorted(run.state.fits) == [1, 2]  # what was told before is still shown
    until(lambda: run.state.over, PATIENCE_S)
    until(progress.speak.isVisible)
    assert run.state.phase is Phase.FINISHED, run.state.detail
    figure = run.state.figure
    assert figure is not None
    assert (figure.speakers, figure.clips, figure.dependent) == (SPEAKERS, 32, False)
    assert figure.uar > 0.5  # a quarter is chance
    assert progress.detail.text().endswith("on 4 speakers whom it had not heard. Guessing gives 25 %.")
    assert page.progress.matrix.accessibleDescription().startswith("All speakers")
    file = Path(run.state.file)
    manifest = read_manifest(read_content(file))
    assert manifest.name == "spoken"
    assert set(manifest.labels) == {"neutral", "happy", "sad", "angry"}
    assert unfinished(training.root) == []

    progress.speak.click()
    assert window.on("live")
    until(lambda: window.controller.engine is not None, 60)
    assert window.controller.engine.path == file


def test_a_training_pauses_is_cancelled_and_goes_on_later(
    window: MainWindow,
    training: work.Training,
    spoken: Path,
    until: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    progress = window.train_page.progress
    begin(window, until, spoken, "mlp")
    run = training.run
    assert run is not None
    until(progress.pause.isEnabled)
    progress.pause.click()
    until(lambda: run.state.paused, PATIENCE_S)
    until(lambda: progress.left_text.text() == "Paused")
    told: list[str] = []

    def keep(box: QMessageBox) -> int:
        told.append(box.informativeText())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", keep)
    assert not window.close()  # nobody has agreed
    assert told == ["If you close the window, it stops. It can go on later from where it is."]
    progress.pause.click()
    until(lambda: run.state.current is not None and len(run.state.current.epochs) > 2, PATIENCE_S)
    assert run.state.matrix is not None
    assert "on one speaker kept for choices" in run.state.matrix.caption
    until(lambda: progress.curves.accessibleDescription().startswith("Epoch"))
    progress.cancel.click()
    until(lambda: run.state.over, 60)
    assert run.state.phase is Phase.CANCELLED
    until(progress.back.isVisible)
    progress.back.click()
    (left,) = unfinished(training.root)
    assert (left.name, left.family, left.state) == ("spoken", "mlp", "cancelled")

    window.train_page.setup.resumed.emit(left)
    again = training.run
    assert again is not None
    before = {number: len(fit.epochs) for number, fit in again.state.fits.items()}
    assert before[1] > 2
    until(lambda: again.state.phase is Phase.FITTING, PATIENCE_S)
    until(lambda: len(again.state.fits[1].epochs) > before[1] or 2 in again.state.fits, PATIENCE_S)
    window.close_unasked()  # a signal does not ask, and nothing stays behind
    assert not again.process.running


def test_where_nobody_knows_who_speaks_a_person_can_tell_it(
    window: MainWindow, training: work.Training, anonymous: Path, until: Callable[..., None]
) -> None:
    setup = window.train_page.setup
    training.look_at_folders([anonymous])
    until(lambda: setup.looked is not None, PATIENCE_S)
    assert setup.summary.text() == "32 clips, 0:38; nobody knows who speaks"
    assert setup.worth.text().startswith("Tell who speaks")
    texts = [setup.speakers.itemText(place) for place in range(setup.speakers.count())]
    assert "Who speaks: Start of the file's name: 4 speakers (s0, s1, s2, s3)" in texts

    training.tell_speakers(SpeakerChoice("pattern", "xyz(.)", ""))
    until(lambda: window.model.notice is not None, PATIENCE_S)
    assert "finds no speaker" in sentences(window.model.notice.message)
    until(lambda: setup.looked is not None, PATIENCE_S)

    training.tell_speakers(setup.looked.choices[0])
    until(lambda: setup.looked is not None and setup.looked.speakers == SPEAKERS, PATIENCE_S)
    assert setup.worth.text() == "The model is judged on speakers whom it has not heard."


def test_who_does_not_know_who_speaks_can_train_all_the_same(
    window: MainWindow, training: work.Training, anonymous: Path, until: Callable[..., None]
) -> None:
    """`test_train_events.py` shows that the figure of such a run says what it is worth."""
    setup = window.train_page.setup
    until(lambda: setup.recipes.count() > 0, PATIENCE_S)
    training.look_at_folders([anonymous])
    until(lambda: setup.looked is not None, PATIENCE_S)
    training.tell_speakers(NOBODY)
    assert "voices that it knows" in setup.worth.text()
    setup.choose_recipe("logistic-regression")
    setup.start.click()
    run = training.run
    assert run is not None
    until(lambda: run.state.dependent, PATIENCE_S)
    assert "Clips are parted at random" in run.state.warnings[0]
    window.close_unasked()


def test_a_recipe_that_is_wrong_is_told_with_the_name_of_the_field(
    window: MainWindow, training: work.Training, spoken: Path, until: Callable[..., None]
) -> None:
    folder = training.root / "broken"
    folder.mkdir(parents=True)
    recipe = folder / "recipe.yaml"
    recipe.write_text("name: broken\ndata: {corpora: [emodb]}\nmodel: {family: mlp}\nfit: {rate: -1}\n")
    call: dict[str, Any] = {"recipe": str(recipe), "data": [f"folder={spoken}"]}
    told = {"name": "broken", "family": "mlp", "began": "2026-01-01T00:00:00Z", "state": "running"}
    (folder / "run.json").write_text(json.dumps({"schema_version": 1, **told, "call": call}))
    (run,) = unfinished(training.root)
    training.resume(run)
    until(lambda: training.run.state.over, PATIENCE_S)
    until(window.train_page.progress.back.isVisible)
    assert training.run.state.phase is Phase.FAILED
    assert "'fit.rate'" in window.train_page.progress.detail.text()


def test_a_folder_without_recordings_is_told(
    window: MainWindow, training: work.Training, tmp_path: Path, until: Callable[..., None]
) -> None:
    empty = tmp_path / "empty"
    (empty / "angry").mkdir(parents=True)
    training.look_at_folders([empty])
    setup = window.train_page.setup
    until(lambda: setup.looked is not None, PATIENCE_S)
    assert "holds no recordings in folders" in setup.why_not.text()
    assert not setup.start.isEnabled()


def test_a_single_class_is_not_enough(
    window: MainWindow, training: work.Training, tmp_path: Path, until: Callable[..., None]
) -> None:
    (tmp_path / "one" / "angry").mkdir(parents=True)
    soundfile.write(tmp_path / "one" / "angry" / "a_1.wav", [0.1, -0.1] * RATE, RATE)
    training.look_at_folders([tmp_path / "one"])
    setup = window.train_page.setup
    until(lambda: setup.looked is not None, PATIENCE_S)
    assert setup.why_not.text().startswith("It takes two classes at least")


def test_without_the_extra_the_page_says_what_to_type(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "lacks", lambda _: ("torch", "lightning"))
    window.go("train")
    page = window.train_page
    assert page.shows_missing
    assert "torch, lightning" in page.missing.text()
    assert page.line.text().startswith("pip install -e")
    assert page.line.text().endswith('train]"')
    assert page.takes([Path(__file__).parent]) == ""
