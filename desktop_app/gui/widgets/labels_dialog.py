"""Which of the model's emotions may be answers: a box for each, of which two stay."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.core.label_set import FEWEST, LabelSet
from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import Space
from desktop_app.gui.state.words import capital, named
from desktop_app.gui.widgets.cards import scrolled
from desktop_app.gui.widgets.controls import button_of

_MOST_SEEN_PX = 320
_WHY = mark(
    "Those that are left out are no answer any more; their probability is divided among the others. "
    "At least two stay."
)


class LabelsDialog(QDialog):
    """Each change counts at once: `chosen` tells the labels that are allowed then, in the model's order."""

    chosen = Signal(object)  # tuple of str

    def __init__(self, parent: QWidget, label_set: LabelSet) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Emotions"))
        self.setFixedWidth(360)
        why = QLabel(tr(_WHY), self)
        why.setWordWrap(True)
        why.setProperty("role", "secondary")
        inside = QWidget(self)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(Space.XS, 0, Space.S, 0)
        rows.setSpacing(Space.S)
        self.boxes: dict[str, QCheckBox] = {}
        for label in label_set.model_labels:
            box = QCheckBox(capital(named(label)).replace("&", "&&"), inside)
            box.setChecked(label in label_set.labels)
            box.setAccessibleName(named(label))
            box.toggled.connect(self._changed)
            self.boxes[label] = box
            rows.addWidget(box)
        self.everything = button_of(tr("All"), tr("Allow all of the model's emotions"), self)
        self.everything.clicked.connect(self._allow_all)
        close = button_of(tr("Close"), tr("Close this window (Esc)"), self)
        close.setProperty("role", "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.everything)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(why)
        area = scrolled(inside, tr("Emotions"), _MOST_SEEN_PX)
        area.setMaximumHeight(_MOST_SEEN_PX)
        layout.addWidget(area, 1)
        layout.addLayout(row)
        self._hold_the_last()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, box in self.boxes.items() if box.isChecked())

    def _changed(self) -> None:
        self._hold_the_last()
        self.chosen.emit(self.labels)

    def _allow_all(self) -> None:
        for box in self.boxes.values():
            box.blockSignals(True)  # one change, not one for each
            box.setChecked(True)
            box.blockSignals(False)
        self._changed()

    def _hold_the_last(self) -> None:
        """Of two that are left none can be taken away."""
        labels = self.labels
        for label, box in self.boxes.items():
            held = label in labels and len(labels) <= FEWEST
            box.setEnabled(not held)
            tip = tr("Whether '{label}' may be an answer").format(label=named(label))
            if held:
                tip = tr("At least two stay: allow another one first")
            box.setToolTip(tip)
            box.setAccessibleDescription(tip)
        self.everything.setEnabled(len(labels) < len(self.boxes))
