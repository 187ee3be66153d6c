"""What tables of recordings, segments, utterances and sessions have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.look.theme import LIGHT, Tokens
from desktop_app.gui.state.words import named

CORRECTED: Final = mark("corrected")
"""In place of a confidence: a person's answer has none. The model's is in the tooltip and in every export."""
Index = QModelIndex | QPersistentModelIndex
DISAGREEMENT_ROLES: Final = frozenset(
    {
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleDescriptionRole,
    }
)
_DOT: Final = 20  # pixels, of which two make one of the table's


class RowModel(QAbstractTableModel):
    """The columns of a table: their titles, what they mean, and where their texts stand.

    Attributes
    ----------
    titles : tuple of str
    meanings : mapping
        What a column tells, where its title is too short to say so.
    right : frozenset of int
        Columns of numbers, which stand at the right.
    """

    titles: tuple[str, ...] = ()
    meanings: Mapping[int, str] = {}
    right: frozenset[int] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(self.titles[section])
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return tr(self.meanings.get(section, self.titles[section]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section)
        return None

    def alignment(self, column: int) -> int:
        """Of the texts of a column, as `TextAlignmentRole` wants it."""
        side = Qt.AlignmentFlag.AlignRight if column in self.right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    def tell_all_changed(self) -> None:
        """All rows are drawn anew; which ones there are has not changed."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.titles) - 1))

    def apply_theme(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.tell_all_changed()


class RowTable(QTableView):
    """Rows are chosen whole; Tab leaves the table."""

    def __init__(self, model: RowModel, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setIconSize(QSize(_DOT // 2, _DOT // 2))
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(20)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(24)

    def needed(self, title: str, *texts: str, before: int = 0, bold_texts: bool = False) -> int:
        """Pixels for a column's title and the longest of its texts, `before` which a sign may stand."""
        bold = QFont(self.horizontalHeader().font())
        bold.setWeight(QFont.Weight.DemiBold)  # as the style sheet paints it, which the header does not tell
        metrics = QFontMetrics(bold) if bold_texts else self.fontMetrics()
        longest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return max(QFontMetrics(bold).horizontalAdvance(tr(title)), longest + before)


class EnteredTable(RowTable):
    """Enter and a double click on a row do what `entered_row` is for; nothing is edited in its place."""

    entered_row = Signal(int)

    def __init__(self, model: RowModel, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(model, row_height, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(lambda index: self.entered_row.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.entered_row.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # for the page: it plays and pauses
        else:
            super().keyPressEvent(event)


def disagreement_data(labels: tuple[str, str], text: str, role: int, tokens: Tokens) -> QIcon | str:
    """What a cell with the words `text` has for one of `DISAGREEMENT_ROLES` where the voice disagrees."""
    if role == Qt.ItemDataRole.DecorationRole:
        return _two_dots(labels, tokens)
    words, voice = map(named, labels)
    told = tr("Words and voice disagree: {words}, {voice}.").format(words=words, voice=voice)
    return f"{text}\n{told}" if role == Qt.ItemDataRole.ToolTipRole else told


def _two_dots(labels: tuple[str, str], tokens: Tokens) -> QIcon:
    """A dot for what the words say, and one for what the voice says."""
    hues = colours_for([labels[0]]) | colours_for([labels[1]])
    pixmap = QPixmap(_DOT, _DOT)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for label, at in zip(labels, (0.0, 4.2), strict=True):
        painter.setBrush(tokens.emotion(hues.get(label)))
        painter.drawEllipse(QRectF(at, at, 5.8, 5.8))
    painter.end()
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)
    return made


def dot(colour: QColor | None, tokens: Tokens) -> QIcon:
    """A filled dot for an emotion, a ring for doubt."""
    pixmap = QPixmap(_DOT, _DOT)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if colour is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    else:
        painter.setPen(QColor(tokens.ink_muted))
    painter.drawEllipse(QRectF(1, 1, 8, 8))
    painter.end()
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)  # or the style would tint it
    return made
