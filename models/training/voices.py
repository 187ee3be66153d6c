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
        self, clips: Tensor, at_most: Tensor, neutral_only: Tensor, draw: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Mean and deviation [batch, dim], and the seconds of speech [batch, 1] that they are from.

        Other clips of each clip's speaker are drawn, up to `at_most` seconds [batch, 1] and at least one;
        where `neutral_only` [batch], neutral ones if there are any.
        """
        device = self.latest.device
        others = self.speakers[clips][:, None] == self.speakers[None]
        others[torch.arange(len(clips), device=device), clips] = False
        calm = others & self.neutral
        others = torch.where((neutral_only.to(device) & calm.any(dim=1))[:, None], calm, others)
        keys = torch.rand(others.shape, generator=draw).to(device).masked_fill(~others, torch.inf)
        order = keys.argsort(dim=1)
        lengths = (self.seconds * others).gather(1, order)
        taken = lengths.cumsum(dim=1) <= at_most.to(device)
        taken[:, 0] = True
        weights = torch.zeros_like(lengths).scatter(1, order, lengths * taken)
        total = weights.sum(dim=1, keepdim=True)
        shares = weights / total.clamp(min=1e-9)
        mean = shares @ self.latest
        # Of differences to the speaker's own mean, which are small: squares of whole embeddings round away.
        centre = self.mean[self.speakers[clips]]
        out = torch.empty_like(mean)
        for row, (share, middle) in enumerate(zip(shares, centre, strict=True)):
            (chosen,) = share.nonzero(as_tuple=True)
            offsets = self.latest[chosen] - middle
            out[row] = share[chosen] @ offsets.square() - (share[chosen] @ offsets).square()
        return mean, out.clamp(min=0.0).sqrt(), total
