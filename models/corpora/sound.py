"""What a clip's sound is, whatever its file: length, levels, defects, identity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.files import INCOMPLETE_CODES, Recording, open_recording
from desktop_app.core.channels import safe_mono
from desktop_app.core.finite import NOT_NUMBERS
from desktop_app.core.resample import mix_to_mono
from desktop_app.core.types import FloatArray
from models.corpora.cuts import Cut, parted
from models.errors import CorpusError

FLOOR_DBFS = -120.0
MEND = "Mend or remove it; 'emoscope-models corpora check' names all that are like it."
SILENT_DBFS = -60.0
"""A clip whose peak stays below this holds no speech."""

_BLOCK_FRAMES = 1 << 16
_LOOK_FRAMES = 4096
_EMPTY = "audio.empty"
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
    """What a sound file says of itself; None if it holds no sound. Without a length, it is decoded."""
    file, cut = parted(path)
    try:
        with _opened(file) as recording:
            frames = recording.frames
            if frames is None:
                frames = sum(map(len, recording.blocks(_BLOCK_FRAMES)))
            if cut is not None:
                start, stop = cut.frames(recording.sample_rate)
                frames = max(0, min(stop, frames) - start)
            return Header(frames, recording.sample_rate, recording.channels, recording.lossless)
    except AudioError as error:
        return Header(0, 1, 1, lossless=False) if error.code == _EMPTY else None


def _opened(path: Path) -> Recording:
    return open_recording(path, min_duration_s=0.0)


def _blocks(recording: Recording, cut: Cut | None, size: int = _BLOCK_FRAMES) -> Iterator[FloatArray]:
    """The blocks [frames, channels] of a recording, or of a part of it."""
    if cut is None:
        yield from recording.blocks(size)
        return
    place, stop = cut.frames(recording.sample_rate)
    for block in recording.blocks(size, place):
        part = block[: max(0, stop - place)]
        if len(part):
            yield part if cut.channel is None else part[:, cut.channel - 1 : cut.channel]
        place += len(block)
        if place >= stop:
            return


def _mono(recording: Recording, cut: Cut | None) -> FloatArray:
    """A recording, or a part of it, as the one channel [frames] that is learnt from.

    Several channels are mixed where that is safe; else the better one is taken, as the analyzer does.
    """
    blocks = list(_blocks(recording, cut))
    for warning in recording.warnings:
        if (
            warning.code == NOT_NUMBERS
        ):  # the analyzer makes the best of it; nothing is learnt from such a clip
            raise AudioError(warning.message, code=f"audio.{NOT_NUMBERS}")
    if not blocks:
        return np.empty(0, np.float32)
    return safe_mono(np.concatenate(blocks), recording.sample_rate)


def read_mono(path: Path) -> tuple[FloatArray, int]:
    """The samples [frames] of a file and their rate. Raises CorpusError."""
    file, cut = parted(path)
    try:
        with _opened(file) as recording:
            return _mono(recording, cut), recording.sample_rate
    except AudioError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: AudioError) -> CorpusError:
    if error.code == _EMPTY:
        return CorpusError(f"The clip {path} is empty.", MEND)
    if error.code == f"audio.{NOT_NUMBERS}":
        return CorpusError(f"The clip {path} holds samples that are not numbers.", MEND)
    pointer = _points(parted(path)[0])
    hint = "It is a Git LFS pointer: fetch the sound with 'git lfs pull'." if pointer else MEND
    return CorpusError(f"The clip {path} cannot be read.", hint)


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
    file, cut = parted(path)
    if _points(file):
        return _defective(Defect.POINTER)
    try:
        with _opened(file) as recording:
            mono = _mono(recording, cut)
            broken_off = any(warning.code in INCOMPLETE_CODES for warning in recording.warnings)
            rate, channels = recording.sample_rate, recording.channels
    except AudioError as error:
        why = {_EMPTY: Defect.EMPTY, "audio.cut_off": Defect.TRUNCATED}
        return _defective(why.get(error.code, Defect.UNREADABLE))
    if not mono.size:  # a part behind the end
        return _defective(Defect.EMPTY)
    peak = _dbfs(float(np.abs(mono).max()))
    defect = Defect.SILENT if peak < SILENT_DBFS else Defect.NONE
    if broken_off:
        defect = Defect.TRUNCATED
    return Sound(
        seconds=len(mono) / rate,
        sample_rate=rate,
        channels=channels,
        encoding=file.suffix.lower().lstrip("."),
        rms_dbfs=_dbfs(float(np.sqrt(np.mean(np.square(mono, dtype=np.float64))))),
        peak_dbfs=peak,
        identity=_digest(mono, rate),
        defect=defect,
    )


def middle_digest(path: Path, known: Header) -> str:
    """A digest of some samples in the middle: where it differs, the sounds differ. Empty if unreadable."""
    file, cut = parted(path)
    start = max(0, (known.frames - _LOOK_FRAMES) // 2)
    try:
        with _opened(file) as recording:
            if cut is not None:
                place = cut.start_s + start / recording.sample_rate
                cut = Cut(place, min(cut.end_s, place + _LOOK_FRAMES / recording.sample_rate), cut.channel)
                block = next(_blocks(recording, cut, _LOOK_FRAMES), np.empty((0, 1), np.float32))
            else:
                block = next(iter(recording.blocks(_LOOK_FRAMES, start)), np.empty((0, 1), np.float32))
            return _digest(mix_to_mono(block), recording.sample_rate)
    except AudioError:
        return ""


def sound_digest(path: Path) -> str:
    """A digest of all samples and their rate. Empty if unreadable."""
    try:
        return _digest(*read_mono(path))
    except CorpusError:
        return ""


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
