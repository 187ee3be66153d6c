"""What the segmenter knows of each frame before it judges: levels, the room's floor, the voice's loudness.

All of it follows from the samples up to that frame alone, so it is computed for many frames at once, to the
bit as frame by frame.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.core.band_energy import BandEnergy
from desktop_app.core.levels import SampleStep, SpeechLevel
from desktop_app.core.noise_floor import NoiseFloor
from desktop_app.core.types import FloatArray

FORGET_LOUDEST_DB_PER_S = 0.1
"""How fast the loudest sound of a stream is forgotten: a shout counts for minutes, not for hours."""

FloatArray64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Of frames that follow one another.

    Attributes
    ----------
    power : array [frames, bands]
        Mean square in each band, smoothed.
    level : list of float
        Mean square, the sum of `power`.
    voice, loudest : list of float
        How loud the voice was by then, and the loudest sound.
    floor : list of array [bands] or None
        Level of the room; None until there was sound.
    silent : list of bool
        Whether it is digital silence.
    least : array [frames, bands]
        No floor is taken to be below this.
    excess : list of float
        Mean over bands of the power relative to the floor; 0 where nothing is known of a floor yet.
    """

    power: FloatArray64
    level: list[float]
    voice: list[float]
    loudest: list[float]
    floor: list[FloatArray64 | None]
    silent: list[bool]
    least: FloatArray64
    excess: list[float]

    def relative_to_least(self, power: FloatArray64, floor: FloatArray64, first: int) -> list[float]:
        """Mean over bands of a power to a floor [bands], by `least` of each frame from `first` on."""
        return _means(power / np.maximum(floor, self.least[first:]))

    def relative_to_floors(self, power: FloatArray64, first: int) -> list[float]:
        """Mean over bands of a power [bands] to the floor of each frame from `first` on."""
        floors = np.array(self.floor[first:])
        return _means(power / np.maximum(floors, self.least[first:]))


class FrameMeasures:
    """Measures a mono stream frame by frame.

    Parameters
    ----------
    sample_rate : int
        Rate of what is pushed, in Hz.
    range_db : float
        No floor is taken to be more than this below the loudest sound of the stream.

    Attributes
    ----------
    powers : array [frames, bands]
        As `BandEnergy` gave them for the latest push.
    """

    SMOOTH_FRAMES = 3

    def __init__(self, sample_rate: int, range_db: float) -> None:
        self._energy = BandEnergy(sample_rate)
        self.hop, self.window, self.bands = self._energy.hop, self._energy.window, self._energy.bands
        self.hop_s = self.hop / sample_rate
        self._floor = NoiseFloor(self.bands, self.hop_s)
        self._voice = SpeechLevel(self.hop_s)
        self._loudest = SpeechLevel(self.hop_s, decay_db_per_s=FORGET_LOUDEST_DB_PER_S)
        self._range = 10 ** (-range_db / 10)
        self._own_steps = SampleStep(sample_rate, self.hop_s)
        self._steps: deque[float] = deque()  # of the frames to come
        self._step = math.inf
        self._recent = np.zeros((self.SMOOTH_FRAMES - 1, self.bands))  # the powers of the frames before
        self.powers: FloatArray64 = np.empty((0, self.bands))
        self._frame = 0

    def begin_at(self, frame: int) -> None:
        """The first frame that is measured has this number in the stream."""
        self._frame = frame

    def push(self, waveform: FloatArray, steps: list[float] | None) -> Measures | None:
        """Take in `waveform` [n]; what is known of the frames that are complete by now, None if none is.

        `steps` is as for `Segmenter.push`.
        """
        self._steps.extend(self._own_steps.push(waveform) if steps is None else steps)
        powers = self.powers = self._energy.push(waveform)
        if not len(powers):
            return None
        smooth = self._smoothed(powers)
        level: list[float] = np.add.reduce(smooth, axis=1).tolist()
        loudest = self._loudest.follow(level)
        floors, silent = self._floor.follow(powers)
        least = np.maximum(self._rounding(len(powers)), np.array(loudest)[:, np.newaxis] * self._range)
        self._frame += len(powers)
        return Measures(
            smooth,
            level,
            self._voice.follow(level),
            loudest,
            floors,
            silent,
            least,
            self._excess(smooth, level, floors, least),
        )

    def _smoothed(self, powers: FloatArray64) -> FloatArray64:
        """Mean of each frame and the two before it; the one of a number that 3 divides is added first."""
        seen = np.concatenate((self._recent, powers))
        self._recent = seen[-len(self._recent) :].copy()
        frames = np.arange(len(powers))
        turn = (self._frame + frames) % self.SMOOTH_FRAMES
        total = np.zeros_like(powers)
        for place in range(self.SMOOTH_FRAMES):
            before = (turn - place) % self.SMOOTH_FRAMES  # so many frames ago
            total += seen[frames + len(self._recent) - before]
        return total / self.SMOOTH_FRAMES

    def _rounding(self, frames: int) -> FloatArray64:
        """Power of noise of one step of the samples, in each band; one row, or one for each frame."""
        known = [self._step, *(self._steps.popleft() for _ in range(min(frames, len(self._steps))))]
        self._step = known[-1]
        if known.count(self._step) == len(known):
            each = known[:1]
        else:
            each = [*known[1:], *[self._step] * (frames + 1 - len(known))]
        powers = np.square([step if math.isfinite(step) else 0.0 for step in each])
        return np.asarray(powers[:, np.newaxis] * self._energy.white)

    @staticmethod
    def _excess(
        power: FloatArray64, level: list[float], floors: list[FloatArray64 | None], least: FloatArray64
    ) -> list[float]:
        first = next((at for at, floor in enumerate(floors) if floor is not None), len(floors))
        if first == len(floors):
            return [0.0] * len(level)
        known = _means(power[first:] / np.maximum(np.array(floors[first:]), least[first:]))
        excess = [0.0] * first + known
        return [ratio if one else 0.0 for ratio, one in zip(excess, level, strict=True)]


def _means(ratios: FloatArray64) -> list[float]:
    """Of each row; numpy's own function costs as much as all the rest."""
    means: list[float] = (np.add.reduce(ratios, axis=1) / ratios.shape[1]).tolist()
    return means
