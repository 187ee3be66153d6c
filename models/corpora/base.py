"""What every corpus is: a list of clips, each with its speaker and emotion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from desktop_app.core.types import FloatArray
from models.errors import CorpusError

LABELS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
"""The eight emotions, in the order of RAVDESS and of every shipped model."""

EXTENSIONS = (".flac", ".ogg", ".wav", ".mp3")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of one person.

    `speaker` is unique over all corpora. `emotion` may be a name outside `LABELS` (boredom).
    """

    path: Path
    corpus: str
    speaker: str
    emotion: str
    gender: str = ""  # "F", "M" or not known
    intensity: str = ""
    text: str = ""
    language: str = ""


class CorpusReader(Protocol):
    """Knows the naming of one corpus' files."""

    @property
    def name(self) -> str: ...

    @property
    def folder(self) -> str: ...

    @property
    def language(self) -> str: ...

    @property
    def licence(self) -> str: ...

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""


def audio_files(root: Path) -> Iterator[Path]:
    """Every audio file under `root`, in a stable order."""
    return iter(sorted(p for p in root.rglob("*") if p.suffix.lower() in EXTENSIONS and p.is_file()))


def content_hash(path: Path) -> str:
    """SHA-256 of a file, by which identical clips are found."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def join_identical(clips: list[Clip]) -> tuple[list[Clip], dict[Path, str]]:
    """Keep the first of files with the same content, and tell the hash of each kept file."""
    hashes: dict[Path, str] = {}
    kept: dict[str, Clip] = {}
    for clip in clips:
        digest = content_hash(clip.path)
        if digest not in kept:
            kept[digest] = clip
            hashes[clip.path] = digest
    return list(kept.values()), hashes


def read_waveform(path: Path, sample_rate: int = 16_000) -> FloatArray:
    """Read a file as mono float32 [samples] at `sample_rate`. Raises CorpusError."""
    import soundfile
    import soxr

    try:
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise CorpusError(f"The clip {path} cannot be read.") from error
    mono = audio.mean(axis=1, dtype=np.float32)
    if mono.size == 0:
        raise CorpusError(f"The clip {path} is empty.")
    if rate != sample_rate:
        mono = soxr.resample(mono, rate, sample_rate, quality="HQ")
    return np.ascontiguousarray(mono, dtype=np.float32)
