"""Features of a stretch that librosa computes, in a process of its own: what can be asked for, and who asks.

librosa and the compiler that it needs take seconds and 300 MB, so that only `lab.worker` imports it.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.worker_process import Worker, WorkerEnded
from desktop_app.lab.clip import Clip
from desktop_app.lab.errors import LabError
from desktop_app.lab.windows import Framing, Values

_log = logging.getLogger(__name__)

Numbers = npt.NDArray[np.float32]

FEATURES: Final = (
    *("stft", "log_mel", "mfcc", "chroma", "spectral_contrast", "tonnetz"),
    *("zero_crossings", "rms", "centroid", "roll_off", "pitch"),
)
WARM_UP: Final = "warm_up"
PATIENCE_S: Final = 60.0
STARTING_S: Final = 240.0
"""The first call loads librosa, which takes 5 s; the very first one compiles it, up to a minute."""
_WORKER: Final = "desktop_app.lab.worker"
_MEMORY: Final = 3 << 30


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Numbers over time.

    Attributes
    ----------
    name, unit : str
        Such as ``delta`` and an empty text.
    rows : tuple of str
        What each row is called where the numbers are written to a table.
    values : array [rows, frames]
        Not a number where there is none, as the pitch of noise.
    heights : array [rows]
        Where each row stands on an axis: its frequency in Hz, or its number.
    """

    name: str
    unit: str
    rows: tuple[str, ...]
    values: Numbers
    heights: Values


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A feature of a stretch: its `parts`, each [rows, frames], at `times_s` [frames] from its beginning."""

    name: str
    times_s: Values
    parts: tuple[Part, ...]


def packed(array: npt.NDArray[Any], folder: str) -> str:
    """Put an array into a file of `folder`, whose name is returned: as JSON it would hold up the window."""
    descriptor, path = tempfile.mkstemp(suffix=".npy", dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        np.save(file, array)
    return path


def unpacked(path: str) -> npt.NDArray[Any]:
    """The array that `packed` took; its file is removed."""
    array: npt.NDArray[Any] = np.load(path, allow_pickle=False)
    Path(path).unlink()
    return array


class FeatureWorker:
    """Asks the process for features; every call waits for the answer, in the one thread that may call it.

    Parameters
    ----------
    patience_s, starting_s : float
        After so long without a word the process is ended; the latter holds for its first answer.
    """

    def __init__(
        self, module: str = _WORKER, patience_s: float = PATIENCE_S, starting_s: float = STARTING_S
    ) -> None:
        self._worker = Worker(module, memory_limit=_MEMORY)
        self._patience_s = patience_s
        self._starting_s = starting_s
        self._answered = False
        self._sent: Clip | None = None  # the sound that the process has
        self._folder: tempfile.TemporaryDirectory[str] | None = None  # through which arrays go

    def warm_up(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Have everything loaded and compiled, so that what is asked next comes at once.

        Raises
        ------
        LabError
            As `compute`.
        """
        self._ask({"feature": WARM_UP}, WARM_UP, cancelled)

    def compute(
        self, clip: Clip, feature: str, framing: Framing, cancelled: Callable[[], bool] = lambda: False
    ) -> Feature:
        """One of `FEATURES` of a stretch.

        Raises
        ------
        LabError
            With the code ``lab.slow``, ``lab.memory`` or ``lab.ended`` for a process that gave no answer (the
            next call starts another one), ``lab.librosa`` where librosa is missing, ``lab.too_short``, or
            ``lab.cancelled``.
        """
        task: dict[str, Any] = {
            "feature": feature,
            "window": framing.window,
            "size": framing.size,
            "hop": framing.hop,
            "folder": self._place,
        }
        if self._sent is not clip:
            task |= {"sample_rate": clip.sample_rate, "waveform": packed(clip.waveform, self._place)}
        result = self._ask(task, feature, cancelled)
        self._sent = clip
        return Feature(
            feature,
            unpacked(result["times_s"]),
            tuple(
                Part(
                    part["name"],
                    part["unit"],
                    tuple(part["rows"]),
                    unpacked(part["values"]),
                    unpacked(part["heights"]),
                )
                for part in result["parts"]
            ),
        )

    def close(self) -> None:
        """End the process."""
        self._sent, self._answered = None, False
        self._worker.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def _place(self) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="emoscope-lab-", ignore_cleanup_errors=True)
        return self._folder.name

    def _ask(self, task: Mapping[str, Any], what: str, cancelled: Callable[[], bool]) -> dict[str, Any]:
        patience_s = self._patience_s if self._answered else self._starting_s
        try:
            outcome = self._worker.ask(task, patience_s=patience_s, cancel=cancelled)
        except WorkerEnded as ended:
            self._sent, self._answered = None, False
            if ended.why != "cancelled":
                _log.warning("the worker of the lab, asked for %s: %s", what, ended.last_words or ended.why)
            raise _refusal(ended, patience_s) from ended
        self._answered = True
        if "error" in outcome:
            error = outcome["error"]
            raise LabError(error["message"], error["hint"], code=error["code"])
        result: dict[str, Any] = outcome["result"]
        return result


def _refusal(ended: WorkerEnded, patience_s: float) -> LabError:
    match ended.why:
        case "cancelled":
            return LabError("The computation was not wanted any more.", code="lab.cancelled")
        case "hung":
            return LabError(
                f"The computation did not end within {patience_s:.0f} s, so it was given up.",
                "Try it again, or choose a shorter stretch.",
                code="lab.slow",
            )
        case "memory":
            return LabError(
                f"The computation took more than {_MEMORY / 2**30:.0f} GiB of memory, so it was ended.",
                "Choose a shorter stretch.",
                code="lab.memory",
            )
    return LabError(
        "The computation has broken off.",
        "Try it again, or choose a shorter stretch; the log has the cause.",
        code="lab.ended",
    )
