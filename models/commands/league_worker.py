"""The process in which `emoscope-models league` measures one recipe; it ends with the command.

`python -m models.commands.league_worker`, with the task on stdin (`desktop_app/core/worker_process.py`): what
one recipe leaves in memory is gone with it, and one that brings its process down does not end the league.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.core.worker_child import Step, serve

if TYPE_CHECKING:
    from models.experiments.league.entrants import Entrant, Outcome

_RUNS = 30
_SECONDS = 3.0
SAY, CELL, BEAT = "say ", "cell ", "beat"
"""What a step begins with: a line for the log, a cell that begins, a sign of life."""


def main() -> int:
    # Before torch is there: a worker beside the trainer must not take its processor.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return serve(_work)


def _work(task: dict[str, Any], step: Step) -> dict[str, Any]:
    from desktop_app.core.errors import EmoscopeError

    lock = threading.Lock()

    def tell(text: str) -> None:
        with lock:
            step(text, 0, 0)

    try:
        measure_recipe(task, tell)
    except EmoscopeError as error:
        return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}
    except MemoryError:
        return {"error": {"message": "It needs more memory than there is.", "hint": "", "code": "training"}}
    return {"result": {}}


def measure_recipe(task: dict[str, Any], tell: Any) -> None:
    """Measure what is missing of the recipe that `task` names. Raises EmoscopeError."""
    from desktop_app.core.safe_files import full_disk_told
    from models.experiments.league.cells import CellRunner
    from models.experiments.league.settings import Settings
    from models.recipes.recipe import load_recipe

    def path(name: str) -> Path | None:
        return Path(task[name]) if task[name] else None

    args = argparse.Namespace(**{name: path(name) for name in ("corpora", "noise", "weights", "cache")})
    settings = Settings(Path(task["work"]), task["folds"], task["left_out"], task["quick"])
    runner = CellRunner(
        load_recipe(Path(task["recipe"])),
        settings,
        args,
        write_file,
        task["most_hours"],
        say=lambda text: tell(SAY + text),
        beat=lambda: tell(BEAT),
        started=lambda name: tell(CELL + name),
    )
    with full_disk_told(settings.work):
        runner.run()


def write_file(entrant: Entrant, outcome: Outcome, path: Path) -> dict[str, Any]:
    """Export the model of a fold: {"megabytes", "milliseconds", "parity", "exporter"} of its file.

    Raises
    ------
    ExportError
        If it does not verify.
    """
    from export.build import build_source
    from export.manifest_writer import write_file as write
    from models.experiments.league.entrants import RecipeEntrant
    from models.training import shipping

    calibration = outcome.calibration
    table = entrant.table
    facts: dict[str, Any] = {
        "name": f"{entrant.recipe.name}, one fold",
        "min_seconds": shipping.MIN_SECONDS,
        "max_seconds": shipping.MAX_SECONDS,
        "temperature": round(calibration.temperature, 4),
        "abstain_below": round(calibration.threshold, 4),
        "trained_on": {
            "corpora": list(dict.fromkeys(table.corpora.tolist())),
            "speakers": None,
            "split_sha256": None,
        },
    }
    if isinstance(entrant, RecipeEntrant):
        from models.commands.trained_source import source_of
        from models.training.fit_calibrated import CalibratedModel

        assert isinstance(outcome.model, CalibratedModel)  # noqa: S101
        built = build_source(source_of(outcome.model, entrant.recipe, table.labels, facts))
        content, exporter, parity = built.content, built.exporter, built.verification.parity
    else:
        from export.build import build
        from export.sources.checkpoint import save_checkpoint
        from models.training.whisper.held_out import HeldOut
        from models.training.whisper.shipping import calibrate

        assert isinstance(outcome.model, HeldOut)  # noqa: S101
        checkpoint = path.with_suffix(".checkpoint")
        save_checkpoint(checkpoint, calibrate(outcome.model.network(), calibration), facts)
        content, exporter, found = build(checkpoint)
        parity = found.parity
    write(content, path)
    return {
        "megabytes": round(len(content) / 1e6, 3),
        "milliseconds": _milliseconds(path),
        "exporter": exporter,
        "parity": parity,
    }


def _milliseconds(path: Path) -> float:
    """Of one answer to 3 s on one thread: the quickest of some, which other programs do not blur."""
    import numpy as np

    from desktop_app.inference.engine import EmotionEngine

    engine = EmotionEngine.load(path, "cpu", threads=1)
    try:
        rng = np.random.default_rng(0)
        wave = (0.1 * rng.standard_normal(round(_SECONDS * engine.sample_rate))).astype(np.float32)
        times = []
        for _ in range(_RUNS):
            begin = time.perf_counter()
            engine.predict(wave)
            times.append(time.perf_counter() - begin)
    finally:
        engine.close()
    return round(1000 * min(times), 2)


if __name__ == "__main__":
    sys.exit(main())
