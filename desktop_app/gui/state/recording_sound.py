"""The sound of the recording in sight, to be drawn from an hour down to a sample. Knows no Qt."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.envelope import Envelope, Peaks
from desktop_app.core.resample import StreamResampler, mix_to_mono
from desktop_app.core.types import FloatArray

if TYPE_CHECKING:
    from desktop_app.audio.recording import Recording

MOST_SAMPLES: Final = 96 * 2**20
"""As many are kept as they are (192 MB); of more sound `LONG_RATE` a second are."""
LONG_RATE: Final = 16_000
_DIRECT: Final = 1 << 19  # samples that are looked at one by one: half a minute at 16 kHz
_BLOCK_S: Final = 2.0
_TOLD_EACH_S: Final = 0.15
_SCALE: Final = 32768.0
_LONG_S: Final = 180.0
"""From this length on, glances at many places show the waveform before all of it is decoded."""
_GLANCES: Final = 1024
_GLANCE_S: Final = 0.12
_MOST_GLANCING_S: Final = 3.0


class RecordingSound:
    """Mono sound that is appended to by one thread, and read by any.

    It can be sliced as an array, as `core.spectrogram` and `core.pitch` want it.

    Attributes
    ----------
    complete : bool
        All of it is there.
    """

    def __init__(self, sample_rate: int, frames: int = 0) -> None:
        self.sample_rate = sample_rate
        self.complete = False
        self._envelope = Envelope(sample_rate, hold_s=0.0)
        self._samples = np.empty(max(frames, sample_rate), dtype=np.int16)
        self._count = 0
        self._lock = threading.Lock()
        self._glances: tuple[float, FloatArray, FloatArray] | None = None  # their distance in s, low, high

    def push(self, waveform: FloatArray) -> None:
        """Append `waveform` [n]."""
        self._envelope.push(waveform)
        block = np.clip(np.rint(waveform * _SCALE), -32768, 32767).astype(np.int16)
        with self._lock:
            end = self._count + len(block)
            if end > len(self._samples):
                grown = np.empty(max(end, len(self._samples) * 3 // 2), dtype=np.int16)
                grown[: self._count] = self._samples[: self._count]
                self._samples = grown
            self._samples[self._count : end] = block
            self._count = end

    def show_glances(self, apart_s: float, low: FloatArray, high: FloatArray) -> None:
        """Peaks [n] of short stretches that begin each `apart_s`, to be drawn where there is no more yet."""
        self._glances = (apart_s, low, high)

    @property
    def end_s(self) -> float:
        """How much there is by now, in seconds."""
        return self._count / self.sample_rate

    @property
    def loudest(self) -> float:
        """The largest absolute sample by now."""
        known = self._envelope.loudest
        if self._glances is None:
            return known
        _, low, high = self._glances
        return max(known, -float(low.min(initial=0.0)), float(high.max(initial=0.0)))

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: slice, /) -> FloatArray:
        with self._lock:
            found: FloatArray = self._samples[: self._count][index].astype(np.float32)
        found /= np.float32(_SCALE)
        return found

    def scrolling(self, end_s: float, column_s: float, columns: int) -> Peaks:
        """As `core.envelope.Envelope.scrolling`, also where columns are shorter than its bins."""
        if columns * column_s * self.sample_rate > _DIRECT:
            return self._with_glances(self._envelope.scrolling(end_s, column_s, columns), column_s)
        first = math.floor(end_s / column_s) - columns + 1
        edges = (first + np.arange(columns + 1, dtype=np.float64)) * column_s
        begin = max(0, math.floor(edges[0] * self.sample_rate))
        block = self[begin : max(begin, math.ceil(edges[-1] * self.sample_rate) + 1)]
        if column_s * self.sample_rate <= 1.0:
            times = (begin + np.arange(len(block))) / self.sample_rate
            return Peaks(times, block, block)
        return _peaks(edges, np.ceil(edges * self.sample_rate).astype(np.int64) - begin, block)

    def _with_glances(self, found: Peaks, column_s: float) -> Peaks:
        """Glances in place of what is not there yet, unless they are much further apart than columns."""
        glances = self._glances
        if glances is None or self.complete or column_s < glances[0] / 4:
            return found
        apart_s, low, high = glances
        places = np.floor(found.times / apart_s).astype(np.int64)
        fill = np.isnan(found.low) & (places >= 0) & (places < len(low))
        lows, highs = found.low.copy(), found.high.copy()
        lows[fill], highs[fill] = low[places[fill]], high[places[fill]]
        return Peaks(found.times, lows, highs)


def _peaks(edges: npt.NDArray[np.float64], places: npt.NDArray[np.int64], block: FloatArray) -> Peaks:
    """Minimum and maximum of `block` between `places` [n + 1]; NaN where nothing of it lies."""
    low = np.full(len(places) - 1, np.nan, dtype=np.float32)
    high = low.copy()
    inside = (places[:-1] >= 0) & (places[:-1] < len(block))
    if inside.any():
        ends = np.clip(np.maximum(places[1:], places[:-1] + 1), 0, len(block))
        pairs = np.stack([places[:-1], ends], axis=1)[inside].ravel()
        padded = np.append(block, block[-1])  # so that the very end is a legal place
        low[inside] = np.minimum.reduceat(padded, pairs)[::2]
        high[inside] = np.maximum.reduceat(padded, pairs)[::2]
    return Peaks((edges[:-1] + edges[1:]) / 2, low, high)


def read_sound(
    path: Path,
    channel: int | None,
    cancelled: threading.Event,
    begun: Callable[[RecordingSound, float], None],
    grew: Callable[[], None],
) -> RecordingSound | None:
    """Decode a recording to be looked at; None if it was cancelled. On a worker thread.

    Parameters
    ----------
    channel : int or None
        Which one, from 0; the mix of all if it is None, or there is no such one.
    begun : callable
        Told, as soon as the file is open, what will be appended to, and the seconds to expect (0: not known).
    grew : callable
        Told now and then that there is more.

    Raises
    ------
    EmoscopeError
        The file cannot be read.
    """
    from desktop_app.audio.files import open_recording

    with open_recording(path) as recording:
        rate = recording.sample_rate
        frames = recording.frames or round(recording.duration_s * rate)
        kept = LONG_RATE if frames > MOST_SAMPLES and rate > LONG_RATE else rate
        sound = RecordingSound(kept, math.ceil(frames * kept / rate) + kept)
        resampler = StreamResampler(rate, kept)
        begun(sound, recording.duration_s)
        if recording.duration_s >= _LONG_S:
            _glance(recording, channel, sound, cancelled)
            grew()
        told = time.monotonic()
        for block in recording.blocks(max(1, round(_BLOCK_S * rate))):
            if cancelled.is_set():
                return None
            sound.push(resampler.push(_one_channel(block, channel)))
            if time.monotonic() - told >= _TOLD_EACH_S:
                told = time.monotonic()
                grew()
        sound.push(resampler.flush())
        sound.complete = True
    return sound


def _glance(
    recording: Recording, channel: int | None, sound: RecordingSound, cancelled: threading.Event
) -> None:
    """Look at many places of a long recording, as far as its format lets one, and for seconds at most."""
    until = time.monotonic() + _MOST_GLANCING_S
    low, high = [], []
    for _, block in recording.glances(_GLANCES, max(1, round(_GLANCE_S * recording.sample_rate))):
        one = _one_channel(block, channel)
        low.append(one.min())
        high.append(one.max())
        if cancelled.is_set() or time.monotonic() > until:
            break
    if low:
        apart_s = recording.duration_s / _GLANCES
        sound.show_glances(apart_s, np.array(low, np.float32), np.array(high, np.float32))


def _one_channel(block: FloatArray, channel: int | None) -> FloatArray:
    """The channel of `block` [n, channels], or the mix of all."""
    one = channel is not None and block.ndim > 1 and channel < block.shape[1]
    return block[:, channel] if one else mix_to_mono(block)
