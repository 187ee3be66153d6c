"""What the channels of a stream hold, looked at before they are mixed.

A mix is safe where the channels are the same sound, or where one of them is silent. It is not where they have
opposite polarity (they cancel) or where one is far noisier (it covers the others); of more than two the best
one is taken. Everything is decided from
frames of 10 ms counted from the start, so it depends on the samples alone, and nothing is compared with full
scale.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from desktop_app.core.channel_choice import CHOOSE_ANOTHER, CHOOSE_ONE, channel_name
from desktop_app.core.levels import SpeechLevel
from desktop_app.core.noise_floor import NoiseFloor
from desktop_app.core.resample import mix_to_mono
from desktop_app.core.taper import hann
from desktop_app.core.types import FloatArray, SoundWarning

HOP_S: Final = 0.010
BAND_HZ: Final = (100, 4000)
ACTIVE: Final = 10.0
"""Power over its own floor from which on a channel sounds (10 dB)."""
LOST: Final = 4.0
"""The mix is left if the best channel stands out of its noise by so much more (6 dB) ..."""
REGAINED: Final = 2.0
"""... and taken again from here on (3 dB)."""
OPPOSITE: Final = -0.5
"""Correlation below which two channels of like level take more from each other than they give."""
LIKE_LEVEL: Final = 0.1
SILENT: Final = 1e-4
"""Power relative to the loudest channel below which a channel holds nothing (-40 dB)."""
APART: Final = 16.0
"""Power of one channel over another's in a frame that only one of two voices explains (12 dB)."""
RANGE: Final = 1e-6
"""No floor is further below the loudest of the stream (-60 dB)."""
_OPPOSITE_FRAMES: Final = 10
"""Of sound, before anything is known of polarity: in fewer also channels of noise correlate by chance."""
_ONSET_FRAMES: Final = 10
_EVIDENCE_FRAMES: Final = 3
_PAUSE_FRAMES: Final = 30
_MEMORY_S: Final = 2.0
_PRODUCTS: Final = 1 << 20  # computed at once
_SURE_FRAMES: Final = 50  # of sound, before a channel is called silent
_ALONE_FRAMES: Final = 30  # that each of two voices must have had

Powers = npt.NDArray[np.float64]


class Measured(NamedTuple):
    """Of one frame: power that each two channels share, power of each channel and, last, of the mix."""

    cross: Powers  # [channels, channels]
    powers: list[float]


