"""Linear prediction: the stretch as the answer of a system of resonances to the pulses of a voice.

After J. Makhoul, "Linear prediction: a tutorial review", Proceedings of the IEEE 63(4), 1975. The
autocorrelation is the mean of short frames', so that loud and soft sounds count by their power, and the
system is stable: all poles lie within the unit circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.lab.clip import Clip
from desktop_app.lab.spectra import Spectrum, decibels, mean_spectrum
from desktop_app.lab.windows import Framing, Values, frames_of, window_of

Complex = npt.NDArray[np.complex128]

HIGHEST_RATE: Final = 16_000
"""Sound is resampled to this rate at most: above 8 kHz a voice has no resonances to be told apart."""
PRE_EMPHASIS: Final = 0.97
LEAST_ORDER, MOST_ORDER = 4, 60
_FRAME_S: Final = 0.04
_LOWEST_HZ: Final = 90.0
_WIDEST_HZ: Final = 600.0
_EDGE_HZ: Final = 50.0  # from half the rate
_POINTS: Final = 1024


def usual_order(sample_rate: int) -> int:
    """Two poles for each kHz, and two for the slope of the spectrum: 18 at 16 kHz."""
    return 2 + round(min(sample_rate, HIGHEST_RATE) / 1000)


@dataclass(frozen=True, slots=True)
class Formant:
    """A resonance of the voice: its name (F1 is the lowest), its frequency and its width at -3 dB, in Hz."""

    name: str
    hertz: float
    bandwidth_hz: float


@dataclass(frozen=True, slots=True, eq=False)
class Resonances:
    """H(z) = gain / (A(z) (1 - 0.97 / z)), where A is found by linear prediction.

    Attributes
    ----------
    sample_rate : int
        In Hz, after resampling.
    coefficients : array [order + 1]
        Of A, from that of z to the power 0 on, which is 1.
    gain : float
        With which H has the power of the sound.
    poles : array [order + 1]
        Of H in the z-plane; the last one undoes the pre-emphasis.
    formants : tuple of Formant
        By frequency.
    spectrum : Spectrum
        Of the sound, as it is.
    response : Spectrum
        Of H, at the scale of `spectrum`.
    impulse : array [samples]
        What H answers to a click of 1, over 40 ms.
    """

    sample_rate: int
    coefficients: Values
    gain: float
    poles: Complex
    formants: tuple[Formant, ...]
    spectrum: Spectrum
    response: Spectrum
    impulse: Values

    @property
    def order(self) -> int:
        return len(self.coefficients) - 1

    @property
    def zeros(self) -> int:
        """How many zeros H has, all of them at z = 0."""
        return len(self.poles)

    @property
    def laplace(self) -> Complex:
        """The poles in the Laplace plane [order + 1]: s = ln(z) fs, of which the imaginary part is 2 pi f."""
        return np.log(self.poles) * self.sample_rate


def resonances(clip: Clip, order: int | None = None) -> Resonances:
    """Linear prediction of a stretch.

    Parameters
    ----------
    order : int, optional
        Poles, from `LEAST_ORDER` to `MOST_ORDER`; by default `usual_order`.
    """
    rate = min(clip.sample_rate, HIGHEST_RATE)
    waveform = clip.at(rate)
    order = usual_order(rate) if order is None else min(MOST_ORDER, max(LEAST_ORDER, order))
    size = max(4 * order, round(_FRAME_S * rate))
    framing = Framing("hann", size, 0.75)
    emphasised = np.append(waveform[:1], waveform[1:] - PRE_EMPHASIS * waveform[:-1])
    coefficients, error = levinson(_autocorrelation(emphasised, framing, order))
    poles = np.append(np.roots(coefficients), PRE_EMPHASIS)
    spectrum = mean_spectrum(waveform, rate, Framing("hann", 512 if rate <= 16_000 else 1024, 0.75))
    hertz = np.linspace(0.0, rate / 2, _POINTS)
    # As `mean_spectrum` has it: the power of a frame's bin over that of a sine at full scale.
    taper = window_of("hann", len(spectrum.hertz) * 2 - 2)
    scale = error * np.square(taper).sum() / (taper.sum() / 2) ** 2
    power = scale / np.square(_denominator(coefficients, hertz, rate))
    return Resonances(
        rate,
        coefficients,
        float(np.sqrt(error)),
        poles,
        _formants(poles, rate),
        spectrum,
        Spectrum(hertz, decibels(power)),
        _impulse(coefficients, round(_FRAME_S * rate)),
    )


def _autocorrelation(waveform: FloatArray, framing: Framing, order: int) -> Values:
    """Mean power of the sound at the lags 0 to `order`, over frames; a trace of noise keeps it regular."""
    window = window_of(framing.window, framing.size)
    frames = frames_of(waveform, framing) * window
    length = 1 << (2 * framing.size - 1).bit_length()
    power = np.zeros(length // 2 + 1)
    for first in range(0, len(frames), 256):
        power += np.square(np.abs(np.fft.rfft(frames[first : first + 256], n=length, axis=1))).sum(axis=0)
    lags = np.fft.irfft(power)[: order + 1] / (len(frames) * np.square(window).sum())
    lags[0] = lags[0] * (1.0 + 1e-9) + 1e-15
    return np.asarray(lags, dtype=np.float64)


def levinson(lags: Values) -> tuple[Values, float]:
    """Solve for the predictor of an autocorrelation [order + 1], by the recursion of Levinson and Durbin.

    Returns
    -------
    coefficients : array [order + 1]
        Of A; the first is 1.
    error : float
        The power that is left of the sound behind A.
    """
    order = len(lags) - 1
    a = np.zeros(order + 1)
    a[0], error = 1.0, float(lags[0])
    for k in range(1, order + 1):
        reflection = -float(a[:k] @ lags[k:0:-1]) / error
        a[1 : k + 1] += reflection * a[k - 1 :: -1][:k]
        error *= 1.0 - reflection**2
    return a, error


def _denominator(coefficients: Values, hertz: Values, rate: int) -> Values:
    """Magnitude of what H is divided by, at these frequencies."""
    delay = np.exp(-2j * np.pi * hertz / rate)
    return np.asarray(np.abs(np.polyval(coefficients[::-1], delay) * (1.0 - PRE_EMPHASIS * delay)))


def _formants(poles: Complex, rate: int) -> tuple[Formant, ...]:
    """Of each pair of poles that is narrow enough to be heard as a resonance."""
    found = []
    for pole in poles[poles.imag > 0]:
        hertz = float(np.angle(pole)) * rate / (2 * np.pi)
        width = -float(np.log(np.abs(pole))) * rate / np.pi
        if _LOWEST_HZ < hertz < rate / 2 - _EDGE_HZ and width < _WIDEST_HZ:
            found.append((hertz, width))
    return tuple(Formant(f"F{k}", *each) for k, each in enumerate(sorted(found), start=1))


def _impulse(coefficients: Values, count: int) -> Values:
    """H without its gain, sample by sample."""
    whole = np.convolve(coefficients, [1.0, -PRE_EMPHASIS])
    order = len(whole) - 1
    out = np.zeros(order + count)
    for n in range(count):
        out[order + n] = (1.0 if n == 0 else 0.0) - float(whole[1:] @ out[n : order + n][::-1])
    return out[order:]
