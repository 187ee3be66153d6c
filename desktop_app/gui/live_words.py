"""What is said live, written down behind the answers for as long as a person wants that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.command_line.output import counted, tell
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import Fuse
from desktop_app.core.transcript import WordsHeard, WrittenBy
from desktop_app.core.types import Event, Failure
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.transcripts import Transcripts

if TYPE_CHECKING:
    from desktop_app.runtime.live_words import LiveWords
    from desktop_app.runtime.pipeline import Pipeline

_QUEUE_S: Final = 10.0  # of sound, drained at once
_LAST_WORDS_S: Final = 4.0  # an utterance takes a second or two


class LiveWordsHost(QObject):
    """Hears the run that `follow` names, and delays nothing of it.

    The process that writes down begins once a run listens, and is that of recordings, too. Why it cannot is
    told once, by `Transcripts`; then the run goes on without words.

    Parameters
    ----------
    model : ViewModel
        Its words are told whether any are to be expected.
    transcripts : Transcripts
    jobs : Jobs
    tell : callable
        Given `WordsHeard` and `WordsLost` for the window, from any thread.
    keep : callable
        Given `WordsHeard` for the session, from any thread.
    fuse : callable
        Makes one answer of voice and words, from any thread.
    """

    changed = Signal()  # whether words are to be expected
    models_changed = Signal()  # what writes down and reads words
    _failed = Signal(object)

    def __init__(
        self,
        model: ViewModel,
        transcripts: Transcripts,
        jobs: Jobs,
        *,
        tell: Callable[[Event], None],
        keep: Callable[[WordsHeard], None],
        fuse: Fuse,
    ) -> None:
        super().__init__(jobs)
        self._model, self._transcripts, self._jobs = model, transcripts, jobs
        self._tell, self._keep, self._fuse = tell, keep, fuse
        self._pipeline: Pipeline | None = None
        self._running: LiveWords | None = None
        self._asked = False  # for the process
        self._failed.connect(self._give_up, Qt.ConnectionType.QueuedConnection)

    def write_down(self, on: bool) -> None:
        """Write down what is said from now on, live and in recordings that are analyzed, or not."""
        if on != self._transcripts.on:
            self._use(on)

    def weigh(self, text_model: str, fusion: str) -> None:
        """Read emotions off the words by this text model, and weigh them by this fusion; empty for none."""
        if self._transcripts.choose(text_model, fusion) and self._transcripts.on:
            self._use(True)

    def _use(self, on: bool) -> None:
        self.end()
        self._transcripts.use(on)
        self.begin()
        if not on:
            self.models_changed.emit()
        elif self._model.capturing:
            self.listens()

    def follow(self, pipeline: Pipeline | None) -> None:
        """Another run; None for no run at all."""
        self.end()
        self._pipeline = pipeline
        self.begin()

    def begin(self) -> None:
        """Write down what is said in the run from now on, if that is wanted and works."""
        from desktop_app.runtime.live_words import LiveWords

        pipeline = self._pipeline
        if pipeline is None or not self._transcripts.usable:
            return

        def emit(event: Event) -> None:
            if isinstance(event, Failure):  # which is told by those who opened the model
                self._failed.emit(running)
                return
            if isinstance(event, WordsHeard):
                self._keep(event)
            self._tell(event)

        self._running = running = LiveWords(pipeline.add_tap(_QUEUE_S), self._transcripts, emit, self._fuse)
        self._model.spoken.begin(pipeline.stats().time_s)
        self.changed.emit()

    def end(self, timeout_s: float = 0.0) -> int:
        """Write no more down, once `timeout_s` have passed or nothing waits; what waits then is told as lost.

        Returns of how many utterances the words are lost.
        """
        running, lost = self._running, 0
        if running is not None:
            lost = running.finish(timeout_s)
        self._running, self._asked = None, False
        if self._model.spoken.on:
            self._model.spoken.end()
            self.changed.emit()
        return lost

    def close(self, *, kept: bool) -> None:
        """Behind the run's end: `end`, seconds later if words that would be `kept` are still to come."""
        lost = self.end(_LAST_WORDS_S if kept else 0.0)
        if lost and kept:  # there is no window any more that could show it
            tell(f"The words of {counted(lost, 'utterance')} were not written down before the window closed.")

    def listens(self) -> None:
        """The run hears something: now the process is worth its memory."""
        if self._running is None or self._asked:
            return
        self._asked = True

        def done(model: WrittenBy | None) -> None:
            if model is not None and self._running is not None:
                self.models_changed.emit()

        def failed(error: EmoscopeError) -> None:
            self._give_up(self._running)

        self._jobs.start("opening the Whisper model", lambda _: self._transcripts.opened(), done, failed)

    def post(self, event: object) -> None:
        """An event of the run, from any thread; returns at once."""
        running = self._running
        if running is not None:
            running.post(event)

    def _give_up(self, running: LiveWords | None) -> None:
        if running is self._running:
            self.end()
