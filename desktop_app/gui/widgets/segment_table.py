"""The segments of a recording as a table, in step with the track above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop_app.core.doubt import SHORTLY, WHAT_TO_DO
from desktop_app.gui.look.palette import Hue
from desktop_app.gui.look.theme import LIGHT, Tokens
from desktop_app.gui.state.timeline_data import TimelineSegment, describe, percent

_WIDE = (84, 84, 132, 112)
_LAST = 150  # pixels in which the last column says all it has to say
_PADDING, _DOT = 20, 16  # pixels around a text, and of the sign before it
_ROW = 28
_COLUMNS = ("Start", "End", "Emotion", "Confidence", "Next")
_WHOLE_TITLE = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
_SHORT = ("Start", "End", "Emotion", "Conf.", "Next")  # where the last column needs the room


class SegmentModel(QAbstractTableModel):
    """One row for each segment in which somebody speaks."""

    def __init__(self) -> None:
        super().__init__()
        self._segments: Sequence[TimelineSegment] = ()
        self._colours: Mapping[str, Hue] = {}
        self._tokens = LIGHT
        self._titles: tuple[str, ...] = _COLUMNS

    def set_titles(self, titles: tuple[str, ...]) -> None:
        if titles != self._titles:
            self._titles = titles
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(titles) - 1)

    def set_segments(self, segments: Sequence[TimelineSegment], colours: Mapping[str, Hue]) -> None:
        self.beginResetModel()
        self._segments = [segment for segment in segments if not segment.not_a_voice]
        self._colours = colours
        self.endResetModel()

    def place(self, row: int) -> int:
        """Which of all segments stands in a row; -1 for a row that is not there."""
        return self._segments[row].index if 0 <= row < len(self._segments) else -1

    def row(self, place: int) -> int:
        """In which row a segment stands; -1 if it has none."""
        return next((row for row, segment in enumerate(self._segments) if segment.index == place), -1)

    def set_tokens(self, tokens: Tokens) -> None:
        self._tokens = tokens
        if self._segments:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._segments) - 1, len(_COLUMNS) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._segments)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if orientation == Qt.Orientation.Horizontal and role in _WHOLE_TITLE:
            return _COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(section))
        return None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:  # noqa: PLR0911 - one a role
        segment = self._segments[index.row()]
        prediction = segment.prediction
        if prediction is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 2 and prediction.because is not None:
            return f"{describe(segment)}\n{WHAT_TO_DO[prediction.because]}"
        elided = role == Qt.ItemDataRole.ToolTipRole and index.column() == 4
        if role == Qt.ItemDataRole.DisplayRole or elided:
            return self._text(index.column(), segment)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(index.column()))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return segment.voice or None
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            hue = None if prediction.uncertain else self._colours.get(prediction.label)
            return dot(self._tokens.emotion(hue) if hue else None, self._tokens)
        if role == Qt.ItemDataRole.ForegroundRole and (prediction.uncertain or index.column() == 4):
            return QColor(self._tokens.ink_muted)
        return None

    def texts(self, column: int) -> set[str]:
        """What stands in a column."""
        return {self._text(column, segment) for segment in self._segments}

    def _text(self, column: int, segment: TimelineSegment) -> str:
        prediction = segment.prediction
        if prediction is None:
            return ""
        ranked = sorted(prediction.as_mapping().items(), key=lambda item: -item[1])
        match column:
            case 0:
                return _moment(segment.start_s)
            case 1:
                return _moment(segment.end_s)
            case 2:
                label = prediction.label
                return "Uncertain" if prediction.uncertain else label[:1].upper() + label[1:]
            case 3:
                return percent(prediction.confidence)
            case _:
                others = ranked[:2] if prediction.uncertain else ranked[1:2]
                text = ", ".join(f"{name} {percent(share)}" for name, share in others)
                return text if prediction.because is None else f"{text} · {SHORTLY[prediction.because]}"


class SegmentTable(QTableView):
    """Rows are chosen whole; the arrow keys walk through them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segments = SegmentModel()
        self.setModel(self.segments)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setIconSize(QSize(10, 10))
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(20)
        self.segments.modelReset.connect(self._fit)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName("Segments")
        self.setAccessibleDescription("Start, end, emotion and confidence of each stretch of speech")
        self.setToolTip("Choose a row to find it on the timeline")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns as narrow as their texts where there is little room; rows of which a whole number fits."""
        header = self.horizontalHeader()
        room = self.viewport().width() - _LAST
        needed = [self._needed(column, _COLUMNS) for column in range(len(_WIDE))]
        titles: tuple[str, ...] = _COLUMNS
        if room >= sum(_WIDE):
            needed = [max(least, usual) for least, usual in zip(needed, _WIDE, strict=True)]
        elif room < sum(needed):
            titles = _SHORT
            needed = [self._needed(column, titles) for column in range(len(_WIDE))]
        self.segments.set_titles(titles)
        for column, pixels in enumerate(needed):
            header.resizeSection(column, pixels)
        height = self.viewport().height()
        self.verticalHeader().setDefaultSectionSize(height // max(1, height // _ROW))

    def _needed(self, column: int, titles: tuple[str, ...]) -> int:
        """Pixels for a column's title and its longest text."""
        bold = QFont(self.horizontalHeader().font())
        bold.setWeight(QFont.Weight.DemiBold)  # as the style sheet paints it, which the header does not tell
        title = QFontMetrics(bold).horizontalAdvance(titles[column])
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(text) for text in self.segments.texts(column)), default=0)
        return max(title, longest + (_DOT if column == 2 else 0)) + _PADDING

    def apply_theme(self, tokens: Tokens) -> None:
        self.segments.set_tokens(tokens)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in {0, 1, 3} else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _moment(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:05.2f}"


def dot(colour: QColor | None, tokens: Tokens) -> QIcon:
    """A filled dot for an emotion, a ring for doubt."""
    pixmap = QPixmap(20, 20)
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
