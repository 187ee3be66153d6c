"""What the keyboard reaches in a window, and which texts are cut off: for tests of every page."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from desktop_app.gui.widgets.controls import ElidedLabel

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit, QTabBar)
_MOST = 400
_MAY_BREAK = "\u200b"  # in a path: a line may end there


def controls(window: QWidget) -> list[QWidget]:
    """All that a person can use with the mouse now."""
    found = [child for kind in CONTROLS for child in window.findChildren(kind)]
    return [each for each in dict.fromkeys(found) if _usable(each)]


def _usable(control: QWidget) -> bool:
    if not control.isVisible() or not control.isEnabled() or isinstance(control, QScrollBar):
        return False
    parent = control.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractItemView | QComboBox | QLineEdit):
            return False  # Qt's own parts of a control that has the keyboard
        parent = parent.parentWidget()
    return True


def tabbed(window: QWidget) -> list[QWidget]:
    """What has the keyboard one after the other while Tab is pressed, until it begins again."""
    window.setFocus()
    seen: list[QWidget] = []
    for _ in range(_MOST):
        target = QApplication.focusWidget() or window
        QTest.keyClick(target, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in seen:
            return seen
        seen.append(now)
    raise AssertionError("Tab finds no end")


def missed(window: QWidget) -> list[str]:
    """The controls that no Tab reaches; of buttons of which one is down, the arrow keys reach the others."""
    reached = tabbed(window)
    groups = [each.group() for each in reached if isinstance(each, QAbstractButton) and each.group()]
    return [
        f"{type(control).__name__} '{control.accessibleName()}'"
        for control in controls(window)
        if control not in reached
        and not (isinstance(control, QAbstractButton) and control.group() in groups and control.group())
    ]


def cut(window: QWidget) -> list[str]:
    """The labels and buttons in sight whose texts are not whole, each with why."""
    wrong = []
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text() and not isinstance(label, ElidedLabel):
            wrong += _cut_label(label)
    for button in window.findChildren(QAbstractButton):
        text = button.text()
        shows = not isinstance(button, QToolButton) or (
            button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        if button.isVisible() and text and shows and not isinstance(button, QCheckBox):
            needed = QFontMetrics(button.font()).horizontalAdvance(text.replace("&", ""))
            if needed > button.width():
                wrong.append(f"button '{text}' needs {needed} px and has {button.width()}")
            wrong += _outside(button, text)
    return wrong


def _cut_label(label: QLabel) -> list[str]:
    if label.wordWrap():
        needed = QSize(label.width(), label.heightForWidth(label.width()))
        words = max(
            QFontMetrics(label.font()).horizontalAdvance(word)
            for word in label.text().replace(_MAY_BREAK, " ").split()
        )
        needed.setWidth(min(words, 10_000))
    else:
        needed = label.sizeHint()
    text = label.text()[:40]
    if needed.width() > label.width() + 1 or needed.height() > label.height() + 1:
        return [f"label '{text}' needs {needed.toTuple()} px and has {label.size().toTuple()}"]
    return _outside(label, text)


def _outside(widget: QWidget, text: str) -> list[str]:
    """Whether a parent cuts it off; what can be scrolled to is whole there."""
    child, parent = widget, widget.parentWidget()
    box = QRect(widget.rect())
    while parent is not None:
        box = (
            QRect(child.mapTo(parent, box.topLeft()), box.size())
            if child is widget
            else box.translated(child.pos())
        )
        scrolls = isinstance(parent.parentWidget(), QScrollArea)
        room = parent.rect()
        if scrolls:
            if box.left() < room.left() or box.right() > room.right():
                return [f"'{text}' lies at the side of what is scrolled"]
            return []
        if not room.adjusted(-1, -1, 1, 1).contains(box):
            return [f"'{text}' is cut off by {type(parent).__name__}"]
        if parent.isWindow():
            return []
        child, parent = parent, parent.parentWidget()
    return []
