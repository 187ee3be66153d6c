"""Speech slower or faster at its own pitch: waveform-similarity overlap-add (WSOLA).

FFmpeg's `atempo` does the same through PyAV, which frozen packages leave out. Compared with it on tones and
glides at five speeds, the fundamental frequency is kept better (median error at most 0.1 %, against 0.8 %),
and 1.4 % of a core is spent in place of 0.5 %.

References
----------
W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for high quality
time-scale modification of speech", ICASSP 1993.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.core.types import FloatArray

MIN_SPEED: Final = 0.5
MAX_SPEED: Final = 2.0

_FRAME_S: Final = 0.030  # more than two periods of a voice of 75 Hz
_SEARCH_S: Final = 0.008  # to each side: one period of such a voice lies within


class TimeStretch:
    """Changes the duration of a stream of samples and keeps its pitch.

    Frames of 30 ms are put together every 15 ms. Each is taken near the place where it should be, where it is
    most like what would have followed the frame before, so that periods of the voice go on undisturbed.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    channels : int
        All are cut at the same places.
    speed : float
        How much faster, `MIN_SPEED` to `MAX_SPEED`. At 1 samples come out as they went in.

    Attributes
    ----------
    produced : int
        Frames that came out so far. Frame n sounds like the one at n * speed of the input, give or take 8 ms.
    """

    def __init__(self, sample_rate: int, channels: int, speed: float) -> None:
        if not MIN_SPEED <= speed <= MAX_SPEED:
            raise ValueError(f"speed must be from {MIN_SPEED} to {MAX_SPEED}, got {speed}")
        self.speed = speed
        self.produced = 0
        self._hop = max(2, round(sample_rate * _FRAME_S / 2))
        self._search = max(1, round(sample_rate * _SEARCH_S))
        ramp = np.sin(np.pi / 2 * (np.arange(self._hop) + 0.5) / self._hop) ** 2
        self._rise = ramp.astype(np.float32)[:, None]
        self._size = 1 << (3 * self._hop + 2 * self._search - 1).bit_length()  # of the Fourier transforms
        self._input: FloatArray = np.empty((0, channels), np.float32)
        self._begin = 0  # which frame of the stream `_input` begins with
        self._pushed = 0
        self._frame = 0  # the next one to put together
        self._next = 0  # where in the stream the frame before would go on

    def push(self, frames: FloatArray) -> FloatArray:
        """The output that is certain after these frames, float32 [n, channels]; often none, then several."""
        self._pushed += len(frames)
        if self.speed == 1.0:
            self.produced += len(frames)
            return frames
        self._input = np.concatenate((self._input, frames))
        made = []
        while self._needed() <= self._pushed:
            made.append(self._overlap_add())
        self._forget()
        return self._given(made)

    def flush(self) -> FloatArray:
        """What is left, float32 [n, channels]: all output is then as long as the input divided by the speed.

        Sound that does not fade out at its end may click there.
        """
        if self.speed == 1.0:
            return self._input
        total = round(self._pushed / self.speed)
        left = total - self.produced
        silence = np.zeros((3 * self._hop + 2 * self._search, self._input.shape[1]), np.float32)
        self._input = np.concatenate((self._input, silence))
        made: list[FloatArray] = []
        while len(made) * self._hop < left:
            if self._needed() - self._begin > len(self._input):
                self._input = np.concatenate((self._input, silence))
            made.append(self._overlap_add())
        return self._given(made)[:left]

    def _given(self, made: list[FloatArray]) -> FloatArray:
        out = np.concatenate(made) if made else self._input[:0]
        self.produced += len(out)
        return out

    def _place(self) -> int:
        """Where in the stream the next frame should be taken: its middle is at its time."""
        return max(0, round((self._frame + 1) * self._hop * self.speed) - self._hop)

    def _needed(self) -> int:
        """How much of the stream the next frame may look at."""
        return max(self._place() + self._search, self._next) + 2 * self._hop

    def _overlap_add(self) -> FloatArray:
        """The next hop of output: the end of the frame before, faded into the beginning of the next."""
        place = self._place()
        hop, natural = self._hop, self._next - self._begin
        if self._frame == 0:
            out = self._input[:hop].copy()
            self._next = hop
        else:
            low = max(place - self._search, self._begin)
            found = low + self._most_similar(natural, low - self._begin, place - low)
            new = found - self._begin
            before = self._input[natural : natural + hop]
            out = before + self._rise * (self._input[new : new + hop] - before)
            self._next = found + hop
        self._frame += 1
        return out

    def _most_similar(self, natural: int, low: int, wanted: int) -> int:
        """How far behind `low` the input is most like that at `natural`, by normalised cross-correlation.

        Compared are two hops, a whole frame, of all channels. Where nothing is alike, it is `wanted`.
        """
        length = 2 * self._hop
        places = wanted + self._search + 1
        region = self._input[low : low + places + length - 1].astype(np.float64)
        target = self._input[natural : natural + length]
        spectra = np.fft.rfft(region, self._size, axis=0) * np.fft.rfft(target, self._size, axis=0).conj()
        similar = np.fft.irfft(spectra.sum(axis=1), self._size)[:places]
        sums = np.concatenate(([0.0], np.cumsum((region**2).sum(axis=1))))
        energy = sums[length:] - sums[:-length]
        score = similar / np.sqrt(np.maximum(energy, 0.0) + 1e-9)
        best = int(score.argmax())
        return best if score[best] > score[wanted] + 1e-6 else wanted

    def _forget(self) -> None:
        """Drop input that no frame to come can need."""
        keep = max(self._begin, min(self._next, self._place() - self._search))
        if keep - self._begin > 8 * self._hop:
            self._input = self._input[keep - self._begin :]
            self._begin = keep
