"""The sound of a tap, held for as long as a result about it may come later."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from desktop_app.core.resample import StreamResampler
from desktop_app.core.types import FloatArray
from desktop_app.runtime.taps import TapBlock, TapItem

HELD_S: Final = 40.0
"""Sound that is kept: the longest stretch of speech, and what waits."""
_NEAR_S: Final = 0.02
"""Blocks so near to one another follow one another."""


class HeardLately:
    """The latest `HELD_S` of sound at one rate, in Hz, on the run's time axis; gaps are silence."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._size = round(HELD_S * sample_rate)
        self._chunks: deque[FloatArray] = deque()
        self._count = 0  # samples in them
        self._start_s = 0.0  # of the first one
        self._heard_s = 0.0  # up to where the source was heard
        self._source_rate = 0
        self._resampler: StreamResampler | None = None

    @property
    def start_s(self) -> float:
        """When the first sample that is held was heard."""
        return self._start_s

    @property
    def end_s(self) -> float:
        return self._start_s + self._count / self._rate

    def take(self, item: TapItem) -> None:
        if not isinstance(item, TapBlock):
            return  # the next block's time tells how long it was
        begins_anew = item.sample_rate != self._source_rate or self._resampler is None
        # What the resampler still holds is heard before the block.
        missing_s = item.start_s - self._heard_s if not begins_anew else 0.0
        if begins_anew or not -_NEAR_S <= missing_s <= _NEAR_S:
            if self._resampler is not None:
                self._append(self._resampler.flush())
            self._source_rate = item.sample_rate
            self._resampler = StreamResampler(item.sample_rate, self._rate)
            self._heard_s = item.start_s
            silence = round((item.start_s - self.end_s) * self._rate)
            if self._count and -_NEAR_S * self._rate <= silence < self._size:
                self._append(np.zeros(max(0, silence), dtype=np.float32))
            else:
                self._chunks.clear()
                self._count, self._start_s = 0, item.start_s
        resampler = self._resampler
        if resampler is not None:
            self._append(resampler.push(item.samples[:, np.newaxis]))
            self._heard_s += len(item.samples) / item.sample_rate

    def cut(self, start_s: float, end_s: float) -> FloatArray:
        """The sound between two times, as far as it is held."""
        first = max(0, round((start_s - self._start_s) * self._rate))
        last = max(first, round((end_s - self._start_s) * self._rate))
        whole = np.concatenate(self._chunks) if self._chunks else np.zeros(0, dtype=np.float32)
        return whole[first:last]

    def _append(self, samples: FloatArray) -> None:
        self._chunks.append(samples)
        self._count += len(samples)
        while self._count - len(self._chunks[0]) > self._size:
            gone = len(self._chunks.popleft())
            self._count -= gone
            self._start_s += gone / self._rate
