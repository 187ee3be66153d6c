"""Playback in the window, heard at the null sink of a sound server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import LABELS, prediction, show_result
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from receiver import SAMPLE_RATE, Receiver
from virtual_microphone import VirtualMicrophone, missing_tools

from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError
from desktop_app.core.envelope import Envelope
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.window import MainWindow

pytestmark = [pytest.mark.slow, pytest.mark.microphone]

SECONDS = 4.0
SEGMENT = (2.0, 3.0)
SOUND = (0.1 * np.random.default_rng(5).standard_normal(round(SECONDS * SAMPLE_RATE))).astype(np.float32)


def correlation(heard: np.ndarray, played: np.ndarray) -> float:
    """At the lag where they fit best."""
    size = 1 << (len(heard) + len(played)).bit_length()
    product = np.fft.rfft(heard, size) * np.fft.rfft(played, size).conj()
    best = float(np.fft.irfft(product).max())
    return best / float(np.linalg.norm(heard) * np.linalg.norm(played))


@pytest.fixture
def sound_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if reason := missing_tools():
        pytest.skip(reason)
    try:
        portaudio.call(portaudio.sounddevice)
    except AudioError as error:
        pytest.skip(str(error))
    with VirtualMicrophone() as server:
        for name, value in server.variables().items():
            monkeypatch.setenv(name, value)
        yield


@pytest.fixture
def view(
    sound_server: None, window: MainWindow, tmp_path: Path, until: Callable[..., None]
) -> Iterator[RecordingView]:
    path = tmp_path / "noise.wav"
    soundfile.write(path, SOUND, SAMPLE_RATE, "PCM_16")
    results = (SegmentResult(*SEGMENT, prediction("angry")),)
    outline = Envelope(SAMPLE_RATE)
    outline.push(SOUND)
    analysis = RecordingAnalysis(str(path), SECONDS, SAMPLE_RATE, results, overall_prediction(results, 0.3))
    show_result(
        window, AnalyzedRecording(path, analysis, outline, "tiny", "", "CPUExecutionProvider", LABELS)
    )
    view = window.recording
    until(lambda: view.plots is not None and view.track.view[1] == SECONDS)
    yield view
    view.playback.close(at_once=True)


def click(qtbot: QtBot, view: RecordingView, time_s: float) -> None:
    track = view.track
    at = QPoint(round(track.gutter + track.axis.x(time_s)), round(track.rows["wave"].area.center().y()))
    qtbot.mouseClick(track.viewport(), Qt.MouseButton.LeftButton, pos=at)


def heard_until_it_stops(view: RecordingView, receiver: Receiver, until: Callable[..., None]) -> np.ndarray:
    until(lambda: not view.playback.playing, timeout_s=20.0)
    time.sleep(0.4)  # what is still on its way
    return receiver.heard()


def test_space_plays_the_file_and_the_cursor_moves_with_it(
    view: RecordingView, window: MainWindow, qtbot: QtBot, until: Callable[..., None]
) -> None:
    places: list[float] = []
    view.playback.moved.connect(lambda _: places.append(view.track.cursor_s or 0.0))
    with Receiver() as receiver:
        qtbot.keyClick(window, Qt.Key.Key_Space)
        until(lambda: view.playback.playing)
        assert view.transport.play.accessibleName() == "Pause"
        heard = heard_until_it_stops(view, receiver, until)
    assert correlation(heard, SOUND) > 0.99
    assert len(heard) / SAMPLE_RATE == pytest.approx(SECONDS, abs=0.05)
    assert len({round(place, 2) for place in places}) > 20
    assert max(places) == pytest.approx(SECONDS, abs=0.1)


def test_space_pauses_and_a_click_seeks(
    view: RecordingView, window: MainWindow, qtbot: QtBot, until: Callable[..., None], qapp: QApplication
) -> None:
    click(qtbot, view, 1.0)
    assert view.track.cursor_s == pytest.approx(1.0, abs=0.02)
    with Receiver() as receiver:
        qtbot.keyClick(window, Qt.Key.Key_Space)
        until(lambda: view.playback.position_s > 1.3)
        qtbot.keyClick(window, Qt.Key.Key_Space)
        until(lambda: not view.playback.playing)
        time.sleep(0.4)
        heard = receiver.heard()
        stopped_s = view.playback.position_s
        first_s = len(heard) / SAMPLE_RATE
        place = round(view.track.axis.time(view.track.axis.x(1.0)) * SAMPLE_RATE)
        played = SOUND[place : place + len(heard)]
        assert correlation(heard, played) > 0.98
        assert 1.0 + first_s == pytest.approx(stopped_s, abs=0.25)
        receiver.forget()
        click(qtbot, view, 3.5)
        qtbot.keyClick(window, Qt.Key.Key_Space)
        until(lambda: view.playback.playing)
        rest = heard_until_it_stops(view, receiver, until)
    assert correlation(rest, SOUND[round(3.5 * SAMPLE_RATE) :]) > 0.98
    assert len(rest) / SAMPLE_RATE == pytest.approx(0.5, abs=0.06)


def test_enter_plays_the_chosen_segment_and_stops_at_its_end(
    view: RecordingView, qtbot: QtBot, until: Callable[..., None]
) -> None:
    click(qtbot, view, 2.5)
    until(lambda: view.track.selected == 0)
    with Receiver() as receiver:
        qtbot.keyClick(view.track, Qt.Key.Key_Return)
        until(lambda: view.playback.playing)
        heard = heard_until_it_stops(view, receiver, until)
    assert len(heard) / SAMPLE_RATE == pytest.approx(1.0, abs=0.03)
    begin, end = (round(time_s * SAMPLE_RATE) for time_s in SEGMENT)
    assert correlation(heard, SOUND[begin:end]) > 0.99
    assert view.track.cursor_s == pytest.approx(SEGMENT[1], abs=0.02)
