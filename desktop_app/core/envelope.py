"""The outline of a recording: peaks per column, gathered while it is analyzed."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray


class Envelope:
    """Minimum and maximum per 10 ms of what is heard of a recording; 3 hours take 9 MB."""

    def __init__(self, sample_rate: int, column_s: float = 0.01) -> None:
        self._size = max(1, round(sample_rate * column_s))
        self.column_s = self._size / sample_rate
        self._rest: FloatArray = np.zeros(0, dtype=np.float32)  # less than a column
        self._columns = 0
        self._low: list[FloatArray] = []
        self._high: list[FloatArray] = []
        self.minimum: FloatArray = np.zeros(0, dtype=np.float32)
        self.maximum: FloatArray = np.zeros(0, dtype=np.float32)

    def push(self, start: int, waveform: FloatArray) -> None:
        """Take in `waveform` [n], from sample `start` on; what was there from then on is replaced."""
        if start < self._columns * self._size + len(self._rest):
            self._cut(start)
        samples = np.concatenate([self._rest, waveform])
        whole = len(samples) // self._size * self._size
        if whole:
            columns = samples[:whole].reshape(-1, self._size)
            self._low.append(columns.min(axis=1))
            self._high.append(columns.max(axis=1))
            self._columns += len(columns)
        self._rest = samples[whole:].copy()

    def _cut(self, start: int) -> None:
        """Forget what is from sample `start` on, and of its column all."""
        columns = start // self._size
        if columns < self._columns:
            self._low = [np.concatenate(self._low)[:columns]]
            self._high = [np.concatenate(self._high)[:columns]]
            self._columns = columns
        self._rest = np.zeros(start - columns * self._size, dtype=np.float32)

    def finish(self) -> None:
        """Close the last column; `minimum` and `maximum` are complete now."""
        if len(self._rest):
            self._low.append(self._rest.min(keepdims=True))
            self._high.append(self._rest.max(keepdims=True))
            self._rest = self._rest[:0]
        if self._low:
            self.minimum = np.concatenate(self._low)
            self.maximum = np.concatenate(self._high)
        self._low, self._high = [self.minimum], [self.maximum]

    def bins(self, left_s: float, right_s: float, count: int) -> tuple[FloatArray, FloatArray]:
        """Peaks of `count` equal stretches from `left_s` to `right_s`; zero outside the recording."""
        low = np.zeros(count, dtype=np.float32)
        high = np.zeros(count, dtype=np.float32)
        if not len(self.minimum):
            return low, high
        edges = np.linspace(left_s, right_s, count + 1) / self.column_s
        begin = np.floor(edges[:-1]).astype(np.int64)
        end = np.maximum(begin + 1, np.ceil(edges[1:]).astype(np.int64))
        inside = (begin >= 0) & (begin < len(self.minimum))
        places = np.clip(np.stack([begin, np.minimum(end, len(self.minimum))], axis=1), 0, len(self.minimum))
        if not inside.any():
            return low, high
        # reduceat over [begin, end) pairs: every second result belongs to a pair. One extra column makes an
        # end at the very last column a legal index.
        flat = places[inside].ravel()
        low[inside] = np.minimum.reduceat(np.append(self.minimum, np.float32(0)), flat)[::2]
        high[inside] = np.maximum.reduceat(np.append(self.maximum, np.float32(0)), flat)[::2]
        return low, high
