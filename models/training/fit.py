"""One training run by Lightning: checkpoints, resume, early stopping, averaged weights, TensorBoard."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lightning.pytorch as pl
import numpy as np
import torch
from lightning.pytorch.callbacks import (
    Callback,
    EarlyStopping,
    EMAWeightAveraging,
    ModelCheckpoint,
    TQDMProgressBar,
)
from lightning.pytorch.loggers import TensorBoardLogger

from desktop_app.core.types import FloatArray
from models.architectures.emotion_model import EmotionModel
from models.training.clips_data import ClipSpectra, InOrder, WeightedBatches, loader
from models.training.config import RunConfig
from models.training.embeddings import TRAIN_VIEWS, TRIMMED
from models.training.fine_tuning import FineTuning
from models.training.head import Head, balance, fit_head
from models.training.material import Material, Rows, build_model
from models.training.voices import VoiceBank

LAST = "last.ckpt"


def starting_point(material: Material, rows: Rows, config: RunConfig, weights: Path) -> EmotionModel:
    """The untouched encoder with the logistic regression on its embeddings of the clips that `rows` marks."""
    views = [material.embeddings(view, rows) for view in TRAIN_VIEWS]
    head = fit_head(
        views, material.targets[rows], material.corpora[rows], config.head.strength, len(material.labels)
    )
    model = build_model(weights, config.layers, config.pool_layers)
    set_head(model, head)
    return model


def set_head(model: EmotionModel, head: Head) -> None:
    """Put a linear head and the voice that it expects into the network."""
    with torch.no_grad():
        model.head.weight.copy_(torch.from_numpy(head.weight))
        model.head.bias.copy_(torch.from_numpy(head.bias))
        model.voice_mean.copy_(torch.from_numpy(head.mean))
        model.voice_std.copy_(torch.from_numpy(head.std))


def fit(
    material: Material,
    train: Rows,
    validation: Rows,
    config: RunConfig,
    *,
    weights: Path,
    folder: Path,
    noises: Sequence[FloatArray] = (),
) -> EmotionModel:
    """Train on the clips that `train` marks; those of `validation` only stop it early and are reported.

    A run that was killed goes on from its last checkpoint in `folder`.
    """
    model = starting_point(material, train, config, weights)
    if config.fit.epochs == 0:
        return model.eval()
    with _quiet():
        pl.seed_everything(config.seed, verbose=False)
        module = FineTuning(
            model, _bank(material), config, _allowed(material) if config.fit.masked_softmax else None
        )
        data = ClipSpectra(material, config, noises)
        workers = min(2, max(1, (os.cpu_count() or 1) - 1))
        rows = np.flatnonzero(train)
        batches = WeightedBatches(
            rows, balance(material.targets[rows], material.corpora[rows]), material.seconds[rows], config
        )
        callbacks: list[Callback] = [
            ModelCheckpoint(folder, filename="epoch", save_last="link", enable_version_counter=False),
            TQDMProgressBar(refresh_rate=20),
        ]
        if config.fit.average_decay > 0:
            callbacks.append(EMAWeightAveraging(decay=config.fit.average_decay, use_buffers=False))
        if config.fit.patience is not None:
            callbacks.append(EarlyStopping("val_uar", mode="max", patience=config.fit.patience))
        trainer = pl.Trainer(
            max_epochs=config.fit.epochs,
            precision=config.fit.precision,
            deterministic="warn",
            gradient_clip_val=1.0,
            callbacks=callbacks,
            use_distributed_sampler=False,
            logger=TensorBoardLogger(folder, name="", version=""),
            log_every_n_steps=10,
            num_sanity_val_steps=0,
            enable_model_summary=False,
        )
        last = folder / LAST
        if last.is_file():
            # Lightning draws the first batches before it tells the epoch that a resumed run is in.
            batches.set_epoch(int(torch.load(last, weights_only=False, mmap=True)["epoch"]) + 1)
        trainer.fit(
            module,
            loader(data, batches, workers),
            loader(data, InOrder(np.flatnonzero(validation), config.fit.batch), 0)
            if validation.any()
            else None,
            ckpt_path=str(last) if last.is_file() else None,
            weights_only=False if last.is_file() else None,
        )
    return module.model.cpu().eval()


def _bank(material: Material) -> VoiceBank:
    _, speakers = np.unique(material.speakers, return_inverse=True)
    return VoiceBank(torch.from_numpy(material.embeddings(TRIMMED)), torch.from_numpy(speakers).long())


def _allowed(material: Material) -> torch.Tensor:
    """Bool [clips, classes]: which classes the clip's corpus has."""
    targets, corpora = material.targets, material.corpora
    allowed = np.zeros((len(targets), len(material.labels)), dtype=bool)
    for corpus in np.unique(corpora):
        allowed[np.ix_(corpora == corpus, np.unique(targets[corpora == corpus]))] = True
    return torch.from_numpy(allowed)


@contextmanager
def _quiet() -> Iterator[None]:
    """Lightning's banners and advice are not for whoever reads the figures."""
    loggers = [logging.getLogger(name) for name in ("lightning.pytorch", "lightning.fabric")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
