"""Windows for short spectra, what overlapping them does, and Parseval's identity in numbers.

Windows are periodic (a window of n samples continues at n), as spectra want them; the formulas are those of
F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray

Values = npt.NDArray[np.float64]

WINDOWS: Final = ("hann", "hamming", "blackman", "blackmanharris", "bartlett", "boxcar")
"""By the names that SciPy and librosa give them."""
SIZES: Final = (256, 512, 1024, 2048, 4096)
OVERLAPS: Final = (0.0, 0.5, 0.75, 0.875)
_COSINES: Final = {
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
}
_USUAL_S: Final = 0.032
_AT_ONCE: Final = 512  # frames whose spectra are in memory together


@dataclass(frozen=True, slots=True)
class Framing:
    """How sound is cut into frames: the window, its samples, and the share in which neighbours overlap."""

    window: str = "hann"
    size: int = 512
    overlap: float = 0.75

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return max(1, round(self.size * (1.0 - self.overlap)))


def usual_framing(sample_rate: int) -> Framing:
    """A Hann window of about 32 ms, three quarters overlapping."""
    return Framing(size=min(SIZES, key=lambda size: abs(np.log(size / (_USUAL_S * sample_rate)))))


def window_of(name: str, size: int) -> Values:
    """The window of this name, as [size].

    Raises
    ------
    ValueError
        No window has this name.
    """
    if name == "boxcar":
        return np.ones(size)
    places = np.arange(size) / size
    if name == "bartlett":
        return 1.0 - np.abs(2.0 * places - 1.0)
    if name not in _COSINES:
        raise ValueError(f"there is no window '{name}'")
    terms = [(-1) ** k * a * np.cos(2 * np.pi * k * places) for k, a in enumerate(_COSINES[name])]
    return np.asarray(np.sum(terms, axis=0), dtype=np.float64)


def frames_of(waveform: FloatArray, framing: Framing) -> Values:
    """All frames that hold a sample of `waveform`, without the window, as [frames, size]; zeros around it.

    Each sample lies in as many frames as one in the middle of a long sound.
    """
    size, hop = framing.size, framing.hop
    before = size - hop if size > hop else 0
    count = -(-(before + len(waveform)) // hop)
    padded = np.zeros((count - 1) * hop + size)
    padded[before : before + len(waveform)] = waveform
    view: Values = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    return view


@dataclass(frozen=True, slots=True, eq=False)
class OverlapAdd:
    """What copies of a window add up to, each a hop behind the one before, over one hop.

    Attributes
    ----------
    amplitude, power : array [hop]
        Sums of the window, and of its square.
    """

    amplitude: Values
    power: Values

    @staticmethod
    def ripple(sums: Values) -> float:
        """From the smallest to the largest, over the mean; 0 where it is constant."""
        return float((sums.max() - sums.min()) / sums.mean())


def overlap_add(framing: Framing) -> OverlapAdd:
    """What the frames of `framing` add up to at each place, far from the ends of the sound."""
    window, hop = window_of(framing.window, framing.size), framing.hop
    padded = np.pad(window, (0, -len(window) % hop)).reshape(-1, hop)
    return OverlapAdd(padded.sum(axis=0), np.square(padded).sum(axis=0))


@dataclass(frozen=True, slots=True)
class Parseval:
    """Energies: sums of squares, of samples or of what is 1/N of the squares of a spectrum of N bins.

    Attributes
    ----------
    sound_time, sound_frequency : float
        Of all of the sound, without any window.
    frames_time, frames_frequency : float
        Of all windowed frames.
    counted : float
        How often each sample counts in the frames, on the mean: the mean of the overlapped squares.
    ripple_amplitude, ripple_power : float
        How uneven the overlapped windows are, and their squares, as in `OverlapAdd.ripple`.
    """

    sound_time: float
    sound_frequency: float
    frames_time: float
    frames_frequency: float
    counted: float
    ripple_amplitude: float
    ripple_power: float

    @property
    def difference(self) -> float:
        """Between the frames' energies in time and in frequency, over that in time."""
        return _relative(self.frames_frequency, self.frames_time)

    @property
    def sound_difference(self) -> float:
        """The same of all of the sound."""
        return _relative(self.sound_frequency, self.sound_time)

    @property
    def recovered(self) -> float:
        """The sound's energy as the frames tell it, when each sample's share is divided out."""
        return self.frames_frequency / self.counted

    @property
    def recovered_difference(self) -> float:
        """By how much that misses the energy of the sound, over the latter."""
        return _relative(self.recovered, self.sound_time)


def parseval(waveform: FloatArray, framing: Framing) -> Parseval:
    """Energies of `waveform` [n] in time and in frequency."""
    sound = np.asarray(waveform, dtype=np.float64)
    window = window_of(framing.window, framing.size)
    frames = frames_of(waveform, framing)
    in_time = in_frequency = 0.0
    for first in range(0, len(frames), _AT_ONCE):
        block = frames[first : first + _AT_ONCE] * window
        in_time += float(np.square(block).sum())
        in_frequency += _energy(np.fft.rfft(block, axis=1), framing.size)
    sums = overlap_add(framing)
    return Parseval(
        float(np.square(sound).sum()),
        _energy(np.fft.rfft(sound), len(sound)),
        in_time,
        in_frequency,
        float(sums.power.mean()),
        OverlapAdd.ripple(sums.amplitude),
        OverlapAdd.ripple(sums.power),
    )


def _energy(spectrum: npt.NDArray[np.complex128], length: int) -> float:
    """Of spectra [..., length // 2 + 1]; each bin but the first and the middle one stands for two."""
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    last = 2 if length % 2 == 0 else 1
    twice = power[..., 1:].sum() * 2 - (power[..., -1].sum() if last == 2 else 0.0)
    return float((power[..., 0].sum() + twice) / length)


def _relative(value: float, of: float) -> float:
    return abs(value - of) / of if of > 0 else 0.0
