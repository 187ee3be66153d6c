"""The clips that a network is fitted on, in batches of features, drawn anew in each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Sampler

from desktop_app.core.types import FloatArray
from models.data.augment import Augmenter, mask_spectrum, warp_spectrum
from models.data.clip_table import ClipTable
from models.errors import CorpusError
from models.recipes.recipe import Recipe
from models.training.trained import Workshop

IGNORED = -100
"""Stands for what is not known of a clip."""
GENDERS = ("F", "M")
INTENSITIES = ("normal", "strong")
_MOST_KEPT = 3_000_000_000
"""Bytes of features that stay in memory: images of 300 x 300 of all corpora would take 12 GB."""
_LATER = {"mixup", "mask", "affine", "jitter", "mirror"}
"""Augmentations of features, not of waveforms."""

Key = tuple[int, int, int]
"""(epoch, index of the view, row): what a clip's draw follows from."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Features [batch, ...] of clips, and what is known of each; -100 where it is not.

    `failed` tells for rows of the table why they are not in it.
    """

    features: Tensor
    targets: Tensor
    genders: Tensor
    intensities: Tensor
    failed: tuple[tuple[int, str], ...] = ()

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        return Batch(
            self.features.to(device),
            self.targets.to(device),
            self.genders.to(device),
            self.intensities.to(device),
            self.failed,
        )


Item = tuple[FloatArray | str, int]
"""The features of a clip, or why it has none, and its row."""


class ClipFeatures(Dataset[Item]):
    """Features of clips under views and augmentation; the same for the same (seed, epoch, view, clip).

    Without augmentation each is computed once and kept, as long as there is room.
    """

    def __init__(self, workshop: Workshop, recipe: Recipe, front_end: nn.Module) -> None:
        self._workshop, self._recipe, self._front_end = workshop, recipe, front_end
        self._views = recipe.data.views
        self._augment = Augmenter(recipe.augment, workshop.noises)
        self._mask, self._warp = recipe.augment.mask, recipe.augment.vocal_tract
        self._plain = not any(
            share for name, share in recipe.augment.model_dump().items() if name not in _LATER
        )
        self._kept: dict[tuple[int, int], FloatArray] = {}
        self._room = _MOST_KEPT

    @property
    def plain(self) -> bool:
        """Whether the waveforms stay as they are."""
        return self._plain

    def __len__(self) -> int:
        return len(self._workshop.table.clips)

    def __getitem__(self, key: Key) -> Item:
        epoch, view, row = key
        rng = np.random.default_rng((self._recipe.seed, epoch, view, row))
        try:
            found = self._features(view, row, rng)
        except CorpusError as error:
            return str(error), row
        if self._mask and rng.random() < self._mask:
            found = mask_spectrum(found, rng)
        return found, row

    def _features(self, view: int, row: int, rng: np.random.Generator) -> FloatArray:
        if self._plain:
            if (view, row) not in self._kept:
                found = self.of(self._workshop.waveform(row, self._views[view]))
                if self._room < found.nbytes:
                    return found
                self._room -= found.nbytes
                self._kept[view, row] = found
            return self._kept[view, row]
        found = self.of(self._augment(self._workshop.waveform(row, self._views[view]), rng))
        if self._warp and rng.random() < self._warp:
            found = warp_spectrum(found, rng)
        return found

    def of(self, waveform: FloatArray) -> FloatArray:
        """Features of one waveform [samples]."""
        with torch.inference_mode():
            found: FloatArray = self._front_end(torch.from_numpy(np.ascontiguousarray(waveform))[None])[
                0
            ].numpy()
        return found


class EpochBatches(Sampler[list[Key]]):
    """Batches of keys that are others in each epoch."""

    epoch = 0

    @property
    def sampler(self) -> Sampler[list[Key]]:
        """Where Lightning looks for `set_epoch`: without it every epoch would draw the same."""
        return self

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer before each epoch, and after a resume."""
        self.epoch = epoch


class Draws(EpochBatches):
    """Batches of an epoch: every clip once in a random order, or as often as its share says."""

    def __init__(
        self,
        rows: npt.NDArray[np.int64],
        shares: npt.NDArray[np.float64] | None,
        views: int,
        batch: int,
        seed: int,
    ) -> None:
        self._rows, self._views, self._batch, self._seed = rows, views, batch, seed
        self._shares = None if shares is None else shares / shares.sum()

    def __len__(self) -> int:
        # A batch of one clip has no statistics for batch norm: it joins the one before.
        return max(1, (len(self._rows) + self._batch - 2) // self._batch)

    def __iter__(self) -> Iterator[list[Key]]:
        rng = np.random.default_rng((self._seed, self.epoch))
        if self._shares is None:
            drawn = rng.permutation(self._rows)
        else:
            drawn = rng.choice(self._rows, size=len(self._rows), p=self._shares)
        views = rng.integers(self._views, size=len(drawn))
        keys = [(self.epoch, int(view), int(row)) for view, row in zip(views, drawn, strict=True)]
        for number in range(len(self)):
            end = None if number == len(self) - 1 else (number + 1) * self._batch
            yield keys[number * self._batch : end]


def collate(items: Sequence[Item], table: ClipTable) -> Batch:
    """A batch of features of clips of the table."""
    there = [(features, row) for features, row in items if not isinstance(features, str)]
    failed = tuple((row, reason) for reason, row in items if isinstance(reason, str))
    clips = [table.clips[row] for _, row in there]
    features = [torch.from_numpy(found) for found, _ in there]
    return Batch(
        torch.stack(features) if features else torch.zeros(0),
        torch.tensor([int(table.targets[row]) for _, row in there]),
        torch.tensor([_place(clip.gender, GENDERS) for clip in clips]),
        torch.tensor([_place(clip.intensity, INTENSITIES) for clip in clips]),
        failed,
    )


def _place(name: str, names: Sequence[str]) -> int:
    return names.index(name) if name in names else IGNORED


def loader(
    data: Dataset[Any], batches: Any, workers: int, collated: Callable[[Sequence[Any]], Any]
) -> DataLoader[Any]:
    """Batches by `workers` processes beside the trainer, each with one thread."""
    return DataLoader(
        data,
        batch_sampler=batches,
        num_workers=workers,
        collate_fn=collated,
        persistent_workers=workers > 0,
        worker_init_fn=_one_thread,
    )


def _one_thread(_: int) -> None:
    torch.set_num_threads(1)
