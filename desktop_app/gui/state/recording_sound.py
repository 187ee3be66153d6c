"""The sound of the recording in sight, to be drawn from an hour down to a sample. Knows no Qt."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.envelope import Envelope, Peaks
from desktop_app.core.resample import StreamResampler, mix_to_mono
from desktop_app.core.types import FloatArray

MOST_SAMPLES: Final = 96 * 2**20
"""As many are kept as they are (192 MB); of more sound `LONG_RATE` a second are."""
LONG_RATE: Final = 16_000
_DIRECT: Final = 1 << 19  # samples that are looked at one by one: half a minute at 16 kHz
_BLOCK_S: Final = 2.0
_TOLD_EACH_S: Final = 0.15
_SCALE: Final = 32768.0


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

    @property
    def end_s(self) -> float:
        """How much there is by now, in seconds."""
        return self._count / self.sample_rate

    @property
    def loudest(self) -> float:
        return self._envelope.loudest

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
            return self._envelope.scrolling(end_s, column_s, columns)
        first = math.floor(end_s / column_s) - columns + 1
        edges = (first + np.arange(columns + 1, dtype=np.float64)) * column_s
        begin = max(0, math.floor(edges[0] * self.sample_rate))
        block = self[begin : max(begin, math.ceil(edges[-1] * self.sample_rate) + 1)]
        if column_s * self.sample_rate <= 1.0:
            times = (begin + np.arange(len(block))) / self.sample_rate
            return Peaks(times, block, block)
        return _peaks(edges, np.ceil(edges * self.sample_rate).astype(np.int64) - begin, block)


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
        told = time.monotonic()
        for block in recording.blocks(max(1, round(_BLOCK_S * rate))):
            if cancelled.is_set():
                return None
            one = channel is not None and block.ndim > 1 and channel < block.shape[1]
            sound.push(resampler.push(block[:, channel] if one else mix_to_mono(block)))
            if time.monotonic() - told >= _TOLD_EACH_S:
                told = time.monotonic()
                grew()
        sound.push(resampler.flush())
        sound.complete = True
    return sound
