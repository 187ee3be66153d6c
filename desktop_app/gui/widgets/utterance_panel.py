"""The table of utterances with what it is filtered by, and all that was said in the chosen row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.language import tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.modalities import DISAGREE
from desktop_app.gui.state.utterance_rows import (
    DIFFERS,
    DISAGREES,
    NOT_A_VOICE,
    NOTED,
    UNCERTAIN,
    Column,
    RowFilter,
)
from desktop_app.gui.state.words import capital, named
from desktop_app.gui.widgets.controls import SearchField, text_of
from desktop_app.gui.widgets.pickers import Picker
from desktop_app.gui.widgets.utterance_table import AROUND_TEXT, UtteranceTable

_NARROW = 460  # pixels, below which a count has no room for its word
_TYPING_MS = 150


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
        self._tells = False  # words tell emotions
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
        self._offer_words()
        self.table.utterances.show_utterances(utterances, colours, day_s)
        self._count()

    def show_words(self) -> None:
        """What was said, as far as it is written down by now."""
        self._offer_words()
        self.table.show_words()
        self._show_said()
        self._count()

    def _offer_words(self) -> None:
        """To look for where words and voice disagree, once words tell emotions."""
        if self._tells != self.table.utterances.rows.spoken.tells:
            self._tells = not self._tells
            chosen = self.by_label.currentData()
            self._fill(self._labels)
            self.by_label.setCurrentIndex(max(0, self.by_label.findData(chosen)))

    def _show_said(self) -> None:
        """All that was said in the chosen row, whose cell cuts it off."""
        rows, number = self.table.utterances.rows, self.table.number
        start_s = None if number < 0 else rows.utterance(rows.row_of(number)).start_s
        text = rows.spoken.text(start_s) if start_s is not None and rows.spoken.is_text(start_s) else ""
        cell = self.table.columnWidth(Column.SAID) - AROUND_TEXT
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
            *(((tr(DISAGREE), DISAGREES),) if self._tells else ()),
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
