"""A single-producer, single-consumer ring of audio frames for the audio callback.

The writer neither locks nor waits: a full ring loses the newest frames and counts them. Each side owns one
monotonic counter that only it changes. CPython publishes an attribute store whole, and the writer stores its
counter after the samples, so the reader never sees frames that are not there yet (Lamport's queue, as in
PortAudio's pa_ringbuffer).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from desktop_app.core.types import FloatArray


class RingBuffer:
    """Preallocated ring of float32 frames.

    Parameters
    ----------
    capacity : int
        Frames the ring can hold.
    channels : int
        Samples in a frame.
    """

    def __init__(self, capacity: int, channels: int = 1) -> None:
        if capacity < 1 or channels < 1:
            raise ValueError(f"capacity and channels must be at least 1, got {capacity} and {channels}")
        self._frames: FloatArray = np.zeros((capacity, channels), dtype=np.float32)
        self._capacity = capacity
        self._written = 0
        self._read = 0
        self._dropped = 0
        # (frames stored before a loss, frames lost), one for each write to a full ring.
        self._seams: deque[tuple[int, int]] = deque()

    @property
    def capacity(self) -> int:
        return self._capacity

    @property
    def channels(self) -> int:
        return int(self._frames.shape[1])

    @property
    def written(self) -> int:
        """Frames ever stored."""
        return self._written

    @property
    def read_count(self) -> int:
        """Frames ever handed out."""
        return self._read

    @property
    def dropped(self) -> int:
        """Frames ever lost because the ring was full."""
        return self._dropped

    def __len__(self) -> int:
        return self._written - self._read

    def write(self, frames: FloatArray) -> int:
        """Store as many of `frames` [n, channels] as fit and count the rest as dropped; return how many fit.

        For the producer's thread alone.
        """
        offered = len(frames)
        count = min(offered, self._capacity - (self._written - self._read))
        if count:
            start = self._written % self._capacity
            head = min(count, self._capacity - start)
            self._frames[start : start + head] = frames[:head]
            if count > head:
                self._frames[: count - head] = frames[head:count]
            self._written += count
        if count < offered:
            self._seams.append((self._written, offered - count))
            self._dropped += offered - count
        return count

    def frames_to_loss(self) -> int | None:
        """How many frames can be read before the next ones that are missing; None if none are.

        For the consumer's thread alone.
        """
        return max(0, self._seams[0][0] - self._read) if self._seams else None

    def take_loss(self) -> int:
        """Frames missing right after what was read; each is told once. For the consumer's thread alone."""
        lost = 0
        while self._seams and self._seams[0][0] <= self._read:
            lost += self._seams.popleft()[1]
        return lost

    def read(self, limit: int | None = None) -> FloatArray:
        """Take out up to `limit` frames as a copy [n, channels]. For the consumer's thread alone."""
        count = self._written - self._read
        if limit is not None:
            count = min(count, limit)
        start = self._read % self._capacity
        head = min(count, self._capacity - start)
        out = np.empty((count, self._frames.shape[1]), dtype=np.float32)
        out[:head] = self._frames[start : start + head]
        out[head:] = self._frames[: count - head]
        self._read += count
        return out
