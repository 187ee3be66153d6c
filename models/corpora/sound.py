"""What a clip's sound is, whatever its file: length, levels, defects, identity."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.audio.containers import truncation
from desktop_app.core.channels import safe_mono
from desktop_app.core.quiet import quiet_stderr
from models.errors import CorpusError

FLOOR_DBFS = -120.0
MEND = "Mend or remove it; 'emoscope-models corpora check' names all that are like it."
SILENT_DBFS = -60.0
"""A clip whose peak stays below this holds no speech."""

_LOSSLESS = frozenset({"PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAC_16"})
_LOOK_FRAMES = 4096
_POINTER = b"version https://git-lfs"

Progress = Callable[[int, int], None]
"""Told (done, total)."""


class Defect(StrEnum):
    """Why a clip cannot be used, or should not be trusted."""

    NONE = ""
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    POINTER = "pointer"  # a Git LFS pointer: the sound itself was never fetched
    TRUNCATED = "truncated"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a sound file says."""

    frames: int
    sample_rate: int
    channels: int
    lossless: bool

    @property
    def seconds(self) -> float:
        return self.frames / self.sample_rate


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded clip in figures. Levels are in dBFS, of the mono mix.

    `identity` is a SHA-256 of the samples and their rate: equal for a wav and a flac of the same sound.
    """

    seconds: float
    sample_rate: int
    channels: int
    encoding: str
    rms_dbfs: float
    peak_dbfs: float
    identity: str
    defect: Defect = Defect.NONE


def header(path: Path) -> Header | None:
    """The header of a sound file; None if libsndfile does not know it."""
    import soundfile

    try:
        with _quietly(path):
            info = soundfile.info(_name(path))
    except (OSError, RuntimeError, TypeError):
        return None
    return Header(info.frames, info.samplerate, info.channels, info.subtype in _LOSSLESS)


def read_mono(path: Path) -> tuple[np.ndarray[Any, np.dtype[np.float32]], int]:
    """The samples [frames] of a file and their rate. Raises CorpusError.

    Several channels are mixed where that is safe; else the better one is taken, as the analyzer does.
    """
    import soundfile

    try:
        with _quietly(path):
            audio, rate = soundfile.read(_name(path), dtype="float32", always_2d=True)
    except (OSError, RuntimeError, TypeError) as error:
        hint = "It is a Git LFS pointer: fetch the sound with 'git lfs pull'." if _points(path) else MEND
        raise CorpusError(f"The clip {path} cannot be read.", hint) from error
    if audio.size == 0:
        raise CorpusError(f"The clip {path} is empty.", MEND)
    return safe_mono(audio, rate), rate


def measure_all(paths: Sequence[Path], progress: Progress | None = None) -> dict[Path, Sound]:
    """Decode files one after another; `progress` is told how many of how many."""
    found = {}
    for done, path in enumerate(paths, start=1):
        found[path] = measure(path)
        if progress is not None:
            progress(done, len(paths))
    return found


def measure(path: Path) -> Sound:
    """Decode a file and tell what is in it; a defect is told, not raised."""
    if _points(path):
        return _defective(Defect.POINTER)
    found = header(path)
    broken_off = path.stat().st_size > 0 and bool(truncation(path))
    if path.stat().st_size == 0 or (found is not None and found.frames == 0):
        return _defective(Defect.TRUNCATED if broken_off else Defect.EMPTY)
    try:
        mono, rate = read_mono(path)
    except CorpusError:
        mono, rate = np.array([np.nan], np.float32), 0
    if found is None or not np.isfinite(mono).all():
        return _defective(Defect.TRUNCATED if broken_off else Defect.UNREADABLE)
    peak = _dbfs(float(np.abs(mono).max()))
    defect = Defect.SILENT if peak < SILENT_DBFS else Defect.NONE
    if broken_off:
        defect = Defect.TRUNCATED
    return Sound(
        seconds=len(mono) / rate,
        sample_rate=rate,
        channels=found.channels,
        encoding=path.suffix.lower().lstrip("."),
        rms_dbfs=_dbfs(float(np.sqrt(np.mean(np.square(mono, dtype=np.float64))))),
        peak_dbfs=peak,
        identity=_digest(mono, rate),
        defect=defect,
    )


def middle_digest(path: Path, known: Header) -> str:
    """A digest of some samples in the middle: where it differs, the sounds differ. Empty if unreadable."""
    import soundfile

    try:
        audio, rate = soundfile.read(
            _name(path),
            start=max(0, (known.frames - _LOOK_FRAMES) // 2),
            frames=_LOOK_FRAMES,
            dtype="float32",
            always_2d=True,
        )
    except (OSError, RuntimeError, TypeError):
        return ""
    return _digest(audio.mean(axis=1, dtype=np.float32), rate)


def sound_digest(path: Path) -> str:
    """A digest of all samples and their rate. Empty if unreadable."""
    try:
        return _digest(*read_mono(path))
    except CorpusError:
        return ""


def _quietly(path: Path) -> contextlib.AbstractContextManager[None]:
    """libmpg123 writes to stderr what it thinks of a damaged mp3; the check tells it in words."""
    return quiet_stderr() if path.suffix.lower() == ".mp3" else contextlib.nullcontext()


def _name(path: Path) -> str | bytes:
    """For libsndfile: names on POSIX are bytes, and need not be UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _digest(mono: np.ndarray[Any, np.dtype[np.float32]], rate: int) -> str:
    return hashlib.sha256(f"{rate}:".encode() + np.ascontiguousarray(mono).tobytes()).hexdigest()


def _dbfs(value: float) -> float:
    return max(FLOOR_DBFS, 20 * float(np.log10(max(value, 1e-12))))


def _defective(defect: Defect) -> Sound:
    return Sound(0.0, 0, 0, "", FLOOR_DBFS, FLOOR_DBFS, "", defect)


def _points(path: Path) -> bool:
    """Is this the note that Git LFS leaves in place of a file that it has not fetched?"""
    try:
        with path.open("rb") as file:
            return file.read(len(_POINTER)) == _POINTER
    except OSError:
        return False
