"""How a file is decoded, and its samples from the beginning or from any frame on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.chunks import Samples
from desktop_app.audio.decoders import CannotDecodeError, Decoder
from desktop_app.audio.ffmpeg_decoder import FfmpegDecoder, has_ffmpeg
from desktop_app.audio.frame_walk import Walk
from desktop_app.audio.holes import Holes
from desktop_app.audio.identify import Kind
from desktop_app.core.types import FloatArray

_SKIP_FRAMES: Final = 1 << 16


@dataclass(slots=True)
class Source:
    """How a file is decoded, and what its container already tells about its end."""

    open: Callable[[], Decoder]
    kind: Kind
    samples: Samples | None = None
    promised: int | None = None  # frames, where the samples that are there are fewer or more
    open_end: bool = False
    libsndfile: bool = True
    unread: int = 0  # bytes of other recordings behind the end, which are not read
    repaired: bool = False  # the sound was found although a header tells wrong lengths
    walk: Callable[[], Walk] = Walk  # of a file of frames, what lies between them


class DecodedStream:
    """A decoder from its beginning; where libsndfile gives up in the middle of a FLAC, FFmpeg goes on."""

    def __init__(self, decoder: Decoder, head: FloatArray, source: Source, view: BoundedFile) -> None:
        self.decoder = decoder
        self.damaged_at: int | None = None
        self._current = decoder
        self._head = head
        self.source = source
        self._view = view
        self._position = 0
        self._may_rescue = source.libsndfile and source.kind.format == "flac"

    def begin(self, start: int) -> int:
        """Go to frame `start`, or to the end if that comes first; the frame that is reached."""
        if start and self._current.seek(start):
            self._head = self._head[:0]
            self._position = start
        elif start and self._may_rescue:  # libFLAC reads nothing more after a seek into damage
            self.decoder.close()
            self.decoder = self._current = self.source.open()
            self._head = self._head[:0]
        while self._position < start and len(self.read(min(_SKIP_FRAMES, start - self._position))):
            pass
        return self._position

    def read(self, frames: int) -> FloatArray:
        if len(self._head):
            block, self._head = self._head[:frames], self._head[frames:]
            if len(block) < frames:
                block = np.concatenate((block, self._current.read(frames - len(block))))
        else:
            block = self._current.read(frames)
        self._position += len(block)
        if self._current.damaged_at is not None and self.damaged_at is None:
            self.damaged_at = self._current.damaged_at
            if len(block) < frames and self._may_rescue and self._rescue():
                return block if len(block) else self.read(frames)
        return block

    def _rescue(self) -> bool:
        """Decode the file with FFmpeg up to where libsndfile gave up."""
        self._may_rescue = False
        if not has_ffmpeg():
            return False
        try:
            other = FfmpegDecoder(self._view.view(), self.source.kind.format, gap_from_s=0.0)
        except CannotDecodeError:
            return False
        if (other.sample_rate, other.channels) != (self.decoder.sample_rate, self.decoder.channels):
            other.close()
            return False
        left = self._position
        while left and len(block := other.read(min(left, _SKIP_FRAMES))):
            left -= len(block)
        if self._current is not self.decoder:
            self._current.close()
        self._current = other
        return True

    @property
    def holes(self) -> Holes:
        return self._current.holes

    def close(self) -> None:
        self._current.close()
        self.decoder.close()
