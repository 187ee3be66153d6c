"""Learning one person's voice for a profile: from recordings, or while the person talks."""

from __future__ import annotations

from typing import Final

from desktop_app.core.types import Prediction
from desktop_app.inference.speakers import RULE, SpeakerVoices
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile

_HEARD: Final = RULE.founding  # utterances of somebody, from which on there is one person more


class Enrolment:
    """A profile that grows by what is said, and a count of who says it.

    Attributes
    ----------
    profile : VoiceProfile
        What was learnt so far.
    """

    def __init__(self, model: VoiceModel) -> None:
        self.profile = VoiceProfile(model)
        self._speakers = SpeakerVoices(self.profile)

    def learn(self, said: Prediction, seconds: float) -> bool:
        """Take in a finished stretch of speech; False where nothing can be learnt, as from a slammed door.

        Raises
        ------
        VoiceProfileError
            Another model has judged it.
        """
        if said.not_a_voice or said.embedding is None or seconds <= 0:
            return False
        answer = said.default_probabilities or said.probabilities
        self.profile.update(said.embedding, seconds, answer)
        if said.speaker is not None:
            decision = self._speakers.decide(said.speaker, seconds)
            self._speakers.learn(
                decision, said.speaker, embedding=said.embedding, answer=answer, seconds=seconds
            )
        return True

    @property
    def people(self) -> int:
        """How many people seem to have spoken; 0 where that cannot be told."""
        return sum(speaker.count >= _HEARD for speaker in self._speakers.heard.known)
