"""What is said in a live run, written down behind its results and without delaying them.

It listens to a tap, and cuts out of it what the run's final results say was speech.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import Fuse
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.transcript import Transcript, WordsHeard, WordsLossReason, WordsLost
from desktop_app.core.types import Event, Failure, FinalResult, FloatArray
from desktop_app.runtime.heard_lately import HeardLately
from desktop_app.runtime.taps import Tap, TapEnd

SAMPLE_RATE: Final = 16_000
_WAIT_S: Final = 0.05
_BEFORE_S: Final = SegmenterParams().pre_roll_s
_BEHIND_S: Final = SegmenterParams().post_roll_s


class Writer(Protocol):
    """Writes down what is said: a `Transcriber`."""

    def offer(
        self, waveform: FloatArray, sample_rate: int, take: Callable[[Transcript | EmoscopeError], object]
    ) -> bool:
        """Have it written down when its turn comes; False, at once, if too many wait."""


class LiveWords:
    """Has each finished utterance written down that is a voice, in their order.

    Parameters
    ----------
    tap : Tap
        Of the run; nobody else takes from it.
    writer : Writer
        It stays open at the end.
    emit : callable
        Told `WordsHeard`, `WordsLost`, and once a `Failure`, from any thread.
    fuse : callable, optional
        Makes one answer of the final result and its words, on the thread of `writer`.
    """

    def __init__(
        self,
        tap: Tap,
        writer: Writer,
        emit: Callable[[Event], object],
        fuse: Fuse | None = None,
    ) -> None:
        self._fuse = fuse
        self._tap = tap
        self._writer = writer
        self._emit = emit
        self._sound = HeardLately(SAMPLE_RATE)
        self._finals: deque[FinalResult] = deque()
        self._waiting: dict[int, FinalResult] = {}  # by their number, until there are words or none
        self._numbers = 0
        self._changed = threading.Condition()
        self._failed = False
        self._dead = False  # the thread: nobody takes what is posted
        self._stop = threading.Event()
        self._thread = SupervisedThread("emoscope-live-words", self._run, self._die)
        self._thread.start()

    def post(self, event: object) -> None:
        """An event of the run, from any thread; returns at once."""
        if isinstance(event, FinalResult) and not event.prediction.not_a_voice:
            with self._changed:
                if not self._dead:
                    self._finals.append(event)
                    return
            self._lose(event, WordsLossReason.FAILED)

    def finish(self, timeout_s: float, stopped: Callable[[], bool] = lambda: False) -> int:
        """Behind the run's end: wait for the words that are still to come; tell the others as lost.

        It waits no longer than `timeout_s`, nor once `stopped` is true; returns of how many utterances the
        words are lost.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while (self._finals or self._waiting) and time.monotonic() < deadline and not stopped():
                self._changed.wait(_WAIT_S)
        self._stop.set()
        self._tap.end()
        self._thread.join(1.0)
        with self._changed:
            left = [*self._waiting.values(), *self._finals]
            self._waiting.clear()
            self._finals.clear()
        for event in left:
            self._lose(event, WordsLossReason.STOPPED)
        return len(left)

    # --- the thread ---

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._changed:  # before the sound is taken: then what they speak of is in it
                finals = list(self._finals)
            item = self._tap.get(_WAIT_S)
            if isinstance(item, TapEnd):
                self._stop.wait(_WAIT_S)
            while item is not None and not isinstance(item, TapEnd):
                self._sound.take(item)
                item = self._tap.get(0.0)
            for event in finals:
                self._offer(event)

    def _offer(self, event: FinalResult) -> None:
        begin_s = event.start_s - _BEFORE_S
        waveform = self._sound.cut(begin_s, event.end_s + _BEHIND_S)
        begin_s = max(begin_s, self._sound.start_s)
        with self._changed:
            if not self._finals:
                return  # the run has ended meanwhile
            number = self._numbers
            self._numbers += 1
            self._finals.popleft()
            self._waiting[number] = event
        taken = len(waveform) > 0 and self._writer.offer(
            waveform, SAMPLE_RATE, lambda outcome: self._take(number, begin_s, outcome)
        )
        if not taken:
            self._answered(number, lambda lost: self._lose(lost, WordsLossReason.OVERLOAD))

    def _take(self, number: int, begin_s: float, outcome: Transcript | EmoscopeError) -> None:
        self._answered(number, lambda event: self._tell(event, begin_s, outcome))

    def _tell(self, event: FinalResult, begin_s: float, outcome: Transcript | EmoscopeError) -> None:
        if isinstance(outcome, Transcript):
            said = outcome.later(begin_s)
            fused = None if self._fuse is None else self._fuse(event.prediction, said)
            self._emit(WordsHeard(event.segment, event.start_s, event.end_s, said, event.wall_clock, fused))
            return
        if not self._failed:
            self._failed = True
            self._emit(Failure.of(outcome))
        self._lose(event, WordsLossReason.FAILED)

    def _answered(self, number: int, tell: Callable[[FinalResult], object]) -> None:
        """Tell of an utterance, and take it off the list; nothing if it was told as lost."""
        with self._changed:
            event = self._waiting.pop(number, None)
            if event is not None:
                tell(event)
            self._changed.notify_all()

    def _lose(self, event: FinalResult, reason: WordsLossReason) -> None:
        self._emit(WordsLost(event.segment, event.start_s, event.end_s, reason, event.wall_clock))

    def _die(self, error: Exception) -> None:
        self._tap.end()
        self._emit(Failure.of(EmoscopeError(f"What is said is not written down any more ({error})")))
        with self._changed:
            self._dead = True
            left = [*self._waiting.values(), *self._finals]
            self._waiting.clear()
            self._finals.clear()
        for event in left:
            self._lose(event, WordsLossReason.FAILED)
