"""Voices of a model with six numbers, embeddings by formula, and how far they moved."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile, VoiceStatistics

DIM = 6
RNG = np.random.default_rng(5)


def model(sha256: str = "a" * 64, name: str = "net") -> VoiceModel:
    mean = np.linspace(-1, 1, DIM, dtype=np.float32)
    return VoiceModel(name, sha256, VoiceStatistics(mean, np.linspace(0.5, 2, DIM, dtype=np.float32)))


def speech_of(voice: VoiceModel, shift: float, count: int = 40, spread: float = 0.3) -> FloatArray:
    """Embeddings [count, dim] of a voice that is `shift` deviations away from the default."""
    points = RNG.normal(shift, spread, (count, DIM))
    return (voice.default.mean + points * voice.default.std).astype(np.float32)


def shift_of(profile: VoiceProfile) -> float:
    """How far, in deviations, the blended mean has moved from the default."""
    default = profile.model.default
    return float(np.mean((profile.statistics().mean - default.mean) / default.std))


def answers_in(*moods: int, sure: float = 0.97) -> FloatArray:
    """Answers [n, 4] to so many stretches, each sure of one mood."""
    rest = (1 - sure) / 3
    return np.where(np.eye(4, dtype=bool)[list(moods)], sure, rest)
