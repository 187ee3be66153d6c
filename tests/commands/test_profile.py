"""`emoscope profile`, and `--profile` of the other commands."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from running import made_up_speech
from tiny_model import make_tiny_model

from desktop_app.commands.profile import not_learnt
from desktop_app.core.types import SoundWarning

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def voice_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("model") / "voice.onnx", voice=True, sharpness=60.0)


@pytest.fixture
def me(emoscope: Run, speech: Path, other_speech: Path, voice_model: Path, tmp_path: Path) -> Path:
    """A profile learnt from 2.5 s of speech."""
    done = emoscope("profile", "build", speech, other_speech, "--out", "me.profile", "--model", voice_model)
    assert (done.returncode, done.stderr) == (0, "")
    assert "me.profile: 2." in done.stdout
    assert "which is little" in done.stdout
    return tmp_path / "me.profile"


def test_what_was_learnt_is_shown_without_the_model(emoscope: Run, me: Path) -> None:
    done = emoscope("profile", "show", me)
    assert (done.returncode, done.stderr) == (0, "")
    assert "in 3 stretches" in done.stdout
    assert "no sound" in done.stdout
    assert "and the average voice for the rest" in done.stdout
    shown = json.loads(emoscope("profile", "show", me, "--json").stdout)
    assert shown["schema_version"] == 1
    assert (shown["model"], shown["segments"], shown["dim"]) == ("tiny", 3, 3)
    assert 2.0 < shown["seconds"] < 3.0


def test_speech_in_one_mood_is_told_to_change_little(
    emoscope: Run, voice_model: Path, tmp_path: Path
) -> None:
    said = {}
    for name, words in (("same", [(2.0, 0.7)] * 8), ("several", [(2.0, 0.2), (2.0, 1.0)] * 4)):
        soundfile.write(tmp_path / f"{name}.wav", made_up_speech(*words), 16000)
        done = emoscope("profile", "build", f"{name}.wav", "--out", f"{name}.profile", "--model", voice_model)
        assert (done.returncode, done.stderr) == (0, "")
        said[name] = " ".join(done.stdout.split())
        shown = json.loads(emoscope("profile", "show", f"{name}.profile", "--json").stdout)
        assert (shown["moods"] < 0.2) == (name == "same")
    assert "all in one mood, so it changes little yet" in said["same"]
    assert "a good start" in said["several"]


def test_recordings_of_two_people_are_no_profile_of_one(emoscope: Run, corpora: Path, tmp_path: Path) -> None:
    def clips(actor: str) -> list[Path]:
        return sorted((corpora / "ravdess_speech" / f"Actor_{actor}").glob("*-0[1-8]-02-01-01-*.flac"))

    one = emoscope("profile", "build", *clips("01"), "--out", "one.profile", timeout=120)
    assert (one.returncode, one.stderr) == (0, "")
    two = emoscope("profile", "build", *clips("01"), *clips("02"), "--out", "two.profile", timeout=120)
    assert two.returncode == 0
    assert "2 people seem to speak in these recordings" in two.stderr
    few = emoscope(
        "profile", "build", *clips("01")[:2], *clips("02")[:2], "--out", "few.profile", timeout=120
    )
    assert "2 people seem to speak in these recordings" in few.stderr, "two utterances each are enough"


def test_where_the_profile_cannot_be_written_nothing_is_analysed(
    emoscope: Run, speech: Path, voice_model: Path
) -> None:
    done = emoscope("profile", "build", speech, "--out", "none/me.profile", "--model", voice_model)
    assert done.returncode == 1
    assert "the folder 'none' does not exist. Make it first." in done.stderr
    done = emoscope("profile", "build", "gone.wav", "--out", "me.profile", "--model", voice_model)
    assert "gone.wav" in done.stderr
    assert "No speech was found" not in done.stderr


def test_a_profile_that_is_there_is_replaced_only_if_that_is_asked_for(
    emoscope: Run, me: Path, speech: Path, voice_model: Path
) -> None:
    before = me.read_bytes()
    again = ("profile", "build", speech, "--out", me.name, "--model", voice_model)
    done = emoscope(*again)
    assert done.returncode == 1
    assert "'me.profile' is there already. Name another file, or add --overwrite." in done.stderr
    assert me.read_bytes() == before
    assert emoscope(*again, "--overwrite").returncode == 0
    assert me.read_bytes() != before


def test_a_recording_is_judged_by_the_voice_and_the_report_says_so(
    emoscope: Run, me: Path, speech: Path, voice_model: Path
) -> None:
    call = ("analyze", speech, "--model", voice_model, "--json", "-")
    plain, heard = (json.loads(emoscope(*call, *more).stdout) for more in ((), ("--profile", me)))
    assert "profile" not in plain
    assert heard["profile"]["path"] == str(me)
    assert heard["profile"]["seconds"] > 2.0
    plain, heard = plain["files"][0], heard["files"][0]
    assert [s["start_s"] for s in plain["segments"]] == [s["start_s"] for s in heard["segments"]]
    assert plain["segments"][0]["probabilities"] != heard["segments"][0]["probabilities"]


def test_live_and_offline_agree_exactly_with_a_profile(
    emoscope: Run, me: Path, speech: Path, voice_model: Path
) -> None:
    options = ("--model", voice_model, "--profile", me)
    live = emoscope("live", "--source", speech, "--jsonl", "-", *options)
    assert live.returncode == 0
    finals = [e for e in map(json.loads, live.stdout.splitlines()) if e["event"] == "final"]
    offline = json.loads(emoscope("analyze", speech, "--json", "-", *options).stdout)
    segments = offline["files"][0]["segments"]
    assert [e["probabilities"] for e in finals] == [s["probabilities"] for s in segments]
    assert len(finals) == 2


def test_the_good_recordings_are_learnt_from_and_the_broken_one_is_named(
    emoscope: Run, speech: Path, voice_model: Path, tmp_path: Path
) -> None:
    done = emoscope("profile", "build", speech, "gone.wav", "--out", "me.profile", "--model", voice_model)
    assert done.returncode == 1
    assert "gone.wav" in done.stderr
    assert (tmp_path / "me.profile").is_file()


@pytest.mark.parametrize("command", ["analyze", "live"])
class TestAProfileThatDoesNotFit:
    def run(self, emoscope: Run, command: str, speech: Path, model: Path, profile: Path | str) -> str:
        source = (speech,) if command == "analyze" else ("--source", speech)
        done = emoscope(command, *source, "--model", model, "--profile", profile)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1
        return done.stderr

    def test_one_of_another_model(
        self, emoscope: Run, command: str, me: Path, speech: Path, tmp_path: Path
    ) -> None:
        other = make_tiny_model(tmp_path / "other.onnx", voice=True, seed=1)
        said = self.run(emoscope, command, speech, other, me)
        assert "was made with another version of the model 'tiny'" in said

    def test_a_model_without_profiles(
        self, emoscope: Run, command: str, me: Path, speech: Path, model: Path
    ) -> None:
        assert "The model 'tiny' has no voice profiles" in self.run(emoscope, command, speech, model, me)

    def test_a_file_that_is_none(self, emoscope: Run, command: str, speech: Path, voice_model: Path) -> None:
        assert "refused as a voice profile" in self.run(emoscope, command, speech, voice_model, speech)


def test_no_speech_is_no_voice(emoscope: Run, voice_model: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "quiet.wav", made_up_speech(), 16000)
    done = emoscope("profile", "build", "quiet.wav", "--out", "me.profile", "--model", voice_model)
    assert done.returncode == 1
    assert "No speech was found" in done.stderr
    assert not (tmp_path / "me.profile").exists()


def test_what_is_not_a_voice_is_not_learnt_from_and_told(emoscope: Run, speech: Path, tmp_path: Path) -> None:
    deaf = make_tiny_model(tmp_path / "deaf.onnx", voice=True, says={"speech": 0.1})
    done = emoscope("profile", "build", speech, "--out", "me.profile", "--model", deaf)
    assert done.returncode == 1
    assert "No voice was found: 2 stretches of sound (" in done.stderr
    assert not (tmp_path / "me.profile").exists()
    some = SoundWarning("not_a_voice", "", {"stretches": 2, "seconds": 3.1, "spoken": 5})
    assert not_learnt(some) == ("2 stretches of sound (3.1 s) were not a voice, and were not learnt from.")


def test_a_place_that_cannot_be_written_is_told(emoscope: Run, speech: Path, voice_model: Path) -> None:
    done = emoscope("profile", "build", speech, "--out", "nowhere/me.profile", "--model", voice_model)
    assert done.returncode == 1
    assert "The voice profile 'nowhere/me.profile' cannot be written" in done.stderr


@pytest.mark.parametrize("call", [("profile",), ("profile", "build", "a.wav"), ("profile", "sing")])
def test_a_wrong_call_is_one_line(emoscope: Run, call: tuple[str, ...]) -> None:
    done = emoscope(*call)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
