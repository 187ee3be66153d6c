"""The process that analyzes parts, one after another, with a model that it opens once.

`python -m desktop_app.analysis.batch.worker`; see `desktop_app.core.worker_child.serve_many`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.analysis.batch.inputs import Item
from desktop_app.analysis.batch.places import Place
from desktop_app.analysis.batch.work import Options, PartWork
from desktop_app.command_line.tool import as_told
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion_file import read_fusion
from desktop_app.core.worker_child import Step, serve_many
from desktop_app.inference.engine import EmotionEngine
from desktop_app.words.models import find_model
from desktop_app.words.transcriber import MEMORY, Transcriber


def main() -> int:
    """Do the tasks on stdin."""
    return serve_many(Work())


class Work:
    """Does one part after another; the model stays open."""

    def __init__(self) -> None:
        self._made: PartWork | None = None

    def __call__(self, task: dict[str, Any], step: Step) -> dict[str, Any]:
        """The outcome of a task of `part_task`: ``{"result": {"done": [...]}}`` or ``{"error": ...}``."""
        try:
            if self._made is None:
                step("model", 0, 0)
                self._made = open_work(task)
            found = [Item(**each) for each in task["items"]]
            lost = {
                int(place): EmoscopeError(each["message"], code=each["code"])
                for place, each in task["lost"].items()
            }
            done = self._made.run(
                task["number"], found, lost, lambda path, count: step(path, count, len(found))
            )
        except Exception as failure:  # noqa: BLE001 - told where the results are waited for
            error = as_told(failure)
            return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}
        return {"result": {"done": [one.data() for one in done], "made_with": self._made.made_with}}


def open_work(task: Mapping[str, Any]) -> PartWork:
    """Open the models of a task. Raises ModelError, WordsError or FusionError."""
    options = Options.of(task["options"])
    write_down = fusion = None
    if options.words_sha256:
        text_model = task["text_model"]
        words = Transcriber(
            find_model(task["words_model"]),
            text_model=None if text_model is None else Path(text_model),
            memory=min(MEMORY, task["words_memory"] or MEMORY),
        )
        words.open()
        write_down = words.transcribe
        fusion = None if task["fusion"] is None else read_fusion(task["fusion"])
        options = options.with_words(words, task["fusion"])
    engine = EmotionEngine.load(task["model"], task["provider"], 1)
    return PartWork(engine, options, Place(task["out"]), write_down, fusion)


def part_task(
    number: int,
    items: list[Item],
    lost: Mapping[int, EmoscopeError],
    *,
    out: str,
    model: str | None,
    provider: str,
    options: Options,
    words_model: str | None = None,
    words_memory: int | None = None,
    text_model: str | None = None,
    fusion: str | None = None,
) -> dict[str, Any]:
    """A part as JSON values, as the process and a Dask cluster take it.

    `words_model` is the folder of a Whisper model, if one was named; `words_memory` the bytes that its
    process may take; `text_model` and `fusion` are files.
    """
    return {
        "number": number,
        "items": [item.data() for item in items],
        "lost": {str(place): {"message": str(error), "code": error.code} for place, error in lost.items()},
        "out": out,
        "model": model,
        "provider": provider,
        "options": options.data(),
        "words_model": words_model,
        "words_memory": words_memory,
        "text_model": text_model,
        "fusion": fusion,
    }


if __name__ == "__main__":
    sys.exit(main())
