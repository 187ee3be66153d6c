"""The model that judges live sound and recordings: loads it, and watches whether it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.language import tr
from desktop_app.core.types import (
    CaptureState,
    Event,
    Failure,
    FinalResult,
    PartialResult,
    StateChanged,
)
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.state.notices import MODEL, Notice
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.inference.shipped import lies_in_zoo

if TYPE_CHECKING:
    from desktop_app.inference.engine import EmotionEngine


class ModelInUse(QObject):
    """At most one engine; the one in use goes on until the next is ready.

    Parameters
    ----------
    model : ViewModel
    jobs : Jobs
    use : callable
        Given an engine that was loaded: judges by it from now on.

    Attributes
    ----------
    engine : EmotionEngine or None
    provider : str
        Where it runs: ``auto``, ``cpu`` or ``cuda``.
    owes_answer : bool
        Somebody spoke, and it has not answered.
    """

    changed = Signal()  # the view model has news
    loaded = Signal(str)  # path
    doubtful = Signal(str)  # path: it is being loaded, does not answer, or has failed
    answered = Signal(str)  # path

    def __init__(self, model: ViewModel, jobs: Jobs, use: Callable[[EmotionEngine], None]) -> None:
        super().__init__(jobs)
        self.engine: EmotionEngine | None = None
        self.provider = "auto"
        self.owes_answer = False
        self._model, self._jobs, self._use = model, jobs, use
        self._answering = False
        self._failed: Path | None = None
        self._job: Job | None = None

    def load(self, path: Path | None, *, fall_back: bool = False, again: bool = False) -> None:
        """Load a model file, None for the shipped one; the running one goes on until the new one is ready.

        One that hung, crashed or took too much memory last time is offered, and loaded only with `again`.
        With `fall_back`, the shipped one takes the place of one that cannot be used.
        """
        provider: Any = self.provider
        if path is not None:
            self.doubtful.emit(str(path))

        def work(job: Job) -> EmotionEngine:
            from desktop_app.inference.engine import EmotionEngine
            from desktop_app.runtime import pipeline  # noqa: F401 - the window needs it next, and is not held up
            from desktop_app.sessions import writer  # noqa: F401 - likewise

            engine = EmotionEngine.load(path, provider=provider, cancel=job.cancelled.is_set, again=again)
            engine.warm_up()
            return engine

        def done(engine: EmotionEngine) -> None:
            self.engine = engine
            self._answering = self.owes_answer = False
            self._use(engine)
            self.loaded.emit(str(engine.path))
            self.changed.emit()

        def failed(error: EmoscopeError) -> None:
            self._refused(path, error, fall_back=fall_back)

        if self._job is not None:
            self._job.cancel()
        self._job = self._jobs.start("loading the model", work, done, failed)

    def _refused(self, path: Path | None, error: EmoscopeError, *, fall_back: bool) -> None:
        from desktop_app.inference.trial import FAILED_BEFORE

        if path is not None:
            self.answered.emit(str(path))  # with a refusal: it is not remembered
        goes_on = self.engine is not None
        offered = error.code == FAILED_BEFORE
        shown = Notice.of(error, about=MODEL)
        hint = "" if offered else shown.hint  # which is for the command line; here a button offers it
        hint = sentences(hint, tr("The model in use stays.")) if goes_on else hint
        self._model.notify(replace(shown, hint=hint, retry=str(path) if offered else ""))
        if not goes_on:
            if fall_back and path is not None:
                self.load(None)
            else:
                self._model.no_model()
        self.loaded.emit(str(self.engine.path) if self.engine is not None else "")
        self.changed.emit()

    def load_failed(self) -> None:
        """Load the one again with which the last run has failed."""
        self.load(self._failed, again=True)

    def set_provider(self, name: str) -> None:
        """Run models there from now on; the one in use is loaded again."""
        if name != self.provider:
            self.provider = name
            if self.engine is not None:
                self.load(_to_load(self.engine))

    def watch(self, event: Event) -> None:
        """Tell whether the model answers."""
        engine = self.engine
        if isinstance(event, StateChanged) and event.state is CaptureState.SPEAKING:
            self.owes_answer = self.owes_answer or not self._answering
        if engine is None or not isinstance(event, PartialResult | FinalResult | Failure):
            return
        path = str(engine.path)
        if not isinstance(event, Failure):
            if not self._answering:
                self._answering, self.owes_answer = True, False
                self.answered.emit(path)
        elif event.code == "no_answer" or (event.fatal and not event.code.startswith("audio")):
            self._answering, self.owes_answer = False, True
            self.doubtful.emit(path)

    def give_up(self) -> None:
        """The run has failed, and its engine with it."""
        if self.engine is not None:
            self._failed = _to_load(self.engine)
        self.engine = None


def _to_load(engine: EmotionEngine) -> Path | None:
    """What `ModelInUse.load` takes for this engine."""
    return None if lies_in_zoo(engine.path) else engine.path
