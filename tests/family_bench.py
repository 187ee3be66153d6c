"""Forty-eight clips of six made-up speakers, and the tiny recipe of each family of models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from models.architectures.registry import family_named
from models.data.clip_table import ClipTable, Rows, load_table
from models.evaluation.noise_bank import NoiseBank
from models.recipes.recipe import Recipe
from models.training.trained import Workshop

RATE = 16_000
EMOTIONS = ("neutral", "happy", "sad", "angry")
SPEAKERS = 6
EPOCHS = 30
# Of each emotion: pitch in Hz at the start and at the end, loudness, syllables a second.
SPOKEN = {
    "neutral": (150, 150, 0.2, 3),
    "happy": (220, 330, 0.3, 6),
    "sad": (140, 95, 0.1, 2),
    "angry": (260, 190, 0.6, 8),
}


def write_corpus(root: Path) -> Path:
    """Own data: one folder an emotion, in each the clips of six speakers, two of each."""
    for emotion, (low, high, loudness, rate) in SPOKEN.items():
        (root / emotion).mkdir(parents=True)
        for speaker in range(SPEAKERS):
            for take in range(2):
                rng = np.random.default_rng((speaker, take, len(emotion)))
                time = np.arange(round(1.2 * RATE)) / RATE
                pitch = np.linspace(low, high, len(time)) * (0.85 + 0.06 * speaker) * rng.uniform(0.98, 1.02)
                phase = 2 * np.pi * np.cumsum(pitch) / RATE
                voice = sum(np.sin(k * phase) / k for k in range(1, 9))
                voice *= loudness * (0.55 + 0.45 * np.sin(2 * np.pi * rate * time + rng.uniform(0, 6)))
                voice = 0.3 * voice + 0.003 * rng.standard_normal(len(time))
                soundfile.write(root / emotion / f"s{speaker}_{take}.wav", voice.astype(np.float32), RATE)
    (root / "emoscope.yaml").write_text("name: spoken\nspeaker_pattern: '(?P<speaker>s\\d)_'\n")
    return root


def recipe_of(name: str, **more: object) -> Recipe:
    """The tiny recipe of a family."""
    family = family_named(name)
    fit: dict[str, object] = {}
    if family.fitted_by == "torch":
        fit = {
            "epochs": EPOCHS,
            "batch": 8,
            "rate": 1e-3 if "transformer" in name else 3e-3,
            "patience": None,
            "weight_decay": 0.0,
        }
    if family.fitted_by == "whisper":
        # With nobody to stop it early, patience means nothing.
        fit = {"epochs": 2, "draws": 24, "batch": 8, "average_decay": 0.5, "precision": "32-true"}
        fit["patience"] = 2
    if family.tiny_seconds or family.seconds:
        more = {"seconds": family.tiny_seconds or family.seconds, **more}
    data = {"corpora": ["folder=somewhere"], "views": ["whole"], **more}
    features = {} if family.takes == "waveform" else {"features": family.tiny_features or family.features}
    return Recipe.model_validate(
        {"name": name, "data": data, "model": {"family": name, **family.tiny}, "fit": fit, **features}
    )


@dataclass(frozen=True)
class Bench:
    """The clips, those of five speakers to learn from, and those of the sixth to choose on."""

    workshop: Workshop
    fitting: Rows
    inner: Rows
    told: list[str]

    @property
    def table(self) -> ClipTable:
        return self.workshop.table


def bench_of(root: Path) -> Bench:
    table = load_table([f"folder={root}"], None)
    inner = np.char.endswith(table.speakers, "s5")
    told: list[str] = []
    return Bench(Workshop(table, NoiseBank(), say=told.append, threads=1), ~inner, inner, told)
