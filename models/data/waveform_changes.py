"""Changes to a clip that published recipes name: another pitch alone, another place in time, less range.

All take and give float32 [samples] at 16 kHz. References: W. Verhelst and M. Roelands, "An overlap-add
technique based on waveform similarity (WSOLA)", ICASSP 1993; D. Giannoulis et al., "Digital dynamic range
compressor design", Journal of the Audio Engineering Society 60, 2012.
"""

from __future__ import annotations

import numpy as np
import soxr
from scipy import signal

from desktop_app.core.types import FloatArray
from models.corpora.base import SAMPLE_RATE

_WINDOW, _HOP, _SEARCH = 640, 320, 160
"""Samples: windows of 40 ms, every 20 ms, moved by up to 10 ms."""


def stretch(waveform: FloatArray, factor: float) -> FloatArray:
    """`factor` times as fast at the same pitch: overlapping windows, each where the wave goes on (WSOLA).

    A clip of fewer than four windows (0.16 s) stays as it is.
    """
    if len(waveform) < 4 * _WINDOW:
        return waveform
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    count = int((len(waveform) - 2 * _WINDOW) / (_HOP * factor))
    out = np.zeros(count * _HOP + _WINDOW, dtype=np.float32)
    expected: FloatArray | None = None
    for frame in range(count):
        place = round(frame * _HOP * factor)
        if expected is not None:
            # The shift within 10 ms at which the wave goes on as it would have: no broken periods.
            search = waveform[max(0, place - _SEARCH) : place + _SEARCH + _WINDOW]
            if len(search) > _WINDOW:
                fit = signal.correlate(search, expected, mode="valid", method="fft")
                place = max(0, place - _SEARCH) + int(fit.argmax())
        out[frame * _HOP : frame * _HOP + _WINDOW] += window * waveform[place : place + _WINDOW]
        following = waveform[place + _HOP : place + _HOP + _WINDOW]
        expected = following if len(following) == _WINDOW else None
    return out


def shift_pitch(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Pitch and formants 2 semitones lower to 2 higher, at the same tempo and as long."""
    factor = 2.0 ** (float(rng.uniform(-2.0, 2.0)) / 12.0)
    faster = soxr.resample(waveform, SAMPLE_RATE * factor, SAMPLE_RATE, quality="MQ")
    return _as_long_as(waveform, stretch(faster, 1.0 / factor))


def shift_time(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Up to 0.2 s earlier or later, at most a quarter of the clip; what is left free is silence."""
    most = min(SAMPLE_RATE // 5, len(waveform) // 4)
    shift = int(rng.integers(-most, most + 1))
    out = np.zeros_like(waveform)
    if shift >= 0:
        out[shift:] = waveform[: len(waveform) - shift]
    else:
        out[:shift] = waveform[-shift:]
    return out


def compress_range(waveform: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Loud parts softer: 2 .. 6 dB more at the input are 1 dB more at the output, the peak stays as it was.

    That holds from 30 .. 15 dB below the clip's peak on; the gain falls within 5 ms and recovers in 100 ms.
    """
    ratio, threshold = float(rng.uniform(2.0, 6.0)), float(rng.uniform(-30.0, -15.0))
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak <= 0.0:
        return waveform
    level = 20.0 * np.log10(np.maximum(np.abs(waveform) / peak, 1e-5))
    wanted = np.minimum(0.0, threshold - level) * (1.0 - 1.0 / ratio)
    # One gain for 5 ms, the least that any sample of them wants, and lines between.
    hold = round(0.005 * SAMPLE_RATE)
    held = np.minimum.reduceat(wanted, np.arange(0, len(wanted), hold))
    steps = _recovering(held, 0.1 * SAMPLE_RATE / hold)
    gain = np.interp(np.arange(len(waveform)), (np.arange(len(steps)) + 0.5) * hold, steps)
    changed = waveform * 10.0 ** (gain / 20.0)
    loudest = float(np.abs(changed).max())
    out: FloatArray = (changed * (peak / loudest)).astype(np.float32)
    return out


def _recovering(gains: np.ndarray, steps: float) -> np.ndarray:
    """Gains in dB that fall at once and come back by a factor of e in so many steps."""
    keep = float(np.exp(-1.0 / steps))
    out = np.empty_like(gains)
    before = 0.0
    for place, gain in enumerate(gains):
        before = min(float(gain), keep * before + (1.0 - keep) * float(gain))
        out[place] = before
    return out


def _as_long_as(waveform: FloatArray, changed: FloatArray) -> FloatArray:
    out = np.zeros_like(waveform)
    length = min(len(waveform), len(changed))
    out[:length] = changed[:length]
    return out
