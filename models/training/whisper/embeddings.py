"""Embeddings of clips, by the untouched encoder and by trained ones, kept on disk.

Everything that changes an embedding is part of the name of its file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

from desktop_app.core.foreign_files import read_arrays
from desktop_app.core.types import FloatArray
from models.architectures.whisper.emotion_model import EmotionModel
from models.corpora.base import Clip, read_waveform
from models.corpora.views import View
from models.data.array_files import write_arrays
from models.data.clip_table import ClipTable, Rows
from models.evaluation.degradations import degrade
from models.evaluation.noise_bank import NoiseBank, pieces

Progress = Callable[[str, int, int], None]
_SAVE_EVERY = 300
_MAX_SECONDS = 30


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
        self, clips: Sequence[Clip], hashes: Mapping[Path, str], view: View, progress: Progress | None = None
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
                    write_arrays(
                        self._file(corpus, view),
                        "file of embeddings",
                        sha256=np.array(list(known)),
                        embedding=np.stack(list(known.values())),
                    )
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


@dataclass(frozen=True, slots=True, eq=False)
class ClipEmbeddings:
    """What a network makes of waveforms: embeddings [n, dim], and how many seconds [n] each has."""

    embeddings: FloatArray
    seconds: npt.NDArray[np.float64]


class Encoder(Protocol):
    """Whatever makes embeddings of waveforms: a network, or a model file."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def embedding_dim(self) -> int: ...

    def embed(self, waveform: torch.Tensor) -> torch.Tensor:
        """[batch, samples] -> [batch, dim]."""


def embed_waveform(model: Encoder, waveform: FloatArray) -> FloatArray:
    """Embedding [dim] of a waveform [samples], of its first 30 s if it is longer."""
    wave = torch.from_numpy(np.ascontiguousarray(waveform[: _MAX_SECONDS * model.sample_rate]))
    with torch.inference_mode():
        embedding: FloatArray = model.embed(wave[None])[0].numpy()
    return embedding


def embed(
    model: Encoder,
    table: ClipTable,
    rows: Rows,
    condition: str,
    *,
    noise: NoiseBank,
    progress: Progress | None = None,
) -> ClipEmbeddings:
    """What a network makes of the marked clips under a condition of `degradations`."""
    out, seconds = [], []
    chosen = np.flatnonzero(rows)
    for done, row in enumerate(chosen, start=1):
        clip = table.clips[row]
        waveform = degrade(condition, read_waveform(clip.path), table.hashes[clip.path], noise)
        out.append(embed_waveform(model, waveform))
        seconds.append(len(waveform) / model.sample_rate)
        if progress is not None:
            progress(condition, done, len(chosen))
    return ClipEmbeddings(np.stack(out), np.array(seconds))


class EmbeddingStore:
    """Embeddings of clips by one encoder, on disk: splits that share an encoder share them."""

    def __init__(self, folder: Path, encoder: str) -> None:
        self._folder, self._encoder = folder, encoder

    def get(
        self,
        network: Callable[[], Encoder],
        table: ClipTable,
        rows: Rows,
        condition: str,
        *,
        noise: NoiseBank,
        progress: Progress | None = None,
    ) -> ClipEmbeddings:
        """The marked clips under a condition; what is missing is computed and kept."""
        if not rows.any():  # a fold without a speaker of the tested corpus
            return ClipEmbeddings(np.zeros((0, network().embedding_dim), dtype=np.float32), np.zeros(0))
        file = self._file(condition, noise)
        known: dict[str, tuple[npt.NDArray[np.float16], float]] = {}
        if file.is_file():
            data = read_arrays(file, "file of embeddings")
            rows_of = zip(data["embedding"], data["seconds"].tolist(), strict=True)
            known = dict(zip(data["sound"].tolist(), rows_of, strict=True))
        sounds = table.sounds
        missing = rows & ~np.isin(sounds, list(known))
        if missing.any():
            found = embed(network(), table, missing, condition, noise=noise, progress=progress)
            fresh = zip(found.embeddings.astype(np.float16), found.seconds.tolist(), strict=True)
            known |= dict(zip(sounds[missing].tolist(), fresh, strict=True))
            write_arrays(
                file,
                "file of embeddings",
                sound=np.array(list(known)),
                embedding=np.stack([x for x, _ in known.values()]),
                seconds=np.array([s for _, s in known.values()]),
            )
        chosen = [known[sound] for sound in sounds[rows]]
        embeddings = np.stack([x for x, _ in chosen]).astype(np.float32)
        return ClipEmbeddings(embeddings, np.array([s for _, s in chosen]))

    def noise(self, network: Callable[[], Encoder], bank: NoiseBank) -> ClipEmbeddings:
        """The bank's recordings, cut as `evaluate --degrade` cuts them."""
        file = self._file("noise-alone", bank)
        if file.is_file():
            data = read_arrays(file, "file of embeddings")
            return ClipEmbeddings(data["embedding"].astype(np.float32), data["seconds"])
        found, seconds = [np.zeros((0, network().embedding_dim), dtype=np.float32)], []
        for _, recording in bank.recordings():
            for piece in pieces(recording, bank.sample_rate):
                found.append(embed_waveform(network(), piece)[None])
                seconds.append(len(piece) / bank.sample_rate)
        heard = ClipEmbeddings(np.concatenate(found), np.array(seconds))
        write_arrays(
            file, "file of embeddings", embedding=heard.embeddings.astype(np.float16), seconds=heard.seconds
        )
        return heard

    def _file(self, condition: str, bank: NoiseBank) -> Path:
        of = f"-{bank.digest()}" if condition.startswith("noise") else ""
        return self._folder / f"heard-{self._encoder}-{condition}{of}.npz"


def encoder_digest(model: EmotionModel) -> str:
    """Names an encoder by what it has learnt, and by the layers that its embeddings are made of."""
    digest = hashlib.sha256(repr(model.config.pool_layers).encode())
    for name, tensor in sorted(model.encoder.state_dict().items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()[:12]
