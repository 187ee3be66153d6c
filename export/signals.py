"""Waveforms that a graph must get right: ordinary ones, and those that break careless front ends."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray

SECONDS = (0.25, 1.0, 3.1, 7.9)
BATCHES = (1, 2, 5)


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
    """Named waveforms [samples]: speech-like, silent, clipped, tiny, loud."""
    speech = speech_like(samples, sample_rate)
    return {
        "speech-like": speech,
        "silence": np.zeros(samples, dtype=np.float32),
        "clipped": np.clip(20 * speech, -1.0, 1.0).astype(np.float32),
        "tiny": (1e-4 * speech).astype(np.float32),
        "loud": (speech / np.abs(speech).max()).astype(np.float32),
    }
