"""A finished model file on clips: what it knows by heart, strangers, noise, and who is speaking."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import make_folder
from desktop_app.core.types import FloatArray
from models.corpora.base import LABELS
from models.corpora.registry import load_corpus, locate
from models.data.clip_table import Rows
from models.evaluation.model_file import heard_in_training
from models.evaluation.noise_bank import NoiseBank, noise_kind
from models.experiments.domains import OF_SCALE, Judge, every, scale_of, standardised
from models.training.trained import Say
from models.training.whisper.embeddings import ClipEmbeddings, EmbeddingStore, default_cache, embed_waveform
from models.training.whisper.file_tail import FileNetwork, head_of_file
from models.training.whisper.material import Material, Sources, load_material
from models.training.whisper.recalibration import Domain
from models.training.whisper.speaker_directions import speaker_directions
from models.training.whisper.voice_gate import fit_voice_gate, noise_pieces

_EVERY: Final = 4
_MADE, _SEED = 20, 0
_OF_SPEECH: Final = ("trimmed", "first-1s", "whole", "noise-10dB", "telephone")
"""Views of speech that the voice gate must let through."""


class FileStudy:
    """A model file, and what it hears, kept in `folder`.

    Call `learn` first: it fits the novelty on the clips that the file was trained on.
    """

    judge: Judge

    def __init__(self, path: Path, folder: Path, sources: Sources, say: Say) -> None:
        make_folder(folder)
        self.network = FileNetwork(path)
        self.head = head_of_file(path.read_bytes())
        self._sources = sources
        self._say = say
        self._folder = folder
        self._store = EmbeddingStore(folder, self.network.engine.sha256[:12])

    def hear(self, material: Material, rows: Rows, view: str) -> ClipEmbeddings:
        """The marked clips under a view."""
        return self._store.get(
            lambda: self.network,
            material,
            rows,
            view,
            noise=self._sources.noise,
            progress=self._sources.progress,
        )

    def learn(self, material: Material) -> None:
        """Fit the novelty on the file's own training clips."""
        everything = np.ones(len(material.clips), dtype=bool)
        few = every(everything, _EVERY)
        scale = scale_of(
            self.head,
            material.corpora,
            self.hear(material, everything, "trimmed"),
            [self.hear(material, few, view) for view in OF_SCALE],
        )
        self.judge = Judge(self.head, scale, self.network.engine.manifest.temperature)

    def strangers(self, names: Sequence[str], args: argparse.Namespace) -> list[Domain]:
        """Corpora that the file was not trained on, under each view; reads `corpora` and `cache` of `args`.

        Raises
        ------
        CallError
            If it was trained on one.
        """
        domains = []
        for name in names:
            reader, path = locate(name, args.corpora)
            clips, _ = load_corpus(reader, path)
            trained_on = self.network.engine.manifest.trained_on.corpora
            if heard_in_training(trained_on, reader, clips):
                raise CallError(f"The model was trained on {name}, and knows its speakers.")
            material = load_material(
                [name], args.corpora, self._sources.weights, args.cache or default_cache(), say=self._say
            )
            domains.append(
                self.judge.domain(
                    reader,
                    np.ones(len(material.clips), dtype=bool),
                    partial(self.hear, material),
                    material,
                    learnt=np.arange(len(LABELS)),
                    known=False,
                )
            )
            self._say(f"{name}: heard")
        return domains

    def voice_gate(self, material: Material) -> tuple[tuple[FloatArray, float], dict[str, Any]]:
        """Weight and bias of the gate, and what it does to noise that it was not fitted on: JSON values."""
        few = every(np.ones(len(material.clips), dtype=bool), _EVERY)
        corpora = material.corpora[few]
        speech = []
        for view in _OF_SPEECH:
            usual = standardised(self.head, self.hear(material, few, view).embeddings)
            speech += [usual[corpora == name] for name in np.unique(corpora)]
        recordings = [(str(number), noise) for number, noise in enumerate(self._sources.noises)]
        learnt, names = self._noise(recordings or list(_made_noise()))
        gate = fit_voice_gate(speech, learnt, names)
        held_out = [(path.stem, recording) for path, recording in self._sources.noise.recordings()]
        judged, names = self._noise(held_out)
        closed = judged @ gate[0] + gate[1] < 0
        kinds = np.array([noise_kind(name) for name in names])
        return gate, {
            "noise": len(closed),
            "named": float(closed.mean()) if len(closed) else None,
            "kinds": {kind: float(closed[kinds == kind].mean()) for kind in np.unique(kinds).tolist()},
        }

    def _noise(self, recordings: Sequence[tuple[str, FloatArray]]) -> tuple[FloatArray, Any]:
        """Standardised embeddings [pieces, dim], and the recording of each."""
        found = [np.zeros((0, self.network.embedding_dim), dtype=np.float32)]
        names = []
        for name, piece in noise_pieces(recordings, self.network.sample_rate):
            found.append(embed_waveform(self.network, piece)[None])
            names.append(name)
        return standardised(self.head, np.concatenate(found)), np.array(names)

    def speaker_directions(self, material: Material) -> FloatArray:
        """What tells speakers apart [n, dim], fitted on the training speakers."""
        everything = np.ones(len(material.clips), dtype=bool)
        usual = standardised(self.head, self.hear(material, everything, "trimmed").embeddings)
        return speaker_directions(usual, material.corpora, material.speakers)


def _made_noise() -> Iterator[tuple[str, FloatArray]]:
    """Pink and white noise, where there are no recordings."""
    rng, bank = np.random.default_rng(_SEED), NoiseBank()
    for number in range(_MADE):
        yield str(number), bank.excerpt(rng, 5 * bank.sample_rate)
