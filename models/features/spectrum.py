"""Frames and their spectra, on which all features of short time rest; parameters mean what librosa's mean.

The power spectrum is two small matrix products, exact to rounding and cheap inside a graph. A direct DFT of
2048 points is a matrix of 17 MB and 4 million products a frame. Cooley and Tukey's split N = P * Q needs
0.5 MB and 0.3 million, of shapes that both torch exporters and ONNX Runtime handle.

Here and in all features constant matrices stand on the left of a product: what turns the weights of networks
into eight bits looks for constants on the right, and would ruin a spectrum.

References: `librosa.stft` of librosa 0.11, with its Hann window and zeros beyond both ends; J. W. Cooley and
J. W. Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", Mathematics of Computation
19, 1965.
"""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.errors import FeatureError

SAMPLE_RATE = 16_000
TINY = float(np.finfo(np.float32).tiny)
POWER_FLOOR = 1e-10

_LONGEST = 16_384
_MOST_PRODUCTS = 1 << 23  # a frame; more than 16,384 points need, less than a prime of 3,000
_MOST_OVERLAP = 64


def require(condition: bool, message: str) -> None:
    """Raise FeatureError with `message` unless `condition` holds."""
    if not condition:
        raise FeatureError(message)


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """Where frames lie: `samples` of sound have (samples + reach) // hop_length + 1 of them."""

    hop_length: int
    reach: int

    @classmethod
    def of(cls, frame_length: int, hop_length: int, *, center: bool) -> FrameGrid:
        padding = 2 * (frame_length // 2) if center else 0
        return cls(hop_length, padding - frame_length)

    @property
    def minimum_samples(self) -> int:
        return max(1, -self.reach)


class Feature(nn.Module, ABC):
    """Waveform float32 [batch, samples] -> [batch, rows, frames], each clip by itself.

    Attributes
    ----------
    rows : int
    grid : FrameGrid
    minimum_samples : int
        The shortest clip that gives a frame.
    output_shape : tuple of (int or None)
        Shape of what one clip gives; None is the number of frames.
    """

    rows: int
    grid: FrameGrid

    @property
    def minimum_samples(self) -> int:
        return self.grid.minimum_samples

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        return (self.rows, None)

    @property
    def row_names(self) -> tuple[str, ...]:
        """What each row is called behind the name of the feature: its number, or nothing if it is alone."""
        rows = self.output_shape[0] or 0
        return ("",) if rows == 1 else tuple(f"{row:02d}" for row in range(rows))

    @abstractmethod
    def forward(self, waveform: Tensor) -> Tensor: ...


def require_framing(length_name: str, length: int, hop_length: int) -> None:
    """Raise FeatureError for frames that make no sense, or would fill the memory."""
    require(2 <= length <= _LONGEST, f"{length_name} must lie between 2 and {_LONGEST}, not {length}.")
    require(1 <= hop_length <= _LONGEST, f"hop_length must lie between 1 and {_LONGEST}, not {hop_length}.")
    require(
        length <= _MOST_OVERLAP * hop_length,
        f"hop_length={hop_length} is too short for {length_name}={length}: "
        f"at most {_MOST_OVERLAP} frames may overlap.",
    )


def centered(waveform: Tensor, frame_length: int, *, center: bool, mode: str = "constant") -> Tensor:
    """Waveform [batch, samples], with half a frame more at both ends if `center`."""
    if not center:
        return waveform
    half = frame_length // 2
    return functional.pad(waveform[:, None], (half, half), mode=mode)[:, 0]


def frame(waveform: Tensor, frame_length: int, hop_length: int) -> Tensor:
    """Overlapping frames of a waveform [batch, samples]: [batch, frame_length, frames].

    Blocks of one hop are laid below one another: slices only, which export as they are at any length.
    """
    blocks_a_frame = -(-frame_length // hop_length)
    padded = functional.pad(waveform, (0, blocks_a_frame * hop_length - frame_length))
    whole = padded.shape[1] // hop_length * hop_length
    blocks = padded[:, :whole].reshape(padded.shape[0], -1, hop_length).transpose(1, 2)
    last = blocks_a_frame - 1
    shifted = [blocks[:, :, k : (k - last) or None] for k in range(blocks_a_frame)]
    return torch.cat(shifted, dim=1)[:, :frame_length]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StftParams:
    """Parameters of `librosa.stft`; lengths in samples, `win_length` None means `n_fft`."""

    sample_rate: int = SAMPLE_RATE
    n_fft: int = 2048
    hop_length: int = 512
    win_length: int | None = None
    center: bool = True

    def __post_init__(self) -> None:
        require(self.sample_rate > 0, f"sample_rate must be positive, not {self.sample_rate}.")
        require_framing("n_fft", self.n_fft, self.hop_length)
        require(
            products(self.n_fft) <= _MOST_PRODUCTS,
            f"n_fft={self.n_fft} has too large a prime factor; a power of 2 is best.",
        )
        require(
            self.win_length is None or 1 <= self.win_length <= self.n_fft,
            f"win_length must lie between 1 and n_fft ({self.n_fft}), not {self.win_length}.",
        )

    @property
    def stft(self) -> StftParams:
        """The part that decides about the spectrum, so that features with the same one can share it."""
        names = [field.name for field in dataclasses.fields(StftParams)]
        return StftParams(**{name: getattr(self, name) for name in names})

    @property
    def bins(self) -> int:
        return self.n_fft // 2 + 1

    @property
    def grid(self) -> FrameGrid:
        return FrameGrid.of(self.n_fft, self.hop_length, center=self.center)

    def frequencies(self) -> np.ndarray:
        """The frequency of each bin in Hz, float64 [bins]."""
        return np.arange(self.bins) * (self.sample_rate / self.n_fft)


def _products(n: int, p: int) -> int:
    """Multiplications for one frame of n points, split into p and n / p."""
    half = p // 2 + 1
    return 2 * half * n + 4 * half * (n // p) ** 2


def _split(n: int) -> tuple[int, int]:
    """P and Q with P * Q = n and the fewest products."""
    p = min((p for p in range(1, n + 1) if n % p == 0), key=lambda p: _products(n, p))
    return p, n // p


def products(n: int) -> int:
    """Multiplications for one frame of n points: many where n has a large prime factor."""
    return _products(n, _split(n)[0])


class PowerSpectrum(nn.Module):
    """Frames [batch, n, frames] of `dtype` -> squared magnitudes of their DFT [batch, n // 2 + 1, frames]."""

    def __init__(self, n: int, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.p, self.q = _split(n)
        half = self.p // 2 + 1  # the other half of the first transform holds complex conjugates
        r, q, s = np.arange(half), np.arange(self.q), np.arange(self.q)
        angle = 2 * math.pi * (np.outer(r, np.arange(self.p)) % self.p) / self.p
        first = np.concatenate([np.cos(angle), -np.sin(angle)])
        turn = (q[None, :, None] * (r[:, None, None] + self.p * s[None, None, :])) % n
        cosine, sine = np.cos(2 * math.pi * turn / n), np.sin(2 * math.pi * turn / n)
        second = np.concatenate(
            [np.concatenate([cosine, -sine], axis=2), np.concatenate([sine, cosine], axis=2)], axis=1
        ).transpose(0, 2, 1)
        bins = np.arange(n // 2 + 1)
        mirrored = np.where(bins % self.p < half, bins, n - bins)
        order = (mirrored % self.p) * self.q + mirrored // self.p
        self.register_buffer("first", torch.from_numpy(first).to(dtype), persistent=False)
        self.register_buffer("second", torch.from_numpy(second.copy()).to(dtype)[:, None], persistent=False)
        self.register_buffer("order", torch.from_numpy(order), persistent=False)
        self.first: Tensor  # [2 * half, p]
        self.second: Tensor  # [half, 1, 2 * q, 2 * q]
        self.order: Tensor  # [n // 2 + 1]

    def forward(self, frames: Tensor) -> Tensor:
        # `reshape` throughout: behind `unflatten` and `flatten` the older exporter freezes all lengths.
        batch, half = frames.shape[0], self.second.shape[0]
        columns = torch.matmul(self.first, frames.reshape(batch, self.p, -1))  # q and frames side by side
        columns = columns.reshape(batch, 2, half, -1).permute(2, 0, 1, 3).reshape(half, batch, 2 * self.q, -1)
        power = torch.matmul(self.second, columns).square()
        power = power[:, :, : self.q] + power[:, :, self.q :]
        # Bins come first while they are put in order: whole rows are moved, not single numbers.
        power = power.permute(0, 2, 1, 3).reshape(half * self.q, batch, -1)
        return power.index_select(0, self.order).permute(1, 0, 2)


class Stft(nn.Module):
    """Waveform [batch, samples] -> power spectrum [batch, bins, frames] under a periodic Hann window.

    Attributes
    ----------
    settings : tuple
        Equal for two of them that compute the same.
    """

    def __init__(self, params: StftParams, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.params = params.stft
        self.settings = (self.params, dtype)
        length = params.win_length or params.n_fft
        left = (params.n_fft - length) // 2
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
        window = np.pad(window, (left, params.n_fft - length - left))
        self.register_buffer("window", torch.from_numpy(window).to(dtype)[:, None], persistent=False)
        self.window: Tensor  # [n_fft, 1]
        self.dft = PowerSpectrum(params.n_fft, dtype)

    def forward(self, waveform: Tensor) -> Tensor:
        p = self.params
        padded = centered(waveform.to(self.window.dtype), p.n_fft, center=p.center)
        return self.dft(frame(padded, p.n_fft, p.hop_length) * self.window)


class SpectralFeature(Feature):
    """A feature that needs only the power spectrum; whoever wants several can compute that once."""

    dtype = torch.float32  # of the power spectrum

    def __init__(self, params: StftParams, rows: int) -> None:
        super().__init__()
        self.stft = Stft(params, self.dtype)
        self.grid = params.grid
        self.rows = rows

    @abstractmethod
    def of_power(self, power: Tensor) -> Tensor:
        """Power spectrum [batch, bins, frames] -> [batch, rows, frames]."""

    def forward(self, waveform: Tensor) -> Tensor:
        return self.of_power(self.stft(waveform))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrogramParams(StftParams):
    """`power` 2: squared magnitudes; 1: magnitudes."""

    power: int = 2

    def __post_init__(self) -> None:
        StftParams.__post_init__(self)
        require(self.power in (1, 2), f"power must be 1 (magnitude) or 2 (power), not {self.power}.")


class Spectrogram(SpectralFeature):
    """|STFT| or |STFT|^2: [batch, n_fft // 2 + 1, frames], as `abs(librosa.stft(...)) ** power`."""

    def __init__(self, params: SpectrogramParams | None = None) -> None:
        params = params or SpectrogramParams()
        super().__init__(params, params.bins)
        self.power = params.power

    def of_power(self, power: Tensor) -> Tensor:
        return power if self.power == 2 else power.sqrt()


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
