"""The process that computes features with librosa; nothing else of the analyzer imports it.

`python -m desktop_app.lab.worker`, asked by `features.FeatureWorker`.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, Any, Final

import numpy as np

from desktop_app.core.file_lock import locked
from desktop_app.core.installation import install_hint
from desktop_app.core.types import FloatArray
from desktop_app.core.worker_child import Step, serve_many
from desktop_app.lab.errors import LabError
from desktop_app.lab.features import WARM_UP, packed, unpacked

LOWEST_HZ: Final = 60.0
HIGHEST_HZ: Final = 500.0
"""Between these pyin looks for the pitch."""
MOST_MELS: Final = 64
ROLL_PERCENT: Final = 0.85
CONTRAST_FROM_HZ: Final = 200.0
_MEL_HZ: Final = 200.0 / 3.0  # of a mel below 1 kHz
_CACHES: Final = 4  # folders for what is compiled: as many labs at once have one


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What a feature is computed of: `waveform` [n], and frames of `size` samples, `hop` apart."""

    waveform: FloatArray
    sample_rate: int
    window: str
    size: int
    hop: int

    @property
    def power(self) -> FloatArray:
        """The power spectrogram [bins, frames]."""
        import librosa

        found: FloatArray = np.square(
            np.abs(librosa.stft(self.waveform, n_fft=self.size, hop_length=self.hop, window=self.window))
        )
        return found

    @property
    def hertz(self) -> FloatArray:
        """The frequencies of its bins."""
        import librosa

        found: FloatArray = librosa.fft_frequencies(sr=self.sample_rate, n_fft=self.size)
        return found


Parts = list[dict[str, Any]]


def main() -> int:
    """Compute what is asked for until nobody asks any more."""
    lock = _own_cache()
    try:
        return serve_many(Server())
    finally:
        if lock is not None:
            lock.close()


class Server:
    """Keeps the sound between tasks."""

    def __init__(self) -> None:
        self._waveform: FloatArray = np.empty(0, np.float32)
        self._sample_rate = 0

    def __call__(self, task: dict[str, Any], step: Step) -> dict[str, Any]:
        try:
            return {"result": self._answer(task, step)}
        except LabError as error:
            return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}

    def _answer(self, task: dict[str, Any], step: Step) -> dict[str, Any]:
        try:
            import librosa
        except ImportError:
            raise LabError(
                "The lab needs librosa, which is not installed.",
                install_hint(),
                code="lab.librosa",
            ) from None
        warnings.simplefilter("ignore")
        step(task["feature"], 0, 1)
        if task["feature"] == WARM_UP:
            _warm_up()
            return {}
        if "waveform" in task:
            self._waveform, self._sample_rate = unpacked(task["waveform"]), task["sample_rate"]
        job = Task(self._waveform, self._sample_rate, task["window"], task["size"], task["hop"])
        try:
            times, parts = compute(task["feature"], job)
        except librosa.ParameterError as error:
            raise LabError(
                f"This stretch is too short for it: {error}", "Choose a longer one.", code="lab.too_short"
            ) from None
        folder = task["folder"]
        arrays = ("values", "heights")
        return {
            "times_s": packed(times, folder),
            "parts": [part | {name: packed(part[name], folder) for name in arrays} for part in parts],
        }


def compute(feature: str, task: Task) -> tuple[FloatArray, Parts]:
    """Times in s [frames] of a feature, and its parts."""
    import librosa

    parts, hop = FUNCTIONS[feature](task)
    count = parts[0]["values"].shape[1]
    times: FloatArray = librosa.frames_to_time(np.arange(count), sr=task.sample_rate, hop_length=hop)
    return times, parts


def _part(name: str, unit: str, rows: list[str], values: FloatArray, heights: Any = None) -> dict[str, Any]:
    places = np.arange(len(rows), dtype=np.float64) if heights is None else np.asarray(heights, np.float64)
    return {
        "name": name,
        "unit": unit,
        "rows": rows,
        "values": np.asarray(values, dtype=np.float32),
        "heights": places,
    }


