"""A person trains a model of their own in the window, and speaks into it: clicks, keys, what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from gui_driver.desktop import Desktop, desktop
from gui_driver.screen_reader import Tree, missing_tools
from spoken_corpus import EMOTIONS, RATE, write_corpus
from virtual_microphone import SAMPLE_RATE
from virtual_microphone import missing_tools as missing_microphone

from desktop_app.inference.package import read_content, read_manifest

pytestmark = [pytest.mark.slow, pytest.mark.microphone]

RECIPE = "random-forest"
SPEAKERS = 4
PAUSE_S = 1.2  # between two utterances, so that each is one


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Desktop]:
    """A screen, a microphone and a screen reader; skips where one of them cannot be had."""
    if reason := missing_tools() or missing_microphone():
        pytest.skip(reason)
    with desktop(tmp_path) as made:
        yield made


def told(tree: Tree) -> list[str]:
    """What the timeline tells of each utterance, such as "Sad 52 %"."""
    timeline = next(node for node in tree.nodes if node.name.startswith(("Timeline", "Sound and prob")))
    return re.findall(r"\d+:\d\d to \d+:\d\d: ([^;]*)", timeline.description)


def listens(tree: Tree) -> bool:
    return tree.one("Current emotion").description.startswith(("Listening", "Muted"))


def one_of_each(corpus: Path, path: Path) -> Path:
    """A clip of each emotion in turn, as a recording for the microphone."""
    quiet = np.zeros(round(PAUSE_S * RATE))
    parts = [quiet]
    for emotion in EMOTIONS:
        parts += [soundfile.read(corpus / emotion / "s2_0.wav")[0], quiet]
    soundfile.write(path, soxr.resample(np.concatenate(parts), RATE, SAMPLE_RATE), SAMPLE_RATE)
    return path


def choose_at_home(person: Desktop, name: str) -> None:
    """Go to the person's home in the dialog that the page opens, and choose a folder there."""
    title = "A folder with one folder a class"
    person.click("Choose a folder")
    person.until(lambda tree: bool(tree.all(title)), "the dialog opens")
    person.click(person.home.name, "list item")
    person.click(name, "table cell")
    person.click("Choose", "push button")
    person.until(lambda tree: not tree.all(title), "the dialog closes")
    person.focus("^Emoscope$")


def test_a_forest_is_trained_on_a_folder_and_answers_to_the_microphone(
    person: Desktop, tmp_path: Path
) -> None:
    corpus = write_corpus(person.home / "moods", SPEAKERS)
    person.open("--source", "mic")
    person.click("I have understood")

    # What it learns from, and what is trained.
    person.click("Train", "check box")
    choose_at_home(person, corpus.name)
    tree = person.until(lambda tree: tree.has("32 clips of 4 speakers, 0:38"), "it is looked at", 60)
    for emotion in EMOTIONS:
        assert any(emotion in node.name.lower() for node in tree.nodes), tree
    tree = person.until(lambda tree: bool(tree.all(RECIPE, "list item")), "the recipes are listed", 60)
    person.click(tree.all(RECIPE, "list item")[0])
    person.click("Train", "push button")

    # Its training tells how far it is, and at the end what it is worth.
    person.until(lambda tree: bool(tree.all("Fit 1 of ")), "the first fit goes on", 60)
    tree = person.until(lambda tree: tree.has("Speak into it"), "it is trained", 300)
    assert tree.has("moods is trained")
    worth = f"on {SPEAKERS} speakers whom it had not heard. Guessing gives 25 %."
    assert any(node.name.startswith("UAR ") and node.name.endswith(worth) for node in tree.nodes)
    (file,) = (tmp_path / "data").rglob("moods.onnx")
    labels = read_manifest(read_content(file)).labels
    assert set(labels) == set(EMOTIONS)

    # Speak into it: each utterance gets one of its classes, and most of them the right one.
    person.click("Speak into it")
    person.until(listens, "it listens")
    person.until(lambda tree: tree.one("Model", "label").description == "moods", "the status line names it")
    person.speak(one_of_each(corpus, tmp_path / "said.wav"))
    tree = person.until(lambda tree: len(told(tree)) == len(EMOTIONS), "each utterance is answered")
    answers = [answer.lower() for answer in told(tree)]
    assert sum(emotion in answer for emotion, answer in zip(EMOTIONS, answers, strict=True)) >= 3, answers
    assert person.close() == 0
    assert person.errors == ""
