"""Opening recordings: one way for every format.

What is there is decoded and counted, and only then compared with what the file promises (`Recording`). Which
library reads what is decided in `_decoders`, by what the file is: libsndfile what it knows, because its wav
and flac are exact to the bit; FFmpeg everything else, and what libsndfile cannot open.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

from desktop_app.audio.base import AudioError
from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.chunks import find_samples
from desktop_app.audio.completeness import INCOMPLETE_CODES
from desktop_app.audio.decoded_stream import Source
from desktop_app.audio.decoders import (
    CannotDecodeError,
    CutOffError,
    Decoder,
    JoinedDecoder,
    LateDecoder,
    SndfileDecoder,
)
from desktop_app.audio.ffmpeg_decoder import NoTrackError, has_ffmpeg
from desktop_app.audio.frame_formats import MPEG
from desktop_app.audio.holes import most_silence_s
from desktop_app.audio.identify import AUDIO_ENDINGS, Kind, identify, joined_mp3, mp3_frames_left
from desktop_app.audio.joined_sources import (
    chunked_source,
    ffmpeg_source,
    flac_source,
    foreign,
    unread_from,
    walked,
)
from desktop_app.audio.ogg_holes import MOST_RUNS, HoledOggDecoder
from desktop_app.audio.ogg_pages import Link, read_links
from desktop_app.audio.recording import Recording, unreadable
from desktop_app.audio.wav_repair import without_other_chunks
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.types import FloatArray

__all__ = ["AUDIO_ENDINGS", "INCOMPLETE_CODES", "Recording", "open_recording"]

MIN_DURATION_S: Final = 0.05  # less than a syllable; the shortest stretch that can hold any speech
SAMPLE_RATES: Final = range(1_000, 384_001)
MOST_CHANNELS: Final = 64
FORMATS_HINT: Final = (
    "Recordings can be wav, aiff, flac, ogg, opus, mp3, m4a, aac, webm, amr, wma, or films with sound."
)
_CHUNKED: Final = frozenset({"wav", "aiff", "w64", "caf"})
_SEARCH_S: Final = 60.0  # to walk through the pages of an Ogg of many hours
_MOST_LINKS: Final = 200  # joined files in one


def open_recording(
    path: str | os.PathLike[str] | BinaryIO,
    *,
    track: int | None = None,
    name: str = "",
    min_duration_s: float = MIN_DURATION_S,
) -> Recording:
    """Open a recording of any format, rate and channel count.

    Parameters
    ----------
    path : path-like or binary file
        A file object must be seekable; it stays open when the recording is closed.
    track : int, optional
        Which sound track of a film to read, counted from 1; by default the first.
    name : str, optional
        What a file object is called in sentences.
    min_duration_s : float, optional
        Less sound is refused as too short to hold speech.

    Raises
    ------
    AudioError
        There is no sound to be had: missing, a folder, a device, unreadable, empty, no recording, or too
        short. The sentence names the file and what it is. What is only incomplete is no error: see
        `Recording.warnings`.
    """
    with contextlib.ExitStack() as opened:
        if isinstance(path, str | os.PathLike):
            shown = Path(path)
            file = opened.enter_context(_open_regular(shown))
        else:
            shown, file = Path(name or "recording"), path
        try:
            view = BoundedFile(file)
            if view.size == 0:
                raise AudioError(f'"{shown}" is empty (0 bytes).', code="audio.empty")
            view.allow()
            kind = identify(view)
            view.check()
            source, decoder, head = _begun(shown, kind, view, track, min_duration_s)
        except OSError as error:
            raise unreadable(shown, error) from error
        return Recording(shown, source, (decoder, head), view, opened.pop_all())


def _begun(
    path: Path, kind: Kind, view: BoundedFile, track: int | None, min_duration_s: float
) -> tuple[Source, Decoder, FloatArray]:
    """How the file is decoded, a decoder that has begun, and its first sound."""
    if track is not None and track < 1:
        raise AudioError(f"Sound tracks are counted from 1, not {track}.", code="audio.no_track")
    if not kind.library:
        raise AudioError(
            f'"{path}" is not a recording that can be read: it is {kind.name}.',
            kind.hint or FORMATS_HINT,
            code="audio.not_sound",
            fields={"path": str(path), "is": kind.name},
        )
    try:
        source, decoder = _decoders(view, kind, track)
    except CannotDecodeError as error:
        raise _undecodable(path, kind, track or 1, error) from error
    try:
        _check_plausible(path, decoder)
        least = max(1, round(min_duration_s * decoder.sample_rate))
        head = decoder.read(least)
        _check_length(path, source, head, decoder, least)
    except BaseException:
        decoder.close()
        raise
    return source, decoder, head


def _decoders(view: BoundedFile, kind: Kind, track: int | None) -> tuple[Source, Decoder]:
    """The one rule: what libsndfile knows it reads, FFmpeg reads the rest and what libsndfile cannot open.

    Raises CannotDecodeError.
    """
    first_track = track in {None, 1}
    if kind.library == "sndfile" and first_track:
        try:
            source = _by_libsndfile(view, kind)
            if source is not None:
                return source, source.open()
        except CannotDecodeError as error:
            repaired = _repaired(view, kind)
            if repaired is not None:
                return repaired
            if isinstance(error, CutOffError) or not kind.format or not has_ffmpeg():
                raise
    if not kind.format:
        raise NoTrackError(1)
    if not has_ffmpeg():
        raise _NeedsFfmpegError
    source = ffmpeg_source(view, kind, track)
    return source, source.open()


def _repaired(view: BoundedFile, kind: Kind) -> tuple[Source, Decoder] | None:
    """A wav in which a wrong length hides the sound; None if that is not what is wrong."""
    view.allow()
    plain = without_other_chunks(view) if kind.format == "wav" else None
    if plain is None:
        return None
    try:
        source = chunked_source(plain, kind, find_samples(plain))
        decoder = source.open()
    except CannotDecodeError:
        return None
    source.repaired = True
    return source, decoder


class _NeedsFfmpegError(CannotDecodeError):
    """PyAV is not installed."""


def _by_libsndfile(view: BoundedFile, kind: Kind) -> Source | None:
    """How libsndfile reads a file; None if it cannot. Raises CannotDecodeError where nothing could."""
    if kind.format == "ogg":
        return _ogg(view, kind)
    if kind.format == "mp3":
        return Source(lambda: _mp3(view), kind, walk=lambda: walked(view, MPEG)[0])
    if kind.format == "flac":
        return flac_source(view, kind)
    samples = find_samples(view)
    view.check()
    if samples is None and kind.format in _CHUNKED:
        raise CutOffError
    return chunked_source(view, kind, samples)


def _mp3(view: BoundedFile) -> Decoder:
    """An mp3 and what is joined to it; behind damage that libmpg123 cannot pass, the next whole frames."""
    ends = [0]

    def following(done: Decoder) -> Decoder | None:
        if not isinstance(done, SndfileDecoder):  # it stands behind a hole that reaches to the end
            return None
        search = view.view()  # with a time of its own: the recording may have been read for hours
        search.allow()
        begin = joined_mp3(search, ends[-1] + done.bytes_done())
        search.check()
        if begin <= ends[-1] or len(ends) > _MOST_LINKS:
            return None
        ends.append(begin)
        try:
            behind = SndfileDecoder(view.view(begin, hide_length=True))
        except CannotDecodeError:
            return None
        missing = _missing_mp3(view, begin, done, behind) if len(ends) == 2 else 0
        return LateDecoder(behind, missing) if missing else behind

    return JoinedDecoder(SndfileDecoder(view.view(hide_length=True)), following)


def _missing_mp3(view: BoundedFile, begin: int, done: SndfileDecoder, behind: SndfileDecoder) -> int:
    """How much is missing before byte `begin`, where the header counts all and nothing else is damaged."""
    if done.promised is None or done.sample_rate != behind.sample_rate:
        return 0
    search = view.view()
    search.allow(_SEARCH_S)
    left = mp3_frames_left(search, begin)
    search.check()
    if left is None or search.late:
        return 0
    missing = done.promised - done.position - left * behind.mp3_frame
    return missing if done.blur < missing <= most_silence_s(view.size) * done.sample_rate else 0


def _ogg(view: BoundedFile, kind: Kind) -> Source | None:
    """The streams of an Ogg one after the other; None for streams side by side and other codings."""
    view.allow(_SEARCH_S)
    links = read_links(view)
    view.check()
    if view.late:
        raise CannotDecodeError("it takes too long to search")
    if not any(link.begun for link in links):
        raise CutOffError
    if any(link.codecs not in (["vorbis"], ["opus"]) for link in links):
        return None

    def opened() -> Decoder:
        waiting = iter(links)

        def following(_: Decoder | None) -> Decoder | None:
            for link in waiting:
                with contextlib.suppress(CannotDecodeError):
                    return _open_link(view, link)
            return None

        first = following(None)
        if first is None:
            raise CannotDecodeError("its header is damaged")
        return JoinedDecoder(first, following)

    unread = sum(foreign(view, before.end, link.start) for before, link in pairwise(links))
    unread += unread_from(view, links[-1].end)
    return Source(opened, kind, open_end=not links[-1].ends, unread=unread)


def _open_link(view: BoundedFile, link: Link) -> Decoder:
    if 1 < len(link.runs) <= MOST_RUNS:
        return HoledOggDecoder(view, link)
    patches = {place - link.start: patch for place, patch in link.patches.items()}
    return SndfileDecoder(view.view(link.start, link.end, patches))


# --- files that are no recordings, and what is said about them ---------------------------------------------


def _open_regular(path: Path) -> BinaryIO:
    """Open a file, and nothing that has no end or no beginning: no device, no pipe."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise AudioError(f'"{path}" is a folder, not a recording.', code="audio.folder")
        if not stat.S_ISREG(mode):
            raise AudioError(f'"{path}" is a device or a pipe, not a regular file.', code="audio.not_a_file")
        return path.open("rb")
    except FileNotFoundError as error:
        raise AudioError(f'"{path}" does not exist.', code="audio.not_found") from error
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # a name with a zero byte
        raise AudioError(f'"{path}" cannot be read: {error}.', code="audio.not_found") from error


