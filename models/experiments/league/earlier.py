"""The table that a folder holds already: a worse one does not take its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.errors import CallError
from desktop_app.core.foreign_files import ReadError, read_regular
from models.experiments.league.settings import Settings

_MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Earlier:
    """How an earlier league was run, and the recipes that it ranks."""

    quick: bool
    folds: int
    left_out: str
    ranked: tuple[str, ...]


def earlier_league(file: Path) -> Earlier | None:
    """What `standings.as_json` wrote into `file`; None if nothing tells, or it ranks no recipe."""
    try:
        data = json.loads(read_regular(file, _MOST_BYTES, "table of a league"))
        ranked = tuple(str(row["recipe"]) for row in data["recipes"])
        found = Earlier(bool(data["quick"]), int(data["folds"]), str(data["left_out"]), ranked)
    except (ReadError, ValueError, KeyError, TypeError):
        return None
    return found if ranked else None


def check_same_league(file: Path, settings: Settings, names: Sequence[str]) -> None:
    """Raise CallError where `file` is a full table that this call would replace by another or a smaller one.

    A quick table, which is not to be quoted, may be replaced by any.
    """
    earlier = earlier_league(file)
    if earlier is None or earlier.quick:
        return
    gone = [name for name in earlier.ranked if name not in names]
    if settings.quick:
        differs = "this one is quick"
    elif earlier.folds != settings.folds:
        differs = f"it has {earlier.folds} folds, this one {settings.folds}"
    elif earlier.left_out != settings.left_out:
        differs = f"it leaves out {earlier.left_out}, this one {settings.left_out}"
    elif gone:
        differs = f"it ranks {', '.join(gone)}, which this call does not name"
    else:
        return
    raise CallError(
        f"The table of another league in {file.parent} would be overwritten: {differs}.",
        "Name another folder with --out, give the recipes and options of that league, or delete its "
        f"{file.name}.",
        code="call.other_run",
    )
