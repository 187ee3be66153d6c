"""One model: what it can do, its figures with what they mean, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.models import ModelDetails, ModelRow
from desktop_app.gui.widgets.cards import Card, scrolled
from desktop_app.gui.widgets.controls import button_of, text_of
from desktop_app.gui.widgets.label_chips import LabelChips
from desktop_app.gui.widgets.recall_gauge import RecallGauge
from desktop_app.inference.model_library import Origin

_DELETE = mark("Move the file to the trash (Del)")
_REMOVE = mark("Take it out of the list; its file stays where it is (Del)")
_COMPARE = mark("See both models' answers to one recording side by side")
_SHIPPED = mark("It came with the program and is not deleted")
_BREAK = "\u200b"  # no width: a long path may go on in the next line here
_USED = mark("It is in use: use another one first")


class ModelDetailsCard(Card):
    """What is asked for leaves as a signal; it is about the model that is shown."""

    use_wanted = Signal()
    compare_wanted = Signal(object)  # ListedModel: with this one
    measure_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title = QLabel(self)
        self.title.setProperty("role", "large")
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence = text_of(self)
        self.chips = LabelChips(self)
        self.gauge = RecallGauge(self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(1, 1)
        self._values: list[tuple[QLabel, QLabel]] = []
        content = QWidget(self)
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, Space.S, 0)
        inner.setSpacing(Space.M)
        for part in (self.title, self.sentence, self.chips, self.gauge):
            inner.addWidget(part)
        inner.addSpacing(Space.XS)
        inner.addLayout(self._grid)
        inner.addStretch(1)
        area = scrolled(content, tr("What the model file says"), 120)
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        area.setToolTip(tr("What the model's file says of itself, and what was measured here"))
        self.body.setSpacing(Space.M)
        self.body.addWidget(area, 1)
        self.body.addLayout(self._build_buttons())

    def _build_buttons(self) -> QHBoxLayout:
        self.use = button_of(tr("Use"), tr("Judge by this model from now on (Enter)"), self)
        self.use.setProperty("role", "primary")
        self.use.clicked.connect(self.use_wanted)
        self.compare = button_of(tr("Compare with…"), tr(_COMPARE), self, compact=True)
        self._menu = QMenu(self.compare)
        self._menu.setAccessibleName(tr("Compare with"))
        self.compare.setMenu(self._menu)
        self.measure = button_of(tr("Measure"), tr("Time its answers here once more"), self, compact=True)
        self.measure.clicked.connect(self.measure_wanted)
        self.delete = button_of(tr("Delete"), tr(_DELETE), self, compact=True)
        self.delete.clicked.connect(self.delete_wanted)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.use)
        row.addWidget(self.compare)
        row.addStretch(1)
        row.addWidget(self.measure)
        row.addWidget(self.delete)
        return row

    def show_model(self, row: ModelRow, details: ModelDetails, others: Sequence[ModelRow]) -> None:
        """A model; it can be compared with `others`."""
        self.title.setText(details.title)
        self.title.setAccessibleName(tr("Model {name}").format(name=details.title))
        self.sentence.setText(details.sentence)
        self.chips.set_labels(details.labels)
        self.gauge.show_recall(details.recall)
        self._show_rows(details.rows)
        self.use.setEnabled(row.usable and not row.used)
        self.use.setText(tr("In use") if row.used else tr("Use"))
        self.use.setAccessibleName(self.use.text())
        self.measure.setEnabled(row.usable)
        self._show_deleting(row)
        self._menu.clear()
        for other in others:
            action = QAction(other.whole_title, self._menu)
            action.setToolTip(other.detail)
            action.triggered.connect(lambda _=False, model=other.model: self.compare_wanted.emit(model))
            self._menu.addAction(action)
        self.compare.setEnabled(bool(others))
        tip = tr(_COMPARE) if others else tr("There is no other model that could be compared with it")
        self.compare.setToolTip(tip)
        self.compare.setAccessibleDescription(tip)

    def _show_deleting(self, row: ModelRow) -> None:
        elsewhere = row.model.origin is Origin.ELSEWHERE
        self.delete.setText(tr("Remove") if elsewhere else tr("Delete"))
        self.delete.setAccessibleName(self.delete.text())
        tip = tr(_REMOVE) if elsewhere else tr(_DELETE)
        if row.model.origin is Origin.SHIPPED:
            tip = tr(_SHIPPED)
        elif row.used:
            tip = tr(_USED)
        self.delete.setEnabled(tip in {tr(_REMOVE), tr(_DELETE)})
        self.delete.setToolTip(tip)
        self.delete.setAccessibleDescription(tip)

    def _show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        while len(self._values) < len(rows):
            self._values.append(self._made_row(len(self._values)))
        for place, (name, value) in enumerate(self._values):
            there = place < len(rows)
            name.setVisible(there)
            value.setVisible(there)
            if there:
                title, text = rows[place]
                name.setText(title)
                value.setText(
                    text.replace("/", "/\u200b").replace("\\", "\\\u200b")
                )  # where a path may break
                value.setAccessibleName(f"{title}: {text}")

    def _made_row(self, place: int) -> tuple[QLabel, QLabel]:
        name, value = QLabel(self), QLabel(self)
        name.setProperty("role", "secondary")
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, place, 1, Qt.AlignmentFlag.AlignTop)
        return name, value

    def apply_theme(self, tokens: Tokens) -> None:
        self.chips.apply_theme(tokens)
        self.gauge.apply_theme(tokens)
