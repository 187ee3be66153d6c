"""Compares two models on a recording, beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import tr
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.state.model_comparison import Comparison, told_apart
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.widgets.dialogs import ask_recordings

if TYPE_CHECKING:
    from desktop_app.gui.pages.models import ModelsPage
    from desktop_app.gui.window import MainWindow
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.inference.model_library import ListedModel

PAGE: Final = "models"


class ModelComparisons:
    """Between the side of the page that shows it, and a job that does it.

    Both models are loaded anew, since the one in use may be listening at the same time; both judge with the
    window's channel, detector and adaptation.
    """

    def __init__(self, window: MainWindow, page: ModelsPage, jobs: Jobs) -> None:
        self._window = window
        self._page = page
        self._side = page.compared_side
        self._jobs = jobs
        self._models: tuple[ListedModel, ListedModel] | None = None
        self._job: Job | None = None
        self._engine: EmotionEngine | None = None  # that judges at this moment
        page.compared.connect(self.begin)
        self._side.recording_wanted.connect(self._ask)
        self._side.demo_wanted.connect(self._take_demo)
        self._side.recording_chosen.connect(self.compare)
        self._side.cancelled.connect(self.cancel)

    def begin(self, first: ListedModel, second: ListedModel) -> None:
        """Two models; a recording is yet to be chosen."""
        self.cancel()
        self._models = (first, second)
        recent = self._window.remembered.recent_recordings()[:5]
        self._page.show_compared().ask(told_apart(first.name, second.name), recent)

    def compare(self, recording: Path) -> None:
        """Have both judge this recording."""
        if self._models is None:
            return
        self._stop()
        controller = self._window.controller
        models, jobs = self._models, self._jobs
        provider: Any = controller.in_use.provider
        channel = controller.channel
        adapt, detection = controller.voice.adapts, controller.detection
        names = told_apart(models[0].name, models[1].name)
        told = tr("{model} judges {recording}")

        def work(job: Job) -> Comparison | None:
            from desktop_app.gui.state.analysis import analyze
            from desktop_app.gui.state.recording import AnalyzedRecording
            from desktop_app.inference.engine import EmotionEngine

            def tell(name: str, share: float) -> None:
                jobs.report(
                    job, self._side.show_work, told.format(model=name, recording=recording.name), share
                )

            def progress(place: int) -> Callable[[float], None]:
                return lambda share: tell(names[place], (place + share) / 2)

            found: list[AnalyzedRecording] = []
            for place, model in enumerate(models):
                tell(names[place], place / 2)
                engine = EmotionEngine.load(model.path, provider=provider, cancel=job.cancelled.is_set)
                self._engine = engine
                try:
                    one = analyze(
                        recording,
                        engine,
                        progress(place),
                        job.cancelled,
                        channel,
                        adapt=adapt,
                        detection=detection,
                    )
                finally:
                    self._engine = None
                    engine.close()
                if one is None:
                    return None
                found.append(one)
            first, second = found
            return Comparison.of(
                recording, names, (first.labels, second.labels), first.analysis, second.analysis
            )

        def done(compared: Comparison | None) -> None:
            self._job = None
            if compared is not None:
                self._side.show_comparison(compared)
                self._window.announcer.say(compared.told)

        def failed(error: EmoscopeError) -> None:
            self._job = None
            self._window.model.notify(Notice.of(error, PAGE))
            self._window.show_changes()
            self.begin(*models)

        self._side.show_work(told.format(model=names[0], recording=recording.name), 0.0)
        self._job = jobs.start("comparing the models", work, done, failed)

    def cancel(self) -> None:
        """Do not compare any further; another recording can be chosen."""
        running = self._job is not None
        self._stop()
        if running and self._models is not None and self._page.side == "compared":
            self.begin(*self._models)

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            engine = self._engine
            if engine is not None:
                engine.interrupt()

    def _ask(self) -> None:
        paths = ask_recordings(self._window)
        if paths:
            self.compare(paths[0])

    def _take_demo(self) -> None:
        from desktop_app.audio.demo import demo_path

        self.compare(demo_path())
