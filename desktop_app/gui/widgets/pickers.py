"""Drop-down lists that draw a chevron and an elided text, and keep their data across refreshes."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import (
    QAccessibleWidget,
    QComboBox,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from desktop_app.gui.look.icons import draw_icon
from desktop_app.gui.look.theme import LIGHT, Tokens
from desktop_app.gui.widgets.accessible import tell_of

_SHORTEST = 110
_LEFT, _RIGHT = 32, 28  # of the text: the sign, the chevron
_SIGNS = _LEFT + _RIGHT
_UNSIGNED = 11  # where the text begins if there is no sign


class Picker(QComboBox):
    """A combo box that takes the keyboard by Tab only, so that Space stays the pause key for mouse users.

    An empty `sign` draws none; with a prefix, there is room for every text.
    """

    def __init__(
        self, name: str, tip: str, sign: str, parent: QWidget | None = None, *, prefix: str = ""
    ) -> None:
        super().__init__(parent)
        tell_of(Picker, _interface)
        self._prefix, self._whole = prefix, bool(prefix)
        self._tokens = LIGHT
        self.setView(QListView(self))  # the style sheet reaches a list of its own, not the style's menu
        self._sign = sign
        self._left = _LEFT if sign else _UNSIGNED
        self.setAccessibleName(name)
        self.setAccessibleDescription(tip)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setMaximumWidth(280)

    @property
    def shown(self) -> str:
        """What it reads, were there room for all of it."""
        return self._prefix + self.currentText()

    @property
    def cut(self) -> bool:
        """Whether there is no room for all of it."""
        room = self.width() - self._left - _RIGHT
        return QFontMetricsF(self.font()).horizontalAdvance(self.shown) > room

    def set_prefix(self, prefix: str) -> None:
        """What stands before the text."""
        if prefix != self._prefix:
            self._prefix = prefix
            self.updateGeometry()
            self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:  # what is cut is read whole in the tip
            tip = self.accessibleDescription()
            self.setToolTip(f"{self.shown}\n{tip}" if self.cut else tip)
        return super().event(event)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for the text with its prefix; without one, for the beginning of a name."""
        width = _SHORTEST
        if self._whole:
            metrics = QFontMetricsF(self.font())
            texts = (self._prefix + self.itemText(index) for index in range(self.count()))
            wide = (ceil(metrics.horizontalAdvance(text)) + _SIGNS + 2 for text in texts)
            width = max(wide, default=_SHORTEST)
        return QSize(width, super().minimumSizeHint().height())

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.update()

    def fill(self, entries: Iterable[tuple[str, Any]], chosen: Any) -> None:
        """Replace the entries (text, data) without a signal; `chosen` is the data to stand on."""
        self.blockSignals(True)
        try:
            self.clear()
            for text, data in entries:
                if data is None and not text:
                    self.insertSeparator(self.count())
                else:
                    self.addItem(text, data)
                    self.setItemData(self.count() - 1, text, Qt.ItemDataRole.ToolTipRole)
            self.choose(chosen)
        finally:
            self.blockSignals(False)
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0)
        self.view().setMinimumWidth(min(420, longest + 60))
        self.updateGeometry()
        self.update()

    def choose(self, data: Any) -> None:
        """Stand on the entry with this data, silently; the first one if there is none."""
        blocked = self.blockSignals(True)
        place = next((i for i in range(self.count()) if self.itemData(i) == data), 0)
        self.setCurrentIndex(place)
        self.blockSignals(blocked)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        ink = QColor(self._tokens.ink if self.isEnabled() else self._tokens.ink_muted)
        muted = QColor(self._tokens.ink_muted)
        middle = self.height() / 2
        if self._sign:
            draw_icon(painter, self._sign, QRectF(9, middle - 8, 16, 16), muted)
        draw_icon(painter, "chevron", QRectF(self.width() - 24, middle - 7, 14, 14), muted, 1.8)
        painter.setPen(ink)
        painter.setFont(self.font())
        room = QRectF(self._left, 0, self.width() - self._left - _RIGHT, self.height())
        metrics = QFontMetricsF(self.font())
        text = metrics.elidedText(self.shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class _PickerInterface(QAccessibleWidget):
    """What a screen reader is told of a picker: its name, and its text as its value.

    On Linux, Qt's own interface of a combo box gives the text as its name: it expects a label beside it.
    """

    def __init__(self, picker: Picker) -> None:
        super().__init__(picker, QAccessible.Role.ComboBox)
        self._picker = picker

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Value:
            return self._picker.currentText()
        return super().text(kind)

    def childCount(self) -> int:  # noqa: N802
        return 1

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return QAccessible.queryAccessibleInterface(self._picker.view()) if index == 0 else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        return 0 if child.object() is self._picker.view() else -1


def _interface(widget: QWidget) -> QAccessibleInterface | None:
    return _PickerInterface(widget) if isinstance(widget, Picker) else None
