"""Clips as batches of log-mel spectra: another view and other changes of each in every epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from desktop_app.core.types import FloatArray
from models.corpora.base import SAMPLE_RATE
from models.corpora.views import TRIMMED, WHOLE, WINDOW, View
from models.data.augment import Augmenter, coloured_noise, mask_spectrum, warp_spectrum
from models.features.mel import LogMel
from models.training.batches import EpochBatches, Key
from models.training.whisper.material import LEVEL_REFERENCE, Material
from models.training.whisper.run_config import RunConfig

VIEW_SHARES: tuple[tuple[View, float], ...] = ((WHOLE, 0.3), (TRIMMED, 0.35), (WINDOW, 0.35))
"""Training meets a clip whole, trimmed and as a window equally often, as the frozen recipe does."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Spectra [batch, n_mels, frames] padded with zeros; what they are and which clips they come from."""

    log_mel: Tensor
    frames: Tensor  # int64 [batch]
    targets: Tensor  # int64 [batch]; -1: noise in which nobody speaks
    clips: Tensor  # int64 [batch], rows of the run's table of clips; -1: noise

    def to(self, device: torch.device | str) -> Batch:
        """The same on another device."""
        return Batch(
            self.log_mel.to(device), self.frames.to(device), self.targets.to(device), self.clips.to(device)
        )


def collate(items: Sequence[tuple[FloatArray, int, int]]) -> Batch:
    """Pad the spectra to the longest."""
    frames = [item[0].shape[1] for item in items]
    log_mel = torch.zeros(len(items), items[0][0].shape[0], max(frames))
    for row, item in enumerate(items):
        log_mel[row, :, : frames[row]] = torch.from_numpy(item[0])
    return Batch(
        log_mel,
        torch.tensor(frames),
        torch.tensor([item[1] for item in items]),
        torch.tensor([item[2] for item in items]),
    )


class ClipSpectra(Dataset[tuple[FloatArray, int, int]]):
    """Each clip's spectrum under drawn changes; the same for the same (seed, epoch, view, clip)."""

    def __init__(
        self,
        material: Material,
        config: RunConfig,
        noises: Sequence[FloatArray],
    ) -> None:
        self._table = material.table
        self._seed = config.seed
        self._mask, self._warp = config.augment.mask, config.augment.vocal_tract
        self._noises = noises
        self._augment = Augmenter(config.augment, noises)
        self._front_end = LogMel(LEVEL_REFERENCE)

    def __len__(self) -> int:
        return len(self._table.clips)

    def __getitem__(self, key: tuple[int, int, int]) -> tuple[FloatArray, int, int]:
        epoch, number, row = key
        rng = np.random.default_rng((self._seed, epoch, number, abs(row), int(row < 0)))
        if row < 0:  # the noise of that number
            return self._spectrum(self._noise(rng)), -1, -1
        view = VIEW_SHARES[number][0]
        # The window is drawn from the digest: another one in each epoch.
        digest = rng.bytes(32).hex() if view is WINDOW else self._table.sounds[row]
        waveform = self._augment(view.cut(self._table.waveform(row), digest), rng)
        log_mel = self._spectrum(waveform)
        if self._warp > 0 and rng.random() < self._warp:  # at 0 the draws after it stay as they were
            log_mel = warp_spectrum(log_mel, rng)
        if rng.random() < self._mask:
            log_mel = mask_spectrum(log_mel, rng)
        return log_mel, int(self._table.targets[row]), row

    def _spectrum(self, waveform: FloatArray) -> FloatArray:
        with torch.inference_mode():
            log_mel: FloatArray = self._front_end(torch.from_numpy(waveform)[None])[0].numpy()
        return log_mel

    def _noise(self, rng: np.random.Generator) -> FloatArray:
        """Half a second to four of what the segmenter may take for speech."""
        samples = round(float(rng.uniform(0.5, 4.0)) * SAMPLE_RATE)
        if self._noises and rng.random() < 0.9:
            noise = self._noises[int(rng.integers(len(self._noises)))]
            start = int(rng.integers(max(1, len(noise) - samples)))
            found = noise[start : start + samples].astype(np.float32)
            if len(found) > SAMPLE_RATE // 4 and np.abs(found).max() > 0:
                return np.ascontiguousarray(found)
        return 0.1 * coloured_noise(samples, float(rng.uniform(0.0, 2.0)), rng)


_POOL = 8  # batches that are drawn and sorted together
_SPEECH = {WHOLE: 1.0, TRIMMED: 0.65, WINDOW: 0.4}  # about what is left of a clip


class InOrder(Sampler[list[Key]]):
    """Every row once, trimmed."""

    def __init__(self, rows: npt.NDArray[np.int64], batch: int) -> None:
        self._batches = [rows[start : start + batch] for start in range(0, len(rows), batch)]

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[list[Key]]:
        trimmed = [view for view, _ in VIEW_SHARES].index(TRIMMED)
        yield from ([(0, trimmed, int(row)) for row in batch] for batch in self._batches)


class WeightedBatches(EpochBatches):
    """Rows drawn with replacement by their weights, so that corpora and classes come equally often.

    Clips of about the same length share a batch: padding costs as much time as speech.

    Parameters
    ----------
    rows : int64 [n]
        What may be drawn.
    weights, seconds : float64 [n]
        How often, and how long each is.
    """

    def __init__(
        self,
        rows: npt.NDArray[np.int64],
        weights: npt.NDArray[np.float64],
        seconds: npt.NDArray[np.float64],
        config: RunConfig,
    ) -> None:
        self._rows, self._weights, self._seconds = rows, weights / weights.sum(), seconds
        self._batch, self._draws, self._seed = config.fit.batch, config.fit.draws, config.seed
        self._noise = config.fit.noise

    def __len__(self) -> int:
        return self._draws // self._batch

    def __iter__(self) -> Iterator[list[Key]]:
        rng = np.random.default_rng((self._seed, self.epoch))
        count = len(self) * self._batch
        drawn = rng.choice(len(self._rows), size=count, p=self._weights)
        views = rng.choice(len(VIEW_SHARES), size=count, p=[share for _, share in VIEW_SHARES])
        left = np.array([_SPEECH[view] for view, _ in VIEW_SHARES])
        lengths = self._seconds[drawn] * left[views]
        noise = rng.random(count) < self._noise
        lengths[noise] = 2.2
        batches = []
        for start in range(0, count, _POOL * self._batch):
            pool = np.arange(start, min(count, start + _POOL * self._batch))
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            batches += [pool[k : k + self._batch] for k in range(0, len(pool), self._batch)]
        for number in rng.permutation(len(batches)):
            yield [
                (self.epoch, int(views[k]), int(-1 - k if noise[k] else self._rows[drawn[k]]))
                for k in batches[number]
            ]
