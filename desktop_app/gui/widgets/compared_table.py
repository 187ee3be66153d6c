"""Segments of a recording as two models answer them, and a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.core.language import localised, mark, tr
from desktop_app.core.palette import Hue, canonical, colours_for
from desktop_app.core.types import Prediction
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.model_comparison import Agreement, ComparedSegment, Comparison, answer, shown
from desktop_app.gui.state.words import moment, named
from desktop_app.gui.widgets.answer_lanes import YOURS
from desktop_app.gui.widgets.row_table import Index, RowModel, RowTable, dot

_ROW: Final = 30
_PADDING: Final = 24
_RELATION: Final = {
    Agreement.SAME: mark("same"),
    Agreement.DIFFERENT: mark("different"),
    Agreement.UNSURE: "–",
}


class ComparedRows(RowModel):
    """A row for each segment, or for those alone that are answered differently."""

    titles = (mark("Start"), mark("Length"), mark("First model"), mark("Second model"), YOURS, mark("Both"))
    meanings: Mapping[int, str] = {5: mark("Whether both give the same answer; a dash where one gives none")}
    right = frozenset({0, 1})

    def __init__(self) -> None:
        super().__init__()
        self._compared: Comparison | None = None
        self._colours: Mapping[str, Hue] = {}
        self._only_different = False
        self.places: list[int] = []

    def show_comparison(self, compared: Comparison) -> None:
        self.beginResetModel()
        self._compared = compared
        self.titles = (*self.titles[:2], *compared.names, *self.titles[4:])
        self._colours = colours_for(compared.emotions)
        self._filter()
        self.endResetModel()

    def show_only_different(self, only: bool) -> None:
        self.beginResetModel()
        self._only_different = only
        self._filter()
        self.endResetModel()

    def _filter(self) -> None:
        segments = () if self._compared is None else self._compared.segments
        self.places = [
            place
            for place, each in enumerate(segments)
            if not self._only_different or each.agreement is Agreement.DIFFERENT
        ]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.places)

    def segment(self, row: int) -> ComparedSegment:
        assert self._compared is not None  # noqa: S101 - else there are no rows
        return self._compared.segments[self.places[row]]

    def data(self, index: Index, role: int = 0) -> Any:
        each, column = self.segment(index.row()), index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return _text(each, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(each, column)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._sign(each, column)
        return None

    def _ink(self, each: ComparedSegment, column: int) -> QColor | None:
        if column == 5 and each.agreement is Agreement.DIFFERENT:
            return QColor(self.tokens.warning)
        quiet = column in {0, 1, 5} or (column in {2, 3} and answer(_of(each, column)) is None)
        return QColor(self.tokens.ink_secondary) if quiet else None

    def _sign(self, each: ComparedSegment, column: int) -> Any:
        if column in {2, 3}:
            said = _of(each, column)
            if said is None or said.not_a_voice:
                return None
            label = answer(said)
            return dot(
                None if label is None else self.tokens.emotion(self._colours.get(canonical(label))),
                self.tokens,
            )
        if column == 4 and each.said:
            return dot(self.tokens.emotion(self._colours.get(canonical(each.said))), self.tokens)
        return None


class ComparedTable(RowTable):
    """One at a time is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = ComparedRows()
        super().__init__(self.rows, _ROW, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(tr("Segments as both models answer them"))
        self.setAccessibleDescription(tr("Start, length, both answers, your label, and whether both agree"))
        self.setToolTip(tr("Each segment with both answers, and your label where you gave one"))

    def choose(self, place: int) -> None:
        """Mark the segment with this number, if it is shown."""
        if place in self.rows.places:
            self.selectRow(self.rows.places.index(place))

    def show_comparison(self, compared: Comparison) -> None:
        self.rows.show_comparison(compared)
        self.setColumnHidden(4, not any(each.said for each in compared.segments))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        widths = {
            0: self.needed(self.rows.titles[0], "10:00.0"),
            1: self.needed(self.rows.titles[1], "10.0 s"),
        }
        widths[5] = self.needed(self.rows.titles[5], tr("different"))
        widths[4] = 0 if self.isColumnHidden(4) else self.needed(YOURS, named("surprised"), before=18)
        for column, width in widths.items():
            header.resizeSection(column, width + _PADDING if width else 0)
        room = self.viewport().width() - sum(width + _PADDING for width in widths.values() if width)
        for column in (2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, max(90, room // 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self.rows.apply_theme(tokens)


def _of(each: ComparedSegment, column: int) -> Prediction | None:
    return each.first if column == 2 else each.second


def _text(each: ComparedSegment, column: int) -> str:
    match column:
        case 0:
            return moment(each.start_s)
        case 1:
            return localised(f"{each.end_s - each.start_s:.1f} s")
        case 2 | 3:
            return shown(_of(each, column))
        case 4:
            return named(each.said)
        case _:
            return tr(_RELATION[each.agreement])
