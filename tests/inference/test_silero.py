"""Silero VAD as the second stage: what it takes for speech, and what is said where it is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from synthetic_speech import synthetic_speech_path
from tiny_model import make_tiny_model

from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.inference import silero
from desktop_app.inference.silero import DetectorError, SileroStream, detection, load_silero, silero_file

RATE = 16_000

needs_silero = pytest.mark.skipif(
    silero_file() is None, reason="Silero VAD is not installed (the extra 'silero' brings it)"
)


def speech() -> np.ndarray:
    """The first seven seconds of synthetic speech, [samples]."""
    sound, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    return soxr.resample(sound, rate, RATE)[: 7 * RATE]


def knocks() -> np.ndarray:
    """Seven seconds of something that falls again and again: loud noise that fades, [samples]."""
    t = np.arange(RATE // 2) / RATE
    knock = 0.4 * np.exp(-5 * t) * np.random.default_rng(0).standard_normal(len(t))
    room = 0.0005 * np.random.default_rng(1).standard_normal(7 * RATE)
    room[RATE : 6 * RATE] += np.tile(knock, 10)
    return room.astype(np.float32)


def windows(waveform: np.ndarray) -> list[np.ndarray]:
    size = SileroStream.window
    return [waveform[at : at + size] for at in range(0, len(waveform) - size + 1, size)]


def seconds(detector: Detection, waveform: np.ndarray) -> float:
    """How much speech is found."""
    machine = detector.make(RATE)
    found = machine.push(waveform) + machine.flush()
    return sum(segment.duration_s for segment in found if segment.final)


def test_energy_alone_is_the_detector_that_needs_nothing() -> None:
    assert detection(ENERGY) is BY_ENERGY


@needs_silero
class TestWithSilero:
    def test_speech_is_likely_in_speech_and_not_in_knocks(self) -> None:
        make = load_silero()
        in_speech, in_knocks = make(), make()
        assert np.mean([in_speech.judge(window) for window in windows(speech())]) > 0.5
        assert np.mean([in_knocks.judge(window) for window in windows(knocks())]) < 0.1

    def test_each_stream_has_a_memory_of_its_own(self) -> None:
        make = load_silero()
        alone, one, other = make(), make(), make()
        expected = [alone.judge(window) for window in windows(speech())[:40]]
        got = []
        for said, knocked in zip(windows(speech())[:40], windows(knocks())[:40], strict=True):
            other.judge(knocked)
            got.append(one.judge(said))
        assert got == expected

    def test_knocks_are_no_speech_any_more_and_speech_stays(self) -> None:
        second = detection(ENERGY_SILERO)
        assert seconds(BY_ENERGY, knocks()) > 3.0
        assert seconds(second, knocks()) < 0.5
        assert seconds(second, speech()) == pytest.approx(seconds(BY_ENERGY, speech()), rel=0.05)


class TestWithoutSilero:
    @pytest.fixture
    def package(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        """The folder of a package in which the model is looked for."""
        folder = tmp_path / "made_up_vad"
        (folder / "data").mkdir(parents=True)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setattr(silero, "PACKAGES", ("made_up_vad",))
        return folder

    def test_whoever_asks_for_it_is_told_how_to_install_it(self, package: Path) -> None:
        with pytest.raises(DetectorError) as caught:
            detection(ENERGY_SILERO)
        assert caught.value.code == "detector.not_installed"
        assert "not installed" in caught.value.message
        assert 'pip install -e ".[' in caught.value.hint
        assert "silero]" in caught.value.hint

    def test_a_file_that_is_no_model_is_named(self, package: Path) -> None:
        file = package / "data" / "silero_vad.onnx"
        file.write_text("not a model")
        with pytest.raises(DetectorError) as caught:
            detection(ENERGY_SILERO)
        assert caught.value.code == "detector.unusable"
        assert str(file) in caught.value.message

    def test_another_model_in_its_place_is_refused(self, package: Path, tmp_path: Path) -> None:
        (package / "data" / "silero_vad.onnx").write_bytes(
            make_tiny_model(tmp_path / "tiny.onnx").read_bytes()
        )
        with pytest.raises(DetectorError, match="other inputs") as caught:
            detection(ENERGY_SILERO)
        assert caught.value.code == "detector.unusable"