class ChannelWatch:
    """Follows the channels of one stream and says which of them, or whether their mix, is to be heard.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    channels : int
        At least 2.

    Attributes
    ----------
    hop : int
        Samples in a frame.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.channels = channels
        self.hop = max(1, round(HOP_S * sample_rate))
        self._taper = hann(2 * self.hop)
        hertz = np.fft.rfftfreq(2 * self.hop, 1.0 / sample_rate)
        self._bins = slice(*np.searchsorted(hertz, BAND_HZ).tolist())
        self._before: FloatArray = np.zeros((self.hop, channels), dtype=np.float32)
        self._floor = NoiseFloor(channels + 1, HOP_S)
        self._loudest = SpeechLevel(HOP_S, decay_db_per_s=0.1)
        # In the mix a sound of one channel has so much less power, and so has what is nothing beside it.
        self._range = [RANGE] * channels + [RANGE / channels**2]
        self._cross = np.zeros((channels, channels))
        self._keep = 1.0 - HOP_S / _MEMORY_S
        # Power and floor of each channel and of the mix in the latest frames that sounded.
        self._onset: deque[tuple[list[float], list[float]]] = deque(maxlen=_ONSET_FRAMES)
        self._quiet_frames = 0
        self._total = [0.0] * channels
        self._active_frames = 0
        self._alone = [0] * channels
        self._identical = True  # since the start: there is nothing to choose
        self._left_for: list[str] = []  # codes of why the mix was left
        self._heard: int | None = None  # as the latest call of `follow` said
        self._heard_before: list[int] = []  # channels, without `_heard`
        self._sound_frames = 0
        self._reason = ""

    def measure(self, frames: FloatArray) -> list[Measured | None]:
        """What is measured of each frame of `frames` [k * hop, channels], to be given to `judge` in order.

        None where all channels are, and always were, the same sound: there is nothing to choose.
        """
        shaped = frames.reshape(-1, self.hop, self.channels)
        same = 0
        if self._identical:
            alike = (shaped == shaped[:, :, :1]).all(axis=(1, 2))
            same = len(alike) if alike.all() else int(np.argmin(alike))
            self._identical = same == len(alike)
        if same:
            self._before = shaped[same - 1]
        measured: list[Measured | None] = [None] * same
        shaped = shaped[same:]
        if len(shaped):
            earlier = np.concatenate((self._before[np.newaxis], shaped[:-1]))
            self._before = shaped[-1]
            pairs = np.concatenate((earlier, shaped), axis=1)
            # A constant offset would leak into the band, and be taken for noise.
            pairs = (pairs - pairs.mean(axis=1, keepdims=True)) * self._taper[:, np.newaxis]
            spectrum = np.fft.rfft(pairs, axis=1)[:, self._bins].astype(np.complex128)
            at_once = max(1, _PRODUCTS // (spectrum.shape[1] * self.channels**2))
            for first in range(0, len(spectrum), at_once):
                measured += _measured(spectrum[first : first + at_once])
        return measured

    def judge(self, measured: Measured | None, heard: int | None) -> int | None:
        """Take in one frame; which channel should be heard, None for the mix.

        Who follows that calls `follow`.

        Parameters
        ----------
        heard : int or None
            What is heard now. It stays where nothing better is known.
        """
        if measured is None:
            return heard
        self._cross *= self._keep
        self._cross += measured.cross
        powers = measured.powers
        self._sound_frames += max(powers) > 0.0
        self._loudest.push(max(powers))
        self._floor.push(np.array(powers))
        sounds = self._floor.floor is not None and self._sounds(powers, self._floor.floor.tolist())
        opposite = self._sound_frames >= _OPPOSITE_FRAMES and self._opposite()
        return self._verdict(heard, opposite=opposite) if opposite or sounds else heard

    def _sounds(self, powers: list[float], floors: list[float]) -> bool:
        """Does any channel stand out of its noise? If so it is remembered what did."""
        loudest = self._loudest.power
        floors = [max(floor, share * loudest) for floor, share in zip(floors, self._range, strict=True)]
        if not any(power > ACTIVE * floor for power, floor in zip(powers[:-1], floors, strict=False)):
            self._quiet_frames += 1
            return False
        if self._quiet_frames > _PAUSE_FRAMES:
            self._onset.clear()
        self._quiet_frames = 0
        self._onset.append((powers, floors))
        self._active_frames += 1
        for index, power in enumerate(powers[:-1]):
            self._total[index] += power
        *_, second, first = sorted(powers[:-1])
        at = powers.index(first)
        if first > APART * second and first > ACTIVE * floors[at]:
            self._alone[at] += 1
        return True

    def _verdict(self, heard: int | None, *, opposite: bool) -> int | None:
        levels = np.diagonal(self._cross).tolist()
        least = SILENT * max(levels)
        quality = self._quality()
        worth = levels if quality is None else quality[:-1]
        usable = [value if level > least else 0.0 for value, level in zip(worth, levels, strict=True)]
        best = _first_best(usable)
        if heard is not None and (quality is None or usable[best] <= LOST * usable[heard]):
            best = heard  # as good as the best, or nothing better is known
        if opposite:
            self._reason = "opposite_polarity"
            return best
        if quality is None:
            return heard
        if self.channels > 2:  # the inputs of an interface, or of a film: no two need be of one microphone
            self._reason = "loudest_channel"
            return best
        if quality[best] > LOST * quality[-1]:
            self._reason = "noisy_channel"
            return best
        return None if quality[best] < REGAINED * quality[-1] else heard

    def _quality(self) -> list[float] | None:
        """Signal over noise of each channel and of the mix where something sounds; None if nothing yet."""
        if len(self._onset) < _EVIDENCE_FRAMES:
            return None
        sounding = map(sum, zip(*(powers for powers, _ in self._onset), strict=True))
        noise = map(sum, zip(*(floors for _, floors in self._onset), strict=True))
        return [power / floor for power, floor in zip(sounding, noise, strict=True)]

    def _opposite(self) -> bool:
        """Do two channels of like level cancel each other?"""
        if self.channels == 2:  # many times faster than the general way
            (first, together), (_, second) = self._cross.tolist()
            like = min(first, second) > LIKE_LEVEL * max(first, second)
            return bool(like and together < OPPOSITE * math.sqrt(first * second))
        level = np.diagonal(self._cross)
        both = np.minimum.outer(level, level) > LIKE_LEVEL * np.maximum.outer(level, level)
        return bool(np.any(both & (self._cross < OPPOSITE * np.sqrt(np.outer(level, level)))))

    def follow(self, heard: int | None) -> None:
        """From here on `heard` is heard; why the mix was left, and for what, is told in `warnings`."""
        before = self._heard_before if self._heard is None else [*self._heard_before, self._heard]
        self._heard = heard
        self._heard_before = list(dict.fromkeys(index for index in before if index != heard))
        if heard is not None and self._reason not in self._left_for:
            self._left_for.append(self._reason)

    @property
    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is to be said of the channels by now."""
        told = [self._left(code) for code in self._left_for]
        if self._active_frames >= _SURE_FRAMES and "loudest_channel" not in self._left_for:
            least = SILENT * max(self._total)
            silent = [index for index, total in enumerate(self._total) if total < least]
            if silent:
                told.append(self._silent(silent))
        voices = [index for index, frames in enumerate(self._alone) if frames >= _ALONE_FRAMES]
        if len(voices) > 1:
            told.append(self._different(voices))
        return tuple(told)

    def _left(self, code: str) -> SoundWarning:
        before = _listed(self._heard_before, self.channels)
        if self._heard is None:
            heard = f"{before} {'was' if len(self._heard_before) == 1 else 'were'} heard for a while"
        else:
            heard = f"{channel_name(self._heard, self.channels)} is heard{before and f', after {before}'}"
        why = {
            "opposite_polarity": "Channels have opposite polarity and cancel each other in a mix",
            "noisy_channel": "One channel is far noisier than the other",
            "loudest_channel": f"Of {self.channels} channels one stands out most",
        }[code]
        fields: dict[str, object] = {
            "heard": None if self._heard is None else self._heard + 1,
            "heard_before": [index + 1 for index in self._heard_before],
            "channels": self.channels,
        }
        return SoundWarning(code, f"{why}: {heard}. {CHOOSE_ANOTHER}", fields)

    def _silent(self, silent: list[int]) -> SoundWarning:
        names = _listed(silent, self.channels)
        rest = [index for index in range(self.channels) if index not in silent]
        return SoundWarning(
            "silent_channel",
            f"Nothing is on {names}: {_listed(rest, self.channels)} "
            f"{'is' if len(rest) == 1 else 'are'} heard. {CHOOSE_ANOTHER}",
            {"silent": [index + 1 for index in silent], "channels": self.channels},
        )

    def _different(self, voices: list[int]) -> SoundWarning:
        names = _listed(voices, self.channels)
        heard = "their mix is heard as one" if not self._left_for else "only some of them are heard"
        return SoundWarning(
            "different_voices",
            f"There are different voices on {names}, and {heard}. {CHOOSE_ONE}",
            {"voices": [index + 1 for index in voices], "channels": self.channels},
        )


