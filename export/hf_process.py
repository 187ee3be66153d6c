"""The process in which the window exports a Hugging Face folder: what `emoscope-export hf` does.

`python -m export.hf_process`, with the task on stdin; see `desktop_app.core.worker_process`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.worker_child import Step, serve


def main() -> int:
    """Do the task on stdin."""
    return serve(_work)


def _work(task: dict[str, Any], step: Step) -> dict[str, Any]:
    try:
        return {"result": _export(Path(task["folder"]), Path(task["out"]), task["labels"], step)}
    except EmoscopeError as error:
        return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}


def _export(folder: Path, out: Path, labels: list[str] | None, step: Step) -> dict[str, Any]:
    step("loading PyTorch", 0, 0)
    from export.build import build_source
    from export.manifest_writer import write_file
    from export.sources.hf import is_regression, load_folder

    step("reading the folder", 0, 0)
    dimensions = labels if labels is not None and is_regression(folder) else None
    source = load_folder(folder, labels=None if dimensions else labels, dimensions=dimensions)
    built = build_source(source, say=lambda text: step(text.rstrip(" ."), 0, 0), progress=step)
    write_file(built.content, out)
    return {"exporter": built.exporter, "parity": built.verification.parity}


if __name__ == "__main__":
    sys.exit(main())
