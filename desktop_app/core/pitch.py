"""The fundamental frequency of a voice over time, live and of recordings.

Candidates are the peaks of the normalised square difference function (McLeod and Wyvill, "A smarter way to
find pitch", ICMC 2005). It is that of YIN (de Cheveigne and Kawahara, JASA 111, 2002) made symmetric, so that
whatever the period it tells of the middle of its frame. Among the candidates of successive frames the path of
least cost is taken, as by Boersma ("Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.resample import StreamResampler
from desktop_app.core.types import FloatArray

WORKING_RATE: Final = 16_000
"""In Hz. All sound is resampled to this: fewer samples a period are too coarse, more tell nothing new."""
CANDIDATES: Final = 6
LAG_S: Final = 0.15
"""How much later sound decides on a frame of a stream."""
_AT_ONCE: Final = 512  # frames
_RATE_S: Final = 0.01  # costs of transitions are told for frames this far apart
_FALL: Final = 10 ** (-1.0 / 20)  # of the loudest peak in a second, in a stream

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PitchParams:
    """What is looked for, and how reluctantly.

    Attributes
    ----------
    fmin_hz, fmax_hz : float
        Lowest and highest fundamental frequency.
    hop_s : float
        From one frame to the next; a frame has two and a half of the longest periods.
    voicing : float
        How periodic a frame must be, from 0 to 1, to be called voiced.
    silence : float
        Amplitude relative to the loudest, below which a frame is more and more reluctantly called voiced.
    octave_cost, jump_cost, change_cost : float
        What an octave downwards costs (in periodicity), what an octave's jump from frame to frame does, and
        what a change between voiced and unvoiced does.
    """

    fmin_hz: float = 60.0
    fmax_hz: float = 500.0
    hop_s: float = 0.010
    voicing: float = 0.45
    silence: float = 0.03
    octave_cost: float = 0.01
    jump_cost: float = 0.35
    change_cost: float = 0.14

    def __post_init__(self) -> None:
        if not (0 < self.fmin_hz < self.fmax_hz and self.hop_s > 0):
            raise ValueError("the lowest frequency must be below the highest, and the hop positive")


DEFAULT: Final = PitchParams()


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """`times` [n]: seconds at the middle of each frame; `hertz` [n]: the pitch there, NaN where unvoiced."""

    times: Numbers
    hertz: Numbers


class PitchTracker:
    """The pitch of sound that comes in blocks of any length; it does not depend on how it was cut.

    A frame is told some `LAG_S` after its end, since what follows decides on it too.
    """

    def __init__(self, sample_rate: int, params: PitchParams = DEFAULT) -> None:
        self._source_rate = sample_rate
        self._params = params
        self._frames = _Frames(WORKING_RATE, params)
        self._begin(0.0)
        self._seen = -1  # samples at the source's rate; -1 before the first block

    def push(self, waveform: FloatArray, start_s: float | None = None) -> PitchTrack:
        """The frames that are decided by `waveform` [n].

        Parameters
        ----------
        start_s : float, optional
            When its first sample was heard. Where that is not the end of what came before, by more than a
            sample, what was open is decided, and frames begin anew. By default it goes on.
        """
        before = PitchTrack(np.empty(0), np.empty(0))
        if self._seen < 0:
            self._begin(start_s or 0.0)
        elif start_s is not None:
            end_s = self._start_s + self._seen / self._source_rate
            if abs(start_s - end_s) > 1.0 / self._source_rate:
                before = self.flush()
                self._begin(start_s)
        self._seen += len(waveform)
        return _joined(before, self._take(self._resampler.push(np.asarray(waveform, dtype=np.float32))))

    def flush(self) -> PitchTrack:
        """End of the sound: what was not decided yet. The next block begins anew, at 0 or its `start_s`."""
        found = self._take(self._resampler.flush())
        last = self._path.finish()
        times = self._times(self._told, len(last))
        self._begin(0.0)
        self._seen = -1
        return _joined(found, PitchTrack(times, np.array(last, dtype=np.float64)))

    def _begin(self, start_s: float) -> None:
        self._start_s = start_s
        self._seen = 0
        self._resampler = StreamResampler(self._source_rate, self._frames.rate)
        self._path = _Path(self._params, lag=round(LAG_S / self._params.hop_s))
        self._rest: FloatArray = np.empty(0, dtype=np.float32)
        self._told = 0
        self._loudest = 0.0

    def _take(self, sound: FloatArray) -> PitchTrack:
        rest = np.concatenate([self._rest, sound])
        frames = self._frames
        count = max(0, (len(rest) - frames.size) // frames.hop + 1)
        told: list[float] = []
        for shaped in frames.cut(rest, count):
            found = frames.candidates(shaped)
            loudness = []
            for peak in found.peaks.tolist():
                self._loudest = max(peak, self._loudest * _FALL**self._params.hop_s)
                loudness.append(peak / self._loudest if self._loudest > 0 else 0.0)
            told += self._path.push(found.hertz, found.strengths, np.array(loudness))
        self._rest = rest[count * frames.hop :].copy()
        times = self._times(self._told, len(told))
        self._told += len(told)
        return PitchTrack(times, np.array(told, dtype=np.float64))

    def _times(self, first: int, count: int) -> Numbers:
        return (
            self._start_s
            + self._frames.middle_s
            + self._frames.hop_s * np.arange(first, first + count, dtype=np.float64)
        )


def pitch_track(waveform: FloatArray, sample_rate: int, params: PitchParams = DEFAULT) -> PitchTrack:
    """The pitch of a whole recording, mono [n], decided with all of it in view.

    Takes about a hundredth of the recording's length.
    """
    frames = _Frames(WORKING_RATE, params)
    resampler = StreamResampler(sample_rate, frames.rate)
    whole = resampler.push(np.asarray(waveform, dtype=np.float32))
    sound = np.concatenate([whole, resampler.flush()])
    count = max(0, (len(sound) - frames.size) // frames.hop + 1)
    found = [frames.candidates(shaped) for shaped in frames.cut(sound, count)]
    loudest = max((float(part.peaks.max()) for part in found), default=0.0)
    path = _Path(params, lag=None)
    for part in found:
        path.push(part.hertz, part.strengths, part.peaks / max(loudest, 1e-30))
    times = frames.middle_s + frames.hop_s * np.arange(count, dtype=np.float64)
    return PitchTrack(times, np.array(path.finish(), dtype=np.float64))


def _joined(first: PitchTrack, second: PitchTrack) -> PitchTrack:
    return PitchTrack(
        np.concatenate([first.times, second.times]), np.concatenate([first.hertz, second.hertz])
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Of each frame: frequencies and strengths of its candidates [n, CANDIDATES], and its amplitude [n]."""

    hertz: Numbers
    strengths: Numbers
    peaks: Numbers


