"""The clips, the encoder, and noise for training and for tests: what a run needs beside its recipe."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.command_line.output import say
from desktop_app.core.safe_files import make_folder
from desktop_app.core.types import FloatArray
from models.corpora.folder import FolderSettings
from models.corpora.registry import CORPORA_VARIABLE
from models.data.clip_table import load_table
from models.data.embeddings import default_cache
from models.data.material import Material, Say, find_weights, load_material
from models.errors import CorpusError, SourceError
from models.evaluation.noise_bank import NoiseBank
from models.recipes.config import RunConfig
from models.recipes.recipe import Recipe
from models.training.follow import Follower
from models.training.trained import Workshop, check_failed

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Where training and its conditions get what they need from."""

    weights: Path
    noise: NoiseBank  # of the conditions
    noises: Sequence[FloatArray]  # that training may add: other recordings
    progress: Progress | None = None
    say: Say = say
    """Told of what takes long."""


def load_clips(
    args: argparse.Namespace,
    config: RunConfig,
    progress: Progress | None = None,
    *,
    settings: FolderSettings | None = None,
    say: Say = say,
) -> Material:
    """The clips of a run's corpora; reads `corpora`, `weights` and `cache` from `args`.

    `settings` tells who speaks in own data; without it, what `emoscope.yaml` in the folder says.

    Raises
    ------
    CorpusError, TrainingError, WriteError
        If a folder or the weights are not what they should be, or the cache cannot be written.
    """
    cache = args.cache or default_cache()
    make_folder(cache)  # what cannot be written is told before the work
    with _of_recipe():
        return load_material(
            config.corpora,
            args.corpora,
            find_weights(args.weights),
            cache,
            progress=progress,
            layers=config.layers,
            pool_layers=config.pool_layers,
            say=say,
            settings=settings,
        )


def prepare(
    args: argparse.Namespace,
    config: RunConfig,
    progress: Progress | None = None,
    *,
    settings: FolderSettings | None = None,
    say: Say = say,
) -> tuple[Material, Sources]:
    """The clips (`load_clips`), and what else training needs; reads `noise` from `args` too."""
    material = load_clips(args, config, progress, settings=settings, say=say)
    material.corpus_named(config.test_corpus)  # a run that has nothing to test ends before it begins
    bank, noises = _noise_of(args)
    return material, Sources(find_weights(args.weights), bank, noises, progress, say)


def workshop_of(
    args: argparse.Namespace,
    recipe: Recipe,
    *,
    settings: FolderSettings | None = None,
    by_clips: bool = False,
    follower: Follower | None = None,
    say: Say = say,
) -> Workshop:
    """The clips of a recipe, and noise; reads `corpora` and `noise` from `args`.

    Parameters
    ----------
    settings : FolderSettings, optional
        Who speaks in own data; without it, what `emoscope.yaml` in the folder says.
    by_clips : bool
        Part clips at random, whoever speaks.

    Raises
    ------
    CorpusError, TrainingError
        If a folder is not what it should be, or there is nothing to test.
    """
    data = recipe.data
    told = Follower() if follower is None else follower
    with _of_recipe():
        table = load_table(
            data.corpora, args.corpora, classes=data.classes, cap=data.cap, say=say, settings=settings
        )
    table.corpus_named(data.test)
    table, failed = table.readable(lambda done, total: told.step("reading clips", done, total))
    check_failed(failed, len(table.clips) + len(failed), "clips", say)
    bank, noises = _noise_of(args)
    if by_clips:
        table = table.parted_by_clips()
    return Workshop(table, bank, noises, say=say, threads=_threads(), follower=told)


@contextlib.contextmanager
def _of_recipe() -> Iterator[None]:
    """An unknown corpus is a mistake in the recipe, as others are, and not in the call."""
    try:
        yield
    except SourceError as error:
        raise CorpusError(error.message, error.hint, code=error.code) from error


def _threads() -> int:
    """All processors, or as many as OMP_NUM_THREADS allows."""
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return int(allowed) if allowed.isdecimal() and int(allowed) > 0 else os.cpu_count() or 1


def _noise_of(args: argparse.Namespace) -> tuple[NoiseBank, list[FloatArray]]:
    """Noise of the conditions, and other recordings of it, for training."""
    folder = args.noise or _noise_beside(args.corpora)
    if folder is None:
        return NoiseBank(), []
    training = NoiseBank.load(folder, "training")
    return NoiseBank.load(folder), [recording for _, recording in training.recordings()]


def _noise_beside(corpora: Path | None) -> Path | None:
    """The folder of noise among the corpora, if there is one."""
    root = corpora or os.environ.get(CORPORA_VARIABLE)
    folder = Path(root) / "noise" if root else None
    return folder if folder is not None and folder.is_dir() else None
