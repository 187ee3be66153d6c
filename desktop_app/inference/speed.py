"""How long a model takes here for three seconds of speech, measured in a process of its own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app import __version__
from desktop_app.core.safe_files import WriteError, make_folder, write_text
from desktop_app.core.worker_process import WorkerEnded, run_worker
from desktop_app.inference.deadline import BYTES_A_SECOND, PATIENCE_S
from desktop_app.inference.errors import ModelError
from desktop_app.inference.model_library import ListedModel
from desktop_app.inference.trial import memory_limit

_MOST_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured of a model.

    Attributes
    ----------
    ms : float
        The fastest of several answers, on the processor.
    seconds : float
        Of speech, that it answered: three, or as many as it takes at once.
    """

    ms: float
    seconds: float


def measure_speed(model: ListedModel, *, cancel: Callable[[], bool] | None = None) -> Speed:
    """Load a model beside this process, at the lowest priority, and time its answers.

    Raises
    ------
    ModelError
        It cannot be loaded or run, hangs, or takes too much memory.
    """
    if model.manifest is None:
        raise ModelError(model.problem)
    limit = memory_limit(model.size, model.manifest)
    try:
        outcome = run_worker(
            "desktop_app.inference.speed_worker",
            {"path": str(model.path.absolute())},
            patience_s=PATIENCE_S + model.size / BYTES_A_SECOND,
            memory_limit=limit,
            cancel=cancel,
        )
    except WorkerEnded as ended:
        if ended.why == "cancelled":
            raise ModelError("It was not measured to the end.", code="model.cancelled") from ended
        raise ModelError(
            f"The speed of '{model.name}' could not be measured: its process ended ({ended.why}).",
            code="model.speed",
        ) from ended
    if "error" in outcome:
        raise ModelError(
            f"The speed of '{model.name}' could not be measured: {outcome['error']}.", code="model.speed"
        )
    return Speed(float(outcome["result"]["ms"]), float(outcome["result"]["seconds"]))


class MeasuredSpeeds:
    """What was measured before, of files that are still the same, on this computer."""

    def __init__(self, place: Path | None = None) -> None:
        self._place = _usual_place() if place is None else place
        self._known: dict[str, Speed] | None = None

    def of(self, model: ListedModel) -> Speed | None:
        return self._read().get(_key(model))

    def forget(self, model: ListedModel) -> None:
        """It is to be measured again."""
        self._read().pop(_key(model), None)

    def keep(self, model: ListedModel, speed: Speed) -> None:
        """Where that cannot be written, it is measured again next time."""
        known = {**self._read(), _key(model): speed}
        self._known = dict(list(known.items())[-_MOST_KEPT:])
        text = json.dumps({key: [each.ms, each.seconds] for key, each in self._known.items()}, indent=1)
        with contextlib.suppress(OSError, WriteError):
            make_folder(self._place.parent)
            write_text(self._place, text + "\n", "note", private=True)

    def _read(self) -> dict[str, Speed]:
        if self._known is None:
            self._known = {}
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                data = json.loads(self._place.read_text(encoding="utf-8"))
                self._known = {str(key): Speed(float(ms), float(s)) for key, (ms, s) in data.items()}
        return self._known


def _key(model: ListedModel) -> str:
    return f"{__version__} {model.size} {model.changed_ns} {model.path}"


def _usual_place() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("emoscope", appauthor=False) / "speeds.json"
