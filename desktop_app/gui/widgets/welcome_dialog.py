"""The first run: what the program does, what a label is worth, what it is not for, and two choices."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import draw_icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.about_texts import WELCOME, Part
from desktop_app.gui.state.entries import Entries
from desktop_app.gui.widgets.canvas import Canvas
from desktop_app.gui.widgets.cards import scrolled, section
from desktop_app.gui.widgets.controls import button_of, press_focused, text_of
from desktop_app.gui.widgets.pickers import Picker

_SIZE = (640, 680)
_WIDEST = 16777215  # Qt's own: no limit
_MARGIN = 40  # to the edges of the window below
_SCROLLING = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class _Sign(Canvas):
    """One of the signs, beside its heading."""

    def __init__(self, sign: str, parent: QWidget) -> None:
        super().__init__(sign, "", parent)
        self._sign = sign
        self.setFixedSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        draw_icon(QPainter(self), self._sign, QRectF(2, 2, 22, 22), QColor(self.tokens.accent), 1.5)


class WelcomeDialog(QDialog):
    """`first`: it has to be accepted, or the program ends; else it is only read again.

    Escape neither accepts nor ends anything then.
    """

    accepted_by_person = Signal()
    refused = Signal()
    microphone_chosen = Signal(object)
    model_chosen = Signal(object)

    def __init__(self, parent: QWidget, *, first: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Welcome to Emoscope"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._first = first
        self._signs: list[_Sign] = []
        title = QLabel(tr("Welcome to Emoscope"), self)
        title.setProperty("role", "large")
        below = text_of(self)
        below.setText(tr("An oscilloscope for emotion in the voice."))
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.L)
        for part in WELCOME:
            column.addLayout(self._part(part, content))
        column.addStretch(1)
        self.area = scrolled(content, tr("About Emoscope"), 4000)
        self.area.setMinimumHeight(120)
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        card = QFrame(self)
        card.setObjectName("card")
        frame = QVBoxLayout(card)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self.area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.S)
        layout.addWidget(title)
        layout.addWidget(below)
        layout.addSpacing(Space.S)
        layout.addWidget(card, 1)
        self.microphone = Picker(tr("Microphone"), tr("What is listened to"), "microphone", self)
        self.model = Picker(tr("Model"), tr("What recognises the emotions"), "listening", self)
        if first:
            layout.addLayout(self._choices())
        else:
            self.microphone.hide()
            self.model.hide()
        layout.addSpacing(Space.S)
        layout.addLayout(self._buttons())
        room = parent.size()
        self.resize(min(_SIZE[0], room.width() - _MARGIN), min(_SIZE[1], room.height() - _MARGIN))
        self.setFocus()  # no control has the keyboard until Tab; the arrow keys scroll

    def _part(self, part: Part, parent: QWidget) -> QGridLayout:
        sign = _Sign(part.sign, parent)
        sign.setAccessibleName(tr(part.title))
        self._signs.append(sign)
        title = QLabel(tr(part.title), parent)
        title.setProperty("role", "title")
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        grid.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(title, 0, 1)
        for row, words in enumerate(map(tr, part.sentences), 1):
            text = text_of(parent)
            text.setText(words)
            grid.addWidget(text, row, 1)
        return grid

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        for column, (picker, chosen) in enumerate(
            ((self.microphone, self.microphone_chosen), (self.model, self.model_chosen))
        ):
            picker.setMaximumWidth(_WIDEST)
            picker.activated.connect(lambda place, p=picker, s=chosen: s.emit(p.itemData(place)))
            grid.setColumnStretch(column, 1)
            grid.addWidget(section(picker.accessibleName(), self), 0, column)
            grid.addWidget(picker, 1, column)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        if self._first:
            self.quit = button_of(tr("Quit"), tr("Close Emoscope; nothing was listened to"), self)
            self.quit.clicked.connect(self._refuse)
            row.addWidget(self.quit)
            self.agree = button_of(
                tr("I have understood"), tr("Begin to listen, and do not show this again"), self
            )
            self.agree.clicked.connect(self._agree)
        else:
            self.agree = button_of(tr("Close"), tr("Close this window (Esc)"), self)
            self.agree.clicked.connect(self.accept)
        self.agree.setProperty("role", "primary")
        self.agree.setAutoDefault(False)
        row.addStretch(1)
        row.addWidget(self.agree)
        return row

    def fill(self, microphones: Entries, microphone: object, models: Entries, model: object) -> None:
        """What can be chosen, and what is."""
        self.microphone.fill(microphones, microphone)
        self.model.fill(models, model)

    def apply_theme(self, tokens: Tokens) -> None:
        for sign in self._signs:
            sign.apply_theme(tokens)
        self.microphone.apply_theme(tokens)
        self.model.apply_theme(tokens)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(*_SIZE)

    def _agree(self) -> None:
        self._first = False
        self.accepted_by_person.emit()
        self.accept()

    def _refuse(self) -> None:
        self._first = False
        self.refused.emit()
        self.reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if press_focused(event):
            return
        if self._first and event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return  # neither is an answer to what nobody may have read
        if event.key() in _SCROLLING:
            QCoreApplication.sendEvent(self.area.verticalScrollBar(), event)
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._first:
            self._refuse()
        super().closeEvent(event)
