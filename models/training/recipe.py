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
    corpora: Path  # the folder that holds them all
    progress: Progress | None = None


def load_clips(args: argparse.Namespace, config: RunConfig, progress: Progress | None = None) -> Material:
    """The clips of a run's corpora; reads `corpora`, `weights` and `cache` from `args`.

    Raises
    ------
    CorpusError, TrainingError
        If a folder or the weights are not what they should be.
    """
    return load_material(
        config.corpora,
        args.corpora,
        find_weights(args.weights),
        args.cache or default_cache(),
        progress=progress,
        layers=config.layers,
        pool_layers=config.pool_layers,
    )


def prepare(
    args: argparse.Namespace, config: RunConfig, progress: Progress | None = None
) -> tuple[Material, Sources]:
    """The clips (`load_clips`), and what else training needs; reads `noise` from `args` too."""
    material = load_clips(args, config, progress)
    folder = args.noise or corpora_root(args.corpora) / "noise"
    bank, noises = NoiseBank(), []
    if args.noise or folder.is_dir():
        bank = NoiseBank.load(folder)
        noises = [recording for _, recording in NoiseBank.load(folder, "training").recordings()]
    root = corpora_root(args.corpora)
    return material, Sources(find_weights(args.weights), bank, noises, root, progress)
