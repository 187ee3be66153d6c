"""Times the models of the page one after the other, while it is in sight and nobody speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.state.told import parts
from desktop_app.inference.model_library import ListedModel
from desktop_app.inference.speed import MeasuredSpeeds, Speed, measure_speed

_WAIT_MS: Final = 700
"""Before the first one, and before it is looked again whether this is a good moment."""


class ModelSpeeds(QObject):
    """What is known of each model's speed, and a job that finds out the rest.

    Parameters
    ----------
    jobs : Jobs
    wanted : callable
        Gives the models in the order in which they are to be timed; None while none is.
    """

    changed = Signal()

    def __init__(
        self, jobs: Jobs, wanted: Callable[[], Sequence[ListedModel] | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._wanted = wanted
        self._measured = MeasuredSpeeds()
        self._failed: dict[Path, str] = {}
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._next)

    def of(self, model: ListedModel) -> Speed | None:
        return self._measured.of(model)

    def why_not(self, model: ListedModel) -> str:
        """Why a model could not be timed, as a sentence; empty if it was not tried."""
        return self._failed.get(model.path, "")

    def go_on(self) -> None:
        """There may be something to be timed."""
        if self._job is None and not self._timer.isActive():
            self._timer.start()

    def measure_again(self, model: ListedModel) -> None:
        """Time it, although that was done before."""
        self.stop()
        self._measured.forget(model)
        self._failed.pop(model.path, None)
        self.changed.emit()
        self._measure(model)

    def stop(self) -> None:
        """Time nothing for now."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _next(self) -> None:
        models = self._wanted()
        if models is None:
            self._timer.start()  # perhaps later; `stop` ends the waiting
            return
        for model in models:
            known = self.of(model) is not None or model.path in self._failed
            if model.manifest is not None and not known:
                self._measure(model)
                return

    def _measure(self, model: ListedModel) -> None:
        def done(speed: Speed) -> None:
            self._job = None
            self._measured.keep(model, speed)
            self.changed.emit()
            self._next()

        def failed(error: EmoscopeError) -> None:
            self._job = None
            self._failed[model.path] = parts(error)[0]
            self.changed.emit()
            self._next()

        self._job = self._jobs.start(
            "measuring", lambda job: measure_speed(model, cancel=job.cancelled.is_set), done, failed
        )
