"""The list of model files: what each is called, what it is, and which is in use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import LIGHT, Space, Tokens, Type, font, type_scale
from desktop_app.gui.state.models import BROKEN, IN_USE, LOADING, ModelRow
from desktop_app.gui.widgets.canvas import tint
from desktop_app.gui.widgets.controls import named

_ROW: Final = Qt.ItemDataRole.UserRole
_HEIGHT: Final = 54
_PILL: Final = 18
Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ModelRow] = []

    def set_rows(self, rows: Sequence[ModelRow]) -> bool:
        """Whether they are other files than before, so that the choice is gone."""
        same = [each.model.path for each in rows] == [each.model.path for each in self.rows]
        if same:
            changed = [
                place for place, (one, other) in enumerate(zip(rows, self.rows, strict=True)) if one != other
            ]
            self.rows = list(rows)
            for place in changed:
                self.dataChanged.emit(self.index(place), self.index(place))
        else:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()
        return not same

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.whole_title}\n{row.detail}"
        if role == _ROW:
            return row
        return None


class _Delegate(QStyledItemDelegate):
    """Two lines, and marks behind the first of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens: Tokens = LIGHT

    def sizeHint(self, option: Any, index: Index) -> QSize:  # noqa: N802
        return QSize(160, round(_HEIGHT * _scale()))

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        row: ModelRow = index.data(_ROW)
        tokens, scale = self.tokens, _scale()
        rect: QRect = option.rect  # Qt's stubs leave out what a style option holds
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(rect).adjusted(0, 1, -1, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(tokens.pressed))
            painter.drawRoundedRect(ground, 8, 8)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(ground, 8, 8)
        if row.used:
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(
                QRectF(ground.left(), ground.top() + 12, 3, ground.height() - 24), 1.5, 1.5
            )
        left = rect.left() + Space.M
        right = self._marks(painter, row, rect.right() - Space.M, rect.top() + 9 * scale) - Space.S
        room = QRectF(left, rect.top() + 7 * scale, right - left, 20 * scale)
        face = font(Type.BODY, 600)
        ink = tokens.ink if row.usable else tokens.ink_secondary
        if not row.file:
            self._line(painter, room, row.title, face, ink)
        else:  # beside the name, which it tells from another one: at least a third of the room is its own
            wide = min(QFontMetricsF(face).horizontalAdvance(row.title) + 1, room.width() * 2 / 3)
            self._line(painter, QRectF(room.topLeft(), QSizeF(wide, room.height())), row.title, face, ink)
            beside = room.adjusted(wide + Space.S, 0, 0, 0)
            small = font(Type.SMALL, 450)
            self._line(painter, beside, row.file, small, tokens.ink_secondary)
        self._line(
            painter,
            QRectF(left, rect.top() + 28 * scale, rect.right() - Space.M - left, 18 * scale),
            row.detail,
            font(Type.SMALL, 450, True),
            tokens.ink_muted,
        )
        painter.restore()

    def _marks(self, painter: QPainter, row: ModelRow, right: float, top: float) -> float:
        """Draws them from the right; where the leftmost begins."""
        painter.setFont(font(Type.CAPTION, 600))
        metrics = QFontMetricsF(painter.font())
        for mark in reversed(row.marks):
            told = tr(mark)
            width = metrics.horizontalAdvance(told) + 14
            ink = self._ink(mark)
            height = _PILL * _scale()
            pill = QRectF(right - width, top, width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint(ink, 0.14))
            painter.drawRoundedRect(pill, height / 2, height / 2)
            painter.setPen(QColor(ink))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, told)
            right -= width + 4
        return right

    def _ink(self, mark: str) -> str:
        if mark == BROKEN:
            return self.tokens.danger
        return self.tokens.accent if mark in {IN_USE, LOADING} else self.tokens.ink_secondary

    def _line(
        self,
        painter: QPainter,
        room: QRectF,
        text: str,
        face: QFont,
        colour: str,
    ) -> None:
        painter.setFont(face)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _scale() -> float:
    """How much larger than usual rows must be for the system's text."""
    return max(1.0, type_scale())


class ModelList(QListView):
    """One at a time is chosen; Enter or a double click uses it, Del deletes it."""

    chosen_changed = Signal()
    use_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = _Rows()
        self._delegate = _Delegate(self)
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        named(self, tr("Model files"), tr("Enter uses the chosen one, Del deletes it"))
        self.setToolTip("")  # each row has its own
        self.setToolTip(tr("Enter or a double click uses a model, Del deletes it"))
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen_changed.emit())
        self.doubleClicked.connect(lambda _: self.use_wanted.emit())

    @property
    def chosen(self) -> ModelRow | None:
        place = self.currentIndex().row()
        return self.rows.rows[place] if 0 <= place < len(self.rows.rows) else None

    def show_rows(self, rows: Sequence[ModelRow], choose: Path | None = None) -> None:
        """These files; the chosen one stays chosen, unless `choose` is the path of another one."""
        before = self.chosen
        wanted = choose if choose is not None else (before.model.path if before is not None else None)
        place = self.currentIndex().row()
        others = self.rows.set_rows(rows)
        paths = [row.model.path for row in rows]
        if wanted is not None and wanted in paths:
            place = paths.index(wanted)
        elif wanted is None:
            place = next((number for number, row in enumerate(rows) if row.used), 0)
        if paths and (others or choose is not None or before is None):
            self.setCurrentIndex(self.rows.index(max(0, min(place, len(paths) - 1))))
        self.chosen_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.use_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self._delegate.tokens = tokens
        self.viewport().update()
