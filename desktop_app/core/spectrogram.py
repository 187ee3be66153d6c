"""Log-mel spectrogram to be looked at: of sound as it comes, and of a recording at the screen's resolution.

Levels are the power in each band in dB; 0 dB is that of a sine at full scale. A sine reads less where a band
is narrower than what the window resolves. The mel scale is that of M. Slaney's Auditory Toolbox (1998):
linear up to 1 kHz, logarithmic above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray

MOST_COLUMNS: Final = 2000
MOST_FRAMES: Final = 8
"""Frames whose mean power is one column where columns are far apart."""
_AT_ONCE: Final = 256  # frames whose spectra are in memory together
_SPARSE: Final = 4  # frames this many windows apart are read one by one

_LINEAR_HZ: Final = 200.0 / 3.0  # width of a mel below 1 kHz
_KNEE_HZ: Final = 1000.0
_KNEE_MEL: Final = _KNEE_HZ / _LINEAR_HZ
_LOG_STEP: Final = math.log(6.4) / 27.0

Times = npt.NDArray[np.float64]


class Sound(Protocol):
    """An array [n] of samples, or what can be sliced like one, such as a mapped file."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: slice, /) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class SpectrogramParams:
    """What is computed; the same at any rate.

    Attributes
    ----------
    window_s, hop_s : float
        Length of the Hann window, and from one window to the next.
    n_mels : int
        Bands.
    fmin_hz, fmax_hz : float
        Lower edge of the first band and upper edge of the last; no band goes beyond half the sample rate.
    floor_db, ceiling_db : float
        Levels that `to_bytes` shows as 0 and 255; none is below the floor.
    """

    window_s: float = 0.025
    hop_s: float = 0.010
    n_mels: int = 96
    fmin_hz: float = 50.0
    fmax_hz: float = 8000.0
    floor_db: float = -100.0
    ceiling_db: float = -20.0

    def __post_init__(self) -> None:
        if not (self.window_s > 0 and self.hop_s > 0 and self.n_mels > 0):
            raise ValueError("window, hop and number of bands must be positive")
        if not (0 <= self.fmin_hz < self.fmax_hz and self.floor_db < self.ceiling_db):
            raise ValueError("the lower edge and the floor must be below the upper edge and the ceiling")


DEFAULT: Final = SpectrogramParams()


@dataclass(frozen=True, slots=True)
class Columns:
    """`times` [n]: seconds at the middle of each column's sound; `decibels` [n, n_mels]."""

    times: Times
    decibels: FloatArray


def hz_to_mel(hertz: npt.ArrayLike) -> Times:
    """Frequencies in Hz as mel (Slaney)."""
    values = np.asarray(hertz, dtype=np.float64)
    above = _KNEE_MEL + np.log(np.maximum(values, _KNEE_HZ) / _KNEE_HZ) / _LOG_STEP
    return np.where(values < _KNEE_HZ, values / _LINEAR_HZ, above)


def mel_to_hz(mels: npt.ArrayLike) -> Times:
    """The inverse of `hz_to_mel`."""
    values = np.asarray(mels, dtype=np.float64)
    above = _KNEE_HZ * np.exp(_LOG_STEP * (np.maximum(values, _KNEE_MEL) - _KNEE_MEL))
    return np.where(values < _KNEE_MEL, values * _LINEAR_HZ, above)


class _Bands:
    """Window, transform and triangular filters for one rate."""

    def __init__(self, sample_rate: int, params: SpectrogramParams) -> None:
        if sample_rate < 1:
            raise ValueError(f"the rate must be positive, got {sample_rate}")
        self.window = max(2, round(params.window_s * sample_rate))
        top = min(params.fmax_hz, sample_rate / 2)
        bottom = min(params.fmin_hz, top / 2)
        edges = mel_to_hz(np.linspace(hz_to_mel(bottom), hz_to_mel(top), params.n_mels + 2))
        self.centres_hz = edges[1:-1]
        # Bins closer than bands, so that no band is without one; the window is padded with zeros to this.
        finest = sample_rate / float(np.diff(edges).min())
        self.n_fft = 1 << math.ceil(math.log2(max(self.window, finest)))
        hertz = np.fft.rfftfreq(self.n_fft, 1.0 / sample_rate)
        rising = (hertz[:, np.newaxis] - edges[:-2]) / np.diff(edges)[:-1]
        falling = (edges[2:] - hertz[:, np.newaxis]) / np.diff(edges)[1:]
        weights = np.maximum(0.0, np.minimum(rising, falling))
        used = np.flatnonzero(weights.any(axis=1))
        self._bins = slice(int(used[0]), int(used[-1]) + 1)
        taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.window) / self.window)
        self._taper = taper.astype(np.float32)
        full_scale = self.n_fft * np.square(taper).sum() / 4  # by Parseval, of a sine over all bins
        self._weights = (weights[self._bins] / full_scale).astype(np.float32)

    def powers(self, frames: FloatArray) -> FloatArray:
        """Power in each band of `frames` [n, window], as [n, n_mels]; a sine at full scale has 1."""
        spectrum = np.fft.rfft(frames * self._taper, n=self.n_fft, axis=1)[:, self._bins]
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        banded: FloatArray = power.astype(np.float32, copy=False) @ self._weights
        return banded


def _decibels(powers: FloatArray, floor_db: float) -> FloatArray:
    least = np.float32(10.0 ** (floor_db / 10.0))
    levels: FloatArray = np.float32(10.0) * np.log10(np.maximum(powers, least))
    return np.maximum(levels, np.float32(floor_db))


