"""The spectrogram of a session: fine of the latest sound, coarser of what was before. Knows no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.spectrogram import SpectrogramStream, to_bytes
from desktop_app.core.types import FloatArray

COLUMN_S: Final = 0.010
LEVELS: Final = ((1, 12_000), (8, 15_000), (64, 56_250))
"""Columns of the finest that are one of a level, and how many are kept: 2 min, 20 min and 10 h."""

Shades = npt.NDArray[np.uint8]
_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Picture:
    """`shades` [columns, bands] from `left_s` to `right_s`, 0 where nothing is known."""

    left_s: float
    right_s: float
    shades: Shades


class SpectrogramHistory:
    """What a run's sound looks like, in 9 MB at most; shades of what is known are 1 to 255.

    Attributes
    ----------
    centres_hz : array [bands]
        The middle of each band; empty before the first sound.
    """

    def __init__(self, levels: Sequence[tuple[int, int]] = LEVELS) -> None:
        self.centres_hz: npt.NDArray[np.float64] = np.empty(0)
        self._shape = tuple(levels)
        self._stream: SpectrogramStream | None = None
        self._rate = 0
        self._levels: list[_Ring] = []
        self.end_s = 0.0

    @property
    def nbytes(self) -> int:
        return sum(level.nbytes for level in self._levels)

    def clear(self) -> None:
        """Forget everything."""
        self._stream = None
        self._levels = []
        self.end_s = 0.0

    def push(self, waveform: FloatArray, start_s: float, sample_rate: int) -> None:
        """Take in `waveform` [n], mono, whose first sample was heard at `start_s`."""
        if self._stream is None or sample_rate != self._rate or start_s < self.end_s - 1.0:
            self._stream, self._rate = SpectrogramStream(sample_rate), sample_rate
            if start_s < self.end_s - 1.0 or not np.array_equal(self.centres_hz, self._stream.centres_hz):
                self._levels = []  # another source; or other bands, which do not go beside these
            self.centres_hz = self._stream.centres_hz
        columns = self._stream.push(waveform, start_s)
        if not len(columns.times):
            return
        if not self._levels:
            bands = len(self.centres_hz)
            self._levels = [_Ring(factor, kept, bands) for factor, kept in self._shape]
        numbers = np.floor(columns.times / COLUMN_S).astype(np.int64)
        shades = np.maximum(to_bytes(columns.decibels), np.uint8(1))
        for level in self._levels:
            level.append(numbers, shades)
        self.end_s = float(columns.times[-1])

    def picture(self, left_s: float, right_s: float, columns: int) -> Picture:
        """The stretch in about `columns` columns, on a grid that stands still while the stretch moves."""
        if not self._levels or right_s <= left_s or columns < 1:
            return Picture(left_s, right_s, np.empty((0, len(self.centres_hz)), dtype=np.uint8))
        newest = math.floor(self.end_s / COLUMN_S)
        wanted = (right_s - left_s) / COLUMN_S / columns  # finest columns in one that is drawn
        level = self._level(left_s / COLUMN_S, newest, wanted)
        # Whole multiples of the level's own columns: powers of two, so that zooming changes them seldom.
        pool = 1 << max(0, math.floor(math.log2(max(1.0, wanted / level.factor))))
        each = level.factor * pool
        first = math.floor(left_s / COLUMN_S / each)
        last = math.floor(right_s / COLUMN_S / each) + 1
        last = min(last, newest // each + 1)
        if last <= first:
            return Picture(left_s, right_s, np.empty((0, len(self.centres_hz)), dtype=np.uint8))
        found = level.view(first * pool, last * pool)
        if pool > 1:
            found = found.reshape(last - first, pool, -1).max(axis=1)
        return Picture(first * each * COLUMN_S, last * each * COLUMN_S, found)

    def _level(self, number: float, newest: int, wanted: float) -> _Ring:
        """The coarsest that is fine enough; where that does not go back so far, the finest that does."""
        reaching = [level for level in self._levels if level.reaches(number, newest)] or self._levels[-1:]
        fine = [level for level in reaching if level.factor <= max(1.0, wanted)]
        return fine[-1] if fine else reaching[0]

    def shade(self, time_s: float, height: float) -> float | None:
        """The shade at a time and a height of 0 to 1; None where nothing is known."""
        number = math.floor(time_s / COLUMN_S)
        for level in self._levels:
            place = number // level.factor
            if level.knows(place):
                column = level.view(place, place + 1)[0]
                return float(column[min(len(column) - 1, max(0, int(height * len(column))))])
        return None


class _Ring:
    """The latest columns of one level, by their numbers: the loudest of those that each is made of."""

    def __init__(self, factor: int, kept: int, bands: int) -> None:
        self.factor = factor
        self._shades: Shades = np.zeros((kept, bands), dtype=np.uint8)
        self._numbers: _Numbers = np.full(kept, -1, dtype=np.int64)

    @property
    def nbytes(self) -> int:
        return self._shades.nbytes + self._numbers.nbytes

    def append(self, numbers: _Numbers, shades: Shades) -> None:
        """Add columns of the finest level, whose `numbers` grow."""
        places = numbers // self.factor
        begins = np.flatnonzero(np.diff(places, prepend=places[0] - 1))
        pooled = shades if len(begins) == len(places) else np.maximum.reduceat(shades, begins, axis=0)
        places = places[begins][-len(self._numbers) :]
        pooled = pooled[-len(places) :]
        slots = places % len(self._numbers)
        if self._numbers[slots[0]] == places[0]:  # the one that was under way
            pooled[0] = np.maximum(pooled[0], self._shades[slots[0]])
        self._shades[slots], self._numbers[slots] = pooled, places

    def reaches(self, number: float, newest: int) -> bool:
        """Whether it goes back to a column of the finest level, or to the first there was."""
        oldest = newest // self.factor - len(self._numbers) + 1
        return oldest <= max(0.0, number) / self.factor

    def knows(self, place: int) -> bool:
        return bool(self._numbers[place % len(self._numbers)] == place)

    def view(self, first: int, last: int) -> Shades:
        places = np.arange(first, last)
        slots = places % len(self._numbers)
        found = self._shades[slots]
        found[self._numbers[slots] != places] = 0
        return found
