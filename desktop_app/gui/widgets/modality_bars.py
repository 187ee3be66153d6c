"""Three sets of bars side by side, of voice, words and both; and a line where the first two contradict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import Hue, colours_for
from desktop_app.gui.look.easing import Easing
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.modalities import DISAGREE, Modalities, Side
from desktop_app.gui.state.words import capital, named, percent
from desktop_app.gui.widgets.bars import ALWAYS_SHOWN
from desktop_app.gui.widgets.canvas import Canvas, tint

_ROW_MAX, _ROW_USUAL, _ROW_MIN, _ROW_MIN_OF_MANY = 50, 21, 14, 20
_HEAD = 20  # pixels of the titles
_GAP = 12  # between two columns
_TRACK_BESIDE_SIGNS = 60
_ROUND = 6
_INSIDE, _DISC, _BETWEEN = 10.0, 4.5, 14.0
LOWEST_MODALITIES = _HEAD + ALWAYS_SHOWN * _ROW_MIN


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Numbers, the lengths of the bars now as shares, and the place in pixels."""

    values: Sequence[float | None]
    eased: npt.NDArray[np.float64]
    left: float
    width: float
    number_width: float
    signs: bool  # there is room for %


class ModalityBars(Canvas):
    """A row for each emotion in the order of the voice's bars, a column for each way to tell it.

    The voice's bars stand at once, as they stood before; those of words and both glide from nothing.
    """

    role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None, time_constant_s: float = 0.12) -> None:
        super().__init__(tr("Probabilities by voice, words and both"), tr("No result yet"), parent)
        self._shown: Modalities | None = None
        self._colours: Mapping[str, Hue] = {}
        self._easing = Easing(0, time_constant_s)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.lie_on_card()
        self.setToolTip(
            tr(
                "How likely each emotion is by the voice alone, by the words alone, and by both. A dash is "
                "an emotion that the text model does not know."
            )
        )

    @property
    def columns(self) -> list[tuple[str, tuple[float | None, ...]]]:
        """The title of each, and its numbers; None where there is none."""
        modalities = self._shown
        if modalities is None:
            return []
        found: list[tuple[str, tuple[float | None, ...]]] = [
            (tr("Voice"), modalities.voice),
            (tr("Words"), modalities.words),
        ]
        if modalities.both is not None:
            found.append((tr("Both"), modalities.both))
        return found

    def show_modalities(
        self, modalities: Modalities, colours: Mapping[str, Hue], *, at_once: bool = False
    ) -> None:
        """Show these; a doubtful voice, or both in doubt, has no leader."""
        if modalities == self._shown and colours is self._colours:
            return
        before = self._shown
        self._shown, self._colours = modalities, colours
        target = [value or 0.0 for _, values in self.columns for value in values]
        if before is None or before.labels != modalities.labels or len(target) != len(self._easing.values):
            self._easing.aim([0.0] * len(target))
            self._easing.jump()
        self._easing.aim(target)
        self._easing.values[: len(modalities.labels)] = modalities.voice
        if at_once or not self.in_sight:
            self._easing.jump()
        self.describe(self._spoken())
        self.updateGeometry()
        self.update()

    def _spoken(self) -> str:
        """All of it for a screen reader, the likeliest first."""
        modalities = self._shown
        if modalities is None:
            return tr("No result yet")
        parts: list[str] = []
        for title, values in self.columns:
            known = [
                (value, label)
                for value, label in zip(values, modalities.labels, strict=True)
                if value is not None
            ]
            told = ", ".join(
                f"{named(label)} {percent(value)}" for value, label in sorted(known, reverse=True)
            )
            head = tr("{way}, uncertain").format(way=title) if self._doubtful(len(parts)) else title
            parts.append(f"{head}: {told}.")
        return " ".join(parts)

    def step(self, dt_s: float) -> bool:
        """Advance by a frame; whether anything still moves."""
        if self._easing.settled:
            return False
        moving = self._easing.step(dt_s)
        self.update()
        return moving

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, _HEAD + _ROW_USUAL * self._rows())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        rows = self._rows()
        return QSize(220, _HEAD + rows * (_ROW_MIN if rows <= ALWAYS_SHOWN else _ROW_MIN_OF_MANY))

    def _rows(self) -> int:
        return max(2, 0 if self._shown is None else len(self._shown.labels))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        self.fill_ground(painter, event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        modalities = self._shown
        if modalities is None:
            return
        columns = self.columns
        height = min(_ROW_MAX, (self.height() - _HEAD) / len(modalities.labels))
        size = max(10.0, min(14.0, height * 0.56))
        metrics = QFontMetricsF(font(size, 600))
        name = max(metrics.horizontalAdvance(capital(named(label))) for label in modalities.labels)
        name = min(name + 12, self.width() * 0.32)
        width = (self.width() - name - _GAP * (len(columns) - 1)) / len(columns)
        self._draw_names(painter, modalities, height, size, name)
        digits = QFontMetricsF(font(min(size, 12.0), 600, True))
        signs = width - digits.horizontalAdvance("100 %") >= _TRACK_BESIDE_SIGNS
        number_width = digits.horizontalAdvance("100 %" if signs else "100") + 4
        for number, (title, values) in enumerate(columns):
            left = name + number * (width + _GAP)
            begin = number * len(modalities.labels)
            eased = self._easing.values[begin : begin + len(modalities.labels)]
            together = number == 2
            if together:
                ground = QRectF(left - 6, 0, width + 6, _HEAD + height * len(modalities.labels))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tint(self.tokens.accent, 0.07))
                painter.drawRoundedRect(ground, _ROUND, _ROUND)
            painter.setFont(font(Type.CAPTION, 600))
            painter.setPen(QColor(self.tokens.ink if together else self.tokens.ink_muted))
            told = title
            if self._doubtful(number):
                told = tr("{way}, uncertain").format(way=title)
                if QFontMetricsF(painter.font()).horizontalAdvance(told) > width:
                    told = f"{title} ?"
            painter.drawText(QRectF(left, 0, width, _HEAD), Qt.AlignmentFlag.AlignVCenter, told)
            column = _Column(values, eased, left, width - (4 if together else 0), number_width, signs)
            self._draw_column(painter, column, height, size, self._leader(number, values))

    def _draw_names(
        self, painter: QPainter, modalities: Modalities, height: float, size: float, width: float
    ) -> None:
        columns = self.columns
        both = len(columns) > 2 and not self._doubtful(2)
        leading = self._leader(*((2, columns[2][1]) if both else (0, columns[0][1])))
        for row, label in enumerate(modalities.labels):
            type_ = font(size, 600 if row == leading else 450)
            painter.setFont(type_)
            painter.setPen(QColor(self.tokens.ink if row == leading else self.tokens.ink_secondary))
            text = QFontMetricsF(type_).elidedText(
                capital(named(label)), Qt.TextElideMode.ElideRight, width - 8
            )
            at = QRectF(0, _HEAD + row * height, width, height)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _doubtful(self, column: int) -> bool:
        """Whether what a column tells does not count as an answer."""
        modalities = self._shown
        if modalities is None:
            return False
        return {0: modalities.doubtful, 2: modalities.both_doubtful}.get(column, False)

    def _leader(self, column: int, values: Sequence[float | None]) -> int:
        """The row that leads in a column; -1 if none does."""
        modalities = self._shown
        if modalities is None or self._doubtful(column):
            return -1
        if column == 1:
            return -1 if modalities.words_say is None else modalities.words_say
        return int(np.argmax([value or 0.0 for value in values]))

    def _draw_column(
        self, painter: QPainter, column: _Column, height: float, size: float, leader: int
    ) -> None:
        values, left, width = column.values, column.left, column.width
        modalities = self._shown
        if modalities is None:
            return
        size = min(size, 12.0)
        track_width = max(8.0, width - column.number_width)
        thick = max(4.0, min(11.0, round(height * 0.34)))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for row, (label, value) in enumerate(zip(modalities.labels, values, strict=True)):
            top = _HEAD + row * height
            painter.setFont(font(size, 600 if row == leader else 450, True))
            painter.setPen(QColor(self.tokens.ink if row == leader else self.tokens.ink_secondary))
            number = "–" if value is None else percent(value) if column.signs else f"{round(100 * value)}"
            painter.drawText(QRectF(left, top, width, height), right, number)
            if value is None:
                continue
            track = QRectF(left, round(top + (height - thick) / 2), track_width, thick)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.track))
            painter.drawRoundedRect(track, thick / 2, thick / 2)
            length = track_width * float(column.eased[row])
            if length > 0.5:
                colour = self.tokens.emotion(self._colours.get(label))
                painter.setBrush(tint(colour, 0.85) if leader >= 0 and row != leader else colour)
                bar = QRectF(track.left(), track.top(), max(length, 3.0), thick)
                radius = min(thick / 2, bar.width() / 2)
                painter.drawRoundedRect(bar, radius, radius)


