"""A second model that judges the same speech as the run's own, beside it and without delaying it.

It listens to a tap, and cuts out of it what the run's results say was speech.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.resample import StreamResampler
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import FinalResult, FloatArray, PartialResult, Prediction
from desktop_app.runtime.inference_worker import FAILURES_IN_A_ROW, Engine
from desktop_app.runtime.taps import Tap, TapBlock, TapEnd, TapItem

HELD_S: Final = 40.0
"""Sound that is kept: the longest stretch of speech, and what waits."""
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
        self._sound = _Sound(engine.sample_rate)
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


class _Sound:
    """The latest sound at the engine's rate, on the run's time axis; gaps are silence."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._size = round(HELD_S * sample_rate)
        self._chunks: deque[FloatArray] = deque()
        self._count = 0  # samples in them
        self._start_s = 0.0  # of the first one
        self._heard_s = 0.0  # up to where the source was heard
        self._source_rate = 0
        self._resampler: StreamResampler | None = None

    @property
    def end_s(self) -> float:
        return self._start_s + self._count / self._rate

    def take(self, item: TapItem) -> None:
        if not isinstance(item, TapBlock):
            return  # the next block's time tells how long it was
        begins_anew = item.sample_rate != self._source_rate or self._resampler is None
        # What the resampler still holds is heard before the block.
        missing_s = item.start_s - self._heard_s if not begins_anew else 0.0
        if begins_anew or not -0.02 <= missing_s <= 0.02:
            self._source_rate = item.sample_rate
            self._resampler = StreamResampler(item.sample_rate, self._rate)
            self._heard_s = item.start_s
            silence = round((item.start_s - self.end_s) * self._rate)
            if self._count and 0 <= silence < self._size:
                self._append(np.zeros(silence, dtype=np.float32))
            else:
                self._chunks.clear()
                self._count, self._start_s = 0, item.start_s
        resampler = self._resampler
        if resampler is not None:
            self._append(resampler.push(item.samples[:, np.newaxis]))
            self._heard_s += len(item.samples) / item.sample_rate

    def cut(self, start_s: float, end_s: float) -> FloatArray:
        """The sound between two times, as far as it is held."""
        first = max(0, round((start_s - self._start_s) * self._rate))
        last = max(first, round((end_s - self._start_s) * self._rate))
        whole = np.concatenate(self._chunks) if self._chunks else np.zeros(0, dtype=np.float32)
        return whole[first:last]

    def _append(self, samples: FloatArray) -> None:
        self._chunks.append(samples)
        self._count += len(samples)
        while self._count - len(self._chunks[0]) > self._size:
            gone = len(self._chunks.popleft())
            self._count -= gone
            self._start_s += gone / self._rate
