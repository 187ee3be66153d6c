"""The utterances of the live session as a table: each with its time, answer, doubt and note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.language import mark, tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.utterance_rows import (
    DIFFERS,
    NOT_A_VOICE,
    NOTED,
    OF_DIMENSIONS,
    TITLES,
    UNCERTAIN,
    Column,
    RowFilter,
    UtteranceRows,
)
from desktop_app.gui.state.words import capital, doubt_about, named
from desktop_app.gui.widgets.controls import SearchField, text_of
from desktop_app.gui.widgets.pickers import Picker
from desktop_app.gui.widgets.row_table import RowModel, RowTable, dot

_SHORT = {Column.CONFIDENCE: mark("Conf."), Column.WHY: mark("Why")}  # titles where there is little room
_AROUND_TITLE, _AROUND_TEXT = 14, 20  # pixels
_DOT = 18  # that of an emotion, before its name
_ARROW = "  ▾"  # beside the title by which the table is sorted
_NOTE = 56  # pixels for notes at least
_SAID, _SAID_WELL = 130, 300  # pixels for what was said at least, and so that most of it is read
_MUTED = frozenset({Column.SECOND, Column.VOICE, Column.WHY, Column.SAID})
# To what was said, one after another.
_GIVE_WAY_EARLY = (Column.VOICE, Column.LENGTH, Column.SECOND)
_GIVE_WAY = (*_GIVE_WAY_EARLY, Column.WHY, Column.CONFIDENCE)
_WHY = 64  # pixels for a reason where there is little room; its tooltip has all of it
_EDITOR = 240  # pixels for the words of a note while they are written
_MEASURED = 256  # rows: of more, the newest tell how wide the columns are
_NARROW = 460  # pixels, below which a count has no room for its word
_ROW = 28
_TYPING_MS = 150


def _speaker() -> str:
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
            return text.removeprefix(_speaker()) if column is Column.VOICE and self.narrow else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        said = self.rows.utterance(index.row()).prediction
        if role == Qt.ItemDataRole.DecorationRole and column is Column.LABEL:
            if said.dimensions and not (said.uncertain or said.not_a_voice):
                return dot(self.tokens.emotion(POINT), self.tokens)
            return self._dot("" if said.uncertain or said.not_a_voice else said.label)
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


class _NoteDelegate(QStyledItemDelegate):
    """Gives the words of a note room while they are written, however narrow their column is."""

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().updateEditorGeometry(editor, option, index)
        viewport = editor.parentWidget()
        room = editor.width() if viewport is None else viewport.width()
        width = min(room, max(_EDITOR, editor.width()))
        editor.setGeometry(max(0, min(editor.x(), room - width)), editor.y(), width, editor.height())


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
        self.setAccessibleName(tr("Utterances"))
        self.setToolTip(tr("Click a title to sort; F2 writes a note, Ctrl+C copies"))
        self.setAccessibleDescription(
            tr(
                "What was said in this session. Enter plays a row if its sound is kept, F2 writes a note, "
                "Ctrl+C copies"
            )
        )
        self.selectionModel().currentRowChanged.connect(lambda row, _: self._choose(row.row()))
        self.setItemDelegateForColumn(Column.NOTE, _NoteDelegate(self))
        self._follows = True  # the newest row is in sight, and so is the next one
        self._longest = [0] * len(TITLES)  # pixels, by column
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._look_where)
        bar.rangeChanged.connect(lambda *_: self._follow())
        self.utterances.rowsInserted.connect(lambda _, first, last: self._measure(first, last))
        self.utterances.dataChanged.connect(self._changed)
        self.utterances.modelReset.connect(self._begin)

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

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_longest"):  # Qt calls it before, too
            self._measure_all()

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.utterances.rows.order):
            self.chosen.emit(self.utterances.rows.order[row])

    def _look_where(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum()

    def _follow(self) -> None:
        rows = self.utterances.rows
        if self._follows and rows.sorted_by is Column.TIME and rows.ascending:
            self.scrollToBottom()

    def _begin(self) -> None:
        """Other rows: the newest are looked at first."""
        self._follows = True
        self._measure_all()
        self._follow()

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.column() != Column.SAID:  # which takes the room that there is
            self._measure(first.row(), last.row())

    def _measure_all(self) -> None:
        self._longest = [0] * len(TITLES)
        self._measure(0, self.utterances.rowCount() - 1)
        self._fit()

    def _measure(self, first: int, last: int) -> None:
        """Widen the columns where these rows have longer texts than those before."""
        longest = list(self._longest)
        for row in range(max(first, last + 1 - _MEASURED), last + 1):
            for column in Column:
                if column is Column.SAID:
                    continue
                text = self.utterances.rows.text(self.utterances.rows.order[row], column)
                longest[column] = max(longest[column], self.fontMetrics().horizontalAdvance(text))
        if longest != self._longest:
            self._longest = longest
            self._fit()

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

    def show_words(self) -> None:
        """What was said, if that is or was written down."""
        speaks = bool(self.utterances.rows.spoken)
        if speaks != self._speaks:
            self._speaks = speaks
            self._fit()
        self.utterances.words_came()

    def show_kind(self, *, dimensional: bool) -> None:
        """Whether the model gives dimensions."""
        if dimensional != self.utterances.dimensional:
            self.utterances.set_kind(dimensional=dimensional)
            self._fit()

    _compares = _speaks = False

    def _fit(self) -> None:
        """Each column as wide as its texts, notes in what is left; where that is too little, it scrolls.

        What was said takes most of what is left; where that is too little, other columns give way.

        The vertical scroll bar has its place also before it is needed: else its coming would make the columns
        too wide by as much.
        """
        hidden = {
            **dict.fromkeys(_GIVE_WAY, False),
            Column.OTHER: not self._compares,
            Column.CONFIDENCE: self.utterances.dimensional,
            Column.SAID: not self._speaks,
        }
        shown = [column for column in Column if not hidden.get(column)]
        room = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width()
        last = _NOTE + (_SAID if self._speaks else 0)
        self.utterances.set_narrow(False)
        widths: dict[Column, int] = {
            column: self._needed(column) for column in shown if column not in {Column.NOTE, Column.SAID}
        }
        if sum(widths.values()) + last > room:
            self.utterances.set_narrow(True)
            widths = {column: self._needed(column) for column in widths}
            over = max(0, sum(widths.values()) + last - room)
            widths[Column.WHY] = max(min(_WHY, widths[Column.WHY]), widths[Column.WHY] - over)
        for column in _GIVE_WAY if self._speaks else ():
            said = _SAID_WELL if column in _GIVE_WAY_EARLY else _SAID
            if column in widths and sum(widths.values()) + _NOTE + said > room:
                del widths[column]
                hidden[column] = True
        for column, out in hidden.items():
            self.setColumnHidden(column, out)
        left = room - sum(widths.values())
        if self._speaks:
            notes = min(left // 4, self._longest[Column.NOTE] + _AROUND_TEXT)
            widths[Column.SAID] = max(_SAID, left - max(_NOTE, notes))
            left -= widths[Column.SAID]
        widths[Column.NOTE] = max(_NOTE, left)
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def _needed(self, column: Column) -> int:
        """Pixels for a column's title and its longest text."""
        sorted_by = column is self.utterances.rows.sorted_by
        title = self.needed(self.utterances.titles[column] + _ARROW * sorted_by)
        text = self._longest[column]
        if column is Column.LABEL:
            text += _DOT
        if column is Column.VOICE and self.utterances.narrow:
            spoken = self.fontMetrics().horizontalAdvance(_speaker())
            text -= spoken if text > spoken else 0  # a voice whose speaker is not told has no such word
        return max(title + _AROUND_TITLE, text + _AROUND_TEXT)

    def apply_theme(self, tokens: Tokens) -> None:
        self.utterances.apply_theme(tokens)


