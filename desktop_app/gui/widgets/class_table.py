"""The classes of recordings that a model is to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.core.language import localised, mark, tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.training_data import ClassRow, length
from desktop_app.gui.state.words import named
from desktop_app.gui.widgets.row_table import Index, RowModel, RowTable, dot

_ROW = 30
_FEW = 10


class _Classes(RowModel):
    titles = (mark("Class"), mark("Clips"), mark("Speakers"), mark("Length"))
    meanings: Mapping[int, str] = {2: mark("Speakers who are known")}
    right = frozenset({1, 2, 3})

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ClassRow] = []

    def show(self, rows: Sequence[ClassRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = 0) -> Any:  # noqa: PLR0911 - one a role
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                named(row.label),
                localised(f"{row.clips:,}"),
                str(row.speakers or "?"),
                length(row.seconds),
            )[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            hue = colours_for([each.label for each in self.rows]).get(row.label)
            return dot(self.tokens.emotion(hue) if row.learnt else None, self.tokens)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            if not row.learnt:
                return QColor(self.tokens.ink_muted)
            if column == 1 and row.clips < _FEW:
                return QColor(self.tokens.warning)
        if role == Qt.ItemDataRole.ToolTipRole:
            if not row.learnt:
                return tr("None of the eight emotions, so it is not learnt")
            if row.clips < _FEW:
                return tr("Few clips: it will hardly be told apart")
        return None


class ClassTable(RowTable):
    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = _Classes()
        super().__init__(self.rows, _ROW, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setMinimumHeight(110)

    def show_rows(self, rows: Sequence[ClassRow]) -> None:
        self.rows.show(rows)
        self.setMaximumHeight(max(110, self.horizontalHeader().sizeHint().height() + len(rows) * _ROW + 6))

    def apply_theme(self, tokens: Tokens) -> None:
        self.rows.apply_theme(tokens)
