"""The inference thread: final segments in order, partial windows latest-wins."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import soxr

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import (
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    FloatArray,
    LossReason,
    Lost,
    PartialResult,
    Prediction,
    Predictor,
    SpeechSegment,
    VoiceUse,
)
from desktop_app.runtime.stats import RunStats

FINALS_WAITING = 32
"""Final segments that may wait; each is at most 8 s, so over 4 minutes of speech must be pending before one
is lost."""
FAILURES_IN_A_ROW = 3
"""Answers that failed one after another, from which on the model is taken to be broken."""
INTERRUPT_S = 0.4
"""Before the end of `stop`'s time: when an inference that is under way is broken off."""

BROKEN_MODEL = frozenset({"model.answer", "model.hangs"})
"""Codes of failures from which a model does not recover: answers of another shape than its file promises, and
none within the time that the engine gives it."""
INTERRUPTED = "model.interrupted"
"""Code of the failure of a prediction that was broken off."""


class Engine(Predictor, Protocol):
    """What the runtime needs of an inference engine: it answers, or fails, within a time of its own."""

    @property
    def name(self) -> str: ...

    @property
    def sha256(self) -> str:
        """Of the model file."""

    @property
    def provider(self) -> str: ...

    @property
    def notice(self) -> str: ...

    def preview(self, waveform: FloatArray) -> Prediction:
        """As `predict`, for speech that still goes on, from which nothing is to be learnt."""

    @property
    def voice_use(self) -> VoiceUse | None:
        """By which voice the next speech will be judged; None if none is learnt."""

    def forget_voice(self) -> None:
        """Somebody else speaks from now on."""

    def recall_voice(self) -> None:
        """The same person as before `forget_voice` speaks."""

    def warm_up(self) -> None: ...

    def interrupt(self) -> None:
        """Break off the predictions that are under way, from any thread."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A segment to judge.

    `start_s` and `end_s` are on the run's time axis, `wall_clock` is that of `end_s`; `due` is the monotonic
    time from which its latency counts.
    """

    segment: SpeechSegment
    index: int
    start_s: float
    end_s: float
    due: float
    wall_clock: float


