"""A person at the window, from the first start to the next day: clicks, keys, and what is read aloud."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from gui_driver.desktop import Desktop, desktop
from gui_driver.screen_reader import Tree, missing_tools
from synthetic_speech import synthetic_speech_path
from virtual_microphone import SAMPLE_RATE
from virtual_microphone import missing_tools as missing_microphone

pytestmark = [pytest.mark.slow, pytest.mark.microphone]

CURRENT = "Current emotion"
NAME = "Ada"
CORRECTED, CORRECTED_BY = "happy", "3"  # a label, and its place among the model's
PHRASES = ((0.3, 3.7), (3.7, 7.2), (7.2, 11.5))  # seconds of the synthetic speech, a phrase each


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Desktop]:
    """A screen, a microphone and a screen reader; skips where one of them cannot be had."""
    if reason := missing_tools() or missing_microphone():
        pytest.skip(reason)
    with desktop(tmp_path) as made:
        yield made


def answer_is_the_last_line(tree: Tree) -> bool:
    """Whether the large word is what was told of the last utterance."""
    told = spoken(tree)[-1].split(": ", 1)[1]
    return says(tree).split(",")[0].split(".")[0].lower() in told.lower()


def says(tree: Tree) -> str:
    """The headline."""
    return tree.one(CURRENT).description


def spoken(tree: Tree) -> list[str]:
    """What the timeline tells of each stretch of speech: "0:01 to 0:03: Sad 52 %"."""
    timeline = next(node for node in tree.nodes if node.name.startswith(("Timeline", "Sound and prob")))
    return re.findall(r"\d+:\d\d to \d+:\d\d: [^;]*", timeline.description)


def learnt_s(tree: Tree) -> int:
    """Seconds of speech that teaching has taken."""
    return max(
        (int(found[1]) for n in tree.nodes if (found := re.match(r"(\d+) s of speech", n.name))), default=0
    )


def kept(tree: Tree, voice: str) -> bool:
    """Whether a voice of this name is in the list."""
    return any(node.name.startswith(voice) for node in tree.all(role="list item"))


def tells(line: str, segment: dict[str, Any]) -> bool:
    """Whether a line of the timeline says what an exported file says of a segment."""
    begin, end = clock(segment["start_s"]), clock(segment["end_s"])
    answer = f"{segment['label']} {100 * segment['confidence']:.0f} %"
    if not line.startswith(f"{begin} to {end}: "):
        return False
    if segment["uncertain"]:
        return "Uncertain" in line and answer in line
    return line.endswith(f": {answer.capitalize()}")


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def moment(seconds: float) -> str:
    """As the table tells it, to a hundredth of a second."""
    return f"{int(seconds) // 60}:{seconds % 60:05.2f}"


def duration_s(path: Path) -> float:
    return float(soundfile.info(path).duration)


def likeness(played: Path, path: Path) -> float:
    """The highest correlation of the file with what was played, whenever that began: 1 for the same sound."""
    heard = np.frombuffer(played.read_bytes(), np.int16).astype(np.float64)
    wanted, _ = soundfile.read(path)
    assert len(heard) > len(wanted), "nothing, or not all of it, was played"
    size = 1 << (len(heard) + len(wanted)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    begin = int(np.argmax(product[: len(heard) - len(wanted) + 1]))
    part = heard[begin : begin + len(wanted)]
    return float(part @ wanted / (np.linalg.norm(part) * np.linalg.norm(wanted) + 1e-12))


def write(path: Path, samples: np.ndarray) -> Path:
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")
    return path


def save_as(person: Desktop, title: str, path: Path) -> None:
    """Type a path into a dialog for files."""
    person.until(lambda tree: bool(tree.all(title)), "the dialog opens")
    person.focus(title)
    person.keys("ctrl+a")
    person.type(str(path))
    person.keys("Return")
    person.until(lambda tree: not tree.all(title), "the dialog closes")
    person.focus("^Emoscope$")


def test_start_enrol_speak_open_export_kill_and_start_again(
    person: Desktop, model: Path, tmp_path: Path
) -> None:
    talk, rate = soundfile.read(synthetic_speech_path())
    talk = soxr.resample(talk, rate, SAMPLE_RATE)
    said = [
        write(tmp_path / f"said-{k}.wav", talk[round(a * SAMPLE_RATE) : round(b * SAMPLE_RATE)])
        for k, (a, b) in enumerate(PHRASES)
    ]

    # Start.
    person.open("--source", "mic", "--model", model)
    person.until(lambda tree: says(tree).startswith(("Listening", "Muted")), "it listens")
    person.focus("^Emoscope$")

    # Enrol.
    person.click("Voices")
    person.click("Teach a voice")
    person.until(lambda tree: tree.has("Name of the voice"), "a voice is taught")
    person.speak(write(tmp_path / "talk.wav", talk))
    person.until(lambda tree: learnt_s(tree) >= 10, "enough was learnt", timeout_s=60)
    person.click("Name of the voice")
    person.type(NAME)
    person.click("Keep")
    person.until(
        lambda tree: any(node.name.startswith(NAME) for node in tree.all(role="list item")),
        "the voice is kept",
    )

    # Speak three times, with nothing else on the page.
    person.click("Live", "check box")
    person.keys("ctrl+k")
    person.until(lambda tree: not spoken(tree), "the page is cleared")
    for number, path in enumerate(said, 1):
        person.speak(path)
        person.until(lambda tree, number=number: len(spoken(tree)) >= number, "the speech is told", 60)
        # A tree is read node by node, so that the answer may come in between: both agree once it is there.
        person.until(answer_is_the_last_line, "the large word is what the last line tells")

    # Export, and compare with what was read.
    lines = spoken(person.look())
    live = exported(person, tmp_path / "live.json")
    assert len(live["segments"]) == len(lines) >= 3
    for line, segment in zip(lines, live["segments"], strict=True):
        assert tells(line, segment), (line, segment)

    # Freeze: the past stays in its place, and what is said now is told all the same.
    person.click("Freeze")
    person.until(lambda tree: "CHECKED" in tree.one("Freeze").states, "the plots are frozen")
    person.speak(said[1])
    person.until(lambda tree: len(spoken(tree)) > len(lines), "what is said meanwhile is heard", 60)
    person.click("Jump to now")
    person.until(lambda tree: "CHECKED" not in tree.one("Freeze").states, "the plots follow again")

    # Open a file: its table has what the exported file has.
    person.keys("ctrl+o")
    save_as(person, "Open recordings", said[1])
    tree = person.until(lambda tree: bool(tree.all(role="table cell")), "the recording is analyzed", 60)
    (segment,) = exported(person, tmp_path / "recording.json")["segments"]
    cells = [node.name for node in tree.all(role="table cell")]
    for told in (
        moment(segment["start_s"]),
        moment(segment["end_s"]),
        f"{100 * segment['confidence']:.0f} %",
    ):
        assert told in cells

    # Play it: what comes out is what is in the file.
    with person.recording_of_the_output(tmp_path / "played.raw"):
        person.click("Play")
        time.sleep(duration_s(said[1]) + 2.0)
    assert likeness(tmp_path / "played.raw", said[1]) > 0.99

    # Correct it: the table tells it at once, and the exported file keeps what the model said beside it.
    person.click(person.look().all(role="table cell")[2])
    person.keys(CORRECTED_BY)
    person.until(
        lambda tree: any(CORRECTED.capitalize() in node.name for node in tree.all(role="table cell")),
        "the correction is shown",
    )
    (corrected,) = exported(person, tmp_path / "corrected.json")["segments"]
    assert corrected["corrected_label"] == CORRECTED
    assert corrected["label"] == segment["label"]

    # Kill it, and start again: the voice and the session are still there.
    person.kill()
    person.open("--source", "mic", "--model", model)
    person.until(lambda tree: says(tree).startswith(("Listening", "Muted")), "it listens again")
    person.click("Voices")
    person.until(lambda tree: kept(tree, NAME), "the voice is still known")
    person.focus("^Emoscope$")
    person.click("Sessions")
    tree = person.until(lambda tree: bool(tree.all(role="table cell")), "the session is listed")
    person.click(tree.all(role="table cell")[0], times=2)
    tree = person.until(lambda tree: bool(tree.all("Utterances")), "the session is opened")
    answers = [node.name for node in tree.all(role="table cell")]
    for segment in live["segments"]:
        assert f"{100 * segment['confidence']:.0f} %" in answers
    assert person.close() == 0
    assert person.errors == ""


def exported(person: Desktop, path: Path) -> dict[str, Any]:
    """Save as JSON under this name; what the file says of its one recording."""
    person.keys("ctrl+e")
    time.sleep(1.0)  # Qt tells nobody of an open menu but by the keyboard's focus
    person.keys("Down", "Return")  # the first of the formats
    save_as(person, "Export the result", path)
    person.until(lambda tree: any(f"Saved {path.name}" in node.name for node in tree.nodes), "it is saved")
    (found,) = json.loads(path.read_text())["files"]
    return found  # type: ignore[no-any-return]
