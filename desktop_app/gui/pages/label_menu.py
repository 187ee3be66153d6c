"""The menu by which a person says what a segment is: a label, a note, nothing any more."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

LOOK_IN_LAB = "Look at it in the lab"


class LabelMenu(QMenu):
    """The labels with the digits that choose them, then what else can be done with a segment."""

    label_chosen = Signal(str)  # empty: none any more
    note_wanted = Signal()
    play_wanted = Signal()
    lab_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Segment")
        self._labels: tuple[str, ...] = ()
        self._rows: dict[str, QAction] = {}

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Which labels there are to choose from."""
        if labels == self._labels:
            return
        self._labels = labels
        self.clear()
        self._add("Play", "Enter", self.play_wanted.emit)
        self._add(LOOK_IN_LAB, "Ctrl+Shift+L", self.lab_wanted.emit)
        self.addSeparator()
        self._rows = {
            label: self._add(
                label[:1].upper() + label[1:],
                str(k) if k <= 9 else "",
                partial(self.label_chosen.emit, label),
            )
            for k, label in enumerate(labels, start=1)
        }
        for action in self._rows.values():
            action.setCheckable(True)
        self.addSeparator()
        self._add("Note…", "N", self.note_wanted.emit)
        self._remove = self._add("Remove the label", "Delete", partial(self.label_chosen.emit, ""))

    def _add(self, text: str, keys: str, then: object) -> QAction:
        action = QAction(f"{text}\t{keys}" if keys else text, self)
        action.triggered.connect(lambda _=False: then() if callable(then) else None)
        self.addAction(action)
        return action

    def ask(self, label: str, at: QPoint) -> None:
        """Open the menu at a point of the screen, for a segment that a person has labelled so by now."""
        for name, action in self._rows.items():
            action.setChecked(name == label)
        self._remove.setEnabled(bool(label))
        self.popup(at)
