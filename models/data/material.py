"""The clips of several corpora with their embeddings under several views."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig
from models.corpora.base import LABELS, Clip
from models.corpora.folder import FolderSettings
from models.corpora.sound import header
from models.corpora.views import View
from models.data.clip_table import corpus_named, read_corpora
from models.data.embeddings import EmbeddingCache, Progress
from models.data.enrolment import People, speech_seconds
from models.errors import NotHereError

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


Say = Callable[[str], None]
Rows = npt.NDArray[np.bool_]
"""Which clips of a `Material`, bool [clips]."""


@dataclass(frozen=True)
class Material:
    """All clips, in a fixed order. `hashes` names the sound of each.

    `places` tells, for the name of each corpus, which reader read which folder.
    """

    clips: tuple[Clip, ...]
    hashes: dict[Path, str]
    cache: EmbeddingCache
    places: Mapping[str, tuple[str, Path]]
    progress: Progress | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        return LABELS

    @property
    def targets(self) -> npt.NDArray[np.int64]:
        return np.array([LABELS.index(clip.emotion) for clip in self.clips], dtype=np.int64)

    @property
    def speakers(self) -> npt.NDArray[np.str_]:
        return np.array([clip.speaker for clip in self.clips])

    @property
    def corpora(self) -> npt.NDArray[np.str_]:
        return np.array([clip.corpus for clip in self.clips])

    def corpus_named(self, text: str) -> str:
        """The corpus that is meant: by its own name, or by its reader's if only one has this reader.

        Raises
        ------
        TrainingError
            If the run has no such corpus.
        """
        return corpus_named(text, self.places, self.corpora)

    @property
    def seconds(self) -> npt.NDArray[np.float64]:
        """How long each clip is."""
        return np.array([found.seconds if (found := header(clip.path)) else 0.0 for clip in self.clips])

    @cached_property
    def people(self) -> People:
        """What is known of the clips beside their sound; reads them all once."""
        return People(self.targets, self.speakers, self.corpora, speech_seconds(self.clips))

    @property
    def sounds(self) -> npt.NDArray[np.str_]:
        return np.array([self.hashes[clip.path] for clip in self.clips])

    def embeddings(self, view: View, rows: Rows | None = None) -> FloatArray:
        """Embeddings [clips, dim] under `view`, of the clips that `rows` marks or of all."""
        clips = self.clips if rows is None else [c for c, keep in zip(self.clips, rows, strict=True) if keep]
        return self.cache.get(clips, self.hashes, view, self.progress)


def load_material(
    names: Sequence[str],
    root: Path | None,
    weights: Path,
    cache_folder: Path,
    *,
    progress: Progress | None = None,
    layers: int = 3,
    pool_layers: tuple[int, ...] = (2, 3),
    say: Say | None = None,
    settings: FolderSettings | None = None,
) -> Material:
    """Read the corpora `names`, below `root` or NAME=PATH; identical sounds joined, across corpora too.

    Raises
    ------
    CorpusError, TrainingError
        If a folder or the weights are not what they should be.
    """
    kept, hashes, places = read_corpora(names, root, say=say or (lambda _: None), settings=settings)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    model = build_model(weights, layers, pool_layers)
    return Material(tuple(kept), hashes, EmbeddingCache(cache_folder, model, digest), places, progress)
