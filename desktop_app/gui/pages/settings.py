"""Settings: everything that a person can choose, by group, with a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import Page
from desktop_app.gui.state.settings import Group
from desktop_app.gui.state.settings_rows import Row
from desktop_app.gui.widgets.cards import Card, scrolled
from desktop_app.gui.widgets.controls import SearchField, button_of, named, text_of
from desktop_app.gui.widgets.setting_row import KeysRow, SettingRow

_NARROW = 800
_WIDEST = 860  # of a column
_TWO_COLUMNS = 1240  # of the room for settings, from which on they stand in two columns
_GROUPS = tuple(group for group in Group if group)


class _Columns(QHBoxLayout):
    """Rows from top to bottom, and where there is room, on in a second column."""

    def __init__(self) -> None:
        super().__init__()
        self._arranged: tuple[int, tuple[SettingRow | KeysRow, ...]] = 0, ()
        self._columns = QVBoxLayout(), QVBoxLayout()
        self.setSpacing(0)
        for column in self._columns:
            column.setSpacing(0)
            self.addLayout(column)

    def arrange(self, rows: Sequence[SettingRow | KeysRow], columns: int) -> None:
        """Show these; a row keeps its place for as long as they are the same, whatever it comes to say."""
        if self._arranged == (columns, tuple(rows)):
            return
        self._arranged = columns, tuple(rows)
        for column in self._columns:
            while column.takeAt(0) is not None:
                pass
        heights = [row.sizeHint().height() for row in rows]
        first = len(rows)
        if columns > 1:
            first = min(
                range(len(rows) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:])), default=0
            )
        for column, part in zip(self._columns, (rows[:first], rows[first:]), strict=True):
            for row in part:
                column.addWidget(row)
            column.addStretch(1)
        self.setStretch(0, 1)
        self.setStretch(1, columns - 1)


class SettingsPage(Page):
    """Shows; what a person changes leaves as a signal, and `gui/preferences.py` does it.

    Parameters
    ----------
    rows : sequence of Row
        The settings, as they are now.
    commands : sequence of (name, title)
        Those that can have keys.
    """

    seen = Signal()
    chosen = Signal(str, object)  # a setting's name and value
    opened = Signal(str)  # the button of a setting was pressed
    reset = Signal(str)
    keys_chosen = Signal(str, str)  # a command's name, and keys
    keys_reset = Signal(str)
    all_reset = Signal()
    import_asked = Signal()
    export_asked = Signal()

    def __init__(
        self, rows: Sequence[Row], commands: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = {row.name: self._row(row) for row in rows}
        self.keys: dict[str, KeysRow] = {}
        self._commands = commands
        self._shown_keys: tuple[Mapping[str, str], frozenset[str]] = {}, frozenset()
        self._tokens: Tokens | None = None
        self._narrow = False
        self._many = 1  # columns of settings
        self._columns: dict[Group, _Columns] = {}
        top = self._build_top()
        self._build_groups()
        self.nothing = text_of(self)
        self.nothing.setText(tr("No setting has these words."))
        self._cards = {group: self._card(group, rows) for group in _GROUPS}
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        for card in self._cards.values():
            column.addWidget(card)
        column.addWidget(self.nothing)
        column.addStretch(1)
        self.area = scrolled(self._content, tr("Settings"), 200)
        self._side = QWidget(self)
        self._side.setMaximumWidth(_WIDEST)
        right = QVBoxLayout(self._side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(Space.M)
        right.addLayout(top)
        right.addWidget(self.area, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self.groups)
        layout.addWidget(self._side, 200)
        layout.addStretch(1)
        QWidget.setTabOrder(self.groups, self.search)
        self.groups.setCurrentRow(0)

    # --- building -----------------------------------------------------------------------------------------

    def _build_top(self) -> QHBoxLayout:
        self.search = SearchField(
            tr("Search the settings"), tr("Show those with these words, in every group"), tr("Search"), self
        )
        self.search.textChanged.connect(lambda _: self._filter())
        self.take_in = button_of(tr("Import…"), tr("Take settings from a file"), self, compact=True)
        self.take_in.clicked.connect(self.import_asked)
        self.export = button_of(tr("Export…"), tr("Write these settings to a file"), self, compact=True)
        self.export.clicked.connect(self.export_asked)
        self.reset_all = button_of(
            tr("Reset all"), tr("Take every default again; can be undone"), self, compact=True
        )
        self.reset_all.clicked.connect(self.all_reset)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(self.search, 1)
        for button in (self.take_in, self.export, self.reset_all):
            top.addWidget(button)
        return top

    def _build_groups(self) -> None:
        self.groups = QListWidget(self)
        self.groups.setObjectName("groups")
        self.groups.setSpacing(2)
        named(self.groups, tr("Groups"), tr("What the settings shown are about"))
        for group in _GROUPS:
            item = QListWidgetItem(tr(str(group)))
            item.setSizeHint(QSize(0, 34))
            self.groups.addItem(item)
        self.groups.currentRowChanged.connect(lambda _: self._filter())

    def _row(self, row: Row) -> SettingRow:
        made = SettingRow(row)
        made.chosen.connect(self.chosen)
        made.opened.connect(self.opened)
        made.reset.connect(self.reset)
        return made

    def _keys_row(self, name: str, title: str) -> KeysRow:
        made = KeysRow(name, title)
        made.chosen.connect(self.keys_chosen)
        made.reset.connect(self.keys_reset)
        return made

    def _card(self, group: Group, rows: Sequence[Row]) -> Card:
        card = Card(tr(str(group)), self)
        card.body.setSpacing(0)
        card.body.setContentsMargins(0, Space.M, 0, Space.S)
        for title in card.findChildren(QLabel):
            title.setContentsMargins(Space.L, 0, Space.L, Space.XS)
        columns = self._columns[group] = _Columns()
        card.body.addLayout(columns)
        columns.arrange([self.rows[row.name] for row in rows if row.group is group], 1)
        return card

    def _make_keys(self) -> None:
        """There are many of them, and most visits are for something else."""
        for name, title in () if self.keys else self._commands:
            made = self.keys[name] = self._keys_row(name, title)
            made.setParent(self._cards[Group.KEYS])
            made.set_narrow(self._narrow)
            if self._tokens is not None:
                made.apply_theme(self._tokens)
        self.show_keys(*self._shown_keys)

    # --- showing ------------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[Row]) -> None:
        """The settings as they are now."""
        for row in rows:
            self.rows[row.name].show_row(row)
        self._show_reset()
        self._filter()

    def show_keys(self, keys: Mapping[str, str], changed: frozenset[str]) -> None:
        """The keys of each command, and which are not the usual ones."""
        self._shown_keys = keys, changed
        for name, row in self.keys.items():
            row.show_keys(keys.get(name, ""), changed=name in changed)
        self._show_reset()

    def refuse_keys(self, name: str, keys: str, changed: frozenset[str], why: str) -> None:
        """They stay as they are, and why."""
        self.keys[name].show_keys(keys, changed=name in changed, told=why)

    def _show_reset(self) -> None:
        changed = any(row.is_changed for row in self.rows.values())
        self.reset_all.setEnabled(changed or bool(self._shown_keys[1]))

    def _filter(self) -> None:
        """The group that is chosen; or, while something is searched for, all that has the words."""
        words = self.search.text().casefold().split()
        chosen = _GROUPS[max(0, self.groups.currentRow())]
        if not self.keys and (words or chosen is Group.KEYS):
            self._make_keys()
        found = False
        for group, card in self._cards.items():
            hits = []
            for row in self._of(group):
                hit = row.row.matches(words) if isinstance(row, SettingRow) else row.matches(words)
                row.setVisible(hit)
                hits += [row] if hit else []
            self._columns[group].arrange(hits, self._many)
            card.setVisible(bool(hits) and (bool(words) or group is chosen))
            found = found or bool(hits)
        self.nothing.setVisible(not found)

    def _of(self, group: Group) -> list[SettingRow | KeysRow]:
        if group is Group.KEYS:
            return [*self.keys.values()]
        return [row for row in self.rows.values() if row.row.group is group]

    def show_group(self, group: Group) -> None:
        self.search.clear()
        self.groups.setCurrentRow(_GROUPS.index(group))

    # --- the page -----------------------------------------------------------------------------------------

    def entered(self) -> None:
        self.seen.emit()

    def escape(self) -> bool:
        if self.search.text():
            self.search.clear()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._narrow = self.width() < _NARROW
        self.groups.setFixedWidth(120 if self._narrow else 176)
        for row in (*self.rows.values(), *self.keys.values()):
            row.set_narrow(self._narrow)
        many = 2 if self.width() - self.groups.width() >= _TWO_COLUMNS else 1
        if many != self._many:
            self._many = many
            self._side.setMaximumWidth(many * _WIDEST)
            self._filter()
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        for row in (*self.rows.values(), *self.keys.values()):
            row.apply_theme(tokens)
