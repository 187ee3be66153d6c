"""Every text of the window passes through the translation, and German is complete and fits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gui_events import engine, final, show_result, state, tick
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from test_small_windows import a_result
from words_in_sight import english, pseudo, untouched

from desktop_app.core import language
from desktop_app.core.types import CaptureState
from desktop_app.gui.language import use_language
from desktop_app.gui.views import VIEWS
from desktop_app.gui.window import MainWindow

ROOT = Path(__file__).parents[2]
PAGES = [view.name for view in VIEWS]
DATA = {"Emoscope", "Silero", "tiny", "talk", "Return"}
"""Names in these windows that are the same in every language."""


@pytest.fixture
def pseudo_language() -> Iterator[None]:
    language.install(pseudo)
    yield
    language.install(None)


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    assert use_language(qapp, "de") == "de"
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    language.install(None)


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def show(window: MainWindow, page: str, tmp_path: Path) -> None:
    """A page with something on it."""
    for event in (engine(), state(CaptureState.LISTENING), tick(3.0), final("surprised", 3.0)):
        window.model.apply(event)
    window.controller.changed.emit()
    if page == "recordings":
        show_result(window, a_result(tmp_path / "talk.wav"))
    window.go(page)
    settle()


def is_data(word: str) -> bool:
    return word in DATA


def test_a_text_that_was_not_translated_is_found() -> None:
    assert untouched(f"{pseudo('Drop {name}').format(name='a file')} or not") == ["not"]
    assert untouched(pseudo("All of it")) == []


@pytest.mark.usefixtures("pseudo_language")
class TestEveryTextIsTranslated:
    @pytest.mark.parametrize("page", PAGES)
    def test_of_each_page(self, window: MainWindow, page: str, tmp_path: Path) -> None:
        show(window, page, tmp_path)
        assert not english(window, is_data), "\n".join(english(window, is_data))


def test_no_text_lacks_its_german() -> None:
    script = ROOT / "scripts" / "translations.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
