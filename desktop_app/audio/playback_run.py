"""What a player was told to do, and what plays between the opening of an output and its close."""

from __future__ import annotations

import threading
from typing import Final

import numpy as np

from desktop_app.audio.output_stream import OutputStream
from desktop_app.audio.playable import Playable
from desktop_app.audio.playback_buffer import Piece, PieceQueue, PlaybackBuffer
from desktop_app.audio.playback_chain import PlaybackChain
from desktop_app.core.types import FloatArray

_AHEAD_S: Final = 0.5  # kept ready for the callback


class Orders:
    """What is to be done, written by callers, read by the player's thread; its lock guards both."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.playing = False
        self.closed = False
        self.rest_s = 0.0  # where it stands, or is to begin
        self.end_s: float | None = None
        self.loop: tuple[float, float] | None = None
        self.speed = 1.0
        self.volume = 1.0
        self.device: str | None = None
        self.jump = False  # go to `rest_s`
        self.renew = False  # go on where it is, with another loop, end or speed
        self.reopen = False  # on another device


class Run:
    """What plays between the opening of an output and its close."""

    def __init__(self, sound: Playable, orders: Orders, stream: OutputStream, place_s: float) -> None:
        self.stream = stream
        self.buffer = PlaybackBuffer(stream.sample_rate, stream.channels, place_s, orders.volume)
        self.queue = PieceQueue()
        self.waiting = False
        self._sound = sound
        self._orders = orders
        self._chain: PlaybackChain | None = None
        self._following = False  # `queue` gets its first sound before it takes the place of what plays

    def aim(self, place_s: float, *, follows: bool) -> None:
        """Play from `place_s` on, by the orders of this moment; `follows` if it is what would come anyway."""
        with self._orders.lock:
            loop, end_s, speed = self._orders.loop, self._orders.end_s, self._orders.speed
        if loop is not None and not loop[0] <= place_s < loop[1]:
            place_s, follows = loop[0], False
        rate = self.buffer.sample_rate
        self._chain = PlaybackChain(self._sound, place_s, end_s, loop=loop, speed=speed, rate=rate)
        self.queue = PieceQueue(follows=follows)
        self._following = follows
        if not follows:
            self.buffer.switch(self.queue)

    def pump(self) -> None:
        """Keep some sound ready. Raises AudioError."""
        chain, buffer, queue = self._chain, self.buffer, self.queue
        if chain is None:
            return
        self.waiting = False
        while queue.waiting_frames < _AHEAD_S * buffer.sample_rate and not chain.ended:
            piece = chain.next()
            if piece is None:
                self.waiting = not queue.waiting_frames
                break
            queue.put(Piece(_fitting(piece.samples, buffer.channels), piece.place_s, piece.speed))
        queue.complete = chain.ended
        if self._following:
            self._following = False
            buffer.switch(queue)


def _fitting(samples: FloatArray, channels: int) -> FloatArray:
    """[n, 1 or 2] for an output of so many channels."""
    if samples.shape[1] == channels:
        return samples
    if channels == 1:
        mono: FloatArray = samples.mean(axis=1, dtype=np.float32, keepdims=True)
        return mono
    wide: FloatArray = np.repeat(samples, channels, axis=1)
    return wide
