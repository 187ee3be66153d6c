"""Does what the lab's page asks for, beside the window: reads sound, computes, asks the model, exports."""

from __future__ import annotations

import math
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import mark, tr
from desktop_app.gui.jobs import Job
from desktop_app.gui.lab_features import LabFeatures
from desktop_app.gui.lab_results import Result, compute, numbers, outline_of, show, table_of
from desktop_app.gui.state.lab import Kind, LabView, file_stem, time_left
from desktop_app.gui.state.notices import Notice, saved
from desktop_app.gui.state.told import told
from desktop_app.lab.clip import Clip, read_clip
from desktop_app.lab.features import Feature, FeatureWorker
from desktop_app.lab.occlusion import Occlusion, occlude
from desktop_app.lab.windows import Framing, usual_framing

if TYPE_CHECKING:
    from desktop_app.gui.pages.lab import LabPage
    from desktop_app.gui.state.recording_sound import RecordingSound
    from desktop_app.gui.window import MainWindow

PAGE: Final = "lab"
_MOST_KEPT: Final = 24
_COMPILES_MS: Final = 9000
_STARTING: Final = mark("Starting the computations. That takes some seconds, once.")
_NOT_ASKED: Final = mark(
    "The log-mel spectrum of the stretch. Ask the model, and parts of the sound are taken away one at a "
    "time, to see which of them spoke for its answer. That takes a moment."
)
_COMPILING: Final = mark(
    "Starting the computations. The first time after the installation they are compiled, which takes up to a "
    "minute."
)


