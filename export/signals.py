"""Waveforms by formula that a graph must get right: ordinary ones, and those that break front ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.self_test_signal import self_test_signal

SECONDS = (0.25, 1.0, 3.1, 7.9)
LONG_S = 8.0
"""Beyond it a waveform is tried alone, as ordinary and as loud speech: half a minute takes its time."""
BATCHES = (1, 2, 5)
SOFT = 1e-3
"""Of full scale, -60 dBFS: below the noise of most rooms."""


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One waveform [samples] that a graph is tried with."""

    kind: str
    seconds: float
    waveform: FloatArray


def speech_like(samples: int, sample_rate: int, seed: int = 0) -> FloatArray:
    """Noise through a slowly opening and closing envelope, with the spectral tilt of speech, [samples]."""
    rng = np.random.default_rng(seed)
    noise = np.cumsum(rng.standard_normal(samples))
    noise -= np.linspace(noise[0], noise[-1], samples)
    time = np.arange(samples) / sample_rate
    wave = noise / (np.abs(noise).max() + 1e-9) * (0.2 + 0.3 * np.sin(2 * np.pi * 3 * time) ** 2)
    wave += 0.01 * rng.standard_normal(samples)
    out: FloatArray = wave.astype(np.float32)
    return out


def kinds(samples: int, sample_rate: int) -> dict[str, FloatArray]:
    """Named waveforms [samples]: speech-like, voiced, silent, clipped, tiny, loud.

    A model may answer nothing but voices, and noise of any shape with zeros: "voiced" is for those.
    """
    speech = speech_like(samples, sample_rate)
    return {
        "speech-like": speech,
        "voiced": self_test_signal("vowels-v1", samples / sample_rate, sample_rate),
        "silence": np.zeros(samples, dtype=np.float32),
        "clipped": np.clip(20 * speech, -1.0, 1.0).astype(np.float32),
        "tiny": (1e-4 * speech).astype(np.float32),
        "loud": _loudest(speech),
    }


def lengths(min_seconds: float, max_seconds: float) -> tuple[float, ...]:
    """The lengths to try, each moved into what the model is made for, and the longest that it is made for."""
    moved = {min(max(seconds, min_seconds), max_seconds) for seconds in SECONDS}
    return tuple(sorted(moved | ({max_seconds} if max_seconds > LONG_S else set())))


def probes(sample_rate: int, seconds: tuple[float, ...]) -> list[Probe]:
    """Every kind of waveform at every length; of the long ones only some. Nobody writes to them."""
    found: list[Probe] = []
    for length in seconds:
        if length <= LONG_S:
            found += _every_kind(sample_rate, length)
        elif length == seconds[0]:
            found += _every_kind.__wrapped__(sample_rate, length)
        else:
            speech = speech_like(round(length * sample_rate), sample_rate)
            found += [Probe("speech-like", length, speech), Probe("loud", length, _loudest(speech))]
    return found


def synthetic(sample_rate: int, min_seconds: float, max_seconds: float) -> list[FloatArray]:
    """24 sounds, each [samples]: 12 of noise like speech, of 1 to 8 s, 6 voices, 3 loud and 3 soft ones."""

    def samples(seconds: float) -> int:
        return round(min(max(seconds, min_seconds), max_seconds) * sample_rate)

    short = samples(2.0)
    return [
        *(speech_like(samples(1.0 + seed % 8), sample_rate, seed) for seed in range(12)),
        *(voice_like(short, sample_rate, 90 + 40 * seed, seed) for seed in range(6)),
        *(np.sign(voice_like(short, sample_rate, pitch)) for pitch in (100, 200)),
        loud(short, sample_rate),
        *(SOFT * speech_like(short, sample_rate, seed) for seed in (20, 21)),
        SOFT * voice_like(short, sample_rate, 150),
    ]


def voice_like(samples: int, sample_rate: int, pitch: float, seed: int = 0) -> FloatArray:
    """A gliding voice at about `pitch` Hz, with the harmonics of one and a little breath, [samples]."""
    time = np.arange(samples) / sample_rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 2 * time))) / sample_rate
    wave = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 12))
    wave = 0.3 * wave + 0.003 * np.random.default_rng(seed).standard_normal(samples)
    out: FloatArray = wave.astype(np.float32)
    return out


def loud(samples: int, sample_rate: int) -> FloatArray:
    """Full scale, [samples]: a square wave that climbs through the bands, then noise."""
    time = np.arange(samples) / sample_rate
    seconds = max(samples / sample_rate, 1e-9)
    sweep = np.sin(2 * np.pi * time * (50 + 0.1 * sample_rate * time / seconds))
    noise = np.random.default_rng(0).uniform(-1, 1, samples)
    out: FloatArray = np.where(time < 0.7 * seconds, np.sign(sweep), np.sign(noise)).astype(np.float32)
    return out


# An export needs the same waveforms several times, and "voiced" takes its time to compute.
@lru_cache(maxsize=8)
def _every_kind(sample_rate: int, seconds: float) -> tuple[Probe, ...]:
    made = kinds(round(seconds * sample_rate), sample_rate)
    return tuple(Probe(kind, seconds, waveform) for kind, waveform in made.items())


def _loudest(speech: FloatArray) -> FloatArray:
    out: FloatArray = (speech / np.abs(speech).max()).astype(np.float32)
    return out
