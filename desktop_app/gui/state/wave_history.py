"""The last seconds of audio as peaks per column, in order, for the scrolling waveform. Knows no Qt."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray, Waveshape


class WaveHistory:
    """Ring of peak columns. Column k of the history covers `k * column_s` to `(k + 1) * column_s` seconds.

    Parameters
    ----------
    seconds : float
        How much is kept.
    """

    def __init__(self, seconds: float = 12.0) -> None:
        self._seconds = seconds
        self._column_s = 0.0
        self._minimum: FloatArray = np.zeros(0, dtype=np.float32)
        self._maximum: FloatArray = np.zeros(0, dtype=np.float32)
        self._first = 0  # absolute index of the oldest column kept
        self._next = 0  # absolute index of the next column to come

    @property
    def start_s(self) -> float:
        """Time of the oldest column kept."""
        return self._first * self._column_s

    @property
    def end_s(self) -> float:
        return self._next * self._column_s

    @property
    def column_s(self) -> float:
        return self._column_s

    def clear(self) -> None:
        self._first = self._next = 0
        self._column_s = 0.0

    def copy(self) -> WaveHistory:
        made = WaveHistory(self._seconds)
        made._take(self)
        return made

    def put_before(self, earlier: WaveHistory) -> None:
        """Put back what was there before `clear`, as far as it still has room."""
        later = self.copy()
        self._take(earlier)
        slots = np.arange(later._first, later._next) % max(1, len(later._minimum))
        if len(slots):
            low, high = later._minimum[slots], later._maximum[slots]
            self.append(Waveshape(later.start_s, later._column_s, low, high))

    def _take(self, other: WaveHistory) -> None:
        self._column_s, self._first, self._next = other._column_s, other._first, other._next
        self._minimum, self._maximum = other._minimum.copy(), other._maximum.copy()

    def append(self, shape: Waveshape) -> None:
        """Add columns. A gap (pause, lost audio) stays silent; a step back in time starts afresh."""
        count = len(shape.minimum)
        if count == 0 or shape.column_s <= 0:
            return
        if shape.column_s != self._column_s:
            self._column_s = shape.column_s
            size = max(1, round(self._seconds / shape.column_s))
            self._minimum = np.zeros(size, dtype=np.float32)
            self._maximum = np.zeros(size, dtype=np.float32)
            self._first = self._next = round(shape.start_s / shape.column_s)
        begin = round(shape.start_s / shape.column_s)
        size = len(self._minimum)
        if begin < self._next or begin - self._next >= size:  # backwards: another source
            self._first = self._next = begin
        else:
            silence = np.zeros(begin - self._next, dtype=np.float32)
            self._put(self._next, silence, silence)
        self._put(begin, shape.minimum, shape.maximum)
        self._next = begin + count
        self._first = max(self._first, self._next - size)

    def _put(self, begin: int, minimum: FloatArray, maximum: FloatArray) -> None:
        size = len(self._minimum)
        skip = max(0, len(minimum) - size)
        slots = np.arange(begin + skip, begin + len(minimum)) % size
        self._minimum[slots] = minimum[skip:]
        self._maximum[slots] = maximum[skip:]

    def bins(self, end_s: float, bin_s: float, count: int) -> tuple[int, FloatArray, FloatArray]:
        """Peaks in `count` bins of `bin_s` seconds, the last of which holds `end_s`.

        Bins lie on a fixed grid (bin j covers j * bin_s to (j + 1) * bin_s), so that a scrolling picture
        moves by whole bins and its columns never shimmer. Returns the index j of the first bin, and minimum
        and maximum [count], zero where nothing is known.
        """
        last = int(np.floor(end_s / bin_s))
        first = last - count + 1
        low = np.zeros(count, dtype=np.float32)
        high = np.zeros(count, dtype=np.float32)
        if self._next <= self._first:
            return first, low, high
        begin = max(self._first, int(np.floor(first * bin_s / self._column_s)))
        columns = np.arange(begin, self._next)
        slot = np.floor((columns + 0.5) * self._column_s / bin_s).astype(np.int64) - first
        inside = (slot >= 0) & (slot < count)
        columns, slot = columns[inside] % len(self._minimum), slot[inside]
        np.minimum.at(low, slot, self._minimum[columns])
        np.maximum.at(high, slot, self._maximum[columns])
        return first, low, high
