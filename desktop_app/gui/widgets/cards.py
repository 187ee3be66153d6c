"""A titled surface that holds one part of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Space


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


class ScrollArea(QScrollArea):
    """Asks for the height that its content needs at least, up to a limit."""

    def __init__(self, content: QWidget, limit: int) -> None:
        super().__init__()
        self._content, self._limit = content, limit
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        needed = self._content.minimumSizeHint()
        return QSize(needed.width(), min(self._limit, needed.height()))

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._content.sizeHint()

    def set_limit(self, limit: int) -> None:
        """From how many pixels on it may scroll."""
        if limit != self._limit:
            self._limit = limit
            self.updateGeometry()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.LayoutRequest:  # the content needs another height now
            self.updateGeometry()
        return super().viewportEvent(event)


def scrolled(widget: QWidget, name: str, limit: int) -> ScrollArea:
    """The widget in a frame, which scrolls where it needs more than `limit` pixels and has less."""
    area = ScrollArea(widget, limit)
    area.setObjectName("bare")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    area.setAccessibleDescription(tr("Scrolls with the arrow keys"))
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
