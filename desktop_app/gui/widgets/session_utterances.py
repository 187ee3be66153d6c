"""The utterances of a session that is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.core.doubt import OF_CAUSE
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.core.types import Cause
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.sessions import answer, is_point
from desktop_app.gui.state.spoken_words import written
from desktop_app.gui.state.words import (
    brief,
    capital,
    clock,
    emotion,
    in_brief,
    in_numbers,
    named,
    number,
    percent,
    why_shortly,
)
from desktop_app.gui.widgets.row_table import CORRECTED, EnteredTable, Index, RowModel, dot
from desktop_app.sessions.records import Utterance

_PADDING: Final = 22
_DOT: Final = 18
_ROW: Final = 32
_ROOM_FOR_NOTES: Final = 180
_LEAST_NOTES: Final = 60
_LEAST_SAID: Final = 180
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


class UtteranceTable(EnteredTable):
    """One at a time is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = UtteranceModel()
        super().__init__(self.rows, _ROW, parent)
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
