"""What a file is, by its first bytes and never by its ending: what decodes it, or what it is instead."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from desktop_app.audio.bounded_file import BoundedFile
from desktop_app.audio.frame_formats import mpeg_frame
from desktop_app.audio.tags import id3_length

AUDIO_ENDINGS: Final = frozenset(
    {
        ".wav", ".wave", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf",
        ".voc", ".sph", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".m4a", ".m4b", ".aac",
        ".webm", ".weba", ".mka", ".mp4", ".m4v", ".mov", ".mkv", ".amr", ".awb", ".3gp",
        ".3g2", ".wma", ".asf", ".wmv", ".avi", ".ape", ".wv", ".mpga",
        ".mp2", ".ac3",
    }
)  # fmt: skip
"""How files that hold sound are named: what is looked for in folders. A file that is named is read whatever
its ending."""
DOUBTFUL_ENDING: Final = ".ts"
"""Of MPEG transport streams and of TypeScript: in folders, `holds_packets` tells them apart."""

HEAD_BYTES: Final = 4096
_MP3_REACH: Final = 1 << 16
_MP3_SURE: Final = 4  # frames in a row
_MP3_OVERLAP: Final = _MP3_SURE * 1500  # no frame has more bytes

Library = Literal["sndfile", "ffmpeg", ""]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is.

    Attributes
    ----------
    name : str
        For a person, with its article: "an MPEG-4 file".
    library : str
        What reads it: ``sndfile``, ``ffmpeg``, or empty where it holds no sound.
    format : str
        FFmpeg's name of the container, given to it so that it tries no other; empty if FFmpeg is not needed.
    hint : str
        What to do where it holds no sound.
    """

    name: str
    library: Library = ""
    format: str = ""
    hint: str = ""


