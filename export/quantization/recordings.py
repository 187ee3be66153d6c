"""Recordings of a folder as waveforms, to calibrate a quantiser or to compare two files on real speech."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.files import AUDIO_ENDINGS, FORMATS_HINT, open_recording
from desktop_app.core.types import FloatArray
from export.errors import ExportError

MOST = 100
"""Enough for stable ranges and for a share in whole per cents."""


def read_folder(folder: Path, sample_rate: int, max_seconds: float, most: int = MOST) -> list[FloatArray]:
    """Up to `most` waveforms [samples] at `sample_rate`, evenly taken from the sorted files below `folder`.

    Of a recording longer than `max_seconds`, the middle is taken. Files that cannot be read are left out.

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
            waveforms.append(_read(path, sample_rate, max_seconds))
        except AudioError:
            continue
    if not waveforms:
        raise ExportError(
            f"The folder {folder} holds no recording that can be read.",
            FORMATS_HINT,
        )
    return waveforms


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