class Lab(QObject):
    """Between the page, the process that computes features, the model, and the recordings."""

    def __init__(self, window: MainWindow, page: LabPage, worker: FeatureWorker | None = None) -> None:
        super().__init__(window)
        self._window, self._page = window, page
        self._jobs = window.controller.jobs
        self.features = LabFeatures(self._jobs, FeatureWorker() if worker is None else worker, self)
        self._wanted = 0  # the number of what was asked for last; answers to others are kept, and not shown
        self._kept: dict[tuple[Any, ...], Result] = {}
        self._reading: Job | None = None
        self._asking: Job | None = None
        self._begun_s = 0.0
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_COMPILES_MS)
        self._slow.timeout.connect(self._tell_compiling)
        page.shown.connect(self.features.warm_up)
        page.hidden.connect(self.features.leave)
        page.open_wanted.connect(self.ask_file)
        page.chosen.connect(self.compute)
        page.again_wanted.connect(self.compute)
        page.run_wanted.connect(self.ask_model)
        page.cancel_wanted.connect(self.stop_asking)
        page.export_wanted.connect(self.ask_export)
        page.plots_made.connect(self._show_again)
        window.controller.in_use.loaded.connect(self._model_loaded)

    @property
    def settled(self) -> bool:
        """Whether the stretch and its view are shown, or why not."""
        return not (self._jobs.under_way(self._reading) or self._page.busy)

    # --- which stretch ------------------------------------------------------------------------------------

    def look(self) -> None:
        """At the chosen segment of the recording, or what is in sight of it; live at what was said last."""
        window = self._window
        if window.on("live"):
            self._look_live()
        elif window.on("recordings") and window.recordings.shows_one:
            self._look_at_recording()

    def _look_at_recording(self) -> None:
        one = self._window.recording
        shown, lanes = one.shown, one.lanes
        if shown is None:
            return
        stretch = one.timeline.stretch
        heard = shown.analysis.channel
        sound = None if lanes is None else lanes.sound
        self.read(
            shown.path,
            *stretch,
            channel=None if heard is None else heard - 1,
            sound=sound if sound is not None and sound.complete else None,
        )

    def _look_live(self) -> None:
        place = self._window.replay.last
        if place is not None:
            self.read(*place)

    def ask_file(self) -> None:
        """Ask for a recording, and look at its beginning."""
        from desktop_app.gui.widgets.dialogs import ask_recordings

        paths = ask_recordings(self._window)
        if paths:
            self.read(paths[0])

    def read(
        self,
        path: Path,
        start_s: float = 0.0,
        end_s: float = math.inf,
        *,
        channel: int | None = None,
        sound: Any = None,
    ) -> None:
        """Read a stretch of a recording, and show it in the lab."""
        self._window.model.take_away(PAGE)
        self._window.go(PAGE)
        if self._reading is not None:
            self._reading.cancel()

        def work(job: Job) -> tuple[Clip, RecordingSound]:
            clip = read_clip(
                path,
                max(0.0, start_s),
                end_s,
                channel=channel,
                sound=sound,
                cancelled=job.cancelled.is_set,
            )
            return clip, outline_of(clip)

        self._reading = self._jobs.start(
            "reading for the lab",
            work,
            lambda found: self._show_clip(*found),
            self._tell,
        )

    def _show_clip(self, clip: Clip, outline: RecordingSound) -> None:
        self.stop_asking()
        self._kept.clear()
        self._page.show_clip(clip, outline)
        self.compute()

    # --- computing ----------------------------------------------------------------------------------------

    def _key(self, view: LabView) -> tuple[Any, ...]:
        controls = self._page.controls
        if view.ordered:
            return (Kind.RESONANCES, controls.order.currentData())
        if view.kind is Kind.HEARD:
            engine = self._window.controller.engine
            return (view.name, "" if engine is None else engine.sha256)
        return (view.name, controls.framing) if view.framed else (view.name,)

    def compute(self) -> None:
        """Show the view that is chosen, as soon as it is computed."""
        clip, view = self._page.clip, self._page.view
        self._wanted += 1
        self._slow.stop()
        if clip is None:
            return
        key, wanted = self._key(view), self._wanted
        found = self._kept.get(key)
        if found is not None:
            self._show(found)
        elif view.kind is Kind.HEARD:
            self._prepare_heard(clip, wanted)
        elif view.by_worker:
            self._compute_feature(clip, view.name, self._page.controls.framing, wanted, key)
        else:
            self._page.show_busy(tr("Computing…"))
            framing, order = self._page.controls.framing, self._page.controls.order.currentData()
            self._jobs.start(
                f"the lab's {view.name}",
                lambda _: compute(view, clip, framing, order),
                partial(self._done, clip, key, wanted),
                partial(self._failed, wanted),
            )

    def _compute_feature(
        self, clip: Clip, name: str, framing: Framing, wanted: int, key: tuple[Any, ...]
    ) -> None:
        self._show_computing()
        self.features.compute(
            clip,
            name,
            framing,
            partial(self._done, clip, key, wanted),
            partial(self._failed, wanted),
            wanted=lambda: self._wanted == wanted,
        )

    def _show_computing(self) -> None:
        """The process of the features is asked; starting it takes a while."""
        ready = self.features.ready
        if not ready:
            self._slow.start()
        self._page.show_busy(tr("Computing…") if ready else tr(_STARTING))

    def _done(self, clip: Clip, key: tuple[Any, ...], wanted: int, found: Result | None) -> None:
        if found is None or clip is not self._page.clip:
            return
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = found
        if wanted == self._wanted:
            self._show(found)

    def _failed(self, wanted: int, error: EmoscopeError) -> None:
        if wanted == self._wanted:
            self._slow.stop()
            self._page.show_failed(told(error))

    def _show(self, found: Result) -> None:
        self._slow.stop()
        views = self._page.views
        if views is None:
            return
        view, controls = self._page.view, self._page.controls
        show(views, view, found, controls.framing)
        self._page.show_numbers(*numbers(view, found))
        self._page.show_done()

    def _show_again(self) -> None:
        """The plots are there by now."""
        self._page.show_sound()
        self.compute()

    def _tell_compiling(self) -> None:
        self._page.waiting.setText(tr(_COMPILING))

    # --- what the model heard -----------------------------------------------------------------------------

    def _prepare_heard(self, clip: Clip, wanted: int) -> None:
        """The spectrum over which it is drawn; the model is asked when a person says so."""
        key = ("log_mel", usual_framing(clip.sample_rate))
        found = self._kept.get(key)
        self._page.controls.run_button.setEnabled(False)
        if isinstance(found, Feature):
            self._show_heard(found)
            return

        def done(found: Result | None) -> None:
            self._done(clip, key, -1, found)
            if isinstance(found, Feature) and wanted == self._wanted:
                self._show_heard(found)

        self._show_computing()
        self.features.compute(clip, *key, done, partial(self._failed, wanted))

    def _show_heard(self, levels: Feature, found: Occlusion | None = None) -> None:
        views = self._page.views
        self._slow.stop()
        if views is None:
            return
        self._page.controls.run_button.setEnabled(True)
        if found is None:
            views.show_feature(levels, self._page.view, grey=True)
            self._page.show_numbers((), ())
            self._page.show_done(can_export=False)
            self._page.explain(tr(_NOT_ASKED))
        else:
            views.show_occlusion(found, levels, self._page.view)
            self._page.explain("")
            self._page.show_numbers(*numbers(self._page.view, (levels, found)))
            self._page.show_done(can_export=self._asking is None)

    def ask_model(self) -> None:
        """Take part after part of the stretch away, and ask the model in use each time."""
        clip, engine = self._page.clip, self._window.controller.engine
        if clip is None or self._asking is not None:
            return
        levels = self._kept.get(("log_mel", usual_framing(clip.sample_rate)))
        if engine is None:
            self._say(Notice(tr("There is no model yet that could be asked."), page=PAGE))
            return
        if not isinstance(levels, Feature):
            return
        key = self._key(self._page.view)
        told = 0.0

        def progress(job: Job, done: int, total: int, found: Occlusion) -> None:
            nonlocal told
            if time.monotonic() - told > 0.15 or done == total:
                told = time.monotonic()
                self._jobs.report(job, self._show_progress, done, total, found.copied(), levels)

        def work(job: Job) -> Occlusion | None:
            return occlude(
                clip.at(engine.sample_rate),
                engine.sample_rate,
                engine.predict,
                cancelled=job.cancelled.is_set,
                progress=partial(progress, job),
            )

        def done(found: Occlusion | None) -> None:
            self._end_asking()
            if found is not None and clip is self._page.clip:
                self._kept[key] = (levels, found)
                if self._page.view.kind is Kind.HEARD:
                    self._show_heard(levels, found)

        def failed(error: EmoscopeError) -> None:
            self._end_asking()
            self._tell(error)

        self._begun_s = time.monotonic()
        self._asking = self._jobs.start("asking the model", work, done, failed)
        self._page.controls.show_progress(0.0)

    def _show_progress(self, done: int, total: int, found: Occlusion, levels: Feature) -> None:
        if self._asking is None:
            return
        left_s = (time.monotonic() - self._begun_s) / done * (total - done)
        self._page.controls.show_progress(done / total, time_left(left_s))
        if self._page.view.kind is Kind.HEARD:
            self._show_heard(levels, found)

    def stop_asking(self) -> None:
        """Do not ask the model any further."""
        if self._asking is not None:
            self._asking.cancel()
            self._end_asking()
            if self._page.view.kind is Kind.HEARD:
                self.compute()

    def _model_loaded(self, _: str) -> None:
        """Another model hears something else."""
        self.stop_asking()
        if self._page.view.kind is Kind.HEARD:
            self.compute()

    def _end_asking(self) -> None:
        self._asking = None
        self._page.controls.show_progress(None)

    # --- export -------------------------------------------------------------------------------------------

    @property
    def result(self) -> Result | None:
        """What the view in sight shows."""
        return None if self._page.clip is None else self._kept.get(self._key(self._page.view))

    def ask_export(self, kind: str) -> None:
        """Ask where to, and save the numbers or the picture of the view in sight."""
        clip = self._page.clip
        if clip is None or self.result is None:
            return
        stem = file_stem(clip, self._page.view)
        pattern = {
            "csv": tr("Table (*.csv)"),
            "parquet": tr("Table (*.parquet)"),
            "png": tr("Picture (*.png)"),
        }[kind]
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Export the view"), f"{stem}.{kind}", pattern)
        if name:
            path = Path(name)
            self.export(path if path.suffix else path.with_suffix(f".{kind}"))

    def export(self, path: Path) -> None:
        """Save the view in sight: as a picture if the file ends in ``.png``, else its numbers."""
        from desktop_app.gui.plots.export import export_plots
        from desktop_app.lab.tables import write_table

        found, views = self.result, self._page.views
        if found is None or views is None:
            return
        if path.suffix.lower() in {".png", ".svg"}:
            try:
                export_plots(views.current, path)
            except EmoscopeError as error:
                self._tell(error)
            else:
                self._say(saved(path.name, path.parent, PAGE))
            return
        table = table_of(self._page.view, found)
        self._jobs.start(
            "the lab's export",
            lambda _: write_table(table, path),
            lambda _: self._say(saved(path.name, path.parent, PAGE)),
            self._tell,
            keeps=True,
        )

    # --- telling ------------------------------------------------------------------------------------------

    def _tell(self, error: EmoscopeError) -> None:
        self._say(Notice.of(error, PAGE))

    def _say(self, notice: Notice) -> None:
        self._window.model.notify(notice)
        self._window.show_changes()

    def close(self) -> None:
        """The window closes: end the process."""
        self.features.close()
