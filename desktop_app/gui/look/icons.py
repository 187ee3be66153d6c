"""The few signs on buttons and in the headline, drawn as strokes on a 20 x 20 grid: crisp at any scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor, stroke: float = 1.6) -> None:
    """Draw the sign `name` into `rect`; an unknown name draws a circle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 20, rect.height() / 20)
    pen = QPen(colour, stroke)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path, filled = _path(name)
    if filled:
        painter.setBrush(colour)
    painter.drawPath(path)
    painter.restore()


def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """The sign as an icon for buttons and menus, at 1, 2 and 3 device pixels."""
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = _pixmap(name, colour, ratio)
        made.addPixmap(pixmap, QIcon.Mode.Normal)
        made.addPixmap(_pixmap(name, disabled, ratio) if disabled else pixmap, QIcon.Mode.Disabled)
    return made


def _pixmap(name: str, colour: str, ratio: int) -> QPixmap:
    pixmap = QPixmap(18 * ratio, 18 * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, name, QRectF(0, 0, 18, 18), QColor(colour))
    painter.end()
    return pixmap


def _lines(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)


def _microphone(path: QPainterPath) -> None:
    path.addRoundedRect(QRectF(7.25, 2.5, 5.5, 9.5), 2.75, 2.75)
    path.moveTo(4.5, 9.5)
    path.arcTo(QRectF(4.5, 4.0, 11, 11), 180, 180)
    _lines(path, (10, 15), (10, 17.5))


