"""Teaching a voice, as the window shows it: what to say next, whether it is heard well, how much is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop_app.core.language import mark, tr
from desktop_app.core.types import AudioTick, Event, FinalResult
from desktop_app.inference.enrolment import Enrolment
from desktop_app.inference.voice_profile import VoiceModel

TOPIC_S: Final = 9.0
"""Seconds of speech after which the next topic comes."""
LEAST_S: Final = 10.0
"""Seconds of speech from which on the voice can be kept."""
_PLENTY: Final = 0.9  # of the person's mean that counts
_QUIET_DBFS: Final = -45.0
_CLIPPED_DBFS: Final = -0.1
_RECENT_S: Final = 6.0


@dataclass(frozen=True, slots=True)
class Topic:
    """What to talk about: a mood's name, and a sentence that brings it on."""

    mood: str
    text: str


TOPICS: Final = (
    Topic(mark("As usual"), mark("Tell what you did today, as you would tell a friend.")),
    Topic(mark("Glad"), mark("Tell of something that went well, and let it be heard.")),
    Topic(mark("Cross"), mark("Complain about something that annoys you, as loudly as you like.")),
    Topic(mark("Sad"), mark("Tell of something that you miss, slowly.")),
    Topic(mark("Excited"), mark("Announce the best news of the year.")),
    Topic(mark("Tired"), mark("Say what you would rather do now, as late in the evening.")),
)
"""Different moods are what tells the voice from the mood (`inference/voice_moods.py`)."""


class Hearing(StrEnum):
    """How well the person is heard."""

    NOTHING = "nothing"
    QUIET = "quiet"
    CLIPPING = "clipping"
    FINE = "fine"


class EnrolmentState:
    """Follows the events of a live run; knows no Qt.

    Parameters
    ----------
    model : VoiceModel
        Of the engine that judges the run.

    Attributes
    ----------
    place : int
        Number of the topic, from 0; as many as there are topics when all were talked about.
    """

    def __init__(self, model: VoiceModel) -> None:
        self.enrolment = Enrolment(model)
        self.place = 0
        self.hearing = Hearing.NOTHING
        self._in_topic_s = 0.0
        self._heard_s = -_RECENT_S
        self._clipped_s = -_RECENT_S
        self._speech_dbfs: float | None = None

    @property
    def topic(self) -> Topic | None:
        """What to talk about now; None when all was talked about. Its texts are to be translated."""
        return TOPICS[self.place] if self.place < len(TOPICS) else None

    @property
    def seconds(self) -> float:
        """Of speech that was learnt."""
        return self.enrolment.profile.seconds

    @property
    def progress(self) -> float:
        """How much of what a profile can do this one does already, 0..1: by speech and by moods."""
        return min(1.0, self.enrolment.profile.sums.share / _PLENTY)

    @property
    def can_be_kept(self) -> bool:
        return self.seconds >= LEAST_S

    @property
    def advice(self) -> str:
        """What would make it better, as one sentence."""
        if self.enrolment.people > 1:
            return tr("More than one person seems to speak. A voice is of one: begin again, alone.")
        match self.hearing:
            case Hearing.NOTHING:
                return tr("Talk as usual: nothing is heard yet.")
            case Hearing.QUIET:
                return tr("You are heard softly: come closer to the microphone.")
            case Hearing.CLIPPING:
                return tr("The microphone is too loud: turn it down, or move away a little.")
        moods = self.enrolment.profile.moods
        if self.place >= 3 and moods is not None and moods < 0.2:
            return tr("All of it sounds much alike. Exaggerate the moods a little.")
        return tr("You are heard well.")

    def take(self, event: Event) -> bool:
        """Follow an event of the run; whether anything changed that is shown."""
        if isinstance(event, AudioTick):
            return self._tick(event)
        if isinstance(event, FinalResult):
            return self._final(event)
        return False

    def skip(self) -> None:
        """The next topic."""
        self.place = min(self.place + 1, len(TOPICS))
        self._in_topic_s = 0.0

    def _tick(self, tick: AudioTick) -> bool:
        if tick.speaking:
            self._heard_s = tick.time_s
            peak = tick.levels.peak_dbfs
            self._speech_dbfs = peak if self._speech_dbfs is None else max(self._speech_dbfs - 0.2, peak)
            if peak > _CLIPPED_DBFS:
                self._clipped_s = tick.time_s
        before = self.hearing
        if tick.time_s - self._clipped_s < _RECENT_S:
            self.hearing = Hearing.CLIPPING
        elif tick.time_s - self._heard_s >= _RECENT_S or self._speech_dbfs is None:
            self.hearing = Hearing.NOTHING
        else:
            self.hearing = Hearing.QUIET if self._speech_dbfs < _QUIET_DBFS else Hearing.FINE
        return before is not self.hearing

    def _final(self, result: FinalResult) -> bool:
        seconds = result.end_s - result.start_s
        if not self.enrolment.learn(result.prediction, seconds):
            return False
        self._in_topic_s += seconds
        if self._in_topic_s >= TOPIC_S:
            self.skip()
        return True
