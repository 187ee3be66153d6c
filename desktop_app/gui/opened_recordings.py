"""The recordings that were opened together, of which the window shows one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.gui.controller import Controller
from desktop_app.gui.state.recording import AnalyzedRecording


class OpenedRecordings(QObject):
    """Analyzes each when its turn comes, and keeps what was found for coming back.

    One that cannot be analyzed is left out, after the controller has said why, and the next takes its place.
    """

    place_changed = Signal(int, int)  # which one is shown, from 1, of how many; 0 of 0 if none is open
    found_before = Signal(object)  # AnalyzedRecording: it was analyzed already

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._paths: list[Path] = []
        self._place = 0
        self._done: dict[Path, AnalyzedRecording] = {}
        self._waits = False  # for a model
        self._again: Path | None = None  # analyzed before, and now once more
        self._working = False  # one is being analyzed
        self._interrupted = False  # and was, when another page came into sight
        controller.analysis_started.connect(lambda _: self._set_working(True))
        controller.analysis_done.connect(lambda _: self._set_working(False))
        controller.analysis_ended.connect(lambda: self._set_working(False))
        controller.analysis_done.connect(self._keep)
        controller.analysis_failed.connect(self._leave_out)
        controller.model_loaded.connect(self._model_loaded)

    @property
    def paths(self) -> list[Path]:
        return list(self._paths)

    def open(self, paths: Sequence[Path]) -> None:
        """Show the first of `paths`, as soon as there is a model."""
        self._paths, self._place = list(paths), 0
        self._done.clear()
        self._show()

    def rest(self) -> None:
        """Another page is in sight: what is being analyzed stops, and begins again with `go_on`."""
        if self._working:
            self._interrupted = True
            self._controller.cancel_analysis()

    def go_on(self) -> None:
        """They are in sight again."""
        if self._interrupted:
            self._show()

    def can_step(self, by: int) -> bool:
        return 0 <= self._place + by < len(self._paths)

    def step(self, by: int) -> None:
        """Show the next one (1), or the one before (-1), if there is one."""
        if self.can_step(by):
            self._place += by
            self._show()

    def analyze_again(self) -> None:
        """Heard otherwise they tell something else: the one that is shown now, the others in time."""
        self._done.clear()
        if self._paths and not self._waits:
            self._again = self._paths[self._place]
            self._show()

    def _set_working(self, working: bool) -> None:
        self._working = working

    def _show(self) -> None:
        self._interrupted = False
        count = len(self._paths)
        self.place_changed.emit(self._place + 1 if count else 0, count)
        self._waits = bool(count) and self._controller.engine is None
        if not count:
            return
        path = self._paths[self._place]
        if self._waits:
            self._controller.analysis_started.emit(path)
        elif path in self._done:
            self._controller.cancel_analysis()
            self.found_before.emit(self._done[path])
        else:
            self._controller.analyze(path)

    def _keep(self, recording: AnalyzedRecording) -> None:
        self._again = None
        if recording.path in self._paths:
            self._done[recording.path] = recording

    def _leave_out(self, path: Path) -> None:
        again, self._again = self._again, None
        if path in self._paths and path != again:  # that one is shown as it was
            self._paths.remove(path)
            self._place = max(0, min(self._place, len(self._paths) - 1))
            if self._paths:
                self._show()
            else:
                self.place_changed.emit(0, 0)

    def _model_loaded(self, _: str) -> None:
        self._done.clear()  # another model would find something else
        if self._waits and self._controller.engine is None:
            self._controller.analysis_ended.emit()
        elif self._waits:
            self._show()
