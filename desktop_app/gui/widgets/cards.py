"""A titled surface that holds one part of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.gui.theme import Space


def section(text: str, parent: QWidget | None = None) -> QLabel:
    """The small heading over a part."""
    label = QLabel(text, parent)
    label.setProperty("role", "section")
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return label


class Card(QFrame):
    """A rounded surface; `body` is its layout."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self.body.setSpacing(Space.S)
        if title:
            self.body.addWidget(section(title, self))


def scrolled(widget: QWidget, name: str) -> QScrollArea:
    """The widget in a frame that scrolls once there is not room enough for it."""
    area = QScrollArea()
    area.setObjectName("bare")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    area.setAccessibleName(name)
    area.setAccessibleDescription("Scrolls with the arrow keys")
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
