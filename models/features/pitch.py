"""The fundamental frequency by YIN, as `librosa.yin` gives it.

Reference: A. de Cheveigne and H. Kawahara, "YIN, a fundamental frequency estimator for speech and music",
JASA 111, 2002; librosa 0.11.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.features.spectrum import TINY, Feature, FrameParams, PowerSpectrum, centered, frame, require


@dataclass(frozen=True, slots=True, kw_only=True)
class PitchParams(FrameParams):
    """`fmin` and `fmax` in Hz bound the search; the defaults fit adult speech.

    A frame has the first period at which the normalised difference has a minimum below `trough_threshold`;
    with none, the period of the smallest difference, so that each frame has a number. `voicing` adds a second
    row: 1 where there was one below the threshold (periodic, as voiced speech is), else 0.
    """

    fmin: float = 65.0
    fmax: float = 500.0
    trough_threshold: float = 0.1
    voicing: bool = False

    def __post_init__(self) -> None:
        FrameParams.__post_init__(self)
        require(
            0 < self.fmin < self.fmax <= self.sample_rate / 2,
            f"fmin and fmax must satisfy 0 < fmin < fmax <= {self.sample_rate / 2:g} Hz, "
            f"not {self.fmin:g} and {self.fmax:g}.",
        )
        require(
            self.longest < self.frame_length // 2,
            f"Two periods of fmin={self.fmin:g} Hz must fit into frame_length, which is {self.frame_length}.",
        )
        require(self.longest > self.shortest + 1, "fmin and fmax lie too close together.")
        require(self.trough_threshold > 0, "trough_threshold must be positive.")

    @property
    def shortest(self) -> int:
        """The shortest period in samples."""
        return math.floor(self.sample_rate / self.fmax)

    @property
    def longest(self) -> int:
        """The longest period in samples."""
        return math.ceil(self.sample_rate / self.fmin)


def _fast_length(least: int) -> int:
    """The next length of which 16 is a divisor: its DFT splits into small products."""
    return -(-least // 16) * 16


class Pitch(Feature):
    """Fundamental frequency in Hz, and with `voicing` a row of 0 or 1: [batch, 1 or 2, frames].

    Unvoiced and silent frames have a frequency too, which means nothing; silence gives the highest.
    """

    def __init__(self, params: PitchParams | None = None) -> None:
        super().__init__()
        self.params = params = params or PitchParams()
        self.grid = params.grid
        self.rows = 1 + params.voicing
        self.size = _fast_length(params.frame_length + params.longest + 1)
        self.dft = PowerSpectrum(self.size)
        lags = np.arange(1, params.longest + 1)
        bins = np.arange(self.size // 2 + 1)
        twice = np.where((bins == 0) | (2 * bins == self.size), 1.0, 2.0)
        # 2 * (acf[0] - acf[lag]) at once: as a difference of two large sums it would lose digits.
        turn = np.cos(2 * np.pi * (lags[:, None] * bins[None, :] % self.size) / self.size)
        loss = (2 / self.size) * twice[None, :] * (1 - turn)
        self.register_buffer("loss", torch.from_numpy(loss).float(), persistent=False)
        self.register_buffer("lags", torch.from_numpy(lags).float()[:, None], persistent=False)
        count = params.longest - params.shortest + 1
        self.register_buffer("candidates", torch.arange(count).float()[:, None], persistent=False)
        self.loss: Tensor  # [longest, bins]
        self.lags: Tensor  # [longest, 1]
        self.candidates: Tensor  # [longest - shortest + 1, 1]

    @property
    def row_names(self) -> tuple[str, ...]:
        return ("", "voicing")[: self.rows]

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.params
        frames = frame(centered(waveform, p.frame_length, center=p.center), p.frame_length, p.hop_length)
        difference = self._normalised_difference(frames)
        before, here, after = difference[:, :-2], difference[:, 1:-1], difference[:, 2:]
        inner = (here < before) & (here <= after)
        first = difference[:, :1] < difference[:, 1:2]
        last = difference[:, -1:] < difference[:, -2:-1]
        deep = torch.cat([first, inner, last], dim=1) & (difference < p.trough_threshold)
        voiced = deep.any(dim=1, keepdim=True)
        lowest = difference <= difference.amin(dim=1, keepdim=True)
        chosen = deep | (lowest & ~voiced)
        period = torch.where(chosen, self.candidates, float(len(self.candidates))).amin(dim=1, keepdim=True)
        shift = functional.pad(self._vertex(before, here, after), (0, 0, 1, 1))
        shift = torch.where(self.candidates == period, shift, 0.0).sum(dim=1, keepdim=True)
        frequency = p.sample_rate / (p.shortest + period + shift)
        return torch.cat([frequency, voiced.float()], dim=1) if p.voicing else frequency

    def _normalised_difference(self, frames: Tensor) -> Tensor:
        """Equation 8 of the paper, from the shortest to the longest period: [batch, periods, frames]."""
        p = self.params
        power = self.dft(functional.pad(frames, (0, 0, 0, self.size - p.frame_length)))
        energy = frames[:, : p.longest].square().cumsum(dim=1)
        difference = torch.matmul(self.loss, power) - energy
        mean = difference.cumsum(dim=1) / self.lags
        mean = torch.where(mean.abs() < TINY, 1.0, mean)  # silence; the newer exporter drops a `+ TINY`
        return (difference / mean)[:, p.shortest - 1 :]

    @staticmethod
    def _vertex(before: Tensor, here: Tensor, after: Tensor) -> Tensor:
        """Where between its neighbours the parabola through three points has its vertex; 0 if outside."""
        curvature = after + before - 2 * here
        slope = (after - before) / 2
        outside = slope.abs() >= curvature.abs()
        return torch.where(outside, 0.0, -slope / torch.where(outside, 1.0, curvature))
