"""What can be taken back, its name, and until when."""

from __future__ import annotations

from collections.abc import Callable

from gui_events import engine, final, state, tick
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.core.types import CaptureState
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.undo import UndoStack
from desktop_app.gui.window import MainWindow


def test_what_was_done_last_is_taken_back_first_and_only_once() -> None:
    undone: list[str] = []
    stack = UndoStack()
    first = stack.push("one", lambda: undone.append("one"))
    stack.push("two", lambda: undone.append("two"))
    assert stack.latest is not None
    assert stack.latest.name == "two"
    assert stack.undo() is not None
    assert stack.undo() is first
    assert stack.undo() is None
    assert not first.undo()
    assert undone == ["two", "one"]


def test_what_is_not_possible_any_more_is_passed_over() -> None:
    possible = True
    now = 0.0
    undone: list[str] = []
    stack = UndoStack(lambda: now)
    stack.push("stays", lambda: undone.append("stays"))
    stack.push("depends", lambda: undone.append("depends"), possible=lambda: possible)
    stack.push("for a while", lambda: undone.append("for a while"), lasts_s=10.0)
    given_up = stack.push("given up", lambda: undone.append("given up"))
    given_up.give_up()
    assert stack.latest is not None
    assert stack.latest.name == "for a while"
    now = 10.0
    assert stack.latest.name == "depends"
    possible = False
    stack.undo()
    assert undone == ["stays"]


def heard(window: MainWindow) -> None:
    for event in (engine(), state(CaptureState.LISTENING), tick(3.0), final("sad", end_s=2.5)):
        window.model.apply(event)
    window.controller.changed.emit()


def test_clearing_is_a_command_that_one_key_undoes(window: MainWindow, qtbot: QtBot) -> None:
    clear, undo = window.actions_["clear"], window.actions_["undo"]
    assert not clear.isEnabled(), "there is nothing to clear"
    assert not undo.isEnabled()
    heard(window)
    assert clear.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert len(window.model.timeline) == 0
    assert window.live.headline.headline.title == "Listening"
    assert undo.text() == "Undo clear"
    assert window.banner.undo_button.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.live.headline.headline.title == "Sad"
    assert window.banner.message == ""
    assert not undo.isEnabled()


def test_the_button_of_a_message_takes_back_what_the_message_tells(window: MainWindow, qtbot: QtBot) -> None:
    undone: list[str] = []
    stack = window.model.undo
    step = stack.push("deletion", lambda: undone.append("deletion"))
    window.model.notify(Notice("It is deleted.", trouble=False, undo=step))
    window.show_changes()
    stack.push("something later", lambda: undone.append("later"))
    assert window.banner.undo_button.accessibleName() == "Undo deletion"
    qtbot.mouseClick(window.banner.undo_button, Qt.MouseButton.LeftButton)
    assert undone == ["deletion"]
    assert window.banner.message == ""
    assert stack.latest is not None
    assert stack.latest.name == "something later"


def test_clearing_is_for_the_live_page(window: MainWindow, until: Callable[..., None]) -> None:
    heard(window)
    window.go("recordings")
    assert not window.actions_["clear"].isEnabled()
    window.clear()
    assert len(window.model.timeline) == 1
