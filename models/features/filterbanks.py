"""Mel and chroma filters, computed as librosa does.

References: M. Slaney, "Auditory Toolbox", 1998; S. Young et al., "The HTK Book", 2006; D. Ellis, "Chroma
feature analysis and synthesis", 2007; `librosa.filters` of librosa 0.11.
"""

from __future__ import annotations

import numpy as np

_A4_HZ = 440.0


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


def chroma_filters(sample_rate: int, n_fft: int, n_chroma: int = 12) -> np.ndarray:
    """Gaussian bumps around each pitch class, tuned to A4 = 440 Hz, float32 [n_chroma, bins]."""
    frequencies = np.linspace(0, sample_rate, n_fft, endpoint=False)[1:]
    chroma = n_chroma * np.log2(frequencies / (_A4_HZ / 16))
    chroma = np.concatenate([[chroma[0] - 1.5 * n_chroma], chroma])
    width = np.concatenate([np.maximum(np.diff(chroma), 1.0), [1.0]])
    half = np.round(n_chroma / 2)
    distance = chroma[None, :] - np.arange(n_chroma)[:, None]
    distance = np.remainder(distance + half + 10 * n_chroma, n_chroma) - half
    filters = np.exp(-0.5 * (2 * distance / width[None, :]) ** 2)
    filters /= np.sqrt(np.square(filters).sum(axis=0, keepdims=True))
    filters *= np.exp(-0.5 * ((chroma / n_chroma - 5.0) / 2.0) ** 2)[
        None, :
    ]  # octaves around the fifth count
    filters = np.roll(filters, -3 * (n_chroma // 12), axis=0)  # row 0 is C
    return np.ascontiguousarray(filters[:, : n_fft // 2 + 1], dtype=np.float32)
