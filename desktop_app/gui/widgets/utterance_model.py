"""The utterances of the live session as rows of a table: their texts, colours, tooltips and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.language import mark, tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.utterance_rows import (
    OF_DIMENSIONS,
    TITLES,
    Column,
    RowFilter,
    UtteranceRows,
)
from desktop_app.gui.state.words import doubt_about
from desktop_app.gui.widgets.row_table import DISAGREEMENT_ROLES, RowModel, disagreement_data, dot

_SHORT = {Column.CONFIDENCE: mark("Conf."), Column.WHY: mark("Why")}  # titles where there is little room
_MUTED = frozenset({Column.SECOND, Column.VOICE, Column.WHY, Column.SAID})


def word_before_speaker() -> str:
    """The word before the number of a speaker, which is left out where there is little room."""
    return tr("speaker {number}, {known}").partition("{number}")[0]


class UtteranceModel(RowModel):
    """Rows as `UtteranceRows` arranges them."""

    noted = Signal(int, str, str)  # number of the utterance, its note, and the one before
    titles: tuple[str, ...] = TITLES
    meanings: Mapping[int, str] = {
        Column.SECOND: mark("The next likely answer"),
        Column.VOICE: mark("How long the voice had been heard by then"),
        Column.OTHER: mark("What the second model answers"),
        **{column: TITLES[column] for column in _SHORT},
    }
    right = frozenset({Column.LENGTH, Column.CONFIDENCE})

    def __init__(self) -> None:
        super().__init__()
        self.rows = UtteranceRows()
        self._colours: Mapping[str, Hue] = {}
        self._dots: dict[str, QIcon] = {}
        self.narrow = False
        self.dimensional = False

    def set_narrow(self, narrow: bool) -> None:
        """Make texts and titles as short as they can be; tooltips are not."""
        if narrow != self.narrow:
            self.narrow = narrow
            self._name_columns()

    def set_kind(self, *, dimensional: bool) -> None:
        """Call the columns as what the model gives."""
        if dimensional != self.dimensional:
            self.dimensional = dimensional
            self._name_columns()

    def _name_columns(self) -> None:
        usual = dict(zip(Column, TITLES, strict=True)) | (OF_DIMENSIONS if self.dimensional else {})
        self.rows.titles = tuple(usual.values())
        self.titles = tuple((usual | (_SHORT if self.narrow else {})).values())
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(TITLES) - 1)

    def show_utterances(
        self, utterances: Sequence[SegmentResult], colours: Mapping[str, Hue], day_s: float | None
    ) -> None:
        """The utterances so far. A list that has only grown is taken in row by row."""
        rows = self.rows
        if colours != self._colours:
            self._colours = colours
            self._dots.clear()
        if utterances is not self._shown or len(utterances) < rows.count:
            self._shown = utterances
            self.beginResetModel()
            rows.day_s = day_s
            rows.set_utterances(utterances)
            self.endResetModel()
            return
        rows.day_s = day_s
        rows.take_news(lambda row: self.beginInsertRows(QModelIndex(), row, row), self.endInsertRows)

    _shown: Sequence[SegmentResult] = ()

    def set_filter(self, wanted: RowFilter) -> None:
        if wanted != self.rows.filter:
            self.beginResetModel()
            self.rows.set_filter(wanted)
            self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self.rows.sort(Column(column), ascending=order == Qt.SortOrder.AscendingOrder)
        self.endResetModel()

    def words_came(self) -> None:
        """Something else is known of what was said."""
        if self.rows.depends_on_words:
            self.beginResetModel()
            self.rows.arrange()
            self.endResetModel()
        elif self.rows.order:
            last = len(self.rows.order) - 1
            self.dataChanged.emit(self.index(0, Column.SAID), self.index(last, Column.SAID))

    def apply_theme(self, tokens: Tokens) -> None:
        self._dots.clear()
        super().apply_theme(tokens)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.rows.order)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == Column.NOTE else flags

    def setData(  # noqa: N802
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != Column.NOTE:
            return False
        number = self.rows.order[index.row()]
        before, text = self.rows.note_of(number), str(value).strip()
        if text != before:
            self.rows.note(number, text)
            self.dataChanged.emit(index, index)
            self.noted.emit(number, text, before)
        return True

    def put_note(self, start_s: float, text: str) -> None:
        """Show another note on the utterance that begins then."""
        self.rows.put_note(start_s, text)
        if self.rows.order:
            last = len(self.rows.order) - 1
            self.dataChanged.emit(self.index(0, Column.NOTE), self.index(last, Column.NOTE))

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:  # noqa: PLR0911 - one a role
        column = Column(index.column())
        number = self.rows.order[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            text = self.rows.text(number, column)
            return (
                text.removeprefix(word_before_speaker()) if column is Column.VOICE and self.narrow else text
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        said = self.rows.utterance(index.row()).prediction
        if role == Qt.ItemDataRole.DecorationRole and column is Column.LABEL:
            if said.dimensions and not (said.uncertain or said.not_a_voice):
                return dot(self.tokens.emotion(POINT), self.tokens)
            return self._dot("" if said.uncertain or said.not_a_voice else said.label)
        found = (
            self.rows.disagreement(number) if column is Column.SAID and role in DISAGREEMENT_ROLES else None
        )
        if found is not None:
            return disagreement_data(found, self.rows.text(number, column), role, self.tokens)
        if role == Qt.ItemDataRole.ForegroundRole and (
            said.uncertain or said.not_a_voice or column in _MUTED
        ):
            return QColor(self.tokens.ink_muted)
        if role == Qt.ItemDataRole.ToolTipRole:
            doubt = doubt_about(said) if column is Column.WHY else None
            if doubt is not None:
                return f"{self.rows.text(number, column)}\n{doubt.what_to_do}"
            return self.rows.text(number, column)
        return None

    def _dot(self, label: str) -> QIcon:
        if label not in self._dots:
            hue = self._colours.get(label) if label else None
            self._dots[label] = dot(self.tokens.emotion(hue) if hue else None, self.tokens)
        return self._dots[label]
