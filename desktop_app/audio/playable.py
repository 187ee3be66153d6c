"""What a player reads from: sound that begins at any frame at once, whatever file it comes from.

wav, aiff, flac and the like seek exactly, and are read where they are. Other formats have to be decoded from
their beginning: ten minutes of mp3, Ogg Vorbis, m4a or Opus take 3 to 9 s, too long to wait for at a click.
They are decoded once, ahead of the player and on a thread of their own, into a copy of 16 bits, in memory or,
above `_IN_MEMORY` bytes, in a temporary file without a name.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.files import open_recording
from desktop_app.audio.recording import Recording
from desktop_app.core.errors import EmoscopeError, unexpected
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import FloatArray

BLOCK_FRAMES: Final = 4096
_DECODED_FRAMES: Final = 1 << 15
_IN_MEMORY: Final = 64 * 2**20
_END_S: Final = 1.0  # to break off decoding
_CENTRE: Final = 0.70710678

# Of each channel, the share of the left side; the right one mirrors it. Orders of FFmpeg and of wav.
_LEFT: Final[dict[int, tuple[float, ...]]] = {
    3: (1, 0, _CENTRE),  # left, right, centre
    5: (1, 0, _CENTRE, _CENTRE, 0),  # ... back left, back right
    6: (1, 0, _CENTRE, 0, _CENTRE, 0),  # ... low frequencies before the back
    8: (1, 0, _CENTRE, 0, _CENTRE, 0, _CENTRE, 0),
}
_RIGHT: Final[dict[int, tuple[float, ...]]] = {
    3: (0, 1, _CENTRE),
    5: (0, 1, _CENTRE, 0, _CENTRE),
    6: (0, 1, _CENTRE, 0, 0, _CENTRE),
    8: (0, 1, _CENTRE, 0, 0, _CENTRE, 0, _CENTRE),
}


class Playable(Protocol):
    """Sound to be played.

    Attributes
    ----------
    sample_rate : int
        In Hz.
    channels : int
        1 or 2.
    frames : int or None
        How long it is; before a file was read to its end, what it promises, or None.
    """

    sample_rate: int
    channels: int

    @property
    def frames(self) -> int | None: ...

    def read(self, start: int, count: int) -> FloatArray | None:
        """Up to `count` frames from `start`, float32 [n, channels]; none at the end.

        None if they are not decoded yet: ask again. Raises AudioError.
        """

    def close(self) -> None: ...


class Samples:
    """An array as sound: float32 [n] or [n, channels]. It is not copied."""

    def __init__(self, samples: FloatArray, sample_rate: int) -> None:
        if samples.ndim not in {1, 2} or sample_rate < 1:
            raise ValueError(
                f"samples must be [n] or [n, channels], and their rate positive; "
                f"got {samples.shape} at {sample_rate}"
            )
        self._samples = samples if samples.ndim == 2 else samples[:, None]
        self.sample_rate = sample_rate
        self.channels = min(2, self._samples.shape[1])

    @property
    def frames(self) -> int:
        return len(self._samples)

    def read(self, start: int, count: int) -> FloatArray:
        return stereo(np.asarray(self._samples[start : start + count], np.float32))

    def close(self) -> None: ...


def open_playable(path: str | os.PathLike[str]) -> Playable:
    """A recording as sound to be played.

    Raises
    ------
    AudioError
        As `open_recording`.
    """
    recording = open_recording(path, min_duration_s=0.0)
    try:
        return _Sought(recording) if recording.can_seek() else _Decoded(recording)
    except BaseException:
        recording.close()
        raise


class _Sought:
    """A recording whose decoder seeks exactly."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._blocks: Iterator[FloatArray] | None = None
        self._left: FloatArray | None = None
        self._at = 0
        self._found: int | None = None
        self.sample_rate = recording.sample_rate
        self.channels = min(2, recording.channels)

    @property
    def frames(self) -> int | None:
        return self._recording.frames if self._found is None else self._found

    def read(self, start: int, count: int) -> FloatArray:
        if self._blocks is None or start != self._at:
            self._stop()
            self._blocks = self._recording.blocks(BLOCK_FRAMES, start)
            self._at = start
        if self._left is None or not len(self._left):
            self._left = next(self._blocks, None)
            if self._left is None:
                self._found = min(self._at, self._recording.frames or self._at)
                return np.empty((0, self.channels), np.float32)
        block, self._left = self._left[:count], self._left[count:]
        self._at += len(block)
        return stereo(block)

    def close(self) -> None:
        self._stop()
        self._recording.close()

    def _stop(self) -> None:
        close = getattr(self._blocks, "close", None)
        if close is not None:
            close()
        self._blocks = self._left = None


class _Decoded:
    """A recording that is decoded from its beginning, on a thread of its own, into a copy."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._lock = threading.Lock()
        self._ended = False
        self._ready = 0
        self._error: EmoscopeError | None = None
        self._closed = False
        self.sample_rate = recording.sample_rate
        self.channels = min(2, recording.channels)
        self._copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed in `_release`
        self._thread = SupervisedThread("emoscope-decode", self._work, self._fail)
        self._thread.start()

    @property
    def frames(self) -> int | None:
        return self._ready if self._ended else self._recording.frames

    def read(self, start: int, count: int) -> FloatArray | None:
        with self._lock:
            found = min(count, self._ready - start)
            if found > 0 and not self._closed:
                size = 2 * self.channels
                self._copy.seek(start * size)
                data = self._copy.read(found * size)
                samples = np.frombuffer(data, np.int16).reshape(-1, self.channels)
                return samples.astype(np.float32) / np.float32(32768)
            if self._error is not None:
                raise self._error
            return np.empty((0, self.channels), np.float32) if self._ended or self._closed else None

    def close(self) -> None:
        self._closed = True
        if self._thread.join(_END_S):
            self._release()

    def _work(self) -> None:
        for block in self._recording.blocks(_DECODED_FRAMES):
            if self._closed:
                return
            samples = np.clip(np.round(stereo(block) * 32768), -32768, 32767).astype(np.int16)
            self._keep(samples.tobytes(), len(samples))
        with self._lock:
            self._ended = True

    def _release(self) -> None:
        with self._lock:
            self._copy.close()
        self._recording.close()

    def _keep(self, data: bytes, frames: int) -> None:
        with self._lock:
            try:
                self._copy.seek(0, os.SEEK_END)
                self._copy.write(data)
            except OSError as error:
                raise AudioError(
                    f'The sound of "{self._recording.path}" cannot be kept for playing: '
                    f"{error.strerror or error}.",
                    f"Free some space in {tempfile.gettempdir()}.",
                    code="audio.no_room",
                ) from error
            self._ready += frames

    def _fail(self, error: Exception) -> None:
        with self._lock:
            self._error = error if isinstance(error, EmoscopeError) else AudioError(unexpected(error))


def stereo(block: FloatArray) -> FloatArray:
    """[n, channels] as [n, 1 or 2]; more channels are mixed down, surround sound by its usual weights."""
    channels = block.shape[1]
    if channels <= 2:
        return block
    if channels in _LEFT:
        weights = np.array([_LEFT[channels], _RIGHT[channels]], np.float32).T
    else:
        weights = np.zeros((channels, 2), np.float32)
        weights[::2, 0] = weights[1::2, 1] = 1.0
    mixed: FloatArray = block @ (weights / weights.sum(axis=0).max())
    return mixed
