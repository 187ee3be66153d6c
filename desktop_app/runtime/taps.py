"""What is heard, sample by sample, for whoever wants it: a spectrogram, a recorder, a service.

The segmenter thread hands each block to every tap, and never waits for one: a tap is a queue of some seconds,
and what does not fit is dropped, counted and told in its place.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from desktop_app.core.finite import FiniteSamples
from desktop_app.core.resample import mix_to_mono
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import FloatArray, GapReason

QUEUE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class TapBlock:
    """Sound, at the source's own rate: the channel, or the mix, that is judged.

    Attributes
    ----------
    start_s : float
        When its first sample was heard, on the run's time axis, on which also results have their `start_s`.
    first : int
        How many samples the run had heard before it, from all of its sources; gaps have none.
    sample_rate : int
        In Hz. It changes where the source does.
    samples : array [n]
        Mono, all of them numbers; not to be written to, since every tap gets the same.
    """

    start_s: float
    first: int
    sample_rate: int
    samples: FloatArray

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class TapGap:
    """There was no sound for a while: the event `Gap`, between the blocks that it parts."""

    start_s: float
    seconds: float
    reason: GapReason

    @property
    def end_s(self) -> float:
        return self.start_s + self.seconds


@dataclass(frozen=True, slots=True)
class TapLost:
    """Sound that the listener was too slow to take: `frames` samples from number `first` on.

    `end_s` is later than their length where gaps lie among them.
    """

    start_s: float
    end_s: float
    first: int
    frames: int


@dataclass(frozen=True, slots=True)
class TapEnd:
    """Nothing more comes: the run has ended, or the tap was removed."""


TapItem: TypeAlias = TapBlock | TapGap | TapLost | TapEnd


class Tap:
    """A queue of what is heard, for one listener; its methods may be called from any thread.

    Parameters
    ----------
    seconds : float
        How much sound waits at most.

    Attributes
    ----------
    lost : int
        Samples that were dropped so far.
    muted : bool
        What is heard meanwhile is not put in, and not counted as lost.
    """

    def __init__(self, seconds: float = QUEUE_S) -> None:
        if not seconds > 0:
            raise ValueError(f"a tap must hold some sound, got {seconds} seconds")
        self._seconds = seconds
        self._items: deque[TapBlock | TapGap | TapLost] = deque()
        self._waiting_s = 0.0
        self._ended = False
        self._changed = threading.Condition()
        self.lost = 0
        self.muted = False

    @property
    def ended(self) -> bool:
        """Nothing more is put in; what waits can still be taken."""
        return self._ended

    def get(self, timeout_s: float | None = None) -> TapItem | None:
        """Take the oldest item, and wait for one if there is none; None after `timeout_s` seconds.

        Behind the last one comes `TapEnd`, however often it is asked for.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._ended, timeout_s)
            if not self._items:
                return TapEnd() if self._ended else None
            item = self._items.popleft()
            if isinstance(item, TapBlock):
                self._waiting_s = max(0.0, self._waiting_s - len(item.samples) / item.sample_rate)
            return item

    def drain(self) -> list[TapItem]:
        """Take all that waits, without waiting; `TapEnd` is the last one once it has ended."""
        with self._changed:
            items: list[TapItem] = [*self._items]
            self._items.clear()
            self._waiting_s = 0.0
            return [*items, TapEnd()] if self._ended else items

    def end(self) -> None:
        """Put nothing more in. Idempotent."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # --- for `Taps` ---

    def put(self, item: TapBlock | TapGap) -> None:
        """Add an item, or drop it; never waits for the listener."""
        with self._changed:
            if self._ended or self.muted:
                return
            last = self._items[-1] if self._items else None
            length_s = item.end_s - item.start_s
            full = isinstance(item, TapBlock) and self._waiting_s + length_s > self._seconds
            if isinstance(item, TapBlock):
                frames = len(item.samples)
                if full:
                    self.lost += frames
                    if isinstance(last, TapLost):
                        self._items[-1] = replace(last, end_s=item.end_s, frames=last.frames + frames)
                    else:
                        self._items.append(TapLost(item.start_s, item.end_s, item.first, frames))
                else:
                    self._waiting_s += length_s
                    self._items.append(item)
            elif isinstance(last, TapLost):  # who never listens has one item for all of it
                self._items[-1] = replace(last, end_s=item.end_s)
            else:
                self._items.append(item)
            self._changed.notify_all()


class Taps:
    """Every tap of a run. Taps come and go from any thread; sound comes from one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taps: tuple[Tap, ...] = ()
        self._ended = False
        self._heard = 0
        self._finite = FiniteSamples(1)

    def add(self, tap: Tap) -> None:
        """Put in what is heard from now on; a run that has ended ends it at once."""
        with self._lock:
            if not self._ended:
                self._taps = (*(other for other in self._taps if not other.ended), tap)
                return
        tap.end()

    def remove(self, tap: Tap) -> None:
        """End a tap. Idempotent."""
        with self._lock:
            self._taps = tuple(other for other in self._taps if other is not tap)
        tap.end()

    def end(self) -> None:
        """The run has ended. Idempotent."""
        with self._lock:
            taps, self._taps, self._ended = self._taps, (), True
        for tap in taps:
            tap.end()

    def push(self, frames: FloatArray, heard: int | None, start_s: float, sample_rate: int) -> None:
        """Hand on `frames` [n, channels], of which the channel `heard` is judged; None is their mix."""
        first, self._heard = self._heard, self._heard + len(frames)
        taps = [tap for tap in self._taps if not tap.ended]
        if not taps or not len(frames):
            return
        mono = frames[:, heard] if heard is not None and frames.ndim > 1 else mix_to_mono(frames)
        # A copy of its own: the source's block has more channels, and others may go on with it.
        samples: FloatArray = np.array(self._finite.push(mono), dtype=np.float32)
        samples.flags.writeable = False
        block = TapBlock(start_s, first, sample_rate, samples)
        for tap in taps:
            tap.put(block)

    def gap(self, start_s: float, seconds: float, reason: GapReason) -> None:
        """Hand on that there was no sound."""
        for tap in self._taps:
            tap.put(TapGap(start_s, seconds, reason))


class TapThread:
    """A thread that hands each item of a tap to a listener, until the tap ends or the listener fails.

    Parameters
    ----------
    tap : Tap
    listen : callable
        Told each item but `TapEnd`, on the thread.
    name : str
        What listens, in one word.
    on_end : callable, optional
        Called on the thread, as its last act, with what `listen` raised, or None where the tap has ended. The
        run goes on without a listener that has failed.
    """

    def __init__(
        self,
        tap: Tap,
        listen: Callable[[TapBlock | TapGap | TapLost], None],
        name: str,
        on_end: Callable[[Exception | None], object] = lambda _: None,
    ) -> None:
        self._tap = tap
        self._listen = listen
        self._on_end = on_end
        self._thread = SupervisedThread(f"emoscope-tap-{name}", self._run, self._fail)
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait until all that waits in an ended tap was handed over. Returns whether the thread has ended."""
        return self._thread.join(timeout_s)

    def _run(self) -> None:
        while not isinstance(item := self._tap.get(), TapEnd):
            if item is not None:
                self._listen(item)
        self._on_end(None)

    def _fail(self, error: Exception) -> None:
        self._tap.end()
        self._tap.drain()
        self._on_end(error)
