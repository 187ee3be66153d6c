"""What Hugging Face feature extractors compute, as modules that live inside the graph.

Each gives what the extractor of the same folder gives for one clip (tests compare them); in a batch, every
clip is treated by itself.

References
----------
`Wav2Vec2FeatureExtractor`, `WhisperFeatureExtractor` and `ASTFeatureExtractor` of transformers; the last
follows Kaldi's `compute-fbank-feats`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from export.errors import ExportError

_VARIANCE_FLOOR = 1e-7
_KALDI_FRAME, _KALDI_HOP, _KALDI_FFT = 400, 160, 512
_KALDI_PREEMPHASIS = 0.97
_KALDI_FLOOR = 1.192092955078125e-07


class ZeroMeanUnitVariance(nn.Module):
    """Waveform [batch, samples] -> each clip with mean 0 and variance 1 (wav2vec 2.0 and its kin)."""

    def forward(self, waveform: Tensor) -> Tensor:
        centred = waveform - waveform.mean(dim=1, keepdim=True)
        return centred / (centred.square().mean(dim=1, keepdim=True) + _VARIANCE_FLOOR).sqrt()


def dft_rows(n_fft: int, window: Tensor) -> Tensor:
    """Rows of cosines, then of sines, of `n_fft` bins under a `window` [length]: [n_fft + 2, length]."""
    time = torch.arange(len(window), dtype=torch.float64)
    frequency = torch.arange(n_fft // 2 + 1, dtype=torch.float64)
    angle = 2 * math.pi * ((frequency[:, None] * time[None, :]) % n_fft) / n_fft
    return torch.cat([torch.cos(angle), torch.sin(angle)]) * window


class WhisperLogMel(nn.Module):
    """Waveform [batch, samples] -> Whisper's own log-mel [batch, n_mels, frames], padded or cut.

    Parameters
    ----------
    filters : array [n_fft // 2 + 1, n_mels]
    n_fft, hop_length : int
    n_samples : int
        What each waveform is padded with zeros, or cut, to: 30 s.
    """

    def __init__(self, filters: np.ndarray[Any, Any], n_fft: int, hop_length: int, n_samples: int) -> None:
        super().__init__()
        self.n_fft, self.hop_length, self.n_samples = n_fft, hop_length, n_samples
        window = torch.hann_window(n_fft, periodic=True, dtype=torch.float64)
        self.register_buffer("dft", dft_rows(n_fft, window).float()[:, None], persistent=False)
        self.register_buffer("filters", torch.from_numpy(np.asarray(filters)).float(), persistent=False)
        self.dft: Tensor
        self.filters: Tensor

    def forward(self, waveform: Tensor) -> Tensor:
        half = self.n_fft // 2
        whole = functional.pad(waveform, (0, self.n_samples))[:, : self.n_samples]
        padded = functional.pad(whole[:, None, :], (half, half), mode="reflect")
        spectrum = functional.conv1d(padded, self.dft, stride=self.hop_length)[:, :, :-1]
        power = spectrum[:, : half + 1].square() + spectrum[:, half + 1 :].square()
        log_mel = torch.matmul(power.transpose(1, 2), self.filters).clamp(min=1e-10).log10()
        peak = log_mel.amax(dim=(1, 2), keepdim=True)
        return ((torch.maximum(log_mel, peak - 8.0) + 4.0) / 4.0).transpose(1, 2)


class KaldiFbank(nn.Module):
    """Waveform [batch, samples] -> Kaldi's log filter bank [batch, frames, n_mels], padded or cut.

    Removal of each frame's mean and pre-emphasis are linear, so they are folded into the rows of the DFT.

    Parameters
    ----------
    filters : array [257, n_mels]
    frames : int
        What the features are padded with zeros, or cut, to, before they are normalised.
    mean, deviation : float
        (features - mean) / (2 * deviation), as AST has it; 0 and 0.5 leave them as they are.
    """

    def __init__(self, filters: np.ndarray[Any, Any], frames: int, mean: float, deviation: float) -> None:
        super().__init__()
        self.frames, self.mean, self.scale = frames, mean, 2 * deviation
        window = torch.hann_window(_KALDI_FRAME, periodic=False, dtype=torch.float64)
        emphasis = torch.eye(_KALDI_FRAME, dtype=torch.float64)
        emphasis -= _KALDI_PREEMPHASIS * torch.diag(torch.ones(_KALDI_FRAME - 1, dtype=torch.float64), -1)
        emphasis[0, 0] = 1.0 - _KALDI_PREEMPHASIS
        centring = torch.eye(_KALDI_FRAME, dtype=torch.float64) - 1.0 / _KALDI_FRAME
        rows = dft_rows(_KALDI_FFT, window) @ emphasis @ centring
        self.register_buffer("dft", rows.float()[:, None], persistent=False)
        self.register_buffer("filters", torch.from_numpy(np.asarray(filters)).float(), persistent=False)
        self.dft: Tensor
        self.filters: Tensor

    def forward(self, waveform: Tensor) -> Tensor:
        bins = _KALDI_FFT // 2 + 1
        spectrum = functional.conv1d(waveform[:, None, :], self.dft, stride=_KALDI_HOP)
        power = spectrum[:, :bins].square() + spectrum[:, bins:].square()
        log_mel = torch.matmul(power.transpose(1, 2), self.filters).clamp(min=_KALDI_FLOOR).log()
        whole = functional.pad(log_mel, (0, 0, 0, self.frames))[:, : self.frames]
        return (whole - self.mean) / self.scale


def front_end_of(extractor: Any) -> tuple[nn.Module, float | None]:
    """The module that computes what a feature extractor of transformers does, and the seconds that it hears.

    Raises
    ------
    ExportError
        If the extractor is of a kind that is not known.
    """
    kind = type(extractor).__name__
    rate = extractor.sampling_rate
    if kind == "Wav2Vec2FeatureExtractor":
        return (ZeroMeanUnitVariance() if extractor.do_normalize else nn.Identity()), None
    if kind == "WhisperFeatureExtractor":
        mel = WhisperLogMel(extractor.mel_filters, extractor.n_fft, extractor.hop_length, extractor.n_samples)
        return mel, extractor.n_samples / rate
    if kind == "ASTFeatureExtractor":
        # It may have been read with torchaudio at hand, and then holds no filters: they are made here.
        from transformers.audio_utils import mel_filter_bank

        filters = mel_filter_bank(
            num_frequency_bins=_KALDI_FFT // 2 + 1,
            num_mel_filters=extractor.num_mel_bins,
            min_frequency=20,
            max_frequency=rate // 2,
            sampling_rate=rate,
            norm=None,
            mel_scale="kaldi",
            triangularize_in_mel_space=True,
        )
        mean, deviation = (extractor.mean, extractor.std) if extractor.do_normalize else (0.0, 0.5)
        bank = KaldiFbank(filters, extractor.max_length, mean, deviation)
        return bank, (_KALDI_FRAME + (extractor.max_length - 1) * _KALDI_HOP) / rate
    raise ExportError(
        f"The feature extractor {kind} is not known.",
        "Known are those of wav2vec 2.0, HuBERT, WavLM, Data2Vec-audio, SEW, UniSpeech-SAT, Whisper and AST.",
    )
