"""One timer for everything that glides; it stops when nothing moves."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer

FRAME_MS = 16
_LONGEST_STEP_S = 0.25  # after a stall the picture moves on instead of jumping to its end


class Glider(Protocol):
    """Something that moves by time: `step` advances by dt seconds and says whether it goes on moving."""

    def step(self, dt_s: float) -> bool: ...


class Animator(QObject):
    """Steps its gliders about 60 times a second while one of them moves, by the time that really passed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gliders: list[Glider] = []
        self._last = 0.0
        self.frames = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._frame)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def add(self, glider: Glider) -> None:
        self._gliders.append(glider)

    def wake(self) -> None:
        """Something has a new target."""
        if not self._timer.isActive():
            self._last = time.perf_counter()
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _frame(self) -> None:
        now = time.perf_counter()
        dt_s, self._last = min(now - self._last, _LONGEST_STEP_S), now
        self.frames += 1
        moving = [glider.step(dt_s) for glider in self._gliders]  # each must step: no short cut by any()
        if not any(moving):
            self._timer.stop()
