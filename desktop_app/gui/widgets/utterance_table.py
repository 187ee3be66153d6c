"""The utterances of the live session as a table: each with its time, answer, doubt and note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.doubt import WHAT_TO_DO
from desktop_app.core.palette import Hue
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.utterance_rows import (
    DIFFERS,
    NOT_A_VOICE,
    NOTED,
    TITLES,
    UNCERTAIN,
    Column,
    RowFilter,
    UtteranceRows,
)
from desktop_app.gui.widgets.controls import SearchField
from desktop_app.gui.widgets.pickers import Picker
from desktop_app.gui.widgets.row_table import RowModel, RowTable, dot

_WIDTHS = (92, 64, 118, 96, 170, 118, 128, 128)
_LEAST = (76, 54, 100, 84, 88, 72, 108, 96)  # below that the table scrolls sideways
_NOTE = 72  # pixels for notes at least
_ROW = 28
_TYPING_MS = 150


class UtteranceModel(RowModel):
    """Rows as `UtteranceRows` arranges them."""

    noted = Signal(int, str, str)  # number of the utterance, its note, and the one before
    titles = TITLES
    meanings: Mapping[int, str] = {
        Column.SECOND: "The next likely answer",
        Column.VOICE: "How long the voice had been heard by then",
        Column.OTHER: "What the second model answers",
    }
    right = frozenset({Column.LENGTH, Column.CONFIDENCE})

    def __init__(self) -> None:
        super().__init__()
        self.rows = UtteranceRows()
        self._colours: Mapping[str, Hue] = {}
        self._dots: dict[str, QIcon] = {}
        self.narrow = False  # texts are as short as they can be; tooltips are not

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
            return text.removeprefix("speaker ") if column is Column.VOICE and self.narrow else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        said = self.rows.utterance(index.row()).prediction
        if role == Qt.ItemDataRole.DecorationRole and column is Column.LABEL:
            return self._dot("" if said.uncertain or said.not_a_voice else said.label)
        if role == Qt.ItemDataRole.ForegroundRole and (
            said.uncertain or said.not_a_voice or column in {Column.SECOND, Column.VOICE, Column.WHY}
        ):
            return QColor(self.tokens.ink_muted)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column is Column.WHY and said.because is not None:
                return f"{self.rows.text(number, column)}\n{WHAT_TO_DO[said.because]}"
            return self.rows.text(number, column)
        return None

    def _dot(self, label: str) -> QIcon:
        if label not in self._dots:
            hue = self._colours.get(label) if label else None
            self._dots[label] = dot(self.tokens.emotion(hue) if hue else None, self.tokens)
        return self._dots[label]


class UtteranceTable(RowTable):
    """Sorted by a click on a title; Ctrl+C copies the chosen rows with their titles."""

    chosen = Signal(int)  # number of an utterance
    play_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.utterances = UtteranceModel()
        super().__init__(self.utterances, _ROW, parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.TIME, Qt.SortOrder.AscendingOrder)
        self.setAccessibleName("Utterances")
        self.setToolTip("Click a title to sort; F2 writes a note, Ctrl+C copies")
        self.setAccessibleDescription(
            "What was said in this session. Enter plays a row if its sound is kept, F2 writes a note, "
            "Ctrl+C copies"
        )
        self.selectionModel().currentRowChanged.connect(lambda row, _: self._choose(row.row()))
        self._at_end = True
        self.utterances.rowsAboutToBeInserted.connect(self._look_where)
        self.utterances.rowsInserted.connect(self._follow)

    @property
    def number(self) -> int:
        """Of the chosen utterance; -1 if none is."""
        row = self.currentIndex().row()
        return self.utterances.rows.order[row] if 0 <= row < len(self.utterances.rows.order) else -1

    def copy(self) -> None:
        """The chosen rows, or all if none is chosen, as text with tabs."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = chosen or range(len(self.utterances.rows.order))
        QGuiApplication.clipboard().setText(self.utterances.rows.as_table(list(rows)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        editing = self.state() == QAbstractItemView.State.EditingState
        if not editing and event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif not editing and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.number >= 0:
            self.play_wanted.emit(self.number)
        elif not editing and event.key() == Qt.Key.Key_F2 and self.number >= 0:
            self.edit(self.currentIndex().siblingAtColumn(Column.NOTE))
        elif not editing and event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Escape}:
            event.ignore()  # it is the page's
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.utterances.rows.order):
            self.chosen.emit(self.utterances.rows.order[row])

    def _look_where(self) -> None:
        bar = self.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum()

    def _follow(self) -> None:
        rows = self.utterances.rows
        if self._at_end and rows.sorted_by is Column.TIME and rows.ascending:
            self.scrollToBottom()

    def show_second(self, answers: SecondAnswers) -> None:
        """Beside each row what a second model says, while there is one."""
        rows = self.utterances.rows
        rows.second = answers
        if self._compares != bool(answers.name):
            self._compares = bool(answers.name)
            self._fit()
        if rows.order:
            last = len(rows.order) - 1
            self.utterances.dataChanged.emit(
                self.utterances.index(max(0, last - 64), Column.OTHER),
                self.utterances.index(last, Column.OTHER),
            )

    _compares = False

    def _fit(self) -> None:
        """All columns, as narrow as they can be read; where that is still too wide, the table scrolls."""
        shown = [column for column in range(len(_WIDTHS)) if self._compares or column != Column.OTHER]
        self.setColumnHidden(Column.OTHER, not self._compares)
        room = self.viewport().width()
        usual, least = (sum(widths[column] for column in shown) for widths in (_WIDTHS, _LEAST))
        share = min(1.0, max(0.0, (room - _NOTE - least) / (usual - least)))
        self.utterances.narrow = share < 0.5
        widths = {
            column: round(_LEAST[column] + share * (_WIDTHS[column] - _LEAST[column])) for column in shown
        }
        widths[Column.NOTE] = max(_NOTE, room - sum(widths.values()))
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def apply_theme(self, tokens: Tokens) -> None:
        self.utterances.apply_theme(tokens)


