"""What every corpus is: a list of clips, each with its speaker and emotion."""

from __future__ import annotations

import functools
import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from desktop_app.analysis.corrections_file import ENDING as CORRECTIONS
from desktop_app.audio.files import AUDIO_ENDINGS
from desktop_app.core.types import FloatArray
from models.corpora.cuts import parted
from models.corpora.sound import MEND, Header, header, middle_digest, read_mono, sound_digest
from models.errors import CorpusError

LABELS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
"""The eight emotions, in the order of RAVDESS and of every shipped model."""

UNKNOWN = "unknown"
SAMPLE_RATE = 16_000
"""Of the sound that training and views work on, in Hz."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of one person: a row of the table of clips.

    `path` may name a part of a recording (`models.corpora.cuts`). `speaker` is unique over all corpora; clips
    of speakers that are not known share the one that ends in "-unknown". `emotion` may be a name outside
    `LABELS` (boredom). `duration` is in seconds, 0 while it is not measured or where the file cannot be read.
    `twins` are the other speakers under whom the very same sound stands: whoever they are, no split may part
    them.
    """

    path: Path
    corpus: str
    speaker: str
    emotion: str
    gender: str = ""  # "F", "M" or not known
    intensity: str = ""
    text: str = ""
    language: str = ""
    duration: float = 0.0
    twins: frozenset[str] = frozenset()

    @property
    def speaker_known(self) -> bool:
        return is_known(self.speaker)


def is_known(speaker: str) -> bool:
    """Is this the name of one person, not of all whom nobody knows?"""
    return not speaker.endswith(f"-{UNKNOWN}")


@dataclass(frozen=True, slots=True)
class Published:
    """What a corpus holds where it is complete, by its publication.

    `per_speaker` is the number of clips of each speaker, 0 where it varies. `flaws` names the files (without
    extension) that were published with a flaw, and tells which.
    """

    speakers: frozenset[str]
    emotions: Mapping[str, int]
    per_speaker: int = 0
    flaws: Mapping[str, str] = field(default_factory=dict)

    @property
    def clips(self) -> int:
        return sum(self.emotions.values())


@dataclass(frozen=True, slots=True)
class Scan:
    """What a reader found in a folder, before any sound is opened.

    `unparsed` are sound files whose name, place or label the reader cannot make out. `notes` are sentences
    for a person. `bare` are folders that are called after a class and hold no sound, each after its
    class.
    """

    clips: list[Clip]
    unparsed: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bare: list[tuple[str, Path]] = field(default_factory=list)


class CorpusReader(Protocol):
    """Knows the layout and the names of one corpus."""

    @property
    def name(self) -> str: ...

    @property
    def folder(self) -> str: ...

    @property
    def language(self) -> str: ...

    @property
    def licence(self) -> str: ...

    @property
    def published(self) -> Published | None: ...

    def scan(self, root: Path) -> Scan:
        """Find the clips below `root`."""


class NamedFiles:
    """A reader of a corpus whose file names tell all."""

    __slots__ = ()

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        raise NotImplementedError

    def scan(self, root: Path) -> Scan:
        """Find the clips below `root`, in subfolders of any depth."""
        found = Scan([])
        for path in audio_files(root):
            clip = self.parse(path)
            if clip is None:
                found.unparsed.append(path)
            else:
                found.clips.append(clip)
        return found


def audio_files(root: Path) -> Iterator[Path]:
    """Every audio file under `root`, in a stable order, without what file systems hide or leave behind.

    Links are followed, those to folders too.
    """
    return (path for path in _named_as_sound(root) if path.is_file())


def broken_links(root: Path) -> list[Path]:
    """Links under `root` that are named as sound and lead nowhere, such as annexed files not yet fetched."""
    return [path for path in _named_as_sound(root) if not path.exists()]


def left_out(root: Path) -> dict[str, int]:
    """How many files under `root` are not named as sound, by their ending in lower case, the most first."""
    endings = Counter(
        path.suffix.lower()
        for path in _files(root)
        if not _is_named_as_sound(path) and not path.name.endswith(CORRECTIONS)
    )
    return dict(sorted(endings.items(), key=lambda item: (-item[1], item[0])))


def _named_as_sound(root: Path) -> list[Path]:
    return sorted(path for path in _files(root) if _is_named_as_sound(path))