# --- the features -------------------------------------------------------------------------------------------


def stft(task: Task) -> tuple[Parts, int]:
    """Levels of all bins in dB; a sine at full scale has 0 dB."""
    import librosa

    taper = librosa.filters.get_window(task.window, task.size, fftbins=True)
    levels = librosa.power_to_db(task.power * (2.0 / taper.sum()) ** 2, ref=1.0, amin=1e-14, top_db=None)
    hertz = task.hertz
    return [_part("level", "dB", [f"{value:.1f} Hz" for value in hertz], levels, hertz)], task.hop


def n_mels(sample_rate: int, size: int) -> int:
    """So many bands that each holds a bin at least, and no more than `MOST_MELS`."""
    import librosa

    top = float(librosa.hz_to_mel(sample_rate / 2))
    return int(min(MOST_MELS, max(8, math.floor(top * _MEL_HZ * size / sample_rate))))


def _log_mel(task: Task) -> FloatArray:
    import librosa

    mel = librosa.feature.melspectrogram(
        S=task.power, sr=task.sample_rate, n_fft=task.size, n_mels=n_mels(task.sample_rate, task.size)
    )
    found: FloatArray = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=None)
    return found


def log_mel(task: Task) -> tuple[Parts, int]:
    """The power in each mel band in dB."""
    import librosa

    levels = _log_mel(task)
    edges = librosa.mel_frequencies(len(levels) + 2, fmin=0.0, fmax=task.sample_rate / 2)
    centres = edges[1:-1]
    return [_part("level", "dB", [f"mel at {value:.0f} Hz" for value in centres], levels, centres)], task.hop


def mfcc(task: Task) -> tuple[Parts, int]:
    """13 coefficients, and how they change: first and second differences over nine frames."""
    import librosa

    found = librosa.feature.mfcc(S=_log_mel(task), n_mfcc=13)
    width = min(9, found.shape[1] - (found.shape[1] + 1) % 2)
    first = librosa.feature.delta(found, width=width)
    second = librosa.feature.delta(found, width=width, order=2)
    names = [f"{k}" for k in range(len(found))]
    return [
        _part("MFCC", "", [f"mfcc {name}" for name in names], found),
        _part("Δ", "", [f"delta {name}" for name in names], first),
        _part("ΔΔ", "", [f"delta-delta {name}" for name in names], second),
    ], task.hop


def _chroma(task: Task) -> FloatArray:
    import librosa

    found: FloatArray = librosa.feature.chroma_stft(S=task.power, sr=task.sample_rate, n_fft=task.size)
    return found


def chroma(task: Task) -> tuple[Parts, int]:
    """How strong each of the twelve tones of an octave is, over the strongest."""
    names = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"]
    return [_part("strength", "", names, _chroma(task))], task.hop


def spectral_contrast(task: Task) -> tuple[Parts, int]:
    """Peaks over valleys in octaves from 200 Hz on, in dB."""
    import librosa

    octaves = math.floor(math.log2(task.sample_rate / 2 / CONTRAST_FROM_HZ))
    n_bands = max(1, min(6, octaves))
    found = librosa.feature.spectral_contrast(
        S=np.sqrt(task.power), sr=task.sample_rate, n_fft=task.size, fmin=CONTRAST_FROM_HZ, n_bands=n_bands
    )
    edges = [0.0, *(CONTRAST_FROM_HZ * 2**k for k in range(n_bands)), task.sample_rate / 2]
    names = [f"{low:.0f} to {high:.0f} Hz" for low, high in pairwise(edges)]
    return [_part("contrast", "dB", names, found)], task.hop


def tonnetz(task: Task) -> tuple[Parts, int]:
    """Six coordinates of harmony, of the chroma."""
    import librosa

    found = librosa.feature.tonnetz(chroma=_chroma(task), sr=task.sample_rate)
    names = [f"{kind} {axis}" for kind in ("fifth", "minor third", "major third") for axis in ("x", "y")]
    return [_part("place", "", names, found)], task.hop


