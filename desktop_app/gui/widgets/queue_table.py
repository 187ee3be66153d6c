"""The recordings that are open as a table: how far each is, and what was found in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import POINT, colours_for
from desktop_app.gui.look.theme import LIGHT, Tokens
from desktop_app.gui.state.queue import Entry, EntryState, RecordingQueue
from desktop_app.gui.state.words import brief, clock, percent
from desktop_app.gui.widgets.row_table import RowModel, RowTable, dot

_WIDTHS = (0, 76, 210, 84)
_ROW = 34
_BAR = 6
SHARE = Qt.ItemDataRole.UserRole
_WORDS = {
    EntryState.WAITING: mark("Waits"),
    EntryState.CANCELLED: mark("Not analyzed"),
    EntryState.FAILED: mark("Cannot be analyzed"),
}


class QueueModel(RowModel):
    """A row for each recording."""

    titles = (mark("Recording"), mark("Length"), mark("Result"), mark("Segments"))
    right = frozenset({1, 3})

    def __init__(self, queue: RecordingQueue) -> None:
        super().__init__()
        self._queue = queue
        self._rows: list[Entry] = []

    def refresh(self) -> None:
        """Read the queue again; rows stay where they are as long as the recordings do."""
        entries = self._queue.entries
        if len(entries) != len(self._rows) or any(
            one is not other for one, other in zip(entries, self._rows, strict=True)
        ):
            self.beginResetModel()
            self._rows = list(entries)
            self.endResetModel()
        else:
            self.tell_all_changed()

    def entry(self, row: int) -> Entry | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:  # noqa: PLR0911 - one a role
        entry = self._rows[index.row()]
        column = index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return _text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == 2 and entry.error is not None:
                return str(entry.error)
            return str(entry.path) if column == 0 else _text(entry, column)
        if role == SHARE and column == 2 and entry.state is EntryState.WORKING:
            return entry.share
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == 2 and entry.state is EntryState.FAILED:
                return QColor(self.tokens.danger)
            if column in {1, 3} or (column == 2 and entry.state is not EntryState.DONE):
                return QColor(self.tokens.ink_secondary)
        if role == Qt.ItemDataRole.DecorationRole and column == 2 and entry.state is EntryState.DONE:
            overall = None if entry.result is None else entry.result.overall
            if overall is not None and entry.result is not None:
                hue = None if overall.uncertain else colours_for(entry.result.labels).get(overall.label)
                hue = POINT if overall.dimensions and not overall.uncertain else hue
                return dot(self.tokens.emotion(hue) if hue else None, self.tokens)
        return None


def _text(entry: Entry, column: int) -> str:
    result = entry.result or entry.partial
    match column:
        case 0:
            return entry.path.name
        case 1:
            return "" if result is None else clock(result.analysis.duration_s)
        case 2:
            return _state(entry)
        case _:
            return "" if result is None else str(len(result.analysis.spoken))


def _state(entry: Entry) -> str:
    if entry.state is EntryState.WORKING:
        return f"{round(100 * entry.share)} %"
    if entry.state in _WORDS:
        return tr(_WORDS[entry.state])
    overall = None if entry.result is None else entry.result.overall
    if overall is None:
        return tr("No speech")
    if overall.uncertain:
        return tr("Uncertain")
    name = brief(overall)
    name = name[:1].upper() + name[1:]
    return name if overall.dimensions else f"{name} {percent(overall.confidence)}"


class _ProgressDelegate(QStyledItemDelegate):
    """Draws how much is analyzed as a bar, with the figure behind it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(SHARE)
        if share is None:
            return
        rect = QRectF(option.rect)
        left = rect.left() + 60
        bar = QRectF(left, rect.center().y() - _BAR / 2, max(20.0, rect.right() - left - 16), _BAR)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.track))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        bar.setWidth(max(_BAR, bar.width() * share))
        painter.setBrush(QColor(self.tokens.accent))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.restore()


class QueueTable(RowTable):
    """Enter or a double click opens a row, Delete removes it."""

    opened = Signal(object)  # Entry
    unwanted = Signal(object)  # Entry

    def __init__(self, queue: RecordingQueue, parent: QWidget | None = None) -> None:
        self.rows = QueueModel(queue)
        super().__init__(self.rows, _ROW, parent)
        self._progress = _ProgressDelegate(self)
        self.setItemDelegateForColumn(2, self._progress)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(_WIDTHS):
            if width:
                header.resizeSection(column, width)
        self.setAccessibleName(tr("Open recordings"))
        self.setAccessibleDescription(tr("Enter shows a recording, Delete removes it from the list"))
        self.setToolTip(tr("Enter or a double click shows a recording; Delete removes it from the list"))
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    @property
    def chosen(self) -> Entry | None:
        return self.rows.entry(self.currentIndex().row())

    def choose(self, entry: Entry | None) -> None:
        """Mark this row."""
        for row in range(self.rows.rowCount()):
            if self.rows.entry(row) is entry:
                self.selectRow(row)

    def _open(self, row: int) -> None:
        entry = self.rows.entry(row)
        if entry is not None:
            self.opened.emit(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Delete and self.chosen is not None:
            self.unwanted.emit(self.chosen)
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # it is the window's
        else:
            super().keyPressEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self._progress.tokens = tokens
        self.rows.apply_theme(tokens)
