"""Mel and log-mel spectrograms as librosa gives them, and Whisper's own, all as plain matrix products.

References: M. Slaney, "Auditory Toolbox", 1998; S. Young et al., "The HTK Book", 2006;
`librosa.feature.melspectrogram` and `librosa.filters.mel` of librosa 0.11; A. Radford et al., "Robust Speech
Recognition via Large-Scale Weak Supervision", 2022, and `log_mel_spectrogram` in openai/whisper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.features.spectrum import (
    POWER_FLOOR,
    SAMPLE_RATE,
    Feature,
    FrameGrid,
    SpectralFeature,
    StftParams,
    power_to_db,
    require,
)

WHISPER_N_FFT = 400
WHISPER_HOP_LENGTH = 160
WHISPER_N_MELS = 80
_WHISPER_RANGE = 8.0  # in units of log10 of power: 80 dB


def hz_to_mel(hz: np.ndarray, *, htk: bool) -> np.ndarray:
    """Slaney's scale (linear below 1 kHz, logarithmic above) or HTK's."""
    if htk:
        return 2595.0 * np.log10(1.0 + hz / 700.0)
    logarithmic = 15.0 + np.log(np.maximum(hz, 1e-3) / 1000.0) * (27.0 / np.log(6.4))
    return np.where(hz < 1000.0, hz * 3.0 / 200.0, logarithmic)


def mel_to_hz(mel: np.ndarray, *, htk: bool) -> np.ndarray:
    """The inverse of `hz_to_mel`."""
    if htk:
        return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


def mel_filters(
    frequencies: np.ndarray, n_mels: int, fmin: float, fmax: float, *, htk: bool, equal_area: bool
) -> np.ndarray:
    """Triangular filters, float32 [n_mels, bins]; of equal area ("slaney") or of height 1."""
    ends = hz_to_mel(np.array([fmin, fmax]), htk=htk)
    edges = mel_to_hz(np.linspace(ends[0], ends[1], n_mels + 2), htk=htk)
    width = np.diff(edges)
    rising = (frequencies[None, :] - edges[:-2, None]) / width[:-1, None]
    falling = (edges[2:, None] - frequencies[None, :]) / width[1:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    if equal_area:
        filters *= 2.0 / (edges[2:, None] - edges[:-2, None])
    return filters.astype(np.float32)


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


def mel_filterbank(
    n_mels: int = WHISPER_N_MELS, n_fft: int = WHISPER_N_FFT, sample_rate: int = SAMPLE_RATE
) -> Tensor:
    """Triangular mel filters of equal area, float32 [n_fft // 2 + 1, n_mels], from 0 Hz to half the rate."""
    frequencies = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    filters = mel_filters(frequencies, n_mels, 0.0, sample_rate / 2, htk=False, equal_area=True)
    return torch.from_numpy(np.ascontiguousarray(filters.T))


def windowed_dft(n_fft: int = WHISPER_N_FFT) -> Tensor:
    """Rows of cosines, then of sines, under a periodic Hann window: float32 [n_fft + 2, 1, n_fft]."""
    time = torch.arange(n_fft, dtype=torch.float64)
    window = 0.5 - 0.5 * torch.cos(2 * math.pi * time / n_fft)
    frequency = torch.arange(n_fft // 2 + 1, dtype=torch.float64)
    angle = 2 * math.pi * ((frequency[:, None] * time[None, :]) % n_fft) / n_fft
    return (torch.cat([torch.cos(angle), torch.sin(angle)]) * window)[:, None, :].float()


class LogMel(nn.Module):
    """Waveform [batch, samples] at 16 kHz -> log-mel spectrogram [batch, n_mels, samples // 160].

    Any length from 201 samples on (reflection at the ends needs as much). Unlike Whisper's own, nothing is
    padded to 30 s. The range is limited to 80 dB below each clip's own maximum, so that a batch gives what
    its clips give one by one.

    Parameters
    ----------
    reference : float or None
        None: Whisper's own scale, on which a louder recording has larger values. A number: the maximum of
        each clip is moved there (log10 of power), so that the gain of a microphone does not matter.
    n_mels : int
        80; 128 since Whisper's large-v3.
    """

    def __init__(self, reference: float | None = None, n_mels: int = WHISPER_N_MELS) -> None:
        super().__init__()
        self.reference = reference
        self.register_buffer("dft", windowed_dft(), persistent=False)
        self.register_buffer("filters", mel_filterbank(n_mels), persistent=False)
        self.dft: Tensor
        self.filters: Tensor

    def forward(self, waveform: Tensor) -> Tensor:
        half = WHISPER_N_FFT // 2
        padded = functional.pad(waveform[:, None, :], (half, half), mode="reflect")
        spectrum = functional.conv1d(padded, self.dft, stride=WHISPER_HOP_LENGTH)[:, :, :-1]
        power = spectrum[:, : half + 1].square() + spectrum[:, half + 1 :].square()
        mel = torch.matmul(power.transpose(1, 2), self.filters)
        log_mel = mel.clamp(min=POWER_FLOOR).log10()
        peak = log_mel.amax(dim=(1, 2), keepdim=True)
        log_mel = torch.maximum(log_mel, peak - _WHISPER_RANGE)
        if self.reference is not None:
            log_mel = log_mel - peak + self.reference
        return ((log_mel + 4.0) / 4.0).transpose(1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhisperParams:
    """Whisper's front end: 80 mel bands, 128 since large-v3; only at 16 kHz."""

    sample_rate: int = SAMPLE_RATE
    n_mels: int = WHISPER_N_MELS

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
        self.grid = FrameGrid(WHISPER_HOP_LENGTH, -WHISPER_HOP_LENGTH)

    @property
    def minimum_samples(self) -> int:
        return WHISPER_N_FFT // 2 + 1  # what the reflection at the ends takes

    def forward(self, waveform: Tensor) -> Tensor:
        return self.log_mel(waveform)
