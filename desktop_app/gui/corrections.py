"""Corrections of the open recordings, kept beside each of them; read and written beside the window."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.corrections_file import ELSEWHERE, CorrectionsFile
from desktop_app.command_line.output import counted, tell
from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.state.told import parts, told

Records = tuple[Correction, ...]
Order = Callable[[CorrectionsFile], Records]
_LAST_S: Final = 4.0
"""For what was said just before the window closes: of a long recording all is read for the first of it."""


class Corrections(QObject):
    """Orders are carried out in their order; a change is told when it is on the disk."""

    changed = Signal(object, object)  # Path, the records of that recording
    done = Signal(object, str)  # Path, what was done in words: `undo` takes it back
    kept_elsewhere = Signal(str)  # a sentence, once for each recording beside which they cannot be kept
    failed = Signal(str, str)  # a sentence, and what to do about it

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._files: dict[Path, CorrectionsFile] = {}
        self._told: set[Path] = set()
        self._orders: list[tuple[Path, float, Order, str]] = []
        self._job: Job | None = None
        self._closing = False

    def put(self, path: Path, duration_s: float, new: Correction, words: str) -> None:
        """Say something of a stretch; `words` are for the one who may take it back."""
        self._order(path, duration_s, lambda file: file.put(new), words)

    def undo(self, path: Path) -> None:
        """Take the last change of a recording back."""
        if path in self._files:
            self._order(path, 0.0, lambda file: file.undo(), "")

    def _order(self, path: Path, duration_s: float, order: Order, words: str) -> None:
        self._orders.append((path, duration_s, order, words))
        self._go_on()

    def _go_on(self) -> None:
        if self._job is not None or not self._orders:
            return
        path, duration_s, order, words = self._orders.pop(0)

        def work(_: Job) -> Records:
            return self._carry_out(path, duration_s, order)

        def done(records: Records) -> None:
            self._job = None
            self.changed.emit(path, records)
            if words:
                self.done.emit(path, words)
            self._tell_where(path)
            self._go_on()

        def failed(error: EmoscopeError) -> None:
            self._job = None
            self.failed.emit(*parts(error))
            self._go_on()

        self._job = self._jobs.start("the corrections", work, done, failed)

    def _carry_out(self, path: Path, duration_s: float, order: Order) -> Records:
        """On a thread of a job."""
        try:
            if path not in self._files:
                self._files[path] = CorrectionsFile(path, duration_s)
            return order(self._files[path])
        except EmoscopeError as error:
            if self._closing:  # there is no window any more that could show it
                tell(sentences(error.message, error.hint))
            raise

    def close(self, timeout_s: float = _LAST_S) -> None:
        """The window ends: carry out what still waits; what takes too long is told on stderr."""
        self._closing = True
        under_way = self._job.thread_ if self._job is not None and self._jobs.under_way(self._job) else None
        orders, self._orders = self._orders, []
        left = len(orders) + (under_way is not None)
        if not left:
            return

        def work(_: Job) -> None:
            nonlocal left
            if under_way is not None:
                if not under_way.join(timeout_s):
                    return
                left -= 1
            for path, duration_s, order, _words in orders:
                with contextlib.suppress(EmoscopeError):  # told
                    self._carry_out(path, duration_s, order)
                left -= 1

        last = self._jobs.start("the last corrections", work, lambda _: None, lambda _: None)
        if last.thread_ is not None:
            last.thread_.join(timeout_s)
        if left:
            tell(f"{counted(left, 'correction')} could not be kept before the window closed.")

    def _tell_where(self, path: Path) -> None:
        for warning in self._files[path].warnings:
            if warning.code == ELSEWHERE and path not in self._told:
                self._told.add(path)
                self.kept_elsewhere.emit(told(warning))
