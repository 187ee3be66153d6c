"""A window with a tiny model file, and events as the runtime sends them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from gui_events import CAPTURING, LABELS
from hand_microphone import RATE, Microphone
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from running import babble
from tiny_model import make_tiny_model

from desktop_app.audio import backends
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.plots.later import import_plots
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow

import_plots()  # so that windows have their plots at once; one test is about windows that wait for them

# What the offscreen platform cannot do says nothing about the program.
OFFSCREEN = "This plugin does not support"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN))


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny.onnx", LABELS, sharpness=30)


@pytest.fixture(scope="session")
def other_model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    labels = ("bored", "tender", "proud")
    return make_tiny_model(tmp_path_factory.mktemp("other") / "other.onnx", labels, sharpness=30)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[ThemeManager]:
    made = ThemeManager(qapp, "light")
    yield made
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(qapp: QApplication, theme: ThemeManager, tmp_path: Path) -> Iterator[MainWindow]:
    made = MainWindow(theme, Settings(), tmp_path / "window.json")
    made.show()
    qapp.processEvents()
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # or windows pile up, and each polish slows down


@pytest.fixture
def until(qapp: QApplication) -> Callable[..., None]:
    """Let the window live until something is true."""

    def wait(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            qapp.processEvents()
            time.sleep(0.005)

    return wait


@pytest.fixture
def listening(
    window: MainWindow, model_file: Path, sound_file: Path, until: Callable[..., None]
) -> MainWindow:
    """A window that plays the recording that the test module names as `sound_file`."""
    window.start(SourceChoice("file", path=str(sound_file)), model_file, list_devices=False)
    until(lambda: window.model.state in CAPTURING and window.model.now_s > 0)
    return window


@pytest.fixture
def opened(window: MainWindow, model_file: Path, sound_file: Path, until: Callable[..., None]) -> MainWindow:
    """A window that shows the analysis of the recording that the test module names as `sound_file`."""
    window.controller.rest()
    window.open_recordings([sound_file])
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.recording.recording is not None and not window.recording.working)
    return window


@pytest.fixture
def microphones(monkeypatch: pytest.MonkeyPatch) -> list[Microphone]:
    """Those that were opened, the latest last."""
    made: list[Microphone] = []

    def microphone(*_: object, **__: object) -> Microphone:
        made.append(Microphone())
        return made[-1]

    monkeypatch.setattr(backends, "microphone", microphone)
    return made


@pytest.fixture
def talking(
    microphones: list[Microphone], window: MainWindow, model_file: Path, until: Callable[..., None]
) -> Callable[[], None]:
    """Begin to listen by a microphone where nobody does yet, and say something to it."""

    def talk() -> None:
        if window.controller.engine is None:
            window.start(SourceChoice("microphone"), model_file, list_devices=False)
        until(lambda: microphones and microphones[-1].ring is not None and not microphones[-1]._lost)
        before = len(window.model.utterances)
        noise = 0.001 * np.random.default_rng(1).standard_normal(RATE)
        microphones[-1].deliver(np.concatenate([noise, babble(1.2, RATE, 1), noise]).astype(np.float32))
        until(lambda: len(window.model.utterances) > before)

    return talk
