"""Whether all of a recording came out: what was decoded, compared with what the file promised."""

from __future__ import annotations

from typing import Final

from desktop_app.audio.chunks import HEADER_BYTES, Samples
from desktop_app.audio.decoded_stream import DecodedStream, Source
from desktop_app.audio.decoders import Decoder
from desktop_app.audio.frame_walk import Walk
from desktop_app.audio.holes import Holes
from desktop_app.core.finite import NOT_NUMBERS
from desktop_app.core.types import SoundWarning

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


def expected_frames(source: Source, decoder: Decoder) -> int | None:
    """What the file promises; where that is less than it holds, what its size tells; None if nobody knows."""
    there, promised = decoder.promised, _promised(source, decoder)
    return there if there is None or promised is None else max(there, promised)


def completeness_warnings(stream: DecodedStream, sample_rate: int, found: int) -> tuple[SoundWarning, ...]:
    """Compare what came out, `found` frames up to the end of `stream`, with what was promised."""
    source = stream.source
    promised = _promised(source, stream.decoder)
    found_s = round(found / sample_rate, 3)
    told: list[SoundWarning] = []
    walk = source.walk()
    damage = _damage(stream, sample_rate, found, promised, walk)
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
        promised_s = round(promised / sample_rate, 3)
        text = (
            f"The header tells {promised_s:.1f} s, and {found_s:.1f} s of sound are there; "
            "all of it was read."
        )
        told.append(SoundWarning(LONGER, text, {"promised_s": promised_s, "found_s": found_s}))
    elif promised is not None and _lacks(samples, promised - found, promised, stream.decoder.blur):
        promised_s = round(promised / sample_rate, 3)
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


def _damage(
    stream: DecodedStream, rate: int, found: int, promised: int | None, walk: Walk
) -> SoundWarning | None:
    """What is missing or could not be decoded before the end, and whether silence keeps its place."""
    holes, damaged_at = stream.holes, stream.damaged_at
    if holes.count:
        damaged_at = min(holes.places[0][0], found if damaged_at is None else damaged_at)
    resumed = damaged_at is not None and damaged_at < found
    # Where an mp3 counts its frames, silence stands for all that is missing: at the one place there is.
    counted = holes.count and stream.source.libsndfile and len(walk.gaps) == 1
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
