"""The active level of speech: how loud it is while somebody speaks, pauses not counted.

ITU-T Recommendation P.56 (12/2011), method B.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.signal import lfilter

from desktop_app.core.types import FloatArray

_TIME_CONSTANT_S: Final = 0.03
_HANGOVER_S: Final = 0.2
_MARGIN_DB: Final = 15.9
_THRESHOLDS: Final = 2.0 ** np.arange(-15, 1)
_FAINT: Final = 1e-10


def active_speech_level(waveform: FloatArray, sample_rate: int) -> tuple[float, float]:
    """Active level in dBFS (power of a full-scale square wave is 0) and the share of time that is active.

    A waveform without any sound has the level -inf and the share 0. Where no threshold is 15.9 dB below the
    level of what exceeds it (a steady hum that fades), all of it counts as active.

    Parameters
    ----------
    waveform : float32 [samples]
        In [-1, 1].
    """
    samples = waveform.astype(np.float64)
    energy = float(np.square(samples).sum())
    if energy <= _FAINT * max(1, len(samples)) ** 0.5:
        return -np.inf, 0.0
    decay = float(np.exp(-1.0 / (sample_rate * _TIME_CONSTANT_S)))
    smooth = np.abs(samples)
    for _ in range(2):
        smooth = lfilter([1.0 - decay], [1.0, -decay], smooth)
    hold = round(_HANGOVER_S * sample_rate)
    overall = 10.0 * np.log10(energy / len(samples))
    previous: tuple[float, float] | None = None
    for threshold in _THRESHOLDS:
        active = _active_samples(smooth >= threshold, hold)
        if active == 0:
            break
        level = 10.0 * np.log10(energy / active)
        margin = level - 20.0 * np.log10(threshold)
        if margin <= _MARGIN_DB:
            if previous is not None:  # between two thresholds an octave apart
                before_level, before_margin = previous
                share = (before_margin - _MARGIN_DB) / (before_margin - margin)
                level = before_level + share * (level - before_level)
            return float(level), float(10 ** ((overall - level) / 10))
        previous = level, margin
    return float(overall), 1.0


def _active_samples(above: np.ndarray, hold: int) -> int:
    """Samples at or within `hold` samples after one that is above."""
    places = np.flatnonzero(above)
    if places.size == 0:
        return 0
    reach = np.minimum(np.append(places[1:], len(above)) - places, hold + 1)
    return int(reach.sum())
