"""Mains hum: whether the steady part of a sound is mostly the mains and their multiples."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from desktop_app.core.taper import hann
from desktop_app.core.types import FloatArray

MAINS_HZ: Final = (50, 60)
LOOK_S: Final = 4.0
"""How often the latest sound is looked at."""
RECENT_S: Final = 32.0
"""What counts as the latest sound ..."""
LEAST_S: Final = 10.0
"""... of which there must be so much before anything is said of it."""

_UP_TO_HZ: Final = 1000
_WINDOW_S: Final = 0.5
_HOP_S: Final = _WINDOW_S / 2
_KEPT: Final = 64  # windows of the whole; of a longer sound every second, every fourth ...
_QUANTILE: Final = 0.25
_OF_BACKGROUND: Final = 0.5
_OF_ALL: Final = 0.01
_STANDS_OUT: Final = 10.0  # a harmonic over its neighbours: 10 dB
_GONE: Final = 0.5  # so much of each share, and hum that was there is there no longer

Spectrum = npt.NDArray[np.float32]


class Look(NamedTuple):
    """What the latest sound is like `at_s`: the mains that it hums with, if it does; is that far away?"""

    at_s: float
    mains_hz: int | None
    gone: bool


class HumDetector:
    """Looks for mains hum in a mono stream: in its latest seconds, and in the whole of it.

    Parameters
    ----------
    sample_rate : int
        Of what is pushed, in Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._width = round(_WINDOW_S * sample_rate)
        self._taper = hann(self._width)
        self._per_hz = self._width / sample_rate
        self._bins = int(_UP_TO_HZ * self._per_hz) + 1
        self._pending: FloatArray = np.empty(0, dtype=np.float32)
        self._whole: list[Spectrum] = []
        self._every = 1
        self._recent: deque[Spectrum] = deque(maxlen=round(RECENT_S / _WINDOW_S))
        self._count = 0

    def push(self, waveform: FloatArray) -> list[Look]:
        """Take in `waveform` [n]; what the latest sound was like whenever it was time to look at it."""
        data = np.concatenate((self._pending, waveform)) if len(self._pending) else waveform
        at = 0
        looks = []
        while len(data) - at >= self._width:
            self._take(data[at : at + self._width])
            enough = len(self._recent) >= round(LEAST_S / _WINDOW_S)
            if enough and self._count % round(LOOK_S / _HOP_S) == 0:
                looks.append(self._look())
            at += self._width // 2
        self._pending = data[at:].copy()
        return looks

    def _take(self, window: FloatArray) -> None:
        keep, overlaps = self._count % self._every == 0, self._count % 2 == 1
        self._count += 1
        if overlaps and not keep:
            return
        spectrum = np.square(np.abs(np.fft.rfft(window * self._taper)[: self._bins])).astype(np.float32)
        if not overlaps:
            self._recent.append(spectrum)
        if keep:
            self._whole.append(spectrum)
            if len(self._whole) == _KEPT:
                self._whole = self._whole[::2]
                self._every *= 2

    def _look(self) -> Look:
        at_s = self._count * _HOP_S
        if self._mains_hz(self._recent, _GONE) is None:
            return Look(at_s, None, gone=True)
        return Look(at_s, self._mains_hz(self._recent), gone=False)

    def of_whole(self) -> int | None:
        """50 or 60 if the whole of the sound hums so."""
        return self._mains_hz(self._whole) if len(self._whole) >= 4 else None

    def _mains_hz(self, spectra: Collection[Spectrum], share: float = 1.0) -> int | None:
        """50 or 60 where its multiples are most of the background and not far below the sound itself."""
        windows = np.array(spectra)
        windows[:, : round(30 * self._per_hz)] = 0.0  # rumble and offset
        # A held note has multiples too, but not the first ones of the mains.
        likely = [mains for mains in MAINS_HZ if self._outstanding(windows, mains) >= 2]
        if not likely:
            return None
        background = np.quantile(windows, _QUANTILE, axis=0)
        everything = float(windows.mean(axis=0).sum())
        for mains in likely:
            comb = np.zeros(self._bins, dtype=bool)
            for multiple in range(mains, _UP_TO_HZ, mains):
                centre = round(multiple * self._per_hz)
                comb[centre - 2 : centre + 3] = True
            hum = float(background[comb].sum())
            if hum > share * _OF_BACKGROUND * float(background.sum()) and hum > share * _OF_ALL * everything:
                return mains
        return None

    def _outstanding(self, windows: Spectrum, mains: int) -> int:
        """How many of the first three multiples of the mains stand out of what is beside them."""
        centres = [round(multiple * self._per_hz) for multiple in range(mains, 4 * mains, mains)]
        near = np.concatenate([windows[:, centre - 6 : centre + 7] for centre in centres], axis=1)
        background = np.quantile(near, _QUANTILE, axis=0).reshape(len(centres), -1)
        beside = np.concatenate((background[:, :3], background[:, -3:]), axis=1)
        return sum(
            float(around[6]) > _STANDS_OUT * float(others.mean())
            for around, others in zip(background, beside, strict=True)
        )
