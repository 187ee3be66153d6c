"""The live view: headline, level and bars on the left; sound and probabilities over time on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.live_spectrogram import LiveSpectrogram
from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.live_timeline import LiveTimeline
from desktop_app.gui.pages.page import Page
from desktop_app.gui.state.headline import Kind
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.widgets.answer_card import AnswerCard
from desktop_app.gui.widgets.bars import LOWEST_BARS, LOWEST_OF_TWO, BarsWidget
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.headline import HeadlineWidget
from desktop_app.gui.widgets.meter import METER_WITHOUT_SCALE, MeterWidget
from desktop_app.gui.widgets.said_line import SaidLine
from desktop_app.gui.widgets.utterance_panel import UtterancePanel

if TYPE_CHECKING:
    from desktop_app.gui.plots.live import LivePlots

_HOW_LIKELY = mark("How likely")
_WHERE, _WHERE_AT = mark("How it sounds"), mark("How it sounds, at {at}")  # of a model of dimensions
_LOW, _LOW_IN_TROUBLE = 480, 560
_WIDE = 900
_LOW_FOR_TWO = 430
_OF_SECOND = 160  # pixels more that a second model's bars need
_HEADLINE, _LOW_HEADLINE, _HEADLINE_OF_TWO = 148, 132, 112
_UNLIMITED = 16777215  # Qt's QWIDGETSIZE_MAX


class LiveView(Page):
    """Draws the view model; `show_changes` touches only the parts that changed.

    Attributes
    ----------
    plots : LivePlots or None
        None until what they are drawn with is imported.
    """

    action = Signal(str)
    menu_wanted = Signal(object)  # QPoint, global
    told = Signal()  # what is shown of the plots has changed

    def __init__(
        self,
        model: ViewModel,
        animator: Animator,
        spectrogram: LiveSpectrogram,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._animator = animator
        self._compares = False  # with a second model
        self.headline = HeadlineWidget(self)
        self.said = SaidLine(self)
        self.meter = MeterWidget(self)
        self.answer = AnswerCard(animator, tr(_HOW_LIKELY))
        self.bars, self.plane = self.answer.bars, self.answer.plane
        self.modalities, self.disagreement = self.answer.modalities, self.answer.disagreement
        self._chosen: int | None = None  # the utterance whose bars are shown, where not those of now
        self.headline.action.connect(self.action)
        animator.add(self.bars)
        animator.add(self.meter, self.meter.frame_ms)
        self.said.hide()
        self._now = Card()
        self._now.body.addWidget(self.headline, 1)
        self._now.body.addWidget(self.said)
        self._now.body.addWidget(self.meter)
        self._build_past(spectrogram)
        self._build_second()
        self._left = QWidget(self)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(self._now, 0)
        left.addWidget(self.answer, 1)
        left.addWidget(self._second, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self._left)
        layout.addWidget(self.timeline, 1)

    def _build_past(self, spectrogram: LiveSpectrogram) -> None:
        self.timeline = LiveTimeline(self._model, spectrogram)
        self.timeline.told.connect(self.told)
        self.timeline.menu_wanted.connect(self.menu_wanted)
        self.timeline.table_wanted.connect(self.show_utterances)
        self.utterances = UtterancePanel(self.timeline)
        self.utterances.table.chosen.connect(self._show_utterance)
        self.utterances.all_said.connect(self.timeline.set_low)
        self.utterances.hide()
        self.timeline.body.addWidget(self.utterances, 3)

    def _build_second(self) -> None:
        self.second_bars = BarsWidget(self)
        self.second_bars.setAccessibleName(tr("Probabilities by the second model"))
        self._animator.add(self.second_bars)
        self._second = Card()
        self._second_title = section("", self._second)
        self._second.body.addWidget(self._second_title)
        self._second_scroll = scrolled(self.second_bars, tr("Second model"), LOWEST_BARS)
        self._second.body.addWidget(self._second_scroll, 1)
        self._second.hide()

    # --- what was said ------------------------------------------------------------------------------------

    @property
    def plots(self) -> LivePlots | None:
        return self.timeline.plots

    def shown_plots(self) -> LivePlots | None:
        return self.plots

    @property
    def shows_utterances(self) -> bool:
        return not self.utterances.isHidden()

    def show_utterances(self, on: bool) -> None:
        """Show what was said as a table beneath the plots."""
        self.utterances.setVisible(on)
        self.timeline.set_table(on)
        self._list_utterances()
        self._show_words()
        self.told.emit()

    def _list_utterances(self) -> None:
        if self.shows_utterances:
            model = self._model
            rows = self.utterances.table.utterances.rows
            rows.days, rows.notes, rows.spoken = model.utterance_days, model.utterance_notes, model.spoken
            self.utterances.show_utterances(
                model.utterances, model.labels, model.colours, model.day_s, dimensional=bool(model.dimensions)
            )

    def _show_words(self) -> None:
        """What was said last, beneath the headline, and all of it in the table."""
        spoken, at_s = self._model.spoken, self._model.spoken.latest
        if bool(spoken) == self.said.isHidden():
            self.said.setVisible(bool(spoken))
            self._set_compact()
        rows = self.utterances.table.utterances.rows
        rows.days, rows.day_s = self._model.utterance_days, self._model.day_s
        if at_s is None:
            self.said.show_words("", "", spoken=False)
        else:
            self.said.show_words(rows.time_text(at_s), spoken.text(at_s), spoken=spoken.is_text(at_s))
        if self.shows_utterances:
            self.utterances.show_words()

    def _show_utterance(self, number: int) -> None:
        """Its bars, and the plots where it was said, if they do not follow the sound."""
        if not 0 <= number < len(self._model.utterances):
            return
        self._chosen = number
        chosen = self._model.utterances[number]
        said, at = chosen.prediction, self.utterances.table.utterances.rows.time_text(chosen.start_s)
        if said.dimensions and said.dimensions == self.plane.names and not said.not_a_voice:
            self.plane.set_values(said.values, doubtful=said.uncertain)
            self.answer.heading.setText(tr(_WHERE_AT).format(at=at))
            self._animator.wake()
        elif said.labels and said.labels == self.bars.labels:
            self.bars.set_probabilities(said.probabilities, doubtful=said.uncertain)
            self.answer.heading.setText(tr("How likely, at {at}").format(at=at))
            self._animator.wake()
        self._show_modalities()
        if self.plots is not None:
            self.plots.reveal(chosen.start_s, chosen.end_s)

    def _show_modalities(self) -> None:
        """What voice and words say of the utterance in sight, in place of the voice's bars alone."""
        model, number = self._model, self._chosen
        modalities = model.modalities
        if number is not None and number < len(model.utterances):
            chosen = model.utterances[number]
            modalities = model.modalities_at(chosen.start_s, chosen.prediction)
        if modalities is not None and modalities.labels != self.bars.labels:
            modalities = None  # of a model before
        self.answer.show_modalities(modalities, model.colours)

    def show_second(self, answers: SecondAnswers) -> None:
        """What a second model says, beneath the bars of the one in use; nothing while there is none."""
        if self._compares != bool(answers.name):
            self._compares = bool(answers.name)
            self._set_compact()
        self.utterances.table.show_second(answers)
        if not answers.name:
            return
        if answers.labels != self.second_bars.labels:
            self.second_bars.set_labels(answers.labels, colours_for(answers.labels))
        title = f"{answers.name} · {answers.agreement}" if answers.agreement else answers.name
        self._second_title.setText(title)
        said = answers.latest
        if said is not None:
            self.second_bars.set_probabilities(said.probabilities, doubtful=said.uncertain)
            self._animator.wake()

    def entered(self) -> None:
        self.timeline.watch(True)

    def left(self) -> None:
        self.timeline.watch(False)

    # --- the window ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(312, min(420, round(self.width() * 0.34))))
        self.timeline.set_wide(self.width() >= _WIDE)
        self._set_compact()
        super().resizeEvent(event)

    def _set_compact(self) -> None:
        """A low window, or one with a message over the views: all bars stay visible, the air goes.

        Trouble is explained where the meter is, which has nothing to show then. So are the buttons of a pause
        while the bars of two models need the room.
        """
        headline = self._model.headline
        # While nothing is heard, a second model has nothing new to show.
        two = self._compares and not (headline.trouble and self.height() < _LOW_FOR_TWO)
        self._second.setVisible(two)
        compact = self.height() < _LOW + (_OF_SECOND if two else 0)
        unheard = headline.trouble and self.height() < _LOW_IN_TROUBLE
        unheard = unheard or (two and compact and bool(headline.actions))
        compact = compact or unheard
        above, below, side = (Space.S, Space.XS, Space.L + 4) if compact else (Space.L, Space.M, Space.L + 4)
        self._now.body.setContentsMargins(side, above, side, below)
        self._now.body.setSpacing(Space.S if compact else Space.M)
        edge = Space.S if compact else Space.M
        for card in (self.answer, self._second):
            card.body.setContentsMargins(side, edge, side, edge)
            card.body.setSpacing(Space.XS if compact else Space.S)
        for bars, scroll in ((self.bars, self.answer.bars_area), (self.second_bars, self._second_scroll)):
            bars.set_crowded(two and compact)
            scroll.set_limit(LOWEST_OF_TWO if two and compact else LOWEST_BARS)
        self.said.set_lines(1 if compact else 2)
        self.disagreement.set_brief(compact)
        self.meter.set_compact(compact)
        self.meter.setVisible(not unheard)
        low = _HEADLINE_OF_TWO if two and not unheard else _LOW_HEADLINE
        if unheard:
            low += METER_WITHOUT_SCALE + Space.S if headline.trouble else Space.L
        self.headline.setMinimumHeight(low if compact else _HEADLINE)
        self.headline.setMaximumHeight(low if compact else _UNLIMITED)

    def _show_kind(self) -> None:
        """Bars for a model of emotions, a plane for one of dimensions."""
        model = self._model
        self.answer.set_dimensions(model.dimensions, model.colours)
        self.answer.heading.setText(tr(_WHERE if model.dimensions else _HOW_LIKELY))

    def apply_theme(self, tokens: Tokens) -> None:
        for part in (
            self.headline,
            self.said,
            self.meter,
            self.answer,
            self.second_bars,
            self.timeline,
            self.utterances,
        ):
            part.apply_theme(tokens)

    def show_changes(self, changes: set[str]) -> None:
        model = self._model
        if model.labels != self.bars.labels:
            self.bars.set_labels(model.labels, model.colours)
        if model.dimensions != self.plane.names:
            self._show_kind()
        if changes & {"headline", "engine"}:
            self.headline.set_headline(model.headline, model.colours)
            self._set_compact()
        if "bars" in changes:
            self._chosen = None
            doubtful = model.headline.kind is Kind.UNCERTAIN
            self.bars.set_probabilities(model.probabilities, doubtful=doubtful)
            self.plane.set_values(model.point, doubtful=doubtful)
            self.answer.heading.setText(tr(_WHERE if model.dimensions else _HOW_LIKELY))
            if self.bars.in_sight or self.plane.in_sight:
                self._animator.wake()
        if "levels" in changes:
            self.meter.set_levels(model.levels)
            if self.meter.in_sight:
                self._animator.wake(self.meter.frame_ms())
        if "utterances" in changes:
            self._list_utterances()
        if "words" in changes:
            self._show_words()
        if changes & {"bars", "words", "engine"}:
            self._show_modalities()
        if changes & {"timeline", "wave"}:
            self.timeline.show_news()