class _Frames:
    """Cuts sound into frames and finds the candidates of each."""

    def __init__(self, rate: int, params: PitchParams) -> None:
        self.rate = rate
        self._params = params
        self._longest = math.ceil(rate / params.fmin_hz)
        self._shortest = max(2, math.floor(rate / params.fmax_hz))
        self.size = round(2.5 * self._longest)
        self.hop = max(1, round(params.hop_s * rate))
        self.hop_s = self.hop / rate
        self.middle_s = self.size / 2 / rate
        self._n_fft = 1 << math.ceil(math.log2(self.size + self._longest + 2))

    def cut(self, sound: FloatArray, count: int) -> list[FloatArray]:
        """The first `count` frames of `sound`, some at a time, as [m, size]; not copied."""
        if not count:
            return []
        frames = np.lib.stride_tricks.sliding_window_view(sound, self.size)[: count * self.hop : self.hop]
        return [frames[k : k + _AT_ONCE] for k in range(0, count, _AT_ONCE)]

    def candidates(self, frames: FloatArray) -> _Found:
        """The strongest peaks of how like each frame is to itself one period later."""
        frames = frames - frames.mean(axis=1, keepdims=True)
        likeness = self._likeness(frames)
        low, high = self._shortest, self._longest
        before, here, behind = (
            likeness[:, low - 1 : high],
            likeness[:, low : high + 1],
            likeness[:, low + 1 :],
        )
        behind = behind[:, : here.shape[1]]
        tops = (here > before) & (here >= behind) & (here > 0.0)
        ranked = np.where(tops, here - self._params.octave_cost * np.log2(np.arange(low, high + 1)), -np.inf)
        chosen = np.argpartition(ranked, -CANDIDATES, axis=1)[:, -CANDIDATES:]
        left, middle, right = (np.take_along_axis(part, chosen, axis=1) for part in (before, here, behind))
        real = np.isfinite(np.take_along_axis(ranked, chosen, axis=1))
        # The top of the parabola through three points.
        bend = left - 2 * middle + right
        shift = np.where(real & (bend < 0), 0.5 * (left - right) / np.where(bend < 0, bend, -1.0), 0.0)
        strengths = np.where(real, np.minimum(1.0, middle - 0.25 * (left - right) * shift), -np.inf)
        hertz = self.rate / (chosen + low + shift)
        real &= (hertz >= self._params.fmin_hz) & (hertz <= self._params.fmax_hz)
        return _Found(
            hertz, np.where(real, strengths, -np.inf), np.abs(frames).max(axis=1).astype(np.float64)
        )

    def _likeness(self, frames: FloatArray) -> Numbers:
        """2 r(lag) / m(lag) for lags of 0 to one beyond the longest period, as [n, lags]."""
        lags = self._longest + 2
        spectrum = np.fft.rfft(frames, n=self._n_fft, axis=1)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        alike = np.fft.irfft(power, n=self._n_fft, axis=1)[:, :lags].astype(np.float64)
        energy = np.zeros((len(frames), self.size + 1))
        np.cumsum(np.square(frames), axis=1, out=energy[:, 1:], dtype=np.float64)
        # Of the first and of the last (size - lag) samples.
        total = energy[:, self.size : self.size - lags : -1] + energy[:, -1:] - energy[:, :lags]
        floor = 1e-9 * energy[:, -1:] + 1e-20
        likeness: Numbers = 2.0 * alike / np.maximum(total, floor)
        return likeness


