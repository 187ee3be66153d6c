"""The segmenter thread: drains the ring, measures levels, cuts speech, hands it on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from desktop_app.audio.base import AudioSource
from desktop_app.core.chain import SpeechChain
from desktop_app.core.levels import LevelMeter, ZeroDetector
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.segmenter import SegmenterParams
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    Event,
    FloatArray,
    Levels,
    SpeechSegment,
    StreamFormat,
    Waveshape,
)
from desktop_app.runtime.inference_worker import InferenceWorker, Job
from desktop_app.runtime.stats import RunStats

POLL_S = 0.010
TICK_S = 1 / 30
COLUMN_S = 0.010
"""Width of a column of the drawn waveform."""


class Capture:
    """One opened source with its ring. `ended` is set by the supervisor, `drained` by the segmenter."""

    def __init__(self, source: AudioSource, form: StreamFormat, ring: RingBuffer) -> None:
        self.source = source
        self.form = form
        self.ring = ring
        self.ended = threading.Event()
        self.drained = threading.Event()


class SegmenterWorker:
    """Turns the audio of one capture after another into jobs and ticks, on one time axis."""

    def __init__(
        self,
        worker: InferenceWorker,
        emit: Callable[[Event], None],
        set_state: Callable[[CaptureState, str], None],
        stats: RunStats,
        params: SegmenterParams,
    ) -> None:
        self._worker = worker
        self._emit = emit
        self._set_state = set_state
        self._stats = stats
        self._params = params
        self._capture: Capture | None = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emoscope-segmenter", daemon=True)
        self._offset_s = 0.0  # where the current chain began, on the run's time axis
        self._next_index = 0

    @property
    def time_s(self) -> float:
        """Seconds of audio that this run has heard."""
        return self._stats.audio_s

    def start(self) -> None:
        self._thread.start()

    def take(self, capture: Capture) -> None:
        """Begin to drain `capture`; the one before must be drained."""
        self._capture = capture
        self._wake.set()

    def stop(self, deadline: float) -> bool:
        """End the thread by the monotonic `deadline`. True if it ended."""
        self._stop.set()
        self._wake.set()
        self._thread.join(max(0.05, deadline - time.monotonic()))
        return not self._thread.is_alive()

    # --- on the segmenter thread ---

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            capture, self._capture = self._capture, None
            if capture is not None:
                try:
                    _Drain(self, capture).run()
                finally:
                    capture.drained.set()


class _Drain:
    """The life of one capture on the segmenter thread."""

    def __init__(self, owner: SegmenterWorker, capture: Capture) -> None:
        self.owner = owner
        self.capture = capture
        self.rate = owner._worker.sample_rate
        self.frames = 0  # at the source's rate, since the capture began
        self.base_s = owner._stats.audio_s
        self.dropped_before = owner._stats.dropped_s
        self.overflows_before = owner._stats.overflows
        self._begin_chain()
        self.pending: FloatArray = np.empty(0, dtype=np.float32)
        self.next_tick = 0.0
        self.arrived = time.monotonic()

    def _begin_chain(self) -> None:
        self.chain = SpeechChain(self.capture.form.sample_rate, self.rate, self.owner._params)
        self.chain_start_s = self.owner._stats.audio_s
        self.index_base = self.owner._next_index
        self.meter = LevelMeter(self.rate)
        self.zeros = ZeroDetector(self.rate)
        self.columns_done_s = self.chain_start_s

    def run(self) -> None:
        ring, form = self.capture.ring, self.capture.form
        while True:
            ended = self.capture.ended.is_set()  # before reading, so that nothing written earlier is missed
            status = self.capture.source.status()
            frames = ring.read(form.sample_rate)  # a second at most, so that a backlog stays responsive
            stats = self.owner._stats
            stats.dropped_s = self.dropped_before + ring.dropped / form.sample_rate
            stats.overflows = self.overflows_before + status.overflows
            if len(frames):
                # The status is older than the frames: a latency comes out too long rather than too short.
                self.arrived = time.monotonic() - status.silent_for_s
                self._advance(frames)
            elif ended:
                break
            else:
                self.capture.ended.wait(POLL_S)
            if self.owner._worker.sample_rate != self.rate:
                self._flush()
                self.rate = self.owner._worker.sample_rate
                self._begin_chain()
        self._flush()

    def _advance(self, frames: FloatArray) -> None:
        self.frames += len(frames)
        self.owner._stats.audio_s = self.base_s + self.frames / self.capture.form.sample_rate
        waveform, segments = self.chain.push(frames)
        self._submit(segments)
        self._tick(waveform)

    def _flush(self) -> None:
        waveform, segments = self.chain.flush()
        self._submit(segments)
        self._tick(waveform, force=True)

    def _submit(self, segments: list[SpeechSegment]) -> None:
        for segment in segments:
            index = self.index_base + segment.index
            self.owner._next_index = max(self.owner._next_index, index + segment.final)
            known_s = segment.end_s + (self._hangover_s(segment) if segment.final else 0.0)
            age_s = max(0.0, self.owner._stats.audio_s - self.chain_start_s - known_s)
            self.owner._worker.submit(Job(segment, index, self.chain_start_s, self.arrived - age_s))

    def _hangover_s(self, segment: SpeechSegment) -> float:
        """A segment split at its maximum length is known at once, any other after the pause."""
        end_open = self.chain.segmenter.speaking
        return 0.0 if end_open else self.owner._params.hangover_s

    def _tick(self, waveform: FloatArray, force: bool = False) -> None:
        self.pending = np.concatenate((self.pending, waveform))
        now_s = self.owner._stats.audio_s
        if not len(self.pending) or (now_s < self.next_tick and not force):
            return
        column = round(COLUMN_S * self.rate)
        count = len(self.pending) // column
        if not count:
            return
        self.next_tick = now_s + TICK_S
        block, self.pending = self.pending[: count * column], self.pending[count * column :]
        shaped = block.reshape(count, column)
        shape = Waveshape(self.columns_done_s, COLUMN_S, shaped.min(axis=1), shaped.max(axis=1))
        self.columns_done_s += count * COLUMN_S
        reading = self.meter.push(block)
        segmenter = self.chain.segmenter
        levels = Levels(
            rms_dbfs=reading.rms_dbfs,
            peak_dbfs=reading.peak_dbfs,
            hold_dbfs=reading.hold_dbfs,
            speech_dbfs=segmenter.level_dbfs,
            floor_dbfs=segmenter.floor_dbfs,
            threshold_dbfs=segmenter.threshold_dbfs,
        )
        speaking = segmenter.speaking
        self._report_state(muted=self.zeros.push(block), speaking=speaking)
        self.owner._emit(AudioTick(now_s, levels, shape, speaking))

    def _report_state(self, *, muted: bool, speaking: bool) -> None:
        if speaking:
            self.owner._set_state(CaptureState.SPEAKING, "")
        elif muted and self.capture.source.live:
            self.owner._set_state(
                CaptureState.MUTED,
                "The microphone delivers nothing but zeros: unmute it, or allow this program to use it in "
                "the system's privacy settings.",
            )
        else:
            self.owner._set_state(CaptureState.LISTENING, "")
