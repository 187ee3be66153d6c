"""The last ten seconds of sound, scrolling, with speech shaded and named once its result is final."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.gui.look.palette import Hue
from desktop_app.gui.look.theme import font
from desktop_app.gui.plots.painting import (
    NOT_A_VOICE_ALPHA,
    Placed,
    TimeAxis,
    draw_gap,
    draw_label_lane,
    draw_time_ticks,
)
from desktop_app.gui.state.view_model import Span, ViewModel
from desktop_app.gui.widgets.canvas import Canvas, tint

SPAN_S = 10.0
_PITCH = 3  # pixels from column to column
_STROKE = 2
_LANE = 24
_AXIS = 20
_GAINS = (1, 1.5, 2, 3, 4, 6, 8, 12, 16)


class WaveformWidget(Canvas):
    """Draws from the view model's history; `refresh` asks for a repaint when new audio came."""

    def __init__(self, model: ViewModel, parent: QWidget | None = None) -> None:
        super().__init__("Waveform of the last ten seconds", "", parent)
        self._model = model
        self._gain: float = 1
        self._quiet_s = 0.0  # since when a larger gain would fit
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setToolTip(
            "The sound of the last ten seconds. Speech is shaded; once a stretch is over it has "
            "the colour and the name of what was recognised. Other sounds are grey and have no name.\n"
            "Quiet sound is drawn larger: × 4 in the corner means four times."
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, 220)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(260, 110)

    def refresh(self) -> None:
        if self.isVisible():
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        t, model = self.tokens, self._model
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(t.surface))
        width, area = self.width(), self._area()
        under_way = model.timeline.under_way
        now = max(model.wave.end_s, 0.0 if under_way is None else under_way.end_s)
        count = width // _PITCH + 2
        bin_s = SPAN_S / (width / _PITCH)
        axis = TimeAxis(now - SPAN_S, now, 0, width)
        draw_time_ticks(painter, axis, t, top=area.top(), bottom=area.bottom(), now_s=now)
        spans = [span for span in model.spans.values() if (span.end_s or now) > axis.left_s]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for span in spans:
            self._shade(painter, axis, span, area, now)
        labels = [
            Placed(
                span.start_s,
                span.end_s or now,
                "" if span.not_a_voice else span.text or "Speech",
                model.colours.get(span.label or ""),
                faint=span.not_a_voice,
            )
            for span in spans
        ]
        draw_label_lane(painter, axis, t, labels, room=_LANE - 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._columns(painter, axis, spans, area, grid=(bin_s, count, now))
        for gap in model.timeline.all_gaps():
            if gap.end_s > axis.left_s:
                draw_gap(painter, axis, t, area=area, gap=gap)
        if self._gain > 1:
            painter.setFont(font(10, 500, True))
            painter.setPen(QColor(t.ink_muted))
            text = f"× {self._gain:g}"
            wide = painter.fontMetrics().horizontalAdvance(text) + 8
            corner = QRectF(width - wide, area.bottom() - 18, wide, 18)
            painter.fillRect(corner, tint(t.surface, 0.85))  # to be read over the sound
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, text)

    def _area(self) -> QRectF:
        return QRectF(0, _LANE, self.width(), max(20, self.height() - _LANE - _AXIS))

    def _shade(self, painter: QPainter, axis: TimeAxis, span: Span, area: QRectF, now: float) -> None:
        left, right = axis.x(span.start_s), axis.x(span.end_s if span.end_s is not None else now)
        painter.setPen(Qt.PenStyle.NoPen)
        alpha = NOT_A_VOICE_ALPHA if span.not_a_voice else 0.13
        painter.setBrush(tint(self._colour(span, self._model.colours), alpha))
        painter.drawRect(QRectF(max(0.0, left), area.top(), right - max(0.0, left), area.height()))

    def _colour(self, span: Span, colours: Mapping[str, Hue]) -> QColor:
        if span.label and span.label in colours:
            return self.tokens.emotion(colours[span.label])
        if span.not_a_voice:
            return QColor(self.tokens.wave)
        return QColor(self.tokens.ink_secondary if span.end_s is None else self.tokens.ink_muted)

    def _columns(
        self,
        painter: QPainter,
        axis: TimeAxis,
        spans: list[Span],
        area: QRectF,
        *,
        grid: tuple[float, int, float],
    ) -> None:
        model = self._model
        bin_s, count, now = grid
        first, low, high = model.wave.bins(now, bin_s, count)
        self._adapt_gain(float(max(high.max(), -low.min())), now)
        middle = area.top() + area.height() / 2
        half = area.height() / 2 - 3
        tops = np.minimum(-1, np.rint(-np.clip(high * self._gain, 0, 1) * half)).astype(int) + round(middle)
        bottoms = np.maximum(1, np.rint(-np.clip(low * self._gain, -1, 0) * half)).astype(int) + round(middle)
        starts = (first + np.arange(count)) * bin_s
        xs = np.floor(axis.x(first * bin_s) + _PITCH * np.arange(count)).astype(int)
        owner = np.full(count, -1)
        for number, span in enumerate(spans):
            end_s = span.end_s if span.end_s is not None else now
            owner[(starts + bin_s > span.start_s) & (starts < end_s)] = number
        known = (starts + bin_s > model.wave.start_s) & (starts < model.wave.end_s)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(-1, len(spans)):
            chosen = np.flatnonzero((owner == number) & known)
            if not len(chosen):
                continue
            silent = QColor(self.tokens.wave)
            painter.setBrush(silent if number < 0 else self._colour(spans[number], model.colours))
            painter.drawRects(
                [
                    QRect(x, top, _STROKE, bottom - top)
                    for x, top, bottom in zip(
                        xs[chosen].tolist(), tops[chosen].tolist(), bottoms[chosen].tolist(), strict=True
                    )
                ]
            )
        painter.setPen(QPen(QColor(self.tokens.grid), 1))

    def _adapt_gain(self, peak: float, now: float) -> None:
        """Quiet speech is drawn larger, in steps that the corner names: up after 2 s, back at once."""
        wanted = next((gain for gain in reversed(_GAINS) if peak * gain <= 0.95), 1)
        if peak < 0.01:
            wanted = self._gain  # silence says nothing about how loud speech is
        self._gain = min(self._gain, wanted)
        if wanted <= self._gain or now < self._quiet_s:
            self._quiet_s = now
        elif now - self._quiet_s > 2.0:
            self._gain = wanted
