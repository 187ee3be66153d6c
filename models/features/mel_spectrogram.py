"""Mel and log-mel spectrograms as `librosa.feature.melspectrogram` and `librosa.power_to_db` give them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from models.features.filterbanks import mel_filters
from models.features.mel import HOP_LENGTH, N_FFT, N_MELS, LogMel
from models.features.spectrum import (
    SAMPLE_RATE,
    Feature,
    FrameGrid,
    SpectralFeature,
    StftParams,
    require,
)

POWER_FLOOR = 1e-10


def power_to_db(power: Tensor, ref: float | Literal["max"] = 1.0, top_db: float | None = 80.0) -> Tensor:
    """Decibels of powers [batch, rows, frames], as `librosa.power_to_db` gives them for each clip alone.

    `ref` "max" is each clip's own maximum, and so is what `top_db` counts from: a batch gives what its clips
    give one by one.
    """
    db = 10.0 * power.clamp(min=POWER_FLOOR).log10()
    peak = db.amax(dim=(1, 2), keepdim=True)
    if top_db is not None:
        db = torch.maximum(db, peak - top_db)
    if ref == "max":
        return db - peak
    return db - 10.0 * math.log10(max(POWER_FLOOR, ref))


@dataclass(frozen=True, slots=True, kw_only=True)
class MelParams(StftParams):
    """`fmax` None means half the sample rate. `norm` "slaney": filters of equal area; None: of height 1."""

    n_mels: int = 128
    fmin: float = 0.0
    fmax: float | None = None
    htk: bool = False
    norm: Literal["slaney"] | None = "slaney"

    def __post_init__(self) -> None:
        StftParams.__post_init__(self)
        require(
            1 <= self.n_mels <= self.bins, f"n_mels must lie between 1 and {self.bins}, not {self.n_mels}."
        )
        require(
            0 <= self.fmin < self.upper_hz <= self.sample_rate / 2,
            f"fmin and fmax must satisfy 0 <= fmin < fmax <= {self.sample_rate / 2:g} Hz, "
            f"not {self.fmin:g} and {self.upper_hz:g}.",
        )

    @property
    def upper_hz(self) -> float:
        return self.sample_rate / 2 if self.fmax is None else self.fmax


class MelSpectrogram(SpectralFeature):
    """Power in mel bands: [batch, n_mels, frames]."""

    def __init__(self, params: MelParams | None = None) -> None:
        params = params or MelParams()
        super().__init__(params, params.n_mels)
        filters = mel_filters(
            params.frequencies(),
            params.n_mels,
            params.fmin,
            params.upper_hz,
            htk=params.htk,
            equal_area=params.norm == "slaney",
        )
        self.register_buffer("filters", torch.from_numpy(filters), persistent=False)
        self.filters: Tensor  # [n_mels, bins]

    def of_power(self, power: Tensor) -> Tensor:
        return torch.matmul(self.filters, power)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMelParams(MelParams):
    """`ref` and `top_db` as in `librosa.power_to_db`; `top_db` None leaves only the floor of 1e-10."""

    ref: float | Literal["max"] = 1.0
    top_db: float | None = 80.0

    def __post_init__(self) -> None:
        MelParams.__post_init__(self)
        require(self.ref == "max" or self.ref > 0, f"ref must be max or a positive number, not {self.ref}.")
        require(
            self.top_db is None or self.top_db >= 0, f"top_db must not be negative, but is {self.top_db}."
        )


class LogMelSpectrogram(MelSpectrogram):
    """Mel bands in dB: [batch, n_mels, frames]."""

    def __init__(self, params: LogMelParams | None = None) -> None:
        params = params or LogMelParams()
        super().__init__(params)
        self.ref = params.ref
        self.top_db = params.top_db

    def of_power(self, power: Tensor) -> Tensor:
        return power_to_db(super().of_power(power), self.ref, self.top_db)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhisperParams:
    """Whisper's front end: 80 mel bands, 128 since large-v3; only at 16 kHz."""

    sample_rate: int = SAMPLE_RATE
    n_mels: int = N_MELS

    def __post_init__(self) -> None:
        require(
            self.sample_rate == SAMPLE_RATE, f"Whisper's features need 16000 Hz, not {self.sample_rate} Hz."
        )
        require(self.n_mels in (80, 128), f"n_mels must be 80 or 128 for Whisper, not {self.n_mels}.")


class WhisperLogMel(Feature):
    """Whisper's log-mel of the clip alone, without its padding to 30 s: [batch, n_mels, samples // 160]."""

    def __init__(self, params: WhisperParams | None = None) -> None:
        params = params or WhisperParams()
        super().__init__()
        self.log_mel = LogMel(n_mels=params.n_mels)
        self.rows = params.n_mels
        self.grid = FrameGrid(HOP_LENGTH, -HOP_LENGTH)

    @property
    def minimum_samples(self) -> int:
        return N_FFT // 2 + 1  # what the reflection at the ends takes

    def forward(self, waveform: Tensor) -> Tensor:
        return self.log_mel(waveform)