def _path(name: str) -> tuple[QPainterPath, bool]:  # noqa: PLR0912, PLR0915 - one case for each sign
    path = QPainterPath()
    match name:
        case "play":
            path.addPolygon(QPolygonF([QPointF(6.5, 4.5), QPointF(15.5, 10), QPointF(6.5, 15.5)]))
            path.closeSubpath()
            return path, True
        case "pause":
            path.addRoundedRect(QRectF(5.5, 4.5, 2.6, 11), 0.6, 0.6)
            path.addRoundedRect(QRectF(11.9, 4.5, 2.6, 11), 0.6, 0.6)
            return path, True
        case "paused":
            _lines(path, (7.5, 6.5), (7.5, 13.5))
            _lines(path, (12.5, 6.5), (12.5, 13.5))
            path.addEllipse(QPointF(10, 10), 7.75, 7.75)
        case "table":
            path.addRoundedRect(QRectF(3, 4, 14, 12), 1.5, 1.5)
            _lines(path, (3, 8), (17, 8))
            _lines(path, (3, 12), (17, 12))
            _lines(path, (8, 8), (8, 16))
        case "filter":
            _lines(path, (3, 4.5), (17, 4.5), (11.75, 11), (11.75, 15), (8.25, 16.5), (8.25, 11), (3, 4.5))
        case "loop":
            _lines(path, (4, 11.5), (4, 9.5), (7, 6.5), (15.5, 6.5))
            _lines(path, (13, 4), (15.5, 6.5), (13, 9))
            _lines(path, (16, 8.5), (16, 10.5), (13, 13.5), (4.5, 13.5))
            _lines(path, (7, 11), (4.5, 13.5), (7, 16))
        case "loud":  # a loudspeaker
            _lines(path, (3.5, 8), (3.5, 12), (6.5, 12), (10.5, 15.5), (10.5, 4.5), (6.5, 8), (3.5, 8))
            path.moveTo(13, 7.5)
            path.quadTo(15, 10, 13, 12.5)
            path.moveTo(15.25, 5.25)
            path.quadTo(19, 10, 15.25, 14.75)
        case "rows":
            for y in (4.25, 9, 13.75):
                path.addRoundedRect(QRectF(3.25, y - 1.25, 13.5, 3), 1, 1)
        case "refresh":
            path.arcMoveTo(QRectF(3.75, 3.75, 12.5, 12.5), 40)
            path.arcTo(QRectF(3.75, 3.75, 12.5, 12.5), 40, 285)
            _lines(path, (15.3, 2.6), (14.9, 6.2), (11.3, 5.9))
        case "folder":
            _lines(path, (2.75, 15.75), (2.75, 4.25), (7.5, 4.25), (9.25, 6.5), (17.25, 6.5), (17.25, 15.75))
            path.closeSubpath()
        case "menu":
            for y in (5.5, 10, 14.5):
                _lines(path, (3.5, y), (16.5, y))
        case "close":
            _lines(path, (5.5, 5.5), (14.5, 14.5))
            _lines(path, (14.5, 5.5), (5.5, 14.5))
        case "plus" | "minus":
            _lines(path, (4.5, 10), (15.5, 10))
            if name == "plus":
                _lines(path, (10, 4.5), (10, 15.5))
        case "freeze":  # six arms
            for x, y in ((0.0, 7.0), (6.06, 3.5), (6.06, -3.5)):
                _lines(path, (10 - x, 10 - y), (10 + x, 10 + y))
        case "spectrogram":  # bands, the lower the longer
            for y, left, right in ((4.5, 8, 11), (8.25, 5, 13), (12, 3.5, 15), (15.75, 3.5, 16.5)):
                _lines(path, (left, y), (right, y))
        case "next":
            _lines(path, (7.5, 4.5), (13, 10), (7.5, 15.5))
        case "previous":
            _lines(path, (12.5, 4.5), (7, 10), (12.5, 15.5))
        case "back":
            _lines(path, (16, 10), (4, 10))
            _lines(path, (9, 5), (4, 10), (9, 15))
        case "export":
            _lines(path, (10, 3), (10, 12.5))
            _lines(path, (6.5, 9), (10, 12.5), (13.5, 9))
            _lines(path, (3.5, 13), (3.5, 16.75), (16.5, 16.75), (16.5, 13))
        case "speaker":  # who speaks
            path.addEllipse(QPointF(10, 6.75), 3.25, 3.25)
            path.moveTo(3.75, 16.5)
            path.cubicTo(3.75, 11.5, 16.25, 11.5, 16.25, 16.5)
        case "undo":
            _lines(path, (7, 3.5), (3.5, 7), (7, 10.5))
            path.moveTo(3.5, 7)
            path.lineTo(12, 7)
            path.cubicTo(18, 7, 18, 16, 12, 16)
            path.lineTo(8, 16)
        case "clear":  # an eraser on its line
            _lines(path, (3.5, 12), (11, 4.5), (15.5, 9), (8.5, 16), (7, 16), (3.5, 12))
            _lines(path, (7.2, 8.2), (11.8, 12.8))
            _lines(path, (8.5, 16), (16.5, 16))
        case "chevron":
            _lines(path, (5.5, 8), (10, 12.5), (14.5, 8))
        case "microphone":
            _microphone(path)
        case "no_microphone" | "muted":
            _microphone(path)
            _lines(path, (3.5, 3), (16.5, 17))
        case "wave":  # a recording: its outline between two ends
            _lines(path, (2.75, 4), (2.75, 16))
            _lines(path, (17.25, 4), (17.25, 16))
            for x, half in ((6.25, 2.0), (8.75, 5.0), (11.25, 3.0), (13.75, 1.0)):
                _lines(path, (x, 10 - half), (x, 10 + half))
        case "listening":
            for x, half in ((3.5, 1.5), (6.75, 4), (10, 7), (13.25, 4), (16.5, 1.5)):
                _lines(path, (x, 10 - half), (x, 10 + half))
        case "channels":  # two sound waves, one above the other
            for y in (6, 14):
                for x, half in ((4, 1), (8, 3), (12, 2), (16, 1)):
                    _lines(path, (x, y - half), (x, y + half))
        case "sessions":  # a list of what was, with a mark before each
            for y in (5.5, 10, 14.5):
                path.addEllipse(QPointF(4.25, y), 0.9, 0.9)
                _lines(path, (7.75, y), (16.5, y))
        case "lab":  # a curve with two resonances over its axis
            _lines(path, (3, 3), (3, 16.5), (17.25, 16.5))
            path.moveTo(3, 13.5)
            path.cubicTo(5.5, 13.5, 5.5, 5, 7.5, 5)
            path.cubicTo(9.5, 5, 9, 12, 11, 12)
            path.cubicTo(12.5, 12, 12.5, 9, 13.75, 9)
            path.cubicTo(15, 9, 15.25, 13.5, 17, 13.5)
        case "settings":  # three sliders
            for y, x in ((5, 13), (10, 7), (15, 11.5)):
                _lines(path, (3, y), (x - 2, y))
                _lines(path, (x + 2, y), (17, y))
                path.addEllipse(QPointF(x, y), 2, 2)
        case "shield":  # what is kept safe
            path.moveTo(10, 2.5)
            path.lineTo(16.5, 5)
            path.cubicTo(16.5, 11, 14.5, 15, 10, 17.5)
            path.cubicTo(5.5, 15, 3.5, 11, 3.5, 5)
            path.closeSubpath()
            _lines(path, (7, 9.8), (9.3, 12), (13, 7.6))
        case "models":  # sheets, one upon the other
            _lines(path, (10, 3), (17, 6.75), (10, 10.5), (3, 6.75), (10, 3))
            _lines(path, (3, 10.25), (10, 14), (17, 10.25))
            _lines(path, (3, 13.75), (10, 17.5), (17, 13.75))
        case "train":  # a curve that rises and levels off
            _lines(path, (3, 3), (3, 17), (17, 17))
            path.moveTo(6, 14)
            path.cubicTo(8, 6.5, 11, 5.5, 16.5, 5)
        case "stalled":
            _lines(path, (2.5, 10), (6, 10))
            _lines(path, (14, 10), (17.5, 10))
            path.addEllipse(QPointF(10, 10), 1.2, 1.2)
        case "uncertain":
            path.addEllipse(QPointF(10, 10), 7.75, 7.75)
            path.moveTo(7.6, 8.2)
            path.cubicTo(7.6, 5.2, 12.4, 5.2, 12.4, 8.2)
            path.cubicTo(12.4, 9.9, 10, 9.9, 10, 11.8)
            _lines(path, (10, 14.2), (10, 14.25))
        case "not_a_voice":  # a sound that is short and dies away, as a knock does
            for x, half in ((3.5, 7), (6.75, 4.5), (10, 2.75), (13.25, 1.5), (16.5, 0.5)):
                _lines(path, (x, 10 - half), (x, 10 + half))
        case "wait":
            path.addEllipse(QPointF(10, 10), 7.75, 7.75)
            _lines(path, (10, 5.75), (10, 10), (13, 11.75))
        case "finished":
            path.addEllipse(QPointF(10, 10), 7.75, 7.75)
            _lines(path, (6.5, 10.3), (9, 12.8), (13.6, 7.6))
        case "warning" | "no_model":
            _lines(path, (10, 3), (17.75, 16.5), (2.25, 16.5))
            path.closeSubpath()
            _lines(path, (10, 8), (10, 11.75))
            _lines(path, (10, 14), (10, 14.05))
        case "failed":
            _lines(path, (6.6, 2.5), (13.4, 2.5), (17.5, 6.6), (17.5, 13.4), (13.4, 17.5), (6.6, 17.5))
            _lines(path, (6.6, 17.5), (2.5, 13.4), (2.5, 6.6), (6.6, 2.5))
            _lines(path, (7.2, 7.2), (12.8, 12.8))
            _lines(path, (12.8, 7.2), (7.2, 12.8))
        case "clipping":  # a wave cut off at a limit above and below
            _lines(path, (2.5, 4.5), (17.5, 4.5))
            _lines(path, (2.5, 15.5), (17.5, 15.5))
            _lines(path, (3.5, 10), (5.5, 5.5), (8, 5.5), (11.5, 14.5), (14, 14.5), (16.5, 10))
        case "too_quiet":
            for x, half in ((3.5, 0.4), (6.75, 1.0), (10, 1.6), (13.25, 1.0), (16.5, 0.4)):
                _lines(path, (x, 10 - half), (x, 10 + half))
        case "gap":  # sound with a hole in it
            for x, half in ((3.5, 3), (6.5, 6), (13.5, 6), (16.5, 3)):
                _lines(path, (x, 10 - half), (x, 10 + half))
            _lines(path, (9.3, 14.5), (10.7, 14.5))
        case "overloaded":  # what waits piles up
            for y in (5, 10, 15):
                path.addRoundedRect(QRectF(3.5, y - 1.6, 13, 3.2), 1.2, 1.2)
        case "info":
            path.addEllipse(QPointF(10, 10), 7.75, 7.75)
            _lines(path, (10, 9.25), (10, 14))
            _lines(path, (10, 6.4), (10, 6.45))
        case _:
            path.addEllipse(QPointF(10, 10), 6, 6)
    return path, False
