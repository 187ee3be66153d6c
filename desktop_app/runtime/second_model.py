"""A second model that judges the same speech as the run's own, beside it and without delaying it.

It listens to a tap, and cuts out of it what the run's results say was speech.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import FinalResult, PartialResult, Prediction
from desktop_app.runtime.heard_lately import HeardLately
from desktop_app.runtime.inference_worker import FAILURES_IN_A_ROW, Engine
from desktop_app.runtime.taps import Tap, TapEnd, TapItem

_WAIT_S: Final = 0.05
_AROUND_S: Final = SegmenterParams().pre_roll_s
_FINALS_WAITING: Final = 32
_SHORTEST_S: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class SecondResult:
    """What the second model says of a stretch of speech.

    Attributes
    ----------
    segment : int
        Number of the segment in the run.
    start_s : float
        Where the run's own result began, exactly: they belong together.
    final : bool
        The segment is over.
    prediction : Prediction
    """

    segment: int
    start_s: float
    final: bool
    prediction: Prediction


class SecondModel:
    """Judges finished speech in its order, and speech that goes on whenever there is time.

    Parameters
    ----------
    tap : Tap
        Of the run; nobody else takes from it.
    engine : Engine
        Judges; it is closed with this.
    on_result : callable
        Told each result, on a thread of its own.
    on_failure : callable
        Told, as a sentence, that the model does not answer any more.
    """

    def __init__(
        self,
        tap: Tap,
        engine: Engine,
        on_result: Callable[[SecondResult], object],
        on_failure: Callable[[EmoscopeError | Exception], object],
    ) -> None:
        self._tap = tap
        self.engine = engine
        self._on_result = on_result
        self._on_failure = on_failure
        self._sound = HeardLately(engine.sample_rate)
        self._lock = threading.Lock()
        self._finals: deque[FinalResult] = deque(maxlen=_FINALS_WAITING)
        self._partial: PartialResult | None = None
        self._stop = threading.Event()
        self._failures = 0
        self._thread = SupervisedThread("emoscope-second-model", self._run, self._die)
        self._thread.start()

    def post(self, event: object) -> None:
        """An event of the run; results are judged here, too. From any thread; returns at once."""
        if not isinstance(event, PartialResult | FinalResult):
            return
        with self._lock:
            if isinstance(event, PartialResult):
                self._partial = event
                return
            self._finals.append(event)
            if self._partial is not None and self._partial.segment <= event.segment:
                self._partial = None

    def stop(self, timeout_s: float = 1.0) -> bool:
        """End, and close the engine. Returns whether it has ended within the time. Idempotent."""
        self._stop.set()
        self._tap.end()
        self.engine.interrupt()
        ended = self._thread.join(timeout_s)
        if ended:
            self.engine.close()
        return ended

    def _run(self) -> None:
        while not self._stop.is_set():
            item: TapItem | None = self._tap.get(_WAIT_S)
            while item is not None and not isinstance(item, TapEnd):
                self._sound.take(item)
                item = self._tap.get(0.0)
            if not self._judge_next() and isinstance(item, TapEnd):
                return

    def _judge_next(self) -> bool:
        """Judge what waits the longest; whether there was anything."""
        with self._lock:
            event: PartialResult | FinalResult | None
            event = self._finals.popleft() if self._finals else self._partial
            if isinstance(event, PartialResult):
                self._partial = None
        if event is None:
            return False
        final = isinstance(event, FinalResult)
        after_s = SegmenterParams().post_roll_s if final else 0.0
        waveform = self._sound.cut(event.start_s - _AROUND_S, event.end_s + after_s)
        if len(waveform) < _SHORTEST_S * self.engine.sample_rate:
            return True  # it began before this did
        try:
            said = self.engine.predict(waveform) if final else self.engine.preview(waveform)
        except EmoscopeError as error:
            self._failures += 1
            if self._stop.is_set():
                return True
            if self._failures >= FAILURES_IN_A_ROW or error.code.startswith("model.hangs"):
                self._stop.set()
                self._on_failure(error)
            return True
        self._failures = 0
        self._on_result(SecondResult(event.segment, event.start_s, final, said))
        return True

    def _die(self, error: Exception) -> None:
        self._tap.end()
        self._on_failure(error)
