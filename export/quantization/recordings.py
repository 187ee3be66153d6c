"""Recordings of a folder as waveforms, to calibrate a quantiser or to compare two files on real speech."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.files import AUDIO_ENDINGS, FORMATS_HINT, open_recording
from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from export.errors import ExportError

MOST = 100
"""Enough for stable ranges and for a share in whole per cents."""


def read_folder(
    folder: Path, sample_rate: int, max_seconds: float, most: int = MOST, *, min_seconds: float = 0.0
) -> list[FloatArray]:
    """Up to `most` waveforms [samples] at `sample_rate`, evenly taken from the sorted files below `folder`.

    Of a recording longer than `max_seconds`, the middle is taken; behind one that is shorter than
    `min_seconds`, for which some graphs fail, there is silence, as the analyzer has it. Files that cannot be
    read are left out.

    Raises
    ------
    ExportError
        If there is no folder, or no recording in it that can be read.
    """
    if not folder.is_dir():
        raise ExportError(f"The folder of recordings {folder} does not exist.")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_ENDINGS)
    step = max(1, -(-len(files) // most))
    waveforms = []
    for path in files[::step]:
        try:
            found = _read(path, sample_rate, max_seconds)
        except AudioError:
            continue
        missing = math.ceil(min_seconds * sample_rate) - len(found)
        waveforms.append(np.pad(found, (0, max(0, missing))))
    if not waveforms:
        raise ExportError(
            f"The folder {folder} holds no recording that can be read.",
            FORMATS_HINT,
        )
    return waveforms


def read_calibration(folder: Path | None, manifest: Manifest) -> list[FloatArray]:
    """Recordings of --calibrate as a model hears them; none without a folder. Raises as `read_folder`."""
    if folder is None:
        return []
    return read_folder(folder, manifest.sample_rate, manifest.max_seconds, min_seconds=manifest.min_seconds)


def _read(path: Path, sample_rate: int, max_seconds: float) -> FloatArray:
    import soxr

    with open_recording(path) as recording:
        blocks: Sequence[FloatArray] = list(recording.blocks(recording.sample_rate))
        mono = np.concatenate(blocks).mean(axis=1)
        rate = recording.sample_rate
    spare = len(mono) - round(max_seconds * rate)
    if spare > 0:
        mono = mono[spare // 2 : spare // 2 + round(max_seconds * rate)]
    resampled: FloatArray = soxr.resample(mono, rate, sample_rate, quality="HQ")
    return np.ascontiguousarray(resampled, dtype=np.float32)
