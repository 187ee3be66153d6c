"""Sounds by formula, on which a smaller file is held against the exact one: hiss, voices, loud, soft."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray
from export.signals import speech_like

SOFT = 1e-3
"""Of full scale, -60 dBFS: below the noise of most rooms."""


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