class UtterancePanel(QWidget):
    """The table, and what it is filtered by."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = UtteranceTable(self)
        self.by_text = SearchField(
            "Search",
            "Show only utterances in which this stands, in notes or answers",
            "Search in notes and answers",
            self,
        )
        self.by_label = Picker("Answer", "Show only utterances that were answered so", "filter", self)
        self._told = QLabel(self)
        self._told.setProperty("role", "secondary")
        self._labels: tuple[str, ...] = ()
        self._fill(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self._filter)
        self.by_text.textChanged.connect(lambda _: self._timer.start())
        self.by_label.currentIndexChanged.connect(lambda _: self._filter())
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.by_text, 2)
        row.addWidget(self.by_label, 1)
        row.addWidget(self._told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)

    def show_utterances(
        self,
        utterances: Sequence[SegmentResult],
        labels: tuple[str, ...],
        colours: Mapping[str, Hue],
        day_s: float | None,
    ) -> None:
        """What was said up to now."""
        if labels != self._labels:
            self._fill(labels)
        self.table.utterances.show_utterances(utterances, colours, day_s)
        self._count()

    def apply_theme(self, tokens: Tokens) -> None:
        self.table.apply_theme(tokens)
        self.by_label.apply_theme(tokens)

    def _fill(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self.by_label.blockSignals(True)
        self.by_label.clear()
        self.by_label.addItem("Any answer", "")
        for label in labels:
            self.by_label.addItem(label[:1].upper() + label[1:], label)
        for text, data in (
            ("Uncertain", UNCERTAIN),
            ("Not a voice", NOT_A_VOICE),
            ("With a note", NOTED),
            ("Models differ", DIFFERS),
        ):
            self.by_label.addItem(text, data)
        self.by_label.blockSignals(False)

    def _filter(self) -> None:
        wanted = RowFilter(self.by_label.currentData() or "", self.by_text.text())
        self.table.utterances.set_filter(wanted)
        self._count()

    def _count(self) -> None:
        rows = self.table.utterances.rows
        shown, count = len(rows.order), rows.count
        self._told.setText(f"{count}" if shown == count else f"{shown} of {count}")
        self._told.setAccessibleName(f"{shown} of {count} utterances")
