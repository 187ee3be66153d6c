"""A recording in figures: how much of the speech is labelled how, and how that goes on by the minute."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_app.analysis.spans import UNCERTAIN
from desktop_app.analysis.summary import Minute, Summary
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.palette import Hue
from desktop_app.gui.look.theme import Type, font
from desktop_app.gui.state.words import capital, clock, named, number, percent
from desktop_app.gui.widgets.canvas import Canvas, tint

_SPEECH = mark("{seconds} s of speech")
_LINE = 22
_HEAD = 24
_LEFT_SHARE = 0.42
_GAP = 20
_AXIS = 18
_WIDEST = 64  # pixels of a minute's column, at most


class SummaryView(Canvas):
    """On the left the share of each label, on the right a column for each minute; a click goes there."""

    minute_chosen = Signal(float, float)  # its beginning and end, in seconds

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Summary of the recording"), "", parent)
        self._summary: Summary | None = None
        self._colours: Mapping[str, Hue] = {}
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(420, 200)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 60)

    def show_summary(self, summary: Summary | None, colours: Mapping[str, Hue]) -> None:
        self._summary, self._colours = summary, colours
        self.describe("" if summary is None else self._words(summary))
        self.update()

    def _words(self, summary: Summary) -> str:
        if summary.dimensions:
            means = "; ".join(
                tr("{name} {mean} on average, {lowest} to {highest}").format(
                    name=named(one.name),
                    mean=number(one.mean),
                    lowest=number(one.lowest),
                    highest=number(one.highest),
                )
                for one in summary.dimensions
            )
            return f"{tr(_SPEECH).format(seconds=round(summary.speech_s))}. {means}"
        shares = "; ".join(
            f"{named(one.label)} {percent(one.share)} ({one.seconds:.0f} s)" for one in summary.labels
        )
        minutes = "; ".join(
            tr("minute {number}: {label}").format(
                number=k + 1, label=named(max(one.seconds, key=lambda name: one.seconds[name]))
            )
            for k, one in enumerate(summary.minutes[:60])
            if one.seconds
        )
        return f"{tr(_SPEECH).format(seconds=round(summary.speech_s))}. {shares}. {minutes}"

    def _colour(self, label: str) -> QColor:
        if label == UNCERTAIN:
            return tint(self.tokens.ink_muted, 0.6)
        return self.tokens.emotion(self._colours.get(label))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        summary = self._summary
        if summary is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._areas()
        self._distribution(painter, left, summary)
        self._minutes(painter, right, summary)

    def _areas(self) -> tuple[QRectF, QRectF]:
        width = round((self.width() - _GAP) * _LEFT_SHARE)
        left = QRectF(4, 0, width - 4, self.height())
        return left, QRectF(width + _GAP, 0, self.width() - width - _GAP - 4, self.height())

    def _head(self, painter: QPainter, area: QRectF, text: str) -> QRectF:
        painter.setFont(font(Type.SMALL, 500))
        painter.setPen(QColor(self.tokens.ink_muted))
        line = QRectF(area.left(), area.top(), area.width(), _HEAD)
        text = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return area.adjusted(0, _HEAD, 0, 0)

    def _distribution(self, painter: QPainter, area: QRectF, summary: Summary) -> None:
        said = [tr("{length} of speech").format(length=_length(summary.speech_s))]
        if summary.corrected:
            said.append(tr("{count} corrected").format(count=summary.corrected))
        if summary.notes:
            said.append(tr("{count} noted").format(count=summary.notes))
        area = self._head(painter, area, ", ".join(said))
        if summary.dimensions:
            self._means(painter, area, summary)
            return
        fits = max(1, int(area.height() // _LINE))
        rows = summary.labels
        hidden = len(rows) - fits if len(rows) > fits else 0
        if hidden:
            rows = rows[: fits - 1]
        painter.setFont(font(Type.SMALL, 450, True))
        metrics = QFontMetricsF(painter.font())
        name_px = max((metrics.horizontalAdvance(capital(named(one.label))) for one in rows), default=0) + 10
        figure_px = metrics.horizontalAdvance("100 %  59:59") + 6
        bar_px = max(12.0, area.width() - name_px - figure_px)
        for k, one in enumerate(rows):
            top = area.top() + k * _LINE
            middle = top + _LINE / 2
            painter.setPen(QColor(self.tokens.ink))
            name = QRectF(area.left(), top, name_px, _LINE)
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, capital(named(one.label)))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.track))
            bar = QRectF(area.left() + name_px, middle - 4, bar_px, 8)
            painter.drawRoundedRect(bar, 4, 4)
            painter.setBrush(self._colour(one.label))
            bar.setWidth(max(4.0, bar_px * one.share))
            painter.drawRoundedRect(bar, 4, 4)
            painter.setPen(QColor(self.tokens.ink_secondary))
            figure = QRectF(area.right() - figure_px, top, figure_px, _LINE)
            text = f"{percent(one.share)}  {clock(one.seconds)}"
            painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        if hidden:
            painter.setPen(QColor(self.tokens.ink_muted))
            line = QRectF(area.left(), area.top() + len(rows) * _LINE, area.width(), _LINE)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter, tr("and {count} more").format(count=hidden + 1)
            )

    def _means(self, painter: QPainter, area: QRectF, summary: Summary) -> None:
        """A scale for each dimension: from the lowest to the highest utterance, and the mean."""
        painter.setFont(font(Type.SMALL, 450, True))
        metrics = QFontMetricsF(painter.font())
        name_px = max(metrics.horizontalAdvance(capital(named(one.name))) for one in summary.dimensions) + 14
        figure_px = metrics.horizontalAdvance("0.00") + 10
        for k, one in enumerate(summary.dimensions):
            line = QRectF(area.left(), area.top() + k * _LINE, area.width(), _LINE)
            if line.bottom() > area.bottom() + 1:
                return
            painter.setPen(QColor(self.tokens.ink))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, capital(named(one.name)))
            painter.setPen(QColor(self.tokens.ink_secondary))
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(line, side, number(one.mean))
            track = line.adjusted(name_px, 0, -figure_px, 0)
            if track.width() < 20:
                continue
            colour, y = self._colour(one.name), track.center().y()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.track))
            painter.drawRoundedRect(QRectF(track.left(), y - 4, track.width(), 8), 4, 4)
            left = track.left() + one.lowest * track.width()
            painter.setBrush(tint(colour, 0.4))
            spread = max(4.0, (one.highest - one.lowest) * track.width())
            painter.drawRoundedRect(QRectF(left, y - 2, spread, 4), 2, 2)
            middle = tint(self.tokens.ink_muted, 0.5)
            painter.fillRect(QRectF(track.center().x() - 0.5, y - 6, 1, 12), middle)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(track.left() + one.mean * track.width(), y), 5, 5)

    def _columns(self, area: QRectF, count: int) -> tuple[float, float]:
        """From one column to the next, and the width of each, in pixels."""
        step = min(_WIDEST, area.width() / max(1, count))
        return step, max(1.0, step - (3 if step > 8 else 1 if step > 3 else 0))

    def _plot(self) -> QRectF:
        return self._areas()[1].adjusted(0, _HEAD, 0, -_AXIS)

    def _minutes(self, painter: QPainter, area: QRectF, summary: Summary) -> None:
        self._head(painter, area, tr("Minute by minute"))
        plot, minutes = self._plot(), summary.minutes
        if not minutes or plot.height() < 10:
            return
        step, width = self._columns(plot, len(minutes))
        painter.setPen(Qt.PenStyle.NoPen)
        order = [] if summary.dimensions else [one.label for one in summary.labels]
        for k, minute in enumerate(minutes):
            left, bottom = plot.left() + k * step, plot.bottom()
            painter.fillRect(QRectF(left, plot.top(), width, plot.height()), tint(self.tokens.track, 0.6))
            for name, mean in minute.means.items():
                at = plot.top() + (plot.height() - 3) * (1.0 - mean)
                painter.fillRect(QRectF(left, at, width, 3), self._colour(name))
            length_s = max(1e-6, minute.end_s - minute.start_s)
            for label in order:
                height = plot.height() * min(1.0, minute.seconds.get(label, 0.0) / length_s)
                if height > 0:
                    painter.fillRect(QRectF(left, bottom - height, width, height), self._colour(label))
                    bottom -= height
        painter.setFont(font(10, 450, True))
        painter.setPen(QColor(self.tokens.ink_muted))
        metrics = QFontMetricsF(painter.font())
        free = -1.0
        every = next((n for n in (1, 2, 5, 10, 15, 30, 60) if n * step >= 34), 60)
        for k in range(0, len(minutes), every):
            text = clock(minutes[k].start_s)
            x = plot.left() + k * step
            if x >= free and x + metrics.horizontalAdvance(text) <= plot.right() + 4:
                painter.drawText(QRectF(x, plot.bottom() + 2, 60, _AXIS), Qt.AlignmentFlag.AlignLeft, text)
                free = x + metrics.horizontalAdvance(text) + 8

    def _at(self, x: float) -> Minute | None:
        summary, plot = self._summary, self._plot()
        if summary is None or x < plot.left():
            return None
        place = int((x - plot.left()) // self._columns(plot, len(summary.minutes))[0])
        return summary.minutes[place] if place < len(summary.minutes) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        minute = self._at(event.position().x())
        if minute is None:
            QToolTip.hideText()
            return
        ranked = sorted(minute.seconds.items(), key=lambda item: -item[1])
        lines = [
            tr("{start} to {end}: {seconds} s of speech").format(
                start=clock(minute.start_s), end=clock(minute.end_s), seconds=f"{minute.speech_s:.0f}"
            )
        ]
        lines += [f"{number(mean)}  {named(name)}" for name, mean in minute.means.items()]
        lines += [f"{localised(f'{seconds:.1f} s')}  {named(label)}" for label, seconds in ranked]
        QToolTip.showText(event.globalPosition().toPoint(), "\n".join(lines), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        minute = self._at(event.position().x())
        if minute is not None and event.button() == Qt.MouseButton.LeftButton:
            self.minute_chosen.emit(minute.start_s, minute.end_s)


def _length(seconds: float) -> str:
    return localised(f"{seconds:.1f} s") if seconds < 60 else clock(seconds)
