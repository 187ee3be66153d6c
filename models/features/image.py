"""A log-mel spectrogram as a picture of fixed size, for networks that were made for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from models.features.colour_maps import colour_table
from models.features.mel_spectrogram import MelParams, MelSpectrogram, power_to_db
from models.features.spectrum import require


def _weights(position: Tensor, count: Tensor, size: int) -> Tensor:
    """How much each of `count` points at `position` [count] counts in each of `size` pixels: [size, count].

    Triangles around the pixels' centres, wider where there are more points than pixels (bilinear with
    antialiasing, as in Pillow and `torch.nn.functional.interpolate`).
    """
    scale = count / size
    centre = (torch.arange(size, device=position.device)[:, None] + 0.5) * scale
    weights = (1.0 - (position[None, :] + 0.5 - centre).abs() / scale.clamp(min=1.0)).clamp(min=0.0)
    return weights / weights.sum(dim=1, keepdim=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMelImageParams(MelParams):
    """`size` in pixels; `colours` "grey" (one channel) or a colour map (three); `top_db` is the range."""

    size: int = 128
    colours: Literal["grey", "viridis", "magma"] = "grey"
    top_db: float = 80.0

    def __post_init__(self) -> None:
        MelParams.__post_init__(self)
        require(8 <= self.size <= 4096, f"size must lie between 8 and 4096, not {self.size}.")
        require(self.top_db > 0, f"top_db must be positive, not {self.top_db:g}.")


class LogMelImage(MelSpectrogram):
    """Log-mel, brightest at the clip's own maximum: [batch, 1 or 3, size, size], values in [0, 1].

    As on paper, time runs to the right and frequency upwards: row 0 is the highest band. The decibels are
    resized first, coloured then, so that no pixel has a colour that the map does not have.
    """

    def __init__(self, params: LogMelImageParams | None = None) -> None:
        params = params or LogMelImageParams()
        super().__init__(params)
        self.size = params.size
        self.top_db = params.top_db
        bands = torch.arange(params.n_mels).float()
        across = _weights(bands, torch.tensor([float(params.n_mels)]), params.size).flip(0)
        self.register_buffer("across", across, persistent=False)
        self.across: Tensor  # [size, n_mels]
        self.coloured = params.colours != "grey"
        if self.coloured:
            table = torch.from_numpy(colour_table(params.colours).copy())
            self.register_buffer("table", table, persistent=False)
            self.table: Tensor  # [256, 3]
        self.rows = 3 if self.coloured else 1

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        return (self.rows, self.size, self.size)

    def of_power(self, power: Tensor) -> Tensor:
        db = power_to_db(super().of_power(power), "max", self.top_db)
        frame = torch.arange(power.shape[2], device=power.device).float()
        along = _weights(frame, frame[-1:] + 1.0, self.size)  # [size, frames]
        grey = torch.matmul(self.across, torch.matmul(db / self.top_db + 1.0, along.transpose(0, 1)))
        grey = grey.clamp(0.0, 1.0)
        if not self.coloured:
            return grey[:, None]
        shade = (grey * 256.0).floor().clamp(max=255.0).long()  # as matplotlib maps [0, 1] to 256 colours
        colours = self.table.index_select(0, shade.reshape(-1))
        return colours.reshape(-1, self.size, self.size, 3).permute(0, 3, 1, 2)
