"""The live run: the pipeline that listens, and the commands to it, which go one after another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from desktop_app.core.errors import EmoscopeError, unexpected
from desktop_app.core.types import CaptureState, Event, Failure
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.serial import SerialCalls

_log = logging.getLogger(__name__)

_PAUSED_S = 1.5  # a source that takes longer to close does not hold up what waits for it
_Found = TypeVar("_Found")


class LiveRun:
    """Commands go through a thread of their own: opening and closing devices may take a moment.

    Parameters
    ----------
    jobs : Jobs
        Brings what `refuse` is told into the window's thread.
    post : callable
        Given the failure of a command that nobody foresaw, on that thread.
    refuse : callable
        Given the error of a command that could not be carried out, in the window's thread.

    Attributes
    ----------
    pipeline : Pipeline or None
        None before the first model, and once a run was given up.
    """

    def __init__(
        self, jobs: Jobs, post: Callable[[Event], None], refuse: Callable[[EmoscopeError], None]
    ) -> None:
        self.pipeline: Any = None
        self._jobs, self._post, self._refuse = jobs, post, refuse
        self._number = 0
        self._given_up: Any = None  # the run that failed last
        self._closed = False
        self._commands = SerialCalls("emoscope-control")

    def of_next(self, post: Callable[[Event], None]) -> Callable[[Event], None]:
        """`post` for the run that begins next; events of an earlier run are of no interest any more."""
        self._number += 1
        number = self._number

        def pass_on(event: Event) -> None:
            if number == self._number:
                post(event)

        return pass_on

    def command(self, command: Callable[[Any], None]) -> None:
        """Do this with the pipeline, behind the commands before; nothing while there is none."""
        pipeline = self.pipeline
        if pipeline is None or self._closed:
            return

        def run() -> None:
            try:
                command(pipeline)
            except EmoscopeError as error:
                refused = error  # the name of an exception ends with its block
                self._jobs.call(lambda: self._refuse(refused))
            except Exception as error:  # noqa: BLE001 - nothing may die unseen
                _log.exception("a command to the pipeline has failed")
                self._post(Failure(unexpected(error), fatal=True, code="internal"))

        self._commands.submit(run)

    def while_paused(self, work: Callable[[], _Found]) -> Callable[[], _Found]:
        """For workers: `work` as `between_commands` takes it, with every stream of this run closed."""
        pipeline = self.pipeline

        def paused() -> _Found:
            pipeline.pause()
            _wait(lambda: pipeline.state is CaptureState.PAUSED)
            try:
                return work()
            finally:
                pipeline.resume()

        return paused

    def between_commands(self, work: Callable[[], _Found]) -> _Found:
        """For workers: do this on the thread of the commands, and wait for it."""
        found: _Found = self._commands.submit(work).result()
        return found

    def give_up(self) -> None:
        """The run has failed: end it."""
        self._given_up = self.pipeline
        self.command(lambda pipeline: pipeline.stop(timeout_s=1.0))
        self.pipeline = None

    def close(self, timeout_s: float) -> None:
        """Take no more commands, and stop what runs."""
        self._closed = True
        self._commands.close(timeout_s * 0.2)  # first: the pipeline may be just being started
        # The command that ends a failed run may have been dropped just now.
        for run in (self._given_up, self.pipeline):
            if run is not None:
                run.stop(timeout_s=timeout_s * 0.5)


def _wait(condition: Callable[[], bool], timeout_s: float = _PAUSED_S) -> None:
    """On a worker thread: until the condition holds, or the time is over."""
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
