"""Probability bars: one row per label with its name and percentage, gliding to the latest values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.easing import Easing
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.words import capital, named, percent
from desktop_app.gui.widgets.canvas import Canvas, tint

_ROW_MAX = 56
_ROW_USUAL = 22
_ROW_MIN, _ROW_MIN_OF_MANY, _ROW_MIN_OF_TWO = 16, 20, 12
ALWAYS_SHOWN = 8
"""So many rows are seen whole in every window; more than these scroll where there is no room."""
LOWEST_BARS = ALWAYS_SHOWN * _ROW_MIN
LOWEST_OF_TWO = 64
"""Pixels of each where the bars of two models share a low window."""


class BarsWidget(Canvas):
    """Rows keep the model's order, so that a person learns the places; the leading one is set in bold."""

    role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None, time_constant_s: float = 0.09) -> None:
        super().__init__(tr("Probabilities of the emotions"), tr("No result yet"), parent)
        self._labels: tuple[str, ...] = ()
        self._colours: Mapping[str, Hue] = {}
        self._easing = Easing(0, time_constant_s)
        self._doubtful = False
        self._crowded = False
        # Widths of the columns, and of which labels, width and height they are.
        self._measured: tuple[tuple[object, ...], tuple[float, float, float]] | None = None
        self._drawn: list[tuple[int, str]] = []  # (bar length in quarter pixels, number) per row
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.lie_on_card()
        self.setToolTip(tr("How likely each emotion is, by the voice alone"))

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    @property
    def values(self) -> tuple[float, ...]:
        """How long the bars are now, as shares of their tracks."""
        return tuple(float(value) for value in self._easing.values)

    @property
    def numbers(self) -> tuple[str, ...]:
        """What stands beside the bars now."""
        return tuple(number for _, number in self._states())

    def set_labels(self, labels: Sequence[str], colours: Mapping[str, Hue]) -> None:
        self._labels, self._colours = tuple(labels), colours
        self._easing.aim([0.0] * len(labels))
        self._easing.jump()
        self._drawn = []
        self.updateGeometry()
        self.update()

    def set_probabilities(
        self, probabilities: Sequence[float], *, at_once: bool = False, doubtful: bool = False
    ) -> None:
        """Glide to these, in the order of the labels; a doubtful result has no leader."""
        if len(probabilities) != len(self._labels):
            return
        leader = self._leader()
        self._doubtful = doubtful
        self._easing.aim(probabilities)
        if leader != self._leader():
            self.update()
        self._repaint_changed()
        if at_once or not self.in_sight:
            self._easing.jump()
            self.update()
        ranked = sorted(zip(probabilities, self._labels, strict=True), reverse=True)
        self.describe(
            ", ".join(f"{named(name)} {percent(share)}" for share, name in ranked)
            if any(probabilities)
            else tr("No result yet")
        )

    def step(self, dt_s: float) -> bool:
        """Advance; asks for a repaint of that only whose picture changes."""
        if self._easing.settled:
            return False
        moving = self._easing.step(dt_s)
        self._repaint_changed()
        return moving

    def _repaint_changed(self) -> None:
        for row, state in enumerate(self._states()):
            if row >= len(self._drawn) or state[1] != self._drawn[row][1]:
                self.update(self._row_rect(row))
            elif state[0] != self._drawn[row][0]:
                self.update(self._bar_rect(row))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, _ROW_USUAL * max(2, len(self._labels)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        rows = max(2, len(self._labels))
        least = _ROW_MIN_OF_TWO if self._crowded else _ROW_MIN
        return QSize(220, rows * (least if rows <= ALWAYS_SHOWN else _ROW_MIN_OF_MANY))

    def set_crowded(self, crowded: bool) -> None:
        """Rows may be lower: the bars of two models share a low window."""
        if crowded != self._crowded:
            self._crowded = crowded
            self.updateGeometry()

    def _leader(self) -> int:
        target = self._easing.target
        return int(target.argmax()) if len(target) and target.max() > 0 and not self._doubtful else -1

    def _states(self) -> list[tuple[int, str]]:
        """What each row shows: without any result a dash, never zero percent.

        The bar glides and the number does not: it is the one that the headline tells at the same moment.
        """
        _, track, _ = self._columns()
        values, target = self._easing.values, self._easing.target
        known = bool(len(target)) and float(target.max()) > 0.0
        return [
            (round(4 * track * value), percent(share) if known else "–")
            for value, share in zip(values, target, strict=True)
        ]

    def _row_height(self) -> float:
        return min(_ROW_MAX, self.height() / max(1, len(self._labels)))

    def _row_rect(self, row: int) -> QRect:
        height = self._row_height()
        return QRectF(0, row * height, self.width(), height).toAlignedRect()

    def _bar_rect(self, row: int) -> QRect:
        """What a gliding bar changes: not the texts, which take longest to draw."""
        name, track, _ = self._columns()
        height = self._row_height()
        return QRectF(name, row * height, track, height).toAlignedRect()

    def _type_size(self) -> float:
        return max(10.0, min(14.0, self._row_height() * 0.56))

    def _columns(self) -> tuple[float, float, float]:
        """Widths of the name, the track and the percentage."""
        asked = (self._labels, self.width(), self.height())
        if self._measured is not None and self._measured[0] == asked:
            return self._measured[1]
        metrics = QFontMetricsF(font(self._type_size(), 600))
        name = max((metrics.horizontalAdvance(_title(label)) for label in self._labels), default=0.0)
        name = min(name + 14, self.width() * 0.42)
        number = metrics.horizontalAdvance("100 %") + 8
        found = name, max(10.0, self.width() - name - number), number
        self._measured = asked, found
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        dirty = event.region()
        self.fill_ground(painter, event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._labels:
            painter.setFont(font(Type.BODY, 400))
            painter.setPen(QColor(self.tokens.ink_muted))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), centred, tr("The model's emotions will stand here"))
            return
        leader, states = self._leader(), self._states()
        if len(self._drawn) != len(states):
            self._drawn = [(-1, "")] * len(states)
        for row in range(len(self._labels)):
            bar, whole = self._bar_rect(row), self._row_rect(row)
            if not dirty.intersects(whole):
                continue
            length, number = states[row]
            if any(dirty.intersects(rect) for rect in _beside(whole, bar)):
                self._draw_texts(painter, row, number, leading=row == leader)
                self._drawn[row] = (length, number)
            else:
                self._drawn[row] = (length, self._drawn[row][1])
            self._draw_bar(painter, row, pale=leader >= 0 and row != leader)

    def _draw_texts(self, painter: QPainter, row: int, number: str, *, leading: bool) -> None:
        top, height = row * self._row_height(), self._row_height()
        name_width, _, number_width = self._columns()
        bold = font(self._type_size(), 600, True)
        painter.setFont(bold if leading else font(self._type_size(), 450, True))
        painter.setPen(QColor(self.tokens.ink if leading else self.tokens.ink_secondary))
        title = _title(self._labels[row])
        text = QFontMetricsF(bold).elidedText(title, Qt.TextElideMode.ElideRight, name_width - 10)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, name_width, height), middle | Qt.AlignmentFlag.AlignLeft, text)
        at = QRectF(self.width() - number_width, top, number_width, height)
        painter.drawText(at, middle | Qt.AlignmentFlag.AlignRight, number)

    def _draw_bar(self, painter: QPainter, row: int, *, pale: bool) -> None:
        top, height = row * self._row_height(), self._row_height()
        name_width, track_width, _ = self._columns()
        thick = max(4.0, min(12.0, round(height * 0.34)))
        track = QRectF(name_width, round(top + (height - thick) / 2), track_width, thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.track))
        painter.drawRoundedRect(track, thick / 2, thick / 2)
        length = track_width * float(self._easing.values[row])
        if length > 0.5:
            colour = self.tokens.emotion(self._colours.get(self._labels[row]))
            painter.setBrush(tint(colour, 0.85) if pale else colour)
            bar = QRectF(track.left(), track.top(), max(length, 3.0), thick)
            radius = min(thick / 2, bar.width() / 2)
            painter.drawRoundedRect(bar, radius, radius)


def _beside(whole: QRect, bar: QRect) -> tuple[QRect, QRect]:
    """What of a row lies left and right of its bar."""
    left = QRect(whole.left(), whole.top(), bar.left() - whole.left(), whole.height())
    right = QRect(bar.right() + 1, whole.top(), whole.right() - bar.right(), whole.height())
    return left, right


def _title(label: str) -> str:
    return capital(named(label))
