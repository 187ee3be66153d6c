"""The outline of a recording: peaks per column, gathered block by block while it is analyzed. Knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from desktop_app.core.types import FloatArray


class Envelope:
    """Minimum and maximum over all channels per 10 ms; 3 hours take 9 MB.

    Of all channels and not of their mix, which may cancel what is heard.
    """

    def __init__(self, sample_rate: int, column_s: float = 0.01) -> None:
        self._size = max(1, round(sample_rate * column_s))
        self.column_s = self._size / sample_rate
        self._rest: FloatArray = np.zeros((0, 2), dtype=np.float32)  # lowest and highest of the channels
        self._low: list[FloatArray] = []
        self._high: list[FloatArray] = []
        self.minimum: FloatArray = np.zeros(0, dtype=np.float32)
        self.maximum: FloatArray = np.zeros(0, dtype=np.float32)

    def watch(self, blocks: Iterable[FloatArray]) -> Iterator[FloatArray]:
        """Hand the blocks [n, channels] on unchanged, and take their peaks in passing."""
        for block in blocks:
            self.push(block)
            yield block
        self.finish()

    def push(self, block: FloatArray) -> None:
        frames = block if block.ndim == 2 else block[:, np.newaxis]
        peaks = np.stack([frames.min(axis=1), frames.max(axis=1)], axis=1)
        peaks = np.concatenate([self._rest, peaks])
        whole = len(peaks) // self._size * self._size
        if whole:
            columns = peaks[:whole].reshape(-1, self._size, 2)
            self._low.append(columns[:, :, 0].min(axis=1))
            self._high.append(columns[:, :, 1].max(axis=1))
        self._rest = peaks[whole:].copy()

    def finish(self) -> None:
        """Close the last column; `minimum` and `maximum` are complete now."""
        if len(self._rest):
            self._low.append(self._rest[:, 0].min(keepdims=True))
            self._high.append(self._rest[:, 1].max(keepdims=True))
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