def zero_crossings(task: Task) -> tuple[Parts, int]:
    """The share of samples at which the sign changes."""
    import librosa

    found = librosa.feature.zero_crossing_rate(task.waveform, frame_length=task.size, hop_length=task.hop)
    return [_part("rate", "", ["zero-crossing rate"], found)], task.hop


def rms(task: Task) -> tuple[Parts, int]:
    """The root of the mean square, and the same as a level in dBFS."""
    import librosa

    found = librosa.feature.rms(y=task.waveform, frame_length=task.size, hop_length=task.hop)
    levels = 20.0 * np.log10(np.maximum(found, 1e-6))
    return [
        _part("level", "dBFS", ["level in dBFS"], levels),
        _part("RMS", "", ["rms"], found),
    ], task.hop


def centroid(task: Task) -> tuple[Parts, int]:
    """The centre of mass of the magnitude spectrum, in Hz."""
    import librosa

    found = librosa.feature.spectral_centroid(S=np.sqrt(task.power), sr=task.sample_rate, n_fft=task.size)
    return [_part("centroid", "Hz", ["centroid in Hz"], found)], task.hop


def roll_off(task: Task) -> tuple[Parts, int]:
    """Below this frequency lie 85 % of the magnitude spectrum."""
    import librosa

    found = librosa.feature.spectral_rolloff(
        S=np.sqrt(task.power), sr=task.sample_rate, n_fft=task.size, roll_percent=ROLL_PERCENT
    )
    return [_part("roll-off", "Hz", ["roll-off in Hz"], found)], task.hop


def pitch_frames(sample_rate: int) -> tuple[int, int]:
    """Samples of a frame that holds three periods of the lowest voice, and from one to the next: 10 ms."""
    size = 1 << math.ceil(math.log2(3 * sample_rate / LOWEST_HZ))
    return size, max(1, round(0.01 * sample_rate))


def pitch(task: Task) -> tuple[Parts, int]:
    """The fundamental frequency in Hz by pyin, not a number without a voice; and how likely there is one."""
    import librosa

    size, hop = pitch_frames(task.sample_rate)
    found, _, likely = librosa.pyin(
        task.waveform,
        fmin=LOWEST_HZ,
        fmax=min(HIGHEST_HZ, task.sample_rate / 4),
        sr=task.sample_rate,
        frame_length=size,
        hop_length=hop,
    )
    return [
        _part("pitch", "Hz", ["pitch in Hz"], found[None]),
        _part("voiced", "", ["probability of a voice"], likely[None]),
    ], hop


FUNCTIONS: Final[dict[str, Callable[[Task], tuple[Parts, int]]]] = {
    function.__name__: function
    for function in (
        *(stft, log_mel, mfcc, chroma, spectral_contrast, tonnetz),
        *(zero_crossings, rms, centroid, roll_off, pitch),
    )
}


def _warm_up() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(8000).astype(np.float32)
    task = Task(noise, 16_000, "hann", 512, 128)
    for feature in FUNCTIONS:
        compute(feature, task)


def _own_cache() -> IO[str] | None:
    """Let numba keep what it compiles for the next start, in a folder that no other process uses now.

    Two that compile the same function at once may leave an index that names the other's machine code, and
    whoever loads that crashes. Returns the lock of the folder; None where nothing is kept for long, or
    somebody else says where.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return None
    from platformdirs import user_cache_path

    for number in range(1, _CACHES + 1):
        folder = user_cache_path("emoscope", appauthor=False) / f"numba-{number}"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / "lock").open("w", encoding="utf-8")
            if locked(lock):
                os.environ["NUMBA_CACHE_DIR"] = str(folder)
                return lock
            lock.close()
    os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="emoscope-numba-")
    return None


if __name__ == "__main__":
    sys.exit(main())
