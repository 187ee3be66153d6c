"""The strategy of the Whisper network behind the interface of trainers; its encoder has learnt nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from export.sources.base import TorchSource
from export.sources.checkpoint import load_trained, save_checkpoint
from models.architectures.whisper.emotion_model import EmotionModel
from models.architectures.whisper.encoder import EncoderConfig, WhisperEncoder
from models.corpora.base import LABELS
from models.data.clip_table import ClipTable, Rows
from models.recipes.recipe import Recipe
from models.training.calibration import Calibration
from models.training.trained import Scores, Workshop
from models.training.whisper.embeddings import EmbeddingCache, EmbeddingStore, encoder_digest
from models.training.whisper.gated_head import GatedHead
from models.training.whisper.held_out import trained
from models.training.whisper.material import WEIGHTS_FILE, Material, Sources, build_model
from models.training.whisper.run_config import whisper_run
from models.training.whisper.shipping import calibrate


def write_encoder(folder: Path) -> Path:
    """A file of weights like the pretrained one, of a single layer."""
    torch.manual_seed(0)
    tensors = WhisperEncoder(EncoderConfig(layers=1)).state_dict()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / WEIGHTS_FILE
    save_file({f"model.encoder.{name}": tensor.half() for name, tensor in tensors.items()}, file)
    return file


@dataclass
class WhisperTrainer:
    """Trains as `models.training.whisper` does, and answers as its held-out evaluation hears it."""

    recipe: Recipe
    workshop: Workshop
    weights: Path

    def fit(self, fitting: Rows, inner: Rows, folder: Path, scratch: Path) -> FittedWhisper:
        torch.set_num_threads(1)
        config, table = whisper_run(self.recipe), self.workshop.table
        folder.mkdir(parents=True, exist_ok=True)
        frozen = build_model(self.weights, config.layers, config.pool_layers)
        cache = EmbeddingCache(self.weights.parent / "cache", frozen, "random")
        material = Material(table.clips, LABELS, table.hashes, table.places, cache=cache)
        sources = Sources(self.weights, self.workshop.noise, self.workshop.noises, say=self.workshop.say)
        model = trained(folder, "tiny", material, fitting, inner, config=config, sources=sources)
        return FittedWhisper(model, self.workshop, scratch)


@dataclass
class FittedWhisper:
    model: EmotionModel
    workshop: Workshop
    folder: Path
    failed: Sequence[str] = field(default_factory=list)

    @property
    def table(self) -> ClipTable:
        return self.workshop.table

    def scores(self, rows: Rows, condition: str) -> Scores:
        """Logits of the classes that the clips have."""
        store = EmbeddingStore(self.folder, encoder_digest(self.model))
        heard = store.get(lambda: self.model, self.table, rows, condition, noise=self.workshop.noise)
        columns = [LABELS.index(label) for label in self.table.labels]
        logits = GatedHead.of(self.model).logits(heard.embeddings)[:, columns]
        return Scores(logits, heard.seconds, heard.embeddings)

    def source(self, calibration: Calibration, facts: dict[str, Any], folder: Path) -> TorchSource:
        """As `emoscope-models train` hands it to the export: by way of a checkpoint."""
        save_checkpoint(folder, calibrate(self.model, calibration), facts)
        return load_trained(folder)

    def parts(self) -> Any:
        raise NotImplementedError("its own strategy writes a checkpoint")
