"""Help: every key, searchable, and what the program says about itself, its versions and its licences."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app import __version__
from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import Space
from desktop_app.gui.state.about_texts import (
    CAUSES,
    DOUBT,
    HARMFUL,
    LICENCES,
    PRIVACY,
    PROHIBITED,
    WEIGHTS_LICENCE,
)
from desktop_app.gui.widgets.cards import scrolled, section
from desktop_app.gui.widgets.controls import SearchField, button_of, keys_text, named, text_of

_SIZE = (680, 640)
_MARGIN = 40  # to the edges of the window below
_VERSION = mark("Version {version}. An oscilloscope for emotion in the voice.")
KEYS, ABOUT = 0, 1


class HelpDialog(QDialog):
    """Opens beside the window; nothing stops meanwhile.

    Parameters
    ----------
    keys : sequence of (what, keys)
    model : str
        A sentence about the model in use; empty if there is none.
    """

    change_keys = Signal()
    copy_diagnostics = Signal()
    open_log = Signal()
    welcome = Signal()

    def __init__(self, parent: QWidget, keys: Sequence[tuple[str, str]], model: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Emoscope: help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab(tr("Keys"))
        self.tabs.addTab(tr("About"))
        named(self.tabs, tr("Parts of the help"), tr("The arrow keys lead from one to the other"))
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._build_keys(keys))
        self.stack.addWidget(self._build_about(model))
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self.tabs)
        layout.addWidget(self.stack, 1)
        room = parent.size()
        self.resize(min(_SIZE[0], room.width() - _MARGIN), min(_SIZE[1], room.height() - _MARGIN))

    def show_part(self, part: int) -> None:
        self.tabs.setCurrentIndex(part)
        (self.search if part == KEYS else self.tabs).setFocus()

    # --- keys ---------------------------------------------------------------------------------------------

    def _build_keys(self, keys: Sequence[tuple[str, str]]) -> QWidget:
        side = QWidget(self)
        self.search = SearchField(
            tr("Search the keys"), tr("Show those with these words"), tr("Search"), side
        )
        self.search.textChanged.connect(self._filter)
        self.table = QTableWidget(len(keys), 2, side)
        named(self.table, tr("Keys"), tr("What each key does"))
        self.table.setHorizontalHeaderLabels([tr("What"), tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for row, (what, pressed) in enumerate(keys):
            shown = keys_text(pressed)
            self.table.setItem(row, 0, QTableWidgetItem(what))
            self.table.setItem(row, 1, QTableWidgetItem(shown))
        change = button_of(tr("Change keys…"), tr("Open the settings where each can get other keys"), side)
        change.clicked.connect(self.change_keys)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._buttons(side, change))
        return side

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.table.rowCount()):
            told = " ".join(self._text(row, column) for column in range(2)).casefold()
            self.table.setRowHidden(row, not all(word in told for word in words))

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return "" if item is None else item.text()

    # --- about --------------------------------------------------------------------------------------------

    def _build_about(self, model: str) -> QWidget:
        side, content = QWidget(self), QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.M)
        title = QLabel("Emoscope", content)
        title.setProperty("role", "large")
        column.addWidget(title)
        column.addWidget(self._words(tr(_VERSION).format(version=__version__), content))
        for words in map(tr, (PRIVACY, DOUBT, CAUSES, PROHIBITED, HARMFUL)):
            column.addWidget(self._words(words, content))
        column.addWidget(section(tr("Licences"), content))
        if model:
            column.addWidget(self._words(model, content))
        column.addWidget(self._words(tr(WEIGHTS_LICENCE), content))
        column.addLayout(self._licences(content))
        column.addStretch(1)
        area = scrolled(content, tr("About Emoscope"), 200)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.copy = button_of(
            tr("Copy diagnostics"),
            tr("Check everything as “emoscope doctor” does, and copy what was found"),
            side,
        )
        self.copy.clicked.connect(self.copy_diagnostics)
        log = button_of(tr("Open log folder"), tr("Where failures and warnings are written down"), side)
        log.clicked.connect(self.open_log)
        first = button_of(tr("First steps…"), tr("Show again what the first run has shown"), side)
        first.clicked.connect(self.welcome)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(area, 1)
        layout.addLayout(self._buttons(side, self.copy, log, first))
        return side

    def _words(self, text: str, parent: QWidget) -> QLabel:
        label = text_of(parent)
        label.setText(text)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _licences(self, parent: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        for name, package, licence in LICENCES:
            version = __version__ if name == "Emoscope" else _version(package)
            if package and not version:
                continue  # it is not there
            row = grid.rowCount()
            for column, words in enumerate((tr(name), version, licence)):
                label = self._words(words, parent)
                label.setWordWrap(column == 2)
                grid.addWidget(label, row, column)
        return grid

    def _buttons(self, parent: QWidget, *first: QWidget) -> QHBoxLayout:
        close = button_of(tr("Close"), tr("Close this window (Esc)"), parent)
        close.setProperty("role", "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for button in first:
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def show_copying(self, *, running: bool, copied: bool = False) -> None:
        """What became of the diagnostics."""
        self.copy.setEnabled(not running)
        self.copy.setText(tr("Checking…") if running else tr("Copied") if copied else tr("Copy diagnostics"))


def _version(package: str) -> str:
    try:
        return metadata.version(package) if package else ""
    except metadata.PackageNotFoundError:
        return ""
