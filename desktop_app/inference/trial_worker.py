"""The process in which a model from somewhere else is tried: see `trial`.

`python -m desktop_app.inference.trial_worker`, with the task on stdin.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.core.worker_child import Step, serve
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.outputs import OutputShapes, out_of_range
from desktop_app.inference.package import Opened, open_content, read_content
from desktop_app.inference.self_test_signal import self_test_signal

USUAL_S: Final = 3.0
ODD_S: Final = 1.2347
_TILE_S: Final = 4.0
_NO_MEMORY: Final = ("bad_alloc", "Failed to allocate memory", "std::length_error")


def main() -> int:
    """Do the task on stdin."""
    return serve(_work)


def _work(task: dict[str, Any], step: Step) -> dict[str, Any]:
    try:
        _limit_memory(task["memory"])
        step("loading it", 0, 1)
        content = read_content(Path(task["path"]))
        if hashlib.sha256(content).hexdigest() != task["sha256"]:
            raise ModelError("it changed while it was read", code="model.unreadable")
        opened = open_content(content, Manifest.from_checked(task["manifest"]), "cpu")
        del content
        run_at_all_lengths(opened, step)
    except (ModelError, MemoryError) as error:
        if isinstance(error, MemoryError) or any(sign in f"{error} {error.__cause__}" for sign in _NO_MEMORY):
            error = ModelError("it needs more memory than it may have", code="model.memory")
        return {
            "error": {
                "message": error.message,
                "hint": error.hint,
                "field": error.field,
                "code": error.code,
                "manifest": isinstance(error, ManifestError),
            }
        }
    return {"result": {}}


def _limit_memory(most: int) -> None:
    """No more data than `most` from here on, for what is taken faster than the parent can watch.

    Not the address space, of which much is only reserved.
    """
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError, StopIteration):
        import resource

        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        kib = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
        taken = 1024 * (int(kib["VmData"]) - int(kib["VmRSS"]))
        resource.setrlimit(resource.RLIMIT_DATA, (max(0, taken) + most, max(0, taken) + most))


def run_at_all_lengths(opened: Opened, step: Step) -> None:
    """Run a model on speech and silence, as short and as long as it may get and between.

    Raises
    ------
    ModelError
        If an answer has not one finite number for each label, or the embedding changes its size.
    """
    manifest = opened.manifest
    low, high = manifest.min_seconds, manifest.max_seconds
    usual = min(max(USUAL_S, low), high)
    spoken = sorted({low, min(max(ODD_S, low), high), usual, max(low, 0.618 * high), high})
    runs = [(0.5 * low, False), *((seconds, False) for seconds in spoken), (low, True), (usual, True)]
    dim = None if opened.default_voice is None else opened.default_voice.mean.size
    shapes = OutputShapes(len(manifest.labels), dim)
    for done, (seconds, silent) in enumerate(runs):
        what = f"running {seconds:.3g} s of {'silence' if silent else 'speech'}"
        step(what, done, len(runs))
        samples = max(1, math.ceil(seconds * manifest.sample_rate))
        waveform = np.zeros(samples, np.float32) if silent else _speech(samples, manifest.sample_rate)
        try:
            outputs = opened.session.run(list(opened.outputs), {"waveform": waveform[None]})
        except ModelError:
            if seconds < low:  # whoever is too short is filled up with silence
                continue
            raise
        _check_answer(outputs, opened, f"{seconds:.3g} s", shapes, finite=seconds >= low)


def _check_answer(
    outputs: list[Any], opened: Opened, length: str, shapes: OutputShapes, *, finite: bool
) -> None:
    for name, output in zip(opened.outputs, outputs, strict=True):
        if not shapes.fits(name, output):
            expected = ", ".join("dim" if size is None else str(size) for size in shapes.expected(name))
            raise ModelError(
                f"the output '{name}' must be [{expected}] for one waveform, and is "
                f"{list(output.shape) if isinstance(output, np.ndarray) else []} for one of {length}",
                field=name,
                code="model.shape",
            )
        if finite and not np.all(np.isfinite(output)):
            raise ModelError(
                f"the output '{name}' is not finite for a waveform of {length}",
                field=name,
                code="model.not_finite",
            )
        if finite and out_of_range(name, output):
            raise ModelError(
                f"the output '{name}' must be from 0 to 1, and is from {output.min():.3g} to "
                f"{output.max():.3g} for a waveform of {length}",
                field=name,
                code="model.range",
            )


def _speech(samples: int, sample_rate: int) -> FloatArray:
    tile = self_test_signal("vowels-v1", _TILE_S, sample_rate)
    out: FloatArray = np.resize(tile, samples)
    return out


if __name__ == "__main__":
    sys.exit(main())
