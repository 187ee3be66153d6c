"""Level ballistics: RMS, peak, a held peak, the level of a voice, and the detector of exact zeros."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray

SILENCE_DBFS = -120.0
"""What an empty or all-zero stretch reads; keeps logarithms finite."""
QUIET_DBFS = -40.0
"""Peak below which a sound counts as very quiet: 16 bits leave it little room over their own noise."""


def dbfs(amplitude: float) -> float:
    """20 log10 of an amplitude in [0, inf), floored at `SILENCE_DBFS`."""
    return max(SILENCE_DBFS, 20.0 * math.log10(amplitude)) if amplitude > 0 else SILENCE_DBFS


def power_dbfs(power: float) -> float:
    """10 log10 of a mean square, floored at `SILENCE_DBFS`."""
    return max(SILENCE_DBFS, 10.0 * math.log10(power)) if power > 0 else SILENCE_DBFS


@dataclass(frozen=True, slots=True)
class MeterReading:
    rms_dbfs: float
    peak_dbfs: float
    hold_dbfs: float


class LevelMeter:
    """RMS and peak of each block, and a peak that holds and then falls.

    Parameters
    ----------
    hold_s : float
        Seconds that a peak stays before it falls.
    fall_db_per_s : float
        Speed of the fall (IEC 60268-18 meters fall at about 20 dB in 1.7 s).
    """

    def __init__(self, sample_rate: int, hold_s: float = 1.0, fall_db_per_s: float = 12.0) -> None:
        self._rate = sample_rate
        self._hold_s = hold_s
        self._fall = fall_db_per_s
        self._hold = SILENCE_DBFS
        self._age_s = 0.0

    def push(self, waveform: FloatArray) -> MeterReading:
        """Measure `waveform` [n]; the held peak moves by the block's own duration."""
        if not len(waveform):
            return MeterReading(SILENCE_DBFS, SILENCE_DBFS, self._hold)
        peak = dbfs(float(np.max(np.abs(waveform))))
        rms = power_dbfs(float(np.mean(np.square(waveform, dtype=np.float64))))
        duration = len(waveform) / self._rate
        if peak >= self._hold:
            self._hold, self._age_s = peak, 0.0
        else:
            self._age_s += duration
            if self._age_s > self._hold_s:
                self._hold = max(peak, self._hold - self._fall * min(duration, self._age_s - self._hold_s))
        return MeterReading(rms, peak, self._hold)


class SampleStep:
    """The smallest step from sample to sample of a stream that is not 0, as far as it has shown.

    That of 16-bit sound is 1/32768, times whatever gain was applied since; that of sound which was never
    rounded soon is next to nothing. Sound of about one step is rounding or dither.
    """

    def __init__(self, sample_rate: int, hop_s: float = 0.010) -> None:
        self._rate, self._hop_s = sample_rate, hop_s
        self._smallest = float("inf")
        self._frames = 0
        self._before: FloatArray | None = None  # the last sample
        self._taken = 0  # samples

    def push(self, samples: FloatArray) -> list[float]:
        """The step as known at the end of each frame that `samples` [n] or [n, channels] completes."""
        if not len(samples):
            return []
        before = samples[:1] if self._before is None else self._before
        self._before = samples[-1:].copy()
        steps = np.abs(np.diff(np.concatenate((before, samples)), axis=0))  # one that leads to each sample
        if steps.ndim > 1:
            steps = np.where(steps == 0.0, np.inf, steps).min(axis=1)
        else:
            steps[steps == 0.0] = np.inf
        ends = self._ends(len(samples))
        starts = np.append(0, ends)
        smallest = np.fmin.reduceat(steps, starts[starts < len(samples)])
        known: list[float] = np.fmin.accumulate(np.append(self._smallest, smallest)).tolist()
        self._smallest = known[-1]
        return known[1 : len(ends) + 1]

    def _ends(self, samples: int) -> npt.NDArray[np.intp]:
        """Where frames end in the next `samples`."""
        most = int(samples / (self._hop_s * self._rate)) + 2
        frames = np.arange(self._frames + 1, self._frames + 1 + most)
        ends: npt.NDArray[np.intp] = np.rint(frames * self._hop_s * self._rate).astype(np.intp)
        ends = ends[ends <= self._taken + samples] - self._taken
        self._frames += len(ends)
        self._taken += samples
        return ends


class ZeroDetector:
    """Tells a muted microphone from a quiet one: a real one never delivers exact zeros for long.

    macOS without permission, a hardware mute switch and a virtual source that plays nothing all do.
    """

    def __init__(self, sample_rate: int, start_s: float = 2.0, later_s: float = 10.0) -> None:
        self._needed = round(start_s * sample_rate)
        self._later = round(later_s * sample_rate)
        self._run = 0

    def push(self, waveform: FloatArray) -> bool:
        """True while there were nothing but exact zeros, long enough to be no pause.

        From the start `start_s` are enough. Once there was sound, a noise gate may have closed: only
        `later_s` are a microphone that was muted.
        """
        nonzero = np.flatnonzero(waveform)
        if len(nonzero):
            self._needed = self._later
            self._run = len(waveform) - 1 - int(nonzero[-1])
        else:
            self._run += len(waveform)
        return self._run >= self._needed


class SpeechLevel:
    """How loud the voice in this stream is: its recent peaks, slowly forgotten.

    Peak power of the stream's short-time energy with an exponential decay.

    A bang is not a voice: the peak follows upwards with `rise_s`, so that only sound that lasts as long as a
    syllable sets it.

    Parameters
    ----------
    hop_s : float
        Seconds between frames.
    rise_s : float
        Time constant upwards.
    decay_db_per_s : float
        How fast a peak is forgotten: after a loud speaker a quiet one must be heard again.
    """

    def __init__(self, hop_s: float, rise_s: float = 0.08, decay_db_per_s: float = 1.0) -> None:
        self._up = hop_s / (rise_s + hop_s)
        self._keep = 10 ** (-decay_db_per_s * hop_s / 10)
        self.power = 0.0

    def push(self, power: float) -> None:
        """Take in one frame's mean square."""
        self.follow((power,))

    def follow(self, powers: Sequence[float]) -> list[float]:
        """Take in the mean square of one frame after another; the peak as it was after each."""
        peaks = []
        now, up, keep = self.power, self._up, self._keep
        for power in powers:
            now *= keep
            if power > now:
                now += up * (power - now)
            peaks.append(now)
        self.power = now
        return peaks
