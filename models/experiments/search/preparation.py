"""What a search starts from: speakers that no candidate meets, inner folds of the others, features of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.data.array_files import write_array
from models.data.clip_table import ClipTable
from models.data.feature_vectors import Progress, feature_table
from models.errors import TrainingError
from models.evaluation.protocols import Split, inner_folds, splits
from models.experiments.search.candidates import SearchSpace
from models.experiments.search.fitting import SearchData
from models.training.trained import check_failed


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """`kept` tests the speakers that the search never sees; `data` holds inner folds of its training side."""

    kept: Split
    data: SearchData


def prepare(
    table: ClipTable,
    space: SearchSpace,
    views: Sequence[str],
    seconds: float,
    folder: Path,
    *,
    outer: int,
    inner: int,
    jobs: int = 1,
    cache: Path | None = None,
    progress: Callable[[str], Progress] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Prepared:
    """Split the speakers, and compute every feature that a candidate may have, once.

    Parameters
    ----------
    seconds : float
        The part of each clip that is heard.
    folder : Path
        Where the features lie while workers read them.
    outer : int
        One in so many speakers is kept for the last figure: the first of the protocol's folds.
    inner : int
        Folds of the others, by which candidates are compared.
    cache : Path, optional
        Where features are kept by the sound; without it where the system keeps caches.

    Raises
    ------
    LeakError
        If there are too few speakers.
    TrainingError
        If more than a tenth of the clips cannot be read.
    """
    kept = splits("speaker-folds", table.clips, table.hashes, count=outer)[0]
    folds = inner_folds(table.clips, kept.train, table.hashes, inner)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    columns: tuple[str, ...] = ()
    for view in views:
        found = feature_table(
            table.clips,
            table.hashes,
            space.widest,
            seconds=seconds,
            view=view,
            jobs=jobs,
            cache=cache,
            progress=progress(f"features, {view}") if progress else None,
        )
        check_failed(list(found.failed.values()), len(table.clips), "clips", say)
        columns = found.names
        files[view] = folder / f"features-{view}.npy"
        write_array(files[view], found.features, "file of features")
    for fit, _ in folds:
        if len(np.unique(table.targets[fit])) < 2:
            raise TrainingError(
                "An inner fold has only one emotion to learn.", "Add speakers, or give fewer --folds."
            )
    return Prepared(kept, SearchData(table, files, columns, tuple(folds)))


def stamp_of(
    table: ClipTable, space: SearchSpace, views: Sequence[str], seconds: float, *, outer: int, inner: int
) -> Mapping[str, object]:
    """What must be equal for two searches to have comparable figures."""
    return {
        "families": list(space.families),
        "groups": list(space.groups),
        "clips": table.digest(np.ones(len(table.clips), dtype=bool)),
        "emotions": list(table.labels),
        "views": list(views),
        "seconds": seconds,
        "speakers kept": f"1 in {outer}",
        "folds": inner,
        "seed": space.seed,
    }
