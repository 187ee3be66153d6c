"""Every text of the window passes through the translation, and German is complete and fits."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from access import cut
from gui_events import engine, final, partial, show_result, state, tick
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget
from test_small_windows import a_result
from tiny_model import make_tiny_model
from words_in_sight import english, pseudo, texts, untouched

from desktop_app.core import language
from desktop_app.core.types import CaptureState, EngineChanged, FinalResult, Prediction
from desktop_app.gui.language import use_language
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.lab import VIEWS as LAB_VIEWS
from desktop_app.gui.state.settings import Group
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.views import VIEWS
from desktop_app.gui.widgets.help_dialog import HelpDialog
from desktop_app.gui.window import MINIMUM_SIZE, MainWindow
from desktop_app.inference.package import read_content, read_manifest
from desktop_app.inference.shipped import shipped_model
from desktop_app.sessions.writer import About, SessionWriter

Until = Callable[..., None]
ROOT = Path(__file__).parents[2]
PAGES = [view.name for view in VIEWS]
AVD = ("arousal", "dominance", "valence")
pages = pytest.mark.parametrize("page", PAGES)
DATA = frozenset(
    ["Emoscope", "English", "Deutsch", "sounddevice", "pyaudio", "Return", "mono", "tiny", "talk", "One"]
) | frozenset(
    ["Hann", "Hamming", "Blackman", "Harris", "Bartlett", "Anna", "Some", "microphone", "MIT", "one"]
)
"""Names in these windows that are the same in every language, and what a person or a device is called."""
POINT = re.compile(r"\d\.\d(?!\d\d)")
"""A decimal point, which German writes as a comma; a point before three digits parts thousands."""
LICENCES = frozenset(
    ["NumPy", "pyqtgraph", "soxr", "SoundFile", "libsndfile", "PyAV", "FFmpeg", "PortAudio", "Silero"]
) | frozenset(["VAD", "BSD", "LGPL", "GPL", "Clause", "and", "Python", "for", "Runtime"])


def words_of_shipped() -> frozenset[str]:
    """What stands in the file that ships: its name, its corpora, how it was measured, its licence."""
    manifest = read_manifest(read_content(shipped_model()))
    told = [manifest.name, *manifest.trained_on.corpora, manifest.metrics.protocol, manifest.licence]
    return frozenset(re.findall(r"[^\W\d_]{3,}", " ".join(told)))


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    monkeypatch.setenv("EMOSCOPE_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn as text."""
    texts: list[str] = []
    draw = QPainter.drawText

    def noted(self: QPainter, *args: object) -> object:
        texts.extend(each for each in args if isinstance(each, str))
        return draw(self, *args)  # type: ignore[call-overload]

    monkeypatch.setattr(QPainter, "drawText", noted)
    return texts


@pytest.fixture
def translated(painted: list[str]) -> Iterator[Callable[..., None]]:
    """While a pseudo language is in use: whether each text of a widget comes from it, drawn ones as well."""
    language.install(pseudo)

    def check(widget: QWidget, names: frozenset[str] = DATA) -> None:
        painted.clear()
        widget.grab()
        found = [text for text in dict.fromkeys(painted) if untouched(text, names.__contains__)]
        found += english(widget, names.__contains__)
        assert not found, "\n".join(found)

    yield check
    language.install(None)


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    assert use_language(qapp, "de") == "de"
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    language.install(None)
    QLocale.setDefault(QLocale("en"))


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def show(window: MainWindow, page: str, tmp_path: Path) -> None:
    """A page with something on it."""
    uncertain = final("sad", 5.0, 1, 3.5, confidence=0.3, uncertain=True)
    for event in (engine(), state(CaptureState.LISTENING), tick(3.0), final("surprised", 3.0), uncertain):
        window.model.apply(event)
    window.controller.changed.emit()
    if page == "recordings":
        show_result(window, a_result(tmp_path / "talk.wav"))
    window.go(page)
    settle()


def test_a_text_that_was_not_translated_is_found() -> None:
    assert untouched(f"{pseudo('Drop {name}').format(name='a file')} or not") == ["not"]
    assert untouched(pseudo("All of it")) == []


