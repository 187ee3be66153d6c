"""What makes the answers about a recording doubtful, whatever the model says: told, never acted upon."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.levels import SILENCE_DBFS, dbfs
from desktop_app.core.segmenter import Segmenter
from desktop_app.core.types import FloatArray, SoundWarning

CLIPPED_FROM: Final = 0.9995  # of full scale
# Recordings that were normalised to full scale stay below 0.00004 (Emo-DB); audible clipping is far above.
CLIPPED_SHARE: Final = 0.001
QUIET_DBFS: Final = -40.0
"""Peak below which a recording counts as very quiet: 16 bits leave it little room over their own noise."""

OFFSET: Final = 0.1
"""Mean of a channel, of full scale, from which on a constant offset is told."""

MAINS_HZ: Final = (50, 60)
_HUM_UP_TO_HZ: Final = 1000
_HUM_WINDOW_S: Final = 0.5
_HUM_WINDOWS: Final = 64  # kept at most; of a longer recording every second, every fourth ...
_HUM_QUANTILE: Final = 0.25
_HUM_OF_BACKGROUND: Final = 0.5
_HUM_OF_ALL: Final = 0.01
_STANDS_OUT: Final = 10.0  # a harmonic over its neighbours: 10 dB


class SoundCheck:
    """Measures the sound of one recording.

    Parameters
    ----------
    sample_rate : int
        Of what `push` is given, in Hz.
    model_rate : int
        In Hz, what the model was trained at, and the rate of what `push_heard` is given.
    """

    def __init__(self, sample_rate: int, model_rate: int) -> None:
        self._sample_rate = sample_rate
        self._model_rate = model_rate
        self._samples = self._clipped = 0
        self._peak = 0.0
        self._frames = 0
        self._sums: npt.NDArray[np.float64] | float = 0.0  # of each channel
        self._hum = _Hum(model_rate)

    def push(self, frames: FloatArray) -> None:
        """Take in the recording as it is, [n] or [n, channels]."""
        self._frames += len(frames)
        self._sums = self._sums + frames.sum(axis=0, dtype=np.float64)
        sizes = np.abs(frames)
        self._samples += sizes.size
        self._clipped += int(np.count_nonzero(sizes >= CLIPPED_FROM))
        if sizes.size:
            self._peak = max(self._peak, float(sizes.max()))

    def push_heard(self, waveform: FloatArray) -> None:
        """Take in what the segmenter hears, [n]."""
        self._hum.push(waveform)

    @property
    def peak_dbfs(self) -> float:
        return dbfs(self._peak)

    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is to be said by now."""
        found = []
        if self._samples and self._clipped / self._samples > CLIPPED_SHARE:
            share = self._clipped / self._samples
            found.append(
                SoundWarning(
                    "clipped",
                    f"The recording is clipped: {100 * share:.1f} % of its samples are at full scale, so its "
                    "emotions are doubtful.",
                    {"share": round(share, 6)},
                )
            )
        if self._peak > 0.0 and self.peak_dbfs < QUIET_DBFS:
            found.append(
                SoundWarning(
                    "very_quiet",
                    # Whole decibels that it reaches, so that -50.5 is not called quieter than it is.
                    f"The recording is very quiet: peak {math.ceil(self.peak_dbfs - 0.01)} dBFS.",
                    {"peak_dbfs": round(self.peak_dbfs, 1)},
                )
            )
        offset = float(np.max(np.abs(self._sums))) / max(1, self._frames)
        if offset > OFFSET:
            found.append(
                SoundWarning(
                    "dc_offset",
                    f"The recording has a constant offset (DC) of {offset:.2f} of full scale: its emotions "
                    "are doubtful. A high-pass filter removes it: "
                    "ffmpeg -i IN -af highpass=f=20 OUT.wav",
                    {"offset": round(offset, 4)},
                )
            )
        mains = self._hum.mains_hz()
        if mains is not None:
            found.append(
                SoundWarning(
                    "hum",
                    f"The background of the recording is mostly mains hum ({mains} Hz and its multiples), so "
                    "its emotions are doubtful.",
                    {"mains_hz": mains},
                )
            )
        if self._sample_rate < self._model_rate:
            found.append(
                SoundWarning(
                    "low_sample_rate",
                    f"The recording has {self._sample_rate} Hz and the model was trained at "
                    f"{self._model_rate} Hz: sound above {self._sample_rate / 2:g} Hz is missing.",
                    {"sample_rate": self._sample_rate, "model_rate": self._model_rate},
                )
            )
        return tuple(found)

    def no_speech(self, segmenter: Segmenter) -> SoundWarning:
        """Why nothing was found, as far as the segmenter can tell."""
        params = segmenter.params
        highest = segmenter.highest_excess_db
        if self._peak == 0.0:
            why, text = "silent", "every sample is zero"
        elif highest >= params.on_db:
            why = "short"
            text = f"what rises from the background is shorter than {params.min_speech_s:g} s, or breaks up"
        elif highest >= params.off_db:
            why = "faint"
            text = f"nothing rises more than {highest:.0f} dB over the background"
        else:
            why, text = "steady", "there is nothing but a steady sound"
        levels = f"peak {self.peak_dbfs:.0f} dBFS"
        fields = {
            "why": why,
            "peak_dbfs": round(self.peak_dbfs, 1),
            "floor_dbfs": round(segmenter.floor_dbfs, 1),
        }
        if segmenter.floor_dbfs > SILENCE_DBFS:
            levels += f", background {segmenter.floor_dbfs:.0f} dBFS"
        return SoundWarning("no_speech", f"No speech was found: {text} ({levels}).", fields)


