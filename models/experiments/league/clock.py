"""Processor time: what a piece of work took, also one that was killed, and what a fit would take.

What takes days here should not begin by itself.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import torch

from desktop_app.core.safe_files import write_text
from models.corpora.base import SAMPLE_RATE
from models.recipes.recipe import Recipe, TorchFit
from models.training.trained import Workshop

_EVERY_S = 20.0
_TRIED = 2
"""Clips of the step that is tried; a whole batch may need more memory than a trial should."""
_SECONDS = 3.0


def processor_seconds() -> float:
    """User and system time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class CoreClock:
    """Counts while it is entered, and writes what it has counted into a file now and then.

    Parameters
    ----------
    file : Path
        Of the work; a clock on it goes on from what an earlier, killed run has spent.
    beat : callable, optional
        Called from a thread of its own every few seconds while the clock runs.
    """

    def __init__(self, file: Path, beat: Callable[[], None] | None = None) -> None:
        self._file, self._beat = file, beat
        self.seconds = 0.0
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            self.seconds = float(json.loads(file.read_text(encoding="utf-8"))["core_seconds"])

    def __enter__(self) -> CoreClock:
        self._start, self._before = processor_seconds(), self.seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="core clock", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._count()

    def forget(self) -> None:
        """The work is done: what it took stands elsewhere."""
        self._file.unlink(missing_ok=True)

    def _tick(self) -> None:
        while not self._over.wait(_EVERY_S):
            self._count()
            if self._beat is not None:
                self._beat()

    def _count(self) -> None:
        self.seconds = self._before + processor_seconds() - self._start
        write_text(self._file, json.dumps({"core_seconds": round(self.seconds, 2)}), "time spent")


def fit_hours(recipe: Recipe, workshop: Workshop, clips: int) -> float | None:
    """Hours of processor time of a fit on `clips` with all its epochs; features are not counted.

    None for classical families, which take minutes, and where a GPU does the work.
    """
    if not isinstance(recipe.fit, TorchFit) or torch.cuda.is_available():
        return None
    from models.training.fit_torch import TorchTrainer

    torch.set_num_threads(workshop.threads)
    module = TorchTrainer(recipe, workshop).build().train()
    seconds = recipe.seconds or _SECONDS
    with torch.no_grad():
        features = module.front_end(0.1 * torch.randn(_TRIED, round(seconds * SAMPLE_RATE)))
    taken = 0.0
    for _ in range(2):  # the first prepares what later ones find ready
        start = time.process_time()
        out = module.network.training_outputs(features)
        out.logits.square().sum().backward()
        taken = time.process_time() - start
    steps = recipe.fit.epochs * math.ceil(clips / _TRIED)
    return taken * steps / 3600
