"""Peaks of a signal at many resolutions: one code to draw live sound, its history, and recordings.

The signal is cut into bins of about 4 ms, of which minimum and maximum are kept; four bins of a level make
one of the next. A query takes the coarsest level that still has four bins or more in a column, so that its
cost depends on the number of columns alone. Where the fine levels do not go back so far as it asks, it takes
the finest one that does.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray

BIN_S: Final = 0.004
FAN: Final = 4
"""Bins of a level in one of the next."""
PER_COLUMN: Final = 4
"""Bins that a column has at least: one that lies across its edge is then a quarter of it at most."""
COARSE_S: Final = 0.1
"""Bins at least this long are kept also of sound that is older than `fine_s`."""
CHUNK: Final = 1 << 18
"""Samples that are taken in at once."""
_SLACK: Final = 1e-6  # of a sample: what rounding does to times

Times = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peaks:
    """What is drawn: at each of `times` [n] a stroke from `low` to `high`; NaN where there is no sound.

    Zoomed in so far that there are more columns than samples, these are the samples themselves, at their
    times and with `low` equal to `high`.
    """

    times: Times
    low: FloatArray
    high: FloatArray


class Envelope:
    """The peaks of one signal, appended to while it comes. Any thread may push or ask.

    An hour takes 9.6 MB at any rate (and up to a quarter more as room to grow), in bins of another length in
    proportion, besides 4 bytes for each sample of the latest `hold_s` seconds.

    Parameters
    ----------
    sample_rate : int
        In Hz; a block that has another one says so.
    hold_s : float
        How much of the latest sound is kept sample by sample, to be drawn exactly where somebody zooms in; at
        least as much as may be taken back. ``math.inf`` keeps all, which is 230 MB an hour at 16 kHz.
    keep_s : float
        How much of the latest sound is kept at all.
    bin_s : float
        Length of the finest bins.
    fine_s : float
        How much of the latest sound is kept in bins shorter than `COARSE_S`, at least as much as may be taken
        back. Of what is older an hour takes less than 0.5 MB.
    """

    def __init__(
        self,
        sample_rate: int,
        *,
        hold_s: float = 10.0,
        keep_s: float = math.inf,
        bin_s: float = BIN_S,
        fine_s: float = math.inf,
    ) -> None:
        if sample_rate < 1:
            raise ValueError(f"the rate must be positive, got {sample_rate}")
        self._bin = max(1, round(bin_s * sample_rate))
        self._rate = sample_rate
        self._hold_s, self._keep_s, self._fine_s = hold_s, keep_s, min(fine_s, keep_s)
        self._fine_levels = 0  # of which less is kept than of the others
        while self._fine_s < keep_s and self._bin * FAN**self._fine_levels < COARSE_S * sample_rate:
            self._fine_levels += 1
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._samples = _Store(1)
        self._levels = [_Store(2)]  # minima and maxima
        self._total = 0  # samples ever pushed, less those taken back
        # Stretches without a gap: time and number of the first sample, and the rate.
        self._starts: list[float] = []
        self._firsts: list[int] = []
        self._rates: list[int] = []

    @property
    def start_s(self) -> float:
        """Time of the first sample that is kept; 0.0 if there is none."""
        with self._lock:
            return self._time_of(self._oldest) if self._starts else 0.0

    @property
    def end_s(self) -> float:
        """Where the sound ends by now; 0.0 before the first."""
        with self._lock:
            return self._end_s()

    @property
    def loudest(self) -> float:
        """The largest absolute sample that is kept; 0.0 if there is none."""
        with self._lock:
            low, high = self._tail(len(self._levels) - 1)
            top = self._levels[-1].kept()
            if top.shape[1]:
                low, high = min(low, float(top[0].min())), max(high, float(top[1].max()))
            return max(-low, high) if low <= high else 0.0

    @property
    def nbytes(self) -> int:
        """Memory that is taken, in bytes."""
        with self._lock:
            return self._samples.nbytes + sum(level.nbytes for level in self._levels)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._clear()

    def push(
        self, waveform: FloatArray, start_s: float | None = None, sample_rate: int | None = None
    ) -> None:
        """Append `waveform` [n].

        Parameters
        ----------
        start_s : float, optional
            When its first sample was heard. What lies between that and the end of the sound so far is a gap;
            what was there from then on is replaced. By default it goes on without a gap.
        sample_rate : int, optional
            In Hz, where it is not that of the block before.
        """
        if not len(waveform):
            return
        with self._lock:
            rate = sample_rate or (self._rates[-1] if self._rates else self._rate)
            end_s = self._end_s()
            at = end_s if start_s is None else start_s
            if self._starts and at < end_s - 1.0 / rate:
                self._cut(int(self._places(np.array([at]))[0][0]))
                end_s = self._end_s()
            if not self._starts or rate != self._rates[-1] or at > end_s + 1.0 / rate:
                self._starts.append(at)
                self._firsts.append(self._total)
                self._rates.append(rate)
            self._append(waveform)

    def push_at(self, start: int, waveform: FloatArray) -> None:
        """As `push`, from sample `start` on at the rate of the first: what `core.chain.Heard` is told."""
        self.push(waveform, start / self._rate)

    def peaks(self, start_s: float, end_s: float, columns: int) -> Peaks:
        """The sound from `start_s` to `end_s` in `columns` equal columns; each time is a column's middle."""
        step = (end_s - start_s) / max(1, columns)
        return self._drawn(start_s + step * np.arange(columns + 1, dtype=np.float64))

    def scrolling(self, end_s: float, column_s: float, columns: int) -> Peaks:
        """The latest sound in columns that stand still: the last one holds `end_s`.

        Column j covers ``j * column_s`` to ``(j + 1) * column_s`` whatever `end_s` is, so that a picture
        that scrolls moves by whole columns, and no column changes its height as it moves.
        """
        first = math.floor(end_s / column_s) - columns + 1
        return self._drawn((first + np.arange(columns + 1, dtype=np.float64)) * column_s)

    # --- taking in ---

    def _append(self, waveform: FloatArray) -> None:
        for begin in range(0, len(waveform), CHUNK):
            block = np.asarray(waveform[begin : begin + CHUNK], dtype=np.float32)
            self._samples.append(block[np.newaxis])
            self._total += len(block)
            done, whole = self._levels[0].end, self._total // self._bin
            if whole > done:
                shaped = self._samples.view(done * self._bin, whole * self._bin).reshape(-1, self._bin)
                self._levels[0].append(np.stack([shaped.min(axis=1), shaped.max(axis=1)]))
                self._raise_levels()
            self._forget()

    def _raise_levels(self) -> None:
        level = 0
        while True:
            below = self._levels[level]
            if level + 1 == len(self._levels):
                if below.end < 2 * FAN:
                    return
                self._levels.append(_Store(2))
            above = self._levels[level + 1]
            whole = below.end // FAN
            if whole <= above.end:
                return
            low, high = below.view(above.end * FAN, whole * FAN)
            lows, highs = low[0::FAN], high[0::FAN]
            for k in range(1, FAN):
                lows, highs = np.minimum(lows, low[k::FAN]), np.maximum(highs, high[k::FAN])
            above.append(np.stack([lows, highs]))
            level += 1

    def _forget(self) -> None:
        """Let go of what is too old, but of nothing that a level above still needs."""
        rate = self._rates[-1]
        if math.isfinite(self._hold_s):
            self._samples.drop(min(self._total - round(self._hold_s * rate), self._levels[0].end * self._bin))
        if not math.isfinite(self._fine_s):
            return
        end_s = self._end_s()
        times = np.array([end_s - self._fine_s, max(self._starts[0], end_s - self._keep_s)])
        fine, oldest = self._places(times)[0].tolist()
        size = self._bin
        for number, (level, above) in enumerate(zip(self._levels, [*self._levels[1:], None], strict=True)):
            before = fine if number < min(self._fine_levels, len(self._levels) - 1) else oldest
            level.drop(min(before // size, level.end if above is None else above.end * FAN))
            size *= FAN
        while len(self._firsts) > 1 and self._firsts[1] <= oldest:
            del self._starts[0], self._firsts[0], self._rates[0]

    def _cut(self, start: int) -> None:
        """Forget what is from sample `start` on; of samples that are not held any more, the whole bin."""
        start = max(start, self._levels[0].first * self._bin)
        whole = start // self._bin
        size = 1
        for level in self._levels:
            level.cut(whole // size)
            size *= FAN
        rest = start - whole * self._bin
        if self._samples.first > whole * self._bin or self._samples.end < start:
            self._samples.restart(whole * self._bin, np.zeros((1, rest), dtype=np.float32))
        self._samples.cut(start)
        self._total = start
        while self._firsts and self._firsts[-1] >= start:
            del self._starts[-1], self._firsts[-1], self._rates[-1]

    # --- time and samples ---

    @property
    def _oldest(self) -> int:
        """The first sample of which something is kept."""
        level = min(self._fine_levels, len(self._levels) - 1)
        size: int = self._bin * FAN**level
        return self._levels[level].first * size

    def _end_s(self) -> float:
        return self._time_of(self._total) if self._starts else 0.0

    def _time_of(self, sample: int) -> float:
        k = max(0, int(np.searchsorted(self._firsts, sample, side="left")) - 1)  # the end of one, not a start
        return self._starts[k] + (sample - self._firsts[k]) / self._rates[k]

    def _places(self, times: Times) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The first sample at or after each time, and whether there is sound at that time."""
        starts, firsts = np.array(self._starts), np.array(self._firsts)
        k = np.maximum(0, np.searchsorted(starts, times, side="right") - 1)
        exact = firsts[k] + (times - starts[k]) * np.array(self._rates)[k]
        ends = np.append(firsts[1:], self._total)[k]
        sounds = (exact >= firsts[k]) & (exact < ends)
        places = np.clip(np.ceil(exact - _SLACK).astype(np.int64), firsts[k], ends)
        return places, sounds

    # --- queries ---

    def _drawn(self, edges: Times) -> Peaks:
        count = len(edges) - 1
        with self._lock:
            if not self._starts or count < 1:
                return _missing(edges)
            places, sounds = self._places(edges)
            oldest = self._oldest
            begin, end = np.maximum(places[:-1], oldest), np.maximum(places[1:], oldest)
            known = (end > begin) | (sounds[:-1] & (places[:-1] >= oldest))
            if not known.any():
                return _missing(edges)
            first, last = int(begin[known].min()), int(end[known].max())
            per_column = (edges[1] - edges[0]) * self._rates[-1]
            held = first >= self._samples.first
            if held and per_column <= 1.0:
                return self._points(first, last)
            level, size = -1, 1
            while level + 1 < len(self._levels):
                larger = self._bin * FAN ** (level + 1)
                if larger * PER_COLUMN > per_column and (held or level >= 0):
                    break
                level, size = level + 1, larger
            while level >= 0 and self._levels[level].first * size > first:
                level, size = level + 1, size * FAN
            low, high = self._reduced(level, size, begin[known], end[known])
        lows, highs = np.full((2, count), np.nan, dtype=np.float32)
        lows[known], highs[known] = low, high
        return Peaks((edges[:-1] + edges[1:]) / 2, lows, highs)

    def _points(self, first: int, last: int) -> Peaks:
        """Samples one by one, with one more on each side for the line to come from and go to."""
        first, last = max(self._samples.first, first - 1), min(self._total, last + 1)
        numbers = np.arange(first, last)
        firsts = np.array(self._firsts)
        k = np.searchsorted(firsts, numbers, side="right") - 1
        rates = np.array(self._rates)[k]
        times = np.array(self._starts)[k] + (numbers - firsts[k]) / rates
        values = self._samples.view(first, last)[0].copy()
        breaks = np.flatnonzero(np.diff(k)) + 1
        if len(breaks):
            times = np.insert(times, breaks, times[breaks - 1] + 1.0 / rates[breaks - 1])
            values = np.insert(values, breaks, np.nan)
        return Peaks(times, values, values)

    def _reduced(self, level: int, size: int, begin: Places, end: Places) -> tuple[FloatArray, FloatArray]:
        """Peaks of the samples from each `begin` to its `end`; each bin counts in one column alone.

        Level -1 is the samples themselves.
        """
        store = self._samples if level < 0 else self._levels[level]
        bins = -(-self._total // size)  # the last one may be under way
        left, right = np.rint(begin / size).astype(np.int64), np.rint(end / size).astype(np.int64)
        right[end == self._total] = bins
        within = begin // size
        left = np.where(right > left, left, np.minimum(within, bins - 1))
        left = np.maximum(left, store.first)
        right = np.maximum(right, left + 1)
        first, last = int(left.min()), int(right.max())
        kept = store.view(first, min(last, store.end))
        if last > store.end:
            tail = np.array([self._tail(level)], dtype=np.float32).T
            kept = np.concatenate([kept, tail], axis=1)
        # Pairs of begin and end: every second result belongs to a column, and the last goes on to the end.
        pairs = np.stack([left - first, right - first], axis=1).ravel()
        pairs = pairs[:-1] if pairs[-1] == last - first else pairs
        if (pairs >= last - first).any():  # no index; a copy of the last bin behind it makes it one
            kept = np.concatenate([kept, kept[:, -1:]], axis=1)
        low, high = kept[0], kept[min(1, len(kept) - 1)]
        return np.minimum.reduceat(low, pairs)[::2], np.maximum.reduceat(high, pairs)[::2]

    def _tail(self, level: int) -> tuple[float, float]:
        """Peaks of what no bin of the level below `level` holds yet; (inf, -inf) if there is nothing."""
        low, high = math.inf, -math.inf
        covered = self._levels[level].end * FAN
        for store in reversed(self._levels[:level]):
            waiting = store.view(max(covered, store.first), store.end)
            if waiting.shape[1]:
                low, high = min(low, float(waiting[0].min())), max(high, float(waiting[1].max()))
            covered = store.end * FAN
        rest = self._samples.view(self._levels[0].end * self._bin, self._total)
        if rest.shape[1]:
            low, high = min(low, float(rest.min())), max(high, float(rest.max()))
        return low, high


def _missing(edges: Times) -> Peaks:
    nothing = np.full(max(0, len(edges) - 1), np.nan, dtype=np.float32)
    return Peaks((edges[:-1] + edges[1:]) / 2, nothing, nothing)


class _Store:
    """Rows of numbers that grow at the end and are let go at the beginning, under their absolute places."""

    def __init__(self, rows: int) -> None:
        self._array: FloatArray = np.empty((rows, 1024), dtype=np.float32)
        self.first = 0
        self.end = 0
        self._offset = 0  # where in the array `first` lies

    @property
    def nbytes(self) -> int:
        return self._array.nbytes

    def append(self, block: FloatArray) -> None:
        """Add `block` [rows, n]."""
        kept, size = self.end - self.first, block.shape[1]
        if self._offset + kept + size > self._array.shape[1]:
            self._make_room(kept, size)
        begin = self._offset + kept
        self._array[:, begin : begin + size] = block
        self.end += size

    def _make_room(self, kept: int, size: int) -> None:
        old = self._array[:, self._offset : self._offset + kept]
        wanted = kept + size
        if 2 * wanted > self._array.shape[1]:
            # A quarter more than is needed: what grows for hours is copied seldom, and wastes little.
            grown = np.empty((len(old), max(2048, wanted + wanted // 4)), dtype=np.float32)
            grown[:, :kept] = old
            self._array = grown
        else:
            self._array[:, :kept] = old.copy()
        self._offset = 0

    def view(self, begin: int, end: int) -> FloatArray:
        """From place `begin` to `end`; both must be kept."""
        shift = self._offset - self.first
        return self._array[:, begin + shift : max(begin, end) + shift]

    def kept(self) -> FloatArray:
        return self.view(self.first, self.end)

    def drop(self, before: int) -> None:
        """Let go of what lies before a place."""
        gone = min(before, self.end) - self.first
        if gone > 0:
            self._offset += gone
            self.first += gone

    def cut(self, end: int) -> None:
        """Let go of what lies from a place on."""
        self.end = max(self.first, min(self.end, end))

    def restart(self, first: int, block: FloatArray) -> None:
        """Hold nothing but `block`, which begins at place `first`."""
        self.first = self.end = first
        self._offset = 0
        self.append(block)
