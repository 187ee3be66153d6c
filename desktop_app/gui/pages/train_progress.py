"""A training that goes on or has ended: curves, confusion matrix, time left, and the figure it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.plots.later import Later
from desktop_app.gui.state.training import Phase, TrainingState
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.confusion import ConfusionView
from desktop_app.gui.widgets.controls import ElidedLabel, button_of, named, text_of

if TYPE_CHECKING:
    from desktop_app.gui.plots.training_curves import TrainingCurves


class TrainProgress(QWidget):
    """What is asked for leaves as a signal."""

    paused = Signal()
    gone_on = Signal()
    cancelled = Signal()
    resumed = Signal()  # after a cancel, a failure or a crash
    left = Signal()  # back to what to learn from
    spoken_into = Signal()
    shown = Signal()  # the folder of the file

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._state: TrainingState | None = None
        self.plots = Later(self._make_curves, self)
        self.plots.made.connect(self._show_curves)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self._build_head())
        middle = QHBoxLayout()
        middle.setSpacing(Space.M)
        middle.addWidget(self._build_curves(), 5)
        middle.addWidget(self._build_matrix(), 4)
        layout.addLayout(middle, 1)

    # --- building -----------------------------------------------------------------------------------------

    def _make_curves(self) -> QWidget:
        from desktop_app.gui.plots.training_curves import TrainingCurves

        return TrainingCurves(self)

    def _build_head(self) -> QWidget:
        card = Card("", self)
        self.title = QLabel(card)
        self.title.setProperty("role", "large")
        self.title.setWordWrap(True)
        self.detail = text_of(card)
        self.left_text = QLabel(card)
        self.left_text.setProperty("role", "secondary")
        self.bar = QProgressBar(card)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        named(self.bar, tr("How much is done"), tr("Of all fits together"))
        self.file = ElidedLabel("secondary", card)
        self.pause = button_of(tr("Pause"), tr("Stop at the end of a batch, until you go on"), card)
        self.pause.clicked.connect(self._pause)
        self.cancel = button_of(tr("Cancel"), tr("End it; what was learnt so far is kept"), card)
        self.cancel.clicked.connect(self.cancelled)
        self.speak = button_of(tr("Speak into it"), tr("Use this model from now on, and listen"), card)
        self.speak.setProperty("role", "primary")
        self.speak.clicked.connect(self.spoken_into)
        self.go_on = button_of(tr("Go on"), tr("Go on with it where it was"), card)
        self.go_on.setProperty("role", "primary")
        self.go_on.clicked.connect(self.resumed)
        self.folder = button_of(tr("Show the file"), tr("Open the folder of the model's file"), card)
        self.folder.clicked.connect(self.shown)
        self.back = button_of(tr("Train another"), tr("Choose other recordings, or another recipe"), card)
        self.back.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for button in (self.speak, self.go_on, self.pause, self.cancel, self.folder, self.back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.left_text)
        for part in (self.title, self.detail, self.file, self.bar):
            card.body.addWidget(part)
        card.body.addSpacing(Space.XS)
        card.body.addLayout(buttons)
        return card

    def _build_curves(self) -> QWidget:
        card = Card("", self)
        self.curves_title = QLabel(card)
        self.curves_title.setProperty("role", "section")
        self.outlook = QLabel(card)
        self.outlook.setProperty("role", "secondary")
        head = QHBoxLayout()
        head.addWidget(self.curves_title)
        head.addStretch(1)
        head.addWidget(self.outlook)
        card.body.addLayout(head)
        card.body.addWidget(self.plots, 1)
        return card

    def _build_matrix(self) -> QWidget:
        card = Card(tr("Answers by class, in percent"), self)
        self.matrix = ConfusionView(card)
        self.caption = text_of(card)
        card.body.addWidget(self.matrix, 1)
        card.body.addWidget(self.caption)
        card.body.addStretch(0)
        return card

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def curves(self) -> TrainingCurves | None:
        return cast("TrainingCurves | None", self.plots.widget)

    def show_state(self, state: TrainingState) -> None:
        self._state = state
        phase = state.phase
        self.title.setText(state.title)
        self.detail.setText(state.detail)
        self.detail.setVisible(bool(state.detail))
        self._give_role(self.detail, "title" if phase is Phase.FINISHED else "secondary")
        self.left_text.setText(state.left)
        self.left_text.setVisible(bool(state.left))
        below = state.file or ("" if state.over else " ".join(state.warnings))
        self.file.show_text(below)
        self.file.setVisible(bool(below))
        self.bar.setValue(round(1000 * state.share))
        self.bar.setVisible(not state.over)
        halted = state.paused or state.waits
        self.pause.setText(tr("Go on") if halted else tr("Pause"))
        named(
            self.pause,
            self.pause.text(),
            tr("Go on where it was") if halted else tr("Stop at the end of a batch, until you go on"),
        )
        self.pause.setVisible(not state.over)
        self.pause.setEnabled(phase is not Phase.STARTING)
        self.cancel.setVisible(not state.over)
        self.speak.setVisible(phase is Phase.FINISHED)
        self.folder.setVisible(phase is Phase.FINISHED)
        self.go_on.setVisible(phase in {Phase.CANCELLED, Phase.FAILED})
        self.back.setVisible(state.over)
        self.back.setText(tr("Train another") if phase is Phase.FINISHED else tr("Back"))
        self.curves_title.setText(
            tr("Loss and UAR by epoch")
            if state.by_epochs
            else tr("UAR of each fit, on what it has not learnt")
        )
        self.outlook.setText(state.outlook)
        self.matrix.show_matrix(state.matrix)
        self.caption.setText("" if state.matrix is None else state.matrix.caption)
        self._show_curves()

    @staticmethod
    def _give_role(label: QLabel, role: str) -> None:
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().unpolish(label)
            label.style().polish(label)

    def _show_curves(self) -> None:
        if self.curves is not None and self._state is not None:
            self.curves.show_state(self._state)

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.matrix.apply_theme(tokens)
        if self.curves is not None:
            self.curves.apply_theme(tokens)

    def _pause(self) -> None:
        state = self._state
        if state is not None:
            (self.gone_on if state.paused or state.waits else self.paused).emit()