def _undecodable(path: Path, kind: Kind, track: int, error: CannotDecodeError) -> AudioError:
    fields = {"path": str(path), "is": kind.name}
    if isinstance(error, _NeedsFfmpegError):
        out = path.with_suffix(".wav").name
        return AudioError(
            f'"{path}" is {kind.name}, which this installation cannot read: it comes without FFmpeg.',
            f"Convert it: ffmpeg -i {shlex.quote(path.name)} {shlex.quote(out)}",
            code="audio.needs_ffmpeg",
            fields=fields,
        )
    if isinstance(error, NoTrackError) and not error.tracks:
        return AudioError(
            f'"{path}" holds no sound: it is {kind.name} without a sound track.',
            "Name a recording, or a film with sound.",
            code="audio.no_sound",
            fields=fields,
        )
    if isinstance(error, NoTrackError):
        there = "one sound track" if error.tracks == 1 else f"{error.tracks} sound tracks"
        return AudioError(
            f'"{path}" has no sound track {track}: it is {kind.name} with {there}.',
            code="audio.no_track",
            fields={**fields, "tracks": error.tracks},
        )
    return AudioError(
        f'No sound can be read from "{path}": it is {kind.name}, but {error}.',
        "Copy or download it again.",
        code="audio.cut_off" if isinstance(error, CutOffError) else "audio.no_sound",
        fields=fields,
    )


