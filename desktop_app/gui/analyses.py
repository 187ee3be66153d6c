"""Recordings that are analyzed behind the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.jobs import Job
from desktop_app.gui.state.analysis import analyze
from desktop_app.gui.state.recording import AnalyzedRecording

if TYPE_CHECKING:
    from desktop_app.gui.controller import Controller

INTERRUPTED = "model.interrupted"


class Analyses(QObject):
    """Every method returns at once; what comes of it is a signal, always with the recording's path.

    Analyses share the model with the live capture and with each other. Where live capture rests, cancelling
    breaks off what the model computes; another analysis that this hits is to be begun again
    (`interrupted`). While live capture runs, an analysis ends with the stretch that is being judged.
    """

    started = Signal(object)  # Path
    progress = Signal(object, float)  # Path, share
    found_so_far = Signal(object, object)  # Path, AnalyzedRecording
    done = Signal(object, object)  # Path, AnalyzedRecording
    cancelled = Signal(object)  # Path
    failed = Signal(object, object)  # Path, EmoscopeError
    interrupted = Signal(object)  # Path: it did not come to its end, through no fault of its own

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._running: dict[Path, Job] = {}

    @property
    def running(self) -> list[Path]:
        return list(self._running)

    def start(self, path: Path) -> bool:
        """Analyze a recording from start to end; whether that began. Without a model nothing does."""
        controller = self._controller
        engine = controller.engine
        if engine is None or path in self._running:
            return False
        adapt, profile = controller.voice.adapts, controller.voice.known
        channel, detection = controller.channel, controller.detection
        jobs, transcripts = controller.jobs, controller.transcripts

        def work(job: Job) -> AnalyzedRecording | None:
            words_model = transcripts.opened() if transcripts.on else None
            fusion = None if words_model is None else transcripts.fusion_for(engine)
            return analyze(
                path,
                engine,
                lambda share: jobs.report(job, self.progress.emit, path, share),
                job.cancelled,
                channel,
                adapt=adapt,
                detection=detection,
                profile=profile,
                write_down=transcripts.write_down,
                words_model=words_model,
                text_model=None if words_model is None else transcripts.text_model,
                fusion=fusion,
                fusion_file=None if fusion is None else transcripts.fusion_file,
                found_so_far=lambda found: jobs.report(job, self.found_so_far.emit, path, found),
            )

        def done(recording: AnalyzedRecording | None) -> None:
            del self._running[path]
            if recording is not None:
                self.done.emit(path, recording)

        def failed(error: EmoscopeError) -> None:
            del self._running[path]
            if error.code == INTERRUPTED:
                self.interrupted.emit(path)
            else:
                self.failed.emit(path, error)

        self._running[path] = jobs.start("the analysis", work, done, failed)
        self.started.emit(path)
        return True

    def cancel(self, path: Path) -> None:
        """Give up one; nothing is told of it any more but `cancelled`."""
        job = self._running.pop(path, None)
        if job is None:
            return
        job.cancel()
        engine = self._controller.engine
        if engine is not None and self._controller.rests:
            engine.interrupt()
        self.cancelled.emit(path)
