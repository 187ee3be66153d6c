"""One training run by Lightning: checkpoints, resume, early stopping, averaged weights, TensorBoard."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import lightning.pytorch as pl
import numpy as np
import numpy.typing as npt
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
from models.architectures.whisper.emotion_model import EmotionModel
from models.corpora.views import TRAIN_VIEWS, TRIMMED
from models.data.clip_table import Rows
from models.data.enrolment import People
from models.evaluation.linear_head import balance
from models.recipes.config import AugmentConfig
from models.training.batches import loader
from models.training.follow import Follower
from models.training.lightning_runs import LAST, Following, KeptDraws, quiet_lightning, resumable_epoch
from models.training.whisper.batches import ClipSpectra, InOrder, WeightedBatches, collate
from models.training.whisper.fine_tuning import FineTuning, VoiceBank
from models.training.whisper.gated_head import GatedHead, fit_gated_head, with_speech_gate
from models.training.whisper.material import Material, build_model
from models.training.whisper.run_config import RunConfig

HARD_TO_HEAR = AugmentConfig(speed=0.3, noise=0.6, reverb=0.3, equalizer=0.5, band=0.2, codec=0.25)
"""What speech is still speech after, whatever the network itself was trained with."""


def starting_point(material: Material, rows: Rows, config: RunConfig, weights: Path) -> EmotionModel:
    """The untouched encoder with logistic regressions on its embeddings of the clips that `rows` marks."""
    views = {view.name: material.embeddings(view, rows) for view in TRAIN_VIEWS}
    head = fit_gated_head(
        views,
        material.people.pick(rows),
        len(material.labels),
        material.labels.index("neutral"),
        strength=config.head.strength,
        seed=config.seed,
    )
    model = build_model(weights, config.layers, config.pool_layers)
    head.put_into(model)
    return model.eval()


def fit(
    material: Material,
    train: Rows,
    validation: Rows,
    config: RunConfig,
    *,
    weights: Path,
    folder: Path,
    noises: Sequence[FloatArray] = (),
    follower: Follower | None = None,
) -> EmotionModel:
    """Train on the clips that `train` marks; those of `validation` stop it early if the run has patience.

    `follower` is told of each epoch, and may pause or end the training between two batches. A run that was
    killed goes on from its last checkpoint in `folder`.
    """
    follower = Follower() if follower is None else follower
    follower.learns(max(1, config.fit.epochs))
    model = starting_point(material, train, config, weights)
    data = ClipSpectra(material, config, noises)
    rows = np.flatnonzero(train)
    batches = WeightedBatches(
        rows, draw_shares(material.people.pick(rows), config.fit.evenly), material.seconds[rows], config
    )
    if config.fit.epochs > 0:
        validating = None
        if config.fit.patience is not None and validation.any():
            validating = InOrder(np.flatnonzero(validation), config.fit.batch)
        following = Following(follower, len(set(material.speakers[validation].tolist())))
        model = _tune(
            model, material, data, batches, validating, following=following, config=config, folder=folder
        )
    if config.head.noise_pieces > 0:
        changed = ClipSpectra(material, config.model_copy(update={"augment": HARD_TO_HEAR}), noises)
        speech, noise = _embed_speech_and_noise(model, changed, batches, config, follower)
        with_speech_gate(GatedHead.of(model), speech, noise).put_into(model)
    return model


def draw_shares(people: People, evenly: Literal["corpora", "speakers"]) -> npt.NDArray[np.float64]:
    """How often training draws each clip [clips], relative to the others; within a corpus classes evenly."""
    shares = balance(people.targets, people.corpora)
    if evenly == "speakers":
        for corpus in np.unique(people.corpora):
            rows = people.corpora == corpus
            shares[rows] *= len(np.unique(people.speakers[rows]))
    return shares


def _tune(
    model: EmotionModel,
    material: Material,
    data: ClipSpectra,
    batches: WeightedBatches,
    validating: InOrder | None,
    *,
    following: Following,
    config: RunConfig,
    folder: Path,
) -> EmotionModel:
    with quiet_lightning():
        pl.seed_everything(config.seed, verbose=False)
        module = FineTuning(
            model,
            _bank(material),
            config,
            _allowed(material) if config.fit.masked_softmax else None,
            np.unique(material.targets).tolist(),
        )
        workers = min(2, max(1, (os.cpu_count() or 1) - 1))
        callbacks: list[Callback] = [
            ModelCheckpoint(folder, filename="epoch", save_last="link", enable_version_counter=False),
            TQDMProgressBar(refresh_rate=20),
            following,
            KeptDraws(),
        ]
        if config.fit.average_decay > 0:
            callbacks.append(EMAWeightAveraging(decay=config.fit.average_decay, use_buffers=False))
        if config.fit.patience is not None and validating is not None:
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
            batches.set_epoch(resumable_epoch(last) + 1)
        trainer.fit(
            module,
            loader(data, batches, workers, collate),
            None if validating is None else loader(data, validating, 0, collate),
            ckpt_path=str(last) if last.is_file() else None,
            weights_only=True,  # it holds tensors, numbers and texts, and is read as no more than that
        )
    return module.model.cpu().eval()


def _embed_speech_and_noise(
    model: EmotionModel,
    data: ClipSpectra,
    batches: WeightedBatches,
    config: RunConfig,
    follower: Follower,
) -> tuple[FloatArray, FloatArray]:
    """Embeddings [n, dim] of changed speech and of noise without any, in draws that no epoch has made."""
    batches.set_epoch(config.fit.epochs)
    spoken = [key for batch in batches for key in batch if key[2] >= 0][: config.head.noise_pieces]
    silent = [(config.fit.epochs, 0, -1 - number) for number in range(config.head.noise_pieces)]

    def embed(key: tuple[int, int, int]) -> FloatArray:
        follower.pulse()
        log_mel = torch.from_numpy(data[key][0])[None]
        embedding = model.embed_padded(log_mel, torch.tensor([log_mel.shape[-1]]))
        return np.asarray(embedding[0].numpy(), dtype=np.float32)

    with torch.inference_mode():
        return np.stack([embed(key) for key in spoken]), np.stack([embed(key) for key in silent])


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
