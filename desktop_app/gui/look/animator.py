"""One timer for everything that glides; it stops when nothing moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, QTimer

FRAME_MS: Final = 16
CALM_FRAME_MS: Final = 60
"""For what moves by little all the time, such as the level of a quiet room."""
REDUCED_FRAME_MS: Final = 250
"""Where motion is reduced: what would glide is at its target at each of these moments."""
_AT_ONCE_S: Final = 1e6  # so long that everything has arrived
_LONGEST_STEP_S = 0.25  # after a stall the picture moves on instead of jumping to its end


class Glider(Protocol):
    """Something that moves by time: `step` advances by dt seconds and says whether it goes on moving."""

    def step(self, dt_s: float) -> bool: ...


class Animator(QObject):
    """Steps its gliders while one of them moves, by the time that really passed.

    About 60 times a second, or less often while all that moves asks for less.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gliders: list[tuple[Glider, Callable[[], int]]] = []
        self._last = 0.0
        self.frames = 0
        self._reduced = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._frame)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    @property
    def frame_ms(self) -> int:
        """Milliseconds from one step to the next."""
        return self._timer.interval()

    @property
    def reduced(self) -> bool:
        """Whether things jump to their targets in place of gliding."""
        return self._reduced

    def reduce(self, on: bool) -> None:
        """Whether they do from now on."""
        self._reduced = on

    def add(self, glider: Glider, frame_ms: Callable[[], int] = lambda: FRAME_MS) -> None:
        """Step `glider`, too; `frame_ms` tells how many milliseconds its steps may be apart just now."""
        self._gliders.append((glider, frame_ms))

    def wake(self, frame_ms: int = FRAME_MS) -> None:
        """Something has a new target, and wants a step within `frame_ms`."""
        if self._reduced:
            frame_ms = REDUCED_FRAME_MS
        if not self._timer.isActive():
            self._last = time.perf_counter()
            self._timer.start(frame_ms)
        elif frame_ms < self.frame_ms:
            self._timer.setInterval(frame_ms)

    def stop(self) -> None:
        self._timer.stop()

    def _frame(self) -> None:
        now = time.perf_counter()
        dt_s, self._last = min(now - self._last, _LONGEST_STEP_S), now
        self.frames += 1
        if self._reduced:
            dt_s = _AT_ONCE_S
        wanted = [frame_ms() for glider, frame_ms in self._gliders if glider.step(dt_s)]
        if not wanted:
            self._timer.stop()
        elif min(wanted) != self.frame_ms:
            self._timer.setInterval(min(wanted))
