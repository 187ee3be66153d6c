"""What all drawn widgets share: the theme's tokens and a name for people who do not see them."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.gui.look.theme import LIGHT, Tokens


class Canvas(QWidget):
    """A widget drawn by hand. Subclasses draw with `self.tokens`, never with a colour of their own."""

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens: Tokens = LIGHT
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def apply_theme(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.update()

    def lie_on_card(self) -> None:
        """Fill the ground with the colour of the card: else Qt draws all that lies beneath, each time."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def fill_ground(self, painter: QPainter, area: QRect) -> None:
        """What `lie_on_card` promises."""
        painter.fillRect(area, QColor(self.tokens.surface))

    @property
    def in_sight(self) -> bool:
        """Somebody may look at it: its page is shown, and the window is not minimized."""
        return self.isVisible() and not self.window().isMinimized()

    def describe(self, text: str) -> None:
        """Change what a screen reader reads here."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def focus_ring(self, painter: QPainter, area: QRect | None = None) -> None:
        """Show where the keyboard is: around all of the widget, or `area` where texts reach its edges."""
        if self.hasFocus():
            area = self.rect() if area is None else area
            painter.setPen(QPen(QColor(self.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say `text`; sparing use is the caller's duty. What the widget is called stays."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def tint(colour: QColor | str, alpha: float) -> QColor:
    """The colour with an opacity of 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made
