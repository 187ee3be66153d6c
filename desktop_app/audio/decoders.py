"""What decodes sound: one small interface, libsndfile behind it, and several streams as one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final, Protocol

import numpy as np

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.holes import Holes, silence
from desktop_app.core.quiet import quiet_stderr
from desktop_app.core.types import FloatArray

_UNKNOWN_FRAMES: Final = 1 << 60  # libsndfile's answer for a stream that does not tell its length
_EXACT_SEEK: Final = frozenset(
    {"PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"}
)
_LOSSLESS: Final = _EXACT_SEEK - {"ULAW", "ALAW"} | {"ALAC_16", "ALAC_20", "ALAC_24", "ALAC_32"}
_SEARCH_S: Final = 60.0  # to count the frames of an mp3 of many hours
_MP3_FRAME: Final = 1152  # samples; half of it at low rates


class CannotDecodeError(Exception):
    """A library does not take a file; the text says why, as the end of a sentence, or is empty."""


class CutOffError(CannotDecodeError):
    """A file ends, or is damaged, before its sound begins."""

    def __init__(self) -> None:
        super().__init__("it breaks off, or is damaged, before its sound begins")


class Decoder(Protocol):
    """Decodes a file from its beginning.

    Attributes
    ----------
    sample_rate, channels : int
    promised : int or None
        Frames that the container promises; None if it does not.
    blur : int
        By so many frames a promise is never exact.
    estimate_s : float
        How long the sound may be where nothing is promised, for a progress bar; 0 if nobody knows.
    damaged_at : int or None
        The first frame behind damage that could not be decoded.
    holes : Holes
        Where silence stands for sound that is missing.
    lossless : bool
        The samples are those that were recorded.
    """

    sample_rate: int
    channels: int
    promised: int | None
    blur: int
    estimate_s: float
    damaged_at: int | None
    holes: Holes
    lossless: bool

    def read(self, frames: int) -> FloatArray:
        """The next `frames` as float32 [n, channels]; fewer only at the end, none behind it."""

    def seek(self, frame: int) -> bool:
        """Go on at exactly this frame; False, and nothing has changed, where the format cannot."""

    def close(self) -> None: ...


class SndfileDecoder:
    """libsndfile: wav and its kin, aiff, flac, mp3, Ogg Vorbis and Opus.

    Parameters
    ----------
    file : BoundedFile
        With sizes in its header that are true: libsndfile believes them.

    Raises
    ------
    CannotDecodeError
    """

    def __init__(self, file: BoundedFile) -> None:
        import soundfile

        self._library = soundfile
        self._bounded = file
        file.seek(0)
        file.allow(_SEARCH_S if file.hides_length else None)
        try:
            # libmpg123 complains on stderr about whole files too, among them those that libsndfile writes.
            with quiet_stderr():
                self._file: Any = _unseeking(soundfile)(file)
        except (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError) as error:
            raise CannotDecodeError("its header is damaged") from error
        finally:
            file.check()
        if file.late:
            self._file.close()
            raise CannotDecodeError("it takes too long to search")
        self.sample_rate = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self.lossless = self._file.subtype in _LOSSLESS
        self.is_mp3 = "MPEG_LAYER" in self._file.subtype
        self.frames = int(self._file.frames)
        self.promised: int | None = self.frames if 0 <= self.frames < _UNKNOWN_FRAMES else None
        # An encoder's delay and padding blur the length of an mp3 by two of its frames.
        self.mp3_frame = _MP3_FRAME if self.sample_rate >= 32_000 else _MP3_FRAME // 2
        self.blur = 2 * self.mp3_frame if self.is_mp3 else 0
        self.estimate_s = 0.0
        self.damaged_at: int | None = None
        self.holes = Holes()
        self._position = 0

    def read(self, frames: int) -> FloatArray:
        self._bounded.allow()
        if self.promised is not None and self._file.format == "FLAC":
            # libFLAC fails at what lies behind the end where it is asked for more.
            frames = max(0, min(frames, self.promised - self._position))
        block: FloatArray = np.full((frames, self.channels), np.nan, dtype=np.float32)
        try:
            with quiet_stderr() if self.is_mp3 else contextlib.nullcontext():
                found = len(self._file.read(frames, dtype="float32", always_2d=True, out=block))
        except (self._library.LibsndfileError, RuntimeError):
            # What was decoded before the damage is in the block, but not how much of it that is.
            empty = np.isnan(block[:, 0])
            found = int(empty.argmax()) if empty.any() else frames
            self.damaged_at = self._position + found
        self._bounded.check()
        if self._bounded.late:
            self.damaged_at = self._position + found
        self._position += found
        return block[:found]

    def seek(self, frame: int) -> bool:
        if self._file.format in {"OGG", "MP3", "MPEG"} or self._file.subtype not in _EXACT_SEEK:
            return False
        if self.promised is None or frame > self.promised:
            return False
        self._bounded.allow()
        try:
            self._file.seek(frame)
        except (self._library.LibsndfileError, RuntimeError):
            return False
        self._position = frame
        return True

    @property
    def position(self) -> int:
        """Frames that were read, or the frame that was sought."""
        return self._position

    def bytes_done(self) -> int:
        """How far into the file the decoder has read."""
        return self._bounded.tell()

    def close(self) -> None:
        self._file.close()


@cache
def _unseeking(soundfile: Any) -> Any:
    """soundfile seeks to where it already is after each block, which GSM, G.721 and some FLACs cannot."""

    class Streaming(soundfile.SoundFile):  # type: ignore[misc]
        def seekable(self) -> bool:
            return False

    return Streaming


class LateDecoder:
    """A decoder, and silence before its sound."""

    def __init__(self, decoder: Decoder, late: int) -> None:
        self._decoder = decoder
        self._silence = late
        self.sample_rate, self.channels = decoder.sample_rate, decoder.channels
        self.promised = None if decoder.promised is None else decoder.promised + late
        self.blur, self.estimate_s, self.lossless = decoder.blur, decoder.estimate_s, decoder.lossless
        self.damaged_at: int | None = None
        self.holes = Holes()
        self.holes.add(0, late)

    def read(self, frames: int) -> FloatArray:
        if not self._silence:
            block = self._decoder.read(frames)
            self.damaged_at = self._decoder.damaged_at
            return block
        block = silence(min(frames, self._silence), self.channels)
        self._silence -= len(block)
        return block

    def seek(self, frame: int) -> bool:
        return False

    def close(self) -> None:
        self._decoder.close()


class JoinedDecoder:
    """Streams one after the other as one, in the format of the first.

    Parameters
    ----------
    first : Decoder
    following : callable
        Given the decoder that has come to its end; the next one, or None.
    """

    def __init__(self, first: Decoder, following: Callable[[Decoder], Decoder | None]) -> None:
        self._current: Decoder | None = first
        self._following = following
        self._adapter: _Adapter | None = None
        self._ready: list[FloatArray] = []
        self.sample_rate = first.sample_rate
        self.channels = first.channels
        self.promised = first.promised
        self.blur = first.blur
        self.estimate_s = first.estimate_s
        self.lossless = first.lossless
        self.damaged_at: int | None = None
        self.holes = Holes()
        self._produced = 0  # frames, in the format of the first stream
        self._began_at = 0  # where the current stream begins in them
        self._of_current = 0  # frames of the current stream

    def read(self, frames: int) -> FloatArray:
        have = sum(map(len, self._ready))
        while have < frames and self._current is not None:
            block = self._current.read(frames - have)
            self._of_current += len(block)
            if self._current.damaged_at is not None and not len(block):
                self._damage()  # right where a block ended
            if not len(block):
                block = self._next()
            else:
                if self._adapter is not None:
                    block = self._adapter.push(block)
                self._produced += len(block)
            if self._current is not None and self._current.damaged_at is not None:
                self._damage()
            self._ready.append(block)
            have += len(block)
        joined = np.concatenate(self._ready) if self._ready else self._nothing()
        self._ready = [joined[frames:]] if len(joined) > frames else []
        return joined[:frames]

    def _nothing(self) -> FloatArray:
        return np.empty((0, self.channels), dtype=np.float32)

    def _next(self) -> FloatArray:
        """What the adapter still held; afterwards the next stream is the current one."""
        assert self._current is not None  # noqa: S101 - narrows the type; the caller checked
        done = self._current
        rest = self._nothing() if self._adapter is None else self._adapter.flush()
        self._produced += len(rest)
        self.holes.join(done.holes, self._began_at, self.sample_rate / done.sample_rate)
        self._began_at = self._produced
        following = self._following(done)
        if following is not None:
            if done.promised is not None and self._of_current < done.promised - done.blur:
                self._damage()
            self._adapter = None
            if (following.sample_rate, following.channels) != (self.sample_rate, self.channels):
                self._adapter = _Adapter(following, self.sample_rate, self.channels)
            if self.promised is not None and following.promised is not None:
                more = round(following.promised * self.sample_rate / following.sample_rate)
                self.promised = max(self.promised, self._produced + more)
            self._of_current = 0
        done.close()
        self._current = following
        return rest

    def _damage(self) -> None:
        if self.damaged_at is None:
            self.damaged_at = self._produced

    def seek(self, frame: int) -> bool:
        """Inside of the first stream, before another one was joined."""
        if self._current is None or self._began_at or self._adapter is not None:
            return False
        if not self._current.seek(frame):
            return False
        self._ready = []
        self._produced = self._of_current = frame
        return True

    def close(self) -> None:
        if self._current is not None:
            self._current.close()
            self._current = None


class _Adapter:
    """Sound of another rate or number of channels in the format of what came before."""

    def __init__(self, source: Decoder, sample_rate: int, channels: int) -> None:
        import soxr

        self._channels = channels
        self._stream: Any = None
        if source.sample_rate != sample_rate:
            self._stream = soxr.ResampleStream(
                source.sample_rate, sample_rate, channels, dtype="float32", quality="HQ"
            )

    def push(self, block: FloatArray) -> FloatArray:
        if block.shape[1] != self._channels:
            block = np.repeat(block.mean(axis=1, keepdims=True, dtype=np.float32), self._channels, axis=1)
        return block if self._stream is None else self._resample(block, last=False)

    def flush(self) -> FloatArray:
        empty: FloatArray = np.empty((0, self._channels), dtype=np.float32)
        return empty if self._stream is None else self._resample(empty, last=True)

    def _resample(self, block: FloatArray, last: bool) -> FloatArray:
        out: FloatArray = self._stream.resample_chunk(np.ascontiguousarray(block), last=last)
        return out.reshape(-1, self._channels)