class SpectrogramStream:
    """The spectrogram of sound that comes in blocks of any length; it does not depend on how it was cut.

    Column k is of the samples from ``k * hop`` to ``k * hop + window``, and comes with the last of them.

    Attributes
    ----------
    centres_hz : array [n_mels]
        The middle of each band.
    column_s : float
        From one column to the next.
    """

    def __init__(self, sample_rate: int, params: SpectrogramParams = DEFAULT) -> None:
        self._rate = sample_rate
        self._params = params
        self._bands = _Bands(sample_rate, params)
        self._hop = max(1, round(params.hop_s * sample_rate))
        self.centres_hz = self._bands.centres_hz
        self.column_s = self._hop / sample_rate
        self._start_s: float | None = None
        self._seen = 0  # samples since `_start_s`
        self._next = 0  # where the next column begins, counted from there
        self._rest: FloatArray = np.empty(
            0, dtype=np.float32
        )  # from `_next` on, or from `_seen` if that is less

    def push(self, waveform: FloatArray, start_s: float | None = None) -> Columns:
        """The columns that `waveform` [n] completes.

        Parameters
        ----------
        start_s : float, optional
            When its first sample was heard. Where that is not the end of what came before, by more than a
            sample, columns begin anew. By default it goes on; the first block begins at 0.
        """
        if self._start_s is None:
            self._start_s = start_s or 0.0
        elif start_s is not None and abs(start_s - self._end_s()) > 1.0 / self._rate:
            self._start_s, self._seen, self._next = start_s, 0, 0
            self._rest = self._rest[:0]
        skip = min(len(waveform), max(0, self._next - self._seen))  # where hops are longer than windows
        self._seen += len(waveform)
        rest = np.concatenate([self._rest, np.asarray(waveform[skip:], dtype=np.float32)])
        window = self._bands.window
        count = max(0, (len(rest) - window) // self._hop + 1)
        if not count:
            self._rest = rest
            return Columns(np.empty(0), np.empty((0, self._params.n_mels), dtype=np.float32))
        frames = np.lib.stride_tricks.sliding_window_view(rest, window)[: count * self._hop : self._hop]
        powers = [self._bands.powers(frames[k : k + _AT_ONCE]) for k in range(0, count, _AT_ONCE)]
        middles = self._next + self._hop * np.arange(count) + window / 2
        self._next += count * self._hop
        self._rest = rest[count * self._hop :].copy()
        times = self._start_s + middles / self._rate
        return Columns(times, _decibels(np.concatenate(powers), self._params.floor_db))

    def _end_s(self) -> float:
        return (self._start_s or 0.0) + self._seen / self._rate


def spectrogram(
    sound: Sound,
    sample_rate: int,
    params: SpectrogramParams = DEFAULT,
    *,
    start_s: float = 0.0,
    end_s: float = math.inf,
    columns: int = MOST_COLUMNS,
) -> Columns:
    """The spectrogram of a stretch of a recording, in no more than `columns` columns.

    The hop grows with the stretch. Where it is longer than a window, a column is the mean power of up to
    `MOST_FRAMES` windows spread over it, and the samples between them are not even read: an hour takes a
    fraction of a second.

    Parameters
    ----------
    sound : Sound
        All of the recording, mono [n].
    start_s, end_s : float
        The stretch; what lies outside of the recording is left out.

    Returns
    -------
    Columns
        At least one, if there is any sound in the stretch; shorter than a window it is padded with zeros.
    """
    bands = _Bands(sample_rate, params)
    begin = max(0, math.floor(start_s * sample_rate))
    end = len(sound) if math.isinf(end_s) else min(len(sound), math.ceil(end_s * sample_rate))
    if end <= begin or columns < 1:
        return Columns(np.empty(0), np.empty((0, params.n_mels), dtype=np.float32))
    window = bands.window
    room = end - begin - window  # for the last window's begin
    hop = max(round(params.hop_s * sample_rate), math.ceil(room / columns), 1)
    each = min(MOST_FRAMES, max(1, math.ceil(hop / window))) if hop > window else 1
    step = math.ceil(hop / each)
    hop = each * step
    count = min(columns, max(0, room) // hop + 1)
    powers = []
    for first in range(0, count, max(1, _AT_ONCE // each)):
        last = min(count, first + max(1, _AT_ONCE // each))
        frames = _frames(sound, (begin + first * hop, end), window, step, (last - first) * each)
        powers.append(bands.powers(frames).reshape(last - first, each, -1).mean(axis=1))
    middles = begin + hop * np.arange(count) + (step * (each - 1) + window) / 2
    return Columns(middles / sample_rate, _decibels(np.concatenate(powers), params.floor_db))


def _frames(sound: Sound, where: tuple[int, int], window: int, step: int, count: int) -> FloatArray:
    """`count` windows, each `step` behind the one before, as [count, window]; zeros behind the end."""
    begin, end = where
    if step < _SPARSE * window:
        length = (count - 1) * step + window
        block = _padded(sound, begin, end, length)
        return np.lib.stride_tricks.sliding_window_view(block, window)[::step]
    return np.stack([_padded(sound, begin + k * step, end, window) for k in range(count)])


def _padded(sound: Sound, begin: int, end: int, length: int) -> FloatArray:
    block = np.asarray(sound[begin : max(begin, min(end, begin + length))], dtype=np.float32)
    return block if len(block) == length else np.pad(block, (0, length - len(block)))


def to_bytes(decibels: FloatArray, params: SpectrogramParams = DEFAULT) -> npt.NDArray[np.uint8]:
    """Levels as 0 (floor) to 255 (ceiling), to be looked up in a table of colours."""
    scale = 255.0 / (params.ceiling_db - params.floor_db)
    shades: npt.NDArray[np.uint8] = np.clip(np.rint((decibels - params.floor_db) * scale), 0, 255).astype(
        np.uint8
    )
    return shades
