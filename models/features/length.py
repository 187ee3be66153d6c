"""The part of a clip that a model of fixed length hears."""

from __future__ import annotations

from torch import Tensor, nn


class FirstSeconds(nn.Module):
    """Waveform [batch, samples] -> its first `seconds`, filled up with silence at the end."""

    def __init__(self, seconds: float, sample_rate: int) -> None:
        super().__init__()
        self.samples = round(seconds * sample_rate)

    def forward(self, waveform: Tensor) -> Tensor:
        return nn.functional.pad(waveform, (0, self.samples))[:, : self.samples]
