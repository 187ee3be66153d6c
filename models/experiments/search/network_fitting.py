"""A network fitted on one inner fold, by the trainer of all networks, from features computed before."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from desktop_app.core.types import FloatArray
from models.architectures.building import build_network
from models.architectures.registry import TorchFamily
from models.data.clip_table import Rows
from models.errors import CorpusError
from models.evaluation.folds import linked_speakers
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.protocols import inner_folds
from models.experiments.search.fitting import JUDGED, SearchData
from models.features.pooling import Standardise
from models.recipes.recipe import Recipe
from models.training.fit_torch import ClipFeatures, TorchTrainer, WaveformNetwork
from models.training.trained import Workshop


@dataclass(frozen=True, slots=True, eq=False)
class VectorWorkshop(Workshop):
    """Gives a clip's features in place of its sound."""

    vectors: Mapping[str, FloatArray] = field(default_factory=dict)

    def waveform(self, row: int, condition: str) -> FloatArray:
        vector: FloatArray = self.vectors[condition][row]
        if not np.isfinite(vector).all():
            raise CorpusError(f"The clip {self.table.clips[row].path} has no features.")
        return vector


class VectorTrainer(TorchTrainer):
    """Fits a network on features that are there already: what stands before it only standardises them."""

    def build(self) -> WaveformNetwork:
        """Untrained, for as many numbers as there are of each clip."""
        family, workshop = self._recipe.model.of, self._workshop
        assert isinstance(family, TorchFamily)  # noqa: S101
        assert isinstance(workshop, VectorWorkshop)  # noqa: S101
        dim = workshop.vectors[JUDGED].shape[1]
        network = build_network(family, self._recipe.model.parameters, (dim,), len(workshop.table.labels))
        return WaveformNetwork(nn.Sequential(Standardise(dim)), network)

    def _standardise(self, module: WaveformNetwork, data: ClipFeatures, fitting: Rows) -> None:
        workshop = self._workshop
        assert isinstance(workshop, VectorWorkshop)  # noqa: S101
        raw = np.concatenate([workshop.vectors[view][fitting] for view in self._recipe.data.views])
        for part in module.front_end.modules():
            if isinstance(part, Standardise):
                part.fit(torch.from_numpy(raw[np.isfinite(raw).all(axis=1)]))


def answers_of(
    data: SearchData, recipe: Recipe, vectors: Mapping[str, FloatArray], fitting: Rows, judged: Rows
) -> npt.NDArray[np.int64]:
    """The class [judged clips] that a network fitted on the clips `fitting` gives the clips `judged`."""
    table = data.table
    chosen = [table.clips[row] for row in np.flatnonzero(fitting)]
    groups = len(linked_speakers(chosen, table.hashes))
    # The epoch is chosen on speakers of the fold's own training side, so that the judged ones stay unseen.
    count = min(recipe.calibration.inner_folds, groups)
    fit, choose = (
        inner_folds(table.clips, fitting, table.hashes, count)[0]
        if count > 1
        else (fitting, np.zeros_like(fitting))
    )
    workshop = VectorWorkshop(table, NoiseBank(), say=lambda _: None, threads=1, vectors=vectors)
    with tempfile.TemporaryDirectory(prefix="emoscope-search-") as folder:
        place = Path(folder)
        fitted = VectorTrainer(recipe, workshop).fit(fit, choose, place / "fit", place)
        logits = fitted.scores(judged, JUDGED).logits
    found: npt.NDArray[np.int64] = logits.argmax(axis=1).astype(np.int64)
    return found
