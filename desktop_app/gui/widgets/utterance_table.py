"""The utterances of the live session as a table: each with its time, answer, doubt and note."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.utterance_rows import TITLES, Column
from desktop_app.gui.widgets.row_table import RowTable
from desktop_app.gui.widgets.utterance_model import UtteranceModel, word_before_speaker

AROUND_TEXT = 20  # pixels
_AROUND_TITLE = 14
_DOT = 18  # that of an emotion, before its name
_ARROW = "  ▾"  # beside the title by which the table is sorted
_NOTE = 56  # pixels for notes at least
_SAID, _SAID_WELL = 130, 300  # pixels for what was said at least, and so that most of it is read
# To what was said, one after another.
_GIVE_WAY_EARLY = (Column.VOICE, Column.LENGTH, Column.SECOND)
_GIVE_WAY = (*_GIVE_WAY_EARLY, Column.WHY, Column.CONFIDENCE)
_WHY = 64  # pixels for a reason where there is little room; its tooltip has all of it
_EDITOR = 240  # pixels for the words of a note while they are written
_MEASURED = 256  # rows: of more, the newest tell how wide the columns are
_ROW = 28


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
            notes = min(left // 4, self._longest[Column.NOTE] + AROUND_TEXT)
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
            spoken = self.fontMetrics().horizontalAdvance(word_before_speaker())
            text -= spoken if text > spoken else 0  # a voice whose speaker is not told has no such word
        return max(title + _AROUND_TITLE, text + AROUND_TEXT)

    def apply_theme(self, tokens: Tokens) -> None:
        self.utterances.apply_theme(tokens)
