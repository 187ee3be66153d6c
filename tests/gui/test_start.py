"""What the window needs to come up, and what it leaves for later."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.page_stack import FirstFrame
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.views import VIEWS
from desktop_app.gui.window import MainWindow

Until = Callable[..., None]

ROOT = Path(__file__).parents[2]
FIRST_FRAME = """
import builtins, json, linecache, sys
from desktop_app import cli
from desktop_app.commands import window as command

plain_import, load_qt = builtins.__import__, command._load_qt

def look():
    sources = [path for path in linecache.cache if "desktop_app" in path]
    told = {"modules": [*sys.modules], "sources": sources, "plain": builtins.__import__ is plain_import}
    told["all types"] = "QWizard" in vars(sys.modules["PySide6.QtWidgets"])
    print(json.dumps(told), flush=True)

def load_qt_and_watch(stop):
    problem = load_qt(stop)
    from desktop_app.gui.page_stack import FirstFrame
    begin = FirstFrame._begin
    FirstFrame._begin = lambda self: (look(), begin(self))
    return problem

command._load_qt = load_qt_and_watch
sys.exit(cli.main())
"""
LATER = (
    *(
        "sqlite3",
        "pyqtgraph",
        "onnxruntime",
        "soundfile",
        "av",
        "sounddevice",
        "asyncio",
        "concurrent.futures",
    ),
    *("desktop_app.analysis.html_report", "desktop_app.analysis.corrections_file", "desktop_app.audio.files"),
    *("desktop_app.audio.player", "desktop_app.core.segmenter", "desktop_app.inference.engine"),
    *("desktop_app.inference.voice_library", "desktop_app.runtime.pipeline", "desktop_app.sessions.database"),
    *("desktop_app.gui.pages.recordings", "desktop_app.gui.pages.voices", "desktop_app.gui.pages.sessions"),
    *("desktop_app.gui.pages.lab", "desktop_app.lab.features"),
    *("desktop_app.gui.pages.train", "desktop_app.gui.training", "desktop_app.gui.state.training"),
)
"""What the first picture needs not."""


@pytest.mark.slow
def test_the_first_picture_waits_for_nothing_that_it_does_not_show(tmp_path: Path, model_file: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c", FIRST_FRAME, "--source", "demo", "--seconds", "0.2"),
            *("--model", str(model_file), "--no-session"),
        ],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout.splitlines()[0])
    assert [name for name in LATER if name in told["modules"]] == []
    assert told["all types"]  # made by two threads at once, they crash the process
    assert told["plain"]  # Qt's own would read the source of each module
    assert told["sources"] == []


def test_a_page_is_made_at_its_first_visit(theme: ThemeManager, qapp: QApplication) -> None:
    window = MainWindow(theme, Settings(), None, remember=False)
    try:
        assert [view.name for view in VIEWS if window.made(view.name)] == ["live"]
        window.go("voices")
        assert [view.name for view in VIEWS if window.made(view.name)] == ["live", "voices"]
        assert window.pages.currentWidget() is window.voices_page
        window.theme.set_mode("dark")
        window.back_to_live()
        assert window.pages.currentWidget() is window.live
    finally:
        window.close()
        window.deleteLater()
        qapp.processEvents()


class TestWhatWaitsForTheFirstFrame:
    def test_it_is_done_at_once_where_nothing_is_shown(self, theme: ThemeManager, qapp: QApplication) -> None:
        window = MainWindow(theme, Settings(), None, remember=False)
        done: list[str] = []
        FirstFrame(window).then(lambda: done.append("work"))
        assert done == ["work"]
        window.close()
        window.deleteLater()
        qapp.processEvents()

    def test_it_waits_until_the_window_is_painted(
        self, theme: ThemeManager, qapp: QApplication, until: Until
    ) -> None:
        window = MainWindow(theme, Settings(), None, remember=False)
        done: list[str] = []
        window.show()
        window.first_frame.then(lambda: done.append("work"))
        assert done == []
        until(lambda: done == ["work"])
        window.close()
        window.deleteLater()
        qapp.processEvents()

    def test_it_is_not_done_once_the_window_is_closed(self, theme: ThemeManager, qapp: QApplication) -> None:
        window = MainWindow(theme, Settings(), None, remember=False)
        done: list[str] = []
        window.show()
        window.first_frame.then(lambda: done.append("work"))
        window.close()
        for _ in range(5):
            qapp.processEvents()
        assert done == []
        window.deleteLater()
        qapp.processEvents()
