"""Sound like speech that is so much softer than the voice of a stream that the segmenter leaves it out.

The segmenter's thresholds end some 26 dB below the voice, as what is softer is mostly no speech. Here nothing
is judged by it; it is only told, and so it may take its time: what a stretch of sound was is asked when all
segments that could hold it are known. Speech is sound that rises and falls as syllables do, with much of its
power low, and with a pitch in a voice's range that does not jump about; dogs, water and the tail of a voice
in a room lack one of these.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from desktop_app.core.band_energy import BandEnergy
from desktop_app.core.soft_sound import LOW_BANDS
from desktop_app.core.taper import hann
from desktop_app.core.types import FloatArray, SpeechSegment

ENOUGH_S: Final = 1.0
"""Of so much soft speech within `RECENT_S` it is told: less may be a breath, or somebody in the next room."""
RECENT_S: Final = 30.0

_DELAY_S: Final = 11.0  # later no segment begins before: the longest, and what is judged again
_VOICE_AHEAD_S, _VOICE_BEFORE_S = 5.0, 60.0  # where the voice is that a sound is compared with
_FLOOR_AHEAD_S, _FLOOR_BEFORE_S = 3.0, 4.0
_FLOOR_QUANTILE: Final = 0.1
_SLOT: Final = 5  # frames that are averaged for the floor
_RANGE: Final = 10**-6.5  # no floor is below this share of the loudest, as in the segmenter
_EDGES_S: Final = (0.1, 0.3)  # around a segment: its edges, and its tail in the room
_BELOW_VOICE_DB: Final = 14.0
_EXCESS_DB, _CLEAR_DB = 6.0, 10.0  # over the floor: there; clearly there
_PAUSE_S: Final = 0.45
_LONGEST_S: Final = 8.0
_SYLLABLE_DB: Final = 5.0

# What speech has; chosen on other streams of the kinds that `tests.bench.soft_speech` makes.
_LEAST_S: Final = 0.3
_LEAST_VOICED_S: Final = 0.15
_LEAST_SYLLABLES: Final = 3
_LEAST_SPREAD_DB: Final = 4.0
_LEAST_LOW: Final = 0.3  # share of the power
_MOST_PITCH_RANGE: Final = 1.0  # octaves, of the middle half

_PITCH_HZ: Final = (70, 400)
_VOICED_HZ: Final = (80, 1000)
_PERIODIC: Final = 0.6
_PITCH_WINDOW_S: Final = 0.05

FloatArray64 = npt.NDArray[np.float64]


class SoftStretch(NamedTuple):
    """One stretch of soft speech; `seconds` of it were clearly there."""

    start_s: float
    end_s: float
    seconds: float
    below_voice_db: float


class Look(NamedTuple):
    """What is known `at_s`: the soft speech of the seconds before, latest last."""

    at_s: float
    recent: tuple[SoftStretch, ...]

    @property
    def enough(self) -> bool:
        """Whether there is so much that it is to be told."""
        return total(self.recent).seconds >= ENOUGH_S


def total(stretches: Iterable[SoftStretch]) -> SoftStretch:
    """From the first to the last, with how much softer they are on the mean; of none, nothing at 0 s."""
    parts = list(stretches)
    seconds = sum(part.seconds for part in parts)
    if not parts:
        return SoftStretch(0.0, 0.0, 0.0, 0.0)
    below_db = sum(part.seconds * part.below_voice_db for part in parts) / seconds
    return SoftStretch(parts[0].start_s, parts[-1].end_s, seconds, below_db)


class _Voice(NamedTuple):
    """Where a segment ended, and how loud it was."""

    end_s: float
    level_db: float


class SoftSpeech:
    """Looks for soft speech in a mono stream that was cut into segments.

    All is relative, so that gain does not matter, and depends on samples counted from the start.

    Parameters
    ----------
    sample_rate : int
        Of what is pushed, in Hz.

    Attributes
    ----------
    whole : SoftStretch
        The total of the stream by now.
    """

    def __init__(self, sample_rate: int) -> None:
        self.whole = total(())
        self._recent: deque[SoftStretch] = deque()
        self._rate = sample_rate
        self._energy = BandEnergy(sample_rate)
        self._hop = self._energy.hop
        self._per_s = sample_rate / self._hop  # frames; at 22.05 kHz no whole number
        self._pitch = _pitch_at(sample_rate)
        self._segments: list[SpeechSegment] = []  # whose level is not known yet
        self._voices: deque[_Voice] = deque()
        self._spans: deque[tuple[float, float]] = deque()  # of all segments that are not long past
        self._seconds = 0  # whole ones that were taken
        self._unframed: FloatArray = np.empty(0, dtype=np.float32)  # less than a second
        self._coming: FloatArray64 = np.empty((0, self._energy.bands))  # of frames that end behind them
        # What is kept, from frame `_first` on.
        self._first = 0
        self._waveform: FloatArray = np.empty(0, dtype=np.float32)
        self._powers: FloatArray64 = np.empty((0, self._energy.bands))
        self._loudest = 0.0
        # Of the frames before `_known`, from `_from` on: is it soft sound, how loud, how far over the floor?
        self._from = self._known = 0
        self._there = np.empty(0, dtype=bool)
        self._level_db: FloatArray64 = np.empty(0)
        self._excess_db: FloatArray64 = np.empty(0)
        self._voice_db = -np.inf  # the highest beside these frames

    def push(
        self, waveform: FloatArray, segments: list[SpeechSegment], powers: FloatArray64 | None = None
    ) -> list[Look]:
        """Take in `waveform` [n] and the final segments that became known with it; what is known by then.

        Parameters
        ----------
        powers : array [frames, bands], optional
            What `BandEnergy` gives for `waveform`, where the caller has it already.
        """
        powers = self._energy.push(waveform) if powers is None else powers
        self._coming = np.concatenate((self._coming, powers))
        self._segments += segments
        self._spans.extend((segment.start_s, segment.end_s) for segment in segments)
        data = np.concatenate((self._unframed, waveform))
        whole = len(data) // self._rate * self._rate
        self._unframed = data[whole:]
        looks = []
        for at in range(0, whole, self._rate):
            self._seconds += 1
            complete = (self._seconds * self._rate - self._energy.window) // self._hop + 1
            self._take(data[at : at + self._rate], complete - self._frames)
            self._judge(self._frames - round(_DELAY_S * self._per_s))
            looks.append(self._look())
        return looks

    def end(self) -> Look:
        """The stream ends here: what is known of all of it."""
        self._take(self._unframed, len(self._coming))
        self._unframed = self._unframed[:0]
        self._judge(self._frames, ending=True)
        return self._look()

    def _look(self) -> Look:
        at_s = max(0, self._known) / self._per_s
        while self._recent and self._recent[0].end_s <= at_s - RECENT_S:
            self._recent.popleft()
        return Look(at_s, tuple(self._recent))

    @property
    def _frames(self) -> int:
        return self._first + len(self._powers)

    def _take(self, waveform: FloatArray, frames: int) -> None:
        powers, self._coming = self._coming[:frames], self._coming[frames:]
        self._waveform = np.concatenate((self._waveform, waveform))
        self._powers = np.concatenate((self._powers, powers))
        if len(powers):
            self._loudest = max(self._loudest, float(powers.sum(axis=1).max()))

    def _judge(self, until: int, *, ending: bool = False) -> None:
        """Judge the frames up to `until`, and the stretches that end before it."""
        while self._known < until:
            self._measure(min(self._known + round(self._per_s), until))
            self._find(ending=ending and self._known == until)
        behind = min(self._from, self._known - round(_LONGEST_S * 1.5 * self._per_s)) - self._first
        if behind > 0:
            self._first += behind
            self._powers = self._powers[behind:]
            self._waveform = self._waveform[behind * self._hop :]

    # --- frames ---

    def _measure(self, stop: int) -> None:
        """Of the frames from `_known` to `stop`: which are soft sound that is in no segment?"""
        start = self._known
        self._weigh(stop / self._per_s)
        before = self._powers[max(0, start - 2 - self._first) : stop - self._first]
        padded = np.concatenate((np.zeros((2 + stop - start - len(before), self._energy.bands)), before))
        power = (padded[2:] + padded[1:-1] + padded[:-2]) / 3
        floor = np.maximum(self._floor(start), max(self._loudest * _RANGE, np.finfo(float).tiny))
        level = np.maximum(power.sum(axis=1), floor.sum())
        level_db = 10 * np.log10(level)
        excess_db = 10 * np.log10(np.maximum((power / floor).mean(axis=1), 1e-3))
        begin_s, end_s = start / self._per_s, stop / self._per_s
        beside = [
            voice.level_db
            for voice in self._voices
            if begin_s - _VOICE_BEFORE_S <= voice.end_s <= end_s + _VOICE_AHEAD_S
        ]
        voice_db = max(beside, default=-np.inf)
        there = (excess_db > _EXCESS_DB) & (level_db < voice_db - _BELOW_VOICE_DB)
        for segment_start_s, segment_end_s in self._spans:
            first = max(start, round((segment_start_s - _EDGES_S[0]) * self._per_s)) - start
            last = round((segment_end_s + _EDGES_S[1]) * self._per_s) - start
            there[first : max(first, last)] = False
        self._there = np.concatenate((self._there, there))
        self._level_db = np.concatenate((self._level_db, level_db))
        self._excess_db = np.concatenate((self._excess_db, excess_db))
        self._voice_db = max(self._voice_db, voice_db)
        self._known = stop

    def _weigh(self, stop_s: float) -> None:
        """How loud the segments are that matter now; those that are long past are forgotten."""
        ended = [segment for segment in self._segments if segment.end_s <= stop_s + _VOICE_AHEAD_S]
        for segment in ended:
            first, last = (round(at * self._per_s) - self._first for at in (segment.start_s, segment.end_s))
            levels = self._powers[max(0, first) : max(1, last)].sum(axis=1)
            level = float(np.quantile(levels, 0.95)) if len(levels) else 0.0
            if level > 0.0:
                self._voices.append(_Voice(segment.end_s, 10 * math.log10(level)))
            self._segments.remove(segment)
        while self._voices and self._voices[0].end_s < stop_s - 2 * _VOICE_BEFORE_S:
            self._voices.popleft()
        while self._spans and self._spans[0][1] < stop_s - 2 * _VOICE_BEFORE_S:
            self._spans.popleft()

    def _floor(self, start: int) -> FloatArray64:
        """The level of the room in each band about the second that begins at a frame."""
        begin = max(self._first, start - round(_FLOOR_BEFORE_S * self._per_s)) - self._first
        near = self._powers[begin : start + round(_FLOOR_AHEAD_S * self._per_s) - self._first]
        slots = near[: len(near) // _SLOT * _SLOT].reshape(-1, _SLOT, self._energy.bands).mean(axis=1)
        if not len(slots):
            return np.full(self._energy.bands, np.inf)
        rank = int(_FLOOR_QUANTILE * (len(slots) - 1))
        return np.asarray(np.partition(slots, rank, axis=0)[rank])

    # --- stretches ---

    def _find(self, *, ending: bool) -> None:
        """Judge the stretches of soft sound that have ended; what is open stays."""
        pause = round(_PAUSE_S * self._per_s)
        there = np.flatnonzero(self._there)
        parts = np.split(there, np.flatnonzero(np.diff(there) > pause) + 1) if len(there) else []
        keep = len(self._there)
        for part in parts:
            goes_on = len(self._there) - part[-1] <= pause and part[-1] - part[0] < _LONGEST_S * self._per_s
            if goes_on and not ending:
                keep = part[0]
            elif len(part) >= _LEAST_S * self._per_s:
                self._hear(int(part[0]), int(part[-1]) + 1)
        self._from += int(keep)
        self._there = self._there[keep:]
        self._level_db = self._level_db[keep:]
        self._excess_db = self._excess_db[keep:]
        if not len(self._there):
            self._voice_db = -np.inf

    def _hear(self, start: int, stop: int) -> None:
        """Is what lies between two frames, counted from `_from`, speech?"""
        there, level_db = self._there[start:stop], self._level_db[start:stop]
        if level_db.std() < _LEAST_SPREAD_DB or _syllables(level_db) < _LEAST_SYLLABLES:
            return
        first = self._from + start
        powers = self._powers[first - self._first : first - self._first + stop - start][there]
        if powers[:, :LOW_BANDS].sum() < _LEAST_LOW * powers.sum():
            return
        clear = np.flatnonzero(there & (self._excess_db[start:stop] > _CLEAR_DB))
        pitches = self._pitch.of(self._waveform, (first - self._first + clear) * self._hop)
        if len(pitches) < _LEAST_VOICED_S * self._per_s:
            return
        low, high = np.quantile(np.log2(pitches), [0.25, 0.75])
        if high - low > _MOST_PITCH_RANGE:
            return
        below_db = self._voice_db - float(np.quantile(level_db[there], 0.95))
        seconds = float(there.sum()) / self._per_s
        found = SoftStretch(first / self._per_s, (self._from + stop) / self._per_s, seconds, below_db)
        self._recent.append(found)
        self.whole = total((self.whole, found)) if self.whole.seconds else found


def _syllables(level_db: FloatArray64) -> int:
    """How often a level [frames] rises by some dB, with as deep a fall between."""
    count, rising, turn = 0, False, np.inf
    for level in level_db.tolist():
        turn = max(turn, level) if rising else min(turn, level)
        if rising and level < turn - _SYLLABLE_DB:
            rising, turn = False, level
        elif not rising and level > turn + _SYLLABLE_DB:
            count, rising, turn = count + 1, True, level
    return count


@cache
def _pitch_at(sample_rate: int) -> _Pitch:
    return _Pitch(sample_rate)


class _Pitch:
    """Autocorrelation of short windows, in the band in which voices are strongest."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._width = round(_PITCH_WINDOW_S * sample_rate)
        self._size = 1 << (2 * self._width - 1).bit_length()
        self._taper = hann(self._width)
        hertz = np.fft.rfftfreq(self._size, 1 / sample_rate)
        self._band = (hertz >= _VOICED_HZ[0]) & (hertz <= _VOICED_HZ[1])
        self._least, self._most = sample_rate // _PITCH_HZ[1], sample_rate // _PITCH_HZ[0]
        taper = np.fft.irfft(np.square(np.abs(np.fft.rfft(self._taper, self._size))))[: self._most + 1]
        self._of_taper = taper / taper[0]

    def of(self, waveform: FloatArray, starts: npt.NDArray[np.intp]) -> FloatArray64:
        """The pitches in Hz of those windows, by their first samples, that are periodic."""
        starts = starts[starts + self._width <= len(waveform)]
        if not len(starts):
            return np.empty(0)
        windows = np.lib.stride_tricks.sliding_window_view(waveform, self._width)[starts]
        spectrum = np.fft.rfft((windows - windows.mean(axis=1, keepdims=True)) * self._taper, self._size)
        power = np.square(np.abs(spectrum.astype(np.complex128))) * self._band
        lags = np.fft.irfft(power, axis=1)[:, : self._most + 1]
        whole = lags[:, :1]
        lags = np.divide(lags, whole, out=np.zeros_like(lags), where=whole > 0) / self._of_taper
        inner = lags[:, self._least : self._most]
        peak = (inner > lags[:, self._least - 1 : self._most - 1]) & (
            inner >= lags[:, self._least + 1 : self._most + 1]
        )
        heights = np.where(peak, inner, 0.0)
        best = heights.argmax(axis=1)
        periodic = heights[np.arange(len(best)), best] > _PERIODIC
        return np.asarray(self._rate / (self._least + best[periodic]), dtype=np.float64)
