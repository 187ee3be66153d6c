"""An open recording: its blocks, and what is found missing in it once they are counted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.chunks import HEADER_BYTES, Samples
from desktop_app.audio.decoders import CannotDecodeError, Decoder
from desktop_app.audio.ffmpeg_decoder import FfmpegDecoder, has_ffmpeg
from desktop_app.audio.frame_walk import Walk
from desktop_app.audio.holes import Holes
from desktop_app.audio.identify import Kind
from desktop_app.core.finite import NOT_NUMBERS, FiniteSamples
from desktop_app.core.types import FloatArray, SoundWarning

INCOMPLETE: Final = "incomplete"
DAMAGED: Final = "damaged"
LONGER: Final = "longer"
UNREAD: Final = "unread"
DAMAGED_HEADER: Final = "damaged_header"
INCOMPLETE_CODES: Final = frozenset({INCOMPLETE, DAMAGED, NOT_NUMBERS, UNREAD})
"""Warnings that tell that sound is missing. All codes of this module, beside that of `core.finite`:

incomplete
    Less is there than was promised, or the end is missing. Fields `promised_s` (None if nobody knows) and
    `found_s`.
damaged
    Before the end sound is missing or could not be decoded; `at_s` tells from where on. Fields `at_s`,
    `resumed`. Where the container tells how much it is, silence stands there; fields `missing_s`, `holes`
    (how many) and `places` (of the first ones, [second, seconds]). Where frames carry no time there is no
    silence; fields `bytes` (that are no frames), `about_s` (that they would last) and `gaps` (how many).
longer
    More is there than the header tells; all of it was read. Fields `promised_s`, `found_s`.
unread
    Another recording lies behind the end, or in the midst, and was not read. Field `bytes`.
damaged_header
    A chunk of a wav tells a wrong length; its sound was found all the same. None is known to be missing.
