"""The list of sessions, and the utterances of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.core.doubt import OF_CAUSE
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.palette import POINT, Hue, colours_for
from desktop_app.core.types import Cause
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.sessions import answer, called, emotions_text, is_point, shares_of, when
from desktop_app.gui.state.spoken_words import written
from desktop_app.gui.state.timeline_data import brief, clock, percent
from desktop_app.gui.state.words import capital, emotion, in_brief, in_numbers, named, number, why_shortly
from desktop_app.gui.widgets.row_table import CORRECTED, Index, RowModel, RowTable, dot
from desktop_app.gui.widgets.shares import SHARES_ROLE, SharesDelegate
from desktop_app.sessions.records import Session, Utterance

_PADDING: Final = 22
_DOT: Final = 18
_ROW: Final = 32
_ROOM_FOR_EMOTIONS: Final = 240  # the bar, and the two most frequent in words
_ROOM_FOR_NOTES: Final = 180
_LEAST_NOTES: Final = 60
_LEAST_SAID: Final = 180


class _Table(RowTable):
    """Rows are chosen whole; Enter and a double click do what `entered_row` is for."""

    entered_row = Signal(int)

    def __init__(self, model: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(model, _ROW, parent)
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


# --- sessions ---------------------------------------------------------------------------------------------


class SessionModel(RowModel):
    """One row for each session; it holds records and makes texts of those in sight only."""

    titles = (
        mark("Began"),
        mark("Name"),
        mark("Length"),
        mark("Said"),
        mark("Emotions"),
        mark("Notes"),
        mark("Sound"),
    )
    meanings: Mapping[int, str] = {
        3: mark("Utterances"),
        4: mark("Shares of the time of speech"),
        6: mark("Whether the sound was kept"),
    }
    right = frozenset({2, 3, 5})
    _keys: tuple[Callable[[Session], Any], ...] = (
        lambda each: each.started,
        lambda each: each.name.casefold(),
        lambda each: each.seconds,
        lambda each: each.utterances,
        lambda each: next(iter(shares_of(each)), ("", 0.0)),
        lambda each: each.notes,
        lambda each: bool(each.sound),
    )

    def __init__(self) -> None:
        super().__init__()
        self.sessions: list[Session] = []
        self._order = (0, Qt.SortOrder.DescendingOrder)

    def set_sessions(self, sessions: Sequence[Session]) -> None:
        self.beginResetModel()
        self.sessions = list(sessions)
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self.sessions[index.row()].id for index in before]
        self._sort()
        rows = {session.id: row for row, session in enumerate(self.sessions)}
        after = [
            self.index(rows[number], index.column()) for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _sort(self) -> None:
        column, order = self._order
        self.sessions.sort(key=self._keys[column], reverse=order == Qt.SortOrder.DescendingOrder)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.sessions)

    def data(self, index: Index, role: int = 0) -> Any:  # noqa: PLR0911 - one a role
        session, column = self.sessions[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(session, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(session, column) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == SHARES_ROLE and column == 4:
            return shares_of(session)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == 1 and session.live:
                return QColor(self.tokens.accent)
            if column == 1 and not session.name:
                return QColor(self.tokens.ink_muted)
        return None

    def _text(self, session: Session, column: int) -> str:  # noqa: PLR0911 - one a column
        match column:
            case 0:
                return when(session)
            case 1:
                return tr("{name} · now").format(name=called(session)) if session.live else called(session)
            case 2:
                return clock(session.seconds)
            case 3:
                return str(session.utterances)
            case 4:
                return emotions_text(session)
            case 5:
                return str(session.notes) if session.notes else ""
            case _:
                return tr("Kept") if session.sound else ""


class SessionTable(_Table):
    """Several can be chosen."""

    delete_wanted = Signal()
    rename_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = SessionModel()
        super().__init__(self.rows, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._shares = SharesDelegate(self)
        self.setItemDelegateForColumn(4, self._shares)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        header.setSortIndicatorShown(False)
        self.setAccessibleName(tr("Sessions"))
        self.setToolTip(tr("Enter opens one; choose two, with Ctrl and a click, to compare them"))
        self.setAccessibleDescription(
            tr("Enter opens the chosen one, F2 renames it, Del deletes those that are chosen")
        )

    @property
    def chosen(self) -> list[Session]:
        """In the order of the list."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.rows.sessions[place] for place in places if place < len(self.rows.sessions)]

    def show_sessions(self, sessions: Sequence[Session]) -> None:
        """Show these; what was chosen stays chosen, and the place in the list stays."""
        chosen = {session.id for session in self.chosen}
        at = self.verticalScrollBar().value()
        self._shares.colours = colours_for(sorted({label for each in sessions for label in each.answers}))
        self.rows.set_sessions(sessions)
        self._fit_columns()
        self.choose(chosen)
        self.verticalScrollBar().setValue(at)

    def choose(self, numbers: set[int]) -> None:
        """Choose the sessions of these numbers."""
        selection = QItemSelection()
        last = len(self.rows.titles) - 1
        places = [place for place, each in enumerate(self.rows.sessions) if each.id in numbers]
        for _, run in groupby(enumerate(places), lambda item: item[1] - item[0]):
            stretch = [place for _, place in run]  # that follow one another: one range for all of them
            selection.select(self.rows.index(stretch[0], 0), self.rows.index(stretch[-1], last))
        flags = QItemSelectionModel.SelectionFlag
        if places:
            self.selectionModel().setCurrentIndex(self.rows.index(places[0], 0), flags.NoUpdate)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        header = self.horizontalHeader()
        examples = {0: "2026-11-30 14:05", 2: "10:00:00", 3: "10000", 5: "10", 6: tr("Kept")}
        wanted = {
            column: self.needed(self.rows.titles[column], example) + _PADDING
            for column, example in examples.items()
        }
        room = self.viewport().width()
        scarce = 0.6 * (room - sum(wanted.values())) < _ROOM_FOR_EMOTIONS
        empty = {
            5: not any(session.notes for session in self.rows.sessions),
            6: not any(session.sound for session in self.rows.sessions),
        }
        for column, width in wanted.items():
            self.setColumnHidden(column, scarce and empty.get(column, False))
            header.resizeSection(column, width)
        fixed = sum(header.sectionSize(column) for column in wanted)
        header.resizeSection(4, max(130, min(420, round(0.6 * (room - fixed)))))

    def apply_theme(self, tokens: Tokens) -> None:
        self._shares.tokens = tokens
        self.rows.apply_theme(tokens)


