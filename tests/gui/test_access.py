"""By keyboard alone, with a screen reader, in small windows and at any size of the pixels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from access import cut, missed, tabbed
from gui_events import LABELS, engine, final, show_result, state, tick
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from test_small_windows import a_result

from desktop_app.core.types import CaptureState
from desktop_app.gui.state.settings import Group
from desktop_app.gui.views import VIEWS
from desktop_app.gui.widgets.accessible import Paced
from desktop_app.gui.widgets.bars import BarsWidget
from desktop_app.gui.widgets.canvas import Canvas
from desktop_app.gui.window import DEFAULT_SIZE, MINIMUM_SIZE, MainWindow

PAGES = [view.name for view in VIEWS]
SIZES = [MINIMUM_SIZE, DEFAULT_SIZE, (3840, 2160)]
pages = pytest.mark.parametrize("page", PAGES)


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def show(window: MainWindow, page: str, size: tuple[int, int], tmp_path: Path) -> None:
    """A page with something on it."""
    window.resize(*size)
    for event in (engine(), state(CaptureState.LISTENING), tick(3.0), final("surprised", 3.0)):
        window.model.apply(event)
    window.controller.changed.emit()
    if page == "recordings":
        show_result(window, a_result(tmp_path / "talk.wav"))
    window.go(page)
    settle()


@pages
def test_tab_reaches_every_control_of_each_page(window: MainWindow, page: str, tmp_path: Path) -> None:
    show(window, page, DEFAULT_SIZE, tmp_path)
    window.activateWindow()
    assert missed(window) == []
    assert len(tabbed(window)) >= 8


def test_enter_presses_the_button_that_has_the_keyboard(window: MainWindow) -> None:
    pressed: list[bool] = []
    window.go("voices")
    settle()
    window.activateWindow()
    button = next(one for one in tabbed(window) if isinstance(one, QPushButton) and one.menu() is None)
    button.clicked.disconnect()
    button.clicked.connect(lambda: pressed.append(True))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(pressed) == 2


def test_these_tests_can_fail(window: MainWindow) -> None:
    window.go("voices")
    window.voices_page.take_in.setFixedWidth(20)
    window.voices_page.promise.setFixedHeight(4)
    window.voices_page.teach_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    settle()
    assert len(cut(window)) == 2
    assert missed(window) == ["QPushButton 'Teach a voice…'"]


def test_the_arrow_keys_lead_from_page_to_page(window: MainWindow) -> None:
    window.navigation.button("live").setFocus()
    for page in PAGES[1:]:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        if not window.on(page):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert window.on(page)


@pages
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_text_is_cut_off(window: MainWindow, page: str, size: tuple[int, int], tmp_path: Path) -> None:
    show(window, page, size, tmp_path)
    assert cut(window) == []


@pytest.mark.parametrize("group", [group for group in Group if group])
def test_no_setting_is_cut_off(window: MainWindow, group: Group) -> None:
    window.settings.shortcuts = {"refresh": "Ctrl+Alt+Shift+R"}
    window.actions_.use_keys(window.settings.shortcuts)
    window.resize(*MINIMUM_SIZE)
    window.go("settings")
    window.settings_page.show_group(group)
    settle()
    assert cut(window) == []
    assert missed(window) == []


@pytest.mark.parametrize("command", ["keys", "about", "welcome"])
def test_dialogs_are_whole_and_reached_by_tab_in_the_smallest_window(
    window: MainWindow, command: str
) -> None:
    window.resize(*MINIMUM_SIZE)
    settle()
    window.actions_[command].trigger()
    dialog = window.help.dialog if command != "welcome" else window.help.welcomed
    assert dialog is not None
    settle()
    assert cut(dialog) == []
    assert missed(dialog) == []
    dialog.accept()


PROGRAM = """
import json, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]).parent)]
from gui_events import engine, final, state, tick
from access import cut
from PySide6.QtWidgets import QApplication, QPushButton
from desktop_app.core.types import CaptureState
from desktop_app.gui.app import _application
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.plots.later import import_plots
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.views import VIEWS
from desktop_app.gui.window import MINIMUM_SIZE, MainWindow
app = _application()
import_plots()
window = MainWindow(ThemeManager(app, "light"), Settings(), None, remember=False)
window.show()
found = {"ratio": window.devicePixelRatio()}
for view in VIEWS:
    window.resize(*MINIMUM_SIZE)
    for event in (engine(), state(CaptureState.LISTENING), tick(3.0), final("surprised", 3.0)):
        window.model.apply(event)
    window.controller.changed.emit()
    window.go(view.name)
    for _ in range(6):
        app.processEvents()
    found[view.name] = cut(window)
window.close()
print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["1.5", "2", "3"])
def test_no_text_is_cut_off_at_other_sizes_of_the_pixels(scale: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("ratio") == float(scale)
    assert found == {page: [] for page in PAGES}


class TestScreenReader:
    def test_of_many_texts_in_a_second_the_first_and_the_last_are_told(
        self, window: MainWindow, until: Callable[..., None]
    ) -> None:
        now = [0.0]
        told: list[str] = []
        paced = Paced(told.append, window, keep=1, clock=lambda: now[0])
        for number in range(20):
            paced.say(f"happy {number} %")
        assert told == ["happy 0 %"]
        now[0] = 1.1
        until(lambda: len(told) == 2)
        assert told[1] == "happy 19 %"

    def test_different_things_that_come_at_once_are_all_told_in_turn(self, window: MainWindow) -> None:
        told: list[str] = []
        paced = Paced(told.append, window, clock=lambda: 5.0)
        for text in ("Happy 80 %.", "Paused.", "The file is damaged."):
            paced.say(text)
        paced.flush()
        assert told == ["Happy 80 %.", "Paused. The file is damaged."]

    def test_while_one_listens_what_is_drawn_changes_its_words_once_a_second(
        self, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: True))
        canvas = Canvas("Level", "")
        changed: list[str] = []
        canvas._describe = changed.append  # type: ignore[method-assign]
        for number in range(50):
            canvas.describe(str(number))
        assert changed == ["0"]
        canvas.deleteLater()

    def test_what_is_drawn_has_a_role_a_name_and_words(self, window: MainWindow, tmp_path: Path) -> None:
        show(window, "live", DEFAULT_SIZE, tmp_path)
        live = window.live
        for widget, role in (
            (live.meter, QAccessible.Role.Slider),
            (live.bars, QAccessible.Role.Chart),
            (live.headline._canvas, QAccessible.Role.StaticText),
        ):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.role() == role
            assert interface.text(QAccessible.Text.Name) == widget.accessibleName()
            assert interface.text(QAccessible.Text.Description) == widget.accessibleDescription() != ""
        meter = QAccessible.queryAccessibleInterface(live.meter)
        assert "dBFS" in meter.text(QAccessible.Text.Value)
        assert isinstance(live.bars, BarsWidget)
        assert live.bars.labels == LABELS
