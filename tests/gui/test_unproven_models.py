"""A model that crashed, hung or failed is not loaded again at the next start without asking."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui_events import CAPTURING
from misbehaving_models import make_misbehaving_model
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from tiny_model import make_tiny_model

from desktop_app.core.types import CaptureState
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.headline import Action
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import load, save
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow
from desktop_app.inference import deadline, trial
from desktop_app.inference.errors import ModelError
from desktop_app.inference.shipped import lies_in_zoo
from desktop_app.runtime import watchdog

pytestmark = pytest.mark.slow

Open = Callable[..., MainWindow]
Until = Callable[..., None]


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "window.json"


@pytest.fixture
def opened(qapp: QApplication, theme: ThemeManager, settings_file: Path) -> Iterator[Open]:
    """Open a window as at the next start: with the settings that are on the disk."""
    windows: list[MainWindow] = []

    def open_window(model: Path | None = None) -> MainWindow:
        window = MainWindow(theme, load(settings_file), settings_file)
        windows.append(window)
        window.show()
        window.start(SourceChoice("demo"), model, list_devices=False)
        return window

    yield open_window
    for window in windows:
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def remember(settings_file: Path, model: Path, *, unproven: bool = False) -> None:
    settings = Settings(model=str(model), recent_models=[str(model)])
    settings.unproven_model = str(model) if unproven else ""
    assert save(settings, settings_file)


def written(settings_file: Path) -> str:
    return load(settings_file).unproven_model


def test_a_model_is_unproven_until_its_first_answer(
    opened: Open, settings_file: Path, model_file: Path, until: Until
) -> None:
    remember(settings_file, model_file)
    window = opened()
    until(lambda: written(settings_file) == str(model_file))  # before anything of it is run
    until(lambda: any(segment.points for segment in window.model.timeline), timeout_s=20)
    assert written(settings_file) == ""


def test_one_that_did_not_answer_last_time_is_offered_and_not_loaded(
    opened: Open, settings_file: Path, model_file: Path, until: Until
) -> None:
    remember(settings_file, model_file, unproven=True)
    window = opened()
    until(lambda: window.controller.engine is not None)
    assert window.controller.engine is not None
    assert lies_in_zoo(window.controller.engine.path)
    assert f"{model_file.name} did not come up last time" in window.banner.message
    assert window.banner.retry_button.isVisible()
    window.banner.retry_button.click()
    until(lambda: window.model.model == "tiny")
    assert window.controller.engine.path == model_file
    assert window.banner.message == ""


def test_a_model_of_the_command_line_is_used_in_that_run_only(
    opened: Open, model_file: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is among the recent ones, by a name that holds in every folder; chosen there, it stays."""
    monkeypatch.chdir(model_file.parent)
    window = opened(Path(model_file.name))
    until(lambda: window.model.model == "tiny")
    assert window.settings.model == ""
    assert window.remembered.recent_models() == [str(model_file)]
    window.choices.load_model(model_file)
    until(lambda: window.settings.model == str(model_file))


def failed_before(model: Path) -> str:
    """Remember of a model that it hung; what the window then says."""
    error = ModelError("it did not answer within 20 s", code="model.hangs")
    trial.remember(hashlib.sha256(model.read_bytes()).hexdigest(), error)
    return f"The model file '{model}' is refused: last time it did not answer within 20 s."


def test_one_that_hung_anywhere_is_offered_and_not_loaded(
    opened: Open, settings_file: Path, tmp_path: Path, until: Until
) -> None:
    """In another window, or in the terminal: these settings know nothing of it."""
    hung = make_tiny_model(tmp_path / "hung.onnx", seed=7)
    sentence = failed_before(hung)
    remember(settings_file, hung)
    window = opened()
    until(lambda: window.controller.engine is not None)
    assert window.controller.engine is not None
    assert lies_in_zoo(window.controller.engine.path)
    assert window.banner.message == sentence
    assert window.banner.retry_button.text() == "Load it anyway"
    window.banner.retry_button.click()
    until(lambda: window.model.model == "tiny", timeout_s=30)
    assert window.banner.message == ""


def test_whoever_opens_one_that_hung_is_asked(
    opened: Open, tmp_path: Path, model_file: Path, settings_file: Path, until: Until
) -> None:
    hung = make_tiny_model(tmp_path / "hung.onnx", seed=8)
    sentence = failed_before(hung)
    remember(settings_file, model_file)
    window = opened()
    until(lambda: window.model.model == "tiny")
    window.open_paths([hung])
    until(lambda: window.banner.message == f"{sentence} The model in use stays.")
    window.banner.retry_button.click()
    until(
        lambda: window.controller.engine is not None and window.controller.engine.path == hung, timeout_s=30
    )