# --- utterances -------------------------------------------------------------------------------------------


_LENGTH, _CONFIDENCE, _NEXT, _NOTE, _SAID = 1, 3, 4, 5, 6
_EMOTIONS = (
    mark("Start"),
    mark("Length"),
    mark("Emotion"),
    mark("Confidence"),
    mark("Next"),
    mark("Note"),
    mark("What was said"),
)
_VALUES = (
    mark("Start"),
    mark("Length"),
    mark("In brief"),
    mark("Confidence"),
    mark("Values"),
    mark("Note"),
    mark("What was said"),
)  # of a model of dimensions


class UtteranceModel(RowModel):
    """One row for each stretch in which somebody speaks."""

    titles: tuple[str, ...] = _EMOTIONS
    right = frozenset({0, 1, 3})

    def __init__(self) -> None:
        super().__init__()
        self.dimensional = False
        self.written_down = False  # what was said is known of some
        self.numbers_alone = False  # values have no room for their names
        self.said: list[Utterance] = []
        self._notes: Mapping[int, str] = {}
        self._colours: Mapping[str, Hue] = {}

    def set_said(
        self, said: Sequence[Utterance], notes: Mapping[int, str], colours: Mapping[str, Hue]
    ) -> None:
        """`notes` are texts by the number of the segment that they are about."""
        self.beginResetModel()
        self.said, self._notes, self._colours = list(said), notes, colours
        self.dimensional = bool(said) and all(each.prediction.dimensions for each in said)
        self.written_down = any(each.transcript is not None for each in said)
        self.titles = _VALUES if self.dimensional else _EMOTIONS
        self.endResetModel()

    def longest_values(self) -> str:
        """What a column of values needs room for."""
        first = self.said[0].prediction
        return in_numbers(first.dimensions, first.values) + (
            f" · {tr(OF_CAUSE[Cause.UNFAMILIAR].shortly)}" if self._unsure() else ""
        )

    def _unsure(self) -> bool:
        return any(each.prediction.because is not None for each in self.said)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.said)

    def data(self, index: Index, role: int = 0) -> Any:
        said, column = self.said[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(said, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in {2, _NEXT, _NOTE, _SAID}:
            return self._text(said, column) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.DecorationRole and column == 2:
            label = answer(said)
            hue = POINT if is_point(said) and label is None else self._colours.get(label or "")
            known = label is not None or is_point(said)
            return dot(self.tokens.emotion(hue) if known else None, self.tokens)
        if role == Qt.ItemDataRole.ForegroundRole and (
            column == _SAID or (not is_point(said) and (column == _NEXT or answer(said) is None))
        ):
            return QColor(self.tokens.ink_muted)
        return None

    def _text(self, said: Utterance, column: int) -> str:  # noqa: PLR0911 - one a column
        prediction = said.prediction
        ranked = sorted(prediction.as_mapping().items(), key=lambda item: -item[1])
        match column:
            case 0:
                return clock(said.start_s)
            case 1:
                return localised(f"{said.duration_s:.1f} s")
            case 2:
                label = answer(said) or (brief(prediction) if is_point(said) else tr("uncertain"))
                return capital(named(label))
            case 3:
                sure = "" if prediction.dimensions else percent(prediction.confidence)
                return sure if said.corrected is None else tr(CORRECTED)
            case 4:
                unsure = answer(said) is None or said.corrected is not None
                others = ranked[:2] if unsure else ranked[1:2]
                text = ", ".join(f"{named(name)} {percent(share)}" for name, share in others)
                if prediction.dimensions and self.numbers_alone:
                    text = ", ".join(map(number, prediction.values))
                elif prediction.dimensions:
                    text = in_numbers(prediction.dimensions, prediction.values)
                return text if prediction.because is None else f"{text} · {why_shortly(prediction)}"
            case 5:
                return self._notes.get(said.segment, "")
            case _:
                return "" if said.transcript is None else written(said.transcript)


class UtteranceTable(_Table):
    """One at a time is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = UtteranceModel()
        super().__init__(self.rows, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_NEXT, QHeaderView.ResizeMode.Stretch)
        header.moveSection(_SAID, _NOTE)  # in sight before the notes
        self._stretched = _NEXT
        self.rows.modelReset.connect(self._fit)
        self.setAccessibleName(tr("Utterances"))
        self.setToolTip(tr("Enter or a double click plays an utterance, where sound was kept"))
        self.setAccessibleDescription(tr("Start, length, emotion and confidence of each; Enter plays one"))

    @property
    def place(self) -> int:
        """Row of the chosen one; -1 if there is none."""
        return self.currentIndex().row()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        self._show_said()
        self.setColumnHidden(_CONFIDENCE, self.rows.dimensional)
        if self.rows.dimensional:
            self._fit_values()
            return
        examples = ("1:00:00", "10.0 s", capital(emotion("surprised")), tr(CORRECTED))
        for column, example in enumerate(examples):
            extra = _DOT if column == 2 else 0
            header.resizeSection(column, self.needed(self.rows.titles[column], example) + _PADDING + extra)
        room = self.viewport().width() - sum(header.sectionSize(column) for column in range(4))
        if self.rows.written_down:
            self._fit_words(room)
            return
        self.setColumnHidden(_NEXT, False)
        self.setColumnHidden(_LENGTH, False)
        self.setColumnHidden(_NOTE, room < _ROOM_FOR_NOTES)
        header.resizeSection(_NOTE, min(220, room // 2))

    def _show_said(self) -> None:
        """What was said has the room that is left; else what is next likely has it."""
        header, wanted = self.horizontalHeader(), self.rows.written_down
        self.setColumnHidden(_SAID, not wanted)
        stretched = _SAID if wanted else _NEXT
        if stretched != self._stretched:
            header.setSectionResizeMode(self._stretched, QHeaderView.ResizeMode.Fixed)
            header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
            self._stretched = stretched

    def _fit_words(self, room: int) -> None:
        """What else there is gives way to what was said, where `room` pixels are too little for both."""
        header = self.horizontalHeader()
        nexts = max(120, min(220, room // 4))
        self.setColumnHidden(_LENGTH, room < _LEAST_SAID)
        room += header.sectionSize(_LENGTH) if room < _LEAST_SAID else 0
        self.setColumnHidden(_NOTE, room < _LEAST_SAID + _LEAST_NOTES)
        header.resizeSection(_NOTE, max(_LEAST_NOTES, min(180, room // 4)))
        self.setColumnHidden(_NEXT, room < _LEAST_SAID + 2 * nexts)
        header.resizeSection(_NEXT, nexts)

    def _fit_values(self) -> None:
        """Of a model of dimensions: the values have the room, and notes what is left beside them."""
        header = self.horizontalHeader()
        for column, example in enumerate(
            ("1:00:00", "10.0 s", capital(in_brief(("valence", "arousal"), (0.0, 1.0))))
        ):
            extra = _DOT if column == 2 else 0
            header.resizeSection(column, self.needed(self.rows.titles[column], example) + _PADDING + extra)
        room = self.viewport().width() - sum(header.sectionSize(column) for column in range(3))
        values = self.needed(self.rows.titles[4], self.rows.longest_values()) + _PADDING
        self.setColumnHidden(_LENGTH, values > room)
        room += header.sectionSize(1) if values > room else 0
        self.rows.numbers_alone = values > room
        self.setColumnHidden(_NEXT, False)
        if self.rows.written_down:
            self.setColumnHidden(_NEXT, room < values + _LEAST_SAID)
            header.resizeSection(_NEXT, values)
            room -= 0 if room < values + _LEAST_SAID else values
            self.setColumnHidden(_NOTE, room < _LEAST_SAID + _LEAST_NOTES)
            header.resizeSection(_NOTE, max(_LEAST_NOTES, min(180, room // 4)))
            return
        self.setColumnHidden(_NOTE, room < values + _LEAST_NOTES)
        header.resizeSection(_NOTE, min(220, max(_LEAST_NOTES, room - values)))

    def apply_theme(self, tokens: Tokens) -> None:
        self.rows.apply_theme(tokens)
