"""Two models on one recording: how often they agree, where they differ, and who is right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.model_comparison import Agreement, Comparison
from desktop_app.gui.widgets.answer_lanes import AnswerLanes
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.compared_table import ComparedTable
from desktop_app.gui.widgets.controls import ElidedLabel, button_of, named, text_of

_ASK, _WORK, _RESULT = range(3)


class _Figure(QWidget):
    """A number, and what it counts."""

    def __init__(self, caption: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.value = QLabel(self)
        self.value.setProperty("role", "large")
        self.caption = QLabel(caption, self)
        self.caption.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.value)
        layout.addWidget(self.caption)

    def show_value(self, value: str) -> None:
        self.value.setText(value)
        self.value.setAccessibleName(f"{self.caption.text()}: {value}")


class ComparedModels(QWidget):
    """What is asked for leaves as a signal."""

    back = Signal()
    recording_wanted = Signal()
    demo_wanted = Signal()
    recording_chosen = Signal(object)  # Path
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = QStackedWidget(self)
        self._parts.addWidget(self._build_question())
        self._parts.addWidget(self._build_work())
        self._parts.addWidget(self._build_result())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(self._build_top())
        layout.addWidget(self._parts, 1)

    # --- building -----------------------------------------------------------------------------------------

    def _build_top(self) -> QHBoxLayout:
        self.back_button = button_of(tr("Models"), tr("Back to the list (Esc)"), self, compact=True)
        self.back_button.clicked.connect(self.back)
        self.heading = ElidedLabel("title", self)
        self.recording_button = button_of(
            tr("Recording"), tr("Compare them on another recording"), self, compact=True
        )
        self._menu = QMenu(self.recording_button)
        self._menu.setAccessibleName(tr("Recording"))
        self.recording_button.setMenu(self._menu)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.back_button)
        row.addWidget(self.heading, 1)
        row.addWidget(self.recording_button)
        return row

    def _build_question(self) -> QWidget:
        card = Card("", self)
        title = QLabel(tr("On which recording?"), card)
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = text_of(card)
        hint.setText(
            tr(
                "Both models judge it, and their answers stand side by side. If you have labelled "
                "segments of it, you see which one is right more often."
            )
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.open_button = button_of(tr("Open recording…"), tr("Choose a recording, or drop one here"), card)
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self.recording_wanted)
        self.demo_button = button_of(tr("The demo"), tr("Compare them on the recording of the demo"), card)
        self.demo_button.clicked.connect(self.demo_wanted)
        self._recent_title = QLabel(tr("Opened before"), card)
        self._recent_title.setProperty("role", "section")
        self._recent_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(Space.XS)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.demo_button)
        buttons.addStretch(1)
        card.body.setSpacing(Space.M)
        card.body.addStretch(1)
        card.body.addWidget(title)
        card.body.addWidget(hint)
        card.body.addSpacing(Space.S)
        card.body.addLayout(buttons)
        card.body.addSpacing(Space.L)
        card.body.addWidget(self._recent_title)
        card.body.addLayout(self._recent)
        card.body.addStretch(1)
        return card

    def _build_work(self) -> QWidget:
        card = Card("", self)
        self.told = QLabel(card)
        self.told.setProperty("role", "title")
        self.told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(card)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(280)
        named(
            self.bar,
            tr("Progress of the comparison"),
            tr("How much of the recording both models have judged"),
        )
        self.cancel = button_of(tr("Cancel"), tr("Do not compare any further"), card)
        self.cancel.clicked.connect(self.cancelled)
        card.body.setSpacing(Space.L)
        card.body.addStretch(1)
        card.body.addWidget(self.told)
        card.body.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        card.body.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        card.body.addStretch(1)
        return card

    def _build_result(self) -> QWidget:
        side = QWidget(self)
        figures = Card("", side)
        self.same = _Figure(tr("same answer"), figures)
        self.different = _Figure(tr("different"), figures)
        self.unsure = _Figure(tr("one gives no answer"), figures)
        self.right = _Figure(tr("right, by your labels"), figures)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        for figure in (self.same, self.different, self.unsure, self.right):
            row.addWidget(figure)
        row.addStretch(1)
        self.verdict = text_of(figures)
        self.lanes = AnswerLanes(figures)
        figures.body.setSpacing(Space.M)
        figures.body.addLayout(row)
        figures.body.addWidget(self.verdict)
        figures.body.addWidget(self.lanes)
        segments = Card("", side)
        self.only_different = QCheckBox(tr("Only where they differ"), segments)
        named(
            self.only_different,
            tr("Only where they differ"),
            tr("Show the segments with different answers alone"),
        )
        self.table = ComparedTable(segments)
        self.only_different.toggled.connect(self.table.rows.show_only_different)
        self.lanes.chosen.connect(self.table.choose)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._mark())
        segments.body.addWidget(self.only_different)
        segments.body.addWidget(self.table, 1)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(figures)
        layout.addWidget(segments, 1)
        return side

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def shows_result(self) -> bool:
        return self._parts.currentIndex() == _RESULT

    def ask(self, names: tuple[str, str], recent: Sequence[Path]) -> None:
        """Two models; a recording is yet to be chosen."""
        self.heading.show_text(tr("{first} and {second}").format(first=names[0], second=names[1]))
        self._show_recent(recent)
        self.recording_button.hide()
        self._parts.setCurrentIndex(_ASK)
        self.open_button.setFocus()

    def show_work(self, told: str, share: float) -> None:
        """Both are at it."""
        self.told.setText(told)
        self.bar.setValue(round(1000 * share))
        if self._parts.currentIndex() != _WORK:
            self.recording_button.hide()
            self._parts.setCurrentIndex(_WORK)
            self.cancel.setFocus()

    def show_comparison(self, compared: Comparison) -> None:
        """What came of it."""
        first, second = compared.names
        self.heading.show_text(
            tr("{first} and {second} on {recording}").format(
                first=first, second=second, recording=compared.path.name
            )
        )
        total = len(compared.segments)
        self.same.show_value(
            tr("{count} of {total}").format(count=compared.counted(Agreement.SAME), total=total)
        )
        self.different.show_value(str(compared.counted(Agreement.DIFFERENT)))
        self.unsure.show_value(str(compared.counted(Agreement.UNSURE)))
        labelled = bool(compared.labelled)
        self.right.setVisible(labelled)
        self.right.show_value("{} : {}".format(*compared.right))
        self.verdict.setText(compared.told)
        self.lanes.show_comparison(compared)
        self.table.show_comparison(compared)
        self.recording_button.show()
        self._parts.setCurrentIndex(_RESULT)
        if self.table.rows.rowCount():
            self.table.selectRow(0)
        self.table.setFocus()

    def _mark(self) -> None:
        row = self.table.currentIndex().row()
        places = self.table.rows.places
        self.lanes.select(places[row] if 0 <= row < len(places) else -1)

    def _show_recent(self, recent: Sequence[Path]) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._menu.clear()
        self._menu.addAction(tr("Open recording…"), self.recording_wanted.emit)
        self._menu.addAction(tr("The demo"), self.demo_wanted.emit)
        if recent:
            self._menu.addSeparator()
        for path in recent:
            chosen = partial(self.recording_chosen.emit, path)
            button = button_of(path.name, str(path), self)
            button.setProperty("role", "quiet")
            button.clicked.connect(chosen)
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._menu.addAction(path.name, chosen)
        self._recent_title.setVisible(bool(recent))

    # --- as a page ----------------------------------------------------------------------------------------

    def takes(self, paths: list[Path]) -> str:
        if len(paths) == 1 and paths[0].is_file() and paths[0].suffix.lower() not in {".onnx", ".profile"}:
            return tr("Drop to compare both on {name}").format(name=paths[0].name)
        return ""

    def left(self) -> None:
        """The list is in sight again."""
        self.cancelled.emit()

    def apply_theme(self, tokens: Tokens) -> None:
        self.lanes.apply_theme(tokens)
        self.table.apply_theme(tokens)
        self.back_button.setIcon(icon("back", tokens.ink))
        self.recording_button.setIcon(icon("wave", tokens.ink))
        for button in (self.back_button, self.recording_button):
            button.setIconSize(QSize(16, 16))
