"""The stretch of sound that the lab looks at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from desktop_app.core.resample import StreamResampler, mix_to_mono
from desktop_app.core.types import FloatArray
from desktop_app.lab.errors import LabError

LONGEST_S: Final = 20.0
"""Of more sound only the beginning is looked at."""
SHORTEST_S: Final = 0.05
_BLOCK_S: Final = 2.0


class Sound(Protocol):
    """Mono sound in memory, such as `gui.state.recording_sound.RecordingSound`."""

    sample_rate: int

    def __len__(self) -> int: ...

    def __getitem__(self, index: slice, /) -> FloatArray: ...


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A stretch of a recording.

    Attributes
    ----------
    waveform : array [samples]
        Mono, float32, in [-1, 1], at `sample_rate`.
    name : str
        Of the recording that it is from.
    start_s : float
        Where it begins in the recording.
    path : Path or None
        Of the recording.
    cut : bool
        More was wanted than `LONGEST_S`.
    """

    waveform: FloatArray
    sample_rate: int
    name: str
    start_s: float = 0.0
    path: Path | None = None
    cut: bool = False

    @property
    def duration_s(self) -> float:
        return len(self.waveform) / self.sample_rate

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s

    def at(self, sample_rate: int) -> FloatArray:
        """Its waveform at another rate, resampled as live sound is."""
        resampler = StreamResampler(self.sample_rate, sample_rate)
        return np.concatenate([resampler.push(self.waveform), resampler.flush()])


def read_clip(
    path: Path,
    start_s: float = 0.0,
    end_s: float = math.inf,
    *,
    channel: int | None = None,
    sound: Sound | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Clip:
    """A stretch of a recording. On a worker thread.

    Parameters
    ----------
    channel : int or None
        Which one, from 0; the mix of all if it is None, or there is no such one.
    sound : Sound, optional
        The same sound in memory, to be used where the file can only be read from its beginning.

    Raises
    ------
    EmoscopeError
        The file cannot be read.
    LabError
        With the code ``lab.too_short``, if there is less than `SHORTEST_S` of it.
    """
    from desktop_app.audio.files import open_recording

    with open_recording(path) as recording:
        rate = recording.sample_rate
        if start_s > 0 and sound is not None and not recording.can_seek():
            return _of_memory(sound, start_s, end_s, path)
        begin = max(0, round(start_s * rate))
        most = round(LONGEST_S * rate)
        wanted = math.inf if math.isinf(end_s) else max(0, round(end_s * rate) - begin)
        blocks, count = [], 0
        for block in recording.blocks(max(1, round(_BLOCK_S * rate)), begin):
            one = channel is not None and block.ndim > 1 and channel < block.shape[1]
            blocks.append(block[:, channel] if one else mix_to_mono(block))
            count += len(block)
            if count > most or count >= wanted or cancelled():
                break
    waveform = np.concatenate(blocks) if blocks else np.empty(0, np.float32)
    if math.isfinite(wanted):
        waveform = waveform[: round(wanted)]
    return _checked(waveform[:most], rate, begin, path, cut=len(waveform) > most)


def _of_memory(sound: Sound, start_s: float, end_s: float, path: Path) -> Clip:
    rate = sound.sample_rate
    begin, most = round(start_s * rate), round(LONGEST_S * rate)
    end = len(sound) if math.isinf(end_s) else min(len(sound), round(end_s * rate))
    return _checked(sound[begin : min(end, begin + most)], rate, begin, path, cut=end - begin > most)


def _checked(waveform: FloatArray, rate: int, begin: int, path: Path, *, cut: bool) -> Clip:
    if len(waveform) < SHORTEST_S * rate:
        raise LabError(
            f"This stretch of {path.name} is shorter than {1000 * SHORTEST_S:.0f} ms.",
            "Choose a longer one.",
            code="lab.too_short",
        )
    finite = np.nan_to_num(np.asarray(waveform, dtype=np.float32), posinf=1.0, neginf=-1.0)
    return Clip(finite, rate, path.name, begin / rate, path, cut)
