"""Signals by formula, for the test that a model file carries: alike on every machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError
from desktop_app.inference.manifest_rules import shown

_Doubles = npt.NDArray[np.float64]


def self_test_signal(name: str, seconds: float, sample_rate: int) -> FloatArray:
    """Build a self-test signal [samples] by its formula: the same on every machine, without a random number.

    Computed in float64 for round(T * sample_rate) samples and rounded to float32; T is the length and t the
    time, both in seconds. Harmonics that reach half the sample rate are left out.

    ``chirp-v1`` is a sawtooth-like glide up to 2.6 kHz in syllables of a quarter of a second: f0 glides from
    110 to 220 Hz, and::

        phase(t) = 2 pi (110 t + 55 t^2 / T)
        x(t) = 0.12 (1 - cos(2 pi 4 t)) sum over h = 1..12 of sin(h phase(t)) / h

    ``vowels-v1`` is nearer to a voice, for models that answer nothing else: three syllables a second, whose
    pitch goes up and down between 110 and 190 Hz and whose three formants glide between [i] and [a]. See
    `_vowels` for the formula.

    Raises
    ------
    ManifestError
        For a name that is not known.
    """
    if name not in _SIGNALS:
        known = " or ".join(f"'{one}'" for one in _SIGNALS)
        raise ManifestError(
            f"The manifest field 'self_test.signal' must be {known}, found {shown(name)}.",
            field="self_test.signal",
        )
    time = np.arange(round(seconds * sample_rate), dtype=np.float64) / sample_rate
    return _SIGNALS[name](time, seconds, sample_rate).astype(np.float32)


def _chirp(time: _Doubles, seconds: float, sample_rate: int) -> _Doubles:
    phase = 2 * np.pi * (110.0 * time + 55.0 * time**2 / seconds)
    voice = np.zeros_like(time)
    for harmonic in range(1, 13):
        if 220.0 * harmonic < sample_rate / 2:
            voice += np.sin(harmonic * phase) / harmonic
    return 0.12 * (1.0 - np.cos(2 * np.pi * 4.0 * time)) * voice


def _vowels(time: _Doubles, seconds: float, sample_rate: int) -> _Doubles:
    """Harmonics of a gliding pitch, each as loud as its distance from the formants lets it be."""
    glide = 2 * np.pi * 0.6
    pitch = 150.0 + 40.0 * np.sin(glide * time)
    phase = 2 * np.pi * (150.0 * time - 40.0 / glide * (np.cos(glide * time) - 1.0))
    open_ = 0.5 + 0.5 * np.sin(2 * np.pi * 1.1 * time)  # 0: [i], 1: [a]
    formants = (  # centre and half bandwidth in Hz, gain
        (300.0 + 450.0 * open_, 90.0, 1.0),
        (2100.0 - 900.0 * open_, 110.0, 0.5),
        (2800.0 - 200.0 * open_, 160.0, 0.25),
    )
    voice = np.zeros_like(time)
    for harmonic in range(1, 41):
        if 190.0 * harmonic < sample_rate / 2:
            gain = 0.01 + sum(
                top / (1.0 + ((harmonic * pitch - centre) / width) ** 2) for centre, width, top in formants
            )
            voice += gain / np.sqrt(harmonic) * np.sin(harmonic * phase)
    syllable = np.minimum(1.0, (3.0 * time) % 1.0 / 0.8)
    envelope: _Doubles = 0.4 * np.sin(np.pi * syllable) ** 2
    return envelope * voice


_SIGNALS: dict[str, Callable[[_Doubles, float, int], _Doubles]] = {"chirp-v1": _chirp, "vowels-v1": _vowels}
