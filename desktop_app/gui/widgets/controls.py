"""Small controls, each with its name, its tooltip and what screen readers say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop_app.core.language import tr


class ElidedLabel(QLabel):
    """A line of text that ends in dots where there is no room; the tooltip has all of it."""

    def __init__(self, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(60)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole(self) -> str:
        return self._whole

    def show_text(self, text: str) -> None:
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


class SearchField(QLineEdit):
    """A line of text to search or filter by, with a button that empties it, which screen readers can name."""

    def __init__(self, name: str, tip: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setMaxLength(200)
        self.setClearButtonEnabled(True)
        named(self, name, tip)
        for button in self.findChildren(QToolButton):  # Qt's own, without a name
            named(button, tr("Clear"), tr("Empty the field"))


def keys_text(keys: str) -> str:
    """Keys as people read them, in the language of the window: `Ctrl+O` is `Strg+O` in German."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys


def text_of(parent: QWidget) -> QLabel:
    """Words in the second colour, as many lines as they need."""
    label = QLabel(parent)
    label.setProperty("role", "secondary")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def named(widget: QWidget, name: str, tip: str) -> None:
    """Call it `name`; `tip` is its tooltip, and what screen readers say after the name."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def press_focused(event: QKeyEvent) -> bool:
    """Press the button that has the keyboard, if the event is Enter, which Qt takes in dialogs alone."""
    if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter} or event.isAutoRepeat():
        return False
    button = QApplication.focusWidget()
    if not isinstance(button, QAbstractButton) or not button.isEnabled():
        return False
    button.click()
    return True


def button_of(text: str, tip: str, parent: QWidget, *, compact: bool = False) -> QPushButton:
    """A button that is called as it reads; `compact`: with less room around its text."""
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if compact:
        button.setProperty("density", "compact")
    named(button, text, tip)
    return button


def export_button(
    formats: Mapping[str, str], chosen: Callable[[str], object], parent: QWidget
) -> QPushButton:
    """A button whose menu has the formats; `chosen` is called with the name of one."""
    button = button_of(tr("Export"), tr("Save as a page, a table, subtitles or JSON"), parent, compact=True)
    menu = QMenu(button)
    menu.setAccessibleName(tr("Export"))
    for kind, what in formats.items():
        title = tr(what)
        action = QAction(f"{title[:1].upper()}{title[1:]}…", menu)
        action.triggered.connect(lambda _=False, name=kind: chosen(name))
        menu.addAction(action)
    button.setMenu(menu)
    return button
