"""What rooms, lines and microphones do to speech, as a grid of named conditions.

Each is a pure function of the waveform, decided by the clip's own hash: the same clip is degraded in the same
way everywhere, and at every level of noise by the same noise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

import numpy as np
import soxr
from scipy.signal import butter, fftconvolve, sosfilt

from desktop_app.core.errors import CallError
from desktop_app.core.types import FloatArray
from models.corpora.views import speech_bounds, trim
from models.evaluation.active_level import active_speech_level
from models.evaluation.noise_bank import NoiseBank

WHOLE: Final = "whole"
VIEWS: Final = (WHOLE, "trimmed", "first-1s", "first-2s", "first-3s")
"""How much of a clip a model hears, undegraded."""

GRID: Final = {
    "noise-20dB": "noise 20 dB below the active level of the speech",
    "noise-10dB": "noise 10 dB below",
    "noise-5dB": "noise 5 dB below",
    "noise-0dB": "noise as loud as the speech",
    "telephone": "300 to 3400 Hz at 8 kHz, 8 bit mu-law",
    "gain-20dB": "20 dB softer",
    "gain-10dB": "10 dB softer",
    "gain+10dB": "10 dB louder, clipped at full scale",
    "reverb": "a room with RT60 0.3 to 0.5 s, direct sound 5 dB above the reverberation",
    "clipped": "12 dB beyond full scale, clipped",
    "first-1s": "the first second, from 0.25 s before the voice",
    "first-2s": "the first two seconds",
    "first-3s": "the first three seconds",
}
"""The grid of `evaluate --degrade`: name and meaning."""

_CLIPPED_BY_DB: Final = 12.0
_DIRECT_TO_REVERBERANT_DB: Final = 5.0
_RT60_S: Final = (0.3, 0.5)
_PREDELAY_S: Final = 0.003
_TELEPHONE_RATE: Final = 8_000
_MU: Final = 255.0
_ONE_NUMBER: Final = re.compile(r"(noise-|gain(?=[+-])|first-)([+-]?\d+)(dB|s)")


def degrade(
    name: str,
    waveform: FloatArray,
    digest: str,
    noise_bank: NoiseBank | None = None,
    sample_rate: int = 16_000,
) -> FloatArray:
    """The waveform [samples] under the condition `name`; float32, in [-1, 1].

    Parameters
    ----------
    name : str
        One of `GRID` or `VIEWS`, or one with another number: ``noise-15dB``, ``gain-6dB``, ``first-4s``.
    digest : str
        The hash of the clip: everything random follows from it.
    noise_bank : NoiseBank, optional
        Where noise comes from, at `sample_rate`; made pink and white noise if not given.

    Raises
    ------
    CallError
        For a name that is not known.
    """
    simple = _SIMPLE.get(name)
    if simple is not None:
        return simple(waveform, sample_rate, digest)
    match = _ONE_NUMBER.fullmatch(name)
    kind, unit = (match[1].rstrip("-"), match[3]) if match is not None else ("", "")
    if match is None or (kind == "first") != (unit == "s"):
        raise CallError(
            f"There is no condition '{name}'.", f"It is one of: {', '.join((*VIEWS[:2], *GRID))}."
        )
    number = float(match[2])
    if kind == "noise":
        return add_noise(waveform, number, digest, noise_bank or NoiseBank(sample_rate=sample_rate))
    if kind == "gain":
        return gain(waveform, number)
    return first_seconds(waveform, number, sample_rate)


def add_noise(waveform: FloatArray, snr_db: float, digest: str, bank: NoiseBank) -> FloatArray:
    """Noise `snr_db` below the active level of the speech. Both are turned down if the sum would clip.

    A clip without any sound stays as it is.
    """
    level, _ = active_speech_level(waveform, bank.sample_rate)
    noise = bank.excerpt(generator(digest, "noise"), len(waveform)).astype(np.float64)
    power = float(np.square(noise).mean())
    if not np.isfinite(level) or power == 0.0:
        return waveform
    mixed = waveform + noise * np.sqrt(10 ** ((level - snr_db) / 10) / power)
    return _within_full_scale(mixed)


def telephone(waveform: FloatArray, sample_rate: int) -> FloatArray:
    """Through a telephone: 8 kHz, 300 to 3400 Hz, 8 bit mu-law (the curve of ITU-T G.711), and back."""
    narrow = soxr.resample(waveform, sample_rate, _TELEPHONE_RATE, quality="HQ").astype(np.float64)
    band = butter(4, (300.0, 3400.0), btype="bandpass", fs=_TELEPHONE_RATE, output="sos")
    narrow = np.clip(sosfilt(band, narrow), -1.0, 1.0)
    coded = np.sign(narrow) * np.log1p(_MU * np.abs(narrow)) / np.log1p(_MU)
    coded = np.round(coded * 127.0) / 127.0
    narrow = np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(_MU)) / _MU
    wide = soxr.resample(narrow, _TELEPHONE_RATE, sample_rate, quality="HQ")
    return _fitted(wide, len(waveform))


def gain(waveform: FloatArray, db: float) -> FloatArray:
    """Louder or softer; what exceeds full scale is clipped."""
    return np.clip(waveform * 10 ** (db / 20), -1.0, 1.0).astype(np.float32)


def clipped(waveform: FloatArray, beyond_db: float = _CLIPPED_BY_DB) -> FloatArray:
    """So loud that the peak would be `beyond_db` above full scale, clipped there."""
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak == 0.0:
        return waveform
    return np.clip(waveform * (10 ** (beyond_db / 20) / peak), -1.0, 1.0).astype(np.float32)


def reverberate(waveform: FloatArray, sample_rate: int, digest: str) -> FloatArray:
    """In a small room: convolved with `room_response`, at the power that it had."""
    response = room_response(generator(digest, "reverb"), sample_rate)
    wet = fftconvolve(waveform.astype(np.float64), response)[: len(waveform)]
    before, after = np.square(waveform, dtype=np.float64).sum(), np.square(wet).sum()
    if after == 0.0:
        return waveform
    return _within_full_scale(wet * np.sqrt(before / after))


def room_response(rng: np.random.Generator, sample_rate: int) -> FloatArray:
    """A synthetic room, float32 [samples].

    The direct sound, and from 3 ms on noise that decays by 60 dB within 0.3 to 0.5 s (Polack's model of late
    reverberation, 1988), in all 5 dB weaker than the direct sound.
    """
    rt60 = rng.uniform(*_RT60_S)
    start = round(_PREDELAY_S * sample_rate)
    time = np.arange(round(rt60 * sample_rate)) / sample_rate
    tail = rng.standard_normal(len(time)) * 10 ** (-3.0 * time / rt60)
    tail *= np.sqrt(10 ** (-_DIRECT_TO_REVERBERANT_DB / 10) / np.square(tail).sum())
    response = np.zeros(start + len(tail))
    response[0] = 1.0
    response[start:] = tail
    return response.astype(np.float32)


def first_seconds(waveform: FloatArray, seconds: float, sample_rate: int) -> FloatArray:
    """What the analyzer has heard of a voice after `seconds`, its 0.25 s before the voice included."""
    start, end = speech_bounds(waveform, sample_rate)
    return waveform[start : min(end, start + round(seconds * sample_rate))]


def generator(digest: str, purpose: str) -> np.random.Generator:
    """Random numbers that follow from the clip alone; those for different purposes are independent."""
    seed = hashlib.sha256(f"{purpose} {digest}".encode()).digest()
    return np.random.default_rng(int.from_bytes(seed[:8]))


_SIMPLE: Final[dict[str, Callable[[FloatArray, int, str], FloatArray]]] = {
    WHOLE: lambda waveform, _rate, _digest: waveform,
    "trimmed": lambda waveform, rate, _digest: trim(waveform, rate),
    "telephone": lambda waveform, rate, _digest: telephone(waveform, rate),
    "reverb": reverberate,
    "clipped": lambda waveform, _rate, _digest: clipped(waveform),
}


def _within_full_scale(waveform: np.ndarray) -> FloatArray:
    peak = float(np.abs(waveform).max(initial=0.0))
    return (waveform / max(1.0, peak)).astype(np.float32)


def _fitted(waveform: np.ndarray, samples: int) -> FloatArray:
    """Cut or filled with silence to `samples`: resampling there and back may lose one."""
    fitted = np.zeros(samples, dtype=np.float32)
    count = min(samples, len(waveform))
    fitted[:count] = np.clip(waveform[:count], -1.0, 1.0)
    return fitted
