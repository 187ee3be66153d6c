"""What each training speaker's embeddings look like, kept up to date while the network changes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

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
