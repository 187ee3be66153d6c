"""Training: recordings and a recipe become a model file, with the figure that it is worth."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import WORDS_PX, Page
from desktop_app.gui.pages.train_progress import TrainProgress
from desktop_app.gui.pages.train_setup import TrainSetup
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import button_of, named, text_of


class TrainPage(Page):
    """Shows; what is asked for leaves as a signal, and `gui/training.py` does it.

    Attributes
    ----------
    setup : TrainSetup
        What to learn from and how.
    progress : TrainProgress
        A training that goes on or has ended.
    """

    widest = WORDS_PX

    seen = Signal()  # it came into sight
    dropped = Signal(list)
    looked_again = Signal()  # for what is installed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setup = TrainSetup(self)
        self.progress = TrainProgress(self)
        self._sides = QStackedWidget(self)
        for side in (self.setup, self.progress, self._build_missing()):
            self._sides.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.addWidget(self._sides)

    def _build_missing(self) -> QWidget:
        """What has to be installed first."""
        card = Card(tr("Train a model"), self)
        title = QLabel(tr("Training is not installed"), card)
        title.setProperty("role", "large")
        self.missing = text_of(card)
        self.line = QLineEdit(card)
        self.line.setReadOnly(True)
        named(self.line, tr("What to type"), tr("The line that installs what is missing, in a terminal"))
        self.copy = button_of(tr("Copy"), tr("Copy the line"), card)
        self.copy.clicked.connect(self._copy)
        again = button_of(tr("Look again"), tr("Look whether it is installed by now"), card)
        again.clicked.connect(self.looked_again)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.line, 1)
        row.addWidget(self.copy)
        second = QHBoxLayout()
        second.addWidget(again)
        second.addStretch(1)
        card.body.setSpacing(Space.M)
        card.body.addStretch(1)
        card.body.addWidget(title)
        card.body.addWidget(self.missing)
        card.body.addLayout(row)
        card.body.addLayout(second)
        card.body.addStretch(2)
        return card

    # --- showing ------------------------------------------------------------------------------------------

    def show_missing(self, packages: str, line: str) -> None:
        """Training cannot be had: these packages are not there, and `line` installs them."""
        if line:
            self.missing.setText(
                tr(
                    "Listening needs little; training needs torch and some more, about 2 GB. In the "
                    "project folder, type the line below into a terminal. Not there yet: {packages}."
                ).format(packages=packages)
            )
        else:
            self.missing.setText(
                tr(
                    "This package of the program cannot train: PyTorch is not part of it. Install the "
                    "program with Python and the extra “train”, and train there."
                )
            )
        for part in (self.line, self.copy):
            part.setVisible(bool(line))
        self.line.setText(line)
        self.line.setCursorPosition(0)
        self._sides.setCurrentIndex(2)

    def show_setup(self) -> None:
        self._sides.setCurrentIndex(0)

    def show_progress(self) -> None:
        self._sides.setCurrentIndex(1)

    @property
    def shows_setup(self) -> bool:
        return self._sides.currentIndex() == 0

    @property
    def shows_missing(self) -> bool:
        return self._sides.currentIndex() == 2

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self.copy.setText(tr("Copied"))
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def apply_theme(self, tokens: Tokens) -> None:
        self.setup.apply_theme(tokens)
        self.progress.apply_theme(tokens)

    # --- what a person does -------------------------------------------------------------------------------

    def entered(self) -> None:
        self.seen.emit()

    def takes(self, paths: list[Path]) -> str:
        if self.shows_setup and paths and all(path.is_dir() for path in paths):
            return (
                tr("Drop to learn from this folder")
                if len(paths) == 1
                else tr("Drop to learn from these folders")
            )
        return ""

    def drop(self, paths: list[Path]) -> None:
        self.dropped.emit(paths)
