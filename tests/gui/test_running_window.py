"""The window with the real pipeline behind it: a tiny model, the demo as sound, real threads."""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import CAPTURING
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from synthetic_speech import synthetic_speech_path

from desktop_app.analysis.formats import FORMATS
from desktop_app.command_line.arguments import a_size
from desktop_app.command_line.output import tell
from desktop_app.command_line.tool import exit_code
from desktop_app.commands.window import open_window as run
from desktop_app.core.types import CaptureState
from desktop_app.gui.state.headline import Kind
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow


@pytest.fixture
def live(window: MainWindow, model_file: Path, until: Callable[..., None]) -> MainWindow:
    """A window that listens to the demo."""
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.model.state in CAPTURING and window.model.now_s > 0)
    return window


@pytest.fixture
def speech_file(tmp_path: Path) -> Path:
    """Some speech, as a wav file."""
    audio, rate = soundfile.read(synthetic_speech_path(), frames=48000 * 7, dtype="float32")
    path = tmp_path / "speech.wav"
    soundfile.write(path, audio, rate)
    return path


def test_while_a_recording_plays_nobody_is_asked_to_speak(
    window: MainWindow, model_file: Path, until: Callable[..., None]
) -> None:
    said: list[str] = []
    window.controller.changed.connect(lambda: said.append(window.live.headline.headline.detail))
    said.append(window.live.headline.headline.detail)
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.model.state in CAPTURING)
    window.toggle_capture()
    until(lambda: window.model.state is CaptureState.PAUSED)
    words = " ".join(said)
    assert "recording plays" in words
    assert "microphone" not in words
    assert "Speak;" not in words
    assert said[-1] == "Space plays it from its start."


@pytest.mark.slow
def test_the_demo_is_heard_and_recognised(live: MainWindow, until: Callable[..., None]) -> None:
    until(lambda: any(segment.final for segment in live.model.timeline), timeout_s=15)
    assert live.model.headline.kind in {Kind.EMOTION, Kind.UNCERTAIN}
    assert live.status.text("provider") == "CPU"
    assert live.status.text("latency").endswith(" ms")
    assert live.model.levels is not None


def test_closing_while_capturing_is_quick_and_leaves_no_thread(live: MainWindow) -> None:
    begun = time.monotonic()
    live.close()
    assert time.monotonic() - begun < 2.0
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("emoscope")]
    assert names == []


def test_closing_while_capture_is_being_started_waits_for_it(
    window: MainWindow, model_file: Path, monkeypatch: pytest.MonkeyPatch, until: Callable[..., None]
) -> None:
    from desktop_app.runtime.supervisor import Supervisor

    begun = threading.Event()
    start = Supervisor.start

    def start_slowly(supervisor: Supervisor) -> None:
        begun.set()
        time.sleep(0.1)
        start(supervisor)

    monkeypatch.setattr(Supervisor, "start", start_slowly)
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(begun.is_set)
    window.close()
    time.sleep(0.2)
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("emoscope")]
    assert names == []


def test_closing_while_the_model_loads_is_quick(window: MainWindow, model_file: Path) -> None:
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    begun = time.monotonic()
    window.close()
    assert time.monotonic() - begun < 2.0


def test_space_pauses_and_goes_on(live: MainWindow, qtbot: QtBot, until: Callable[..., None]) -> None:
    live.setFocus()
    qtbot.keyClick(live, Qt.Key.Key_Space)
    until(lambda: live.model.headline.title == "Paused")
    assert live.toolbar.capture.accessibleName() == "Start"
    qtbot.keyClick(live, Qt.Key.Key_Space)
    until(lambda: live.model.state in CAPTURING)
    assert live.toolbar.capture.accessibleName() == "Pause"


def test_a_dropped_model_takes_over_while_running(
    live: MainWindow, other_model_file: Path, until: Callable[..., None]
) -> None:
    live.open_paths([other_model_file])
    until(lambda: live.live.bars.labels == ("bored", "tender", "proud"))
    assert live.model.state in CAPTURING
    assert live.toolbar.model.currentText() == "other"
    assert live.settings.model == str(other_model_file)


