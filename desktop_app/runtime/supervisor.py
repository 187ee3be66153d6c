"""The capture thread: opens a source, watches it, and opens it again when it was lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from desktop_app.audio.base import AudioError, AudioSource
from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.errors import CallError
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import CaptureState, GapReason, StreamFormat
from desktop_app.runtime.segmenter_worker import Capture, SegmenterWorker

WATCH_S = 0.05
STALLED_AFTER_S = 0.5
REOPEN_STALLED_AFTER_S = 5.0
RETRY_S = 1.0
RING_S = 20.0
RING_BYTES = 128 * 2**20
"""No more than this, whatever rate and channels a source claims; 20 s of 32 channels at 48 kHz fit."""
DRAIN_S = 5.0
"""How long a stopped capture may take to be drained before the next one is opened."""

MakeSource = Callable[[], AudioSource]


class Supervisor:
    """Keeps a source open for as long as it is wanted.

    Parameters
    ----------
    make_source : callable
        Makes a fresh source for each attempt to open one.
    segmenter : SegmenterWorker
        Drains what the source delivers.
    channel : ChannelChoice
        What is heard of several channels.
    set_state : callable
        Told each state with its sentence.
    set_name : callable
        Told the name of the source that was opened.
    on_change : callable
        Called where another source or channel is about to be heard, once the one before was drained.
    on_end : callable
        Called once a recording that was read to its end has been drained, with `asked` as of its beginning.
    on_failure : callable
        Called with the error of a source that cannot go on, and that waiting does not mend.
    on_death : callable
        Called with what ended the thread, if it was not `stop`.
    """

    def __init__(
        self,
        make_source: MakeSource,
        segmenter: SegmenterWorker,
        channel: ChannelChoice = AUTO,
        *,
        set_state: Callable[[CaptureState, str, str], None],
        set_name: Callable[[str], None],
        on_change: Callable[[], None],
        on_end: Callable[[int], None],
        on_failure: Callable[[AudioError], None],
        on_death: Callable[[Exception], None],
    ) -> None:
        self._make_source = make_source
        self._segmenter = segmenter
        self._channel = channel
        self._set_state = set_state
        self._set_name = set_name
        self._on_change = on_change
        self._on_end = on_end
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._generation = 0  # raised whenever the current capture must end
        self._paused = False
        self._stop = False
        self._source_changed = False  # and the gap that this makes is to be told
        self._another = False  # than was heard until now
        self.asked = 0  # how often another source or channel was asked for
        self._wake = threading.Event()
        self._thread = SupervisedThread("emoscope-capture", self._run, on_death)

    def start(self) -> None:
        self._thread.start()

    def pause(self) -> None:
        with self._lock:
            self._paused = True
            self._generation += 1
        self._wake.set()

    def resume(self) -> None:
        with self._lock:
            self._paused = False
        self._wake.set()

    def set_source(self, make_source: MakeSource, channel: ChannelChoice) -> None:
        """Change the source; capture goes on with the new one, also if it was paused or at its end."""
        self._set(make_source, channel, resume=True)

    def set_channel(self, make_source: MakeSource, channel: ChannelChoice) -> None:
        """Hear another channel: the source is opened anew, now or when a pause is over."""
        self._set(make_source, channel, resume=False)

    def _set(self, make_source: MakeSource, channel: ChannelChoice, *, resume: bool) -> None:
        with self._lock:
            self._make_source, self._channel = make_source, channel
            self._paused = self._paused and not resume
            self._source_changed = self._another = True
            self._generation += 1
            self.asked += 1
        self._wake.set()

    def give_up(self) -> None:
        """Stop the source, and end the thread; returns at once."""
        with self._lock:
            self._stop = True
            self._generation += 1
        self._wake.set()

    def stop(self, deadline: float) -> bool:
        """Stop the source and the thread by the monotonic `deadline`. True if it ended."""
        self.give_up()
        return self._thread.join(max(0.05, deadline - time.monotonic()))

    # --- on the capture thread ---

    def _run(self) -> None:
        ended_generation = -1
        while True:
            with self._lock:
                stop, paused, generation = self._stop, self._paused, self._generation
            if stop:
                return
            if paused:
                self._set_state(CaptureState.PAUSED, "", "")
            elif generation != ended_generation:
                if self._capture_once(generation):
                    ended_generation = generation
                continue
            self._wake.wait()
            self._wake.clear()

    def _current(self, generation: int) -> bool:
        with self._lock:
            return generation == self._generation

    def _pause_between(self, seconds: float) -> None:
        if self._wake.wait(seconds):
            self._wake.clear()

    def _capture_once(self, generation: int) -> bool:
        """Open, watch, close. True if nothing more is to come of this source."""
        with self._lock:
            make_source, choice = self._make_source, self._channel
            self._source_changed = False
            another, self._another = self._another, False
            asked = self.asked
        if another:
            self._on_change()
        source = make_source()
        try:
            form = source.open()
            channel = _channel_of(form, choice)
            capture = Capture(source, form, RingBuffer(ring_frames(form), form.channels), channel)
            self._set_name(form.name)
            source.start(capture.ring)
        except AudioError as error:
            source.stop()
            if not source.live:
                if asked == self.asked:
                    self._on_failure(error)
                return True
            if self._current(generation):
                self._set_state(CaptureState.NO_MICROPHONE, str(error), error.code)
                self._pause_between(RETRY_S)
            return False
        except BaseException:
            source.stop()
            raise
        self._segmenter.take(capture)
        outage, broken = self._follow(capture, generation)
        if broken is not None and asked == self.asked:  # what came before is judged all the same
            self._on_failure(broken)
        if broken is not None:
            return True
        if not source.live and outage is not None:
            self._on_end(asked)
            return True
        if outage is not None:
            self._segmenter.silent(outage)
            self._set_state(
                CaptureState.NO_MICROPHONE,
                f"{form.name} went away. Capture goes on by itself as soon as it is back.",
                "",
            )
        else:
            self._tell_asked_for()
        return False

    def _follow(self, capture: Capture, generation: int) -> tuple[GapReason | None, AudioError | None]:
        """Watch a source to its end, close it, and have all drained. How it ended, and what broke it off."""
        source = capture.source
        try:
            outage = self._watch(capture, generation)
            source.stop()
            broken = source.status().error if outage is not None else None
        except BaseException:
            capture.ended.set()  # the segmenter must not wait for more
            source.stop()
            raise
        over = not source.live and outage is not None
        capture.whole = over and broken is None
        capture.ended.set()
        while not capture.drained.wait(DRAIN_S) and over and self._current(generation):
            pass  # what is left of a recording is heard, however slow that is
        return outage, broken

    def _tell_asked_for(self) -> None:
        """Why no sound comes now, if somebody asked for that."""
        with self._lock:
            if self._stop:
                return
            changed, self._source_changed = self._source_changed, False
        self._segmenter.silent(GapReason.SOURCE_CHANGED if changed else GapReason.PAUSED)

    def _watch(self, capture: Capture, generation: int) -> GapReason | None:
        """Until the source ends by itself, and how; None if it is no longer wanted."""
        source, name = capture.source, capture.form.name
        while self._current(generation):
            status = source.status()
            if status.finished or not status.active:
                return GapReason.DEVICE_LOST
            if source.live and status.silent_for_s > STALLED_AFTER_S:
                if status.silent_for_s > REOPEN_STALLED_AFTER_S:
                    return GapReason.STALLED
                self._set_state(
                    CaptureState.STALLED,
                    f"{name} is open and delivers no audio. Waiting for it; check its cable or the sound "
                    "server if this stays.",
                    "",
                )
            self._pause_between(WATCH_S)
        return None


def _channel_of(form: StreamFormat, choice: ChannelChoice) -> ChannelChoice:
    """What is heard of a source; of a single channel there is no choice.

    Raises
    ------
    AudioError
        It does not have this channel.
    """
    if form.channels == 1:
        return AUTO
    try:
        choice.check(form.channels, form.name)
    except CallError as error:
        raise AudioError(error.message, error.hint, code="audio.channel", fields=error.fields) from error
    return choice


def ring_frames(form: StreamFormat) -> int:
    """Frames that the ring holds for a source of this format."""
    return max(1, min(round(RING_S * form.sample_rate), RING_BYTES // (4 * form.channels)))
