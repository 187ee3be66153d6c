"""Embeddings of clips by the frozen encoder, kept in a cache: hours of audio are read once per view.

Everything that changes an embedding is part of the name of its cache file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from desktop_app.core.foreign_files import read_arrays
from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel
from models.corpora.base import Clip, read_waveform
from models.corpora.views import View

Progress = Callable[[str, int, int], None]
_SAVE_EVERY = 300


def default_cache() -> Path:
    """The folder for embeddings: outside the project, where the system keeps caches."""
    from platformdirs import user_cache_path

    return user_cache_path("emoscope") / "embeddings"


class EmbeddingCache:
    """Embeddings [clips, dim] on disk, by content of the clip, view and recipe of the encoder."""

    def __init__(self, folder: Path, model: EmotionModel, weights_sha256: str) -> None:
        self._folder = folder
        self._model = model.eval()
        encoder = asdict(model.config.encoder)
        self._recipe = {
            "weights": weights_sha256,
            "encoder": encoder,
            "pool_layers": model.config.pool_layers,
            "level_reference": model.config.level_reference,
        }

    def _file(self, corpus: str, view: View) -> Path:
        recipe = json.dumps({**self._recipe, "view": asdict(view)}, sort_keys=True)
        return self._folder / f"{corpus}-{view.name}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}.npz"

    def get(
        self, clips: Sequence[Clip], hashes: dict[Path, str], view: View, progress: Progress | None = None
    ) -> FloatArray:
        """The embeddings [clips, dim] of clips, in order; what is missing is computed and kept."""
        out = np.empty((len(clips), self._model.config.embedding_dim), dtype=np.float32)
        for corpus in dict.fromkeys(clip.corpus for clip in clips):
            rows = [i for i, clip in enumerate(clips) if clip.corpus == corpus]
            known = self._load(self._file(corpus, view))
            missing = [i for i in rows if hashes[clips[i].path] not in known]
            for done, i in enumerate(missing, start=1):
                clip = clips[i]
                known[hashes[clip.path]] = self._embed(clip, hashes[clip.path], view)
                if progress is not None:
                    progress(f"{corpus}, {view.name}", done, len(missing))
                if done % _SAVE_EVERY == 0 or done == len(missing):
                    self._save(self._file(corpus, view), known)
            for i in rows:
                out[i] = known[hashes[clips[i].path]]
        return out

    def _embed(self, clip: Clip, digest: str, view: View) -> FloatArray:
        waveform = view.cut(read_waveform(clip.path), digest)
        with torch.inference_mode():
            embedding = self._model.embed(torch.from_numpy(np.ascontiguousarray(waveform))[None])
        array: FloatArray = embedding[0].numpy()
        return array

    @staticmethod
    def _load(file: Path) -> dict[str, FloatArray]:
        if not file.is_file():
            return {}
        data = read_arrays(file, "cache of embeddings")
        return dict(zip(data["sha256"].tolist(), data["embedding"], strict=True))

    @staticmethod
    def _save(file: Path, known: dict[str, FloatArray]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as stream:
            np.savez(stream, sha256=np.array(list(known)), embedding=np.stack(list(known.values())))
        part.replace(file)