def test_a_broken_model_is_refused_with_a_sentence_and_the_old_one_goes_on(
    live: MainWindow, tmp_path: Path, until: Callable[..., None]
) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model at all")
    labels, path = live.model.labels, live.settings.model
    live.open_paths([broken])
    until(lambda: live.banner.message != "")
    assert "broken.onnx" in live.banner.message
    assert "The model in use stays." in live.banner.message
    assert "Traceback" not in live.banner.message
    assert live.model.labels == labels
    assert live.settings.model == path
    assert live.model.state in CAPTURING


def test_without_any_model_the_window_says_what_to_do(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Callable[..., None]
) -> None:
    monkeypatch.setattr("desktop_app.inference.shipped.ZOO", tmp_path)
    window.start(SourceChoice("demo"), None, list_devices=False)
    until(lambda: window.model.headline.title == "No model")
    assert window.banner.message
    assert not window.toolbar.capture.isEnabled()


def test_a_recording_is_analyzed_shown_and_left_again(
    live: MainWindow, speech_file: Path, qtbot: QtBot, until: Callable[..., None]
) -> None:
    live.open_paths([speech_file])
    until(lambda: live.recording.recording is not None)
    recording = live.recording.recording
    assert recording is not None
    count = len(recording.analysis.segments)
    assert count >= 1
    assert live.recording.table.segments.rowCount() == count
    assert recording.envelope.loudest > 0
    assert live.recording.headline.headline == recording.headline()
    live.recording.track.setFocus()
    qtbot.keyClick(live.recording.track, Qt.Key.Key_Right)
    assert live.recording.table.currentIndex().row() == 0
    qtbot.keyClick(live.recording.track, Qt.Key.Key_Plus)
    left, right = live.recording.track.view
    assert right - left < recording.analysis.duration_s
    qtbot.keyClick(live.recording.track, Qt.Key.Key_0)
    assert live.recording.track.view[0] == 0.0
    live.setFocus()
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    assert live.live.isVisible()
    until(lambda: live.model.state in CAPTURING)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_result_is_exported(
    live: MainWindow, speech_file: Path, tmp_path: Path, kind: str, until: Callable[..., None]
) -> None:
    live.open_paths([speech_file])
    until(lambda: live.recording.recording is not None)
    assert live.recording.recording is not None
    out = tmp_path / f"result.{kind}"
    live.exports.write(live.recording.recording, out, kind)
    until(lambda: live.banner.message == f"Saved {out.name} in {tmp_path}.")
    if kind == "json":
        data = json.loads(out.read_text())
        assert data["files"][0]["segments"]
    assert out.stat().st_size > 20


def test_an_export_that_cannot_be_written_is_a_sentence(
    live: MainWindow, speech_file: Path, tmp_path: Path, until: Callable[..., None]
) -> None:
    live.open_paths([speech_file])
    until(lambda: live.recording.recording is not None)
    assert live.recording.recording is not None
    live.exports.write(live.recording.recording, tmp_path / "none" / "result.json", "json")
    until(lambda: "cannot be written" in live.banner.message)


def test_a_file_that_is_no_recording_is_a_sentence_and_live_goes_on(
    live: MainWindow, tmp_path: Path, until: Callable[..., None]
) -> None:
    text = tmp_path / "letter.wav"
    text.write_text("Dear reader")
    live.open_paths([text])
    until(lambda: "letter.wav" in live.banner.message)
    assert live.live.isVisible()
    until(lambda: live.model.state in CAPTURING)


def test_a_recording_that_the_model_was_not_made_for_is_shown_with_a_word_about_it(
    live: MainWindow, tmp_path: Path, until: Callable[..., None]
) -> None:
    audio, _ = soundfile.read(synthetic_speech_path(), frames=48000 * 4, dtype="float32")
    soundfile.write(tmp_path / "telephone.wav", audio[::6], 8000)
    live.open_paths([tmp_path / "telephone.wav"])
    until(lambda: live.recording.recording is not None)
    assert live.recording.recording is not None
    assert live.banner.message == " ".join(
        warning.message for warning in live.recording.recording.analysis.warnings
    )
    assert "8000" in live.banner.message or "8 kHz" in live.banner.message


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """No recording, although its name says so."""
    path = tmp_path / "letter.wav"
    path.write_text("Dear reader")
    return path


