"""Who follows a training: is told how far it is, and may have it pause or end between two batches or clips.

A `Follower` itself says nothing. `TellingFollower` makes events of it; docs/recipes.md lists them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from models.errors import CancelledError

SCHEMA_VERSION = 1
Write = Callable[[Mapping[str, Any]], None]
_STEP_EVERY_S = 0.5


class Control:
    """What a person wants of a run that goes on in another thread or process."""

    def __init__(self) -> None:
        self._may_go = threading.Event()
        self._may_go.set()
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def paused(self) -> bool:
        return not self._may_go.is_set()

    def pause(self) -> None:
        self._may_go.clear()

    def go_on(self) -> None:
        self._may_go.set()

    def cancel(self) -> None:
        """It ends at the next batch or clip, also while it pauses."""
        self._cancelled = True
        self._may_go.set()

    def wait(self) -> None:
        """Until it may go on."""
        self._may_go.wait()


class Follower:
    """Hears nothing and wants nothing: for whoever does not ask."""

    def pulse(self) -> None:
        """Between two batches or clips: waits as long as a pause lasts. Raises CancelledError."""

    def note(self, message: str) -> None:
        """A sentence for people."""

    def plan(self, fits: int) -> None:
        """So many fits there will be in all, whether they are made or read."""

    def begin_fit(self, kind: Literal["fold", "corpus", "everyone"], name: str, **sizes: int) -> None:
        """The next fit; `sizes` are clips and speakers of what is learnt from and of what is tested."""

    def learns(self, epochs: int) -> None:
        """It is really made, not read from an earlier run; `epochs` is the most that it will have."""

    def step(self, what: str, done: int, total: int) -> None:
        """So many clips are done; pulses, too."""

    def epoch(
        self,
        number: int,
        *,
        confusion: Sequence[Sequence[int]] | None = None,
        uar: float | None = None,
        train_loss: float | None = None,
        val_loss: float | None = None,
        speakers: int = 0,
    ) -> None:
        """An epoch, counted from 1, is over and judged on the inner speakers; classical fits have one."""

    def end_fit(self, **figures: Any) -> None:
        """The fit and its test are over."""


class TellingFollower(Follower):
    """Writes an event for each thing that it hears, and obeys a `Control`.

    Parameters
    ----------
    write : callable
        Takes an event as JSON values.
    clock : callable
        Seconds that only grow; for tests.
    """

    def __init__(
        self,
        write: Write,
        control: Control | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write, self._clock = write, clock
        self._control = Control() if control is None else control
        self._began = clock()
        self._paused_s = 0.0
        self._told_step = -math.inf
        self._remaining = Remaining()
        self._number = 0
        self._name, self._kind = "", ""
        self._epochs, self._epoch_began = 0, 0.0

    def tell(self, event: str, **fields: Any) -> None:
        """Write one event."""
        self._write({"event": event, "elapsed_s": round(self.elapsed_s, 2), **fields})

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning, without pauses."""
        return self._clock() - self._began - self._paused_s

    def pulse(self) -> None:
        if self._control.paused:
            self.tell("state", state="paused")
            before = self._clock()
            self._control.wait()
            self._paused_s += self._clock() - before
            if not self._control.cancelled:
                self.tell("state", state="running")
        if self._control.cancelled:
            raise CancelledError(
                "The training was cancelled.",
                "What was learnt so far is kept: the same call goes on from there.",
            )

    def note(self, message: str) -> None:
        self.tell("note", message=message)

    def plan(self, fits: int) -> None:
        self._remaining.fits = fits

    def begin_fit(self, kind: Literal["fold", "corpus", "everyone"], name: str, **sizes: int) -> None:
        self.pulse()
        self._number += 1
        self._kind, self._name, self._epochs = kind, name, 0
        self._remaining.begin(self.elapsed_s)
        self.tell(
            "fold", state="begun", **self._fit(), **sizes, left_s=self._remaining.left_s(self.elapsed_s)
        )

    def _fit(self) -> dict[str, Any]:
        return {"number": self._number, "of": self._remaining.fits, "kind": self._kind, "name": self._name}

    def learns(self, epochs: int) -> None:
        self._epochs, self._epoch_began = epochs, self.elapsed_s
        self._remaining.learns(epochs, self.elapsed_s)

    def step(self, what: str, done: int, total: int) -> None:
        self.pulse()
        now = self._clock()
        if now - self._told_step >= _STEP_EVERY_S or done == total:
            self._told_step = now
            left_s = self._remaining.left_s(self.elapsed_s)
            self.tell("step", what=what, done=done, total=total, left_s=left_s)

    def epoch(
        self,
        number: int,
        *,
        confusion: Sequence[Sequence[int]] | None = None,
        uar: float | None = None,
        train_loss: float | None = None,
        val_loss: float | None = None,
        speakers: int = 0,
    ) -> None:
        now = self.elapsed_s
        seconds, self._epoch_began = now - self._epoch_began, now
        self._remaining.epoch(number, seconds)
        self.tell(
            "epoch",
            fold=self._number,
            epoch=number,
            epochs=self._epochs,
            train_loss=_number(train_loss),
            val_loss=_number(val_loss),
            uar=_number(uar),
            confusion=None if confusion is None else [list(map(int, row)) for row in confusion],
            speakers=speakers,
            seconds=round(seconds, 3),
            left_s=self._remaining.left_s(now),
        )

    def end_fit(self, **figures: Any) -> None:
        self._remaining.end(self.elapsed_s)
        self.tell(
            "fold", state="done", **self._fit(), **figures, left_s=self._remaining.left_s(self.elapsed_s)
        )


class Remaining:
    """How long a run will go on, from what its fits and epochs have taken: early stopping ends sooner.

    Attributes
    ----------
    fits : int
        In all; 0 while nobody knows.
    """

    def __init__(self) -> None:
        self.fits = 0
        self._begun = 0  # fits
        self._took_s = 0.0  # the last fit that was made
        self._began_s = 0.0
        self._epochs = self._epoch = 0
        self._epochs_s: list[float] = []
        self._made = False

    def begin(self, now_s: float) -> None:
        self._begun += 1
        self._began_s, self._epochs, self._epochs_s, self._made = now_s, 0, [], False

    def learns(self, epochs: int, now_s: float) -> None:
        self._made, self._epochs = True, epochs

    def epoch(self, number: int, seconds: float) -> None:
        self._epoch = number
        self._epochs_s.append(seconds)

    def end(self, now_s: float) -> None:
        """What was read from an earlier run took no time, and tells nothing of the next one."""
        if self._made:
            self._took_s = now_s - self._began_s
        self._began_s = now_s
        self._made = False

    def left_s(self, now_s: float) -> float | None:
        """Seconds; None while nothing tells them."""
        after = max(0, self.fits - self._begun)
        if not self.fits or not self._begun:
            return None
        here_s = now_s - self._began_s
        whole_s = self._took_s
        told = self._epochs_s[1:]  # the first one computes the features that later ones find ready
        if self._made and told:
            left_here = (self._epochs - self._epoch) * sum(told) / len(told)
            whole_s = self._took_s or here_s + left_here
        elif whole_s:
            left_here = max(0.0, whole_s - here_s) if self._made else 0.0
        else:
            return None
        return round(left_here + after * whole_s, 1)


def _number(value: float | None) -> float | None:
    """JSON has no infinity."""
    return None if value is None or not math.isfinite(value) else round(float(value), 5)
