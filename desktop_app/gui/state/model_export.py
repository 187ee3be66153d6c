"""Exports a Hugging Face folder in a process of its own, as `emoscope-export hf` does. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.installation import install_command
from desktop_app.core.language import tr
from desktop_app.core.own_process import is_packaged
from desktop_app.core.worker_child import Step
from desktop_app.core.worker_process import WorkerEnded, run_worker

_NEEDED: Final = ("torch", "transformers", "onnx", "onnxscript", "safetensors")
UNNAMED: Final = "export.labels.numbers"
"""Code of the failure of a folder that does not say what its outputs are called."""
_PATIENCE_S: Final = 1800.0
"""Without any word: loading and converting the largest networks takes minutes a step."""


def missing_for_export() -> tuple[str, str] | None:
    """What is missing, and the line for a terminal that brings it; None if all is there.

    The line is empty where the program is a package to which nothing can be added.
    """
    if is_packaged():
        told = tr(
            "This package of the program cannot export: PyTorch is not part of it. Install the program with "
            "Python and the extra “train”, and export there."
        )
        return told, ""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return None
    told = tr(
        "To export, {names} must be installed; the extra “train” brings it all, about 1 GB. Run this line in "
        "the project folder, then start Emoscope again:"
    ).format(names=", ".join(missing))
    return told, install_command("train")


def export_folder(
    folder: Path,
    out: Path,
    *,
    labels: Sequence[str] | None = None,
    cancel: Callable[[], bool],
    on_step: Step,
) -> None:
    """Make a verified model file `out` of a folder, whose outputs are called `labels`, if that is given.

    Raises
    ------
    EmoscopeError
        Why it cannot be exported, in the exporter's own sentence; or that its process ended.
    """
    try:
        outcome = run_worker(
            "export.hf_process",
            {
                "folder": str(folder.absolute()),
                "out": str(out.absolute()),
                "labels": None if labels is None else list(labels),
            },
            patience_s=_PATIENCE_S,
            cancel=cancel,
            on_step=on_step,
        )
    except WorkerEnded as ended:
        if ended.why == "cancelled":
            raise EmoscopeError("The export was cancelled.", code="export.cancelled") from ended
        ended_at = "The export of '{name}' ended early ({step}).".format(name=folder.name, step=ended.at)
        words = "Its last words: {words}".format(words=ended.last_words) if ended.last_words else ""
        raise EmoscopeError(
            sentences(ended_at, words),
            "In a terminal it tells more: {line}".format(
                line=f"emoscope-export hf '{folder}' --out '{out.name}'"
            ),
            code="export.ended",
        ) from ended
    if "error" in outcome:
        error = outcome["error"]
        raise EmoscopeError(error["message"], error["hint"], code=error["code"])
