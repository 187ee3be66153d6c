"""What the window tells about itself: at its first run, on request, and in its log."""

from __future__ import annotations

import logging
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_app.core.types import Failure
from desktop_app.gui import app as app_module
from desktop_app.gui import help as help_module
from desktop_app.gui.language import language_of, use_language
from desktop_app.gui.log_file import MOST_BYTES, NAME, OLDER_FILES, logged
from desktop_app.gui.state.about_texts import LICENCES, WELCOME_VERSION
from desktop_app.gui.state.diagnostics import diagnostics
from desktop_app.gui.state.settings_file import load
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow

Until = Callable[..., None]
ROOT = Path(__file__).parents[2]


def words(widget: object) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))  # type: ignore[attr-defined]


class TestFirstRun:
    @pytest.fixture
    def first(self, window: MainWindow, model_file: Path, until: Until) -> Iterator[MainWindow]:
        window.help.welcome_if_new()
        window.start(SourceChoice("demo"), model_file, list_devices=False)
        until(lambda: window.help.welcomed is not None and window.controller.engine is not None)
        yield window
        if window.help.welcomed is not None:
            window.help.welcomed.agree.click()

    def test_nothing_is_listened_to_before_a_person_has_agreed(
        self, first: MainWindow, tmp_path: Path, until: Until
    ) -> None:
        assert first.controller.paused
        assert first.model.now_s == 0
        assert first.help.welcomed is not None
        first.help.welcomed.agree.click()
        assert load(tmp_path / "window.json").welcomed == WELCOME_VERSION
        until(lambda: first.model.now_s > 0)

    def test_it_tells_what_must_be_known(self, first: MainWindow) -> None:
        told = words(first.help.welcomed)
        for part in (
            "never leaves this machine",
            "often wrong",
            "Article 5(1)(f)",
            "at work or in education",
        ):
            assert part in told

    def test_escape_and_return_are_no_answer(self, first: MainWindow) -> None:
        dialog = first.help.welcomed
        assert dialog is not None
        for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
            QTest.keyClick(dialog, key)
        assert dialog.isVisible()
        assert first.settings.welcomed == 0
        dialog.agree.setFocus()
        QTest.keyClick(dialog.agree, Qt.Key.Key_Return)
        assert not dialog.isVisible(), "who went to the button has chosen it"

    def test_who_does_not_agree_leaves(self, first: MainWindow) -> None:
        assert first.help.welcomed is not None
        first.help.welcomed.quit.click()
        assert not first.isVisible()
        assert first.settings.welcomed == 0

    def test_whoever_has_agreed_is_not_asked_again_but_can_read_it(self, window: MainWindow) -> None:
        window.settings.welcomed = WELCOME_VERSION
        window.help.welcome_if_new()
        assert window.help.welcomed is None
        assert not window.controller.paused
        window.actions_["welcome"].trigger()
        dialog = window.help.welcomed
        assert dialog is not None
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("asked", "platform_name", "plain"),
    [
        ({}, "xcb", True),
        ({"source": "mic", "theme": "dark"}, "xcb", True),
        ({"files": ["talk.wav"]}, "xcb", False),
        ({"source": "demo"}, "xcb", False),
        ({"model": "mine.onnx"}, "xcb", False),
        ({"seconds": 3.0}, "xcb", False),
        ({"screenshot": "out.png"}, "xcb", False),
        ({}, "offscreen", False),
    ],
)
def test_only_a_plain_start_that_somebody_sees_is_a_first_run(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, object], platform_name: str, plain: bool
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: platform_name))
    assert app_module._is_plain(Namespace(**asked)) is plain


class TestHelp:
    def test_keys_are_those_that_work_now_and_can_be_searched(self, window: MainWindow) -> None:
        window.preferences.set_keys("refresh", "Ctrl+R")
        window.actions_["keys"].trigger()
        dialog = window.help.dialog
        assert dialog is not None
        dialog.search.setText("microphones")
        table = dialog.table
        shown = [row for row in range(table.rowCount()) if not table.isRowHidden(row)]
        assert [(dialog._text(row, 0), dialog._text(row, 1)) for row in shown] == [
            ("Look for microphones", "Ctrl+R")
        ]
        dialog.accept()

    def test_about_names_versions_and_the_licence_of_the_weights_plainly(self, window: MainWindow) -> None:
        window.actions_["about"].trigger()
        assert window.help.dialog is not None
        told = words(window.help.dialog)
        window.help.dialog.accept()
        assert "CC BY-NC-SA 4.0" in told
        assert "no commercial use" in told
        assert "CC BY-NC-SA 4.0" in (ROOT / "models" / "zoo" / "README.md").read_text(encoding="utf-8")
        for name, package, licence in LICENCES:
            if package in {"", "numpy", "soxr"}:
                assert name in told
                assert licence in told

    def test_change_keys_leads_to_the_settings(self, window: MainWindow) -> None:
        window.help.show_keys()
        assert window.help.dialog is not None
        window.help.dialog.change_keys.emit()
        QApplication.processEvents()
        assert window.on("settings")
        assert window.settings_page.keys["freeze"].isVisible()
        assert window.help.dialog is None

    @pytest.mark.slow
    def test_diagnostics_are_what_the_doctor_tells(self, window: MainWindow, until: Until) -> None:
        QGuiApplication.clipboard().clear()
        window.help.copy_diagnostics()
        until(lambda: "model self-test" in QGuiApplication.clipboard().text(), timeout_s=120)
        text = QGuiApplication.clipboard().text()
        assert text.startswith("Emoscope ")
        assert "Python: " in text
        assert str(Path.home()) not in text or len(str(Path.home())) < 2


