"""What the channels of a stream hold, looked at before they are mixed.

A mix is safe where the channels are the same sound, or where one of them is silent. It is not where they have
opposite polarity (they cancel) or where one is far noisier (it covers the others); of more than two the best
one is taken. Everything is decided from
frames of 10 ms counted from the start, so it depends on the samples alone, and nothing is compared with full
scale.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.channel_choice import channel_name
from desktop_app.core.noise_floor import NoiseFloor
from desktop_app.core.speech_level import SpeechLevel
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
_ONSET_FRAMES: Final = 10
_EVIDENCE_FRAMES: Final = 3
_PAUSE_FRAMES: Final = 30
_MEMORY_S: Final = 2.0
_SURE_FRAMES: Final = 50  # of sound, before a channel is called silent
_ALONE_FRAMES: Final = 30  # that each of two voices must have had

Powers = npt.NDArray[np.float64]


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
        self._taper = np.hanning(2 * self.hop + 2)[1:-1].astype(np.float32)
        hertz = np.fft.rfftfreq(2 * self.hop, 1.0 / sample_rate)
        self._bins = slice(*np.searchsorted(hertz, BAND_HZ).tolist())
        self._before: FloatArray = np.zeros((self.hop, channels), dtype=np.float32)
        self._floor = NoiseFloor(channels + 1, HOP_S)
        self._loudest = SpeechLevel(HOP_S, decay_db_per_s=0.1)
        # In the mix a sound of one channel has so much less power, and so has what is nothing beside it.
        self._range = RANGE * np.append(np.ones(channels), 1 / channels**2)
        self._cross = np.zeros((channels, channels))
        self._keep = 1.0 - HOP_S / _MEMORY_S
        self._onset: deque[tuple[Powers, Powers]] = deque(maxlen=_ONSET_FRAMES)
        self._quiet_frames = 0
        self._total = np.zeros(channels)
        self._active_frames = 0
        self._alone = np.zeros(channels, dtype=int)
        self._identical = True  # since the start: there is nothing to choose
        self._left_for: dict[
            str, int
        ] = {}  # code of each reason to leave the mix, and the channel then heard
        self._reason = ""

    def push(self, frame: FloatArray, heard: int | None) -> int | None:
        """Take in one frame [hop, channels]; which channel should be heard, None for the mix.

        Who follows that calls `follow`.

        Parameters
        ----------
        heard : int or None
            What is heard now. It stays where nothing better is known.
        """
        if self._identical and bool((frame == frame[:, :1]).all()):
            self._before = frame
            return heard
        self._identical = False
        pair = np.concatenate((self._before, frame)) * self._taper[:, np.newaxis]
        self._before = frame
        spectrum = np.fft.rfft(pair, axis=0)[self._bins].astype(np.complex128)
        cross = (spectrum.conj().T @ spectrum).real
        mixed = spectrum.mean(axis=1)
        powers = np.append(np.diagonal(cross), np.vdot(mixed, mixed).real)
        self._cross = self._cross * self._keep + cross
        self._loudest.push(float(powers.max()))
        self._floor.push(powers)
        if self._floor.floor is not None:
            self._measure(powers, np.maximum(self._floor.floor, self._loudest.power * self._range))
        return self._verdict(heard)

    def _measure(self, powers: Powers, floor: Powers) -> None:
        active = powers > ACTIVE * floor
        if not active[:-1].any():
            self._quiet_frames += 1
            return
        if self._quiet_frames > _PAUSE_FRAMES:
            self._onset.clear()
        self._quiet_frames = 0
        self._onset.append((powers, floor))
        self._active_frames += 1
        self._total += powers[:-1]
        alone = powers[:-1] > APART * np.partition(powers[:-1], -2)[-2]
        self._alone += alone & active[:-1]

    def _verdict(self, heard: int | None) -> int | None:
        level = np.diagonal(self._cross)
        usable = level > SILENT * level.max()
        quality = self._quality()
        if quality is None:
            best = heard if heard is not None else _first_best(np.where(usable, level, 0.0))
        else:
            best = _first_best(np.where(usable, quality[:-1], 0.0))
        if (
            heard is not None
            and usable[heard]
            and (quality is None or quality[best] <= LOST * quality[heard])
        ):
            best = heard  # as good as the best
        if self._opposite(level):
            self._reason = "opposite_polarity"
            return best
        if quality is None:
            return heard
        if self.channels > 2:  # the inputs of an interface, or of a film: no two need be of one microphone
            self._reason = "loudest_channel"
            return best
        lost = quality[best] / max(float(quality[-1]), np.finfo(float).tiny)
        if lost > LOST:
            self._reason = "noisy_channel"
            return best
        return None if lost < REGAINED else heard

    def _quality(self) -> Powers | None:
        """Signal over noise of each channel and of the mix while something sounds; None if nothing does."""
        if len(self._onset) < _EVIDENCE_FRAMES:
            return None
        sounding = sum(powers for powers, _ in self._onset)
        noise = sum(floor for _, floor in self._onset)
        quality: Powers = np.asarray(sounding) / np.asarray(noise)
        return quality

    def _opposite(self, level: Powers) -> bool:
        """Do two channels of like level cancel each other?"""
        scale = np.sqrt(np.outer(level, level))
        like = np.minimum.outer(level, level) > LIKE_LEVEL * np.maximum.outer(level, level)
        return bool(np.any(like & (self._cross < OPPOSITE * scale)))

    def follow(self, heard: int | None) -> None:
        """From here on `heard` is heard; why the mix was left is told in `warnings`."""
        if heard is not None:
            self._left_for.setdefault(self._reason, heard)

    @property
    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is to be said of the channels by now."""
        told = [self._left(code, heard) for code, heard in self._left_for.items()]
        if self._active_frames >= _SURE_FRAMES and "loudest_channel" not in self._left_for:
            silent = np.flatnonzero(self._total < SILENT * self._total.max())
            if len(silent):
                told.append(self._silent(silent.tolist()))
        voices = np.flatnonzero(self._alone >= _ALONE_FRAMES)
        if len(voices) > 1:
            told.append(self._different(voices.tolist()))
        return tuple(told)

    def _left(self, code: str, heard: int) -> SoundWarning:
        name = channel_name(heard, self.channels)
        why = {
            "opposite_polarity": "Channels have opposite polarity and cancel each other in a mix",
            "noisy_channel": f"Another channel is far noisier than the {name}",
            "loudest_channel": f"Of {self.channels} channels one stands out most",
        }[code]
        return SoundWarning(
            code, f"{why}: the {name} is heard. --channel chooses another.",
            {"heard": heard + 1, "channels": self.channels},
        )  # fmt: skip

    def _silent(self, silent: list[int]) -> SoundWarning:
        names = _listed([channel_name(index, self.channels) for index in silent])
        rest = [channel_name(index, self.channels) for index in range(self.channels) if index not in silent]
        return SoundWarning(
            "silent_channel",
            f"Nothing is on the {names}: the {_listed(rest)} {'is' if len(rest) == 1 else 'are'} heard. "
            "--channel chooses another.",
            {"silent": [index + 1 for index in silent], "channels": self.channels},
        )

    def _different(self, voices: list[int]) -> SoundWarning:
        names = _listed([channel_name(index, self.channels) for index in voices])
        heard = "their mix is heard as one" if not self._left_for else "only some of them are heard"
        return SoundWarning(
            "different_voices",
            f"There are different voices on the {names}, and {heard}. --channel chooses one; "
            "'analyze --channel each' judges each by itself.",
            {"voices": [index + 1 for index in voices], "channels": self.channels},
        )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', the '.join(names[:-1])} and the {names[-1]}"


def _first_best(values: Powers) -> int:
    """The best of them; of nearly equal ones (1 dB) the first, so that rounding decides nothing."""
    return int(np.flatnonzero(values >= 0.8 * values.max())[0])
