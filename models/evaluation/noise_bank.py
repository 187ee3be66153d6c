"""Noise for tests and for training: recordings from a folder, shared out once and for all, or made noise.

What tests robustness must not have been mixed into training: each recording is in one of two parts, whoever
asks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np
from scipy.fft import irfft, rfft

from desktop_app.core.types import FloatArray
from models.corpora.base import audio_files, read_waveform
from models.errors import CorpusError

Part = Literal["held-out", "training", "all"]

_ESC_NAME: Final = re.compile(r"(?:\d+-)?([A-Za-z]+)_(\d)-.+")
"""Recordings of ESC-10 and ESC-50 carry a fold, and takes from one source share it (Piczak, ACM MM 2015)."""
_HELD_OUT_FOLDS: Final = frozenset("45")
PIECE_S: Final = 5.0
"""Longer recordings of noise are judged in pieces of this length."""
_TRIES: Final = 8
_FRAME_S: Final = 0.02
_SILENT: Final = 1e-4


def is_held_out(name: str) -> bool:
    """True if the recording of this name (without extension) is for tests alone.

    Those are folds 4 and 5 of ESC, and of others two in five by the hash of the name.
    """
    match = _ESC_NAME.fullmatch(name)
    if match is not None:
        return match[2] in _HELD_OUT_FOLDS
    return hashlib.sha256(name.encode()).digest()[0] % 5 < 2


def noise_kind(name: str) -> str:
    """What is heard in a recording, as far as its name tells."""
    match = _ESC_NAME.fullmatch(name)
    return match[1].lower() if match is not None else name


@dataclass(frozen=True, slots=True)
class NoiseBank:
    """Noise at one sample rate. Without recordings, pink and white noise are made.

    Recordings are read when they are first needed, and kept.
    """

    paths: tuple[Path, ...] = ()
    sample_rate: int = 16_000
    source: str = "synthetic pink and white noise"
    _read: dict[Path, FloatArray] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, folder: Path, part: Part = "held-out", sample_rate: int = 16_000) -> NoiseBank:
        """The recordings below `folder` that belong to `part`. Raises CorpusError if there are none."""
        if not folder.is_dir():
            raise CorpusError(f"The folder of noise {folder} does not exist.")
        paths = tuple(
            path
            for path in audio_files(folder)
            if part == "all" or is_held_out(path.stem) == (part == "held-out")
        )
        if not paths:
            raise CorpusError(f"The folder {folder} holds no recording of noise for the part '{part}'.")
        return cls(paths, sample_rate, f"{len(paths)} recordings ({part}) of {folder.name}")

    def __len__(self) -> int:
        return len(self.paths)

    def recordings(self) -> Iterator[tuple[Path, FloatArray]]:
        """Each recording, whole, as float32 [samples]."""
        for path in self.paths:
            yield path, self._recording(path)

    def digest(self) -> str:
        """Names the recordings by their files, for what is kept of their effect."""
        told = [f"{path.name} {path.stat().st_size}" for path in self.paths]
        return hashlib.sha256("\n".join([str(self.sample_rate), *told]).encode()).hexdigest()[:8]

    def excerpt(self, rng: np.random.Generator, samples: int) -> FloatArray:
        """Noise [samples] with something to hear in it: a recording from some place on, looped if short."""
        if not self.paths:
            return _made_noise(rng, samples)
        recording = _without_silent_ends(
            self._recording(self.paths[int(rng.integers(len(self.paths)))]), self.sample_rate
        )
        if len(recording) < samples:
            recording = np.tile(recording, -(-samples // len(recording)))
        best, best_power = recording[:samples], -1.0
        enough = 0.1 * _power(recording)
        for start in rng.integers(len(recording) - samples + 1, size=_TRIES):
            found = recording[start : start + samples]
            power = _power(found)
            if power >= enough:
                return found
            if power > best_power:
                best, best_power = found, power
        return best

    def _recording(self, path: Path) -> FloatArray:
        if path not in self._read:
            self._read[path] = read_waveform(path, self.sample_rate)
        return self._read[path]


def pieces(recording: FloatArray, sample_rate: int) -> Iterator[FloatArray]:
    """Consecutive pieces of `PIECE_S`; what is left at the end joins the last one."""
    size = round(PIECE_S * sample_rate)
    count = max(1, len(recording) // size)
    for piece in range(count):
        end = len(recording) if piece == count - 1 else (piece + 1) * size
        yield recording[piece * size : end]


def _made_noise(rng: np.random.Generator, samples: int) -> FloatArray:
    """White noise, or in half of the cases pink: power falling with 1 / f."""
    white = rng.standard_normal(samples)
    if rng.random() < 0.5:
        return (0.1 * white).astype(np.float32)
    spectrum = rfft(white)
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0.0
    pink = irfft(spectrum, n=samples)
    return (0.1 * pink / max(float(pink.std()), 1e-12)).astype(np.float32)


def _without_silent_ends(recording: FloatArray, sample_rate: int) -> FloatArray:
    """Without digital silence at the ends, with which short recordings are filled up; silence alone stays."""
    frame = round(_FRAME_S * sample_rate)
    count = len(recording) // frame
    peaks = np.abs(recording[: count * frame]).reshape(count, frame).max(axis=1) if count else np.zeros(0)
    (heard,) = np.nonzero(peaks > _SILENT)
    if heard.size == 0:
        return recording
    return recording[heard[0] * frame : (heard[-1] + 1) * frame]


def _power(waveform: FloatArray) -> float:
    return float(np.square(waveform, dtype=np.float64).mean())