@pytest.fixture
def shown(live: MainWindow, speech_file: Path, until: Callable[..., None]) -> MainWindow:
    """A window that shows the result of a recording."""
    live.open_paths([speech_file])
    until(lambda: live.recording.recording is not None and live.model.state is CaptureState.PAUSED)
    return live


def test_a_file_that_is_no_recording_leaves_the_result_before_it_in_sight(
    shown: MainWindow, letter: Path, until: Callable[..., None]
) -> None:
    result = shown.recording.recording
    shown.open_paths([letter])
    until(lambda: "letter.wav" in shown.banner.message)
    assert shown.recording.isVisible()
    assert not shown.recording.working
    assert shown.recording.recording is result
    time.sleep(0.3)
    assert shown.model.state is CaptureState.PAUSED
    shown.back_to_live()
    shown.open_paths([letter])
    until(lambda: "letter.wav" in shown.banner.message)
    assert shown.recording.recording is result, "it is still open"
    shown.back_to_live()
    assert shown.banner.message == "", "what was told is about the recordings"
    until(lambda: shown.model.state in CAPTURING)


def test_what_went_wrong_before_is_gone_once_something_else_is_begun(
    shown: MainWindow, letter: Path, speech_file: Path, model_file: Path, until: Callable[..., None]
) -> None:
    begin_something = (
        lambda: shown.open_paths([speech_file]),
        lambda: shown.open_paths([model_file]),
        shown.choices.refresh_devices,
        shown.play_demo,
    )
    for begin in begin_something:
        shown.open_paths([letter])
        until(lambda: "letter.wav" in shown.banner.message)
        begin()
        assert shown.banner.message == ""


def test_escape_stops_an_analysis_and_leads_back_to_the_result_before_it(
    shown: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 600).astype(np.float32)
    soundfile.write(tmp_path / "long.wav", noise, 16000)
    result = shown.recording.recording
    shown.open_paths([tmp_path / "long.wav"])
    assert shown.recording.working
    shown.setFocus()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.recording.working
    assert shown.recording.recording is result
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.recordings.lists, "two are open"
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.live.isVisible()


def test_a_long_analysis_can_be_cancelled(
    live: MainWindow, tmp_path: Path, until: Callable[..., None]
) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 600).astype(np.float32)
    path = tmp_path / "long.wav"
    soundfile.write(path, noise, 16000)
    live.open_paths([path])
    until(lambda: live.recording.progress.bar.value() > 0)
    live.recording.progress.cancel.click()
    assert live.live.isVisible()
    until(lambda: not any(thread.name == "emoscope-the analysis" for thread in threading.enumerate()))
    assert live.recording.recording is None
    assert live.banner.message == ""


def test_when_the_recording_ends_the_window_says_so_and_plays_again(
    window: MainWindow, model_file: Path, tmp_path: Path, qtbot: QtBot, until: Callable[..., None]
) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.01, 8000).astype(np.float32), 16000)
    window.start(SourceChoice("file", path=str(path)), model_file, list_devices=False)
    until(lambda: window.model.headline.title == "Finished")
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(lambda: window.model.state in CAPTURING)
    assert window.toolbar.source.currentText() == "short.wav"


def picture_call(tmp_path: Path, model_file: Path, **changes: object) -> argparse.Namespace:
    call = {
        "screenshot": str(tmp_path / "window.png"),
        "source": "demo",
        "seconds": 1.5,
        "model": str(model_file),
        "theme": "dark",
        "size": "800x600",
    }
    return argparse.Namespace(**(call | changes))


