"""The recordings that are open: analyzed one after the other in the background, one of them in sight."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.analyses import Analyses
from desktop_app.gui.controller import Controller
from desktop_app.gui.state.queue import Entry, EntryState, RecordingQueue
from desktop_app.gui.state.recording import AnalyzedRecording


class OpenedRecordings(QObject):
    """All of them are analyzed, the one in sight first, whatever page is shown; each result is kept.

    Another model, channel or detector would find something else: then all are analyzed again, and what was
    found before stays in sight until it is replaced.
    """

    changed = Signal()  # which ones are open, or how far they are
    shown = Signal(object)  # Entry or None: another one is in sight, or more is known of it
    failed = Signal(object)  # Entry: the one in sight has no result
    removed = Signal(object, int)  # Entry, where it stood: `put_back` takes both

    def __init__(self, controller: Controller, analyses: Analyses, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue = RecordingQueue()
        self._controller = controller
        self._analyses = analyses
        self._before: Entry | None = None  # was in sight before what was opened last
        analyses.progress.connect(self._progress)
        analyses.found_so_far.connect(self._found_so_far)
        analyses.done.connect(self._done)
        analyses.failed.connect(self._failed)
        analyses.interrupted.connect(self._interrupted)
        controller.in_use.loaded.connect(self._model_loaded)

    @property
    def paths(self) -> list[Path]:
        return [entry.path for entry in self.queue.entries]

    @property
    def current(self) -> Entry | None:
        """The one in sight."""
        return self.queue.current

    # --- what a person does -------------------------------------------------------------------------------

    def open(self, paths: Sequence[Path]) -> None:
        """Add recordings, and show the first of them; each is analyzed as soon as there is a model."""
        before = self.current
        if self.queue.add(paths) is None:
            return
        self._before = before
        self._go_on()
        self._tell_shown()

    def show(self, entry: Entry) -> None:
        """Bring it into sight; where it was not analyzed yet, that comes next."""
        place = self.queue.place(entry)
        if place < 0:
            return
        self.queue.shown = place
        if not entry.pending and entry.result is None:
            self.queue.restart(entry)
        self._go_on()
        self._tell_shown()

    def can_step(self, by: int) -> bool:
        return self.current is not None and 0 <= self.queue.shown + by < len(self.queue)

    def step(self, by: int) -> None:
        """Show the next one (1), or the one before (-1), if there is one."""
        if self.can_step(by):
            self.show(self.queue.entries[self.queue.shown + by])

    def cancel(self, entry: Entry) -> None:
        """Do not analyze it, or not any further; what was found before stays."""
        if not entry.pending:
            return
        entry.partial = None
        entry.state = EntryState.CANCELLED if entry.result is None else EntryState.DONE
        self._analyses.cancel(entry.path)
        if entry is self.current and entry.result is None:
            self._leave(entry)
        self._go_on()
        self._tell_shown()

    def cancel_all(self) -> None:
        """Analyze none of those that still wait any more."""
        for entry in self.queue.entries:
            if entry is not self.current:
                self.cancel(entry)
        if self.current is not None:
            self.cancel(self.current)

    def retry(self, entry: Entry) -> None:
        """Analyze it once more."""
        if not entry.pending:
            self.queue.restart(entry)
            self._go_on()
            self._tell_shown()

    def remove(self, entry: Entry) -> None:
        """Close it; the file stays where it is."""
        was_working = entry.state is EntryState.WORKING
        in_sight = entry is self.current
        place = self.queue.remove(entry)
        if place < 0:
            return
        if was_working:
            entry.state = EntryState.WAITING
            self._analyses.cancel(entry.path)
        self.removed.emit(entry, place)
        self._go_on()
        if in_sight:
            self._tell_shown()

    def put_back(self, entry: Entry, place: int) -> None:
        """Open again what `remove` closed, with what was found in it."""
        if self.queue.find(entry.path) is None:
            self.queue.put_back(entry, place)
            self._go_on()
            self._tell_shown()

    def analyze_again(self) -> None:
        """Heard otherwise they tell something else: all of them, the one in sight first."""
        for entry in self.queue.entries:
            if entry.state is EntryState.WORKING:
                entry.state = EntryState.WAITING
                self._analyses.cancel(entry.path)
            elif entry.state is EntryState.DONE:
                self.queue.restart(entry)
        self._go_on()
        if self.current is not None:
            self._tell_shown()

    # --- how it goes on -----------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Begin what comes next."""
        while self._controller.engine is not None and (entry := self.queue.next()) is not None:
            entry.state, entry.share = EntryState.WORKING, 0.0
            self._analyses.start(entry.path)
        self.changed.emit()

    def _tell_shown(self) -> None:
        self.shown.emit(self.current)

    def _of(self, path: Path) -> Entry | None:
        entry = self.queue.find(path)
        return entry if entry is not None and entry.state is EntryState.WORKING else None

    def _progress(self, path: Path, share: float) -> None:
        if (entry := self._of(path)) is not None:
            entry.share = share
            self.changed.emit()

    def _found_so_far(self, path: Path, found: AnalyzedRecording) -> None:
        if (entry := self._of(path)) is not None:
            entry.partial = found
            if entry is self.current:
                self._tell_shown()

    def _done(self, path: Path, found: AnalyzedRecording) -> None:
        if (entry := self._of(path)) is None:
            return
        entry.state, entry.share, entry.result, entry.partial = EntryState.DONE, 1.0, found, None
        self._go_on()
        if entry is self.current:
            self._tell_shown()

    def _failed(self, path: Path, error: EmoscopeError) -> None:
        if (entry := self._of(path)) is None:
            return
        entry.error, entry.partial = error, None
        entry.state = EntryState.FAILED if entry.result is None else EntryState.DONE
        in_sight = entry is self.current
        if in_sight:
            self.failed.emit(entry)
            if entry.result is None:
                self._leave(entry)
        self._go_on()
        if in_sight:
            self._tell_shown()

    def _leave(self, entry: Entry) -> None:
        """Another one comes into sight: what was there before it, or what stands beside it."""
        before, self._before = self._before, None
        if before is None or before is entry or before.result is None or self.queue.place(before) < 0:
            before = self.queue.beside(entry)
        if before is not None:
            self.queue.shown = self.queue.place(before)

    def _interrupted(self, path: Path) -> None:
        if (entry := self._of(path)) is not None:
            self.queue.restart(entry)
            self._go_on()

    def _model_loaded(self, _: str) -> None:
        if self._controller.engine is None:
            for entry in self.queue.entries:  # nothing can be found in them
                if entry.state is EntryState.WAITING:
                    entry.state = EntryState.CANCELLED
            self.changed.emit()
            self._tell_shown()
        else:
            self.analyze_again()
