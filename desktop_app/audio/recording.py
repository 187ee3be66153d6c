"""An open recording: its blocks, and what is found missing in it once they are counted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.completeness import completeness_warnings, expected_frames
from desktop_app.audio.decoded_stream import DecodedStream, Source
from desktop_app.audio.decoders import CannotDecodeError, Decoder
from desktop_app.core.finite import FiniteSamples
from desktop_app.core.types import FloatArray, SoundWarning


class Recording:
    """An open recording; made by `open_recording`, to be used in a `with` block.

    Attributes
    ----------
    path : Path
        Where it lies, or the name that a file object was given.
    sample_rate : int
        In Hz.
    channels : int
    frames : int or None
        Length to expect, for a progress bar: what the file promises, or where it promises less than it holds,
        what its size tells; None if nobody knows. What is there is known at the end of `blocks`.
    duration_s : float
        `frames` in seconds, or an estimate; 0 if nobody knows.
    lossless : bool
        The samples are those that were recorded: no coding has changed them.
    """

    def __init__(
        self,
        path: Path,
        source: Source,
        begun: tuple[Decoder, FloatArray],
        view: BoundedFile,
        opened: contextlib.ExitStack,
    ) -> None:
        decoder = begun[0]
        self.path = path
        self.sample_rate = decoder.sample_rate
        self.channels = decoder.channels
        self.frames = expected_frames(source, decoder)
        self.lossless = decoder.lossless
        self._estimate_s = decoder.estimate_s
        self._source = source
        self._first: tuple[Decoder, FloatArray] | None = begun
        self._view = view
        self._opened = opened
        self._warnings: tuple[SoundWarning, ...] = ()

    @property
    def duration_s(self) -> float:
        return self._estimate_s if self.frames is None else self.frames / self.sample_rate

    @property
    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is missing or doubtful in the file; complete once `blocks` has come to its end."""
        return self._warnings

    def can_seek(self) -> bool:
        """Whether `blocks` can begin anywhere without decoding what is before.

        Raises
        ------
        AudioError
            Its file cannot be read any more.
        """
        with contextlib.ExitStack() as closing, self._opened_stream(closing, again=True) as stream:
            return stream.decoder.seek(1)

    def blocks(self, block_frames: int, start: int = 0) -> Iterator[FloatArray]:
        """The recording as float32 [n, channels], n = `block_frames`, the last shorter.

        Parameters
        ----------
        start : int
            The frame at which to begin, exact to the sample. wav, aiff and flac seek there; of other formats
            what is before is decoded and left out.

        Raises
        ------
        AudioError
            Its file cannot be read any more, and the blocks before are good; or, at the end, none of its
            samples is a number.
        """
        if block_frames < 1:
            raise ValueError(f"block_frames must be at least 1, got {block_frames}")
        if start < 0:
            raise ValueError(f"start must not be negative, got {start}")
        with contextlib.ExitStack() as closing, self._opened_stream(closing) as stream:
            position = stream.begin(start)
            numbers = FiniteSamples(self.sample_rate, position)
            while len(block := stream.read(block_frames)):
                position += len(block)
                yield numbers.push(block)
            if numbers.replaced and numbers.replaced == numbers.samples:
                raise AudioError(
                    f'"{self.path}" holds nothing but samples that are not numbers (NaN, infinite or '
                    "far beyond full scale).",
                    "Export the recording again.",
                    code="audio.not_numbers",
                    fields={"samples": numbers.replaced},
                )
            self._warnings = completeness_warnings(stream, self.sample_rate, position) + numbers.warnings

    def glances(self, count: int, frames: int) -> Iterator[tuple[int, FloatArray]]:
        """Short blocks from `count` places at equal distances, where nothing before must be decoded for it.

        Yields
        ------
        int
            The frame at which the block begins.
        ndarray
            float32 [n, channels], n at most `frames`.

        Raises
        ------
        AudioError
            Its file cannot be read any more.
        """
        if self.frames is None:
            return
        with contextlib.ExitStack() as closing, self._opened_stream(closing, again=True) as stream:
            numbers = FiniteSamples(self.sample_rate)
            for k in range(count):
                start = k * self.frames // count
                if not stream.decoder.seek(start) or not len(block := stream.decoder.read(frames)):
                    return
                yield start, numbers.push(block)

    @contextlib.contextmanager
    def _opened_stream(
        self, closing: contextlib.ExitStack, *, again: bool = False
    ) -> Iterator[DecodedStream]:
        """The decoded stream; what goes wrong with the file itself is told in a sentence.

        `again` leaves the decoder that has begun to whoever reads the recording.
        """
        try:
            if self._first is not None and not again:
                decoder, head = self._first
                self._first = None
            else:
                decoder, head = self._source.open(), np.empty((0, self.channels), np.float32)
            stream = DecodedStream(decoder, head, self._source, self._view)
            closing.callback(stream.close)
            yield stream
        except CannotDecodeError as error:
            raise AudioError(
                f'"{self.path}" cannot be read any more: {error}.', code="audio.unreadable"
            ) from error
        except OSError as error:
            raise unreadable(self.path, error) from error

    def close(self) -> None:
        if self._first is not None:
            self._first[0].close()
            self._first = None
        self._opened.close()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def unreadable(path: Path, error: OSError) -> AudioError:
    """A file that the system does not let be read."""
    if isinstance(error, PermissionError):
        return AudioError(f'"{path}" may not be read: permission denied.', code="audio.permission")
    reason = error.strerror or str(error) or type(error).__name__
    return AudioError(f'"{path}" cannot be read: {reason}.', code="audio.unreadable")