_SOUND = "Name a recording of sound."
_CONVERT_RAW = (
    "Raw samples are converted by telling how they were written, here 16 bit, mono, 16 kHz: "
    "ffmpeg -f s16le -ar 16000 -ac 1 -i IN.raw OUT.wav"
)
_RIFF: Final = {
    b"WAVE": Kind("a wav", "sndfile", "wav"),
    b"AVI ": Kind("an AVI film", "ffmpeg", "avi"),
    b"WEBP": Kind("a picture (WebP)", hint=_SOUND),
}
_FORM: Final = {
    b"AIFF": Kind("an AIFF", "sndfile", "aiff"),
    b"AIFC": Kind("an AIFF-C", "sndfile", "aiff"),
    b"8SVX": Kind("an Amiga recording", "sndfile"),
    b"16SV": Kind("an Amiga recording", "sndfile"),
}
_MARKS: Final = (
    (b"RF64", Kind("an RF64 wav", "sndfile", "wav")),
    (b"BW64", Kind("a BW64 wav", "sndfile", "wav")),
    (b"RIFX", Kind("a wav", "sndfile")),
    (b"riff\x2e\x91\xcf\x11", Kind("a Wave64", "sndfile", "w64")),
    (b"caff", Kind("a Core Audio file", "sndfile", "caf")),
    (b".snd", Kind("a Sun/NeXT recording", "sndfile", "au")),
    (b"Creative Voice File", Kind("a Creative Voice file", "sndfile", "voc")),
    (b"NIST_1A", Kind("a NIST SPHERE recording", "sndfile", "nistsphere")),
    (b"fLaC", Kind("a FLAC", "sndfile", "flac")),
    (b"OggS", Kind("an Ogg", "sndfile", "ogg")),
    (b"\x64\xa3", Kind("an IRCAM recording", "sndfile")),
    (b"\x00\x00\xa3\x64", Kind("an IRCAM recording", "sndfile")),
    (b"PVF1\n", Kind("a Portable Voice Format recording", "sndfile")),
    (b"2BIT", Kind("an AVR recording", "sndfile")),
    (b" paf", Kind("an Ensoniq recording", "sndfile")),
    (b"fap ", Kind("an Ensoniq recording", "sndfile")),
    (b"\x1a\x45\xdf\xa3", Kind("a Matroska or WebM file", "ffmpeg", "matroska")),
    (b"#!AMR", Kind("an AMR recording", "ffmpeg", "amr")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind("a Windows Media file", "ffmpeg", "asf")),
    (b"FLV\x01", Kind("a Flash film", "ffmpeg", "flv")),
    (b"ADIF", Kind("an AAC recording", "ffmpeg", "aac")),
    (b"MAC ", Kind("a Monkey's Audio recording", "ffmpeg", "ape")),
    (b"wvpk", Kind("a WavPack recording", "ffmpeg", "wv")),
    (b"TTA1", Kind("a True Audio recording", "ffmpeg", "tta")),
    (b"\x0b\x77", Kind("an AC-3 recording", "ffmpeg", "ac3")),
    (b"\x00\x00\x01\xba", Kind("an MPEG film", "ffmpeg", "mpeg")),
    (
        b"version https://git-lfs",
        Kind("a Git LFS pointer, not the file itself", hint="Fetch it: git lfs pull"),
    ),
    (b"%PDF", Kind("a PDF document", hint=_SOUND)),
    (b"\x89PNG", Kind("a picture (PNG)", hint=_SOUND)),
    (b"\xff\xd8\xff", Kind("a picture (JPEG)", hint=_SOUND)),
    (b"GIF8", Kind("a picture (GIF)", hint=_SOUND)),
    (b"PK\x03\x04", Kind("a zip archive or an office document", hint="Unpack it first.")),
    (b"\x1f\x8b", Kind("a gzip archive", hint="Unpack it first.")),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", hint="Unpack it first.")),
    (b"Rar!", Kind("a RAR archive", hint="Unpack it first.")),
    (b"BZh", Kind("a bzip2 archive", hint="Unpack it first.")),
    (b"\xfd7zXZ", Kind("an xz archive", hint="Unpack it first.")),
    (b"MThd", Kind("a MIDI file: notes, no sound", hint="Render it to a wav first.")),
    (b"#EXTM3U", Kind("a playlist, no recording", hint="Name the recordings that it lists.")),
    (b"SQLite format 3", Kind("a database", hint=_SOUND)),
    (b"\x7fELF", Kind("a program", hint=_SOUND)),
    (b"MZ", Kind("a program", hint=_SOUND)),
    (b"\xd0\xcf\x11\xe0", Kind("an office document", hint=_SOUND)),
)
_FIRST_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
BOXES: Final = _FIRST_BOXES | {
    b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"prft", b"emsg", b"uuid", b"meta", b"meco", b"pdin", b"udta"
}  # fmt: skip
"""What an MPEG-4 file consists of, at its outermost level."""
_PICTURE_BRANDS: Final = frozenset({b"heic", b"heix", b"mif1", b"avif", b"msf1"})
_TEXTS: Final = (
    ((b"<!doctype html", b"<html", b"<head", b"<body"), "a web page", "Download the recording itself."),
    ((b"<?xml", b"<"), "an XML document", _SOUND),
    ((b"{", b"["), "a text (JSON)", _SOUND),
)
_MP3: Final = Kind("an mp3", "sndfile", "mp3")


def identify(file: BoundedFile) -> Kind:
    """What a file is, by its first bytes."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    kind = _by_mark(head) or _behind_tag(file, head) or _by_frames(head) or _text(head)
    if kind is None:
        file.seek(0)
        kind = _by_search(file.read(_MP3_REACH))
    return kind


def holds_packets(path: Path) -> bool:
    """Whether a file is an MPEG transport stream; for those in folders, which are called as TypeScript is."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            return _packets_follow(file.read(HEAD_BYTES))
    except OSError:
        return False


def _behind_tag(file: BoundedFile, head: bytes) -> Kind | None:
    """Behind an ID3 tag, which stands before other formats than mp3 as well."""
    start = id3_length(head)
    if not start:
        return None
    file.seek(start)
    inside = file.read(HEAD_BYTES)
    kind = _by_mark(inside)
    if kind is not None and kind.library:
        return Kind(kind.name, "ffmpeg", kind.format)
    return _by_frames(inside) or _MP3