"""

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
        self.frames = _expected(source, decoder)
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
            self._warnings = self._judge(stream, position) + numbers.warnings

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
    def _opened_stream(self, closing: contextlib.ExitStack, *, again: bool = False) -> Iterator[_Stream]:
        """The decoded stream; what goes wrong with the file itself is told in a sentence.

        `again` leaves the decoder that has begun to whoever reads the recording.
        """
        try:
            if self._first is not None and not again:
                decoder, head = self._first
                self._first = None
            else:
                decoder, head = self._source.open(), np.empty((0, self.channels), np.float32)
            stream = _Stream(decoder, head, self._source, self._view)
            closing.callback(stream.close)
            yield stream
        except CannotDecodeError as error:
            raise AudioError(
                f'"{self.path}" cannot be read any more: {error}.', code="audio.unreadable"
            ) from error
        except OSError as error:
            raise unreadable(self.path, error) from error

    def _judge(self, stream: _Stream, found: int) -> tuple[SoundWarning, ...]:
        """Compare what came out with what was promised."""
        rate, source = self.sample_rate, self._source
        promised = _promised(source, stream.decoder)
        found_s = round(found / rate, 3)
        told: list[SoundWarning] = []
        walk = source.walk()
        damage = self._damage(stream, found, promised, walk)
        if damage is not None:
            told.append(damage)
        samples = source.samples
        if samples is not None and samples.zero and found:
            text = (
                "The recording was not closed properly: its header tells no length. "
                f"The {found_s:.1f} s that are there were read; its end may be missing."
            )
            told.append(SoundWarning(INCOMPLETE, text, {"promised_s": None, "found_s": found_s}))
        elif samples is not None and samples.stale and promised is not None:
            promised_s = round(promised / rate, 3)
            text = (
                f"The header tells {promised_s:.1f} s, and {found_s:.1f} s of sound are there; "
                "all of it was read."
            )
            told.append(SoundWarning(LONGER, text, {"promised_s": promised_s, "found_s": found_s}))
        elif promised is not None and _lacks(samples, promised - found, promised, stream.decoder.blur):
            promised_s = round(promised / rate, 3)
            digits = 1 if promised_s - found_s >= 0.1 else 3
            text = (
                f"The recording is not complete: it should last {promised_s:.{digits}f} s, and "
                f"{found_s:.{digits}f} s of it are there."
            )
            if samples is None and not stream.holes.count:  # compressed packets may be missing anywhere
                text += " If sound is missing before the end, times after it are too early."
            told.append(SoundWarning(INCOMPLETE, text, {"promised_s": promised_s, "found_s": found_s}))
        elif source.open_end or walk.cut:
            text = f"The end of the recording is missing: it breaks off after {found_s:.1f} s."
            told.append(SoundWarning(INCOMPLETE, text, {"promised_s": None, "found_s": found_s}))
        if source.repaired:
            text = (
                f"The header of the recording ({source.kind.name}) is damaged: a part tells a wrong length. "
                "The sound was found all the same; other programs may not find it. Save it anew."
            )
            told.append(SoundWarning(DAMAGED_HEADER, text, {}))
        unread = source.unread + sum(other.end - other.start for other in walk.foreign)
        if unread:
            text = (
                f"Another recording is joined to this one in the same file and was not read: {unread} bytes. "
                "Analyze them one by one, or join them by their sound: "
                "ffmpeg -i FIRST -i SECOND -filter_complex concat=n=2:v=0:a=1 OUT.wav"
            )
            told.append(SoundWarning(UNREAD, text, {"bytes": unread}))
        return tuple(told)

    def _damage(self, stream: _Stream, found: int, promised: int | None, walk: Walk) -> SoundWarning | None:
        """What is missing or could not be decoded before the end, and whether silence keeps its place."""
        rate, holes, damaged_at = self.sample_rate, stream.holes, stream.damaged_at
        if holes.count:
            damaged_at = min(holes.places[0][0], found if damaged_at is None else damaged_at)
        resumed = damaged_at is not None and damaged_at < found
        # Where an mp3 counts its frames, silence stands for all that is missing: at the one place there is.
        counted = holes.count and self._source.libsndfile and len(walk.gaps) == 1
        if walk.gaps and not counted:
            return _between_frames(walk, found / rate)
        # Damage at the very end is junk behind a whole recording, or a missing end, which is told apart.
        if damaged_at is None or not (resumed or promised is None):
            return None
        at_s = round(damaged_at / rate, 3)
        fields: dict[str, object] = {"at_s": at_s, "resumed": resumed}
        if not holes.count:
            after = "nothing after it can be read"
            if resumed:
                after = "what follows was read as far as it could be; times after it may be too early"
            text = f"The recording is damaged: from second {at_s:.1f} on not all can be decoded, and {after}."
        else:
            places = [[round(at / rate, 3), round(frames / rate, 3)] for at, frames in holes.places]
            fields |= {"missing_s": round(holes.frames / rate, 3), "holes": holes.count, "places": places}
            text = f"Sound is missing in the recording: {_listed(places, holes)}. "
            text += "Silence stands there, so times after it are right."
        if holes.disbelieved:
            fields["disbelieved"] = holes.disbelieved
            text += " A time stamp leaps further than the recording can be long; nothing was filled in there."
        return SoundWarning(DAMAGED, text, fields)

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


class _Stream:
    """A decoder from its beginning; where libsndfile gives up in the middle of a FLAC, FFmpeg goes on."""

    def __init__(self, decoder: Decoder, head: FloatArray, source: Source, view: BoundedFile) -> None:
        self.decoder = decoder
        self.damaged_at: int | None = None
        self._current = decoder
        self._head = head
        self._source = source
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
            self.decoder = self._current = self._source.open()
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
            other = FfmpegDecoder(self._view.view(), self._source.kind.format, gap_from_s=0.0)
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


def _listed(places: list[list[float]], holes: Holes) -> str:
    """The first few holes, in seconds."""
    named = [
        f"{seconds:.{1 if seconds >= 0.1 else 3}f} s from second {at:.1f} on" for at, seconds in places[:3]
    ]
    more = holes.count - len(named)
    if more:
        named.append(f"and {more} more")
    return ", ".join(named)


def _between_frames(walk: Walk, found_s: float) -> SoundWarning:
    """Frames carry no time: of bytes between them nobody knows how much more sound was there."""
    lost = sum(gap.end - gap.start for gap in walk.gaps)
    at_s, about_s = min(walk.gaps[0].at_s, found_s), lost / walk.bytes_per_s
    more = len(walk.gaps) - 1
    places = f"second {at_s:.1f}" + (f" and {more} more place{'s' if more > 1 else ''}" if more else "")
    text = (
        f"The recording is damaged: {lost} bytes at {places} cannot be decoded, in which about "
        f"{about_s:.{1 if about_s >= 0.1 else 3}f} s of sound could be. Whether more is missing there "
        "nothing tells, so times after it may be wrong."
    )
    fields = {
        "at_s": round(at_s, 3),
        "resumed": True,
        "bytes": lost,
        "about_s": round(about_s, 3),
        "gaps": len(walk.gaps),
    }
    return SoundWarning(DAMAGED, text, fields)


def _expected(source: Source, decoder: Decoder) -> int | None:
    there, promised = decoder.promised, _promised(source, decoder)
    return there if there is None or promised is None else max(there, promised)


def _promised(source: Source, decoder: Decoder) -> int | None:
    """Frames that the file promises; what libsndfile tells counts only those that are there."""
    samples = source.samples
    if samples is None or samples.promised == samples.there:
        return decoder.promised
    return source.promised


def _lacks(samples: Samples | None, missing: int, promised: int, blur: int) -> bool:
    """Is more missing than a header's worth, of frames or, since a cut block may be filled up, of bytes?"""
    if samples is None or not samples.promised:
        return missing > blur
    if samples.promised - samples.there > HEADER_BYTES:
        return True
    return missing > blur - -HEADER_BYTES * promised // samples.promised


def unreadable(path: Path, error: OSError) -> AudioError:
    """A file that the system does not let be read."""
    if isinstance(error, PermissionError):
        return AudioError(f'"{path}" may not be read: permission denied.', code="audio.permission")
    reason = error.strerror or str(error) or type(error).__name__
    return AudioError(f'"{path}" cannot be read: {reason}.', code="audio.unreadable")
