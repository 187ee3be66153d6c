"""The menu by which a person says what a segment is: a label, a note, nothing any more."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.state.words import capital, named
from desktop_app.gui.widgets.controls import keys_text

LOOK_IN_LAB = mark("Look at it in the lab")


class LabelMenu(QMenu):
    """The labels with the digits that choose them, then what else can be done with a segment."""

    label_chosen = Signal(str)  # empty: none any more
    note_wanted = Signal()
    play_wanted = Signal()
    lab_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Segment"))
        self._labels: tuple[str, ...] = ()
        self._rows: dict[str, QAction] = {}

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Which labels there are to choose from."""
        if labels == self._labels:
            return
        self._labels = labels
        self.clear()
        self._add(tr("Play"), tr("Enter"), self.play_wanted.emit)
        self._add(tr(LOOK_IN_LAB), "Ctrl+Shift+L", self.lab_wanted.emit)
        self.addSeparator()
        self._rows = {
            label: self._add(
                capital(named(label)),
                str(k) if k <= 9 else "",
                partial(self.label_chosen.emit, label),
            )
            for k, label in enumerate(labels, start=1)
        }
        for action in self._rows.values():
            action.setCheckable(True)
        self.addSeparator()
        self._add(tr("Note…"), "N", self.note_wanted.emit)
        self._remove = self._add(tr("Remove the label"), tr("Delete"), partial(self.label_chosen.emit, ""))

    def _add(self, text: str, keys: str, then: object) -> QAction:
        action = QAction(f"{text}\t{keys_text(keys)}" if keys else text, self)
        action.triggered.connect(lambda _=False: then() if callable(then) else None)
        self.addAction(action)
        return action

    def ask(self, label: str, at: QPoint) -> None:
        """Open the menu at a point of the screen, for a segment that a person has labelled so by now."""
        for name, action in self._rows.items():
            action.setChecked(name == label)
        self._remove.setEnabled(bool(label))
        self.popup(at)
