"""Which answer the live page shows, and the headline made of it: the last one, until the next speech."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.core.language import tr
from desktop_app.core.smoothing import LabelHysteresis
from desktop_app.core.types import FinalResult, PartialResult, Prediction
from desktop_app.gui.state import headline as headlines
from desktop_app.gui.state.condition import Condition
from desktop_app.gui.state.headline import Headline, Kind
from desktop_app.gui.state.words import brief, capital, percent

HOLD_S = 3.0
"""How long it is told that a sound was not a voice. An answer stays until the next speech."""


class ShownAnswer:
    """Of speech under way the label is steadied, so that it does not flicker.

    Attributes
    ----------
    result : PartialResult or FinalResult or None
    last : str
        The last finished answer, in words.
    """

    def __init__(self) -> None:
        self.result: PartialResult | FinalResult | None = None
        self.last = ""
        self._steady = ""
        self._hysteresis = LabelHysteresis()
        self._announced = ""

    def partial(self, result: PartialResult) -> bool:
        """As `take`, of speech under way."""
        if result.prediction.labels and not result.prediction.not_a_voice:
            self._steady = self._hysteresis.update(
                result.end_s, result.prediction.labels, result.prediction.probabilities
            )
        return self.take(result)

    def final(self, result: FinalResult) -> bool:
        """As `take`, of speech that is over."""
        self._hysteresis.reset()
        return self.take(result)

    def take(self, result: PartialResult | FinalResult) -> bool:
        """Whether it is shown: a sound without a voice replaces only what was said of that sound itself."""
        shown = self.result
        last_word = shown is not None and isinstance(result, FinalResult) and result.segment == shown.segment
        read = shown is not None and not shown.prediction.not_a_voice
        if read and result.prediction.not_a_voice and not last_word:
            return False
        self.result = result
        return True

    def tell(self, prediction: Prediction) -> str:
        """A voice's finished answer, for a screen reader; empty where it is no news."""
        shown = "" if prediction.uncertain else brief(prediction)
        text = tr("Uncertain") if prediction.uncertain else capital(shown)
        if not prediction.uncertain and not prediction.dimensions:
            text = f"{text} {percent(prediction.confidence)}"
        self._steady = prediction.label
        self.last = text[:1].lower() + text[1:]
        news = shown != self._announced  # the same emotion again is none
        self._announced = shown
        return text if news else ""

    def elapsed(self, time_s: float) -> bool:
        """That a sound was not a voice has been told for long enough; whether it is taken away now."""
        shown = self.result
        if shown is None or not shown.prediction.not_a_voice or time_s <= shown.end_s + HOLD_S:
            return False
        self.result = None
        return True

    def another_source(self) -> None:
        """What comes next belongs to other speech."""
        self._hysteresis.reset()

    def another_model(self) -> None:
        """Answers have other labels from now on."""
        self.result = None
        self._hysteresis.reset()

    def clear(self) -> None:
        """Show none, and know of none before."""
        self.result, self.last, self._announced = None, "", ""
        self._hysteresis.reset()

    def of(self, labels: tuple[str, ...], dimensions: tuple[str, ...]) -> PartialResult | FinalResult | None:
        """The result, if it is one of a model of these."""
        result = self.result
        if result is None or (result.prediction.labels, result.prediction.dimensions) != (labels, dimensions):
            return None
        return result

    def headline(
        self,
        result: PartialResult | FinalResult | None,
        state: Headline,
        condition: Condition | None,
        *,
        capturing: bool,
    ) -> Headline:
        """What was said last, and beneath it what is now; without a `result` of the model, the state."""
        if result is None or state.failed:
            return replace(state, condition=condition)
        if result.prediction.not_a_voice:
            return headlines.not_a_voice(self.last) if capturing else state
        label = result.prediction.label
        partial = isinstance(result, PartialResult)
        live = partial and capturing
        if partial:
            label = self._steady or label
        shown = headlines.of_prediction(result.prediction, label, live, result.end_s - result.start_s)
        if not capturing or state.trouble:
            condition = headlines.as_condition(state)
        if condition is None and shown.kind is Kind.UNCERTAIN:
            condition = headlines.doubt_help(result.prediction)
        if condition is None and not live:
            condition = headlines.as_condition(state, short=True)
        actions = () if capturing and not state.trouble else state.actions
        return replace(shown, condition=condition, actions=actions, trouble=state.trouble)
