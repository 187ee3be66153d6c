"""An engine that learns a voice while it judges: each stretch of speech by what was heard before it.

One `AdaptiveEngine` is one session: a live run, or a recording. Nothing is learnt from labels, and nothing of
it is kept when the session ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from desktop_app.core.types import FloatArray, Prediction, VoiceUse
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import (
    VoiceProfile,
    VoiceProfileError,
    VoiceRule,
    VoiceStatistics,
    VoiceSums,
    blend,
)

SESSION: Final = VoiceRule(half_life_s=1200.0)
"""A voice tires in the course of an hour, and somebody moves away from the microphone."""


class AdaptiveEngine:
    """A session with one engine, in which the voice is learnt.

    Alike live and offline: only finished stretches of speech are learnt from (`predict`), and in their order.
    A model without voice inputs or embeddings is used as it is.

    Parameters
    ----------
    engine : EmotionEngine
        Judges; may serve several sessions at once, and is closed with this one only by `close`.
    known : VoiceProfile, optional
        A voice that was enrolled: the session begins with it. It is not changed.
    rule : VoiceRule
        How far what was heard counts.
    adapts : bool
        Whether it is judged by the voice, and the voice is learnt. Switched off, what is known of it waits to
        be used again.
    """

    def __init__(
        self,
        engine: EmotionEngine,
        known: VoiceProfile | None = None,
        rule: VoiceRule = SESSION,
        *,
        adapts: bool = True,
    ) -> None:
        self.engine = engine
        self.adapts = adapts
        self._known = None if known is None else known.sums
        self._forgotten: VoiceSums | None = None
        try:
            model = engine.voice_model
        except VoiceProfileError:
            self.voice: VoiceProfile | None = None
            if known is not None:
                raise
        else:
            self.voice = VoiceProfile(model, self._known, rule)

    @property
    def name(self) -> str:
        return self.engine.name

    @property
    def labels(self) -> tuple[str, ...]:
        return self.engine.labels

    @property
    def sample_rate(self) -> int:
        """Rate in Hz that `predict` expects."""
        return self.engine.sample_rate

    @property
    def abstain_below(self) -> float:
        return self.engine.abstain_below

    @property
    def provider(self) -> str:
        return self.engine.provider

    @property
    def notice(self) -> str:
        return self.engine.notice

    def predict(self, waveform: FloatArray) -> Prediction:
        """Judge a finished stretch of speech [samples] by the voice so far, and learn from it.

        Raises
        ------
        ModelError
            As `EmotionEngine.predict`; then nothing was learnt.
        """
        voice = self.voice
        if voice is None or not self.adapts:
            return self.engine.predict(waveform)
        use, statistics = self._use(voice)
        found = self.engine.predict(waveform, statistics)
        if waveform.any() and not found.not_a_voice:
            voice.update(
                found.embedding,
                len(waveform) / self.sample_rate,
                self._default_answer(waveform, found, adapted=statistics is not None),
            )
        return replace(found, voice=use)

    def _default_answer(self, waveform: FloatArray, found: Prediction, *, adapted: bool) -> tuple[float, ...]:
        """By the default voice: an answer that was adapted already would vary with the adaptation."""
        if found.default_probabilities is not None:
            return found.default_probabilities
        return self.engine.predict(waveform).probabilities if adapted else found.probabilities

    def preview(self, waveform: FloatArray) -> Prediction:
        """Judge speech that still goes on, by the voice so far; nothing is learnt. Raises ModelError."""
        if self.voice is None or not self.adapts:
            return self.engine.predict(waveform)
        use, statistics = self._use(self.voice)
        return replace(self.engine.predict(waveform, statistics), voice=use)

    @property
    def voice_use(self) -> VoiceUse | None:
        """By which voice the next speech will be judged; None if none is learnt. From any thread."""
        if self.voice is None or not self.adapts:
            return None
        sums = self.voice.sums
        return VoiceUse(sums.seconds, sums.share)

    def forget_voice(self) -> None:
        """Somebody else speaks: begin as at first."""
        if self.voice is not None:
            if self.voice.seconds > 0:
                self._forgotten = self.voice.sums
            self.voice.reset(self._known)

    def recall_voice(self) -> None:
        """It was no one else: know what was known before `forget_voice`, once."""
        if self.voice is not None and self._forgotten is not None:
            self.voice.reset(self._forgotten)
            self._forgotten = None

    def warm_up(self) -> None:
        self.engine.warm_up()

    def interrupt(self) -> None:
        """Break off the predictions that are under way, from any thread."""
        self.engine.interrupt()

    def close(self) -> None:
        self.engine.close()

    def _use(self, voice: VoiceProfile) -> tuple[VoiceUse, VoiceStatistics | None]:
        """How far the voice counts, and what is given to the model; None for its default."""
        sums = voice.sums
        share = sums.share
        statistics = blend(sums, voice.model.default) if share > 0 else None
        return VoiceUse(sums.seconds, share), statistics
