"""Whether speech is told from other sounds can be chosen in the window, and is remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from harmonic_model import HarmonicModel
from pytestqt.qtbot import QtBot

from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.core.detector_choice import AUTO_DETECTOR, ENERGY, ENERGY_SILERO
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import from_data, load
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow
from desktop_app.inference import silero


@pytest.fixture
def second_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second stage that everybody has, in place of Silero VAD."""
    monkeypatch.setattr(silero, "load_silero", lambda: HarmonicModel)


@pytest.fixture
def knocks(tmp_path: Path) -> Path:
    """Noise that comes and goes, and no speech."""
    rng = np.random.default_rng(0)
    sound = 0.0005 * rng.standard_normal(6 * 16000)
    sound[2 * 16000 : 3 * 16000] += 0.1 * rng.standard_normal(16000)
    path = tmp_path / "knocks.wav"
    soundfile.write(path, sound, 16000)
    return path


@pytest.mark.usefixtures("second_stage")
class TestTheControl:
    def test_what_a_person_picks_is_used_and_remembered(
        self, window: MainWindow, until: Callable[..., None], tmp_path: Path
    ) -> None:
        action = window.actions_["silero"]
        assert not action.isChecked()
        action.trigger()
        until(lambda: window.controller.detector == ENERGY_SILERO)
        assert action.isChecked()
        assert load(tmp_path / "window.json").detector == ENERGY_SILERO
        action.trigger()
        until(lambda: window.controller.detector == ENERGY)
        assert window.controller.detection is BY_ENERGY
        assert load(tmp_path / "window.json").detector == ENERGY

    def test_what_is_picked_last_is_used_whatever_takes_longer_to_load(
        self, window: MainWindow, until: Callable[..., None], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go = threading.Event()
        detection = silero.detection

        def slow(name: str) -> Detection:
            if name == ENERGY_SILERO:
                go.wait(5)
            return detection(name)

        monkeypatch.setattr(silero, "detection", slow)
        window.choices.pick_detector(ENERGY_SILERO)
        window.choices.pick_detector(ENERGY)
        go.set()
        qtbot.wait(300)
        assert window.controller.detector == ENERGY
        assert window.remembered.settings.detector == ENERGY

    def test_what_an_option_asks_for_is_shown_and_not_remembered(
        self, window: MainWindow, until: Callable[..., None]
    ) -> None:
        window.controller.use_detector(ENERGY_SILERO)
        until(window.actions_["silero"].isChecked)
        assert window.remembered.settings.detector == AUTO_DETECTOR

    def test_the_recordings_that_are_open_are_analyzed_again(
        self, window: MainWindow, model_file: Path, knocks: Path, until: Callable[..., None]
    ) -> None:
        window.controller.rest()
        window.open_recordings([knocks])
        window.start(SourceChoice("demo"), model_file, list_devices=False)

        def segments() -> int | None:
            shown = window.recording.recording
            return None if shown is None or window.recording.working else len(shown.segments())

        until(lambda: segments() == 1)
        window.actions_["silero"].trigger()
        until(lambda: segments() == 0)


def test_where_it_is_missing_that_is_said_and_energy_stays(
    window: MainWindow, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silero, "PACKAGES", ())
    window.actions_["silero"].trigger()
    until(lambda: window.model.notice is not None)
    assert window.model.notice is not None
    assert "not installed" in window.model.notice.message
    assert not window.actions_["silero"].isChecked()
    assert window.controller.detection is BY_ENERGY
    assert window.remembered.settings.detector == AUTO_DETECTOR, "what was chosen before"


@pytest.mark.parametrize("stored", ["webrtc", 3, None, ["energy"]])
def test_a_detector_that_nobody_knows_is_the_default(stored: object) -> None:
    assert from_data({"version": 1, "detector": stored}) == Settings()
