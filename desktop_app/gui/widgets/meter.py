"""The level meter: the level that decides about speech, the threshold it meets, and the peak held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.core.language import tr
from desktop_app.core.types import Levels
from desktop_app.gui.look.animator import CALM_FRAME_MS, FRAME_MS
from desktop_app.gui.look.easing import Easing
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.widgets.canvas import Canvas

FLOOR_DBFS = -80.0
_LOWEST_DBFS = -99.0  # that is told; the bar is empty from FLOOR_DBFS on
_CLIP_DBFS = -0.3
_HEIGHT = 62
METER_WITHOUT_SCALE = 42
_CAPTION = QRect(0, 0, 1 << 14, 18)
_STRIP = QRect(0, 18, 1 << 14, 25)  # the bar with all its marks
_RING = 24  # height of the ring around the bar: texts lie above and below it
_GRIP = 8  # pixels around the mark that take it


class MeterWidget(Canvas):
    """Horizontal, -80 to 0 dBFS. Past the threshold the fill is darker: there it counts as speech.

    Bar and text tell the same level: what glides is what is drawn and what is written. The threshold follows
    the room by itself; a person can set one that it does not fall below, with the mouse or the arrow keys.
    """

    limit_chosen = Signal(object)  # in dBFS; None for the automatic threshold alone

    role = QAccessible.Role.Slider

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Level"), tr("No sound"), parent)
        self._easing = Easing(3, 0.045)  # level, threshold, hold; as shares of the scale
        self._levels: Levels | None = None
        self._spoken = (0, False)
        self._limit: float | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lie_on_card()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            tr(
                "Level of the speech band in dBFS, decibels below full scale.\n"
                "The long line is the threshold: past it the sound counts as speech. It follows the noise "
                "of the room.\nThe short mark holds the latest peak of the whole sound.\n"
                "Drag the line, or use the arrow keys, to set a level below which nothing is speech.\n"
                "Double-click, or press Delete, for the automatic threshold."
            )
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, _HEIGHT)

    def set_compact(self, compact: bool) -> None:
        """Without the numbers below, where the window is low."""
        self.setFixedHeight(METER_WITHOUT_SCALE if compact else _HEIGHT)

    @property
    def levels(self) -> Levels | None:
        return self._levels

    @property
    def limit_dbfs(self) -> float | None:
        """What a person set: softer sound is no speech; None for the automatic threshold alone."""
        return self._limit

    def set_limit(self, dbfs: float | None) -> None:
        """Set the limit, in whole decibels on the scale, and tell it if it has changed."""
        limit = None if dbfs is None else float(round(min(-1.0, max(FLOOR_DBFS, dbfs))))
        if limit != self._limit:
            self._limit = limit
            self.describe(self.text)
            self.update()
            self.limit_chosen.emit(limit)

    # --- mouse and keys -----------------------------------------------------------------------------------

    def _mark_x(self) -> float:
        """Where the mark is that can be dragged."""
        share = float(self._easing.values[1]) if self._limit is None else _share(self._limit)
        return self.width() * max(0.0, share)

    def _near_mark(self, event: QMouseEvent) -> bool:
        return abs(event.position().x() - self._mark_x()) <= _GRIP and event.position().y() >= 16

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._near_mark(event):
            self._dragging = True
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._dragging:
            self.set_limit(_dbfs(event.position().x() / max(1, self.width())))
        elif self._near_mark(event):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._dragging = False
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._dragging = False
        self.set_limit(None)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.unsetCursor()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -6,
            Qt.Key.Key_PageUp: 6,
        }
        key = Qt.Key(event.key())
        if key in steps:
            now = _dbfs(float(self._easing.values[1])) if self._limit is None else self._limit
            self.set_limit(round(now) + steps[key])
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.set_limit(None)
        else:
            super().keyPressEvent(event)

    # --- what is drawn ------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The level and the threshold in words, as they are drawn now."""
        level, threshold, _ = self._easing.values
        text = tr("{level} dBFS · speech above {threshold}").format(
            level=_decibels(level), threshold=_decibels(threshold)
        )
        if self._limit is None:
            return text
        fixed = _decibels(_share(self._limit))
        return (
            tr("{text} (set)").format(text=text)
            if fixed == _decibels(threshold)
            else tr("{text} (set: {fixed})").format(text=text, fixed=fixed)
        )

    @property
    def accessible_value(self) -> str:
        return self.text

    @property
    def drawn_dbfs(self) -> float:
        """How far the bar reaches now."""
        return _dbfs(float(self._easing.values[0]))

    def set_levels(self, levels: Levels | None) -> None:
        """None: nothing is captured, the meter is empty."""
        appears, clipped = (self._levels is None) != (levels is None), self._clips
        self._levels = levels
        if levels is None:
            self._easing.aim([0.0, self._easing.target[1], 0.0])
            self.describe(tr("No sound is captured"))
        else:
            self._easing.aim(
                [_share(levels.speech_dbfs), _share(levels.threshold_dbfs), _share(levels.hold_dbfs)]
            )
        if appears or clipped != self._clips:
            self.update()
        if not self.in_sight or (appears and levels is not None):
            self._easing.jump()  # there is nothing to glide from
            self.update()
        self._tell()

    def frame_ms(self) -> int:
        """Steps of a quiet room's level are small, and there is no end to them: fewer will do."""
        loud = max(self._easing.values[0], self._easing.target[0]) > self._easing.values[1]
        return FRAME_MS if loud else CALM_FRAME_MS

    def step(self, dt_s: float) -> bool:
        """Advance; asks for a repaint of that only whose picture changes."""
        marks, numbers = self._marks(), self._numbers()
        moving = self._easing.step(dt_s)
        if self._marks() != marks:
            self.update(_STRIP)
        if self._numbers() != numbers:
            self.update(_CAPTION)
        self._tell()
        return moving

    def _marks(self) -> list[int]:
        """Where they are, in half pixels."""
        wide = 2 * self.width()
        return [round(wide * value) for value in self._easing.values.tolist()]

    def _numbers(self) -> list[int]:
        """What the text tells, in decibels."""
        return [round(_dbfs(value)) for value in self._easing.values[:2].tolist()]

    def _tell(self) -> None:
        """To a screen reader, coarsely: not every tick is worth words."""
        spoken = (round(_dbfs(self._easing.values[0]) / 6), self._easing.settled)
        if spoken != self._spoken and self._levels is not None and self.in_sight:
            self._spoken = spoken
            self.describe(self._told)

    @property
    def _clips(self) -> bool:
        return self._levels is not None and self._levels.hold_dbfs >= _CLIP_DBFS

    @property
    def _told(self) -> str:
        return tr("Too loud: clipping") if self._clips else self.text

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        dirty = event.region()
        self.fill_ground(painter, event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, top, thick = float(self.width()), 26.0, 10.0
        if dirty.intersects(_CAPTION):
            self._captions(painter, width)
        if dirty.intersects(_STRIP):
            self._strip(painter, width, top, thick)
        if self.height() >= _HEIGHT:
            below = self.rect().adjusted(0, _STRIP.bottom() + 1, 0, 0)
            self._scale(painter, width, top + thick, numbers=dirty.intersects(below))
        if self._limit is not None:
            self._handle(painter, round(width * _share(self._limit)), top)
        self.focus_ring(painter, QRect(0, _STRIP.top(), self.width(), _RING))

    def _strip(self, painter: QPainter, width: float, top: float, thick: float) -> None:
        t = self.tokens
        level, threshold, hold = self._easing.values.tolist()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.track))
        painter.drawRoundedRect(QRectF(0, top, width, thick), thick / 2, thick / 2)
        if level > 0.003:
            painter.save()
            painter.setClipRect(QRectF(0, top, width * level, thick))
            painter.setBrush(QColor(t.wave))
            painter.drawRoundedRect(QRectF(0, top, width, thick), thick / 2, thick / 2)
            if level > threshold and self._levels is not None:
                painter.setClipRect(QRectF(width * threshold, top, width * (level - threshold), thick))
                painter.setBrush(QColor(t.ink_secondary))
                painter.drawRoundedRect(QRectF(0, top, width, thick), thick / 2, thick / 2)
            painter.restore()
        if self._levels is not None:
            if hold > 0.01:
                painter.setBrush(QColor(t.danger if self._clips else t.ink_secondary))
                painter.drawRoundedRect(QRectF(min(width - 2, width * hold), top, 2, thick), 1, 1)
            x = round(width * max(0.0, threshold))
            painter.setBrush(QColor(t.ink))
            painter.drawRoundedRect(QRectF(x - 1, top - 4, 2, thick + 8), 1, 1)

    def _handle(self, painter: QPainter, x: float, top: float) -> None:
        """The level that a person has set: a mark with a head on the scale."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.accent))
        painter.drawRoundedRect(QRectF(x - 1, top - 4, 2, 18), 1, 1)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, top - 7), QPointF(x + 5, top - 7), QPointF(x, top)]))

    def _captions(self, painter: QPainter, width: float) -> None:
        t = self.tokens
        painter.setFont(font(Type.SMALL, 600))
        painter.setPen(QColor(t.ink_muted))
        box = QRectF(0, 0, width, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tr("Level"))
        if self._levels is None:
            return
        painter.setFont(font(Type.SMALL, 500, True))
        painter.setPen(QColor(t.danger if self._clips else t.ink_secondary))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._told)

    def _scale(self, painter: QPainter, width: float, top: float, *, numbers: bool) -> None:
        painter.setFont(font(10, 450, True))
        for mark in (-60, -40, -20):
            x = round(width * _share(mark))
            painter.setPen(QPen(QColor(self.tokens.border), 1))
            painter.drawLine(x, round(top) + 3, x, round(top) + 6)
            if numbers:
                painter.setPen(QColor(self.tokens.ink_muted))
                box, text = QRectF(x - 24, top + 7, 48, 14), str(mark).replace("-", "−")
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)


def _share(dbfs: float) -> float:
    """Where a level stands on the scale, 0 to 1; below 0 what is too soft for it."""
    return 1.0 - min(0.0, max(_LOWEST_DBFS, dbfs)) / FLOOR_DBFS


def _dbfs(share: float) -> float:
    return FLOOR_DBFS * (1.0 - share)


def _decibels(share: float) -> str:
    return f"{round(_dbfs(share))}".replace("-", "−")