def safe_mono(frames: FloatArray, sample_rate: int) -> FloatArray:
    """A whole recording [n, channels] as [n]: its mix where that is safe, else its better channel.

    The rule is the one by which a stream is heard, applied with the end in view.
    """
    if frames.ndim == 1 or frames.shape[1] == 1:
        return mix_to_mono(frames)
    watch = ChannelWatch(sample_rate, frames.shape[1])
    heard: int | None = None
    step = watch.hop * 100
    for first in range(0, len(frames) // watch.hop * watch.hop, step):
        block = frames[first : first + step]
        for measured in watch.measure(block[: len(block) // watch.hop * watch.hop]):
            heard = watch.judge(measured, heard)
    return mix_to_mono(frames) if heard is None else np.ascontiguousarray(frames[:, heard])


def _listed(channels: list[int], of: int) -> str:
    """How a person calls some of so many channels; "" for none."""
    names = [channel_name(index, of) for index in channels]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _measured(spectrum: npt.NDArray[np.complex128]) -> list[Measured]:
    """`Measured` of each frame of `spectrum` [frames, bins, channels].

    Summed bin after bin, without BLAS, so that it does not matter how many frames come at once.
    """
    shared = (spectrum[:, :, :, np.newaxis].conj() * spectrum[:, :, np.newaxis, :]).real
    cross = np.add.reduce(shared, axis=1)
    mixed = spectrum.mean(axis=2)
    mix = np.add.reduce(np.square(mixed.real) + np.square(mixed.imag), axis=1)
    powers = np.column_stack((np.diagonal(cross, axis1=1, axis2=2), mix))
    return [Measured(*each) for each in zip(cross, powers.tolist(), strict=True)]


def _first_best(values: list[float]) -> int:
    """The best of them; of nearly equal ones (1 dB) the first, so that rounding decides nothing."""
    enough = 0.8 * max(values)
    return next(index for index, value in enumerate(values) if value >= enough)
