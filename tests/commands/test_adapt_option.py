"""The voice is learnt while somebody speaks: alike live and with recordings, and anew in each."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from running import made_up_speech, model_answers
from tiny_model import make_tiny_model

Run = Callable[..., subprocess.CompletedProcess[str]]

GAINS = (1.0, 0.1, 0.6, 0.05, 0.8, 0.2) * 2


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("voices") / "tiny.onnx", voice=True, sharpness=300.0)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve words, loud and soft by turns, which the tiny model hears as moods."""
    path = tmp_path_factory.mktemp("speech") / "talk.wav"
    words = [gain * made_up_speech((0.5, 0.4)) for gain in GAINS]
    soundfile.write(path, np.concatenate(words), 16_000)
    return path


def segments(done: subprocess.CompletedProcess[str]) -> list[list[dict[str, Any]]]:
    assert done.returncode == 0, done.stderr
    return [file["segments"] for file in json.loads(done.stdout)["files"]]


def test_each_result_tells_what_was_known_of_the_voice(emoscope: Run, talk: Path, model: Path) -> None:
    (found,) = segments(emoscope("analyze", talk, "--model", model, "--json", "-"))
    seconds = [segment["voice"]["seconds"] for segment in found]
    assert seconds[0] == 0
    assert np.all(np.diff(seconds) > 0)
    assert found[0]["voice"]["weight"] == 0
    assert found[-1]["voice"]["weight"] > 0.3


def test_without_adaptation_a_voice_is_a_strangers_for_good(emoscope: Run, talk: Path, model: Path) -> None:
    (plain,) = segments(emoscope("analyze", talk, "--model", model, "--adapt", "off", "--json", "-"))
    (found,) = segments(emoscope("analyze", talk, "--model", model, "--json", "-"))
    assert {segment["voice"] for segment in plain} == {None}
    assert found[0]["probabilities"] == plain[0]["probabilities"]
    assert found[-1]["probabilities"] != plain[-1]["probabilities"]


def test_each_result_tells_who_speaks_unless_all_is_one_persons(
    emoscope: Run, talk: Path, tmp_path: Path
) -> None:
    able = make_tiny_model(tmp_path / "able.onnx", voice=True, speaker=True, sharpness=300.0)
    call = ("analyze", talk, "--model", able, "--json", "-")
    (found,) = segments(emoscope(*call))
    assert {segment["voice"]["speaker"] for segment in found} == {1}
    (found,) = segments(emoscope(*call, "--one-voice"))
    assert {segment["voice"]["speaker"] for segment in found} == {None}


@pytest.mark.slow
def test_live_hears_a_recording_as_analyze_does(emoscope: Run, talk: Path, model: Path) -> None:
    done = emoscope("live", "--source", talk, "--model", model)
    finals = [event for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "final"]
    (found,) = segments(emoscope("analyze", talk, "--model", model, "--json", "-"))
    assert model_answers(finals, found) == model_answers(found, found)
    assert finals[-1]["voice"]["weight"] > 0.3


def test_between_recordings_it_begins_anew_unless_one_person_speaks(
    emoscope: Run, talk: Path, model: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.wav"
    again.write_bytes(talk.read_bytes())
    call = ("analyze", talk, again, "--model", model, "--json", "-")
    first, second = segments(emoscope(*call))
    assert first == second
    alone, later = segments(emoscope(*call, "--one-voice"))
    assert alone == first
    assert later[0]["voice"]["seconds"] > alone[-1]["voice"]["seconds"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--adapt", "off"), "--adapt off"),
        (("--jobs", "2"), "--jobs"),
        (("--channel", "each"), "--channel each"),
        (("--resume", "--json", "a.json"), "--resume"),
    ],
)
def test_what_goes_against_one_voice_is_refused(
    emoscope: Run, talk: Path, model: Path, options: tuple[str, ...], told: str
) -> None:
    done = emoscope("analyze", talk, "--model", model, "--one-voice", *options)
    assert done.returncode == 2
    assert "--one-voice" in done.stderr
    assert told in done.stderr


def test_a_model_without_voices_is_used_as_it_is(emoscope: Run, talk: Path, tmp_path: Path) -> None:
    plain = make_tiny_model(tmp_path / "plain.onnx")
    (found,) = segments(emoscope("analyze", talk, "--model", plain, "--json", "-"))
    assert {segment["voice"] for segment in found} == {None}
