"""Whisper's log-mel spectrogram as plain matrix products, so that it can live inside an ONNX graph.

References
----------
Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022; `log_mel_spectrogram` in
openai/whisper. Mel scale: M. Slaney, "Auditory Toolbox", 1998.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

SAMPLE_RATE = 16_000
N_FFT = 400
HOP_LENGTH = 160
N_MELS = 80
_POWER_FLOOR = 1e-10
_DYNAMIC_RANGE = 8.0  # in units of log10 of power: 80 dB


def _hz_to_mel(hz: Tensor) -> Tensor:
    """Slaney's scale: linear below 1 kHz, logarithmic above."""
    linear = hz * 3.0 / 200.0
    logarithmic = 15.0 + torch.log(hz.clamp(min=1e-3) / 1000.0) * (27.0 / math.log(6.4))
    return torch.where(hz < 1000.0, linear, logarithmic)


def _mel_to_hz(mel: Tensor) -> Tensor:
    return torch.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * torch.exp((mel - 15.0) * math.log(6.4) / 27.0))


def mel_filterbank(n_mels: int = N_MELS, n_fft: int = N_FFT, sample_rate: int = SAMPLE_RATE) -> Tensor:
    """Triangular mel filters of equal area, float32 [n_fft // 2 + 1, n_mels], from 0 Hz to half the rate."""
    nyquist = sample_rate / 2
    bins = torch.linspace(0, nyquist, n_fft // 2 + 1, dtype=torch.float64)
    top = float(_hz_to_mel(torch.tensor(nyquist, dtype=torch.float64)))
    edges = _mel_to_hz(torch.linspace(0, top, n_mels + 2, dtype=torch.float64))
    width = edges.diff()
    rising = (bins[:, None] - edges[None, :-2]) / width[None, :-1]
    falling = (edges[None, 2:] - bins[:, None]) / width[None, 1:]
    area = 2.0 / (edges[2:] - edges[:-2])
    return (torch.minimum(rising, falling).clamp(min=0) * area[None, :]).float()


def windowed_dft(n_fft: int = N_FFT) -> Tensor:
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

    def __init__(self, reference: float | None = None, n_mels: int = N_MELS) -> None:
        super().__init__()
        self.reference = reference
        self.register_buffer("dft", windowed_dft(), persistent=False)
        self.register_buffer("filters", mel_filterbank(n_mels), persistent=False)
        self.dft: Tensor
        self.filters: Tensor

    def forward(self, waveform: Tensor) -> Tensor:
        half = N_FFT // 2
        padded = functional.pad(waveform[:, None, :], (half, half), mode="reflect")
        spectrum = functional.conv1d(padded, self.dft, stride=HOP_LENGTH)[:, :, :-1]
        power = spectrum[:, : half + 1].square() + spectrum[:, half + 1 :].square()
        mel = torch.matmul(power.transpose(1, 2), self.filters)
        log_mel = mel.clamp(min=_POWER_FLOOR).log10()
        peak = log_mel.amax(dim=(1, 2), keepdim=True)
        log_mel = torch.maximum(log_mel, peak - _DYNAMIC_RANGE)
        if self.reference is not None:
            log_mel = log_mel - peak + self.reference
        return ((log_mel + 4.0) / 4.0).transpose(1, 2)
