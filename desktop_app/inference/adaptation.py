"""An engine that learns voices while it judges: each stretch of speech by what was heard before it.

One `AdaptiveEngine` is one session: a live run, or a recording. Nothing is learnt from labels, and nothing of
it is kept when the session ends. With a model that tells speakers apart each has a voice (`speakers.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from desktop_app.core.types import FloatArray, Prediction, VoiceUse
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.speakers import Decision, Heard, SpeakerVoices
from desktop_app.inference.voice_profile import (
    VoiceProfile,
    VoiceProfileError,
    VoiceRule,
    VoiceStatistics,
    VoiceSums,
    blend,
)

ENROLLED: Final = VoiceRule(half_life_s=1200.0)
"""A voice tires in the course of an hour, and somebody moves away from the microphone."""
SESSION: Final = replace(ENROLLED, few_answers=8.0)
"""Nobody was asked to speak in several moods, as for a profile, so it takes more answers to believe it."""


class AdaptiveEngine:
    """A session with one engine, in which the voice is learnt.

    Alike live and offline: only finished stretches of speech are learnt from (`predict`), and in their order.
    A model without voice inputs or embeddings is used as it is, and one without the output ``speaker`` takes
    all speech for one person's; so it is where a voice was enrolled.

    Parameters
    ----------
    engine : EmotionEngine
        Judges; may serve several sessions at once, and is closed with this one only by `close`.
    known : VoiceProfile, optional
        A voice that was enrolled: the session begins with it. It is not changed.
    rule : VoiceRule, optional
        How far what was heard counts: by default `SESSION`, or `ENROLLED` for a voice that was enrolled.
    adapts : bool
        Whether it is judged by the voice, and the voice is learnt. Switched off, what was learnt waits to be
        used again, and it is judged by the voice that was enrolled, if one was.
    one_speaker : bool
        Whether all speech is known to be one person's.

    Attributes
    ----------
    voice : VoiceProfile or None
        Of all that was heard, whoever said it; None for a model without voices.
    """

    def __init__(
        self,
        engine: EmotionEngine,
        known: VoiceProfile | None = None,
        rule: VoiceRule | None = None,
        *,
        adapts: bool = True,
        one_speaker: bool = False,
    ) -> None:
        self.engine = engine
        self.adapts = adapts
        self._rule = rule
        self._one_speaker = one_speaker
        self._known = self._next = known
        self._enrolled: VoiceStatistics | None = None
        self._forgotten: tuple[VoiceProfile | None, VoiceSums, Heard] | None = None
        self.voice: VoiceProfile | None = None
        self._speakers: SpeakerVoices | None = None
        self.enroll(known)
        self._begin(known)

    @property
    def name(self) -> str:
        return self.engine.name

    @property
    def sha256(self) -> str:
        """Of the model file."""
        return self.engine.sha256

    @property
    def labels(self) -> tuple[str, ...]:
        return self.engine.labels

    @property
    def dimensions(self) -> tuple[str, ...]:
        return self.engine.dimensions

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
            return self.engine.predict(waveform, self._enrolled)
        found, use, decision = self._judge(voice, waveform)
        adapted = use.weight > 0
        if waveform.any() and not found.not_a_voice:
            seconds = len(waveform) / self.sample_rate
            answer = self._default_answer(waveform, found, adapted=adapted)
            voice.update(found.embedding, seconds, answer)
            if self._speakers is not None and decision is not None and found.speaker is not None:
                self._speakers.learn(
                    decision, found.speaker, embedding=found.embedding, answer=answer, seconds=seconds
                )
        return replace(found, voice=use)

    def preview(self, waveform: FloatArray) -> Prediction:
        """Judge speech that still goes on, by the voice so far; nothing is learnt. Raises ModelError."""
        if self.voice is None or not self.adapts:
            return self.engine.predict(waveform, self._enrolled)
        found, use, _ = self._judge(self.voice, waveform)
        return replace(found, voice=use)

    def _judge(
        self, voice: VoiceProfile, waveform: FloatArray
    ) -> tuple[Prediction, VoiceUse, Decision | None]:
        """By the voice of whoever spoke last, and again only if that was another one's."""
        guess = None if self._speakers is None else self._speakers.current()
        use, statistics = self._use(voice, guess)
        found = self.engine.predict(waveform, statistics)
        decision = self._decide(found, waveform)
        if decision is not None:
            use, other = self._use(voice, decision)
            if not _same(statistics, other):
                found = self.engine.predict(waveform, other)
        return found, use, decision

    def _default_answer(self, waveform: FloatArray, found: Prediction, *, adapted: bool) -> tuple[float, ...]:
        """By the default voice: an answer that was adapted already would vary with the adaptation."""
        if found.default_probabilities is not None:
            return found.default_probabilities
        return self.engine.predict(waveform).probabilities if adapted else found.probabilities

    @property
    def voice_use(self) -> VoiceUse | None:
        """By which voice the next speech will be judged; None if none is learnt. From any thread."""
        if self.voice is None or not self.adapts:
            return None
        guess = None if self._speakers is None else self._speakers.current()
        return self._use(self.voice, guess)[0]

    def enroll(self, known: VoiceProfile | None) -> None:
        """Begin with this voice from the next `forget_voice` on, None for a stranger's. From any thread.

        Raises
        ------
        VoiceProfileError
            It was made with another model, or this model has no voices.
        """
        if known is not None and known.model.sha256 != self.engine.voice_model.sha256:
            raise VoiceProfileError(
                f"A voice profile made with another model cannot be used with the model '{self.name}'."
            )
        self._next = known

    def forget_voice(self) -> None:
        """Somebody else speaks: begin as at first, or with the voice of `enroll`."""
        if self.voice is not None:
            if self.voice.seconds > 0 or self._next is not self._known:
                self._forgotten = self._known, self.voice.sums, self._heard
            self._begin(self._next)

    def recall_voice(self) -> None:
        """It was no one else: know what was known before `forget_voice`, once."""
        if self.voice is not None and self._forgotten is not None:
            known, sums, heard = self._forgotten
            self._begin(known)
            self.voice.reset(sums)
            if self._speakers is not None:
                self._speakers.heard = heard
            self._forgotten = None

    def warm_up(self) -> None:
        self.engine.warm_up()

    def interrupt(self) -> None:
        """Break off the predictions that are under way, from any thread."""
        self.engine.interrupt()

    def close(self) -> None:
        self.engine.close()

    @property
    def _heard(self) -> Heard:
        return Heard() if self._speakers is None else self._speakers.heard

    def _begin(self, known: VoiceProfile | None) -> None:
        """Know this voice, or nobody's."""
        self._known = self._next = known
        self._enrolled = None if known is None else known.statistics()
        self._speakers = None
        try:
            model = self.engine.voice_model
        except VoiceProfileError:
            return  # the model takes no voices
        usual = SESSION if known is None else ENROLLED
        voice = VoiceProfile(model, None if known is None else known.sums, self._rule or usual)
        if self.engine.tells_speakers and known is None and not self._one_speaker:
            self._speakers = SpeakerVoices(voice)
        self.voice = voice

    def _decide(self, found: Prediction, waveform: FloatArray) -> Decision | None:
        """Who says that; None where speakers are not told apart."""
        if self._speakers is None or found.speaker is None:
            return None
        if not waveform.any():
            return self._speakers.current()
        return self._speakers.decide(found.speaker, len(waveform) / self.sample_rate)

    def _use(self, voice: VoiceProfile, decision: Decision | None) -> tuple[VoiceUse, VoiceStatistics | None]:
        """How far the voice counts, and what is given to the model; None for its default."""
        if self._speakers is not None and decision is not None:
            return self._speakers.use(decision)
        sums = voice.sums
        share = sums.share
        statistics = blend(sums, voice.model.default) if share > 0 else None
        return VoiceUse(sums.seconds, share), statistics


def _same(one: VoiceStatistics | None, other: VoiceStatistics | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one.mean, other.mean) and np.array_equal(one.std, other.std)
