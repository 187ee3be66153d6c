"""The live view: headline, level and bars on the left; waveform and timeline on the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import Page
from desktop_app.gui.plots.timeline import TimelineWidget
from desktop_app.gui.plots.waveform import WaveformWidget
from desktop_app.gui.state.headline import Kind
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.widgets.bars import LOWEST_BARS, BarsWidget
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.headline import HeadlineWidget
from desktop_app.gui.widgets.meter import METER_WITHOUT_SCALE, MeterWidget

_LOW, _LOW_IN_TROUBLE = 480, 560
_HEADLINE, _LOW_HEADLINE = 148, 132
_UNLIMITED = 16777215  # Qt's QWIDGETSIZE_MAX


class LiveView(Page):
    """Draws the view model; `show_changes` touches only the parts that changed."""

    action = Signal(str)

    def __init__(self, model: ViewModel, animator: Animator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._animator = animator
        self.headline = HeadlineWidget(self)
        self.meter = MeterWidget(self)
        self.bars = BarsWidget(self)
        self.waveform = WaveformWidget(model, self)
        self.timeline = TimelineWidget(model, self)
        self.headline.action.connect(self.action)
        animator.add(self.bars)
        animator.add(self.meter)
        now, chances = Card(), Card("How likely")
        self._now, self._chances = now, chances
        now.body.addWidget(self.headline, 1)
        now.body.addWidget(self.meter)
        chances.body.addWidget(scrolled(self.bars, "Probabilities", LOWEST_BARS), 1)
        sound, past = Card("Last 10 seconds"), Card()
        self._past_title = section(_span_title(self.timeline.span_s), past)
        past.body.addWidget(self._past_title)
        for card in (sound, past):
            card.body.setSpacing(Space.XS + 2)
        sound.body.addWidget(self.waveform, 1)
        past.body.addWidget(self.timeline, 1)
        self._left = QWidget(self)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(now, 0)
        left.addWidget(chances, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(sound, 10)
        right.addWidget(past, 11)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self._left)
        layout.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(312, min(420, round(self.width() * 0.34))))
        self._set_compact()
        super().resizeEvent(event)

    def _set_compact(self) -> None:
        """A low window, or one with a message over the views: all bars stay visible, the air goes.

        Trouble is explained where the meter is, which has nothing to show then.
        """
        trouble = self._model.headline.trouble and self.height() < _LOW_IN_TROUBLE
        compact = trouble or self.height() < _LOW
        above, below, side = (Space.S, Space.XS, Space.L + 4) if compact else (Space.L, Space.M, Space.L + 4)
        self._now.body.setContentsMargins(side, above, side, below)
        self._now.body.setSpacing(Space.S if compact else Space.M)
        edge = Space.S if compact else Space.M
        self._chances.body.setContentsMargins(side, edge, side, edge)
        self._chances.body.setSpacing(Space.XS if compact else Space.S)
        self.meter.set_compact(compact)
        self.meter.setVisible(not trouble)
        low = _LOW_HEADLINE + (METER_WITHOUT_SCALE + Space.S if trouble else 0)
        self.headline.setMinimumHeight(low if compact else _HEADLINE)
        self.headline.setMaximumHeight(low if compact else _UNLIMITED)

    def apply_theme(self, tokens: Tokens) -> None:
        for part in (self.headline, self.meter, self.bars, self.waveform, self.timeline):
            part.apply_theme(tokens)

    def show_changes(self, changes: set[str]) -> None:
        model = self._model
        if model.labels != self.bars.labels:
            self.bars.set_labels(model.labels, model.colours)
        if changes & {"headline", "engine"}:
            self.headline.set_headline(model.headline, model.colours)
            self._set_compact()
        if "bars" in changes:
            doubtful = model.headline.kind is Kind.UNCERTAIN
            self.bars.set_probabilities(model.probabilities, doubtful=doubtful)
            self._animator.wake()
        if "levels" in changes:
            self.meter.set_levels(model.levels)
            self._animator.wake()
        if "wave" in changes:
            self.waveform.refresh()
        if changes & {"timeline", "wave"}:
            self.timeline.refresh()
            self._past_title.setText(_span_title(self.timeline.span_s))


def _span_title(span_s: float) -> str:
    if span_s < 120:
        return "Last minute" if span_s >= 60 else f"Last {span_s:.0f} seconds"
    return f"Last {span_s / 60:.0f} minutes"
