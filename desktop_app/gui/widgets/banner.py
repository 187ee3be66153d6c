"""A sentence that floats over the foot of the window, so that nothing moves when it comes or goes.

What has worked, or is only told, goes by itself; what went wrong stays until it is dismissed or is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.look.icons import draw_icon, icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.notices import Notice, Tone
from desktop_app.gui.widgets.controls import button_of

_PASSES_MS = 10_000  # after which a short message that tells of no trouble has been read
_PER_CHARACTER_MS = 50  # as slow readers read
_WIDEST: Final = 820
_LIFT: Final = 3  # over the window's edge


class _Sign(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(20, 20)
        self.name, self.colour = "info", "#808080"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        draw_icon(painter, self.name, QRectF(0, 0, 20, 20), QColor(self.colour))


class Banner(QFrame):
    """Hidden while there is nothing to say; never takes the keyboard away from what a person does."""

    dismissed = Signal()
    retried = Signal(str)  # the model file to load again
    passed = Signal(object)  # a `Notice` that tells of no trouble, after some seconds
    undone = Signal(object)  # the `Undoable` that the message tells, to be taken back

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        layout.setSpacing(Space.M)
        self._sign = _Sign(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._model = ""
        self._retry = _offer(tr("Load it anyway"), tr("Load the model that failed last time"), self)
        self._retry.clicked.connect(lambda _=False: self.retried.emit(self._model))
        self._undo = _offer(tr("Undo"), tr("Take this back (Ctrl+Z)"), self)
        self._told: Notice | None = None
        self._over: tuple[QWidget, ...] = ()
        self._passing: list[Notice] = []
        self._undo.clicked.connect(self._take_back)
        self._close = QToolButton(self)
        self._close.setProperty("role", "small")
        self._close.setIconSize(QSize(16, 16))
        self._close.setToolTip(tr("Dismiss this message"))
        self._close.setAccessibleName(tr("Dismiss"))
        self._close.setAccessibleDescription(tr("Takes the message away"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.dismissed)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._tokens: Tokens | None = None
        self.hide()

    @property
    def retry_button(self) -> QPushButton:
        return self._retry

    @property
    def undo_button(self) -> QPushButton:
        return self._undo

    def _take_back(self) -> None:
        if self._told is not None and self._told.undo is not None:
            self.undone.emit(self._told.undo)

    @property
    def tone(self) -> Tone | None:
        """How the message looks; None while there is none."""
        return None if self._told is None else self._told.tone

    @property
    def message(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._close.setIcon(icon("close", tokens.ink_secondary))
        tone = Tone.INFORMATION if self._told is None else self._told.tone
        self._sign.name, self._sign.colour = {
            Tone.SUCCESS: ("finished", tokens.success),
            Tone.INFORMATION: ("info", tokens.accent),
            Tone.WARNING: ("warning", tokens.warning),
            Tone.TROUBLE: ("failed", tokens.danger),
        }[tone]
        self._sign.update()
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            self.style().unpolish(self)
            self.style().polish(self)

    def _wait(self, notice: Notice) -> None:
        """Let it go by itself, but not while somebody points at it or the keyboard is in it."""

        def over() -> None:
            if self._told is notice and self.isVisible() and (self.underMouse() or self._has_keyboard):
                return
            timer.stop()
            timer.deleteLater()
            self._passing = [each for each in self._passing if each is not notice]
            self.passed.emit(notice)

        timer = QTimer(self)
        timer.timeout.connect(over)
        timer.start(_PASSES_MS + _PER_CHARACTER_MS * len(notice.text))

    @property
    def _has_keyboard(self) -> bool:
        return any(each.hasFocus() for each in (self._close, self._retry, self._undo))

    def show_notice(self, notice: Notice | None) -> None:
        self._told = notice
        if notice is None:
            self.hide()
            return
        if notice.passes and not any(each is notice for each in self._passing):
            self._passing.append(notice)
            self._wait(notice)
        self._model = notice.retry
        self._retry.setVisible(bool(notice.retry))
        self._undo.setVisible(notice.can_undo)
        if notice.undo is not None:
            self._undo.setAccessibleName(tr("Undo {name}").format(name=notice.undo.name))
        self._text.setText(notice.text)
        self.setAccessibleName(tr(_NAMES[notice.tone]))
        self.setAccessibleDescription(notice.text)
        if self._tokens is not None:
            self.apply_theme(self._tokens)
        self._place()
        self.raise_()
        self.show()

    # --- where it floats ----------------------------------------------------------------------------------

    def float_over(self, parent: QWidget, over: Sequence[QWidget]) -> None:
        """Lie over the foot of `parent`, which these of its children fill: the last one is covered first."""
        self.setParent(parent)
        self._over = tuple(over)
        for each in self._over:
            each.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and not self.isHidden():
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and not self.isHidden():
            self._place()

    def _place(self) -> None:
        """As wide as its words on one line, if there is room; else as many lines as they need."""
        layout, parent = self.layout(), self.parentWidget()
        if not self._over or layout is None or parent is None:
            return
        first, last = self._over[0], self._over[-1]
        self.ensurePolished()
        self._text.ensurePolished()
        layout.invalidate()
        left, right = first.x() + Space.L, first.x() + first.width() - Space.L
        words = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 2
        beside = [each for each in (self._sign, self._retry, self._undo, self._close) if not each.isHidden()]
        margins = layout.contentsMargins()
        others = sum(max(each.sizeHint().width(), each.minimumWidth()) for each in beside)
        others += len(beside) * layout.spacing() + margins.left() + margins.right() + 2 * _LIFT
        width = min(right - left, _WIDEST, words + others)
        height = max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        foot = last.mapTo(parent, QPoint(0, last.height())).y() - _LIFT
        self.setGeometry(QRect(left + (right - left - width) // 2, foot - height, width, height))


_NAMES = {
    Tone.SUCCESS: mark("Done"),
    Tone.INFORMATION: mark("Message"),
    Tone.WARNING: mark("Warning"),
    Tone.TROUBLE: mark("Trouble"),
}


def _offer(text: str, tip: str, parent: QWidget) -> QPushButton:
    """A button beside the message, hidden until the message needs it."""
    button = button_of(text, tip, parent, compact=True)
    button.hide()
    return button
