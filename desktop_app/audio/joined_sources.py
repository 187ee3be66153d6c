"""How a file is decoded in which another recording may lie behind the first (``cat a b > c``)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from desktop_app.audio.bounded_file import BoundedFile, SplicedFile
from desktop_app.audio.chunks import Samples, find_samples
from desktop_app.audio.container_ends import avi_breaks_off, avi_promised_s, parts_of
from desktop_app.audio.decoded_stream import Source
from desktop_app.audio.decoders import (
    CannotDecodeError,
    CutOffError,
    Decoder,
    JoinedDecoder,
    SndfileDecoder,
)
from desktop_app.audio.ffmpeg_decoder import FfmpegDecoder, has_ffmpeg
from desktop_app.audio.frame_formats import AC3, ADTS, AMR, AMR_WB, MPEG, FrameFormat
from desktop_app.audio.frame_walk import Walk, walk
from desktop_app.audio.heads import find_recording
from desktop_app.audio.identify import Kind
from desktop_app.audio.joined import (
    MOST_PARTS,
    flac_metadata_end,
    joined_chunked,
    next_flac,
    second_samples,
    unread_behind,
)

_SEARCH_S: Final = 60.0
_READ_AHEAD: Final = 1 << 20  # at most by a decoder, behind the end of a recording

Stretch = tuple[int, int]


def chunked_source(view: BoundedFile, kind: Kind, samples: Samples | None) -> Source:
    """A wav and its kin. What is said about the end of the sound is said of the last part's."""
    starts, end = joined_chunked(view)
    unread = second_samples(view, end) or unread_from(view, end)
    if len(starts) == 1:
        patches = samples.patches if samples is not None else {}
        promised = None if samples is None else _promised_frames(view, samples)
        stop = end if unread else view.size
        return Source(
            lambda: SndfileDecoder(view.view(0, stop, patches)), kind, samples, promised, unread=unread
        )
    stretches = list(pairwise([*starts, end if unread else view.size]))

    def part(start: int, stop: int) -> Decoder:
        found = find_samples(view.view(start, stop))
        if found is None:
            raise CutOffError
        return SndfileDecoder(view.view(start, stop, found.patches))

    source = _one_after_the_other(kind, stretches, part, unread)
    source.samples = find_samples(view.view(*stretches[-1]))
    lengths_s, rates = [], []
    for start, stop in stretches:
        with contextlib.suppress(CannotDecodeError), contextlib.closing(part(start, stop)) as decoder:
            inside = view.view(start, stop)
            found = find_samples(inside)
            promised = None if found is None else _promised_frames(inside, found)
            lengths_s.append((promised or decoder.promised or 0) / decoder.sample_rate)
            rates.append(decoder.sample_rate)
    if not rates:
        raise CannotDecodeError("its header is damaged")
    source.promised = round(sum(lengths_s) * rates[0])
    return source


def flac_source(view: BoundedFile, kind: Kind) -> Source:
    """A FLAC; only its decoder knows where it ends, so another one is looked for there."""

    def opened() -> Decoder:
        source.unread = 0
        starts = [0]

        def following(done: Decoder) -> Decoder | None:
            assert isinstance(done, SndfileDecoder)  # noqa: S101 - narrows the type
            if done.damaged_at is not None and has_ffmpeg():
                return None  # FFmpeg goes on behind the damage, and to the end of the file
            search = view.view()
            search.allow(_SEARCH_S)
            at = max(flac_metadata_end(search, starts[-1]), starts[-1] + done.bytes_done() - _READ_AHEAD)
            while len(starts) < MOST_PARTS and (begin := next_flac(search, at)) >= 0:
                source.unread += foreign(search, at, begin)
                starts.append(begin)
                try:
                    return SndfileDecoder(view.view(begin))
                except CannotDecodeError:
                    source.unread = view.size - begin
                    at = begin + 1
            source.unread = source.unread or foreign(search, at, search.size)
            search.check()
            return None

        return JoinedDecoder(SndfileDecoder(view.view()), following)

    source = Source(opened, kind)
    return source


_FRAMED: Final = {"mp3": MPEG, "aac": ADTS, "ac3": AC3}


