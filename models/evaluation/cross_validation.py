"""Runs a recipe over the splits of a protocol: each clip is judged once, by a model that never met it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.corpora.base import Clip
from models.errors import LeakError
from models.evaluation.folds import Hashes
from models.evaluation.metrics import Probabilities
from models.evaluation.protocols import PROTOCOLS, PUBLISHED, Rows, Split, check_split

Predict = Callable[[Rows], Probabilities]
"""Rows to judge, bool [clips] -> probabilities [chosen clips, classes]."""

Fit = Callable[[Split], Predict]
"""Trains on `split.train` (choosing on `split.validation` or on inner folds) and on nothing else."""


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidation:
    """What came out: `rows`, bool [clips], tells which were tested; `probabilities` is [tested, classes]."""

    protocol: str
    clips: tuple[Clip, ...]
    rows: Rows
    probabilities: Probabilities

    @property
    def tested(self) -> list[Clip]:
        """The clips that were tested, in order."""
        return [clip for clip, chosen in zip(self.clips, self.rows, strict=True) if chosen]

    @property
    def protocol_told(self) -> str:
        """The protocol in words; of published folds, how many of their speakers are there."""
        told = f"{self.protocol}: {PROTOCOLS[self.protocol]}"
        if self.protocol in PUBLISHED:
            there, published = (
                len({clip.speaker for clip in self.tested}),
                sum(map(len, PUBLISHED[self.protocol])),
            )
            told += "" if there == published else f"; only {there} of the {published} actors are here"
        return told


def cross_validate(
    clips: Sequence[Clip],
    hashes: Hashes,
    splits: Sequence[Split],
    fit: Fit,
    say: Callable[[str], None] | None = None,
) -> CrossValidation:
    """Fit and test once for each split.

    Raises
    ------
    LeakError
        If a split leaks, or a clip would be tested twice.
    """
    found: dict[int, Probabilities] = {}
    for number, split in enumerate(splits, start=1):
        check_split(clips, split, hashes)
        test = np.flatnonzero(split.test)
        if not found.keys().isdisjoint(test.tolist()):
            raise LeakError(f"{split.name}: a clip is tested twice.")
        found |= dict(zip(test.tolist(), fit(split)(split.test), strict=True))
        if say is not None:
            say(f"{split.name} ({number} of {len(splits)}): {len(test)} clips tested")
    rows = np.zeros(len(clips), dtype=bool)
    rows[list(found)] = True
    return CrossValidation(
        splits[0].protocol, tuple(clips), rows, np.array([found[row] for row in sorted(found)])
    )