class UtterancePanel(QWidget):
    """The table, and what it is filtered by."""

    all_said = Signal(bool)  # whether all that was said in the chosen row stands beneath

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = UtteranceTable(self)
        self.by_text = SearchField(
            tr("Search"),
            tr("Show only utterances in which this stands, in notes, answers or what was said"),
            tr("Search in notes and answers"),
            self,
        )
        self.by_label = Picker(tr("Answer"), tr("Show only utterances that were answered so"), "filter", self)
        self.said = text_of(self)
        self.said.setAccessibleName(tr("What was said"))
        self.said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.said.hide()
        self.table.chosen.connect(lambda _: self._show_said())
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
        layout.addWidget(self.said)

    def show_utterances(
        self,
        utterances: Sequence[SegmentResult],
        labels: tuple[str, ...],
        colours: Mapping[str, Hue],
        day_s: float | None,
        *,
        dimensional: bool = False,
    ) -> None:
        """What was said up to now; `dimensional`: by a model of dimensions."""
        self.table.show_kind(dimensional=dimensional)
        if labels != self._labels:
            self._fill(labels)
        self.table.utterances.show_utterances(utterances, colours, day_s)
        self._count()

    def show_words(self) -> None:
        """What was said, as far as it is written down by now."""
        self.table.show_words()
        self._show_said()
        self._count()

    def _show_said(self) -> None:
        """All that was said in the chosen row, whose cell cuts it off."""
        rows, number = self.table.utterances.rows, self.table.number
        start_s = None if number < 0 else rows.utterance(rows.row_of(number)).start_s
        text = rows.spoken.text(start_s) if start_s is not None and rows.spoken.is_text(start_s) else ""
        cell = self.table.columnWidth(Column.SAID) - _AROUND_TEXT
        text = text if self.table.fontMetrics().horizontalAdvance(text) > cell else ""
        self.said.setText(text)
        if bool(text) == self.said.isHidden():
            self.said.setVisible(bool(text))
            self.all_said.emit(bool(text))

    def apply_theme(self, tokens: Tokens) -> None:
        self.table.apply_theme(tokens)
        self.by_label.apply_theme(tokens)

    def _fill(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self.by_label.blockSignals(True)
        self.by_label.clear()
        self.by_label.addItem(tr("Any answer"), "")
        for label in labels:
            self.by_label.addItem(capital(named(label)), label)
        for text, data in (
            (tr("Uncertain"), UNCERTAIN),
            (tr("Not a voice"), NOT_A_VOICE),
            (tr("With a note"), NOTED),
            (tr("Models differ"), DIFFERS),
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
        if shown == count:
            number = f"{count}"
            told = tr("1 utterance") if count == 1 else tr("{count} utterances").format(count=count)
        else:
            number = tr("{shown} of {count}").format(shown=shown, count=count)
            told = tr("{shown} of 1 utterance" if count == 1 else "{shown} of {count} utterances")
            told = told.format(shown=shown, count=count)
        self._told.setText(number if self.width() < _NARROW else told)
        self._told.setToolTip(told)
        self._told.setAccessibleName(told)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._count()
        self._show_said()