def test_diagnostics_hold_nothing_personal() -> None:
    checks = [
        {
            "name": "Python",
            "status": "ok",
            "detail": "3.12 (/home/anna/venv/bin/python)",
            "advice": "",
        },
        {
            "name": "microphone (default)",
            "status": "ok",
            "detail": "Anna's AirPods, ALSA, opens",
            "advice": "",
        },
        {
            "name": "model",
            "status": "failure",
            "detail": "'/data/anna/m.onnx' on annas-laptop",
            "advice": "See /home/anna/x",
        },
    ]
    text = diagnostics(
        checks,
        system="Linux 6.1, x86_64",
        home="/home/anna",
        user="anna",
        host="annas-laptop",
        changed=["theme"],
    )
    assert "anna" not in text.casefold()
    for part in ("~/venv/bin/python", "ok       microphone (default): opens", "Changed settings: theme"):
        assert part in text


_CRASHES_INSIDE = """
import os, signal, sys
from pathlib import Path
from desktop_app.gui.log_file import logged
def the_cause():
    os.kill(os.getpid(), signal.SIGSEGV)
with logged(Path(sys.argv[1])):
    the_cause()
"""


class TestLog:
    def test_failures_and_warnings_are_written_down_and_what_worked_is_not(
        self, window: MainWindow, tmp_path: Path
    ) -> None:
        home = str(Path.home())
        with logged(tmp_path / "log"):
            window.model.apply(Failure(f"The file '{home}/talk.wav' is damaged.", code="audio.damaged"))
            window.clear()
            window.model.new_speaker()
        text = (tmp_path / "log" / NAME).read_text()
        assert text.count("\n") == 1
        assert "WARNING" in text
        assert "audio.damaged: The file '~/talk.wav' is damaged." in text

    def test_without_trouble_there_is_no_file(self, tmp_path: Path) -> None:
        with logged(tmp_path / "log"):
            logging.getLogger("desktop_app.gui").info("all is well")
        assert not (tmp_path / "log").exists()

    def test_it_never_takes_more_room_than_it_may(self, tmp_path: Path) -> None:
        with logged(tmp_path):
            for number in range(1200):
                logging.getLogger("desktop_app.gui").error("%d %s", number, "x" * 2000)
        sizes = [path.stat().st_size for path in tmp_path.iterdir()]
        assert len(sizes) == OLDER_FILES + 1
        assert max(sizes) <= MOST_BYTES
        assert "1199 x" in (tmp_path / NAME).read_text()

    def test_a_place_that_cannot_be_written_to_is_no_crash(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Nor does it reach what some library has hung onto the root of all loggers."""
        (tmp_path / "file").write_text("x")
        of_a_library = logging.StreamHandler(sys.stderr)
        logging.getLogger().addHandler(of_a_library)
        with logged(tmp_path / "file" / "log"):
            logging.getLogger("desktop_app.gui").error("lost")
        logging.getLogger().removeHandler(of_a_library)
        assert "lost" not in capfd.readouterr().err

    def test_a_crash_is_logged_and_told_by_the_next_start(self, window: MainWindow, tmp_path: Path) -> None:
        died = subprocess.run(
            [sys.executable, "-c", _CRASHES_INSIDE, str(tmp_path)],
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert died.returncode < 0
        with logged(tmp_path) as crashed:
            assert crashed
            assert "the_cause" in (tmp_path / NAME).read_text()
            window.help.tell_of_crash()
        assert "crashed" in window.model.notice.message
        with logged(tmp_path) as crashed:
            assert not crashed
        assert [path.name for path in tmp_path.iterdir()] == [NAME]

    def test_its_folder_is_shown(
        self, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown: list[str] = []
        monkeypatch.setattr(help_module, "log_folder", lambda: tmp_path / "log")
        monkeypatch.setattr(
            help_module.QDesktopServices, "openUrl", lambda url: bool(shown.append(url.toLocalFile())) or True
        )
        window.actions_["log"].trigger()
        assert [Path(each) for each in shown] == [tmp_path / "log"]
        assert (tmp_path / "log").is_dir()


def test_a_language_without_a_translation_is_english(qapp: QApplication, tmp_path: Path) -> None:
    assert use_language(qapp, "de", tmp_path) == "en"
    assert use_language(qapp, "en") == "en"
    assert language_of("de") == "de"
    assert language_of("auto") in {"en", "de"}
