"""From a recording to the pieces that an output plays: a stretch of it, once or in a loop, at any speed."""

from __future__ import annotations

import math

import numpy as np
import soxr

from desktop_app.audio.playable import BLOCK_FRAMES, Playable
from desktop_app.audio.playback_buffer import FADE_S, Piece
from desktop_app.audio.time_stretch import TimeStretch
from desktop_app.core.types import FloatArray

MIN_LOOP_S = 0.05


class PlaybackChain:
    """Gives the pieces from `start_s` on, up to `end_s`, or round and round in `loop`.

    Parameters
    ----------
    sound : Playable
    start_s : float
        Where to begin.
    end_s : float, optional
        Where to end; by default at the end of the sound.
    loop : (float, float), optional
        From where to where to play again and again; at its end, or at that of the sound, it goes on at its
        beginning. `end_s` does not count then.
    speed : float
    rate : int
        Of the output, in Hz.

    Attributes
    ----------
    ended : bool
        There is no piece any more.
    """

    def __init__(
        self,
        sound: Playable,
        start_s: float,
        end_s: float | None = None,
        *,
        loop: tuple[float, float] | None = None,
        speed: float = 1.0,
        rate: int,
    ) -> None:
        self.ended = False
        self._sound = sound
        self._speed = speed
        self._rate = rate
        self._fade = max(2, round(FADE_S * sound.sample_rate))
        self._ramp = np.linspace(0, 1, self._fade, dtype=np.float32)[:, None]
        self._loop = loop and (self._frame(loop[0]), self._frame(loop[1]))
        end = None if end_s is None else self._frame(end_s)
        self._begin(self._frame(start_s), self._loop[1] if self._loop else end, faded_in=False)

    def _frame(self, seconds: float) -> int:
        return max(0, round(seconds * self._sound.sample_rate))

    def _begin(self, start: int, end: int | None, *, faded_in: bool) -> None:
        """One pass through the sound, with filters of its own."""
        rate = self._sound.sample_rate
        self._start, self._next, self._end = start, start, end
        self._faded_in = faded_in
        self._held: FloatArray | None = None  # the latest block: it may turn out to be the last
        self._given = 0  # frames of output
        self._stretch = TimeStretch(rate, self._sound.channels, self._speed)
        self._resampler: soxr.ResampleStream | None = None
        if rate != self._rate:
            self._resampler = soxr.ResampleStream(rate, self._rate, self._sound.channels, dtype="float32")

    def next(self) -> Piece | None:
        """The next piece, perhaps an empty one; None if the sound is not decoded so far, or has ended.

        Raises
        ------
        AudioError
            The recording cannot be read any further.
        """
        if self.ended:
            return None
        count = BLOCK_FRAMES if self._end is None else min(BLOCK_FRAMES, self._end - self._next)
        nothing: FloatArray = np.empty((0, self._sound.channels), np.float32)
        block = self._sound.read(self._next, count) if count > 0 else nothing
        if block is None:
            return None
        self._next += len(block)
        if len(block):
            if self._faded_in:
                block = self._fade_in(block)
            if self._held is not None:
                block, self._held = np.concatenate((self._held, block)), None
            # The last 5 ms are kept back until it is known whether more follows.
            self._held = block[-self._fade :]
            return self._made(self._stretch.push(block[: -self._fade]), last=False)
        return self._last_piece()

    def _fade_in(self, block: FloatArray) -> FloatArray:
        self._faded_in = False
        count = min(self._fade, len(block))
        block = block.copy()
        block[:count] *= self._ramp[:count]
        return block

    def _last_piece(self) -> Piece:
        parts = []
        if self._held is not None:
            faded = self._held * self._ramp[::-1][self._fade - len(self._held) :]
            parts.append(self._stretch.push(faded))
        parts.append(self._stretch.flush())
        piece = self._made(np.concatenate(parts), last=True)
        if self._loop is None or self._next <= self._loop[0]:  # the loop lies behind the end
            self.ended = True
        else:
            self._begin(*self._loop, faded_in=True)
        return piece

    def _made(self, samples: FloatArray, *, last: bool) -> Piece:
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples), last=last)
            samples = samples.reshape(-1, self._sound.channels)
        place_s = self._start / self._sound.sample_rate + self._given / self._rate * self._speed
        self._given += len(samples)
        return Piece(samples, place_s, self._speed)


def checked_loop(start_s: float, end_s: float) -> tuple[float, float]:
    """A loop that can be played.

    Raises
    ------
    ValueError
        It is no stretch of time.
    """
    if not (math.isfinite(start_s) and math.isfinite(end_s) and 0 <= start_s < end_s):
        raise ValueError(f"a loop goes from 0 or later to a later time, not from {start_s} to {end_s}")
    return start_s, max(end_s, start_s + MIN_LOOP_S)