def test_a_window_that_is_closed_before_anybody_speaks_leaves_no_doubt(
    opened: Open, settings_file: Path, model_file: Path, until: Until
) -> None:
    remember(settings_file, model_file)
    window = opened()
    until(lambda: window.controller.engine is not None)
    window.close()
    assert written(settings_file) == ""


def test_a_model_that_fails_in_the_run_is_a_state_from_which_one_can_go_on(
    opened: Open, settings_file: Path, tmp_path: Path, until: Until
) -> None:
    odd = make_misbehaving_model(tmp_path / "odd.onnx", "six_logits")
    remember(settings_file, odd)
    window = opened()
    until(lambda: window.model.state is CaptureState.FAILED, timeout_s=20)
    assert written(settings_file) == str(odd)
    assert window.live.headline.button(Action.TRY_AGAIN).isVisible()
    assert window.controller.engine is None
    window.live.headline.button(Action.TRY_AGAIN).click()
    assert window.model.headline.title == "Loading the model"
    until(lambda: window.model.state in CAPTURING, timeout_s=20)
    assert window.controller.engine is not None
    assert window.controller.engine.path == odd, "somebody asked for it"
    until(lambda: window.model.state is CaptureState.FAILED, timeout_s=20)
    window.close()
    assert written(settings_file) == str(odd)


def test_after_a_failure_another_model_goes_on(
    opened: Open, settings_file: Path, tmp_path: Path, model_file: Path, until: Until
) -> None:
    remember(settings_file, make_misbehaving_model(tmp_path / "odd.onnx", "six_logits"))
    window = opened()
    until(lambda: window.model.state is CaptureState.FAILED, timeout_s=20)
    window.open_paths([model_file])
    until(lambda: window.model.state in CAPTURING, timeout_s=20)
    assert window.model.model == "tiny"


def test_a_model_that_never_answers_is_given_up_and_not_loaded_again(
    opened: Open, settings_file: Path, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "NO_ANSWER_S", 0.5)
    monkeypatch.setattr(deadline, "answer_limit_s", lambda sound_s, model_bytes: 2.5)
    endless = make_misbehaving_model(tmp_path / "endless.onnx", "endless")
    remember(settings_file, endless)
    window = opened()
    until(lambda: "has had no answer" in window.banner.message, timeout_s=20)
    assert written(settings_file) == str(endless)
    until(lambda: window.model.state is CaptureState.FAILED, timeout_s=20)
    assert "'endless' has not answered" in window.model.headline.detail
    begun = time.monotonic()
    window.close()
    assert time.monotonic() - begun < 2.0
    again = opened()
    until(lambda: again.controller.engine is not None)
    assert again.controller.engine is not None
    assert lies_in_zoo(again.controller.engine.path)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("endless_load", signal.SIGKILL),
        ("endless_load", signal.SIGTERM),
        ("endless", signal.SIGINT),
        ("endless", signal.SIGKILL),
    ],
)
def test_a_program_that_a_model_takes_along_knows_it_at_its_next_start(
    tmp_path: Path, kind: str, number: signal.Signals
) -> None:
    path = tmp_path / "emoscope" / "window.json"
    model = make_misbehaving_model(tmp_path / "endless.onnx", kind)
    remember(path, model)
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop_app", "--source", "demo"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(9.0)
        process.send_signal(number)
        begun = time.monotonic()
        _, errors = process.communicate(timeout=20)
        assert time.monotonic() - begun < 2.5
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in errors
    assert written(path) == str(model)


def test_an_operator_that_cannot_be_broken_off_is_said_to_compute_on_and_the_window_closes_all_the_same(
    tmp_path: Path,
) -> None:
    """Also after another try, when two of them compute."""
    model = make_misbehaving_model(tmp_path / "one_operator.onnx", "one_operator")
    program = [sys.executable, str(Path(__file__).with_name("hanging_window.py"))]
    with subprocess.Popen(
        [*program, "--source", "demo", "--model", str(model)],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            for _ in range(2):
                detail = process.stdout.readline()
                assert "The model 'one_operator' has not answered for 2 seconds, so it is given up." in detail
                assert "It cannot be broken off: it computes on until Emoscope is ended." in detail
            assert process.stdout.readline() == "closing\n"
            begun = time.monotonic()
            assert process.wait(timeout=20) == 0
            assert time.monotonic() - begun < 2.0
        finally:
            process.kill()
