"""A recording is drawn as it was judged: the channel that was heard, and where its sound is missing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded import write
from running import made_up_speech

from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.gui.state.analysis import analyze
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow
from desktop_app.inference.engine import EmotionEngine

RATE = 16_000


def analyzed(path: Path, model_file: Path, choice: str = "auto") -> AnalyzedRecording:
    engine = EmotionEngine.load(model_file)
    try:
        found = analyze(path, engine, lambda _: None, threading.Event(), ChannelChoice.parse(choice))
    finally:
        engine.close()
    assert found is not None
    return found


def highest(channel: np.ndarray) -> np.ndarray:
    """Of each 16 ms of a channel [n]: four of the bins in which peaks are kept."""
    return channel[: len(channel) // 256 * 256].reshape(-1, 256).max(axis=1)


def drawn(recording: AnalyzedRecording, columns: int) -> np.ndarray:
    return recording.envelope.peaks(0.0, columns * 256 / RATE, columns).high


@pytest.mark.parametrize(("choice", "heard"), [("left", 0), ("right", 1), ("mix", None)])
def test_the_channel_that_is_asked_for_is_drawn(
    tmp_path: Path, model_file: Path, choice: str, heard: int | None
) -> None:
    first, second = made_up_speech((1.0, 2.0)), made_up_speech((2.5, 0.5))
    length = min(len(first), len(second)) // 1600 * 1600
    sound = np.stack([first[:length], 0.5 * second[:length]], axis=1)
    soundfile.write(tmp_path / "two.wav", sound, RATE, subtype="FLOAT")
    expected = sound.mean(axis=1) if heard is None else sound[:, heard]
    peaks = highest(expected)
    found = drawn(analyzed(tmp_path / "two.wav", model_file, choice), len(peaks))
    assert found == pytest.approx(peaks, abs=1e-6)


def test_of_a_choice_that_changed_the_channel_is_drawn_that_was_judged_from_there_on(
    tmp_path: Path, model_file: Path
) -> None:
    voice = made_up_speech((1.0, 0.5), (1.0, 0.5), (1.0, 0.5))
    voice = np.concatenate([np.zeros(2 * RATE, np.float32), voice])
    voice = voice[: len(voice) // 1600 * 1600]
    sound = np.zeros((len(voice), 6), np.float32)
    sound[:, 0] = np.random.default_rng(0).normal(0.0, 0.02, len(voice))
    sound[:, 2] = voice
    soundfile.write(tmp_path / "six.wav", sound, RATE, subtype="FLOAT")
    recording = analyzed(tmp_path / "six.wav", model_file)
    assert recording.analysis.channel == 3
    peaks = highest(voice)
    assert drawn(recording, len(peaks)) == pytest.approx(peaks, abs=1e-6)


@pytest.fixture
def holed(tmp_path: Path) -> Path:
    """An Ogg from whose middle bytes are missing."""
    path = tmp_path / "holed.ogg"
    write(path, "vorbis.ogg", seconds=6.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + data[len(data) // 2 + len(data) // 8 :])
    return path


def test_a_hole_is_hatched_and_the_strip_below_tells_of_it(
    window: MainWindow, model_file: Path, holed: Path, until: Callable[..., None]
) -> None:
    window.controller.rest()
    window.open_recordings([holed])
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.recording.recording is not None)
    shown = window.recording.recording
    assert shown is not None
    (warning,) = [warning for warning in shown.analysis.warnings if warning.code == "damaged"]
    (gap,) = shown.gaps()
    assert [gap.start_s, pytest.approx(gap.end_s - gap.start_s)] == warning.fields["places"][0]
    assert window.status.text("dropped") == f"{warning.fields['missing_s']:.1f} s of sound"
    assert gap.text in window.recording.track.accessibleDescription()
    with_gap = window.recording.track.grab().toImage()
    window.recording.show_recording(replace(shown, analysis=replace(shown.analysis, warnings=())))
    assert window.recording.track.grab().toImage() != with_gap
    window.back_to_live()
    assert window.status.text("dropped") == "nothing"
