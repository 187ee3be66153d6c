"""Features of the waveform itself: loudness and zero crossings, as `librosa.feature` gives them."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from models.features.spectrum import SAMPLE_RATE, Feature, FrameGrid, centered, require_framing

_ZERO = 1e-10  # librosa takes what is closer to zero for positive


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameParams:
    """Frames without a spectrum; lengths in samples."""

    sample_rate: int = SAMPLE_RATE
    frame_length: int = 2048
    hop_length: int = 512
    center: bool = True

    def __post_init__(self) -> None:
        require_framing("frame_length", self.frame_length, self.hop_length)

    @property
    def grid(self) -> FrameGrid:
        return FrameGrid.of(self.frame_length, self.hop_length, center=self.center)


class FramedFeature(Feature):
    """A feature of one row that is computed from the frames of the waveform."""

    def __init__(self, params: FrameParams | None = None) -> None:
        super().__init__()
        self.params = params or FrameParams()
        self.grid = self.params.grid
        self.rows = 1


class Rms(FramedFeature):
    """Root of the mean square of each frame: [batch, 1, frames]."""

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.params
        padded = centered(waveform, p.frame_length, center=p.center)
        return functional.avg_pool1d(padded[:, None].square(), p.frame_length, p.hop_length).sqrt()


class ZeroCrossingRate(FramedFeature):
    """Changes of sign per sample in each frame: [batch, 1, frames]. Both ends are continued, not padded."""

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.params
        padded = centered(waveform, p.frame_length, center=p.center, mode="replicate")
        negative = (padded < -_ZERO).float()
        crossing = (negative[:, 1:] - negative[:, :-1]).abs()
        # A frame of n samples has n - 1 places between them.
        share = functional.avg_pool1d(crossing[:, None], p.frame_length - 1, p.hop_length)
        return share * ((p.frame_length - 1) / p.frame_length)
