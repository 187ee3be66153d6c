"""The one interface between whoever trains a model and whoever judges it.

A trainer learns from some clips, chooses on others, and gives the logits of any clips under any condition.
Calibration, held-out evaluation, the table of all models and the search know nothing else of a family.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.command_line.output import say
from desktop_app.core.safe_files import write_bytes
from desktop_app.core.types import FloatArray
from models.data.clip_table import ClipTable, Rows
from models.errors import TrainingError
from models.evaluation.degradations import degrade
from models.evaluation.noise_bank import NoiseBank
from models.training.follow import Follower

Say = Callable[[str], None]
MOST_FAILED = 0.1
"""The share of clips or batches that may fail before a training is given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a model makes of clips, before calibration.

    Attributes
    ----------
    logits : float32 [clips, classes]
    seconds : float64 [clips]
        How long each was.
    embeddings : float32 [clips, dim] or None
        None for families that have none.
    """

    logits: FloatArray
    seconds: npt.NDArray[np.float64]
    embeddings: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TorchParts:
    """What becomes a file: a module, waveform [batch, samples] -> (logits, embedding)."""

    module: Any


@dataclass(frozen=True, slots=True, eq=False)
class ClassicalParts:
    """What becomes a file: a fitted estimator behind a module, waveform [batch, samples] -> [batch, dim]."""

    front_end: Any
    estimator: Any


class Fitted(Protocol):
    """A model that was fitted, not yet calibrated."""

    @property
    def failed(self) -> Sequence[str]:
        """A sentence for each clip or batch that could not be learnt."""

    def scores(self, rows: Rows, condition: str) -> Scores:
        """Of the marked clips under a condition of `models.evaluation.degradations`, in their order."""

    def parts(self) -> TorchParts | ClassicalParts:
        """What an exporter needs."""


class Trainer(Protocol):
    """Fits one recipe."""

    def fit(self, fitting: Rows, inner: Rows, folder: Path, scratch: Path) -> Fitted:
        """Learn from the clips `fitting`; what must be chosen is chosen on the clips `inner`, if any.

        Parameters
        ----------
        folder : Path
            Of this fit: a finished one is read from it, one that was killed goes on there.
        scratch : Path
            Of the whole run, for what its fits share.

        Raises
        ------
        TrainingError
            If nothing can be learnt, or too much fails.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Workshop:
    """What every trainer gets beside its recipe: the clips, noise for conditions and for training."""

    table: ClipTable
    noise: NoiseBank
    noises: Sequence[FloatArray] = ()
    say: Say = say
    threads: int = 2
    follower: Follower = field(default_factory=Follower)

    def waveform(self, row: int, condition: str) -> FloatArray:
        """A clip [samples] under a condition. Raises CorpusError."""
        clip = self.table.clips[row]
        return degrade(condition, self.table.waveform(row), self.table.hashes[clip.path], self.noise)


def write_weights(file: Path, module: Any) -> None:
    """Keep what a torch module has learnt, whole or not at all. Raises WriteError."""
    import torch

    buffer = io.BytesIO()  # into a file, torch tells of a full disk in words of its own
    torch.save(module.state_dict(), buffer)
    write_bytes(file, buffer.getvalue(), "network")


def check_failed(failed: Sequence[str], of: int, what: str, say: Say) -> None:
    """Tell what failed, and raise TrainingError if it is more than a tenth."""
    if not failed:
        return
    for sentence in failed[:3]:
        say(sentence)
    check_share(failed, of, what)
    say(f"{len(failed)} of {of} {what} failed and were left out.")


def check_share(failed: Sequence[str], of: int, what: str) -> None:
    """Raise TrainingError if more than a tenth have failed."""
    if len(failed) > MOST_FAILED * of:
        raise TrainingError(
            f"{len(failed)} of {of} {what} failed: {failed[0]}", "Mend or remove them, and start again."
        )


def check_classes(table: ClipTable, fitting: Rows, say: Say) -> None:
    """Tell which classes have no clip to learn from, and raise TrainingError if only one has any."""
    there = np.unique(table.targets[fitting])
    if len(there) < 2:
        raise TrainingError(
            "Only one class is left to learn from.", "Add recordings of another emotion, or name `classes`."
        )
    for label in (table.labels[k] for k in range(len(table.labels)) if k not in there):
        say(f"No clip to learn '{label}' from: it will hardly ever be answered.")
