"""Fits any registered network by gradient descent, with Lightning: checkpoints, resume, early stopping."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import numpy as np
import numpy.typing as npt
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch import Tensor, nn

from models.architectures.building import build_network
from models.architectures.network import Network
from models.architectures.registry import Shape, TorchFamily
from models.corpora.base import SAMPLE_RATE
from models.data.clip_table import Rows
from models.data.image_changes import ImageChangesConfig, change_images
from models.errors import CorpusError, TrainingError
from models.evaluation.linear_head import balance
from models.evaluation.metrics import confusion
from models.features.chain import FeatureChain, front_end
from models.recipes.recipe import Recipe, TorchFit
from models.training.batches import (
    GENDERS,
    IGNORED,
    INTENSITIES,
    Batch,
    ClipFeatures,
    Draws,
    collate,
    loader,
)
from models.training.lightning_runs import LAST, Following, KeptDraws, Moved, quiet_lightning, resumable_epoch
from models.training.losses import (
    balanced_weights,
    cross_entropy,
    deeply_supervised,
    focal,
    mix,
    one_hot,
    smooth,
)
from models.training.schedules import build_schedule
from models.training.trained import Scores, TorchParts, Workshop, check_classes, check_failed, write_weights

WEIGHTS = "network.pt"
BEST = "best"
_MIXUP_ALPHA = 0.4
_JUDGED_AT_ONCE = 32


class WaveformNetwork(nn.Module):
    """What becomes a file: the part that is heard, features, network; short speech counts less.

    Waveform float32 [batch, samples] -> (`logits` [batch, classes], `embedding` [batch, dim]). Of a waveform
    of `doubt_s` seconds the logits count half.
    """

    def __init__(self, front_end: nn.Module, network: Network) -> None:
        super().__init__()
        self.front_end, self.network = front_end, network
        self.doubt_s = 0.0

    @property
    def embedding_dim(self) -> int:
        return self.network.embedding_dim

    def forward(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = self.network(self.front_end(waveform))
        seconds = waveform.shape[1] / SAMPLE_RATE
        return logits * (seconds / (seconds + self.doubt_s)), embedding


class GradientDescent(pl.LightningModule):
    """A network with its loss; further heads on the embedding while it is trained.

    Where it is not `validated`, a schedule that watches how good it is watches the loss of training.
    """

    def __init__(
        self,
        network: Network,
        recipe: Recipe,
        class_weights: Tensor | None,
        classes: int,
        *,
        validated: bool = True,
    ) -> None:
        super().__init__()
        self._validated = validated
        fit = recipe.fit
        assert isinstance(fit, TorchFit)  # noqa: S101
        self.network, self.fit_part, self.classes = network, fit, classes
        self.mixup = recipe.augment.mixup
        self.register_buffer("class_weights", class_weights, persistent=False)
        self.class_weights: Tensor | None
        augment = recipe.augment
        self.images = None
        if augment.affine or augment.jitter or augment.mirror:
            self.images = ImageChangesConfig(
                affine=augment.affine, jitter=augment.jitter, mirror=augment.mirror
            )
        dim = network.embedding_dim
        self.gender = nn.Linear(dim, len(GENDERS)) if fit.gender else None
        self.intensity = nn.Linear(dim, len(INTENSITIES)) if fit.intensity else None
        self.failed: list[str] = []
        self.unreadable: dict[int, str] = {}
        self.judged: dict[str, Any] = {}
        """Of the last epoch, on the inner speakers, as `Follower.epoch` takes it."""
        self.draws = torch.Generator().manual_seed(recipe.seed)

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        return batch.to(device)

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor | None:
        self.unreadable |= dict(batch.failed)
        if len(batch.targets) < 2:
            return None
        try:
            loss = self._loss(batch)
        except (RuntimeError, ValueError) as error:
            self.failed.append(f"a batch in epoch {self.current_epoch} failed: {_first_line(error)}")
            return None
        if not torch.isfinite(loss):
            self.failed.append(f"a batch in epoch {self.current_epoch} gave a loss that is no number")
            return None
        self.log(
            "train_loss", loss, prog_bar=True, batch_size=len(batch.targets), on_epoch=True, on_step=False
        )
        return loss

    def _loss(self, batch: Batch) -> Tensor:
        fit = self.fit_part
        features, wanted = batch.features, smooth(one_hot(batch.targets, self.classes), fit.label_smoothing)
        if self.images is not None:
            features = change_images(features, self.images, self.draws)
        if self.mixup and float(torch.rand(1, generator=self.draws)) < self.mixup:
            features, wanted = mix(features, wanted, _MIXUP_ALPHA, self.draws)
        out = self.network.training_outputs(features)

        def loss_of(logits: Tensor, targets: Tensor) -> Tensor:
            if fit.loss == "focal":
                return focal(logits.float(), targets, self.class_weights, gamma=fit.focal_gamma)
            return cross_entropy(logits.float(), targets, self.class_weights)

        loss = deeply_supervised(out, wanted, loss_of, fit.auxiliary)
        for head, weight, truth in (
            (self.gender, fit.gender, batch.genders),
            (self.intensity, fit.intensity, batch.intensities),
        ):
            if head is not None and (truth != IGNORED).any():
                loss = loss + weight * nn.functional.cross_entropy(
                    head(out.embedding).float(), truth, ignore_index=IGNORED
                )
        return loss

    def on_validation_epoch_start(self) -> None:
        self._judged: list[tuple[Tensor, Tensor]] = []

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        if len(batch.targets):
            self._judged.append((self.network(batch.features)[0].float().cpu(), batch.targets.cpu()))

    def on_validation_epoch_end(self) -> None:
        logits = torch.cat([part[0] for part in self._judged])
        targets = torch.cat([part[1] for part in self._judged])
        hits = logits.argmax(dim=1) == targets
        recalls = [hits[targets == label].float().mean() for label in targets.unique()]
        loss = nn.functional.cross_entropy(logits, targets)
        uar = torch.stack(recalls).mean()
        counts = confusion(targets.numpy(), logits.argmax(dim=1).numpy(), self.classes)
        self.judged = {"confusion": counts.tolist(), "uar": float(uar), "val_loss": float(loss)}
        self.log("val_uar", uar, prog_bar=True)
        # Few inner clips give the same UAR in many epochs: of these the surest is the best, not the first.
        self.log("val_score", uar - 1e-3 * torch.nan_to_num(loss, nan=1e2).clamp(max=1e2))
        # A network whose weights became NaN must not be kept as the best for the order of a comparison.
        self.log("val_loss", torch.nan_to_num(loss, nan=1e6), prog_bar=True)

    def configure_optimizers(self) -> Any:
        fit = self.fit_part
        weights = [parameter for parameter in self.parameters() if parameter.requires_grad]
        kinds: dict[str, Callable[[], torch.optim.Optimizer]] = {
            "adam": lambda: torch.optim.Adam(weights, fit.rate, weight_decay=fit.weight_decay),
            "adamw": lambda: torch.optim.AdamW(weights, fit.rate, weight_decay=fit.weight_decay),
            "sgd": lambda: torch.optim.SGD(
                weights, fit.rate, momentum=0.9, nesterov=True, weight_decay=fit.weight_decay
            ),
        }
        optimizer = kinds[fit.optimizer]()
        steps = math.ceil(int(self.trainer.estimated_stepping_batches) / fit.epochs)
        schedule = build_schedule(
            optimizer,
            fit.schedule,
            epochs=fit.epochs,
            steps_per_epoch=steps,
            higher_is_better=self._validated,
        )
        watched = "val_uar" if self._validated else "train_loss"
        told = {"interval": "step"} if schedule.each_step else {"interval": "epoch", "monitor": watched}
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule.scheduler, **told}}


@dataclass(eq=False)
class FittedNetwork:
    """A network that was fitted, and how it hears clips."""

    module: WaveformNetwork
    workshop: Workshop
    failed: Sequence[str] = field(default_factory=list)

    def scores(self, rows: Rows, condition: str) -> Scores:
        """See `Fitted`."""
        logits, embeddings, seconds = [], [], []
        features: list[Tensor] = []

        def judge() -> None:
            with torch.inference_mode():
                out, embedding = self.module.network(torch.cat(features))
            logits.append(out.float().numpy())
            embeddings.append(embedding.float().numpy())
            features.clear()

        for row in np.flatnonzero(rows):
            self.workshop.follower.pulse()
            wave = self.workshop.waveform(int(row), condition)
            seconds.append(len(wave) / SAMPLE_RATE)
            with torch.inference_mode():
                features.append(self.module.front_end(torch.from_numpy(np.ascontiguousarray(wave))[None]))
            if len(features) == _JUDGED_AT_ONCE:
                judge()
        if features:
            judge()
        return Scores(np.concatenate(logits), np.array(seconds), np.concatenate(embeddings))

    def parts(self) -> TorchParts:
        return TorchParts(self.module)


class TorchTrainer:
    """Fits a recipe of a family of networks."""

    def __init__(self, recipe: Recipe, workshop: Workshop) -> None:
        assert isinstance(recipe.fit, TorchFit)  # noqa: S101  # the recipe's own check
        self._recipe, self._fit, self._workshop = recipe, recipe.fit, workshop

    def fit(self, fitting: Rows, inner: Rows, folder: Path, scratch: Path) -> FittedNetwork:
        """See `Trainer`: the best epoch is chosen on `inner`; without any the last one is taken."""
        torch.set_num_threads(self._workshop.threads)
        pl.seed_everything(self._recipe.seed, verbose=False)
        module = self.build()
        file = folder / WEIGHTS
        if file.is_file():
            module.load_state_dict(torch.load(file, weights_only=True))
            return FittedNetwork(module.eval(), self._workshop)
        check_classes(self._workshop.table, fitting, self._workshop.say)
        self._workshop.follower.learns(self._fit.epochs)
        folder.mkdir(parents=True, exist_ok=True)
        data = ClipFeatures(self._workshop, self._recipe, module.front_end)
        self._standardise(module, data, fitting)
        failed = self._descend(module, data, fitting, inner, folder)
        write_weights(file, module)
        for checkpoint in folder.glob("*.ckpt"):
            checkpoint.unlink()
        return FittedNetwork(module.eval(), self._workshop, failed)

    def build(self) -> WaveformNetwork:
        """Untrained, as the recipe describes it. Raises TrainingError if the parts do not fit."""
        family, spec, seconds = self._recipe.model.of, self._recipe.front_end, self._recipe.seconds
        assert isinstance(family, TorchFamily)  # noqa: S101
        if seconds is None and family.takes != "vector":
            raise TrainingError(
                f"{family.name} hears clips of one length.", "Say how long: `seconds` under `data`."
            )
        before = front_end(spec, seconds, SAMPLE_RATE)
        shape: Shape = (None,)
        if family.takes != "waveform":
            with torch.inference_mode():
                shape = tuple(before(torch.zeros(1, round((seconds or 1.0) * SAMPLE_RATE))).shape[1:])
        network = build_network(
            family, self._recipe.model.parameters, shape, len(self._workshop.table.labels)
        )
        return WaveformNetwork(before, network)

    def _standardise(self, module: WaveformNetwork, data: ClipFeatures, fitting: Rows) -> None:
        """Figures of the `standardise` step, from the training clips as they are."""
        chain = next((part for part in module.front_end.modules() if isinstance(part, FeatureChain)), None)
        if chain is None or chain.standardise is None:
            return
        raw = []
        rows = np.flatnonzero(fitting)
        for number, row in enumerate(rows, start=1):
            self._workshop.follower.step("standardising", number, len(rows))
            for view in self._recipe.data.views:
                try:
                    raw.append(torch.from_numpy(data.of(self._workshop.waveform(int(row), view))))
                except CorpusError:
                    continue  # it is counted where it is learnt from
        chain.standardise.fit(torch.stack(raw))

    def _descend(
        self, module: WaveformNetwork, data: ClipFeatures, fitting: Rows, inner: Rows, folder: Path
    ) -> list[str]:
        fit, recipe, table = self._fit, self._recipe, self._workshop.table
        rows = np.flatnonzero(fitting)
        shares = None
        if fit.evenly != "no":
            groups = table.corpora if fit.evenly == "corpora" else table.speakers
            shares = balance(table.targets[rows], groups[rows])
        draws = Draws(rows, shares, len(recipe.data.views), fit.batch, recipe.seed)
        last = folder / LAST
        if last.is_file():
            # Lightning draws the first batches before it tells the epoch that a resumed run is in.
            draws.set_epoch(resumable_epoch(last) + 1)
        descent = GradientDescent(
            module.network,
            recipe,
            self._class_weights(rows),
            len(table.labels),
            validated=bool(inner.any()),
        )
        collated = partial(collate, table=table)
        validating = None
        callbacks: list[Callback] = [
            ModelCheckpoint(folder, filename="epoch", save_last="link", enable_version_counter=False),
            Following(self._workshop.follower, len(set(table.speakers[inner].tolist()))),
            KeptDraws(),
            Moved(),
        ]
        if inner.any():
            keys = [
                (0, view, int(row)) for view in range(len(recipe.data.views)) for row in np.flatnonzero(inner)
            ]
            batches = [keys[k : k + _JUDGED_AT_ONCE] for k in range(0, len(keys), _JUDGED_AT_ONCE)]
            plain = ClipFeatures(
                self._workshop,
                recipe.model_copy(update={"augment": type(recipe.augment)()}),
                module.front_end,
            )
            validating = loader(plain, batches, 0, collated)
            kept = ModelCheckpoint(
                folder, filename=BEST, monitor="val_score", mode="max", enable_version_counter=False
            )
            callbacks.insert(0, kept)  # the checkpoint of an epoch knows whether that one is the best
            if fit.patience is not None:
                callbacks.append(EarlyStopping("val_score", mode="max", patience=fit.patience))
        if fit.precision != "32-true" and self._recipe.model.of.takes in ("frames", "image"):
            # Two-dimensional convolutions in half precision take half the time in this order.
            module.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        with quiet_lightning():
            trainer = pl.Trainer(
                max_epochs=fit.epochs,
                precision=fit.precision,
                accelerator="auto",
                deterministic="warn",
                gradient_clip_val=fit.gradient_clip,
                accumulate_grad_batches=fit.accumulate,
                callbacks=callbacks,
                use_distributed_sampler=False,
                logger=CSVLogger(folder, name="", version=""),
                log_every_n_steps=10,
                num_sanity_val_steps=0,
                enable_model_summary=False,
                enable_progress_bar=False,
            )
            workers = 0 if data.plain else min(1, (os.cpu_count() or 1) - 1)
            trainer.fit(
                descent,
                loader(data, draws, workers, collated),
                validating,
                ckpt_path=str(last) if last.is_file() else None,
                weights_only=True,
            )
        best = folder / f"{BEST}.ckpt"
        if best.is_file():
            state = torch.load(best, map_location="cpu", weights_only=True)["state_dict"]
            descent.load_state_dict(state)
        module.network.cpu().eval()
        if not all(torch.isfinite(weight).all() for weight in module.network.parameters()):
            raise TrainingError(
                "The network's weights became infinite.", "Lower `rate`, or set `gradient_clip` lower."
            )
        check_failed(descent.failed, fit.epochs * len(draws), "batches", self._workshop.say)
        unreadable = list(descent.unreadable.values())
        check_failed(unreadable, len(rows), "clips", self._workshop.say)
        return [*unreadable, *descent.failed]

    def _class_weights(self, rows: npt.NDArray[np.int64]) -> Tensor | None:
        if not self._fit.class_weights:
            return None
        table = self._workshop.table
        return balanced_weights(np.bincount(table.targets[rows], minlength=len(table.labels)).tolist())


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
