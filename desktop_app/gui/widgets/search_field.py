"""A line of text to search or filter by."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

_CLEAR = "Empty the field"


class SearchField(QLineEdit):
    """With a button that empties it, which screen readers can name."""

    def __init__(self, name: str, tip: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setMaxLength(200)
        self.setClearButtonEnabled(True)
        self.setAccessibleName(name)
        self.setAccessibleDescription(tip)
        self.setToolTip(tip)
        for button in self.findChildren(QToolButton):  # Qt's own, without a name
            button.setAccessibleName("Clear")
            button.setAccessibleDescription(_CLEAR)
            button.setToolTip(_CLEAR)