def frames_of(view: BoundedFile, kind: Kind) -> FrameFormat | None:
    """How the frames of a file without a container are written; None where it has one."""
    if kind.format == "amr":
        view.seek(0)
        return AMR_WB if view.read(len(AMR_WB.marks[0])) == AMR_WB.marks[0] else AMR
    return _FRAMED.get(kind.format)


def walked(view: BoundedFile, form: FrameFormat) -> tuple[Walk, bool]:
    """The frames of a file and what is between them, and whether that is all: it may take too long."""
    search = view.view()
    search.allow(_SEARCH_S)
    found = walk(search, form)
    search.check()
    return found, not search.late


def framed_source(view: BoundedFile, kind: Kind, form: FrameFormat, track: int | None) -> Source | None:
    """What FFmpeg decodes of files of frames: each stretch of them; None where it has to find them itself."""
    found, complete = walked(view, form)
    if not found.stretches:
        return None
    if not complete or len(found.stretches) > MOST_PARTS:
        return Source(
            lambda: FfmpegDecoder(view.view(), kind.format, track),
            kind,
            libsndfile=False,
            walk=lambda: found,
        )

    def part(start: int, stop: int) -> Decoder:
        mark = form.marks[0] if form.marks else b""
        whole = SplicedFile(view, [(0, len(mark)), (start, stop)])
        return FfmpegDecoder(BoundedFile(whole), kind.format, track)

    source = _one_after_the_other(kind, [(run.start, run.end) for run in found.stretches], part, 0)
    source.libsndfile = False
    source.walk = lambda: found
    return source


def ffmpeg_source(view: BoundedFile, kind: Kind, track: int | None) -> Source:
    """What FFmpeg decodes. Of joined MPEG-4 files it would read the first."""
    form = frames_of(view, kind)
    framed = None if form is None else framed_source(view, kind, form, track)
    if framed is not None:
        return framed
    search = view.view()
    search.allow()
    starts, end = parts_of(search, kind.format)
    search.check()
    unread = 0 if search.late else unread_from(view, end)
    stop = view.size - unread
    cut = kind.format == "avi" and avi_breaks_off(search)
    if len(starts) == 1:

        def opened() -> Decoder:
            decoder = FfmpegDecoder(view.view(0, stop), kind.format, track)
            seconds = avi_promised_s(view, track or 1) if cut else None
            if seconds is not None:
                decoder.promised = round(seconds * decoder.sample_rate)
            return decoder

        return Source(opened, kind, open_end=cut, libsndfile=False, unread=unread)

    def part(start: int, stop: int) -> Decoder:
        return FfmpegDecoder(view.view(start, stop), kind.format, track)

    source = _one_after_the_other(kind, list(pairwise([*starts, stop])), part, unread)
    source.open_end = cut
    source.libsndfile = False
    return source


def foreign(file: BoundedFile, start: int, end: int) -> int:
    """Bytes between two places from where another recording begins; 0 if none does."""
    begin = find_recording(file, start, end)
    return 0 if begin < 0 else end - begin


def unread_from(view: BoundedFile, end: int) -> int:
    """Bytes of another recording behind a place; 0 where it takes too long to find one."""
    search = view.view()
    search.allow()
    found = unread_behind(search, end)
    search.check()
    return found


def _one_after_the_other(
    kind: Kind, stretches: list[Stretch], part: Callable[[int, int], Decoder], unread: int
) -> Source:
    """All parts; one behind the first that cannot be decoded counts as unread."""

    def opened() -> Decoder:
        source.unread = unread
        waiting = iter(stretches)

        def following(_: Decoder) -> Decoder | None:
            for start, stop in waiting:
                try:
                    return part(start, stop)
                except CannotDecodeError:
                    source.unread += stop - start
            return None

        joined = JoinedDecoder(part(*next(waiting)), following)
        # Each is resampled to the rate of the first, and rounded to whole frames.
        joined.blur = len(stretches) * (joined.blur + 1)
        return joined

    source = Source(opened, kind)
    return source


def _promised_frames(view: BoundedFile, samples: Samples) -> int | None:
    """Frames that a header promises: libsndfile counts them if the file seems to be as long as it says."""
    if not samples.promised or samples.promised == samples.there:
        return None
    try:
        decoder = SndfileDecoder(view.view(end=samples.start + samples.promised))
    except CannotDecodeError:
        return None
    decoder.close()
    return decoder.promised
