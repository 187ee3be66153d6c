"""The segmenter thread: drains the ring, measures levels, cuts speech, hands it on, and finds the gaps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from desktop_app.audio.base import AudioSource, SourceStatus
from desktop_app.core import clock
from desktop_app.core.chain import SpeechChain
from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.detector import Detection
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.sound_check import SoundCheck
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import (
    CaptureState,
    Event,
    FloatArray,
    Gap,
    GapReason,
    SoundWarned,
    SoundWarning,
    SpeechSegment,
    StreamFormat,
)
from desktop_app.runtime.arrivals import HELD_S, SHORTEST_GAP_S, SUSPICIOUS_S, Arrivals
from desktop_app.runtime.inference_worker import InferenceWorker, Job
from desktop_app.runtime.missing_sound import MissingSound
from desktop_app.runtime.stats import RunStats
from desktop_app.runtime.taps import Taps
from desktop_app.runtime.ticks import Ticks

POLL_S = 0.010
QUIET_POLL_S = 0.040
"""While no segment is open, sound may wait so long: what a block costs hardly depends on its length, and the
segments are the same however the stream is cut. From their first frame on, `POLL_S` counts."""
SPLIT_S = 0.2
"""A longer gap ends what was being said; over a shorter one, some lost blocks, speech goes on."""
SETTLED_S = 5.0
"""Which channel is heard is told once it has been the same one for so long: at first it may change."""


class Capture:
    """One opened source with its ring. `ended` is set by the supervisor, `drained` by the segmenter.

    Parameters
    ----------
    channel : ChannelChoice
        What is heard of it; it is there.

    Attributes
    ----------
    whole : bool
        The source was a recording, and it was heard to its end; known once `ended` is set.
    """

    def __init__(
        self, source: AudioSource, form: StreamFormat, ring: RingBuffer, channel: ChannelChoice = AUTO
    ) -> None:
        self.source = source
        self.form = form
        self.ring = ring
        self.channel = channel
        self.whole = False
        self.ended = threading.Event()
        self.drained = threading.Event()


class SegmenterWorker:
    """Turns the audio of one capture after another into jobs and ticks, on one time axis.

    `on_speaker` is called where `change_speaker` asked for it, once all was submitted that was said before.
    """

    def __init__(
        self,
        worker: InferenceWorker,
        stats: RunStats,
        detection: Detection,
        taps: Taps,
        *,
        emit: Callable[[Event], None],
        set_state: Callable[[CaptureState, str], None],
        on_speaker: Callable[[], None],
        on_death: Callable[[Exception], None],
        first_segment: int = 0,
    ) -> None:
        self._worker = worker
        self._on_speaker = on_speaker
        self._emit = emit
        self._set_state = set_state
        self._stats = stats
        self._taps = taps
        self.detection = detection  # another one takes over at the next block
        self.min_level_dbfs: float | None = None  # so does another limit
        self._capture: Capture | None = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._speaker_changes = threading.Event()
        self._thread = SupervisedThread("emoscope-segmenter", self._run, on_death)
        self._next_index = first_segment
        self._sound: tuple[StreamFormat, SoundCheck] | None = None
        # When the sound before ended (`core.clock.now`), how much the machine had slept until then, and why
        # no more came.
        self._ended_at: float | None = None
        self._slept_s = 0.0
        self._outage: GapReason | None = None
        self._usual_outage = GapReason.DEVICE_LOST  # where nobody said why

    def start(self) -> None:
        self._thread.start()

    def take(self, capture: Capture) -> None:
        """Begin to drain `capture`; the one before must be drained."""
        self._capture = capture
        self._wake.set()

    def silent(self, reason: GapReason) -> None:
        """No sound comes until the next capture, and why. The one before must be drained."""
        self._outage = reason
        if self._ended_at is not None:
            self._stats.gap_since = (self._ended_at, reason)

    def change_speaker(self) -> None:
        """Somebody else speaks from now on: what was being said ends here."""
        self._speaker_changes.set()
        self._wake.set()

    def stop(self, deadline: float) -> bool:
        """End the thread by the monotonic `deadline`. True if it ended."""
        self._stop.set()
        self._wake.set()
        return self._thread.join(max(0.05, deadline - time.monotonic()))

    # --- on the segmenter thread ---

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            capture, self._capture = self._capture, None
            if capture is not None:
                try:
                    if not capture.source.live:  # its own clock does not tell when it begins
                        self._tell_outage()
                    _Drain(self, capture).run()
                finally:
                    capture.drained.set()
            self._pass_speaker()
        self._tell_outage()  # the run ends in it

    def _pass_speaker(self) -> None:
        if self._speaker_changes.is_set():
            self._speaker_changes.clear()
            self._on_speaker()

    def _sound_of(self, capture: Capture) -> SoundCheck:
        """Where the same source comes again, the check that knows what was told of it."""
        if self._sound is None or self._sound[0] != capture.form:
            check = SoundCheck(
                capture.form.sample_rate, self._worker.sample_rate, recording=not capture.source.live
            )
            self._sound = (capture.form, check)
        return self._sound[1]

    def _arrivals(self, rate: int) -> Arrivals:
        """How the stream that begins now is watched: what lies between it and the sound before is a gap."""
        reason = self._outage or self._usual_outage
        if not reason.asked_for and clock.slept_s() - self._slept_s > SUSPICIOUS_S:
            reason = GapReason.SUSPENDED
        return Arrivals(rate, self._ended_at, reason)

    def _ended(self, at: float, *, stalled: bool = False, recording: bool = False) -> None:
        """The sound ends here, for now; `stalled` if that was before its stream did."""
        self._ended_at, self._slept_s = at, clock.slept_s()
        self._outage = GapReason.STALLED if stalled else None
        self._usual_outage = GapReason.SOURCE_CHANGED if recording else GapReason.DEVICE_LOST
        self._stats.gap_since = None

    def _tell_outage(self) -> None:
        """Move the time axis on over the stretch without sound that ends now, if there is one."""
        reason, self._outage = self._outage, None
        if reason is not None and self._ended_at is not None:
            self._tell_gap((now := clock.now()) - self._ended_at, reason, now)

    def _tell_gap(self, seconds: float, reason: GapReason, until: float) -> None:
        """Move the time axis on over a stretch without sound, which came again at `until`."""
        self._stats.gap_since = None
        if seconds < SHORTEST_GAP_S and reason is not GapReason.OVERFLOW:
            return
        start_s = self._stats.time_s
        self._stats.gap(seconds, reason)
        self._taps.gap(start_s, seconds, reason)
        self._emit(Gap(start_s, seconds, reason, time.time() - (clock.now() - until)))


class _Drain:
    """The life of one capture on the segmenter thread."""

    def __init__(self, owner: SegmenterWorker, capture: Capture) -> None:
        self.owner = owner
        self.capture = capture
        self.stats = owner._stats
        self.rate = owner._worker.sample_rate
        self.frames = 0  # at the source's rate, since the capture began
        self.base_s = self.stats.audio_s
        self.overflows_before = self.stats.overflows
        self.arrivals = owner._arrivals(capture.form.sample_rate) if capture.source.live else None
        self.missing = MissingSound(capture.ring, capture.form.sample_rate, self.arrivals)
        self.warned: dict[str, object] = {}  # codes of what is told once a capture, with the channel
        self.unsettled: dict[str, tuple[object, float]] = {}  # what is not told yet, and since when
        self.sound = owner._sound_of(capture)
        self.found_speech = False
        self.ticks = Ticks()
        self._begin_chain()
        self.arrived = time.monotonic()

    def _begin_chain(self) -> None:
        form, choice = self.capture.form, self.capture.channel
        self.detection = self.owner.detection
        self.chain = SpeechChain(form.sample_rate, self.rate, self.detection, choice)
        self.chain.min_level_dbfs = self.owner.min_level_dbfs
        self.only = choice.index if choice.hear is Hear.ONE else None
        self.sound.restart(self.rate)
        # From which time of the chain on it stands where on the axis.
        self.shifts = [(0.0, self.stats.time_s)]
        self.index_base = self.owner._next_index
        self.ticks.restart(self.rate, self.stats.time_s)
        self.chain_began_s = self.frames / self.capture.form.sample_rate

    def run(self) -> None:
        ring, form = self.capture.ring, self.capture.form
        while True:
            ended = self.capture.ended.is_set()  # before reading, so that nothing written earlier is missed
            status = self.capture.source.status()
            self.stats.overflows = self.overflows_before + status.overflows
            self.missing.look(status, ended=ended)
            # A second at most, so that a backlog stays responsive, and not beyond where sound is missing.
            frames = ring.read(min(form.sample_rate, self.missing.frames_before()))
            if len(frames):
                # The status is older than the frames: a latency comes out too long rather than too short.
                self.arrived = time.monotonic() - status.silent_for_s
                self._advance(frames)
            elif not self._pass_gaps():
                if ended:
                    break
                self.capture.ended.wait(POLL_S if self.chain.segmenter.active else QUIET_POLL_S)
            if self.owner._worker.sample_rate != self.rate or self.owner.detection is not self.detection:
                self._flush()
                self.rate = self.owner._worker.sample_rate
                self._begin_chain()
            if self.owner.min_level_dbfs != self.chain.min_level_dbfs:
                self.chain.min_level_dbfs = self.owner.min_level_dbfs
            if self.owner._speaker_changes.is_set():
                if self.chain.segmenter.speaking:
                    segments = self.chain.cut()
                    self._submit(segments)
                    self._check_sound(np.empty(0, dtype=np.float32), segments)
                self.owner._pass_speaker()
        self._flush()
        self._warn(status.warnings)
        self._warn(self.chain.warnings, ending=True)
        if self.capture.whole:
            self._finish_recording()
        self._end(status)

    # --- gaps ---

    def _pass_gaps(self) -> bool:
        """Tell the gaps that lie right behind what was read; whether there were any."""
        told = False
        for seconds, reason, until in self.missing.passed():
            self._gap(seconds, reason, until)
            told = True
        return told

    def _gap(self, seconds: float, reason: GapReason, until: float) -> None:
        if seconds > SPLIT_S:
            self._flush()
            self.owner._tell_gap(seconds, reason, until)
            self._begin_chain()
        else:
            self.owner._tell_gap(seconds, reason, until)
            chain_s = self.frames / self.capture.form.sample_rate - self.chain_began_s
            self.shifts.append((chain_s, self.shifts[-1][1] + seconds))
            self.ticks.skip(seconds)

    def _on_axis(self, chain_s: float) -> float:
        """A time of the chain on the run's time axis."""
        shift = next(shift for since, shift in reversed(self.shifts) if since <= chain_s or not since)
        return chain_s + shift

    def _end(self, status: SourceStatus) -> None:
        """Note when the sound ended, for the gap up to the next capture's."""
        if self.arrivals is None:
            self.owner._ended(clock.now(), recording=True)
        elif self.arrivals.ended_at is not None:
            self.owner._ended(self.arrivals.ended_at, stalled=status.silent_for_s > HELD_S)
        # A microphone that delivered nothing: the gap before it goes on.

    # --- sound ---

    def _advance(self, frames: FloatArray) -> None:
        start_s = self.stats.time_s
        self.frames += len(frames)
        self.stats.audio_s = self.base_s + self.frames / self.capture.form.sample_rate
        self.sound.push(frames if self.only is None else frames[:, self.only])
        waveform, segments = self.chain.push(frames)
        self.owner._taps.push(frames, self.chain.heard, start_s, self.capture.form.sample_rate)
        self._warn(self.chain.warnings)
        self._submit(segments)
        self._tick(waveform)
        self._check_sound(waveform, segments)

    def _check_sound(self, waveform: FloatArray, segments: list[SpeechSegment]) -> None:
        for warning in self.sound.push_heard(waveform, segments, self.chain.powers):
            self._tell(warning)

    def _warn(self, warnings: tuple[SoundWarning, ...], *, ending: bool = False) -> None:
        """Tell each once, and again when another channel has come to be heard than it said."""
        now_s = self.frames / self.capture.form.sample_rate
        for warning in warnings:
            heard = warning.fields.get("heard")
            if warning.code in self.warned and self.warned[warning.code] == heard:
                self.unsettled.pop(warning.code, None)
                continue
            if "heard" in warning.fields and not ending:
                waiting = self.unsettled.get(warning.code)
                if waiting is None or waiting[0] != heard:
                    self.unsettled[warning.code] = (heard, now_s)
                    continue
                if now_s - waiting[1] < SETTLED_S:
                    continue
            self.warned[warning.code] = heard
            self._tell(warning)

    def _tell(self, warning: SoundWarning) -> None:
        self.owner._emit(SoundWarned(warning, self.stats.time_s))

    def _finish_recording(self) -> None:
        """What its end tells: the same that an analysis of it would."""
        for warning in self.sound.finish():
            self._tell(warning)
        if not self.found_speech:
            self._tell(self.sound.no_speech(self.chain.segmenter))

    def _flush(self) -> None:
        waveform, segments = self.chain.flush()
        self._submit(segments)
        self._tick(waveform, force=True)
        self._check_sound(waveform, segments)

    def _submit(self, segments: list[SpeechSegment]) -> None:
        for segment in segments:
            self.found_speech = self.found_speech or segment.final
            index = self.index_base + segment.index
            self.owner._next_index = max(self.owner._next_index, index + segment.final)
            start_s, end_s = self._on_axis(segment.start_s), self._on_axis(segment.end_s)
            since_end_s = max(0.0, self.stats.time_s - end_s)
            age_s = max(0.0, since_end_s - (self._hangover_s(segment) if segment.final else 0.0))
            wall_clock = time.time() - (time.monotonic() - self.arrived) - since_end_s
            self.owner._worker.submit(Job(segment, index, start_s, end_s, self.arrived - age_s, wall_clock))

    def _hangover_s(self, segment: SpeechSegment) -> float:
        """A segment split at its maximum length is known at once, any other after the pause."""
        end_open = self.chain.segmenter.speaking
        return 0.0 if end_open else self.detection.params.hangover_s

    def _tick(self, waveform: FloatArray, force: bool = False) -> None:
        tick = self.ticks.push(waveform, self.stats.time_s, self.chain.segmenter, force=force)
        if tick is not None:
            self._report_state(muted=self.ticks.muted, speaking=tick.speaking)
            self.owner._emit(tick)

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
