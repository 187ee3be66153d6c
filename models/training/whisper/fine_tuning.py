"""The encoder and its head, trained together and gently: what Lightning needs to know.

Layer-wise decay of the rate: Howard and Ruder, ULMFiT, 2018. Mixup of hidden vectors: Verma et al.,
Manifold Mixup, ICML 2019.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import lightning.pytorch as pl
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR

from desktop_app.inference.voice_profile import STD_PRIOR_S
from models.architectures.whisper.emotion_model import EmotionModel
from models.data.enrolment import TRAINED_PRIOR_S
from models.evaluation.metrics import confusion_among
from models.training.whisper.batches import Batch
from models.training.whisper.gated_head import LONGEST_S, SHORTEST_S
from models.training.whisper.run_config import RunConfig

_REFRESH_STEPS = 50
_MIXUP_ALPHA = 0.4
_FORBIDDEN = -1e4
_STD_FLOOR = 1e-3
_PIECE = 4  # clips; a quarter faster than 16, which are padded to the longest


class VoiceBank(nn.Module):
    """Mean and deviation of each training speaker's embeddings, from the latest one of every clip.

    They take the place of a person's voice profile while the network is trained.

    Parameters
    ----------
    embeddings : float32 [clips, dim]
        What the untouched encoder gives, to begin with.
    speakers : int64 [clips]
        Number of each clip's speaker.
    """

    def __init__(self, embeddings: Tensor, speakers: Tensor) -> None:
        super().__init__()
        # In the checkpoint too: a run that is resumed goes on with the same statistics.
        self.register_buffer("latest", embeddings.clone())
        self.register_buffer("speakers", speakers.clone(), persistent=False)
        self.register_buffer("mean", torch.zeros(int(speakers.max()) + 1, embeddings.shape[1]))
        self.register_buffer("std", torch.ones_like(self.mean))
        self.latest: Tensor
        self.speakers: Tensor
        self.mean: Tensor
        self.std: Tensor
        self.refresh()

    def note(self, clips: Tensor, embeddings: Tensor) -> None:
        """Remember these clips' embeddings [batch, dim] as they are now."""
        self.latest[clips] = embeddings.detach().float()

    def refresh(self) -> None:
        """Count the statistics of every speaker again."""
        count = torch.zeros(len(self.mean), device=self.latest.device)
        count.index_add_(0, self.speakers, torch.ones_like(self.speakers, dtype=torch.float32))
        total = torch.zeros_like(self.mean).index_add_(0, self.speakers, self.latest)
        self.mean.copy_(total / count[:, None])
        deviation = (self.latest - self.mean[self.speakers]).square()
        squares = torch.zeros_like(self.mean).index_add_(0, self.speakers, deviation)
        self.std.copy_((squares / count[:, None]).sqrt().clamp(min=_STD_FLOOR))

    def of(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation [batch, dim] of the speakers of these clips."""
        speakers = self.speakers[clips]
        return self.mean[speakers], self.std[speakers]


class FineTuning(pl.LightningModule):
    """Cross-entropy on the emotions, with each clip's embedding standardised by the common voice or its own.

    Noise in which nobody speaks is learnt too, with the same probability for every emotion.

    Parameters
    ----------
    model : EmotionModel
        With a head and common voice statistics that already work; those statistics stay as they are.
    bank : VoiceBank
        Over all clips of the run's table.
    present : sequence of int, optional
        The classes that the clips have, among which each epoch is judged; without it all.
    allowed : bool [clips, classes], optional
        The classes that each clip's corpus knows: with a masked softmax the others neither win nor lose.
    """

    def __init__(
        self,
        model: EmotionModel,
        bank: VoiceBank,
        config: RunConfig,
        allowed: Tensor | None = None,
        present: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        self.bank = bank
        self.config = config
        self.allowed = allowed
        self.present = np.arange(len(model.config.labels)) if present is None else np.array(present)
        self.judged: dict[str, Any] = {}
        """Of the last epoch, on the speakers who stop it early, as `Follower.epoch` takes it."""
        self.draws = torch.Generator().manual_seed(config.seed)

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        return batch.to(device)

    def voices(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation [batch, dim] by which the head hears each clip.

        For `profile_dropout` of them it is the common voice, for the others their speaker's own, blended with
        the common one as if it were known from some seconds to some minutes of speech of all moods.
        """
        base_mean, base_std = self.model.head.base_mean, self.model.head.base_std
        count = len(clips)
        own = torch.rand(count, 1, generator=self.draws) >= self.config.fit.profile_dropout
        low, high = math.log(SHORTEST_S), math.log(LONGEST_S)
        seconds = (low + (high - low) * torch.rand(count, 1, generator=self.draws)).exp()
        own &= clips.cpu()[:, None] >= 0
        seconds = (seconds * own).to(base_mean.device)
        mean, std = self.bank.of(clips.clamp(min=0))
        mean = base_mean + (mean - base_mean) * (seconds / (seconds + TRAINED_PRIOR_S))
        variance = (seconds * std.square() + STD_PRIOR_S * base_std.square()) / (seconds + STD_PRIOR_S)
        return mean, variance.sqrt()

    def _embedded(self, batch: Batch) -> Tensor:
        """Embeddings [batch, dim]; on a processor in pieces of about one length, since padding costs time."""
        size = _PIECE if batch.log_mel.device.type == "cpu" else len(batch.frames)
        order = batch.frames.argsort(stable=True)
        pieces = [
            self.model.embed_padded(
                batch.log_mel[rows, :, : int(batch.frames[rows].max())], batch.frames[rows]
            )
            for rows in order.split(size)
        ]
        return torch.cat(pieces)[order.argsort()]

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        embedding = self._embedded(batch)
        spoken = batch.clips >= 0
        self.bank.note(batch.clips[spoken], embedding[spoken])
        if self.global_step % _REFRESH_STEPS == 0:
            self.bank.refresh()
        logits = self.model.head(*self._thinned(embedding, *self.voices(batch.clips))).float()
        share, partner = self._mixing(len(batch.clips), logits.device)
        wanted = self._wanted(batch)
        # The head is linear: mixing what comes out of it is mixing what goes in.
        logits = share * logits + (1 - share) * logits[partner]
        if self.allowed is not None:
            allowed = torch.where(spoken.cpu()[:, None], self.allowed[batch.clips.cpu()], True).to(
                logits.device
            )
            logits = logits.masked_fill(~(allowed | allowed[partner]), _FORBIDDEN)
        wanted = share * wanted + (1 - share) * wanted[partner]
        loss = -(wanted * functional.log_softmax(logits, dim=1)).sum(dim=1).mean()
        self.log("train_loss", loss, prog_bar=True, batch_size=len(batch.clips), on_step=True, on_epoch=True)
        return loss

    def _thinned(self, embedding: Tensor, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Some dimensions at the voice's own mean, where they tell nothing, and the others further out."""
        rate = self.config.fit.dropout
        if rate == 0.0:
            return embedding, mean, std
        kept = (torch.rand(embedding.shape, generator=self.draws) >= rate).to(embedding.device)
        return mean + (embedding - mean) * kept / (1 - rate), mean, std

    def _wanted(self, batch: Batch) -> Tensor:
        """Probabilities [batch, classes] to be learnt: the emotion, and for noise no preference at all."""
        classes = len(self.model.config.labels)
        smoothing = self.config.fit.label_smoothing
        wanted = functional.one_hot(batch.targets.clamp(min=0), classes).float()
        wanted = (1 - smoothing) * wanted + smoothing / classes
        return torch.where((batch.targets >= 0)[:, None], wanted, 1.0 / classes)

    def _mixing(self, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """How much [batch, 1] of each clip stays, and which other one fills it up."""
        alone = torch.ones(count, 1, device=device)
        order = torch.arange(count, device=device)
        chance = self.config.augment.mixup
        if chance == 0.0 or float(torch.rand(1, generator=self.draws)) >= chance:
            return alone, order
        # A beta draw from the run's own generator: torch.distributions takes none.
        gammas = torch._standard_gamma(torch.full((2, count), _MIXUP_ALPHA), generator=self.draws)
        share = gammas.amax(dim=0) / gammas.sum(dim=0)
        partner = torch.randperm(count, generator=self.draws)
        return share[:, None].to(device), partner.to(device)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        logits = self.model.head(self._embedded(batch), self.model.voice_mean, self.model.voice_std)
        self._judged.append((logits.float().cpu(), batch.targets.cpu()))

    def on_validation_epoch_start(self) -> None:
        self._judged: list[tuple[Tensor, Tensor]] = []

    def on_validation_epoch_end(self) -> None:
        logits = torch.cat([part[0] for part in self._judged])
        targets = torch.cat([part[1] for part in self._judged])
        hits = logits.argmax(dim=1) == targets
        recalls = [hits[targets == label].float().mean() for label in targets.unique()]
        uar, loss = torch.stack(recalls).mean(), functional.cross_entropy(logits, targets)
        counts = confusion_among(self.present, targets.numpy(), logits.numpy())
        self.judged = {"confusion": counts.tolist(), "uar": float(uar), "val_loss": float(loss)}
        self.log("val_uar", uar, prog_bar=True)
        self.log("val_loss", loss, prog_bar=True)

    def configure_optimizers(self) -> Any:
        fit = self.config.fit
        encoder = self.model.encoder
        for part in (encoder.conv1, encoder.conv2, encoder.embed_positions):
            part.requires_grad_(False)
        self.model.head.speech.requires_grad_(False)  # fitted afterwards
        heads = [*self.model.head.stranger.parameters(), *self.model.head.known.parameters()]
        groups: list[dict[str, Any]] = [{"params": heads, "lr": fit.head_rate}]
        count = len(encoder.layers)
        for number, layer in enumerate(encoder.layers):
            if number < fit.frozen_layers:
                layer.requires_grad_(False)
                continue
            rate = fit.rate * fit.layer_decay ** (count - 1 - number)
            groups.append({"params": list(layer.parameters()), "lr": rate})
        optimizer = torch.optim.AdamW(groups, weight_decay=fit.weight_decay)
        steps = int(self.trainer.estimated_stepping_batches)
        warmup = max(1, round(fit.warmup * steps))

        def factor(step: int) -> float:
            if step < warmup:
                return (step + 1) / warmup
            return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))

        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": LambdaLR(optimizer, factor), "interval": "step"},
        }
