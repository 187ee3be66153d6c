"""Forty-eight clips of six made-up speakers, and the tiny recipe of each family of models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.architectures.registry import family_named
from models.data.clip_table import ClipTable, Rows, load_table
from models.evaluation.noise_bank import NoiseBank
from models.recipes.recipe import Recipe
from models.training.trained import Workshop

EPOCHS = 30


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