def _check_plausible(path: Path, decoder: Decoder) -> None:
    """Before anything is made as large as a header says."""
    if decoder.sample_rate not in SAMPLE_RATES:
        raise AudioError(
            f'"{path}" says that it has {decoder.sample_rate} samples a second; '
            f"{SAMPLE_RATES[0]} to {SAMPLE_RATES[-1]} are possible.",
            "Its header is damaged: export the recording again.",
            code="audio.implausible",
            fields={"sample_rate": decoder.sample_rate},
        )
    if not 1 <= decoder.channels <= MOST_CHANNELS:
        raise AudioError(
            f'"{path}" says that it has {decoder.channels} channels; 1 to {MOST_CHANNELS} are possible.',
            "Its header is damaged: export the recording again.",
            code="audio.implausible",
            fields={"channels": decoder.channels},
        )


def _check_length(path: Path, source: Source, head: FloatArray, decoder: Decoder, least: int) -> None:
    frames, kind, samples = len(head), source.kind, source.samples
    if frames == 0 and (source.open_end or (samples is not None and samples.promised)):
        raise AudioError(
            f'"{path}" is {kind.name} that breaks off before its sound begins.',
            "Copy or download it again.",
            code="audio.cut_off",
        )
    if frames == 0 and decoder.damaged_at is not None:
        raise AudioError(
            f'No sound can be read from "{path}": it is {kind.name}, but damaged from its beginning.',
            "Copy or download it again.",
            code="audio.no_sound",
        )
    if frames == 0:
        raise AudioError(f'"{path}" holds no sound (zero samples).', code="audio.empty")
    if frames < least:
        length = "1 sample" if frames == 1 else f"{frames} samples"
        raise AudioError(
            f'"{path}" is too short to hold speech ({length}, {1000 * frames / decoder.sample_rate:.1f} ms): '
            f"it takes at least {SegmenterParams().min_speech_s:g} s.",
            code="audio.too_short",
            fields={"frames": frames, "sample_rate": decoder.sample_rate},
        )
