"""Networks with the slips that people make, to be refused with the reason."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LABELS = ("sad", "angry")
RATE = 16_000


class Loudness(nn.Module):
    """Mean and deviation of the waveform, one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(2, len(LABELS))

    def forward(self, waveform: Tensor) -> Tensor:
        return self.head(torch.stack([waveform.mean(dim=1), waveform.std(dim=1)], dim=1))


class OnlyTheFirst(Loudness):
    """Of long sound only the first nine seconds count: a branch on the length."""

    def forward(self, waveform: Tensor) -> Tensor:
        if waveform.shape[1] > 9 * RATE:
            waveform = 10 * waveform[:, : 2 * RATE]
        return super().forward(waveform)


class Probabilities(Loudness):
    """Ends with a softmax."""

    def forward(self, waveform: Tensor) -> Tensor:
        return super().forward(waveform).softmax(dim=1)
