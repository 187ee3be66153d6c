"""A voice profile is named on the command line or dropped on the window, as `live --profile` takes it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gui_events import LABELS
from PySide6.QtWidgets import QApplication
from running import made_up_speech
from tiny_model import make_tiny_model

from desktop_app.commands.window import open_window, register
from desktop_app.gui.app import _apply_options
from desktop_app.gui.state.analysis import analyze
from desktop_app.gui.state.notices import Tone
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceProfile, VoiceProfileError
from desktop_app.inference.voice_profile_file import save_profile

Until = Callable[..., None]


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(
        tmp_path_factory.mktemp("voices") / "tiny.onnx", LABELS, voice=True, sharpness=300.0
    )


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import soundfile

    path = tmp_path_factory.mktemp("speech") / "talk.wav"
    soundfile.write(path, np.concatenate([gain * made_up_speech((0.5, 0.4)) for gain in (1.0, 0.3)]), 16_000)
    return path


def a_profile(model: Path, path: Path) -> Path:
    """That of somebody of whom a minute was heard in many moods."""
    engine = EmotionEngine.load(model)
    profile = VoiceProfile(engine.voice_model)
    rng = np.random.default_rng(5)
    for _ in range(20):
        default = engine.voice_model.default
        near = default.mean + default.std * (1.0 + 0.3 * rng.standard_normal(engine.voice_model.dim))
        profile.update(near.astype(np.float32), 3.0)
    save_profile(profile, path)
    engine.close()
    return path


@pytest.fixture(scope="module")
def ana(voices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_profile(voices, tmp_path_factory.mktemp("profiles") / "Ana.profile")


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    register(parser)
    return parser.parse_args(words)


def ready(window: MainWindow, model: Path, until: Until) -> None:
    window.controller.rest()
    window.start(SourceChoice("demo"), model, list_devices=False)
    until(lambda: window.controller.engine is not None)


def test_named_on_the_command_line_it_is_used_once_the_model_is_there(
    window: MainWindow, voices: Path, ana: Path, until: Until
) -> None:
    _apply_options(parsed("--profile", str(ana)), window)
    ready(window, voices, until)
    until(lambda: window.controller.voice.name == "Ana")
    until(lambda: window.model.voice is not None and window.model.voice.seconds >= 59)
    assert "Ana speaks" in window.banner.message


def test_what_is_no_profile_is_refused_before_a_window_opens(tmp_path: Path) -> None:
    letter = tmp_path / "letter.profile"
    letter.write_text("Dear reader")
    for name in (letter, tmp_path / "missing.profile"):
        with pytest.raises(VoiceProfileError):
            open_window(parsed("--profile", str(name)))


def test_dropped_it_is_used_and_that_can_be_undone(
    window: MainWindow, voices: Path, ana: Path, until: Until
) -> None:
    ready(window, voices, until)
    window.open_paths([ana])
    until(lambda: window.model.voice is not None and window.model.voice.seconds >= 59)
    assert window.controller.voice.name == "Ana"
    assert window.actions_["undo"].text() == "Undo use of the voice"
    window.undo()
    until(lambda: window.model.voice is not None and window.model.voice.seconds == 0)
    assert window.controller.voice.name == ""
    assert window.banner.message == ""


def test_one_for_another_model_is_refused_in_a_sentence(
    window: MainWindow, voices: Path, tmp_path: Path, until: Until
) -> None:
    other = make_tiny_model(tmp_path / "other.onnx", ("bored", "tender"), voice=True)
    bob = a_profile_of_two(other, tmp_path / "Bob.profile")
    ready(window, voices, until)
    window.open_paths([bob])
    until(lambda: "was made with" in window.banner.message)
    assert "Bob.profile" in window.banner.message
    assert window.banner.tone is Tone.TROUBLE
    assert window.controller.voice.name == ""


def a_profile_of_two(model: Path, path: Path) -> Path:
    engine = EmotionEngine.load(model)
    profile = VoiceProfile(engine.voice_model)
    profile.update(engine.voice_model.default.mean.astype(np.float32), 3.0, [0.5, 0.5])
    save_profile(profile, path)
    engine.close()
    return path


def test_another_model_does_not_know_the_voice_and_that_is_told(
    window: MainWindow, voices: Path, ana: Path, tmp_path: Path, until: Until
) -> None:
    other = make_tiny_model(tmp_path / "other.onnx", ("bored", "tender"), voice=True)
    ready(window, voices, until)
    window.open_paths([ana])
    until(lambda: window.controller.voice.name == "Ana")
    window.open_paths([other])
    until(lambda: window.controller.engine is not None and window.controller.engine.path == other)
    until(lambda: "not used any more" in window.banner.message)
    assert window.controller.voice.known is None


def test_recordings_begin_with_it_too(voices: Path, ana: Path, sound_file: Path) -> None:
    import threading

    from desktop_app.inference.voice_profile_file import load_profile

    engine = EmotionEngine.load(voices)
    profile = load_profile(ana, engine.voice_model)
    for adapt in (True, False):
        found = [
            analyze(sound_file, engine, lambda _: None, threading.Event(), adapt=adapt, profile=known)
            for known in (None, profile)
        ]
        strange, known = (each.analysis.segments[0].prediction.probabilities for each in found if each)
        assert strange != known
    engine.close()


def test_an_open_recording_is_analyzed_again(opened_with_voices: MainWindow, ana: Path, until: Until) -> None:
    before = opened_with_voices.recording.recording
    opened_with_voices.open_paths([ana])
    until(lambda: opened_with_voices.recording.recording not in {None, before})
    QApplication.processEvents()
    assert opened_with_voices.on("recordings")


@pytest.fixture
def opened_with_voices(window: MainWindow, voices: Path, sound_file: Path, until: Until) -> MainWindow:
    window.controller.rest()
    window.open_recordings([sound_file])
    window.start(SourceChoice("demo"), voices, list_devices=False)
    until(lambda: window.recording.recording is not None and not window.recording.working)
    return window
