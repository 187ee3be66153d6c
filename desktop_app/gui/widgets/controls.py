"""Small controls that the sides of the page of sessions are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSizePolicy, QWidget


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


def text_of(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "secondary")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def named(widget: QWidget, name: str, tip: str) -> None:
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def button_of(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("density", "compact")
    named(button, text, tip)
    return button


def export_button(
    formats: Mapping[str, str], chosen: Callable[[str], object], parent: QWidget
) -> QPushButton:
    """A button whose menu has the formats; `chosen` is called with the name of one."""
    button = button_of("Export", "Save as a page, a table, subtitles or JSON", parent)
    menu = QMenu(button)
    menu.setAccessibleName("Export")
    for kind, title in formats.items():
        action = QAction(f"{title[:1].upper()}{title[1:]}…", menu)
        action.triggered.connect(lambda _=False, name=kind: chosen(name))
        menu.addAction(action)
    button.setMenu(menu)
    return button