@pytest.mark.usefixtures("qapp")
def test_a_screenshot_shows_the_running_window(tmp_path: Path, model_file: Path) -> None:
    assert run(picture_call(tmp_path, model_file)) == 0
    image = QImage(str(tmp_path / "window.png"))
    assert (image.width(), image.height()) == (800, 600)
    assert image.pixelColor(3, 3).lightness() < 60
    colours = {image.pixel(x, y) for x in range(0, 800, 3) for y in range(0, 600, 3)}
    assert len(colours) > 100  # text and bars, not an empty frame
    assert [entry.name for entry in tmp_path.iterdir()] == ["window.png"]


@pytest.mark.slow
@pytest.mark.usefixtures("qapp")
def test_a_screenshot_can_show_a_recording(tmp_path: Path, model_file: Path, speech_file: Path) -> None:
    live, recording = tmp_path / "live.png", tmp_path / "recording.png"
    assert run(picture_call(tmp_path, model_file, screenshot=str(live), source=str(speech_file))) == 0
    call = picture_call(
        tmp_path, model_file, screenshot=str(recording), source=str(speech_file), view="recording"
    )
    assert run(call) == 0
    assert QImage(str(live)) != QImage(str(recording))


def ended(args: argparse.Namespace) -> int:
    """The exit code, as the command line gives it; what kept it from its end is told on stderr."""
    return exit_code(lambda: run(args), tell, "Interrupted.")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "case",
    [
        ({"size": "wide"}, 2, "--size wants"),
        ({"size": a_size("10x10")}, 2, "--size wants at least 760x560 and at most 8000x8000, and 10x10"),
        ({"theme": "sepia"}, 2, "--theme wants"),
        ({"source": "missing.wav"}, 1, "missing.wav"),
        ({"screenshot": "/nowhere/at/all.png", "seconds": 0.2}, 1, "cannot be written"),
        ({"screenshot": "/dev/full"}, 2, "must end in .png"),
        ({"screenshot": "picture.jpg"}, 2, "must end in .png"),
    ],
)
def test_a_screenshot_that_cannot_be_made_is_a_sentence(
    tmp_path: Path,
    model_file: Path,
    capsys: pytest.CaptureFixture[str],
    case: tuple[dict[str, object], int, str],
) -> None:
    changes, code, words = case
    assert ended(picture_call(tmp_path, model_file, **changes)) == code
    said = capsys.readouterr().err
    assert said.startswith("emoscope: ")
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_screenshot_never_replaces_what_is_no_file(
    tmp_path: Path, model_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, link = tmp_path / "pipe.png", tmp_path / "null.png"
    os.mkfifo(pipe)
    link.symlink_to("/dev/null")
    for path in (pipe, link):
        assert ended(picture_call(tmp_path, model_file, screenshot=str(path))) == 2
        assert "stays as it is" in capsys.readouterr().err
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert Path("/dev/null").is_char_device()


@pytest.mark.usefixtures("qapp")
def test_a_screenshot_has_the_windows_usual_size(tmp_path: Path, model_file: Path) -> None:
    assert run(picture_call(tmp_path, model_file, size=None, seconds=0.3)) == 0
    image = QImage(str(tmp_path / "window.png"))
    assert (image.width(), image.height()) == (1200, 800)


def test_the_window_stays_responsive_while_a_model_loads(
    qapp: QApplication, live: MainWindow, other_model_file: Path
) -> None:
    worst = 0.0
    live.open_paths([other_model_file])
    deadline = time.monotonic() + 5.0
    while live.live.bars.labels != ("bored", "tender", "proud") and time.monotonic() < deadline:
        begun = time.monotonic()
        qapp.processEvents()
        worst = max(worst, time.monotonic() - begun)
        time.sleep(0.002)
    assert live.live.bars.labels == ("bored", "tender", "proud")
    assert worst < 0.5


@pytest.mark.usefixtures("qapp")
def test_what_libraries_say_of_a_device_that_went_away_is_not_on_stderr(
    model_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """PortAudio's own threads write there, at any time."""
    QTimer.singleShot(0, lambda: os.write(2, b"Expression 'alsa_snd_pcm_start' failed\n"))
    args = argparse.Namespace(source="demo", model=str(model_file), seconds=0.2, session=False)
    assert run(args) == 0
    assert "alsa" not in capfd.readouterr().err
