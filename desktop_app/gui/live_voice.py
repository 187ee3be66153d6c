"""The voice that the live run learns: whether, by which session, whose, and what can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import tr
from desktop_app.core.types import CaptureState
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.live_run import LiveRun
from desktop_app.gui.session_keeper import SessionKeeper
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.undo import Undoable
from desktop_app.gui.state.view_model import ViewModel

if TYPE_CHECKING:
    from desktop_app.inference.adaptation import AdaptiveEngine
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.inference.voice_profile import VoiceProfile


class LiveVoice(QObject):
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

    changed = Signal()  # the view model has news
    used = Signal(str)  # whose kept voice counts from now on; empty for a stranger's

    def __init__(self, model: ViewModel, run: LiveRun, keeper: SessionKeeper, jobs: Jobs) -> None:
        super().__init__(jobs)
        self._model, self._run, self._keeper, self._jobs = model, run, keeper, jobs
        self._engine: EmotionEngine | None = None
        self._session: AdaptiveEngine | None = None
        self._profile_path: Path | None = None  # of a voice to be used once there is a model
        self.adapts = True
        self.can_be_recalled = False
        self.known: VoiceProfile | None = None
        self.name = ""
        self._before: tuple[str, VoiceProfile | None] = "", None

    @property
    def heard(self) -> VoiceProfile | None:
        """What the session has learnt, whoever said it."""
        return None if self._session is None else self._session.voice

    @property
    def can_be_forgotten(self) -> bool:
        """Something is known of it, or being said."""
        known = self._model.voice
        speaking = self._model.state is CaptureState.SPEAKING
        return self._session is not None and known is not None and (known.seconds > 0 or speaking)

    # --- sessions -----------------------------------------------------------------------------------------

    def begin(self, engine: EmotionEngine) -> AdaptiveEngine:
        """A session with this engine, in place of the one before."""
        from desktop_app.inference.adaptation import AdaptiveEngine

        before = self.name
        if self.known is not None and self.known.model.sha256 != engine.sha256:
            self.name, self.known = "", None
        self._engine, self._session = engine, AdaptiveEngine(engine, self.known, adapts=self.adapts)
        self.can_be_recalled = False
        self._tell()
        if before != self.name:
            told = tr(
                "The voice of {before} was learnt with another model, so it is not used any more."
            ).format(before=before)
            self._model.notify(Notice(told, trouble=False))
        if self._profile_path is not None:
            self.use_profile(self._profile_path)
        return self._session

    def end(self) -> None:
        """There is no engine any more."""
        self._engine = self._session = None
        self.can_be_recalled = False
        self._tell()

    def another_source(self) -> None:
        """The voice that was forgotten before belongs to none that is heard now."""
        self.can_be_recalled = False
        self._model.no_way_back()

    # --- what a person does -------------------------------------------------------------------------------

    def adapt(self, on: bool) -> None:
        """Learn voices, live and in the recordings that are analyzed from now on, or not."""
        self.adapts = on
        if self._session is not None:
            self._session.adapts = on
        self._tell()
        self._keeper.change("adapt", on)
        self.changed.emit()

    def use(self, name: str, known: VoiceProfile | None) -> None:
        """Judge by this enrolled voice from now on, None for a stranger's; `same_speaker` takes it back.

        Raises
        ------
        VoiceProfileError
            It was made with another model.
        """
        self._enroll(name, known)
        self._keeper.change("profile", name or None)
        self._model.use_voice(name, self._change_speaker(tr("use of the voice")))
        self.used.emit(self.name)
        self.changed.emit()

    def new_speaker(self) -> None:
        """Somebody else speaks: forget the voice; `same_speaker` brings it back."""
        self._enroll("", None)
        self._keeper.change("new_speaker")
        self._model.new_speaker(self._change_speaker(tr("new speaker")))
        self.changed.emit()

    def same_speaker(self) -> None:
        """Take `new_speaker` back: what was known of the voice before is known again."""
        if self.can_be_recalled:
            self._run.command(lambda pipeline: pipeline.recall_speaker())
            self.can_be_recalled = False
            self.name, self.known = self._before
            self._keeper.change("same_speaker")
            self.used.emit(self.name)
            self._model.same_speaker()
            self.changed.emit()

    def use_profile(self, path: Path) -> None:
        """Judge by the voice of this file, live and in recordings; it waits for a model.

        A file that is no profile of the model in use is refused in a sentence, and nothing changes.
        """
        from desktop_app.inference.voice_profile_file import load_profile

        engine, self._profile_path = self._engine, None
        if engine is None:
            self._profile_path = path
            return

        def done(profile: VoiceProfile) -> None:
            if engine is self._engine:
                self.use(path.stem, profile)
            else:
                self.use_profile(path)

        def failed(error: EmoscopeError) -> None:
            self._model.notify(Notice.of(error))
            self.changed.emit()

        self._jobs.start(
            "reading the voice profile", lambda _: load_profile(path, engine.voice_model), done, failed
        )

    def _enroll(self, name: str, known: VoiceProfile | None) -> None:
        """Begin with this voice from the next new speaker on. Raises VoiceProfileError if it cannot be."""
        if self._session is not None:
            self._session.enroll(known)
        self._before = self.name, self.known
        self.name, self.known = (name, known) if known is not None else ("", None)

    def _change_speaker(self, name: str) -> Undoable:
        """What was done, `name`, changes the voice; how to take that back."""
        self._run.command(lambda pipeline: pipeline.change_speaker())
        self.can_be_recalled = True
        return self._model.undo.push(name, self.same_speaker, possible=lambda: self.can_be_recalled)

    def _tell(self) -> None:
        session = self._session
        learnable = session is None or session.voice is not None
        self._model.tell_voice(
            None if session is None else session.voice_use, adapts=self.adapts, learnable=learnable
        )
