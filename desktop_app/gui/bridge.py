"""The one way from worker threads into the window: a queue that merges audio ticks, and one queued signal."""

from __future__ import annotations

import threading

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.core.types import AudioTick, Event, Waveshape

_MAX_COLUMNS_S = 60.0  # of waveform kept for a window that does not answer


class EventBridge(QObject):
    """`post` may be called from any thread and never waits for the window.

    However late the window is, at most one wake-up is under way, and ticks that follow one another become
    one: the newest level, all the waveform's columns in order.
    """

    _wake = Signal()
    events = Signal(list)  # of core.types.Event, in order, in the window's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._open = True
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, event: Event) -> None:
        with self._lock:
            if not self._open:
                return
            wake = not self._waiting
            last = self._waiting[-1] if self._waiting else None
            if isinstance(event, AudioTick) and isinstance(last, AudioTick) and _joins(last, event):
                self._waiting[-1] = _merged(last, event)
            else:
                self._waiting.append(event)
            if wake:  # inside the lock: close() cannot delete the object meanwhile
                self._wake.emit()

    def close(self) -> None:
        """Take no more events; those that wait are dropped."""
        with self._lock:
            self._open = False
            self._waiting.clear()

    def _deliver(self) -> None:
        with self._lock:
            events, self._waiting = self._waiting, []
        if events:
            self.events.emit(events)


def _joins(first: AudioTick, second: AudioTick) -> bool:
    """Whether the second tick's waveform goes on where the first one's ends."""
    a, b = first.waveshape, second.waveshape
    if a.column_s != b.column_s or first.speaking != second.speaking:
        return False
    return abs(a.start_s + len(a.minimum) * a.column_s - b.start_s) < 0.5 * max(a.column_s, 1e-9)


def _merged(first: AudioTick, second: AudioTick) -> AudioTick:
    a, b = first.waveshape, second.waveshape
    minimum = np.concatenate([a.minimum, b.minimum])
    maximum = np.concatenate([a.maximum, b.maximum])
    start_s = a.start_s
    surplus = len(minimum) - round(_MAX_COLUMNS_S / a.column_s) if a.column_s > 0 else 0
    if surplus > 0:
        minimum, maximum, start_s = minimum[surplus:], maximum[surplus:], start_s + surplus * a.column_s
    return AudioTick(
        second.time_s, second.levels, Waveshape(start_s, a.column_s, minimum, maximum), second.speaking
    )