def _by_frames(head: bytes) -> Kind | None:
    """Formats without a mark, by what repeats in them."""
    if _is_adts(head):
        return Kind("an AAC recording", "ffmpeg", "aac")
    if mp3_frame_bytes(head) and _frames_follow(head, 0, 2):
        return _MP3
    if _packets_follow(head):
        return Kind("an MPEG transport stream", "ffmpeg", "mpegts")
    return None


def _packets_follow(head: bytes) -> bool:
    """Packets of a transport stream have 188 bytes, and each begins with the same one."""
    return len(head) > 400 and head[0] == head[188] == head[376] == 0x47


def _by_search(data: bytes) -> Kind:
    """An mp3 with something else before it, or what has no known header."""
    if any(data[at] == 0xFF and _frames_follow(data, at, 5) for at in range(len(data))):
        return Kind("an mp3", "ffmpeg", "mp3")
    if not any(data):
        return Kind("nothing but zeros", hint=_CONVERT_RAW)
    return Kind("bytes without the header of any known format, raw samples perhaps", hint=_CONVERT_RAW)


def _by_mark(head: bytes) -> Kind | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], Kind("a RIFF file that holds no wav", hint=_SOUND))
    if head[:4] == b"FORM":
        return _FORM.get(head[8:12], Kind("an IFF file that holds no sound", hint=_SOUND))
    if head[4:8] in _FIRST_BOXES:
        if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
            return Kind("a picture (HEIF)", hint=_SOUND)
        return Kind("an MPEG-4 file", "ffmpeg", "mov")
    return next((kind for mark, kind in _MARKS if head.startswith(mark)), None)


def _text(head: bytes) -> Kind | None:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    if any(ord(c) < 32 and c not in "\t\n\r\f" for c in text) or not text.strip():
        return None
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for marks, name, hint in _TEXTS:
        if start.startswith(marks):
            return Kind(name, hint=hint)
    return Kind("a text", hint=_SOUND)


# --- MPEG audio, which has no mark of its own --------------------------------------------------------------


def mp3_frame_bytes(header: bytes) -> int:
    """Bytes of the MPEG audio frame (layer II or III) that begins with these four; 0 if it is none."""
    frame = mpeg_frame(header, 0)
    return 0 if frame is None else frame.size


def _frames_follow(data: bytes, position: int, count: int) -> bool:
    """Do `count` frames follow one another, or as many as the data holds? A single one may be chance."""
    for number in range(count):
        if position + 4 > len(data):
            return number >= min(count, 3)
        length = mp3_frame_bytes(data[position : position + 4])
        if not length:
            return False
        position += length
    return True


def joined_mp3(file: BoundedFile, position: int) -> int:
    """Where behind the end of one mp3 another begins, or it goes on itself behind damage; -1 if nowhere."""
    file.seek(position)
    data = file.read(_MP3_REACH)
    if data[:3] == b"TAG":  # the old tag, 128 bytes behind the sound
        position, data = position + 128, data[128:]
    filled = len(data) - len(data.lstrip(b"\x00"))
    if data[filled : filled + 3] == b"ID3":
        return position + filled
    while data:
        at = data.find(b"\xff")
        while at >= 0:
            if _frames_follow(data, at, _MP3_SURE):
                return position + at
            at = data.find(b"\xff", at + 1)
        if len(data) <= _MP3_OVERLAP:
            break
        position += len(data) - _MP3_OVERLAP
        file.seek(position)
        data = file.read(_MP3_REACH)
    return -1


def mp3_frames_left(file: BoundedFile, position: int) -> int | None:
    """Frames from one that begins there to the end of the file; None if something else lies in between."""
    frames = 0
    while True:
        file.seek(position)
        header = file.read(4)
        length = mp3_frame_bytes(header)
        if not length:
            old_tag = header[:3] == b"TAG" and position + 128 >= file.size
            return frames if len(header) < 4 or old_tag else None
        frames += 1
        position += length


def _is_adts(head: bytes) -> bool:
    """Two AAC frames in a row."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    after = head[length : length + 2]
    return length > 7 and (len(after) < 2 or (after[0] == 0xFF and after[1] & 0xF6 == 0xF0))
