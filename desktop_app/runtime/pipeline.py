"""The analyzer's engine room: a source, the segmenter and a model, joined into events.

Four threads: capture (opens and watches the source), segmenter, inference, and one that watches the inference
and reports figures. Everything that a caller learns comes through one callback, on one of these threads. None
of them dies unseen: whatever ends one becomes a `Failure` that is fatal, and the others end in order.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from desktop_app.audio.base import AudioError
from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.core.doubt import sounds_without_voice
from desktop_app.core.errors import EmoscopeError, sentences, unexpected
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import (
    CaptureState,
    Event,
    Failure,
    FinalResult,
    SoundWarned,
    SoundWarning,
    StateChanged,
    StatsSnapshot,
)
from desktop_app.runtime.inference_worker import Engine, InferenceWorker
from desktop_app.runtime.segmenter_worker import SegmenterWorker
from desktop_app.runtime.stats import RunStats
from desktop_app.runtime.supervisor import MakeSource, Supervisor
from desktop_app.runtime.taps import QUEUE_S, Tap, Taps
from desktop_app.runtime.watchdog import Watchdog

_NO_MEMORY = "There is not enough memory to go on listening."
STATS_EVERY_S = 1.0
LOOK_EVERY_S = 0.25

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
    detection : Detection
        How speech is found.
    channel : ChannelChoice
        What is heard of several channels; not each of them.
    begins_at_s, first_segment : float, int
        Where time and segment numbers begin: behind those of a run that has failed, which this one takes up.

    Attributes
    ----------
    failed : bool
        There was a fatal failure: of the source, or of the run.
    broken : bool
        The run itself has failed. Nothing more comes but what `stop` tells; another source does not help.
    """

    def __init__(
        self,
        make_source: MakeSource,
        engine: Engine,
        on_event: Callable[[Event], None],
        detection: Detection = BY_ENERGY,
        channel: ChannelChoice = AUTO,
        *,
        begins_at_s: float = 0.0,
        first_segment: int = 0,
    ) -> None:
        self._on_event = on_event
        self._channel = channel
        self._stats = RunStats(begins_at_s)
        self._sounds = _Sounds()
        self._taps = Taps()
        self._state: CaptureState | None = None
        self._message = ""
        self._source_name = ""
        self._state_lock = threading.Lock()
        self._finished = threading.Event()
        self._finish_lock = threading.Lock()
        self._source_ends = False  # and what it told is to be summed up
        self._quit = threading.Event()
        self._started = False
        self._stopped: bool | None = None
        self.failed = False
        self.broken = False
        self._inference = InferenceWorker(
            engine, self._emit, self._stats, self._break, self._death_of("inference")
        )
        self._segmenter = SegmenterWorker(
            self._inference,
            self._stats,
            detection,
            self._taps,
            emit=self._emit,
            set_state=self._set_state,
            on_speaker=self._forget_voice,
            on_death=self._death_of("segmenter"),
            first_segment=first_segment,
        )
        self._supervisor = Supervisor(
            make_source,
            self._segmenter,
            channel,
            set_state=self._set_state,
            set_name=self._set_name,
            on_change=self._change,
            on_end=self._end,
            on_failure=self._fail,
            on_death=self._death_of("capture"),
        )
        self._watchdog = Watchdog(self._inference, self._emit, detection.params.hangover_s)
        self._watch = SupervisedThread("emoscope-watch", self._look, self._death_of("watch"))

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
        self._watch.start()

    def pause(self) -> None:
        """Release the source; the segment that was open is still judged."""
        self._supervisor.pause()

    def resume(self) -> None:
        """Open the source again; a recording starts from its beginning."""
        self._finished.clear()
        self._supervisor.resume()

    def set_source(self, make_source: MakeSource, channel: ChannelChoice | None = None) -> None:
        """Change the source, and what is heard of its channels if that is given.

        Time and segment numbers go on; what was learnt of a voice is forgotten.
        """
        self._channel = channel or self._channel
        self._source_ends = True
        with self._finish_lock:
            self._supervisor.set_source(make_source, self._channel)
            self._finished.clear()

    def set_channel(self, make_source: MakeSource, channel: ChannelChoice) -> None:
        """Hear another channel of the same source, which is opened anew: a recording from its beginning.

        A pause stays one; what was learnt of a voice is forgotten.
        """
        self._channel = channel
        with self._finish_lock:
            self._supervisor.set_channel(make_source, channel)
            self._finished.clear()

    def set_engine(self, engine: Engine) -> None:
        """Change the model while running; no segment is lost."""
        self._inference.set_engine(engine)

    def change_speaker(self) -> None:
        """Somebody else speaks: what was being said ends here, and a new voice is learnt."""
        self._segmenter.change_speaker()

    def recall_speaker(self) -> None:
        """Know the voice again that `change_speaker` forgot, in place of what was learnt since."""
        self._inference.recall_voice()
        self._tell_stats()

    def set_detection(self, detection: Detection) -> None:
        """Find speech in another way from the next block on; the segment that was open is judged first."""
        self._segmenter.detection = detection

    def set_min_level(self, level_dbfs: float | None) -> None:
        """What is softer is no speech from the next block on, whatever the room; None for no such limit."""
        self._segmenter.min_level_dbfs = level_dbfs

    def add_tap(self, seconds: float = QUEUE_S) -> Tap:
        """A queue of what is heard from now on, sample by sample; before `start` or at any time behind it.

        It goes on over changes of source, channel and model, and ends with the run. Who does not take things
        out in time loses sound beyond `seconds`, and is told which; the run never waits.
        """
        tap = Tap(seconds)
        self._taps.add(tap)
        return tap

    def remove_tap(self, tap: Tap) -> None:
        """End a tap; what waits in it can still be taken. Idempotent."""
        self._taps.remove(tap)

    def stats(self) -> StatsSnapshot:
        """Counters and percentiles, as of now."""
        return self._stats.snapshot(self._inference.queue_depth, self._inference.voice_use)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a recording used as source has ended and its events were sent, or the run failed."""
        return self._finished.wait(timeout_s)

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Stop the source, judge the segment that was open, join every thread. Idempotent.

        What can no longer be judged is told as lost; then come the last figures, and the state. Returns True
        if every thread ended within `timeout_s`.
        """
        if self._stopped is not None or not self._started:
            self._taps.end()
            return self._stopped is not False
        deadline = time.monotonic() + timeout_s
        # Each stage leaves time for the next: what hangs is most likely a sound server.
        in_time = self._supervisor.stop(deadline - 0.4 * timeout_s)
        in_time &= self._segmenter.stop(deadline - 0.3 * timeout_s)
        self._taps.end()
        in_time &= self._inference.stop(deadline)
        self._quit.set()
        self._watch.join(0.5)
        self._stopped = in_time
        self._tell_sounds()
        self._emit(self.stats())
        self._set_state(CaptureState.STOPPED, "")
        return in_time

    # --- on the worker threads ---

    def _change(self) -> None:
        """Another source or channel is about to be heard; all was submitted that was said before."""
        if self._source_ends:
            self._source_ends = False
            self._inference.after_finals(self._tell_sounds)
        self._forget_voice()

    def _forget_voice(self) -> None:
        self._inference.forget_voice()
        self._tell_stats()

    def _tell_stats(self) -> None:
        """Once all that is queued so far is done."""
        self._inference.after_finals(lambda: self._emit(self.stats()))

    def _emit(self, event: Event) -> None:
        if isinstance(event, FinalResult):
            self._sounds.count(event)
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - a view's mistake must not end the capture
            _log.exception("an event could not be delivered: %s", type(event).__name__)

    def _tell_sounds(self) -> None:
        """At the end of what one source told: how much of it was not a voice."""
        warning, self._sounds = self._sounds.warning, _Sounds()
        if warning is not None:
            self._emit(SoundWarned(warning, self._stats.time_s))

    def _set_name(self, name: str) -> None:
        self._source_name = name

    def _set_state(self, state: CaptureState, message: str, code: str = "") -> None:
        with self._state_lock:
            if (state, message) == (self._state, self._message):
                return
            if self.broken and state not in {CaptureState.FAILED, CaptureState.STOPPED}:
                return  # of a thread that has not yet noticed
            self._state, self._message = state, message
            event = StateChanged(state, self._stats.time_s, self._source_name, message, code=code)
            self._emit(event)

    def _end(self, asked: int) -> None:
        def finish() -> None:
            self._tell_sounds()
            self._emit(self.stats())
            if asked != self._supervisor.asked:
                return  # it is over, and something else is heard by now
            self._set_state(CaptureState.FINISHED, "")
            with self._finish_lock:  # whoever was told may have asked for another one
                if asked == self._supervisor.asked:
                    self._finished.set()

        self._inference.after_finals(finish)

    def _fail(self, error: AudioError) -> None:
        """The source cannot go on; another one could."""
        self.failed = True
        self._emit(Failure.of(error, fatal=True))
        self._set_state(CaptureState.FAILED, sentences(error.message, error.hint), error.code)
        self._finished.set()

    def _break(self, failure: Failure) -> None:
        """The run cannot go on: tell it once, and have every thread end. `stop` joins them."""
        with self._state_lock:
            if self.broken:
                return
            self.failed = self.broken = True
        self._emit(failure)
        self._set_state(CaptureState.FAILED, sentences(failure.message, failure.hint), failure.code)
        self._inference.give_up()
        self._supervisor.give_up()
        self._finished.set()

    def _death_of(self, thread: str) -> Callable[[Exception], None]:
        def tell(error: Exception) -> None:
            _log.error("the %s thread has died", thread, exc_info=error)
            if isinstance(error, EmoscopeError):
                self._break(Failure.of(error, fatal=True))
                return
            message = _NO_MEMORY if isinstance(error, MemoryError) else unexpected(error)
            code = "memory" if isinstance(error, MemoryError) else "internal"
            fields = {"thread": thread, "error": type(error).__name__}
            self._break(Failure(message, "", True, code, fields))

        return tell

    def _look(self) -> None:
        told = time.monotonic()
        while not self._quit.wait(LOOK_EVERY_S):
            self._watchdog.look()
            if time.monotonic() - told >= STATS_EVERY_S:
                told += STATS_EVERY_S
                self._emit(self.stats())


class _Sounds:
    """How much of the finished speech of one source was a voice."""

    def __init__(self) -> None:
        self._others = self._spoken = 0
        self._seconds = 0.0

    def count(self, result: FinalResult) -> None:
        if result.prediction.not_a_voice:
            self._others += 1
            self._seconds += result.end_s - result.start_s
        else:
            self._spoken += 1

    @property
    def warning(self) -> SoundWarning | None:
        if not self._others:
            return None
        return sounds_without_voice(self._others, self._seconds, self._spoken, live=True)
