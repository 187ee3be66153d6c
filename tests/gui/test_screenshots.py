"""Pictures show what they are of: the states of `make screenshots`, and pages with their content."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from window_stage import Stage
from window_states import STATES

from desktop_app.commands.window import open_window
from desktop_app.gui import screenshot
from desktop_app.gui.window import MainWindow
from desktop_app.sessions.store import SessionStore

pytestmark = pytest.mark.slow


def test_a_state_finds_nothing_that_another_has_left(
    qapp: QApplication, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "EMOSCOPE_SESSIONS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # set back at the end
    stage = Stage(model_file)
    corrected = []
    for state in ("recordings-working", "recordings-corrected", "recordings-done"):
        with stage.clean():
            try:
                STATES[state](stage)
                assert stage.window is not None
                found = stage.window.recording.recording
                corrected.append(0 if found is None else len(found.analysis.corrections))
            finally:
                stage.close()
    assert corrected == [0, 2, 0]


CONTENT: dict[str, Callable[[MainWindow], bool]] = {
    "lab": lambda window: window.lab.result is not None,
    "train": lambda window: window.train_page.setup.recipes.count() > 0,
    "sessions": lambda window: bool(window.sessions_page.list.nothing.text()),
    "models": lambda window: bool(window.models_page.list.rows.rows),
}


@pytest.mark.parametrize("page", CONTENT)
@pytest.mark.usefixtures("qapp")
def test_a_picture_of_a_page_waits_for_its_content(
    page: str, model_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    listing = SessionStore.__init__

    def slow(self: SessionStore, *args: Any, **named: Any) -> None:
        time.sleep(0.5)
        listing(self, *args, **named)

    monkeypatch.setattr(SessionStore, "__init__", slow)
    shown = []
    monkeypatch.setattr(screenshot, "save_png", lambda window, _: shown.append(CONTENT[page](window)))
    call = {"screenshot": str(tmp_path / "a.png"), "source": "demo", "seconds": 0.1, "model": str(model_file)}
    assert open_window(argparse.Namespace(view=page, **call)) == 0
    assert shown == [True]
