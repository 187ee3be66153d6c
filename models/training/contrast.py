"""Supervised contrastive loss: the same emotion of other corpora near, other emotions far.

Khosla et al., "Supervised Contrastive Learning", NeurIPS 2020, with a queue of earlier batches as keys (He et
al., "Momentum Contrast", CVPR 2020), since 16 clips hold hardly two of an emotion from two corpora.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

TEMPERATURE: Final = 0.1
WIDTH: Final = 128
KEYS: Final = 512


class Contrast(nn.Module):
    """Loss of standardised embeddings [n, dim], projected to `WIDTH`, against those of earlier batches.

    A clip's positives are the clips of its emotion in other corpora; where there are none, of other speakers.
    Other clips of its emotion count for nothing.

    Parameters
    ----------
    corpora : int64 [clips]
        Number of each clip's corpus, over the run's table of clips.
    """

    def __init__(self, dim: int, corpora: Tensor) -> None:
        super().__init__()
        self.project = nn.Linear(dim, WIDTH, bias=False)
        self.register_buffer("corpora", corpora.long(), persistent=False)
        self.corpora: Tensor
        # No buffers: averaging of weights takes those for of one size.
        self._keys = torch.zeros(0, dim)
        self._targets = torch.zeros(0, dtype=torch.long)
        self._clips = torch.zeros(0, dtype=torch.long)

    def forward(self, usual: Tensor, targets: Tensor, clips: Tensor, speakers: Tensor) -> Tensor:
        keys = torch.cat([usual, self._keys.to(usual.device)])
        key_targets = torch.cat([targets, self._targets.to(targets.device)])
        key_clips = torch.cat([clips, self._clips.to(clips.device)])
        same = targets[:, None] == key_targets[None]
        elsewhere = same & (self.corpora[clips][:, None] != self.corpora[key_clips][None])
        others = same & (speakers[clips][:, None] != speakers[key_clips][None])
        positive = torch.where(elsewhere.any(dim=1, keepdim=True), elsewhere, others)
        scores = (self._points(usual) @ self._points(keys).T).float() / TEMPERATURE
        counted = positive | ~same
        logs = scores - scores.masked_fill(~counted, -torch.inf).logsumexp(dim=1, keepdim=True)
        found = positive.sum(dim=1)
        rows = found > 0
        self._keys = keys.detach()[:KEYS]
        self._targets, self._clips = key_targets[:KEYS], key_clips[:KEYS]
        if not rows.any():
            return usual.sum() * 0.0
        return -((logs * positive).sum(dim=1)[rows] / found[rows]).mean()

    def _points(self, usual: Tensor) -> Tensor:
        return functional.normalize(self.project(usual).float(), dim=1)
