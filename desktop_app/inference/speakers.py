"""Which of a session's speakers says something, and a voice for each: no labels, no enrolment, no sound kept.

A model may give, beside its embedding, numbers that tell speakers apart (`Prediction.speaker`). An utterance
is compared with each speaker heard before and with nobody known, by the two-covariance model of speaker
recognition (Brümmer and de Villiers, "The speaker partitioning problem", Odyssey 2010), with one variance for
all dimensions: 1 within a speaker, `SpeakerRule.between` between speakers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray, VoiceUse
from desktop_app.inference.voice_moods import Float64Array
from desktop_app.inference.voice_profile import VoiceProfile, VoiceStatistics, VoiceSums, blend


@dataclass(frozen=True, slots=True)
class SpeakerRule:
    """How an utterance is taken for a speaker's.

    Attributes
    ----------
    between : float
        Variance between speakers, of each dimension, where that within a speaker is 1.
    sharpness : float
        What log likelihoods are multiplied with: the dimensions are not independent, and each utterance has a
        mood that the earlier ones had not.
    stays : float
        Probability that the next utterance is the same speaker's as the last one, 0..1.
    unknown : float
        Probability that it is somebody's who was not heard yet.
    sure : float
        Probability from which on an utterance is taken for a speaker's, or for somebody's unknown.
    founding : int
        Utterances that must agree before there is a new speaker: one alone may be a mood, or a noise.
    shortest_s : float
        Seconds of speech of which an utterance must be to be evidence for a new speaker.
    waits : int
        Utterances after which what was heard of an unknown speaker is dropped, if nothing agreed.
    counted : int
        Utterances that count in what is known of a speaker; later ones replace the earlier ones gradually.
    most : int
        Speakers that are kept; the one that was not heard for the longest goes.
    """

    between: float = 0.75
    sharpness: float = 1.2
    stays: float = 0.5
    unknown: float = 0.01
    sure: float = 0.8
    founding: int = 2
    shortest_s: float = 1.0
    waits: int = 16
    counted: int = 10
    most: int = 8


RULE: Final = SpeakerRule()
"""Chosen on the corpora of training, each by directions that were found without it (docs/recognition.md)."""


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """What is kept of one: `number` from 1 in the order of founding, None before there is enough evidence.

    `mean` [dim] is that of `count` utterances; the last one was the utterance `last` of the session.
    """

    number: int | None
    mean: Float64Array
    count: int
    last: int
    voice: VoiceSums


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """All that is known of a session's speakers."""

    speakers: tuple[Speaker, ...] = ()
    utterances: int = 0
    founded: int = 0
    current: int | None = None
    """Number of the speaker who was recognised last."""

    @property
    def known(self) -> tuple[Speaker, ...]:
        return tuple(speaker for speaker in self.speakers if speaker.number is not None)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who says something: the speaker `number`, or None if that is not sure.

    `stranger` tells that it is surely nobody's who is known. `place` is where it belongs in `Heard.speakers`,
    one behind the last for somebody of whom nothing was heard yet; None if it is evidence for nobody.
    """

    number: int | None
    stranger: bool = False
    place: int | None = None


class SpeakerVoices:
    """The speakers of one session, each with a voice.

    The voice of a speaker is blended with what was heard of everyone, and that with the model's default: of
    whom little was heard, the microphone and the room are known all the same. Where it is not sure who
    speaks, it is judged by what was heard of everyone, and where it is surely nobody who is known, by the
    default: never by another person's voice. As long as there is one speaker only, everyone's voice is taken
    for the speaker's.

    Decisions are causal: of an utterance and what was heard before it. What is known is one value that is
    replaced in one step, so it may be read from any thread.

    Parameters
    ----------
    everyone : VoiceProfile
        Learns all utterances of the session, whoever says them; it is only read here.
    rule : SpeakerRule

    Attributes
    ----------
    heard : Heard
        All that is known of them; may be kept, and put back.
    """

    def __init__(self, everyone: VoiceProfile, rule: SpeakerRule = RULE) -> None:
        self.everyone = everyone
        self.rule = rule
        self.heard = Heard()

    def decide(self, point: FloatArray, seconds: float) -> Decision:
        """Who says an utterance, by its `point` [dim] and what was heard before; nothing is learnt."""
        speakers = self.heard.speakers
        if not speakers:
            return Decision(1, place=0)
        chances = self._chances(np.asarray(point, dtype=np.float64))
        best = int(chances.argmax())
        if chances[best] < self.rule.sure:
            return Decision(None)
        if best < len(speakers) and speakers[best].number is not None:
            return Decision(speakers[best].number, place=best)
        if seconds < self.rule.shortest_s:
            return Decision(None)
        if best == len(speakers):
            return Decision(None, stranger=True, place=best)
        enough = speakers[best].count + 1 >= self.rule.founding
        return Decision(self.heard.founded + 1 if enough else None, stranger=not enough, place=best)

    def current(self) -> Decision:
        """Whoever was recognised last."""
        return Decision(self.heard.current)

    def use(self, decision: Decision) -> tuple[VoiceUse, VoiceStatistics | None]:
        """By which voice that is judged, and what is given to the model; None for its default."""
        if decision.stranger:
            return VoiceUse(0.0, 0.0), None
        everyone, own = self.everyone.sums, self._voice(decision)
        voices = [sums for sums in (everyone, own) if sums is not None and sums.share > 0]
        statistics: VoiceStatistics | None = None
        default = 1.0
        for sums in voices:
            statistics = blend(sums, self.everyone.model.default if statistics is None else statistics)
            default *= 1.0 - sums.share
        known = everyone if own is None else own
        return VoiceUse(known.seconds, 1.0 - default, decision.number), statistics

    def learn(
        self,
        decision: Decision,
        point: FloatArray,
        *,
        embedding: FloatArray | None,
        answer: npt.ArrayLike,
        seconds: float,
    ) -> None:
        """Take in an utterance of whose `point` [dim] `decide` said this; else as `VoiceProfile.update`."""
        before, point64 = self.heard, np.asarray(point, dtype=np.float64)
        now = before.utterances + 1
        speakers = list(before.speakers)
        if decision.place is not None:
            place = decision.place
            one = speakers[place] if place < len(speakers) else self._nobody(point64.size)
            voice = VoiceProfile(self.everyone.model, one.voice, self.everyone.rule)
            voice.update(embedding, seconds, answer)
            counted = min(one.count, self.rule.counted - 1)
            mean = one.mean + (point64 - one.mean) / (counted + 1)
            speakers[place : place + 1] = [Speaker(decision.number, mean, one.count + 1, now, voice.sums)]
        self.heard = Heard(
            self._kept(speakers, now),
            now,
            max(before.founded, decision.number or 0),
            before.current if decision.number is None else decision.number,
        )

    def _chances(self, point: Float64Array) -> Float64Array:
        """Probabilities [speakers + 1] that each of the speakers says it, and nobody of them."""
        rule, speakers = self.rule, self.heard.speakers
        places = [place for place, one in enumerate(speakers) if one.number == self.heard.current]
        chances = np.full(len(speakers), (1.0 - rule.unknown) / len(speakers))
        if places and len(speakers) > 1:
            chances[:] = (1.0 - rule.stays - rule.unknown) / (len(speakers) - 1)
            chances[places] = rule.stays
        logs = [self._log_likelihood(point, one.mean, one.count) for one in speakers]
        logs.append(self._log_likelihood(point, np.zeros_like(point), 0))
        told = np.log(np.append(chances, rule.unknown)) + np.array(logs)
        powers: Float64Array = np.exp(told - told.max())
        powers /= powers.sum()
        return powers

    def _log_likelihood(self, point: Float64Array, mean: Float64Array, count: int) -> float:
        """Of `point`, said by a speaker of whom `count` utterances have this mean."""
        weight = min(count, self.rule.counted)
        certainty = weight + 1.0 / self.rule.between
        variance = 1.0 + 1.0 / certainty
        distance = np.square(point - mean * (weight / certainty)).sum()
        return -0.5 * self.rule.sharpness * float(distance / variance + point.size * math.log(variance))

    def _voice(self, decision: Decision) -> VoiceSums | None:
        """That of one speaker among several."""
        if decision.number is None:
            return None
        others = [one for one in self.heard.known if one.number != decision.number]
        if not others:
            return None
        speakers = self.heard.speakers
        if decision.place is not None:
            return speakers[decision.place].voice if decision.place < len(speakers) else None
        return next((one.voice for one in speakers if one.number == decision.number), None)

    def _nobody(self, dim: int) -> Speaker:
        nothing = VoiceProfile(self.everyone.model, rule=self.everyone.rule).sums
        return Speaker(None, np.zeros(dim), 0, 0, nothing)

    def _kept(self, speakers: list[Speaker], now: int) -> tuple[Speaker, ...]:
        """Without evidence that nothing agreed with, and without the speaker who went longest unheard."""
        kept = [one for one in speakers if one.number is not None or now - one.last < self.rule.waits]
        known = [one for one in kept if one.number is not None]
        if len(known) > self.rule.most:
            kept.remove(min(known, key=lambda one: one.last))
        return tuple(kept)
