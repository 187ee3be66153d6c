"""The states of which pictures are made come about, and each begins clean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import screenshots
from PySide6.QtWidgets import QApplication

pytestmark = pytest.mark.slow


def test_a_state_finds_nothing_that_another_has_left(
    qapp: QApplication, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "EMOSCOPE_SESSIONS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # set back at the end
    stage = screenshots.Stage(model_file)
    corrected = []
    for state in ("recordings-working", "recordings-corrected", "recordings-done"):
        with stage.clean():
            try:
                screenshots.STATES[state](stage)
                assert stage.window is not None
                found = stage.window.recording.recording
                corrected.append(0 if found is None else len(found.analysis.corrections))
            finally:
                stage.close()
    assert corrected == [0, 2, 0]
