"""The voice that the live run learns: whether, by which session, and what can be taken back. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.core.types import CaptureState
from desktop_app.gui.state.view_model import ViewModel

if TYPE_CHECKING:
    from desktop_app.inference.adaptation import AdaptiveEngine
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.inference.voice_profile import VoiceProfile


class LiveVoice:
    """Each model begins a session of its own.

    Attributes
    ----------
    adapts : bool
        Whether voices are learnt, live and in recordings.
    can_be_recalled : bool
        A voice was forgotten, and nothing but its speech has come between.
    known : VoiceProfile or None
        The enrolled voice with which each session begins.
    name : str
        Whose that is; empty for a stranger's.
    """

    def __init__(self, model: ViewModel) -> None:
        self._model = model
        self._session: AdaptiveEngine | None = None
        self.adapts = True
        self.can_be_recalled = False
        self.known: VoiceProfile | None = None
        self.name = ""
        self._before: tuple[str, VoiceProfile | None] = "", None

    def enroll(self, name: str, known: VoiceProfile | None) -> None:
        """Begin with this voice from the next new speaker on. Raises VoiceProfileError if it cannot be."""
        if self._session is not None:
            self._session.enroll(known)
        self._before = self.name, self.known
        self.name, self.known = (name, known) if known is not None else ("", None)

    def recall(self) -> None:
        """`enroll` is taken back, as far as later sessions are concerned."""
        self.name, self.known = self._before

    @property
    def heard(self) -> VoiceProfile | None:
        """What the session has learnt, whoever said it."""
        return None if self._session is None else self._session.voice

    def begin(self, engine: EmotionEngine) -> AdaptiveEngine:
        """A session with this engine, in place of the one before."""
        from desktop_app.inference.adaptation import AdaptiveEngine

        if self.known is not None and self.known.model.sha256 != engine.sha256:
            self.name, self.known = "", None
        self._session = AdaptiveEngine(engine, self.known, adapts=self.adapts)
        self.can_be_recalled = False
        self._tell()
        return self._session

    def end(self) -> None:
        """There is no engine any more."""
        self._session = None
        self.can_be_recalled = False
        self._tell()

    def adapt(self, on: bool) -> None:
        """Learn the voice from the next answer on, or not any more."""
        self.adapts = on
        if self._session is not None:
            self._session.adapts = on
        self._tell()

    @property
    def can_be_forgotten(self) -> bool:
        """Something is known of it, or being said."""
        known = self._model.voice
        speaking = self._model.state is CaptureState.SPEAKING
        return self._session is not None and known is not None and (known.seconds > 0 or speaking)

    def _tell(self) -> None:
        session = self._session
        learnable = session is None or session.voice is not None
        self._model.tell_voice(
            None if session is None else session.voice_use, adapts=self.adapts, learnable=learnable
        )
