"""A setting on its page: what it is, what it is changed with, and how to have the default again."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.settings_rows import Control, Row
from desktop_app.gui.widgets.controls import button_of, named, text_of
from desktop_app.gui.widgets.keys_button import KeysButton
from desktop_app.gui.widgets.pickers import Picker

EDITOR_WIDTH: Final = 232
CHANGED: Final = "Changed"


class _Row(QWidget):
    """Title, what is said of it, room for a control, and the button that takes a change back."""

    reset = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.title = QLabel(title, self)
        self.title.setWordWrap(True)
        self.title.setProperty("role", "setting")
        self.changed = QLabel(CHANGED, self)
        self.changed.setProperty("role", "mark")
        self.help = text_of(self)
        self.told = text_of(self)
        self.told.setProperty("role", "note")
        self.back = QToolButton(self)
        self.back.setProperty("role", "small")
        self.back.setIconSize(QSize(14, 14))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.back, f"Reset “{title}”", "Take the default again")
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        self.back.clicked.connect(lambda: self.reset.emit(self.name))
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title)
        head.addWidget(self.changed)
        head.addStretch(1)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, Space.S, 0, Space.S)
        self.grid.setHorizontalSpacing(Space.M)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(0, 1)
        self.grid.addLayout(head, 0, 0)
        self.grid.addWidget(self.help, 1, 0)
        self.grid.addWidget(self.told, 2, 0)
        self.grid.setRowStretch(3, 1)

    def place(self, control: QWidget) -> None:
        """Put the control at the right, before the button that takes a change back."""
        middle = Qt.AlignmentFlag.AlignVCenter
        self.grid.addWidget(control, 0, 1, 3, 1, middle)
        self.grid.addWidget(self.back, 0, 2, 3, 1, middle)
        QWidget.setTabOrder(control, self.back)

    def show_state(self, *, changed: bool, help_: str, told: str) -> None:
        self.changed.setVisible(changed)
        self.back.setVisible(changed)
        for label, text in ((self.help, help_), (self.told, told)):
            label.setText(text)
            label.setVisible(bool(text))

    def apply_theme(self, tokens: Tokens) -> None:
        self.back.setIcon(icon("undo", tokens.ink_secondary, tokens.ink_muted))


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
            picker.setFixedWidth(EDITOR_WIDTH)
            picker.activated.connect(lambda place: self.chosen.emit(self.name, picker.itemData(place)))
            self.control = picker
        else:
            button = button_of("Choose…", row.help, self)
            button.setFixedWidth(EDITOR_WIDTH)
            button.clicked.connect(lambda: self.opened.emit(self.name))
            self.control = button
        named(self.control, row.title, row.help)
        self.place(self.control)
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
            room = EDITOR_WIDTH - 32
            shown = control.fontMetrics().elidedText(row.value, Qt.TextElideMode.ElideMiddle, room)
            control.setText(shown)
            named(control, f"{row.title}: {row.value}", row.help)

    def apply_theme(self, tokens: Tokens) -> None:
        super().apply_theme(tokens)
        if isinstance(self.control, Picker):
            self.control.apply_theme(tokens)


class KeysRow(_Row):
    """The keys of a command."""

    chosen = Signal(str, str)  # name of the command, and keys

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, parent)
        self.control = KeysButton(title, self)
        self.control.setFixedWidth(EDITOR_WIDTH)
        self.control.chosen.connect(lambda keys: self.chosen.emit(self.name, keys))
        self.place(self.control)

    def show_keys(self, keys: str, *, changed: bool, told: str = "") -> None:
        self.control.show_keys(keys)
        self.show_state(changed=changed, help_="", told=told)

    def matches(self, words: list[str]) -> bool:
        """Whether all of these, in lower case, stand somewhere in it."""
        text = f"{self.title.text()} {self.control.text()} keys shortcuts".casefold()
        return all(word in text for word in words)
