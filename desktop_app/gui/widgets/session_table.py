"""The list of sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.sessions import called, emotions_text, shares_of, when
from desktop_app.gui.state.words import clock
from desktop_app.gui.widgets.row_table import EnteredTable, Index, RowModel
from desktop_app.gui.widgets.shares import SHARES_ROLE, SharesDelegate
from desktop_app.sessions.records import Session

_PADDING: Final = 22
_ROW: Final = 32
_ROOM_FOR_EMOTIONS: Final = 240  # the bar, and the two most frequent in words


class SessionModel(RowModel):
    """One row for each session; it holds records and makes texts of those in sight only."""

    titles = (
        mark("Began"),
        mark("Name"),
        mark("Length"),
        mark("Said"),
        mark("Emotions"),
        mark("Notes"),
        mark("Sound"),
    )
    meanings: Mapping[int, str] = {
        3: mark("Utterances"),
        4: mark("Shares of the time of speech"),
        6: mark("Whether the sound was kept"),
    }
    right = frozenset({2, 3, 5})
    _keys: tuple[Callable[[Session], Any], ...] = (
        lambda each: each.started,
        lambda each: each.name.casefold(),
        lambda each: each.seconds,
        lambda each: each.utterances,
        lambda each: next(iter(shares_of(each)), ("", 0.0)),
        lambda each: each.notes,
        lambda each: bool(each.sound),
    )

    def __init__(self) -> None:
        super().__init__()
        self.sessions: list[Session] = []
        self._order = (0, Qt.SortOrder.DescendingOrder)

    def set_sessions(self, sessions: Sequence[Session]) -> None:
        self.beginResetModel()
        self.sessions = list(sessions)
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self.sessions[index.row()].id for index in before]
        self._sort()
        rows = {session.id: row for row, session in enumerate(self.sessions)}
        after = [
            self.index(rows[number], index.column()) for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _sort(self) -> None:
        column, order = self._order
        self.sessions.sort(key=self._keys[column], reverse=order == Qt.SortOrder.DescendingOrder)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.sessions)

    def data(self, index: Index, role: int = 0) -> Any:  # noqa: PLR0911 - one a role
        session, column = self.sessions[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(session, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(session, column) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == SHARES_ROLE and column == 4:
            return shares_of(session)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == 1 and session.live:
                return QColor(self.tokens.accent)
            if column == 1 and not session.name:
                return QColor(self.tokens.ink_muted)
        return None

    def _text(self, session: Session, column: int) -> str:  # noqa: PLR0911 - one a column
        match column:
            case 0:
                return when(session)
            case 1:
                return tr("{name} · now").format(name=called(session)) if session.live else called(session)
            case 2:
                return clock(session.seconds)
            case 3:
                return str(session.utterances)
            case 4:
                return emotions_text(session)
            case 5:
                return str(session.notes) if session.notes else ""
            case _:
                return tr("Kept") if session.sound else ""


class SessionTable(EnteredTable):
    """Several can be chosen."""

    delete_wanted = Signal()
    rename_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = SessionModel()
        super().__init__(self.rows, _ROW, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._shares = SharesDelegate(self)
        self.setItemDelegateForColumn(4, self._shares)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        header.setSortIndicatorShown(False)
        self.setAccessibleName(tr("Sessions"))
        self.setToolTip(tr("Enter opens one; choose two, with Ctrl and a click, to compare them"))
        self.setAccessibleDescription(
            tr("Enter opens the chosen one, F2 renames it, Del deletes those that are chosen")
        )

    @property
    def chosen(self) -> list[Session]:
        """In the order of the list."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.rows.sessions[place] for place in places if place < len(self.rows.sessions)]

    def show_sessions(self, sessions: Sequence[Session]) -> None:
        """Show these; what was chosen stays chosen, and the place in the list stays."""
        chosen = {session.id for session in self.chosen}
        at = self.verticalScrollBar().value()
        self._shares.colours = colours_for(sorted({label for each in sessions for label in each.answers}))
        self.rows.set_sessions(sessions)
        self._fit_columns()
        self.choose(chosen)
        self.verticalScrollBar().setValue(at)

    def choose(self, numbers: set[int]) -> None:
        """Choose the sessions of these numbers."""
        selection = QItemSelection()
        last = len(self.rows.titles) - 1
        places = [place for place, each in enumerate(self.rows.sessions) if each.id in numbers]
        for _, run in groupby(enumerate(places), lambda item: item[1] - item[0]):
            stretch = [place for _, place in run]  # that follow one another: one range for all of them
            selection.select(self.rows.index(stretch[0], 0), self.rows.index(stretch[-1], last))
        flags = QItemSelectionModel.SelectionFlag
        if places:
            self.selectionModel().setCurrentIndex(self.rows.index(places[0], 0), flags.NoUpdate)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        header = self.horizontalHeader()
        examples = {0: "2026-11-30 14:05", 2: "10:00:00", 3: "10000", 5: "10", 6: tr("Kept")}
        wanted = {
            column: self.needed(self.rows.titles[column], example) + _PADDING
            for column, example in examples.items()
        }
        room = self.viewport().width()
        scarce = 0.6 * (room - sum(wanted.values())) < _ROOM_FOR_EMOTIONS
        empty = {
            5: not any(session.notes for session in self.rows.sessions),
            6: not any(session.sound for session in self.rows.sessions),
        }
        for column, width in wanted.items():
            self.setColumnHidden(column, scarce and empty.get(column, False))
            header.resizeSection(column, width)
        fixed = sum(header.sectionSize(column) for column in wanted)
        header.resizeSection(4, max(130, min(420, round(0.6 * (room - fixed)))))

    def apply_theme(self, tokens: Tokens) -> None:
        self._shares.tokens = tokens
        self.rows.apply_theme(tokens)
