"""The inference thread: final segments in order, partial windows latest-wins."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import soxr

from desktop_app.core.types import (
    EmoscopeError,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    PartialResult,
    Prediction,
    Predictor,
    SpeechSegment,
)
from desktop_app.runtime.stats import RunStats

FINALS_WAITING = 32
"""Final segments that may wait; each is at most 8 s, so over 4 minutes of speech must be pending before one
is lost."""


class Engine(Predictor, Protocol):
    """What the runtime needs of an inference engine."""

    @property
    def name(self) -> str: ...

    @property
    def provider(self) -> str: ...

    @property
    def notice(self) -> str: ...

    def warm_up(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A segment to judge. `due` is the monotonic time from which its latency counts."""

    segment: SpeechSegment
    index: int
    offset_s: float
    due: float


class InferenceWorker:
    """Owns the engine and the thread that runs it."""

    def __init__(self, engine: Engine, emit: Callable[[Event], None], stats: RunStats) -> None:
        self._engine = engine
        self._next_engine: Engine | None = None
        self._emit = emit
        self._stats = stats
        self._finals: deque[Job | Callable[[], None]] = deque()
        self._partial: Job | None = None
        self._wake = threading.Condition()
        self._stopping = False
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._run, name="emoscope-inference", daemon=True)

    @property
    def sample_rate(self) -> int:
        """Rate in Hz that the engine wants, the next one if a change is under way."""
        return (self._next_engine or self._engine).sample_rate

    @property
    def queue_depth(self) -> int:
        return len(self._finals)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a segment: a final one waits its turn, a partial one replaces the partial before it."""
        with self._wake:
            if job.segment.final:
                waiting = sum(isinstance(item, Job) for item in self._finals)
                if waiting >= FINALS_WAITING:
                    oldest = next(item for item in self._finals if isinstance(item, Job))
                    self._finals.remove(oldest)
                    self._stats.finals_dropped += 1
                self._finals.append(job)
                if self._partial is not None and self._partial.index <= job.index:
                    self._partial = None  # the whole segment is about to be judged
            else:
                self._stats.partials_skipped += self._partial is not None
                self._partial = job
            self._wake.notify()

    def after_finals(self, action: Callable[[], None]) -> None:
        """Run `action` on the inference thread once everything queued so far is done."""
        with self._wake:
            self._finals.append(action)
            self._wake.notify()

    def set_engine(self, engine: Engine) -> None:
        """Change the model between two inferences; segments that wait are judged by the new one."""
        with self._wake:
            replaced, self._next_engine = self._next_engine, engine
            self._wake.notify()
        if replaced is not None:
            replaced.close()

    def stop(self, deadline: float) -> bool:
        """Judge what waits, until the monotonic `deadline`; then end the thread. True if it ended."""
        with self._wake:
            self._stopping, self._deadline = True, deadline
            self._partial = None
            self._wake.notify()
        self._thread.join(max(0.05, deadline - time.monotonic()))
        return not self._thread.is_alive()

    # --- on the inference thread ---

    def _run(self) -> None:
        self._announce()
        while True:
            with self._wake:
                while not (self._finals or self._partial or self._next_engine or self._stopping):
                    self._wake.wait()
                if self._next_engine is not None:
                    item: object = None
                elif self._finals and time.monotonic() < self._deadline:
                    item = self._finals.popleft()
                elif self._partial is not None:
                    item, self._partial = self._partial, None
                else:
                    break
            if item is None:
                self._swap()
            elif isinstance(item, Job):
                self._judge(item)
            elif callable(item):
                item()
        self._engine.close()

    def _announce(self) -> None:
        try:
            self._engine.warm_up()
        except EmoscopeError as error:
            self._emit(Failure(error.message, error.hint))
        engine = self._engine
        self._emit(EngineChanged(engine.name, engine.labels, engine.provider, engine.notice))

    def _swap(self) -> None:
        with self._wake:
            old, new = self._engine, self._next_engine
            if new is None:
                return
            self._engine, self._next_engine = new, None
        old.close()
        self._announce()

    def _predict(self, segment: SpeechSegment) -> Prediction:
        waveform = segment.waveform
        if segment.sample_rate != self._engine.sample_rate:  # cut for the model before
            waveform = soxr.resample(waveform, segment.sample_rate, self._engine.sample_rate)
        return self._engine.predict(waveform)

    def _judge(self, job: Job) -> None:
        segment = job.segment
        try:
            prediction = self._predict(segment)
        except EmoscopeError as error:
            self._emit(Failure(error.message, error.hint))
            return
        latency_ms = max(0.0, (time.monotonic() - job.due) * 1000)
        self._stats.result(final=segment.final, inference_ms=prediction.inference_ms, latency_ms=latency_ms)
        kind = FinalResult if segment.final else PartialResult
        start, end = segment.start_s + job.offset_s, segment.end_s + job.offset_s
        self._emit(kind(job.index, start, end, prediction, latency_ms))
