"""What is being done beside the window, with its progress; and what has to be installed for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.theme import Space
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import ElidedLabel, button_of, named, text_of


class WorkStrip(Card):
    """One line about the work, a bar, and a button that ends it; hidden while nothing is done."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.told = ElidedLabel("", self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        named(self.bar, tr("Progress"), tr("How far it is, where that is known"))
        self.cancel = button_of(tr("Cancel"), tr("End it; nothing is kept of it"), self, compact=True)
        self.cancel.clicked.connect(self.cancelled)
        words = QVBoxLayout()
        words.setSpacing(Space.S)
        words.addWidget(self.told)
        words.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addLayout(words, 1)
        row.addWidget(self.cancel)
        self.body.addLayout(row)
        self.hide()

    def show_work(self, told: str, done: int = 0, total: int = 0) -> None:
        """What is done now; a `total` of 0 where it is not known."""
        self.told.show_text(told)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.setVisible(bool(told))

    def end(self) -> None:
        self.show_work("")
        self.bar.setRange(0, 1)  # one without an end is drawn again and again, also unseen


class InstallStrip(Card):
    """What is missing, and the line for a terminal that installs it, to be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.told = text_of(self)
        self.line = QLineEdit(self)
        self.line.setReadOnly(True)
        named(
            self.line,
            tr("Line for a terminal"),
            tr("Run it in the project folder, then start the program again"),
        )
        self.copy = button_of(
            tr("Copy"), tr("Copy the line, to paste it into a terminal"), self, compact=True
        )
        self.copy.clicked.connect(self._copy)
        self.close_button = button_of(tr("Close"), tr("Take this message away"), self, compact=True)
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.line, 1)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        self.body.addWidget(self.told)
        self.body.addLayout(row)
        self.hide()

    def show_line(self, told: str, line: str) -> None:
        """`line` is empty where nothing can be installed."""
        self.told.setText(told)
        self.line.setText(line)
        self.line.setCursorPosition(0)
        self.line.setVisible(bool(line))
        self.copy.setVisible(bool(line))
        self.copy.setText(tr("Copy"))
        self.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self.copy.setText(tr("Copied"))
        self.copy.setAccessibleName(tr("Copied"))