class _Path:
    """The cheapest way through the candidates of successive frames (Viterbi); state 0 is unvoiced.

    Parameters
    ----------
    lag : int or None
        Frames after which one is decided; None decides all of them at the end.
    """

    def __init__(self, params: PitchParams, lag: int | None) -> None:
        self._params = params
        self._lag = lag
        self._scale = _RATE_S / params.hop_s
        self._scores: Numbers | None = None
        self._logs: Numbers = np.empty(0)
        self._back: list[list[int]] = []  # of the frames that are not decided, from which state each comes
        self._hertz: list[list[float]] = []

    def push(self, hertz: Numbers, strengths: Numbers, loudness: Numbers) -> list[float]:
        """Take in frames: candidates [n, k] with their strengths, and the amplitude relative to the loudest
        [n]. The pitch of the frames that are decided by them.
        """
        p = self._params
        quiet = np.maximum(0.0, 2.0 - loudness / (p.silence / (1.0 + p.voicing)))
        voiced = strengths + p.octave_cost * np.log2(hertz / p.fmin_hz)
        local = np.concatenate([(p.voicing + quiet)[:, np.newaxis], voiced], axis=1)
        logs = np.log2(hertz)
        rows = np.concatenate([np.full((len(hertz), 1), np.nan), hertz], axis=1).tolist()
        count = local.shape[1]
        cost = np.zeros((count, count))
        cost[0, 1:] = cost[1:, 0] = p.change_cost * self._scale
        told = []
        for now, values, row in zip(logs, local, rows, strict=True):
            if self._scores is None:
                self._scores, back = values, [0] * count
            else:
                cost[1:, 1:] = p.jump_cost * self._scale * np.abs(self._logs[:, np.newaxis] - now)
                ways = self._scores[:, np.newaxis] - cost
                best = ways.argmax(axis=0)
                self._scores = ways[best, np.arange(count)] + values
                self._scores = self._scores - self._scores.max()
                back = best.tolist()
            self._logs = now
            self._back.append(back)
            self._hertz.append(row)
            if self._lag is not None and len(self._back) > self._lag:
                told.append(self._decided()[0])
                del self._back[0], self._hertz[0]
        return told

    def finish(self) -> list[float]:
        """The pitch of the frames that were not decided yet."""
        told = self._decided()
        self._back, self._hertz, self._scores = [], [], None
        return told

    def _decided(self) -> list[float]:
        if self._scores is None:
            return []
        state = int(self._scores.argmax())
        told = []
        for back, row in zip(reversed(self._back), reversed(self._hertz), strict=True):
            told.append(row[state])
            state = back[state]
        return told[::-1]
