"""Sound on its way from the player's thread to the sound card, and which moment of it is heard when.

The player's thread puts pieces into a queue; the callback of the sound card takes from it. Neither waits for
the other: queues are exchanged and flags set by single assignments. Wherever sound begins, breaks off or goes
over into other sound, 5 ms of fading keep it from clicking.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from desktop_app.core.types import FloatArray

FADE_S: Final = 0.005
_MARKS: Final = 512  # some seconds of callbacks


@dataclass(frozen=True, slots=True)
class Piece:
    """Some output, and where in the recording it comes from.

    Attributes
    ----------
    samples : ndarray
        float32 [n, channels].
    place_s : float
        The moment of the recording that the first frame is, in seconds.
    speed : float
        How many seconds of the recording pass in one second of output.
    """

    samples: FloatArray
    place_s: float
    speed: float


class _Mark(NamedTuple):
    heard_at: float
    seconds: float
    place_s: float
    speed: float


class PieceQueue:
    """Pieces that follow one another. The player's thread puts, the callback takes.

    Parameters
    ----------
    follows : bool
        It goes on with what is heard, in another way (speed, loop): what the callback has handed over in the
        meantime is left out.
    """

    def __init__(self, *, follows: bool = False) -> None:
        self.follows = follows
        self.complete = False  # nothing more will be put
        self.put_frames = 0
        self.taken_frames = 0
        self._pieces: deque[Piece] = deque()
        self._at = 0  # in the first piece

    def put(self, piece: Piece) -> None:
        if len(piece.samples):
            self.put_frames += len(piece.samples)
            self._pieces.append(piece)

    @property
    def waiting_frames(self) -> int:
        return self.put_frames - self.taken_frames

    def take(self, most: int, sample_rate: int) -> Piece | None:
        """Up to `most` frames of one piece; None if nothing is there."""
        if not self._pieces or most < 1:
            return None
        first = self._pieces[0]
        begin = self._at
        samples = first.samples[begin : begin + most]
        self._at += len(samples)
        if self._at >= len(first.samples):
            self._pieces.popleft()
            self._at = 0
        self.taken_frames += len(samples)
        return Piece(samples, first.place_s + begin / sample_rate * first.speed, first.speed)

    def skip_to(self, place_s: float, sample_rate: int) -> None:
        """Leave out what comes before a moment of the recording, if it is among the pieces that are there."""
        latest = -math.inf
        while self._pieces:
            first = self._pieces[0]
            if first.place_s < latest:  # a loop begins anew
                return
            latest = first.place_s
            behind = round((place_s - first.place_s) / first.speed * sample_rate) - self._at
            count = min(behind, len(first.samples) - self._at)
            if count < 1 or self.take(count, sample_rate) is None or self._at:
                return


class PlaybackBuffer:
    """What the callback of an output plays.

    Parameters
    ----------
    sample_rate, channels : int
        Of the output.
    place_s : float
        Where the recording is before anything was heard.

    Attributes
    ----------
    volume : float
        Factor of amplitude; changes are faded.
    held : bool
        Set by the player: nothing is taken any more, and silence goes out.
    """

    def __init__(self, sample_rate: int, channels: int, place_s: float, volume: float = 1.0) -> None:
        self.sample_rate = sample_rate
        self.channels = channels
        self.volume = volume
        self.held = False
        self._queue = self._playing = PieceQueue()
        self._marks: deque[_Mark] = deque(maxlen=_MARKS)
        self._place_s = place_s  # of the next frame to be handed over
        self._ramp = np.linspace(0, 1, max(2, round(FADE_S * sample_rate)), dtype=np.float32)[:, None]
        self._gain = volume  # last factor of volume
        self._audible = False  # whether the frame before the next was sound
        self._silent_at: float | None = None
        self._ended: tuple[PieceQueue, float] | None = None

    # --- on the player's thread ---------------------------------------------------------------------------

    def switch(self, queue: PieceQueue) -> None:
        """Go over to another queue with the next callback."""
        self._queue = queue

    @property
    def next_place_s(self) -> float:
        """The moment of the recording that is handed over next; heard later by the latency of the output."""
        return self._place_s

    def place_at(self, moment: float) -> float:
        """Which moment of the recording is heard at a moment of the monotonic clock, both in seconds."""
        marks = list(self._marks)
        for mark in reversed(marks):
            if mark.heard_at <= moment:
                return mark.place_s + mark.speed * min(moment - mark.heard_at, mark.seconds)
        return marks[0].place_s if marks else self._place_s

    def silent_since(self) -> float | None:
        """When the last sound before a hold is, or was, heard; None if sound still goes out."""
        return self._silent_at

    def ended_at(self) -> float | None:
        """When the last sound is, or was, heard, if the queue is complete and was handed over."""
        ended = self._ended
        return ended[1] if ended is not None and ended[0] is self._queue else None

    # --- in the callback ----------------------------------------------------------------------------------

    def render(self, out: FloatArray, heard_at: float) -> None:
        """Fill `out`, float32 [n, channels], whose first frame is heard at `heard_at` (monotonic clock)."""
        out.fill(0)
        queue, held = self._queue, self.held
        filled = 0
        tail: FloatArray | None = None
        if queue is not self._playing:
            tail = self._last_of(self._playing) if self._audible else None
            if queue.follows:
                queue.skip_to(self._place_s, self.sample_rate)
            self._playing = queue
            self._audible = False
        fade = len(self._ramp)
        if held:
            if self._audible:
                filled = self._copy(out[:fade], heard_at)
                out[:filled] *= self._ramp[::-1][fade - filled :]
                self._audible = False
            self._silence(heard_at, filled, len(out))
            if self._silent_at is None:
                self._silent_at = heard_at + filled / self.sample_rate
        else:
            self._silent_at = None
            was_audible = self._audible
            filled = self._copy(out, heard_at)
            if filled and not was_audible:
                count = min(fade, filled)
                out[:count] *= self._ramp[:count]
            self._audible = filled > 0
            if filled < len(out):
                self._break_off(out, filled, heard_at)
        if tail is not None:
            count = min(len(tail), len(out))
            out[:count] += tail[:count]
        self._apply_volume(out)

    def _break_off(self, out: FloatArray, filled: int, heard_at: float) -> None:
        """Nothing more is there: it has ended, or is not ready. The end of a recording is faded already."""
        if self._playing.complete and not self._playing.waiting_frames:
            if self._ended is None or self._ended[0] is not self._playing:
                self._ended = (self._playing, heard_at + filled / self.sample_rate)
        else:
            count = min(len(self._ramp), filled)
            out[filled - count : filled] *= self._ramp[::-1][len(self._ramp) - count :]
        self._audible = False
        self._silence(heard_at, filled, len(out))

    def _copy(self, out: FloatArray, heard_at: float) -> int:
        """Move frames from the queue into `out`; how many there were."""
        filled = 0
        while filled < len(out):
            piece = self._playing.take(len(out) - filled, self.sample_rate)
            if piece is None:
                break
            count = len(piece.samples)
            out[filled : filled + count] = piece.samples
            seconds = count / self.sample_rate
            moment = heard_at + filled / self.sample_rate
            self._marks.append(_Mark(moment, seconds, piece.place_s, piece.speed))
            self._place_s = piece.place_s + seconds * piece.speed
            filled += count
        return filled

    def _silence(self, heard_at: float, begin: int, end: int) -> None:
        if begin < end:
            moment = heard_at + begin / self.sample_rate
            self._marks.append(_Mark(moment, (end - begin) / self.sample_rate, self._place_s, 0.0))

    def _last_of(self, queue: PieceQueue) -> FloatArray:
        """The next 5 ms of a queue that is left, faded out."""
        fade = len(self._ramp)
        taken: list[FloatArray] = []
        while (found := sum(map(len, taken))) < fade:
            piece = queue.take(fade - found, self.sample_rate)
            if piece is None:
                break
            taken.append(piece.samples)
        if not taken:
            return np.zeros((0, self.channels), np.float32)
        last = np.concatenate(taken)
        faded: FloatArray = last * self._ramp[::-1][fade - len(last) :]
        return faded

    def _apply_volume(self, out: FloatArray) -> None:
        volume = self.volume
        if volume != self._gain:
            count = min(len(self._ramp), len(out))
            out[:count] *= self._gain + (volume - self._gain) * self._ramp[:count]
            out[count:] *= volume
            self._gain = volume
        elif volume != 1.0:
            out *= volume