# The fixture of the language comes before that of the window, which is made in it.
class TestEveryTextIsTranslated:
    @pages
    def test_of_each_page(
        self, translated: Callable[..., None], window: MainWindow, page: str, tmp_path: Path
    ) -> None:
        show(window, page, tmp_path)
        # The file that ships is listed as soon as it is read: what it says of itself is as it is.
        translated(window, DATA | words_of_shipped() if page == "models" else DATA)

    def test_before_a_model_is_loaded_and_when_something_is_wrong(
        self, translated: Callable[..., None], window: MainWindow
    ) -> None:
        translated(window)
        window.model.apply(engine())
        window.clear()
        for value in (CaptureState.MUTED, CaptureState.NO_MICROPHONE, CaptureState.PAUSED):
            window.model.apply(state(value))
            window.controller.changed.emit()
            settle()
            translated(window)

    def test_of_the_table_of_utterances_and_of_an_empty_list_of_recordings(
        self, translated: Callable[..., None], window: MainWindow, tmp_path: Path
    ) -> None:
        show(window, "live", tmp_path)
        window.model.apply(partial("happy", 6.0, 2))
        window.live.show_utterances(True)
        window.live.timeline.freeze(True)
        settle()
        translated(window)

    def test_of_a_model_of_dimensions(self, translated: Callable[..., None], window: MainWindow) -> None:
        said = Prediction((), (), "", 0.0, False, dimensions=AVD, values=(0.9, 0.5, 0.2))
        for event in (
            EngineChanged("One", (), "CPUExecutionProvider", dimensions=AVD),
            state(CaptureState.LISTENING),
            tick(3.0),
            FinalResult(0, 0.2, 2.0, said, 20.0),
        ):
            window.model.apply(event)
        window.controller.changed.emit()
        settle()
        translated(window)

    @pytest.mark.parametrize("command", ["keys", "about", "welcome"])
    def test_of_help_and_of_the_first_run(
        self, translated: Callable[..., None], window: MainWindow, command: str
    ) -> None:
        window.actions_[command].trigger()
        dialog = window.help.dialog if command != "welcome" else window.help.welcomed
        assert dialog is not None
        settle()
        if isinstance(dialog, HelpDialog):
            for button in dialog.tabs.findChildren(QWidget):
                button.setAccessibleName("")  # Qt's own
        translated(dialog, DATA | LICENCES)
        dialog.accept()

    def test_of_kept_sessions(
        self, translated: Callable[..., None], window: MainWindow, until: Until, tmp_path: Path
    ) -> None:
        writer = SessionWriter(tmp_path / "sessions", About("microphone", name="Anna"), lambda _: None)
        writer.start()
        writer.post(engine())
        for number in range(3):
            writer.post(final("happy", 3.0 * number + 2, number, 3.0 * number, uncertain=number == 2))
        assert writer.stop()
        window.go("sessions")
        page = window.sessions_page
        until(lambda: len(page.list.table.rows.sessions) == 1)
        translated(window)
        window.sessions.open(writer.session or 0)
        until(lambda: page.side == "opened")
        translated(window)

    def test_of_models_that_are_compared(
        self,
        translated: Callable[..., None],
        window: MainWindow,
        until: Until,
        tmp_path: Path,
        model_file: Path,
    ) -> None:
        (tmp_path / "models").mkdir()
        make_tiny_model(tmp_path / "models" / "one.onnx", manifest={"name": "One"}, sharpness=30)
        window.controller.rest()
        window.start(SourceChoice("demo"), model_file, list_devices=False)
        until(lambda: window.controller.engine is not None)
        window.go("models")
        until(lambda: len(window.models_page.list.rows.rows) >= 2)
        rows = {row.title: row.model for row in window.models_page.list.rows.rows}
        names = DATA | frozenset(word for title in rows for word in title.split())
        translated(
            window, names | frozenset(["whisper", "base", "tuned", "Made", "for", "tests", "Unlicense"])
        )

    @pytest.mark.parametrize("view", [view.name for view in LAB_VIEWS if not view.by_worker])
    def test_of_the_lab(
        self, translated: Callable[..., None], window: MainWindow, until: Until, view: str, tmp_path: Path
    ) -> None:
        times = np.arange(32_000) / 16_000
        sound = sum(0.1 * np.sin(2 * np.pi * 150.0 * k * times) / k for k in range(1, 8))
        soundfile.write(tmp_path / "talk.wav", sound, 16_000)
        window.go("lab")
        page: Any = window.pages.page("lab")
        window.lab.read(tmp_path / "talk.wav", 0.0, 2.0)
        until(lambda: page.clip is not None)
        page.choose(view)
        until(lambda: window.lab.result is not None or view == "heard")
        settle()
        translated(window)


def test_no_text_lacks_its_german() -> None:
    script = ROOT / "scripts" / "translations.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("german")
class TestGermanFits:
    @pages
    def test_into_the_smallest_window(
        self, painted: list[str], window: MainWindow, page: str, tmp_path: Path
    ) -> None:
        window.resize(*MINIMUM_SIZE)
        show(window, page, tmp_path)
        assert cut(window) == []
        window.grab()
        shown = [*painted, *(text for _, text in texts(window))]
        assert [text for text in shown if POINT.search(text) and "CC BY" not in text] == []

    @pytest.mark.parametrize("value", [CaptureState.NO_MICROPHONE, CaptureState.MUTED, CaptureState.PAUSED])
    def test_beside_a_message_with_buttons(self, window: MainWindow, value: CaptureState) -> None:
        window.resize(*MINIMUM_SIZE)
        for event in (engine(), state(value)):
            window.model.apply(event)
        window.controller.changed.emit()
        settle()
        assert cut(window) == []

    def test_beside_a_model(self, window: MainWindow, until: Until, tmp_path: Path, model_file: Path) -> None:
        (tmp_path / "models").mkdir()
        make_tiny_model(tmp_path / "models" / "one.onnx", manifest={"name": "One"}, sharpness=30)
        window.resize(*MINIMUM_SIZE)
        window.controller.rest()
        window.start(SourceChoice("demo"), model_file, list_devices=False)
        until(lambda: window.controller.engine is not None)
        window.go("models")
        until(lambda: len(window.models_page.list.rows.rows) >= 2)
        settle()
        assert cut(window) == []

    @pytest.mark.parametrize("group", [group for group in Group if group])
    def test_into_the_settings(self, window: MainWindow, group: Group) -> None:
        window.resize(*MINIMUM_SIZE)
        window.go("settings")
        window.settings_page.show_group(group)
        settle()
        assert cut(window) == []

    @pytest.mark.parametrize("command", ["keys", "about", "welcome"])
    def test_into_help_and_the_first_run(self, window: MainWindow, command: str) -> None:
        window.resize(*MINIMUM_SIZE)
        settle()
        window.actions_[command].trigger()
        dialog = window.help.dialog if command != "welcome" else window.help.welcomed
        assert dialog is not None
        settle()
        assert cut(dialog) == []
        dialog.accept()


def test_keys_are_called_as_the_language_calls_them(
    german: None, qapp: QApplication, theme: ThemeManager, window: MainWindow
) -> None:
    assert "(Strg+O)" in window.toolbar.open.toolTip()
    assert window.toolbar.open.accessibleName() == "Aufnahme öffnen"
