"""What all drawn widgets share: the theme's tokens and a name for people who do not see them."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.gui.look.theme import LIGHT, Tokens
from desktop_app.gui.widgets.accessible import Paced, WidgetInterface, tell_of


class Canvas(QWidget):
    """A widget drawn by hand. Subclasses draw with `self.tokens`, never with a colour of their own.

    Attributes
    ----------
    role : QAccessible.Role
        What a screen reader calls it.
    """

    role = QAccessible.Role.Graphic

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tell_of(Canvas, _interface)
        self._paced: Paced | None = None
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
        """Change what a screen reader reads here; at the most once a second while one listens."""
        if not QAccessible.isActive():
            self._describe(text)
            return
        if self._paced is None:
            self._paced = Paced(self._describe, self, keep=1)
        self._paced.say(text)

    def _describe(self, text: str) -> None:
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    @property
    def accessible_value(self) -> str:
        """What it holds, for a screen reader; empty if that is no value."""
        return ""

    def focus_ring(self, painter: QPainter, area: QRect | None = None) -> None:
        """Show where the keyboard is: around all of the widget, or `area` where texts reach its edges."""
        if self.hasFocus():
            area = self.rect() if area is None else area
            painter.setPen(QPen(QColor(self.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)


def _interface(widget: QWidget) -> WidgetInterface | None:
    if not isinstance(widget, Canvas):
        return None
    return WidgetInterface(widget, widget.role, lambda: widget.accessible_value)


def tint(colour: QColor | str, alpha: float) -> QColor:
    """The colour with an opacity of 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made