class InferenceWorker:
    """Owns the engine and the thread that runs it.

    Parameters
    ----------
    fail : callable
        Told the failure that ends the run.
    """

    def __init__(
        self,
        engine: Engine,
        emit: Callable[[Event], None],
        stats: RunStats,
        fail: Callable[[Failure], None],
        on_death: Callable[[Exception], None],
    ) -> None:
        self._engine = engine
        self._next_engine: Engine | None = None
        self._emit = emit
        self._stats = stats
        self._fail = fail
        self._finals: deque[Job | Callable[[], None]] = deque()
        self._partial: Job | None = None
        self._wake = threading.Condition()
        self._stopping = False
        self._broken = False  # the run has failed: nothing more is judged
        self._deadline = float("inf")
        self._job: Job | None = None  # under way
        self._abandoned = False
        self._told_provider = ""
        self._failures = 0
        self._thread = SupervisedThread("emoscope-inference", self._run, on_death)

    @property
    def sample_rate(self) -> int:
        """Rate in Hz that the engine wants, the next one if a change is under way."""
        return (self._next_engine or self._engine).sample_rate

    @property
    def model(self) -> str:
        """Name of the model in use."""
        return self._engine.name

    @property
    def voice_use(self) -> VoiceUse | None:
        """By which voice the next speech will be judged; None if none is learnt."""
        return self._engine.voice_use

    @property
    def queue_depth(self) -> int:
        return len(self._finals)

    @property
    def oldest_unanswered(self) -> Job | None:
        """The speech that has waited for its answer for the longest."""
        with self._wake:
            waiting = next((item for item in self._finals if isinstance(item, Job)), None)
            return self._job or waiting or self._partial

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a segment: a final one waits its turn, a partial one replaces the partial before it."""
        dropped: Job | None = None
        with self._wake:
            if job.segment.final:
                waiting = [item for item in self._finals if isinstance(item, Job)]
                if len(waiting) >= FINALS_WAITING:
                    dropped = waiting[0]
                    self._finals.remove(dropped)
                self._finals.append(job)
                if self._partial is not None and self._partial.index <= job.index:
                    self._partial = None  # the whole segment is about to be judged
            else:
                self._stats.partials_skipped += self._partial is not None
                self._partial = job
            self._wake.notify()
        if dropped is not None:
            self._lose(dropped, LossReason.OVERLOAD)

    def after_finals(self, action: Callable[[], None]) -> None:
        """Run `action` on the inference thread once everything queued so far is done."""
        with self._wake:
            self._finals.append(action)
            self._wake.notify()

    def forget_voice(self) -> None:
        """What is queued from now on is said by somebody else."""
        self.after_finals(self._forget_voice)

    def recall_voice(self) -> None:
        """What is queued from now on is said by whoever spoke before `forget_voice`."""
        self.after_finals(self._recall_voice)

    def set_engine(self, engine: Engine) -> None:
        """Change the model between two inferences; segments that wait are judged by the new one."""
        with self._wake:
            replaced, self._next_engine = self._next_engine, engine
            self._wake.notify()
        if replaced is not None:
            replaced.close()

    def give_up(self) -> None:
        """The run has failed: end the thread, and judge nothing more."""
        with self._wake:
            self._stopping = self._broken = True
            self._partial = None
            self._wake.notify()

    def stop(self, deadline: float) -> bool:
        """Judge what waits, until the monotonic `deadline`; then end the thread. True if it ended.

        What was not judged then is told as lost.
        """
        with self._wake:
            self._stopping, self._deadline = True, deadline - INTERRUPT_S
            self._partial = None
            self._wake.notify()
        ended = self._thread.join(max(0.05, deadline - INTERRUPT_S - time.monotonic()))
        if not ended:
            self._engine.interrupt()
            ended = self._thread.join(max(0.05, deadline - time.monotonic()))
        self._abandon()
        if ended:
            for engine in (self._engine, self._next_engine):
                if engine is not None:
                    engine.close()
        return ended

    def _abandon(self) -> None:
        """Tell what was not judged; the thread has ended, or hangs."""
        with self._wake:
            self._abandoned = True
            left = [item for item in (self._job, *self._finals) if isinstance(item, Job)]
            self._finals.clear()
            self._job = None
        reason = LossReason.MODEL_FAILED if self._broken else LossReason.STOPPED
        for job in left:
            self._lose(job, reason)

    def _lose(self, job: Job, reason: LossReason) -> None:
        if job.segment.final:
            self._stats.lost()
            self._emit(Lost(job.index, job.start_s, job.end_s, reason, job.wall_clock))

    # --- on the inference thread ---

    def _run(self) -> None:
        self._announce()
        while True:
            with self._wake:
                while not (self._finals or self._partial or self._next_engine or self._stopping):
                    self._wake.wait()
                if self._broken:
                    break
                if self._next_engine is not None:
                    item: object = None
                elif self._finals and time.monotonic() < self._deadline:
                    item = self._finals.popleft()
                elif self._partial is not None:
                    item, self._partial = self._partial, None
                else:
                    break
                if isinstance(item, Job):
                    self._job = item
            if item is None:
                self._swap()
            elif isinstance(item, Job):
                self._judge(item)
            elif callable(item):
                item()
        self._engine.close()

    def _forget_voice(self) -> None:
        self._engine.forget_voice()

    def _recall_voice(self) -> None:
        self._engine.recall_voice()

    def _announce(self) -> None:
        try:
            self._engine.warm_up()
        except EmoscopeError as error:
            self._failed(error)
        self._tell_engine()

    def _tell_engine(self) -> None:
        engine = self._engine
        self._told_provider = engine.provider
        self._emit(
            EngineChanged(
                engine.name,
                engine.labels,
                engine.provider,
                engine.notice,
                engine.sha256,
                engine.abstain_below,
                dimensions=engine.dimensions,
            )
        )

    def _swap(self) -> None:
        with self._wake:
            old, new = self._engine, self._next_engine
            if new is None:
                return
            self._engine, self._next_engine = new, None
        old.close()
        self._failures = 0
        self._announce()

    def _predict(self, segment: SpeechSegment) -> Prediction:
        waveform = segment.waveform
        if segment.sample_rate != self._engine.sample_rate:  # cut for the model before
            waveform = soxr.resample(waveform, segment.sample_rate, self._engine.sample_rate)
        return self._engine.predict(waveform) if segment.final else self._engine.preview(waveform)

    def _judge(self, job: Job) -> None:
        segment = job.segment
        try:
            prediction = self._predict(segment)
        except EmoscopeError as error:
            self._unanswered(job, error)
            return
        with self._wake:
            self._job = None
            if self._abandoned:  # told as lost already
                return
        self._failures = 0
        if self._engine.provider != self._told_provider:  # it failed where it ran, and moved
            self._tell_engine()
        latency_ms = max(0.0, (time.monotonic() - job.due) * 1000)
        self._stats.result(final=segment.final, inference_ms=prediction.inference_ms, latency_ms=latency_ms)
        kind = FinalResult if segment.final else PartialResult
        self._emit(kind(job.index, job.start_s, job.end_s, prediction, latency_ms, job.wall_clock))

    def _unanswered(self, job: Job, error: EmoscopeError) -> None:
        with self._wake:
            self._job = None
            told = self._abandoned
            stopped = self._stopping and not self._broken
        if told:
            return
        if stopped and error.code == INTERRUPTED:
            self._lose(job, LossReason.STOPPED)
            return
        self._lose(job, LossReason.MODEL_FAILED)
        self._failed(error)

    def _failed(self, error: EmoscopeError) -> None:
        """One answer that failed is told; a model that is broken, or several in a row, end the run."""
        if self._broken or error.code == INTERRUPTED:
            return  # told by whoever broke it off
        self._failures += 1
        if error.code in BROKEN_MODEL or self._failures >= FAILURES_IN_A_ROW:
            self._fail(Failure.of(error, fatal=True))
        else:
            self._emit(Failure.of(error))
