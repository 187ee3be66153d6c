"""A button that shows the keys of a command, and takes others."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.widgets.controls import keys_text, named

_MODIFIERS = {Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
_NONE = mark("None")


class KeysButton(QPushButton):
    """Pressed, it waits for keys: Escape leaves them as they are, Delete takes them away.

    Tab moves on, so that nobody is caught in it.
    """

    chosen = Signal(str)  # keys as `QKeySequence` writes them; empty for none

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = ""
        self._title = title
        self.waits = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("density", "compact")
        self.clicked.connect(self._begin)
        self.show_keys("")

    def show_keys(self, keys: str) -> None:
        self._keys = keys
        self.waits = False
        shown = keys_text(keys) if keys else tr(_NONE)
        self.setText(shown)
        named(
            self,
            tr("Keys for {title}: {keys}").format(title=self._title, keys=shown),
            tr("Press it, then the keys. Delete takes them away, Escape leaves them."),
        )

    def _begin(self) -> None:
        self.waits = True
        self.setFocus()
        self.setText(tr("Press the keys…"))

    def event(self, event: QEvent) -> bool:
        if self.waits and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # they come here as keys, and do nothing else
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not self.waits:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        plain = not event.modifiers()
        if key in _MODIFIERS or event.isAutoRepeat():
            return
        if key == Qt.Key.Key_Escape and plain:
            self.show_keys(self._keys)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and plain:
            self.chosen.emit("")
        else:
            self.chosen.emit(
                QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
            )

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not self.waits:  # the release of the space bar that has pressed it is no second press
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        if self.waits:
            self.show_keys(self._keys)
        super().focusOutEvent(event)
