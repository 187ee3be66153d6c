"""A setting on its page: what it is, what it is changed with, and how to have the default again."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.state.settings_rows import Control, Row
from desktop_app.gui.widgets.controls import button_of, named, text_of
from desktop_app.gui.widgets.keys_button import KeysButton
from desktop_app.gui.widgets.pickers import Picker

_WIDTH: Final = 232  # of the control
_NARROW_WIDTH: Final = 196


class _Row(QWidget):
    """Title, what is said of it, room for a control, and the button that takes a change back.

    A changed one has a bar at its left edge, beside that button.
    """

    reset = Signal(str)
    _note = "note"  # how what is told looks

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.is_changed = False
        self._tokens = LIGHT
        self.title = QLabel(title, self)
        self.title.setWordWrap(True)
        self.title.setProperty("role", "setting")
        self.help: QLabel | None = None
        self.told: QLabel | None = None
        self.back = QToolButton(self)
        self.back.setProperty("role", "small")
        self.back.setIconSize(QSize(14, 14))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(
            self.back, tr("Reset “{title}”").format(title=title), tr("It was changed: take the default again")
        )
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        self.back.hide()
        self.back.clicked.connect(lambda: self.reset.emit(self.name))
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(Space.L, Space.S + 2, Space.M, Space.S + 2)
        self.grid.setHorizontalSpacing(Space.M)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(0, 1)
        self.grid.addWidget(self.title, 0, 0, Qt.AlignmentFlag.AlignVCenter)

    def place(self, control: QWidget, lines: int) -> None:
        """Put the control at the right, beside so many lines, before the button that takes a change back."""
        self._control = control
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        self.grid.addWidget(control, 0, 1, lines, 1, middle)
        self.grid.addWidget(self.back, 0, 2, lines, 1, middle)
        QWidget.setTabOrder(control, self.back)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Whether the window is narrow: the words need the room then."""
        if not isinstance(self._control, QCheckBox):
            self._control.setFixedWidth(_NARROW_WIDTH if narrow else _WIDTH)

    def show_state(self, *, changed: bool, help_: str, told: str) -> None:
        if changed != self.is_changed:
            self.is_changed = changed
            self.update()
        self.back.setVisible(changed)
        self.help = self._show_text(self.help, help_, "secondary", 1)
        self.told = self._show_text(self.told, told, self._note, 2)

    def _show_text(self, label: QLabel | None, text: str, role: str, line: int) -> QLabel | None:
        """A label is made when there is something to say: most rows of keys have only a title."""
        if label is None and text:
            label = text_of(self)
            label.setProperty("role", role)
            self.grid.addWidget(label, line, 0)
        if label is not None:
            label.setText(text)
            label.setVisible(bool(text))
        return label

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.back.setIcon(icon("undo", tokens.ink_secondary, tokens.ink_muted))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        if self.y() > 0 and self._below_another():
            painter.fillRect(Space.L, 0, self.width() - 2 * Space.L, 1, QColor(self._tokens.grid))
        if self.is_changed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._tokens.accent))
            painter.drawRoundedRect(QRectF(4, Space.S + 2, 3, self.height() - 2 * Space.S - 4), 1.5, 1.5)

    def _below_another(self) -> bool:
        """Whether it is not the first that is shown of its card."""
        card = self.parentWidget()
        rows = (
            [] if card is None else card.findChildren(_Row, options=Qt.FindChildOption.FindDirectChildrenOnly)
        )
        return any(row.y() < self.y() and not row.isHidden() for row in rows)


class SettingRow(_Row):
    """A setting that is a switch, a list, or opens something else."""

    chosen = Signal(str, object)  # name and value
    opened = Signal(str)

    def __init__(self, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(row.name, row.title, parent)
        self.control: QCheckBox | Picker | QPushButton
        if row.control is Control.SWITCH:
            box = QCheckBox(self)
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.clicked.connect(lambda on: self.chosen.emit(self.name, on))
            self.control = box
        elif row.control is Control.LIST:
            picker = Picker(row.title, row.help, "", self)
            picker.activated.connect(lambda place: self.chosen.emit(self.name, picker.itemData(place)))
            self.control = picker
        else:
            button = button_of(tr("Choose…"), row.help, self)
            button.clicked.connect(lambda: self.opened.emit(self.name))
            self.control = button
        named(self.control, row.title, row.help)
        self.place(self.control, 3)
        self.show_row(row)

    def show_row(self, row: Row) -> None:
        self.row = row
        self.show_state(changed=row.changed, help_=row.help, told=row.told)
        control = self.control
        if isinstance(control, Picker):
            control.fill(row.entries, row.value)
        elif isinstance(control, QCheckBox):
            control.setChecked(row.value)
        else:
            room = control.maximumWidth() - 32
            shown = control.fontMetrics().elidedText(row.value, Qt.TextElideMode.ElideMiddle, room)
            control.setText(shown)
            whole = "" if shown == row.value else f"\n{row.value}"
            named(control, f"{row.title}: {shown}", f"{row.help}{whole}")

    def apply_theme(self, tokens: Tokens) -> None:
        super().apply_theme(tokens)
        if isinstance(self.control, Picker):
            self.control.apply_theme(tokens)


class KeysRow(_Row):
    """The keys of a command."""

    chosen = Signal(str, str)  # name of the command, and keys
    _note = "refused"

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, parent)
        self.control = KeysButton(title, self)
        self.control.chosen.connect(lambda keys: self.chosen.emit(self.name, keys))
        self.place(self.control, 1)
        self.grid.setContentsMargins(Space.L, Space.XS, Space.M, Space.XS)

    def show_keys(self, keys: str, *, changed: bool, told: str = "") -> None:
        self.control.show_keys(keys)
        self.show_state(changed=changed, help_="", told=told)

    def matches(self, words: list[str]) -> bool:
        """Whether all of these, in lower case, stand somewhere in it."""
        text = f"{self.title.text()} {self.control.text()} keys shortcuts".casefold()
        return all(word in text for word in words)
