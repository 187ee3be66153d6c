"""The emotion, doubt or state in large type, what to do about it, and the buttons that do it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import POINT, Hue
from desktop_app.gui.look.icons import draw_icon
from desktop_app.gui.look.theme import Space, Tokens, Type, font
from desktop_app.gui.state.condition import Condition
from desktop_app.gui.state.headline import LOADING_MODEL, Action, Headline, Kind, said
from desktop_app.gui.state.notices import Tone
from desktop_app.gui.state.words import percent
from desktop_app.gui.widgets.canvas import Canvas
from desktop_app.gui.widgets.controls import button_of

_ACTIONS: dict[Action, tuple[str, str]] = {
    Action.REFRESH: (mark("Look again"), mark("Look for microphones again")),
    Action.OPEN_RECORDING: (mark("Open…"), mark("Analyze a recording")),
    Action.PLAY_DEMO: (mark("Play demo"), mark("Play the built-in demo recording")),
    Action.RESUME: (mark("Start"), mark("Start listening (Space)")),
    Action.MICROPHONE: (mark("Microphone"), mark("Listen to the microphone")),
    Action.REPLAY: (mark("Play again"), mark("Play the recording from its start")),
    Action.OPEN_MODEL: (mark("Open model…"), mark("Choose an .onnx model file")),
    Action.TRY_AGAIN: (mark("Try again"), mark("Load the model again and start to listen")),
}


_LINE = 64.0  # height of the large type
_STATE_LINE = 46.0
_LOW_LINE = 46.0  # of the large type, where a condition and buttons stand beneath it and there is little room
_CONDITION = 22.0  # height of the line of the condition
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|s\b|min\b)")
_TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
_WRAP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class _HeadlineCanvas(Canvas):
    """The type itself."""

    role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Current emotion"), tr(LOADING_MODEL.title), parent)
        self.headline = said(LOADING_MODEL)
        self.hue: Hue | None = None
        self.reserved = 0  # pixels at the bottom that belong to buttons
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 148)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(220, 132)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        emotion = self.headline.kind in {Kind.EMOTION, Kind.POINT}
        room = self.height() - self.reserved
        detail = self._detail_height(22 if emotion else 44)
        told = self._condition_height(room - (_LOW_LINE if emotion else _STATE_LINE) - 2 - detail)
        line = _STATE_LINE
        if emotion:
            line = min(_LINE, max(_LOW_LINE, room - 2 - detail - told))
        block = min(line + 2 + detail + told, float(room))
        painter.translate(0, max(0.0, round((room - block) / 2)))
        if emotion:
            self._emotion(painter, line, block - told)
        else:
            self._state(painter, block - told)
        if self.headline.condition is not None:
            self._condition(painter, self.headline.condition, block - told, told)

    def _condition_height(self, room: float) -> float:
        """Of the condition: one line, or two where `room` pixels are enough and one would cut its words."""
        condition = self.headline.condition
        if condition is None:
            return 0.0
        wide = QFontMetricsF(font(Type.SMALL, 600)).horizontalAdvance(condition.title)
        wide += 8 + QFontMetricsF(font(Type.SMALL, 400)).horizontalAdvance(condition.help)
        return 2 * _CONDITION if wide > self.width() - 22 and room >= 2 * _CONDITION else _CONDITION

    def _condition(self, painter: QPainter, condition: Condition, top: float, height: float) -> None:
        """A sign, what is now, and what to do about it: in one line or in two."""
        t = self.tokens
        inks = {Tone.WARNING: t.warning, Tone.TROUBLE: t.danger, Tone.SUCCESS: t.success}
        ink = QColor(inks.get(condition.tone, t.ink_secondary))
        draw_icon(painter, condition.name, QRectF(0, top + 4, 14, 14), ink, 2.0)
        strong = font(Type.SMALL, 600)
        title = QFontMetricsF(strong).elidedText(
            condition.title, Qt.TextElideMode.ElideRight, self.width() - 22
        )
        painter.setFont(strong)
        painter.setPen(ink)
        box = QRectF(22, top, self.width() - 22, _CONDITION)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, middle, title)
        left = QFontMetricsF(strong).horizontalAdvance(title) + 8 if title else 0.0
        usual = font(Type.SMALL, 400)
        if height > _CONDITION:
            rest = QRectF(22, top + 4, self.width() - 22, height - 4)
            painter.setFont(usual)
            painter.setPen(QColor(t.ink_secondary))
            for number, words in enumerate(_indented(condition.help, usual, left, rest.width())):
                painter.drawText(rest.adjusted(0 if number else left, 18 * number, 0, 0), _TOP, words)
            return
        text = QFontMetricsF(usual).elidedText(
            condition.help, Qt.TextElideMode.ElideRight, max(0.0, box.width() - left)
        )
        painter.setFont(usual)
        painter.setPen(QColor(t.ink_secondary))
        painter.drawText(box.adjusted(left, 0, 0, 0), middle, text)

    def _emotion(self, painter: QPainter, line: float, bottom: float) -> None:
        t, width = self.tokens, float(self.width())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.emotion(self.hue))
        painter.drawRoundedRect(QRectF(0, line / 8, 6, line * 0.75), 3, 3)
        sure = self.headline.confidence
        confidence = "" if sure is None else percent(sure)
        number_font = font(Type.STATE, 400, True)
        number = QFontMetricsF(number_font)
        number_width = number.horizontalAdvance("100 %") + 12 if confidence else 0.0
        room = width - 22 - number_width
        size = Type.DISPLAY * line / _LINE
        title_font = fitting(self.headline.title, size, 650, room)
        metrics = QFontMetricsF(title_font)
        baseline = line / 2 + metrics.capHeight() / 2
        painter.setFont(title_font)
        painter.setPen(QColor(t.ink))
        title = metrics.elidedText(self.headline.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(22, baseline), title)
        painter.setFont(number_font)
        painter.setPen(QColor(t.ink_secondary))
        painter.drawText(QPointF(width - number.horizontalAdvance(confidence), baseline), confidence)
        self._detail(painter, 22, line + 2, bottom)

    def _state(self, painter: QPainter, bottom: float) -> None:
        t, width = self.tokens, float(self.width())
        tone = QColor(
            t.danger if self.headline.failed else t.warning if self.headline.trouble else t.ink_secondary
        )
        draw_icon(painter, self.headline.icon, QRectF(0, _STATE_LINE / 2 - 15, 30, 30), tone, 1.3)
        room = width - 44
        title_font = fitting(self.headline.title, Type.STATE, 400, room)
        metrics = QFontMetricsF(title_font)
        painter.setFont(title_font)
        painter.setPen(QColor(t.ink if self.headline.trouble else t.ink_secondary))
        painter.drawText(QPointF(44, _STATE_LINE / 2 + metrics.capHeight() / 2), self.headline.title)
        self._detail(painter, 44, _STATE_LINE + 2, bottom)

    def _detail(self, painter: QPainter, left: float, top: float, bottom: float) -> None:
        painter.setFont(font(Type.BODY, 400, True))
        painter.setPen(QColor(self.tokens.ink_secondary))
        height = max(0.0, bottom - top)
        room = QRectF(left, top, self.width() - left, height)
        painter.drawText(room, _WRAP, _cut(self._told, room.width(), height))

    @property
    def _told(self) -> str:
        """What stands beneath the title; a number is not parted from its unit at the end of a line."""
        return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", self.headline.detail)

    def _detail_height(self, left: float) -> float:
        return _height(self._told, self.width() - left)


class HeadlineWidget(QWidget):
    """Headline and its action buttons. A state has an outlined sign and lighter type, an emotion never."""

    action = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = _HeadlineCanvas(self)
        self._row = QWidget(self)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self._buttons: dict[Action, QPushButton] = {}
        for action, (text, tip) in _ACTIONS.items():
            button = button_of(tr(text), tr(tip), self._row, compact=True)
            button.clicked.connect(lambda _=False, chosen=action: self.action.emit(chosen.value))
            button.hide()
            row.addWidget(button)
            self._buttons[action] = button
        row.addStretch(1)
        self._row.hide()
        self.setMinimumSize(self._canvas.minimumSizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._canvas.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The type has the whole height; buttons, where there are some, lie at the bottom of it."""
        super().resizeEvent(event)
        height = Space.CONTROL + 2
        self._canvas.setGeometry(self.rect())
        self._row.setGeometry(0, self.height() - height, self.width(), height)

    @property
    def headline(self) -> Headline:
        return self._canvas.headline

    def button(self, action: Action) -> QPushButton:
        return self._buttons[action]

    def apply_theme(self, tokens: Tokens) -> None:
        self._canvas.apply_theme(tokens)

    def set_headline(self, headline: Headline, colours: Mapping[str, Hue]) -> None:
        self._canvas.headline = headline
        self._canvas.hue = colours.get(headline.label) if headline.label else None
        if headline.kind is Kind.POINT:
            self._canvas.hue = POINT
        spoken = headline.title
        if headline.confidence is not None:
            spoken += f", {percent(headline.confidence)}"
        told = "" if headline.condition is None else headline.condition.text
        self._canvas.describe(f"{spoken}. {headline.detail} {told}".rstrip())
        self._canvas.setToolTip("\n".join(filter(None, (headline.detail, headline.help, told))))
        row = self._row.layout()
        shown = [action for action in headline.actions if action in self._buttons]
        for action, button in self._buttons.items():
            primary = bool(shown) and action is shown[0]
            role = "primary" if primary else ""
            if button.property("role") != role:
                button.setProperty("role", role)
                button.style().unpolish(button)
                button.style().polish(button)
                button.updateGeometry()  # its type has another weight now
            button.setVisible(action in shown)
        if row is not None:
            for place, action in enumerate(shown):
                row.removeWidget(self._buttons[action])
                row.insertWidget(place, self._buttons[action])  # type: ignore[attr-defined]
        self._row.setVisible(bool(shown))
        self._canvas.reserved = Space.CONTROL + Space.S if shown else 0
        self._canvas.update()


