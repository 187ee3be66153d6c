"""What controls are called: by their words, tooltips, screen readers and the menu, all alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from gui_events import engine, state
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)

from desktop_app.core.types import CaptureState
from desktop_app.gui.commands import COMMANDS, Command
from desktop_app.gui.views import VIEWS
from desktop_app.gui.widgets.canvas import Canvas
from desktop_app.gui.window import MainWindow

KINDS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit, QProgressBar, Canvas)
OF_QT = (QHeaderView, QScrollBar)
INSIDE = (QAbstractItemView, QComboBox)
"""Qt's own parts of a control are named by it."""
OF_FOCUSED = {"F2", "F10", "Del", "Enter"}
"""Keys that belong to the control with the focus, or to the menu, and to no command."""
KEY = re.compile(r"\(((?:(?:Ctrl|Alt|Shift)\+)*[A-Z]\w*)\)")


@pytest.fixture
def controls(window: MainWindow) -> list[QWidget]:
    """Of all pages."""
    window.model.apply(engine())
    window.model.apply(state(CaptureState.NO_MICROPHONE))
    window.controller.changed.emit()
    for view in VIEWS:
        window.go(view.name)
    window.go("live")
    found = dict.fromkeys(child for kind in KINDS for child in window.findChildren(kind))
    return [child for child in found if not isinstance(child, OF_QT) and not _inside_another(child)]


def _inside_another(control: QWidget) -> bool:
    parent = control.parentWidget()
    while parent is not None:
        if isinstance(parent, INSIDE):
            return True
        parent = parent.parentWidget()
    return False


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.casefold()))


def text_of(command: Command, window: MainWindow) -> str:
    return command.text(window) if callable(command.text) else command.text


def value_of(control: QWidget) -> str:
    """What a control holds, where that is not what it is called."""
    if isinstance(control, QComboBox):
        return control.currentText()
    if isinstance(control, QLineEdit | QProgressBar):
        return control.text()
    return ""


def test_every_control_has_a_name_that_is_not_its_value_a_description_and_a_tooltip(
    controls: list[QWidget],
) -> None:
    for control in controls:
        name = control.accessibleName()
        assert name, control
        assert name != value_of(control), "its value is no name"
        if not isinstance(control, Canvas):
            assert control.accessibleDescription(), name
            assert control.toolTip(), name
            assert control.toolTip() != name, "a tooltip says more than the name does"
    assert len(controls) >= 60


def test_what_stands_on_a_button_is_what_it_is_called(controls: list[QWidget]) -> None:
    for button in controls:
        text = words(button.text()) if isinstance(button, QAbstractButton) else set()
        if text and not button.text()[0].isdigit():  # such as "1 ×": what it holds
            name = words(button.accessibleName())
            assert text <= name or name <= text, (button.text(), button.accessibleName())


def test_a_key_in_a_tooltip_does_what_the_menu_says(window: MainWindow, controls: list[QWidget]) -> None:
    of_key: dict[str, list[set[str]]] = {}
    for command in COMMANDS:
        of_key.setdefault(command.keys, []).append(words(text_of(command, window)))
    of_page = {command.keys for command in COMMANDS if command.shown_only}
    checked = set()
    for control in controls:
        for key in KEY.findall(control.toolTip()):
            if key in OF_FOCUSED | of_page:  # those are the page's where it has something for them
                continue
            name = words(control.accessibleName())
            assert key in of_key, control.toolTip()
            assert any(name <= of or of <= name for of in of_key[key]), (control.accessibleName(), key)
            checked.add(key)
    assert len(checked) >= 12


def test_each_command_is_told_apart_by_its_words_and_its_keys(window: MainWindow) -> None:
    texts = [text_of(command, window) for command in COMMANDS]
    keys = [command.keys for command in COMMANDS if command.keys and not command.shown_only]
    assert len(texts) == len(set(texts))
    assert len(keys) == len(set(keys))
    for command, text in zip(COMMANDS, texts, strict=True):
        assert command.tip.rstrip(".") != text, "a tip says more than the words do"


def test_the_menu_is_short_and_every_command_stands_in_it_or_in_a_submenu(window: MainWindow) -> None:
    menu = window.actions_.menu
    below = {each.text(): each.menu().actions() for each in menu.actions() if each.menu() is not None}
    assert len(menu.actions()) <= 22
    assert all(len(actions) <= 8 for actions in below.values())
    reached = [*menu.actions(), *(action for actions in below.values() for action in actions)]
    for command in COMMANDS:
        assert window.actions_[command.name] in reached, command.name
        assert window.actions_[command.name] in below.get(command.menu, menu.actions())


def test_a_page_is_called_alike_in_the_menu_and_in_the_navigation(window: MainWindow) -> None:
    shown = {button.text() for button in _of_navigation(window)}
    assert shown == {view.title for view in VIEWS}
    for view in VIEWS:
        assert window.actions_[f"page_{view.name}"].text() == view.title
        assert window.actions_[f"page_{view.name}"].toolTip() == view.tip


def _of_navigation(window: MainWindow) -> Iterator[QAbstractButton]:
    return iter(window.navigation.findChildren(QAbstractButton))
