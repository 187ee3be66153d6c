"""Makes what judges one session: an engine that learns the voice or not, among all labels or some."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop_app.core.errors import CallError, one_line
from desktop_app.core.label_set import LabelSet
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.restricted import RestrictedEngine
from desktop_app.inference.voice_profile import VoiceProfile
from desktop_app.inference.voice_profile_file import load_profile


class SessionMaker:
    """Called for each session: a live run, a recording, or recordings of one voice.

    Parameters
    ----------
    engine : EmotionEngine
        Serves all sessions at once.
    labels : sequence of str
        The allowed ones; all of the model's if empty.
    adapts : bool
        Whether the voice is learnt. If not, and with a profile, the engine hears that voice from now on.
    one_speaker : bool
        Whether all speech is known to be one person's.
    profile : path-like, optional
        The voice that each session begins with.

    Attributes
    ----------
    profile : VoiceProfile or None
    labels : tuple of str
        The allowed ones, in the model's order.

    Raises
    ------
    VoiceProfileError
        The profile cannot be used.
    CallError
        The model lacks a label.
    """

    def __init__(
        self,
        engine: EmotionEngine,
        *,
        labels: Sequence[str] = (),
        adapts: bool = True,
        one_speaker: bool = False,
        profile: Path | str | None = None,
    ) -> None:
        self._engine = engine
        if labels and engine.dimensions:
            raise CallError(
                f"The model '{one_line(engine.name)}' gives dimensions ({', '.join(engine.dimensions)}), and "
                "--labels chooses among emotions.",
                "Leave out --labels, or choose a model that answers with emotions.",
                code="call.labels",
            )
        self._label_set = LabelSet.of(engine.labels, labels)
        self.labels = self._label_set.labels
        self._adapts = adapts
        self._one_speaker = one_speaker
        self.profile: VoiceProfile | None = None
        if profile is not None:
            self.profile = load_profile(profile, engine.voice_model)
            if not adapts:
                engine.set_profile(self.profile)

    def __call__(self) -> AdaptiveEngine | EmotionEngine | RestrictedEngine:
        session: AdaptiveEngine | EmotionEngine = self._engine
        if self._adapts:
            session = AdaptiveEngine(self._engine, self.profile, one_speaker=self._one_speaker)
        return session if self._label_set.all_allowed else RestrictedEngine(session, self._label_set)
