"""The column at the left edge that leads to the pages."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens


class Navigation(QWidget):
    """One button a page, of which exactly one is down."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Pages"))
        self._buttons: dict[str, tuple[QToolButton, str]] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.S, Space.M, 0, Space.M)
        self._column.setSpacing(Space.XS)
        self._column.addStretch(1)

    def add(self, name: str, title: str, sign: str, tip: str) -> None:
        """A page, below those before."""
        button = QToolButton(self)
        button.setText(title)
        button.setProperty("role", "page")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(f"{title}: {tip[:1].lower()}{tip[1:]}")
        button.setAccessibleName(title)
        button.setAccessibleDescription(tip)
        button.clicked.connect(lambda _=False: self.chosen.emit(name))
        self._group.addButton(button)
        self._buttons[name] = (button, sign)
        self._column.insertWidget(self._column.count() - 1, button)

    def set_narrow(self, narrow: bool) -> None:
        """Signs alone where there is no room for titles; these are in the tooltips then."""
        style = Qt.ToolButtonStyle
        for button, _ in self._buttons.values():
            button.setProperty("narrow", narrow)
            button.setToolButtonStyle(style.ToolButtonIconOnly if narrow else style.ToolButtonTextUnderIcon)
            button.style().unpolish(button)
            button.style().polish(button)
            button.updateGeometry()  # which knows only now how wide it is
        self._column.setContentsMargins(Space.XS if narrow else Space.S, Space.M, 0, Space.M)
        self._column.invalidate()
        self.setFixedWidth(self._column.sizeHint().width())  # the row would keep the width it had

    def button(self, name: str) -> QToolButton:
        return self._buttons[name][0]

    def show_page(self, name: str) -> None:
        self._buttons[name][0].setChecked(True)

    def apply_theme(self, tokens: Tokens) -> None:
        for button, sign in self._buttons.values():
            button.setIcon(icon(sign, tokens.ink_secondary, tokens.ink_muted))