def _indented(text: str, type_: QFont, indent: float, width: float) -> tuple[str, str]:
    """The words in two lines of `width` pixels, of which the first begins `indent` pixels further right."""
    metrics = QFontMetricsF(type_)
    words = text.split(" ")
    first = 0
    while first < len(words) and metrics.horizontalAdvance(" ".join(words[: first + 1])) <= width - indent:
        first += 1
    rest = metrics.elidedText(" ".join(words[first:]), Qt.TextElideMode.ElideRight, width)
    return " ".join(words[:first]), rest


def _height(detail: str, width: float) -> float:
    metrics = QFontMetricsF(font(Type.BODY, 400, True))
    return max(metrics.lineSpacing(), metrics.boundingRect(QRectF(0, 0, width, 1000), _WRAP, detail).height())


def _cut(detail: str, width: float, height: float) -> str:
    """As many of the words as there is room for; the tooltip has them all."""
    words = detail.split(" ")
    text = detail
    while len(words) > 1 and _height(text, width) > height + 1:
        words.pop()
        text = " ".join(words).rstrip(".,:;") + "…"
    return text


def fitting(text: str, size: float, weight: int, room: float) -> QFont:
    """The font at `size`, or smaller where `room` pixels would cut the text off; `Type.LARGE` at least."""
    width = QFontMetricsF(font(size, weight)).horizontalAdvance(text)
    if width > room > 0:
        size = max(Type.LARGE, size * room / width)
    while size > Type.LARGE and _is_cut(text, font(size, weight), room):  # sizes are whole pixels
        size = max(Type.LARGE, size - 0.5)
    return font(size, weight)


def _is_cut(text: str, type_: QFont, room: float) -> bool:
    return QFontMetricsF(type_).elidedText(text, Qt.TextElideMode.ElideRight, room) != text