class _Hum:
    """Is the steady part of a sound mostly the mains and their multiples?"""

    def __init__(self, sample_rate: int) -> None:
        self._width = round(_HUM_WINDOW_S * sample_rate)
        self._taper = np.hanning(self._width + 2)[1:-1].astype(np.float32)
        self._per_hz = self._width / sample_rate
        self._bins = int(_HUM_UP_TO_HZ * self._per_hz) + 1
        self._pending: FloatArray = np.empty(0, dtype=np.float32)
        self._windows: list[npt.NDArray[np.float32]] = []
        self._every = 1
        self._count = 0

    def push(self, waveform: FloatArray) -> None:
        data = np.concatenate((self._pending, waveform))
        at = 0
        while len(data) - at >= self._width:
            if self._count % self._every == 0:
                spectrum = np.fft.rfft(data[at : at + self._width] * self._taper)[: self._bins]
                self._windows.append(np.square(np.abs(spectrum)).astype(np.float32))
                if len(self._windows) == _HUM_WINDOWS:
                    self._windows = self._windows[::2]
                    self._every *= 2
            self._count += 1
            at += self._width // 2
        self._pending = data[at:].copy()

    def mains_hz(self) -> int | None:
        """50 or 60 where its multiples are most of the background and not far below the sound itself."""
        if len(self._windows) < 4:
            return None
        windows = np.array(self._windows)
        windows[:, : round(30 * self._per_hz)] = 0.0  # rumble and offset
        background = np.quantile(windows, _HUM_QUANTILE, axis=0)
        everything = float(windows.mean(axis=0).sum())
        for mains in MAINS_HZ:
            comb = np.zeros(self._bins, dtype=bool)
            outstanding = []
            for multiple in range(mains, _HUM_UP_TO_HZ, mains):
                centre = round(multiple * self._per_hz)
                comb[centre - 2 : centre + 3] = True
                beside = np.concatenate(
                    (background[centre - 6 : centre - 3], background[centre + 4 : centre + 7])
                )
                outstanding.append(float(background[centre]) > _STANDS_OUT * float(beside.mean()))
            hum = float(background[comb].sum())
            # A held note has multiples too, but not the first ones of the mains.
            if (
                sum(outstanding[:3]) >= 2
                and hum > _HUM_OF_BACKGROUND * float(background.sum())
                and hum > _HUM_OF_ALL * everything
            ):
                return mains
        return None
