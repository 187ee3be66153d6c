"""Which of the model's emotions the window answers with. Knows no Qt.

The engine and what runs behind the window go on with all of them: answers are divided among the allowed ones
when they are shown. So another choice needs neither another run nor a recording to be decoded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_app.core.errors import CallError, one_line, sentences
from desktop_app.core.label_set import LabelSet
from desktop_app.core.language import tr
from desktop_app.core.transcript import WordsHeard
from desktop_app.core.types import EngineChanged, Event, FinalResult, PartialResult
from desktop_app.gui.state.words import emotion

if TYPE_CHECKING:
    from desktop_app.gui.state.recording import AnalyzedRecording
    from desktop_app.inference.engine import EmotionEngine


class AllowedLabels:
    """What a person wants, as far as the model in use has it.

    Attributes
    ----------
    wanted : tuple of str
        Labels that a person chose, perhaps of another model; empty for all.
    label_set : LabelSet
        Of the model in use; without labels while there is none.
    told : str
        Why all labels are allowed although some were wanted, as a sentence; empty otherwise.
    """

    def __init__(self) -> None:
        self.wanted: tuple[str, ...] = ()
        self.label_set = LabelSet((), ())
        self.told = ""
        self._abstain_below = 0.0
        self._sha256 = ""

    def use(self, engine: EmotionEngine) -> None:
        """Answer with the wanted ones of this model's labels from now on; with all, if it lacks one."""
        self._abstain_below, self._sha256 = engine.abstain_below, engine.sha256
        self.told = ""
        if engine.dimensions:
            self.label_set = LabelSet((), ())
            if self.wanted:
                self.told = tr(
                    "The model '{model}' gives dimensions, so there are no emotions to choose from."
                ).format(model=one_line(engine.name))
            return
        try:
            self.label_set = LabelSet.of(engine.labels, self.wanted)
        except CallError:
            self.label_set = LabelSet.of(engine.labels)
            missing = [emotion(label) for label in self.wanted if label not in engine.labels]
            self.told = tr(
                "The model '{model}' does not have all of the chosen emotions ({missing}), so it answers "
                "with all of its own."
            ).format(model=one_line(engine.name), missing=", ".join(missing))

    def event(self, event: Event) -> Event:
        """An event of the run as the window shows it; one of the model before stays as it is."""
        label_set = self.label_set  # another model may come meanwhile: events are taken on any thread
        if isinstance(event, PartialResult | FinalResult):
            if event.prediction.labels == label_set.model_labels:
                prediction = label_set.among(event.prediction, self._abstain_below)
                return replace(event, prediction=prediction)
        elif isinstance(event, WordsHeard):
            if event.fused is not None and event.fused.labels == label_set.model_labels:
                return replace(event, fused=event.fused.among(label_set))
        elif isinstance(event, EngineChanged) and event.labels == label_set.model_labels:
            notice = sentences(event.notice, self.told) if event.notice else ""
            return replace(event, labels=label_set.labels, notice=notice)
        return event

    def recording(self, recording: AnalyzedRecording) -> AnalyzedRecording:
        """An analysis as the window shows it. One by another model stays as it is."""
        if recording.model_sha256 != self._sha256:
            return recording
        return recording.among(self.label_set, self._abstain_below)


def chosen(model_labels: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """What to remember of a choice among `model_labels`: nothing if it is all of them."""
    return () if set(labels) >= set(model_labels) else tuple(labels)
