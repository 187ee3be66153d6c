"""The segments of a recording as a table, in step with the track above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.analysis.corrections import Correction
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.segment_filter import SegmentFilter
from desktop_app.gui.state.timeline_data import TimelineSegment, describe
from desktop_app.gui.state.words import (
    brief,
    capital,
    doubt_about,
    in_numbers,
    named,
    number,
    percent,
    why_shortly,
)
from desktop_app.gui.widgets.row_table import (
    CORRECTED,
    DISAGREEMENT_ROLES,
    RowModel,
    RowTable,
    disagreement_data,
    dot,
)

_WIDE = (84, 84, 132, 104, 150)
_LAST = 96  # pixels that are left to notes at least
_LEAST_NOTE = 44  # or where values of dimensions need the room
_NEXT, _NOTE, _SAID = 4, 5, 6
_LEAST_SAID = 180  # pixels of what was said, where that was written down
_PADDING, _DOT = 20, 16  # pixels around a text, and of the sign before it
_ROW = 28
_COLUMNS = (
    mark("Start"),
    mark("End"),
    mark("Emotion"),
    mark("Confidence"),
    mark("Next"),
    mark("Note"),
    mark("Said"),
)
_SHORT = (
    mark("Start"),
    mark("End"),
    mark("Emotion"),
    mark("Conf."),
    mark("Next"),
    mark("Note"),
    mark("Said"),
)  # where the last column needs the room
_OF_DIMENSIONS = (
    mark("Start"),
    mark("End"),
    mark("In brief"),
    mark("Confidence"),
    mark("Values"),
    mark("Note"),
    mark("Said"),
)
_END, _CONFIDENCE = 1, 3


class SegmentModel(RowModel):
    """One row for each segment in which somebody speaks, as far as the filter lets it through."""

    noted = Signal(int, str)  # place of a segment, its note
    titles: tuple[str, ...] = _COLUMNS
    meanings: Mapping[int, str] = dict(enumerate(_COLUMNS))
    right = frozenset({0, 1, 3})

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[TimelineSegment] = ()
        self._segments: Sequence[TimelineSegment] = ()
        self._said: Mapping[int, Correction] = {}
        self._filter = SegmentFilter()
        self._colours: Mapping[str, Hue] = {}
        self._dots: dict[tuple[Hue | None, bool], QIcon] = {}
        self.dimensional = False
        self.numbers_alone = False  # values have no room for their names

    def set_titles(self, titles: tuple[str, ...]) -> None:
        if titles != self.titles:
            self.titles = titles
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(titles) - 1)

    def set_segments(self, segments: Sequence[TimelineSegment], colours: Mapping[str, Hue]) -> None:
        segments = [segment for segment in segments if not segment.not_a_voice]
        if self._colours == colours and self._goes_on(segments):
            return
        self._all, self._colours = segments, colours
        self._choose()

    def _goes_on(self, segments: Sequence[TimelineSegment]) -> bool:
        """Whether these are those that were there and some more, which are put behind them."""
        before = self._all
        count = len(before)
        if not count or len(segments) < count or self._segments is not before:
            return False
        if any(
            one.start_s != other.start_s or one.prediction is not other.prediction
            for one, other in zip(before, segments, strict=False)
        ):
            return False
        if len(segments) > count:
            self.beginInsertRows(QModelIndex(), count, len(segments) - 1)
            self._all = self._segments = segments
            self.endInsertRows()
        else:
            self._all = self._segments = segments
        return True

    def _choose(self) -> None:
        self.beginResetModel()
        self._segments = (
            self._all
            if self._filter.all
            else [one for one in self._all if self._filter.accepts(one, self._said.get(one.index))]
        )
        self.endResetModel()

    def set_said(self, said: Mapping[int, Correction]) -> None:
        """What a person says of segments, by their places."""
        self._said = said
        if self._filter.all:
            self.tell_all_changed()
        else:
            self._choose()

    def set_filter(self, chosen: SegmentFilter) -> None:
        if chosen != self._filter:
            self._filter = chosen
            self._choose()

    @property
    def written_down(self) -> bool:
        """What was said is known of some."""
        return any(segment.text is not None for segment in self._all)

    @property
    def counts(self) -> tuple[int, int]:
        """How many rows are shown, of how many."""
        return len(self._segments), len(self._all)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == _NOTE else flags

    def setData(  # noqa: N802
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != _NOTE:
            return False
        segment = self._segments[index.row()]
        if str(value).strip() != self._note(segment):
            self.noted.emit(segment.index, str(value).strip())
        return True

    def _note(self, segment: TimelineSegment) -> str:
        said = self._said.get(segment.index)
        return said.note if said is not None else ""

    def place(self, row: int) -> int:
        """Which of all segments stands in a row; -1 for a row that is not there."""
        return self._segments[row].index if 0 <= row < len(self._segments) else -1

    def row(self, place: int) -> int:
        """In which row a segment stands; -1 if it has none."""
        return next((row for row, segment in enumerate(self._segments) if segment.index == place), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._segments)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:  # noqa: PLR0911, PLR0912 - one a role
        segment = self._segments[index.row()]
        prediction = segment.prediction
        if prediction is None:
            return None
        if index.column() == _SAID and segment.disagreement is not None and role in DISAGREEMENT_ROLES:
            return disagreement_data(segment.disagreement, segment.text or "", role, self.tokens)
        said = self._said.get(segment.index)
        label = said.label if said is not None else ""
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in {2, 3}:
            lines = [tr("You say: {label}. The model says:").format(label=named(label))] if label else []
            lines += [describe(segment)]
            doubt = doubt_about(prediction)
            lines += [] if doubt is None else [doubt.what_to_do]
            return "\n".join(lines)
        if role == Qt.ItemDataRole.EditRole and index.column() == _NOTE:
            return self._note(segment)
        if role == Qt.ItemDataRole.FontRole and index.column() == 2 and label:
            bold = QFont()
            bold.setWeight(QFont.Weight.DemiBold)
            return bold
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == _NEXT and prediction.dimensions:
            return in_numbers(prediction.dimensions, prediction.values)
        elided = role == Qt.ItemDataRole.ToolTipRole and index.column() in {_NEXT, _NOTE, _SAID}
        if role == Qt.ItemDataRole.DisplayRole or elided:
            return self._text(index.column(), segment)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return segment.voice or None
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            hue = None if prediction.uncertain and not label else self._colours.get(label or prediction.label)
            if prediction.dimensions and not (prediction.uncertain or label):
                hue = POINT
            key = (hue, self.tokens.dark)
            if key not in self._dots:
                self._dots[key] = dot(self.tokens.emotion(hue) if hue else None, self.tokens)
            return self._dots[key]
        if role == Qt.ItemDataRole.ForegroundRole and (
            (prediction.uncertain and not (label and index.column() in {2, 3}))
            or (index.column() == _NEXT and not prediction.dimensions)
        ):
            return QColor(self.tokens.ink_muted)
        return None

    def texts(self, column: int) -> set[str]:
        """What stands in a column."""
        return {self._text(column, segment) for segment in self._segments}

    def _text(self, column: int, segment: TimelineSegment) -> str:  # noqa: PLR0911 - one a column
        prediction = segment.prediction
        if prediction is None:
            return ""
        said = self._said.get(segment.index)
        corrected = said.label if said is not None else ""
        match column:
            case 0:
                return _moment(segment.start_s)
            case 1:
                return _moment(segment.end_s)
            case 2:
                if corrected:
                    return capital(named(corrected))
                label = brief(prediction)
                return tr("Uncertain") if prediction.uncertain else capital(named(label))
            case 3:
                sure = "" if prediction.dimensions else percent(prediction.confidence)
                return tr(CORRECTED) if corrected else sure
            case 5:
                return " ".join(self._note(segment).split())
            case 6:
                return segment.text or ""
            case _:
                ranked = sorted(prediction.as_mapping().items(), key=lambda item: -item[1])
                others = ranked[:2] if prediction.uncertain or corrected else ranked[1:2]
                text = ", ".join(f"{named(name)} {percent(share)}" for name, share in others)
                if prediction.dimensions and self.numbers_alone:
                    text = ", ".join(map(number, prediction.values))
                elif prediction.dimensions:
                    text = in_numbers(prediction.dimensions, prediction.values)
                return text if prediction.because is None else f"{text} · {why_shortly(prediction)}"


class SegmentTable(RowTable):
    """Rows are chosen whole; the arrow keys walk through them, digits label them, Enter plays them."""

    play_wanted = Signal(int)  # place of a segment
    label_wanted = Signal(int)  # a digit was pressed; 0: take the label back
    menu_wanted = Signal(object)  # QPoint, global

    def __init__(self, parent: QWidget | None = None) -> None:
        self.segments = SegmentModel()
        super().__init__(self.segments, _ROW, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.segments.modelReset.connect(self._fit)
        self.segments.dataChanged.connect(lambda *_: self._fit())
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        self._stretched = _NOTE
        self.setColumnHidden(_SAID, True)
        header.moveSection(_SAID, _NOTE)  # in sight before the notes
        header.setSectionResizeMode(_NOTE, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(tr("Segments"))
        self.setToolTip(tr("Enter plays a row, digits label it, N writes a note"))
        self.setAccessibleDescription(
            tr(
                "Start, end, emotion, confidence and note of each stretch of speech. Enter plays a "
                "row, digits label it, N writes a note"
            )
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.viewport().mapToGlobal(at))
        )

    @property
    def chosen(self) -> int:
        """Place of the chosen segment, -1 for none."""
        return self.segments.place(self.currentIndex().row())

    def edit_note(self) -> None:
        """Write a note about the chosen row."""
        index = self.currentIndex()
        if index.isValid():
            self.edit(index.siblingAtColumn(_NOTE))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        editing = self.state() == QAbstractItemView.State.EditingState
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if editing or self.chosen < 0 or not plain:
            super().keyPressEvent(event)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.play_wanted.emit(self.chosen)
        elif key in {Qt.Key.Key_N, Qt.Key.Key_F2}:
            self.edit_note()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.label_wanted.emit(key - Qt.Key.Key_0)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.label_wanted.emit(0)
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_L, Qt.Key.Key_Escape}:
            event.ignore()  # it is the page's
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns as narrow as their texts where there is little room; rows of which a whole number fits."""
        header = self.horizontalHeader()
        self._show_said()
        self.setColumnHidden(_CONFIDENCE, self.segments.dimensional)
        self.setColumnHidden(_END, False)
        if self.segments.dimensional:
            self._fit_values()
            return
        room = self.viewport().width() - self._last
        titles: tuple[str, ...] = _COLUMNS
        needed = [self._needed(column, titles) for column in range(_NEXT)]
        spare = round(0.65 * (room + self._last - sum(map(max, needed, _WIDE))))
        follows = max(_WIDE[_NEXT], min(self._needed(_NEXT, titles), spare))
        self.setColumnHidden(_NEXT, room < sum(needed) + _WIDE[_NEXT])
        if room >= sum(_WIDE[:_NEXT]) + follows:
            needed = [max(least, usual) for least, usual in zip(needed, _WIDE, strict=False)]
        elif room < sum(needed):
            titles = _SHORT
            needed = [self._needed(column, titles) for column in range(_NEXT)]
        crowded = not self.isColumnHidden(_SAID) and room < sum(needed)
        for column in (_END, _CONFIDENCE):
            self.setColumnHidden(column, crowded)
        header.resizeSection(_NOTE, _LEAST_NOTE if crowded else _LAST)
        self.segments.set_titles(titles)
        for column, pixels in enumerate(needed):
            header.resizeSection(column, pixels)
        header.resizeSection(_NEXT, max(_WIDE[_NEXT], min(follows, room - sum(needed))))
        height = self.viewport().height()
        self.verticalHeader().setDefaultSectionSize(max(20, height // max(1, height // _ROW)))

    @property
    def _last(self) -> int:
        """Pixels that are left to the last columns at least."""
        return _LAST + (0 if self.isColumnHidden(_SAID) else _LEAST_SAID)

    def _show_said(self) -> None:
        """What was said has the room that is left; else notes have it."""
        header, wanted = self.horizontalHeader(), self.segments.written_down
        stretched = _SAID if wanted else _NOTE
        if stretched != self._stretched:
            modes = QHeaderView.ResizeMode
            self.setColumnHidden(_SAID, not wanted)
            header.setSectionResizeMode(self._stretched, modes.Interactive)
            header.setSectionResizeMode(stretched, modes.Stretch)
            self._stretched = stretched

    def _fit_values(self) -> None:
        """Of a model of dimensions: the values come first, and notes have what is left."""
        header = self.horizontalHeader()
        self.segments.set_titles(_OF_DIMENSIONS)
        self.setColumnHidden(_NEXT, False)
        room = self.viewport().width() - self._last
        needed = {column: self._needed(column, _OF_DIMENSIONS) for column in (0, 1, 2)}
        for column, pixels in needed.items():
            header.resizeSection(column, pixels)
        self.segments.numbers_alone = False
        values, left = self._needed(_NEXT, _OF_DIMENSIONS), room - sum(needed.values())
        if values > left:
            self.segments.numbers_alone = True
            values = self._needed(_NEXT, _OF_DIMENSIONS)
        if values > left + _LAST - _LEAST_NOTE:
            self.setColumnHidden(_END, True)
            left += needed[_END]
        header.resizeSection(_NEXT, max(60, min(values, left + _LAST - _LEAST_NOTE)))
        height = self.viewport().height()
        self.verticalHeader().setDefaultSectionSize(max(20, height // max(1, height // _ROW)))

    def _needed(self, column: int, titles: tuple[str, ...]) -> int:
        """Pixels for a column's title and its longest text."""
        texts = self.segments.texts(column)
        if column != 2:
            return self.needed(titles[column], *texts) + _PADDING
        return self.needed(titles[column], *texts, before=_DOT, bold_texts=True) + _PADDING

    def apply_theme(self, tokens: Tokens) -> None:
        self.segments.apply_theme(tokens)


def _moment(seconds: float) -> str:
    return localised(f"{int(seconds // 60)}:{seconds % 60:05.2f}")