class DisagreementLine(Canvas):
    """That words and voice contradict each other, each with its colour; or what else is said of the words."""

    role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Words and voice"), "", parent)
        self._remark = ""
        self._disagreement: tuple[Side, Side] | None = None
        self._brief = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_modalities(self, modalities: Modalities | None) -> None:
        """What is to be said about them; hidden where that is nothing."""
        remark, disagreement = (
            ("", None) if modalities is None else (modalities.remark, modalities.disagreement)
        )
        if (remark, disagreement) != (self._remark, self._disagreement):
            self._remark, self._disagreement = remark, disagreement
            told = remark
            if disagreement is not None:
                told = ". ".join((tr(DISAGREE), *(side.text for side in disagreement)))
            self.describe(told)
            self.setToolTip(told)
            self.updateGeometry()
            self.update()
        self.setVisible(bool(remark or disagreement))

    def set_brief(self, brief: bool) -> None:
        """Whether there is room for one line only."""
        if brief != self._brief:
            self._brief = brief
            self.updateGeometry()

    @property
    def _lines(self) -> int:
        return 1 if self._brief or self._disagreement is None else 2

    def sizeHint(self) -> QSize:  # noqa: N802
        line = round(QFontMetricsF(font(Type.SMALL, 600)).height())
        return QSize(
            280, line * self._lines + (4 if self._disagreement is None else 10 if self._brief else 18)
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold, plain = font(Type.SMALL, 600), font(Type.SMALL, 400)
        line = QFontMetricsF(bold).height()
        if self._disagreement is None:
            painter.setFont(plain)
            painter.setPen(QColor(self.tokens.ink_secondary))
            shown = QFontMetricsF(plain).elidedText(self._remark, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.banner))
        painter.drawRoundedRect(QRectF(self.rect()), _ROUND, _ROUND)
        top = (self.height() - line * self._lines) / 2
        if self._lines == 2:
            painter.setFont(bold)
            painter.setPen(QColor(self.tokens.ink))
            room = self.width() - 2 * _INSIDE
            shown = QFontMetricsF(bold).elidedText(tr(DISAGREE), Qt.TextElideMode.ElideRight, room)
            at = QRectF(_INSIDE, top, room, line)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, shown)
            top += line + 1
        texts = [side.text for side in self._disagreement]
        metrics = QFontMetricsF(plain)
        needed = sum(metrics.horizontalAdvance(text) + 2 * _DISC + 6 for text in texts) + _BETWEEN
        if needed > self.width() - 2 * _INSIDE:
            texts = [side.brief for side in self._disagreement]
        hues = colours_for([self._disagreement[0].label]) | colours_for([self._disagreement[1].label])
        left = _INSIDE
        for side, text in zip(self._disagreement, texts, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.tokens.emotion(hues.get(side.label)))
            painter.drawEllipse(QPointF(left + _DISC, top + line / 2), _DISC, _DISC)
            left += 2 * _DISC + 6
            painter.setFont(plain)
            painter.setPen(QColor(self.tokens.ink))
            room = max(0.0, self.width() - left - _INSIDE)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room, line), Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown) + _BETWEEN
