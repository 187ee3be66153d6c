"""What a run needs beside its configuration: the clips, the encoder, and noise for training and for tests."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.types import FloatArray
from models.corpora.registry import corpora_root
from models.evaluation.noise_bank import NoiseBank
from models.training.config import RunConfig
from models.training.embeddings import default_cache
from models.training.material import Material, find_weights, load_material

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Where training and its conditions get what they need from."""

    weights: Path
    noise: NoiseBank  # of the conditions
    noises: Sequence[FloatArray]  # that training may add: other recordings
    progress: Progress | None = None


def prepare(
    args: argparse.Namespace, config: RunConfig, progress: Progress | None = None
) -> tuple[Material, Sources]:
    """The clips of a run's corpora, and what else its training needs, as the command line names them.

    Reads `corpora`, `weights`, `cache` and `noise` from `args`.

    Raises
    ------
    CorpusError, TrainingError
        If a folder or the weights are not what they should be.
    """
    weights = find_weights(args.weights)
    material = load_material(
        config.corpora,
        args.corpora,
        weights,
        args.cache or default_cache(),
        progress=progress,
        layers=config.layers,
        pool_layers=config.pool_layers,
    )
    folder = args.noise or corpora_root(args.corpora) / "noise"
    bank, noises = NoiseBank(), []
    if args.noise or folder.is_dir():
        bank = NoiseBank.load(folder)
        noises = [recording for _, recording in NoiseBank.load(folder, "training").recordings()]
    return material, Sources(weights, bank, noises, progress)
