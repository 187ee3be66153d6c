"""The segments of a recording: as a table that can be filtered, or in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from desktop_app.analysis.corrections import Correction
from desktop_app.core.language import mark, tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.modalities import DISAGREE
from desktop_app.gui.state.segment_filter import CORRECTED, DISAGREES, NOTED, UNCERTAIN, SegmentFilter
from desktop_app.gui.state.timeline_data import TimelineSegment
from desktop_app.gui.state.words import capital, emotion, left_out, nobody_speaks
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import SearchField, named
from desktop_app.gui.widgets.pickers import Picker
from desktop_app.gui.widgets.segment_table import SegmentTable
from desktop_app.gui.widgets.summary_view import SummaryView

if TYPE_CHECKING:
    from desktop_app.analysis.summary import Summary

_CONFIDENCE = (
    (mark("Any confidence"), 0.0, 1.0),
    (mark("At least 80 %"), 0.8, 1.0),
    (mark("At least 60 %"), 0.6, 1.0),
    (mark("Below 60 %"), 0.0, 0.6),
    (mark("Below 40 %"), 0.0, 0.4),
)


class SegmentsPanel(Card):
    """`table` and `summary`, of which one is in sight, and what the table is filtered by."""

    summary_wanted = Signal()
    turned = Signal()  # the table, its filter or the figures are in sight, or not any more

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.table = SegmentTable(self)
        self.summary = SummaryView(self)
        self.filter_row = self._build_filter()
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.summary)
        self.left_out = QLabel(self)
        self.voice = QLabel(self)
        self.body.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        self.body.setSpacing(Space.XS)
        self.body.addLayout(self._build_head())
        self.body.addWidget(self.filter_row)
        self.body.addWidget(self._pages, 1)
        self.body.addLayout(self._build_foot())
        self.table.segments.modelReset.connect(self._count)
        self.table.segments.rowsInserted.connect(self._count)
        self.filter_row.hide()
        self._count()

    def _build_head(self) -> QHBoxLayout:
        self._tabs = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        for place, (name, tip) in enumerate(
            (
                (tr("Segments"), tr("Each stretch of speech, in a table")),
                (tr("Summary"), tr("Shares of labels, minute by minute")),
            )
        ):
            tab = QToolButton(self)
            tab.setText(name)
            tab.setProperty("role", "small")
            tab.setCheckable(True)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            named(tab, name, tip)
            self._tabs.addButton(tab, place)
            row.addWidget(tab)
        self._tabs.button(0).setChecked(True)
        self._tabs.idClicked.connect(self.show_page)
        self._told = QLabel(self)
        self._told.setProperty("role", "secondary")
        self.filter_button = QToolButton(self)
        self.filter_button.setText(tr("Filter"))
        self.filter_button.setProperty("role", "small")
        self.filter_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.filter_button.setIconSize(QSize(16, 16))
        self.filter_button.setCheckable(True)
        self.filter_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.filter_button, tr("Filter"), tr("Show only some of the segments (Ctrl+F)"))
        self.filter_button.clicked.connect(self.show_filter)
        row.addStretch(1)
        row.addWidget(self._told)
        row.addWidget(self.filter_button)
        return row

    def _build_filter(self) -> QWidget:
        holder = QWidget(self)
        self.by_label = Picker(tr("Label"), tr("Show only segments with this label"), "filter", holder)
        self.by_confidence = Picker(
            tr("Confidence"), tr("Show only segments of which the model is so sure"), "listening", holder
        )
        self.by_text = SearchField(
            tr("Text"),
            tr("Show only segments whose label or note contains this"),
            tr("In labels and notes"),
            holder,
        )
        for text, least, most in _CONFIDENCE:
            self.by_confidence.addItem(tr(text), (least, most))
        for box in (self.by_label, self.by_confidence):
            box.currentIndexChanged.connect(lambda _: self._filter())
        self.by_text.textChanged.connect(lambda _: self._filter())
        row = QHBoxLayout(holder)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(Space.S)
        for part in (self.by_label, self.by_confidence, self.by_text):
            row.addWidget(part, 1)
        self._labels: tuple[str, ...] = ()
        self._by_words = False  # words tell emotions
        return holder

    def _build_foot(self) -> QHBoxLayout:
        for label in (self.left_out, self.voice):
            label.setProperty("role", "secondary")
            label.setIndent(Space.XS)
            label.hide()
        named(self.left_out, tr("Sounds without a voice"), nobody_speaks())
        named(
            self.voice,
            tr("Voice of the chosen segment"),
            tr(
                "How much speech was known of the voice before this segment, and how far it "
                "counted in place of the model's average voice: little while it was heard in one "
                "mood only"
            ),
        )
        self.voice.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.addWidget(self.left_out)
        row.addStretch(1)
        row.addWidget(self.voice)
        return row

    # --- what is shown ------------------------------------------------------------------------------------

    def show_segments(
        self,
        segments: Sequence[TimelineSegment],
        labels: tuple[str, ...],
        colours: Mapping[str, Hue],
        *,
        dimensional: bool = False,
    ) -> None:
        """Other segments, or more of them; `dimensional`: by a model of dimensions, without confidence."""
        self.table.segments.dimensional = dimensional
        self.by_confidence.setVisible(not dimensional)
        if dimensional:
            self.by_confidence.setCurrentIndex(0)
        by_words = any(segment.by_words for segment in segments)
        if (labels, by_words) != (self._labels, self._by_words):
            self._labels, self._by_words = labels, by_words
            self._fill_labels()
        self.table.segments.set_segments(segments, colours)
        self.left_out.setText(left_out(sum(segment.not_a_voice for segment in segments)))
        self._fit_foot()
        self._count()

    def show_said(self, said: Mapping[int, Correction]) -> None:
        self.table.segments.set_said(said)
        self._count()

    def show_voice(self, text: str) -> None:
        self.voice.setText(text)
        self.voice.setVisible(bool(text))
        self._fit_foot()

    def _fit_foot(self) -> None:
        """Where there is no room for both, the voice of the chosen segment is told alone."""
        needed = sum(label.sizeHint().width() for label in (self.left_out, self.voice)) + 4 * Space.S
        fits = self.voice.isHidden() or needed <= self.width()
        self.left_out.setVisible(bool(self.left_out.text()) and fits)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_foot()

    def show_summary(self, summary: Summary | None, colours: Mapping[str, Hue]) -> None:
        self.summary.show_summary(summary, colours)

    @property
    def shows_summary(self) -> bool:
        return self._pages.currentIndex() == 1

    def show_page(self, place: int) -> None:
        """The table (0), or the figures (1)."""
        self._tabs.button(place).setChecked(True)
        self._pages.setCurrentIndex(place)
        self.filter_button.setEnabled(place == 0)
        self.filter_row.setVisible(place == 0 and self.filter_button.isChecked())
        if place == 1:
            self.summary_wanted.emit()
        self.turned.emit()

    @property
    def can_filter(self) -> bool:
        """The table is in sight."""
        return not self.shows_summary

    @property
    def filters(self) -> bool:
        """What the table is filtered by is shown."""
        return self.filter_button.isChecked()

    def show_filter(self, shown: bool) -> None:
        """Show what the table is filtered by; hidden, nothing is filtered."""
        self.filter_button.setChecked(shown)
        self.filter_row.setVisible(shown)
        if shown:
            self.by_text.setFocus()
        else:
            for box in (self.by_label, self.by_confidence):
                box.setCurrentIndex(0)
            self.by_text.clear()
        self.turned.emit()

    def _fill_labels(self) -> None:
        self.by_label.blockSignals(True)
        self.by_label.clear()
        self.by_label.addItem(tr("Any label"), "")
        for label in self._labels:
            self.by_label.addItem(capital(emotion(label)), label)
        for text, data in (
            (tr("Uncertain"), UNCERTAIN),
            (tr("Corrected"), CORRECTED),
            (tr("With a note"), NOTED),
            *(((tr(DISAGREE), DISAGREES),) if self._by_words else ()),
        ):
            self.by_label.addItem(text, data)
        self.by_label.blockSignals(False)
        self._filter()

    def _filter(self) -> None:
        least, most = self.by_confidence.currentData() or (0.0, 1.0)
        label = self.by_label.currentData() or ""
        self.table.segments.set_filter(SegmentFilter(label, least, most, self.by_text.text()))

    def _count(self) -> None:
        shown, count = self.table.segments.counts
        self._told.setText(
            tr("{shown} of {count}").format(shown=shown, count=count) if shown != count else ""
        )

    def apply_theme(self, tokens: Tokens) -> None:
        self.table.apply_theme(tokens)
        self.summary.apply_theme(tokens)
        for box in (self.by_label, self.by_confidence):
            box.apply_theme(tokens)
        self.filter_button.setIcon(icon("filter", tokens.ink_secondary, tokens.ink_muted))