def _is_named_as_sound(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_ENDINGS


def folders_without_sound(root: Path) -> list[Path]:
    """Folders under `root` that hold no audio file at any depth."""
    bare, sounding = [], {root}
    for place, files in _places(root):
        if any(_is_named_as_sound(file) and file.is_file() for file in files):
            sounding |= {place, *place.parents}
        else:
            bare.append(place)
    return sorted(place for place in bare if place not in sounding)


def _files(root: Path) -> Iterator[Path]:
    """Every file under `root` that is not hidden, in no order."""
    for _, files in _places(root):
        yield from files


def _places(root: Path) -> Iterator[tuple[Path, list[Path]]]:
    """`root` and every folder under it with its files, without what is hidden, each before those in it."""
    ways: dict[Path, frozenset[Path]] = {}  # the real folders on the way to each: loops of links show there
    for place, folders, files in os.walk(root, followlinks=True):
        here = Path(place)
        way = ways.pop(here, frozenset()) | {here.resolve()}
        folders[:] = [
            name for name in folders if not name.startswith(".") and (here / name).resolve() not in way
        ]
        ways |= {here / name: way for name in folders}
        yield here, [here / name for name in files if not name.startswith(".")]


def content_hash(path: Path) -> str:
    """SHA-256 of a file, by which identical clips are found; of a part of one, of file and times."""
    file, cut = parted(path)
    if cut is None:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    found = file.stat()
    return hashlib.sha256(f"{_of_file(file, found.st_size, found.st_mtime_ns)} {cut}".encode()).hexdigest()


@functools.lru_cache(maxsize=256)
def _of_file(path: Path, size: int, changed_ns: int) -> str:
    """The hash of a recording as it was at that time: many clips are parts of one."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def join_identical(
    clips: Iterable[Clip],
    headers: Mapping[Path, Header | None] | None = None,
    hashes: Mapping[Path, str] | None = None,
) -> tuple[list[Clip], dict[Path, str]]:
    """Keep the first of clips with the same sound, and tell the hash of each kept file.

    The same sound is the same file, or a lossless file of other form (wav and flac, other tags) that decodes
    to the same samples. The speakers of clips that are not kept become `twins` of the kept one. What is known
    already of headers and hashes is not read again.
    """
    clips = list(clips)
    known = {clip.path: hashes[clip.path] if hashes else content_hash(clip.path) for clip in clips}
    first: dict[str, Path] = {}
    for clip in clips:
        first.setdefault(known[clip.path], clip.path)
    original = _originals(list(first.values()), headers)
    kept: dict[Path, Clip] = {}
    people: dict[Path, set[str]] = defaultdict(set)
    for clip in clips:
        sound = original[first[known[clip.path]]]
        kept.setdefault(sound, clip)
        people[sound] |= {clip.speaker, *clip.twins}
    twins = {path: frozenset(filter(is_known, people[path] - {clip.speaker})) for path, clip in kept.items()}
    return (
        [replace(clip, twins=twins[path]) for path, clip in kept.items()],
        {path: known[path] for path in kept},
    )


def _originals(paths: list[Path], headers: Mapping[Path, Header | None] | None) -> dict[Path, Path]:
    """For each file the first one that decodes to its samples, or itself; lossy files are not compared.

    Lengths tell most sounds apart undecoded.
    """
    known = {path: headers[path] if headers else header(path) for path in paths}
    groups: dict[object, list[Path]] = defaultdict(list)
    for path, found in known.items():
        if found is not None and found.lossless:
            groups[found.frames, found.sample_rate].append(path)
    looks: dict[str, list[Path]] = defaultdict(list)
    for group in groups.values():
        if len(group) > 1:
            for path in group:
                found = known[path]
                if found is not None:
                    looks[middle_digest(path, found)].append(path)
    original = {path: path for path in paths}
    seen: dict[str, Path] = {}
    for digest, group in looks.items():
        if digest and len(group) > 1:
            for path in group:
                if whole := sound_digest(path):
                    original[path] = seen.setdefault(whole, path)
    return original


def read_waveform(path: Path, sample_rate: int = SAMPLE_RATE) -> FloatArray:
    """Read a file as mono float32 [samples] at `sample_rate`; at least one sample, and all are numbers.

    Raises
    ------
    CorpusError
        If it cannot be read, or holds nothing that could be judged.
    """
    import soxr

    mono, rate = read_mono(path)
    if rate != sample_rate:
        mono = soxr.resample(mono, rate, sample_rate, quality="HQ")
    if not mono.size or not np.isfinite(mono).all():
        what = "holds samples that are not numbers" if mono.size else "is empty"
        raise CorpusError(f"The clip {path} {what}.", MEND)
    return np.ascontiguousarray(mono, dtype=np.float32)
