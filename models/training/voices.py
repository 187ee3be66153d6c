"""What each training speaker's embeddings look like, kept up to date while the network changes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from desktop_app.inference.voice_profile import VoiceStatistics
from models.training.enrolment import draw, estimate_voices

_STD_FLOOR = 1e-3


class VoiceBank(nn.Module):
    """Mean and deviation of each training speaker's embeddings, from the latest one of every clip.

    They take the place of a person's voice profile while the network is trained.

    Parameters
    ----------
    embeddings : float32 [clips, dim]
        What the untouched encoder gives, to begin with.
    speakers : int64 [clips]
        Number of each clip's speaker.
    seconds : float32 [clips], optional
        Speech in each clip, for `drawn`.
    neutral : bool [clips], optional
        Which clips are spoken without emotion, for `drawn`.
    """

    def __init__(
        self,
        embeddings: Tensor,
        speakers: Tensor,
        seconds: Tensor | None = None,
        neutral: Tensor | None = None,
    ) -> None:
        super().__init__()
        count = len(speakers)
        self.register_buffer(
            "seconds", torch.ones(count) if seconds is None else seconds.clone(), persistent=False
        )
        nobody = torch.zeros(count, dtype=torch.bool)
        self.register_buffer("neutral", nobody if neutral is None else neutral.clone(), persistent=False)
        self.seconds: Tensor
        self.neutral: Tensor
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

    def drawn(
        self, clips: Tensor, at_most: Tensor, neutral_only: Tensor, base: VoiceStatistics, seed: int
    ) -> tuple[Tensor, Tensor]:
        """Mean and deviation [batch, dim] of a profile as the analyzer builds it.

        Other clips of the speaker are drawn up to `at_most` seconds [batch] and at least one; where
        `neutral_only` [batch], neutral ones if there are any. What they tell is blended with `base`.
        """
        rng = np.random.default_rng(seed)
        means, stds = [], []
        for clip, seconds, calm in zip(clips.tolist(), at_most.tolist(), neutral_only.tolist(), strict=True):
            (rows,) = (self.speakers == self.speakers[clip]).nonzero(as_tuple=True)
            judged = (rows == clip).nonzero(as_tuple=True)[0].cpu().numpy()
            allowed = self.neutral[rows].cpu().numpy()
            others = np.delete(allowed, judged)
            weights = draw(
                self.seconds[rows].cpu().numpy().astype(np.float64),
                seconds,
                rng,
                allowed if calm and others.any() else None,
                judged=judged,
            )
            mean, std = estimate_voices(weights, self.latest[rows].cpu().numpy(), base)
            means.append(mean[0])
            stds.append(std[0])
        device = self.latest.device
        return torch.from_numpy(np.stack(means)).to(device), torch.from_numpy(np.stack(stds)).to(device)
