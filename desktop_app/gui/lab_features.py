"""The process of the lab's features: asked on a thread of its own, and ended when nobody looks for long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from desktop_app.core.errors import EmoscopeError, unexpected
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.serial import SerialCalls
from desktop_app.lab.clip import Clip
from desktop_app.lab.errors import LabError
from desktop_app.lab.features import Feature, FeatureWorker
from desktop_app.lab.windows import Framing

_AWAY_MS: Final = 300_000
"""After so long on other pages the process of the features is ended: it takes 300 MB."""
_CLOSE_S: Final = 1.0
_GONE: Final = {"lab.ended", "lab.slow", "lab.memory"}
"""Codes of failures after which another process has to be started."""


class LabFeatures(QObject):
    """Asked one after another; answers come back in the window's thread.

    Attributes
    ----------
    ready : bool
        The process has answered before, so that what is asked next comes at once.
    """

    def __init__(self, jobs: Jobs, worker: FeatureWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._worker = jobs, worker
        self._calls = SerialCalls("emoscope-lab")
        self._closed = self._warming = False
        self.ready = False
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(_AWAY_MS)
        self._away.timeout.connect(self._rest)

    def warm_up(self) -> None:
        """The page is shown: start the process, so that nobody waits for it later."""
        self._away.stop()
        if not (self.ready or self._warming or self._closed):
            self._warming = True
            self._call(lambda: self._worker.warm_up(lambda: self._closed), self._warm, self._cold)

    def leave(self) -> None:
        """Another page is shown: end the process if that lasts."""
        self._away.start()

    def compute(
        self,
        clip: Clip,
        name: str,
        framing: Framing,
        done: Callable[[Feature | None], None],
        failed: Callable[[EmoscopeError], None],
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """A feature of a stretch; None if it is not `wanted` any more when its turn comes."""

        def work() -> Feature | None:
            if self._closed or not wanted():
                return None
            return self._worker.compute(clip, name, framing, lambda: self._closed)

        def answered(found: Feature | None) -> None:
            self.ready = self.ready or found is not None
            done(found)

        def refused(error: EmoscopeError) -> None:
            self.ready = self.ready and error.code not in _GONE
            if not self._closed:
                failed(error)

        self._call(work, answered, refused)

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._calls.submit(self._worker.close)
        self._calls.finish(_CLOSE_S)

    def _call(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[EmoscopeError], None],
    ) -> None:
        def run() -> None:
            try:
                found = work()
            except EmoscopeError as error:
                self._jobs.call(partial(failed, error))
            except Exception as error:  # noqa: BLE001 - it is told
                self._jobs.call(partial(failed, LabError(unexpected(error), code="internal")))
            else:
                self._jobs.call(partial(done, found))

        self._calls.submit(run)

    def _warm(self, _: object) -> None:
        self.ready, self._warming = True, False

    def _cold(self, _: EmoscopeError) -> None:
        """What is asked for next says what is wrong."""
        self._warming = False

    def _rest(self) -> None:
        self.ready = False
        self._calls.submit(self._worker.close)
