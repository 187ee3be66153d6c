"""Runs a second model beside the live one: loads it, and hands its answers to the window's state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import mark, tr
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.state.notices import LIVE, SECOND_MODEL, Notice
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.told import told

if TYPE_CHECKING:
    from desktop_app.gui.state.view_model import ViewModel
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.runtime.second_model import SecondModel, SecondResult

_TAP_S = 20.0
_ONLY_EMOTIONS = mark(
    "Two models are compared by the emotions that they answer with, and one of these gives dimensions."
)


class SecondModelHost(QObject):
    """At most one second model. It hears the run that `follow` names, and delays nothing.

    Attributes
    ----------
    answers : SecondAnswers
    """

    changed = Signal()
    _result = Signal(object)
    _failure = Signal(str)

    def __init__(self, model: ViewModel, jobs: Jobs, adapts: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.answers = SecondAnswers()
        self._model = model
        self._jobs = jobs
        self._adapts = adapts
        self._pipeline: Any = None
        self._path: Path | None = None
        self._running: SecondModel | None = None
        self._job: Job | None = None
        self._firsts: dict[float, Any] = {}  # what the model in use said, until the second has answered
        self._result.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._failure.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    @property
    def on(self) -> bool:
        return bool(self.answers.name)

    def follow(self, pipeline: Any) -> None:
        """Another run, a `Pipeline`; None for no run at all."""
        self._pipeline = pipeline
        if self._path is not None:
            self.compare(self._path)

    def compare(self, path: Path | None) -> None:
        """Let the model of this file judge as well; None for no second model."""
        from desktop_app.inference.engine import EmotionEngine

        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._end()
        self._path = path
        if path is None or self._pipeline is None:
            self.answers.begin("", ())
            self.changed.emit()
            return

        def work(job: Job) -> EmotionEngine:
            engine = EmotionEngine.load(path, cancel=job.cancelled.is_set)
            engine.warm_up()
            return engine

        def failed(error: EmoscopeError) -> None:
            self._path = None
            self.answers.begin("", ())
            self._model.notify(Notice.of(error, LIVE, SECOND_MODEL))
            self.changed.emit()

        self._job = self._jobs.start("loading the second model", work, self._begin, failed)

    def model_changed(self) -> None:
        """The model in use is another one: with one of dimensions nothing can be compared."""
        if self._path is not None and self._model.dimensions:
            self.compare(None)
            self._model.notify(Notice(tr(_ONLY_EMOTIONS), page=LIVE, about=SECOND_MODEL))

    def post(self, event: object) -> None:
        """An event of the run, as the runtime sent it."""
        from desktop_app.core.types import FinalResult

        if self._running is None:
            return
        if isinstance(event, FinalResult):
            self._firsts[event.start_s] = event.prediction
            while len(self._firsts) > 64:
                del self._firsts[next(iter(self._firsts))]
        self._running.post(event)

    def close(self) -> None:
        self._path = None
        self._end()

    def _begin(self, engine: EmotionEngine) -> None:
        from desktop_app.inference.adaptation import AdaptiveEngine
        from desktop_app.runtime.second_model import SecondModel

        if self._pipeline is None:
            engine.close()
            return
        if engine.dimensions or self._model.dimensions:
            engine.close()
            self._path = None
            self._model.notify(Notice(tr(_ONLY_EMOTIONS), page=LIVE, about=SECOND_MODEL))
            self.changed.emit()
            return
        self.answers.begin(engine.name, engine.labels)
        self._running = SecondModel(
            self._pipeline.add_tap(_TAP_S),
            AdaptiveEngine(engine, adapts=self._adapts()),
            self._result.emit,
            lambda error: self._failure.emit(told(error) if isinstance(error, EmoscopeError) else str(error)),
        )
        self.changed.emit()

    def _end(self) -> None:
        running, self._running = self._running, None
        self._firsts.clear()
        if running is not None:
            running.stop(timeout_s=0.5)

    def _take(self, result: SecondResult) -> None:
        if self._running is None:
            return  # of one that is over
        if result.final:
            first = self._firsts.pop(result.start_s, None)
            self.answers.final(result.start_s, result.prediction, first)
        else:
            self.answers.partial(result.prediction)
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        name = self.answers.name
        self.compare(None)
        told = tr("The second model '{name}' does not answer any more, so it was switched off.").format(
            name=name
        )
        self._model.notify(Notice(told, sentence, page=LIVE, about=SECOND_MODEL))
        self.changed.emit()
