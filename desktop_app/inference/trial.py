"""A model from somewhere else is run in a process of its own before it may run in this one.

A graph can loop for ever, take all memory or bring down the process that runs it, and nothing that can be
told by reading it says so. So it is loaded and run there at several lengths, watched, and what came of it is
remembered by the file's SHA-256: a second start costs nothing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from desktop_app import __version__
from desktop_app.core.process_memory import machine_bytes
from desktop_app.core.safe_files import WriteError, write_text
from desktop_app.core.worker_process import WorkerEnded, run_worker
from desktop_app.inference.deadline import BYTES_A_SECOND, PATIENCE_S
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.session import runtime
from desktop_app.inference.shipped import SHIPPED

TRIAL: Final = 1
"""Raised when a model that was found to be good must be tried again."""
_OWN_BYTES: Final = 384 * 2**20
"""Python, numpy, ONNX Runtime and what a small network holds between two operators."""
_BYTES_A_SAMPLE: Final = 1024
"""A convolution in 256 channels over every fourth sample, its input, output and working space."""
_TIMES_THE_FILE: Final = 8
"""wav2vec 2.0 base, a file of 0.38 GB, takes 2.7 GiB to load and run: read, parsed, optimised, packed."""
_OF_THE_MACHINE: Final = 0.9
FAILED_BEFORE: Final = "model.failed_before"
_ASKED_FOR: Final = "With --try-again it is tried once more, and used if it does well."
_TRY_AGAIN: Final = "Do not use it, or make it again with emoscope-export, which would have found it."


def memory_limit(size: int, manifest: Manifest) -> int:
    """Bytes of resident memory that a model file of `size` bytes may take."""
    samples = max(manifest.max_seconds, manifest.self_test.seconds, 3.0) * manifest.sample_rate
    limit = _OWN_BYTES + round(_BYTES_A_SAMPLE * samples) + _TIMES_THE_FILE * size
    there_is = machine_bytes()
    return limit if there_is is None else min(limit, round(_OF_THE_MACHINE * there_is))


def try_model(
    path: Path,
    sha256: str,
    manifest: Manifest,
    *,
    cancel: Callable[[], bool] | None = None,
    again: bool = True,
    patience_s: float | None = None,
) -> None:
    """Check and run a model file in a process of its own, on the CPU, unless this was done before.

    It runs on the CPU whatever the model will run on: that is where each must be able to run, and a graphics
    card would have to be started for it.

    Parameters
    ----------
    path : Path
        The file, whose content has the hash `sha256` and the manifest `manifest`.
    cancel : callable, optional
        Asked fifty times a second whether to give up. Ctrl+C is heard at once too.
    again : bool
        Whether a model that hung, crashed or took too much memory last time is given another chance: it may
        have been the machine. Without, it is refused at once.
    patience_s : float, optional
        In place of `PATIENCE_S`.

    Raises
    ------
    ModelError
        Whatever is wrong with the file, in the words of `load_package`; or that it hangs (``model.hangs``),
        takes too much memory (``model.memory``) or brings down its process (``model.crashed``); or that
        `cancel` said so (``model.cancelled``).
    """
    known = recall(sha256)
    if known is not None and known.good:
        return
    if known is not None and not again:
        raise ModelError(f"last time {known.message}", _ASKED_FOR, code=FAILED_BEFORE)
    size = path.stat().st_size
    longest = max(manifest.max_seconds, manifest.self_test.seconds, 3.0)
    patience = (PATIENCE_S if patience_s is None else patience_s) + longest + size / BYTES_A_SECOND
    limit = memory_limit(size, manifest)
    try:
        outcome = run_worker(
            "desktop_app.inference.trial_worker",
            {
                "path": str(path.absolute()),
                "sha256": sha256,
                "manifest": manifest.to_dict(),
                "memory": limit,
            },
            patience_s=patience,
            memory_limit=limit,
            cancel=cancel,
            while_starting=runtime,  # this process needs it next
        )
    except WorkerEnded as ended:
        error = _refusal(ended, patience, limit)
        if ended.why != "cancelled":
            remember(sha256, error)
        raise error from ended
    if "error" in outcome:
        error = _told(outcome["error"])
        if error.code == "model.memory":
            remember(sha256, error)
        raise error
    remember(sha256, None)


def _refusal(ended: WorkerEnded, patience_s: float, limit: int) -> ModelError:
    if ended.why == "cancelled":
        return ModelError("it was not tried to the end", code="model.cancelled")
    if ended.why == "hung":
        return ModelError(
            f"it did not come back within {patience_s:.0f} s ({ended.at}), and was ended",
            f"It may loop for ever. {_TRY_AGAIN}",
            code="model.hangs",
        )
    if ended.why == "memory":
        return ModelError(
            f"it took more than {limit / 2**20:.0f} MiB of memory ({ended.at}), and was ended",
            _TRY_AGAIN,
            code="model.memory",
        )
    how = f"by {ended.signal_name}" if ended.signal_name else f"with code {ended.code}"
    said = f"; its last words: {ended.last_words}" if ended.last_words else ""
    return ModelError(
        f"the process that tried it was ended {how} ({ended.at}){said}", _TRY_AGAIN, code="model.crashed"
    )


def _told(error: dict[str, Any]) -> ModelError:
    kind = ManifestError if error["manifest"] else ModelError
    return kind(error["message"], error["hint"], error["field"], code=error["code"])


# --- what is remembered -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a trial: `message` says what was wrong with the file, if it was not `good`."""

    good: bool
    message: str = ""


def recall(sha256: str) -> Verdict | None:
    """What is known of a file; None if it was never tried, or by another version of the program."""
    try:
        data = json.loads(_place(sha256).read_text(encoding="utf-8"))
        if data["by"] != _by():
            return None
        return Verdict(bool(data["good"]), str(data["message"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(sha256: str, error: ModelError | None) -> None:
    """Remember what came of a file, None for nothing bad; where that cannot be written, it is tried again.

    Also of what shows later: a model that hangs in the middle of a session is not loaded at the next start
    without asking. What comes with the program is known to be good: if that is late, it was the machine.
    """
    if sha256 in SHIPPED.values():
        return
    data = {
        "by": _by(),
        "good": error is None,
        "message": "" if error is None else error.message,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    place = _place(sha256)
    with contextlib.suppress(OSError, WriteError):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_text(place, json.dumps(data, indent=1) + "\n", "note", private=True)


def _by() -> list[str | int]:
    return [__version__, TRIAL, str(runtime().__version__)]


def _place(sha256: str) -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("emoscope", appauthor=False) / "models" / f"{sha256}.json"
