"""An engine, or a session with one, whose answers are among some of the model's labels only."""

from __future__ import annotations

from desktop_app.core.label_set import LabelSet
from desktop_app.core.types import FloatArray, Prediction, VoiceUse
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine


class RestrictedEngine:
    """Stands outside whatever judges, so that a voice is learnt from the model's whole answers, as always.

    Parameters
    ----------
    session : EmotionEngine or AdaptiveEngine
        Judges by all of the model's labels; closed with this one.
    label_set : LabelSet
        Of the same model.
    """

    def __init__(self, session: EmotionEngine | AdaptiveEngine, label_set: LabelSet) -> None:
        self.session = session
        self._label_set = label_set

    @property
    def name(self) -> str:
        return self.session.name

    @property
    def sha256(self) -> str:
        """Of the model file."""
        return self.session.sha256

    @property
    def labels(self) -> tuple[str, ...]:
        """Those that are allowed, in the model's order."""
        return self._label_set.labels

    @property
    def dimensions(self) -> tuple[str, ...]:
        return self.session.dimensions

    @property
    def sample_rate(self) -> int:
        """Rate in Hz that `predict` expects."""
        return self.session.sample_rate

    @property
    def abstain_below(self) -> float:
        """The confidence from which on an answer among the allowed labels counts."""
        return self._label_set.threshold(self.session.abstain_below)

    @property
    def provider(self) -> str:
        return self.session.provider

    @property
    def notice(self) -> str:
        return self.session.notice

    def predict(self, waveform: FloatArray) -> Prediction:
        """As the session's, among the allowed labels. Raises ModelError."""
        return self._label_set.among(self.session.predict(waveform), self.session.abstain_below)

    def preview(self, waveform: FloatArray) -> Prediction:
        """As the session's, among the allowed labels. Raises ModelError."""
        return self._label_set.among(self.session.preview(waveform), self.session.abstain_below)

    @property
    def voice_use(self) -> VoiceUse | None:
        """By which voice the next speech will be judged; None if none is learnt."""
        return self.session.voice_use

    def forget_voice(self) -> None:
        """Somebody else speaks: begin as at first."""
        self.session.forget_voice()

    def recall_voice(self) -> None:
        """It was no one else: know what was known before `forget_voice`."""
        self.session.recall_voice()

    def warm_up(self) -> None:
        self.session.warm_up()

    def interrupt(self) -> None:
        """Break off the predictions that are under way, from any thread."""
        self.session.interrupt()

    def close(self) -> None:
        self.session.close()
