"""The clips that the Whisper network learns, with their embeddings, its weights, and noise."""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.command_line.output import say
from desktop_app.core.safe_files import make_folder
from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig
from models.corpora.base import LABELS
from models.corpora.folder import FolderSettings
from models.corpora.sound import header
from models.corpora.views import View
from models.data.clip_table import ClipTable, Rows, load_table
from models.data.enrolment import People, speech_seconds
from models.errors import NotHereError
from models.evaluation.noise_bank import NoiseBank
from models.training.follow import Follower
from models.training.sources import noise_of, of_recipe, only_readable
from models.training.trained import Say
from models.training.whisper.embeddings import EmbeddingCache, Progress, default_cache
from models.training.whisper.run_config import RunConfig

WEIGHTS_VARIABLE = "EMOSCOPE_WEIGHTS"
WEIGHTS_FILE = "whisper-base-encoder.safetensors"
LEVEL_REFERENCE = 1.0
"""Spectra are taken relative to the clip's own loudest point: a stranger's microphone has an unknown gain."""


def find_weights(path: Path | None) -> Path:
    """The encoder's file: as given, or in the folder named by EMOSCOPE_WEIGHTS."""
    hint = (
        "Give --weights FILE, such as the model.safetensors of openai/whisper-base, or set "
        f"{WEIGHTS_VARIABLE} to a folder that holds it as {WEIGHTS_FILE}."
    )
    if path is None:
        named = os.environ.get(WEIGHTS_VARIABLE, "")
        if not named:
            raise NotHereError("The encoder's weights are not named.", hint)
        path = Path(named) / WEIGHTS_FILE
    if not path.is_file():
        raise NotHereError(f"The encoder's weights {path} do not exist.", hint)
    return path


def build_model(weights: Path, layers: int = 3, pool_layers: tuple[int, ...] = (2, 3)) -> EmotionModel:
    """The architecture with the pretrained encoder and an untrained head."""
    config = EmotionModelConfig(
        labels=LABELS,
        encoder=EncoderConfig(layers=layers),
        pool_layers=pool_layers,
        level_reference=LEVEL_REFERENCE,
    )
    model = EmotionModel(config)
    model.encoder.load(weights)
    return model.eval()


@dataclass(frozen=True)
class Material(ClipTable):
    """All clips of the eight emotions, with their embeddings by the untouched encoder."""

    cache: EmbeddingCache = field(kw_only=True)
    progress: Progress | None = field(default=None, kw_only=True)

    @cached_property
    def table(self) -> ClipTable:
        """The clips alone, as processes beside the trainer are given them."""
        return ClipTable(self.clips, self.labels, self.hashes, self.places, self._decoded)

    @cached_property
    def seconds(self) -> npt.NDArray[np.float64]:
        """How long each clip is."""
        return np.array([found.seconds if (found := header(clip.path)) else 0.0 for clip in self.clips])

    @cached_property
    def people(self) -> People:
        """What is known of the clips beside their sound; reads them all once."""
        return People(self.targets, self.speakers, self.corpora, speech_seconds(self.clips))

    def embeddings(self, view: View, rows: Rows | None = None) -> FloatArray:
        """Embeddings [clips, dim] under `view`, of the clips that `rows` marks or of all."""
        clips = self.clips if rows is None else [c for c, keep in zip(self.clips, rows, strict=True) if keep]
        return self.cache.get(clips, self.hashes, view, self.progress)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Where training and its conditions get what they need from."""

    weights: Path
    noise: NoiseBank  # of the conditions
    noises: Sequence[FloatArray]  # that training may add: other recordings
    progress: Progress | None = None
    say: Say = say
    """Told of what takes long."""
    follower: Follower = field(default_factory=Follower)


def load_material(
    names: Sequence[str],
    root: Path | None,
    weights: Path,
    cache_folder: Path,
    *,
    progress: Progress | None = None,
    layers: int = 3,
    pool_layers: tuple[int, ...] = (2, 3),
    say: Say = lambda _: None,
    settings: FolderSettings | None = None,
    follower: Follower | None = None,
) -> Material:
    """Read the corpora `names`, below `root` or NAME=PATH; identical sounds joined, across corpora too.

    Clips that cannot be read are told and left out.

    Raises
    ------
    CorpusError, TrainingError
        If a folder or the weights are not what they should be, or too many clips cannot be read.
    """
    table = load_table(names, root, say=say, settings=settings)
    table = only_readable(table, Follower() if follower is None else follower, say)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    model = build_model(weights, layers, pool_layers)
    cache = EmbeddingCache(cache_folder, model, digest)
    return Material(
        table.clips,
        LABELS,
        table.hashes,
        table.places,
        _decoded=table._decoded,
        unheard=table.unheard,
        cache=cache,
        progress=progress,
    )


def load_clips(
    args: argparse.Namespace,
    config: RunConfig,
    progress: Progress | None = None,
    *,
    settings: FolderSettings | None = None,
    say: Say = say,
    follower: Follower | None = None,
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
    with of_recipe():
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
            follower=follower,
        )


def prepare(
    args: argparse.Namespace,
    config: RunConfig,
    progress: Progress | None = None,
    *,
    settings: FolderSettings | None = None,
    say: Say = say,
    follower: Follower | None = None,
) -> tuple[Material, Sources]:
    """The clips (`load_clips`), and what else training needs; reads `noise` from `args` too."""
    follower = Follower() if follower is None else follower
    material = load_clips(args, config, progress, settings=settings, say=say, follower=follower)
    material.corpus_named(config.test_corpus)  # a run that has nothing to test ends before it begins
    bank, noises = noise_of(args)
    return material, Sources(find_weights(args.weights), bank, noises, progress, say, follower)
