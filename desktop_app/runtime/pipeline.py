"""The analyzer's engine room: a source, the segmenter and a model, joined into events.

Three threads: capture (opens and watches the source), segmenter, inference. Everything that a caller learns
comes through one callback, on one of these threads.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from desktop_app.audio.base import AudioError
from desktop_app.core.segmenter import SegmenterParams
from desktop_app.core.types import CaptureState, Event, Failure, StateChanged, StatsSnapshot
from desktop_app.runtime.inference_worker import Engine, InferenceWorker
from desktop_app.runtime.segmenter_worker import SegmenterWorker
from desktop_app.runtime.stats import RunStats
from desktop_app.runtime.supervisor import MakeSource, Supervisor

STATS_EVERY_S = 1.0

_log = logging.getLogger(__name__)


class Pipeline:
    """Runs from `start` to `stop`; a stopped pipeline is not started again.

    The pipeline owns the engines it is given, and closes them.

    Parameters
    ----------
    make_source : callable
        Makes a fresh, unopened source; called for each attempt to open one.
    engine : Engine
        The loaded model.
    on_event : callable
        Receives every event, on a worker thread. Must return quickly and must not call `stop`.
    params : SegmenterParams, optional
        The segmenter's thresholds and times.
    """

    def __init__(
        self,
        make_source: MakeSource,
        engine: Engine,
        on_event: Callable[[Event], None],
        params: SegmenterParams | None = None,
    ) -> None:
        self._on_event = on_event
        self._stats = RunStats()
        self._state: CaptureState | None = None
        self._message = ""
        self._source_name = ""
        self._state_lock = threading.Lock()
        self._finished = threading.Event()
        self._quit = threading.Event()
        self._started = False
        self._stopped: bool | None = None
        self.failed = False  # a recording used as source could not be opened
        self._inference = InferenceWorker(engine, self._emit, self._stats)
        self._segmenter = SegmenterWorker(
            self._inference, self._emit, self._set_state, self._stats, params or SegmenterParams()
        )
        self._supervisor = Supervisor(
            make_source,
            self._segmenter,
            set_state=self._set_state,
            set_name=self._set_name,
            on_end=self._end,
            on_failure=self._fail,
        )
        self._reporter = threading.Thread(target=self._report, name="emoscope-stats", daemon=True)

    @property
    def state(self) -> CaptureState | None:
        return self._state

    def start(self) -> None:
        """Start the threads and return at once; what happens next arrives as events."""
        self._started = True
        self._set_state(CaptureState.STARTING, "")
        self._inference.start()
        self._segmenter.start()
        self._supervisor.start()
        self._reporter.start()

    def pause(self) -> None:
        """Release the source; the segment that was open is still judged."""
        self._supervisor.pause()

    def resume(self) -> None:
        """Open the source again; a recording starts from its beginning."""
        self._finished.clear()
        self._supervisor.resume()

    def set_source(self, make_source: MakeSource) -> None:
        """Change the source. Time and segment numbers go on."""
        self._finished.clear()
        self._supervisor.set_source(make_source)

    def set_engine(self, engine: Engine) -> None:
        """Change the model while running; no segment is lost."""
        self._inference.set_engine(engine)

    def stats(self) -> StatsSnapshot:
        """Counters and percentiles, as of now."""
        return self._stats.snapshot(self._inference.queue_depth)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a recording used as source has ended and each of its events was sent."""
        return self._finished.wait(timeout_s)

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Stop the source, judge the segment that was open, join every thread. Idempotent.

        Returns True if every thread ended within `timeout_s`.
        """
        if self._stopped is not None or not self._started:
            return self._stopped is not False
        deadline = time.monotonic() + timeout_s
        # Each stage leaves time for the next: what hangs is most likely a sound server.
        in_time = self._supervisor.stop(deadline - 0.4 * timeout_s)
        in_time &= self._segmenter.stop(deadline - 0.3 * timeout_s)
        in_time &= self._inference.stop(deadline)
        self._quit.set()
        self._reporter.join(0.5)
        self._stopped = in_time
        self._set_state(CaptureState.STOPPED, "")
        return in_time

    # --- on the worker threads ---

    def _emit(self, event: Event) -> None:
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - a view's mistake must not end the capture
            _log.exception("an event could not be delivered: %s", type(event).__name__)

    def _set_name(self, name: str) -> None:
        self._source_name = name

    def _set_state(self, state: CaptureState, message: str) -> None:
        with self._state_lock:
            if (state, message) == (self._state, self._message):
                return
            self._state, self._message = state, message
            event = StateChanged(state, self._stats.audio_s, self._source_name, message)
            self._emit(event)

    def _end(self) -> None:
        def finish() -> None:
            self._emit(self.stats())
            self._set_state(CaptureState.FINISHED, "")
            self._finished.set()

        self._inference.after_finals(finish)

    def _fail(self, error: AudioError) -> None:
        self.failed = True
        self._emit(Failure(error.message, error.hint, fatal=True))
        self._finished.set()

    def _report(self) -> None:
        while not self._quit.wait(STATS_EVERY_S):
            self._emit(self.stats())
