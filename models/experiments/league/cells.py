"""The cells of one recipe, each measured once and kept: a run that was killed goes on with the next."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from desktop_app.core.safe_files import make_folder, write_text
from models.errors import LeakError
from models.evaluation.clip_answers import write_answers
from models.evaluation.protocols import FOLDS, Split, splits
from models.experiments.league.clock import CoreClock
from models.experiments.league.entrants import Entrant, Outcome, RecipeEntrant, entrant_of
from models.experiments.league.settings import CONDITIONS, FILE, LEFT_OUT, RANDOM, Settings, own_protocol
from models.recipes.recipe import Recipe
from models.training.held_out import measure_speaker_dependent, shared_classes
from models.training.importance import IMPORTANCE, mean_importance
from models.training.trained import Say

WriteFile = Callable[[Entrant, Outcome, Path], dict[str, Any]]
"""Exports a model, and tells {"megabytes", "milliseconds", ...} of its file."""


def read_cell(folder: Path, name: str, stamp: str) -> dict[str, Any] | None:
    """What is kept of a cell; None if nothing is, or it is of other settings."""
    try:
        found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and str(found.get("stamp", "")).startswith(stamp) else None


def read_cells(folder: Path, names: Sequence[str], stamp: str) -> dict[str, dict[str, Any]]:
    """Those of the named cells that are kept, all of the same clips.

    Where corpora have changed and a league on them was stopped, cells of the clips before lie beside newer
    ones: those of the clips that were measured last count, since two folds of both may share speakers.
    """
    found = {name: cell for name in names if (cell := read_cell(folder, name, stamp)) is not None}
    if len({cell["stamp"] for cell in found.values()}) < 2:
        return found
    last = max(found, key=lambda name: (folder / f"{name}.json").stat().st_mtime_ns)
    return {name: cell for name, cell in found.items() if cell["stamp"] == found[last]["stamp"]}


@dataclass(eq=False)
class CellRunner:
    """Measures what is missing of one recipe.

    Parameters
    ----------
    args : argparse.Namespace
        `corpora`, `noise`, `weights` and `cache`, as the commands have them.
    most_hours : float
        Of processor time that one fit may need.
    beat : callable
        Told now and then while a model is fitted: all is well.
    started : callable
        Told each cell before it is measured.
    """

    recipe: Recipe
    settings: Settings
    args: argparse.Namespace
    write_file: WriteFile
    most_hours: float
    say: Say
    beat: Callable[[], None] = lambda: None
    started: Callable[[str], None] = lambda _: None

    def run(self) -> None:
        """Measure all cells that are not there.

        Raises
        ------
        NotHereError
            If weights are missing, or a fit would take too long.
        EmoscopeError
            What else goes wrong; the cells before it are kept.
        """
        self._folder = self.settings.folder(self.recipe)
        make_folder(self._folder)
        stamp = self.settings.stamp(self.recipe)
        self._recipe = self.settings.as_run(self.recipe)
        entrant = entrant_of(self._recipe, self.args, self._folder, self.say)
        self._stamp = f"{stamp}-{_clips_digest(entrant)}"
        missing = [
            name
            for name in self.settings.cells(self.recipe)
            if read_cell(self._folder, name, self._stamp) is None
        ]
        if not missing:
            return
        found = self._folds(entrant)
        entrant.check(found[0].train, self.most_hours)
        first: Outcome | None = None
        for name in missing:
            self.started(name)
            begin = time.monotonic()
            if name == FILE:
                first = first or self._outcome(entrant, found[0], "fold-1")[0]
                told = self.write_file(entrant, first, self._folder / f"{self._recipe.name}.onnx")
                first = None
            elif name == RANDOM:
                told = self._random(entrant)
            elif name == LEFT_OUT:
                told = self._left_out(entrant)
            else:
                number = int(name.removeprefix("fold-"))
                outcome, told = self._outcome(entrant, found[number - 1], name)
                first = outcome if number == 1 else None
                told |= self._kept(name, outcome)
            told |= {"cell": name, "stamp": self._stamp, "seconds": round(time.monotonic() - begin, 1)}
            write_text(self._folder / f"{name}.json", json.dumps(told, indent=1) + "\n", "cell")
        self._write_importance()

    def _folds(self, entrant: Entrant) -> list[Split]:
        """As `held_out.measure` has them: speakers of all corpora, tested on one."""
        table = entrant.table
        mine = table.corpora == table.corpus_named(self._recipe.data.test)
        found = splits(FOLDS, table.clips, table.hashes, count=self.settings.folds)
        found = [replace(split, test=split.test & mine) for split in found]
        empty = [split.name for split in found if not split.test.any()]
        if empty:
            raise LeakError(
                f"The tested corpus has too few speakers: none of them is in {empty[0]}.",
                "Take fewer --folds.",
            )
        return found

    def _outcome(self, entrant: Entrant, split: Split, name: str) -> tuple[Outcome, dict[str, Any]]:
        conditions = ("trimmed",) if name == LEFT_OUT else CONDITIONS
        clock = CoreClock(self._folder / f"{name}.spent", self.beat)
        outcome = entrant.hold_out(split, conditions, clock)
        clock.forget()
        told = {
            "core_seconds": round(clock.seconds, 1),
            "clips_learnt": int(split.train.sum()),
            "calibration": asdict(outcome.calibration),
        }
        return outcome, told

    def _kept(self, name: str, outcome: Outcome) -> dict[str, Any]:
        write_answers(self._folder / f"{name}.csv", outcome.answers)
        return {"answers": f"{name}.csv", "importance": dict(outcome.importance)}

    def _left_out(self, entrant: Entrant) -> dict[str, Any]:
        table = entrant.table
        corpus = table.corpus_named(self.settings.left_out)
        (split,) = splits("leave-one-corpus-out", table.clips, table.hashes, corpus=corpus)
        shared = shared_classes(table, split)  # before the fit
        outcome, told = self._outcome(entrant, split, LEFT_OUT)
        return {
            **told,
            **self._kept(LEFT_OUT, outcome),
            "corpus": corpus,
            "shared": [table.labels[k] for k in shared],
        }

    def _random(self, entrant: Entrant) -> dict[str, Any]:
        assert isinstance(entrant, RecipeEntrant)  # noqa: S101 - the Whisper network has no such cell
        recipe = own_protocol(self._recipe, entrant.table.labels)
        if recipe.data.classes is not None and set(recipe.data.classes) != set(entrant.table.labels):
            other = entrant_of(recipe, self.args, self._folder, self.say)
            assert isinstance(other, RecipeEntrant)  # noqa: S101
            entrant = other
        clock = CoreClock(self._folder / f"{RANDOM}.spent", self.beat)
        with clock:
            found = measure_speaker_dependent(recipe, entrant.workshop, self._folder)
        clock.forget()
        return {
            "core_seconds": round(clock.seconds, 1),
            "classes": list(entrant.table.labels),
            "corpora": list(dict.fromkeys(entrant.table.corpora.tolist())),
            "report": found.to_dict(),
        }

    def _write_importance(self) -> None:
        """Of all folds together, where `report` looks for it."""
        found = []
        for name in self.settings.cells(self.recipe):
            cell = read_cell(self._folder, name, self._stamp)
            if cell and name.startswith("fold-") and cell["importance"]:
                found.append(cell["importance"])
        if found:
            text = json.dumps(mean_importance(found), indent=1) + "\n"
            write_text(self._folder / IMPORTANCE, text, "importance")


def _clips_digest(entrant: Entrant) -> str:
    table = entrant.table
    told = zip(table.sounds, table.speakers, table.corpora, table.targets, strict=True)
    lines = sorted(" ".join(map(str, clip)) for clip in told)
    return hashlib.sha256("\n".join([*table.labels, *lines]).encode()).hexdigest()[:12]
