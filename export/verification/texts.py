"""Runs a file of a text model over sentences of many lengths, alone and in batches, and judges its answers.

`run` and `measure` happen in the process of `export.verification.worker`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ModelError
from desktop_app.inference.text_package import TextGraph, read_text_content
from desktop_app.words.text_model import TextModel
from export.errors import DynamicAxisError, ParityError
from export.verification.structure import check_structure, parse, precision, read_content

TEXTS: Final = (
    "No.",
    "I am so happy!",
    "Why would you do that to me?",
    "  he said  nothing, NOTHING at all...  ",
    "Das hätte ich nicht gedacht; wie schön, dass du da bist. 你好 😀 \u200b",
    "It's half past eleven, and the kids are talking by the door.",
    "I miss her so much, every single day, and nobody here seems to notice it at all.",
    " ".join(["We waited for hours, and then they told us that it was all a mistake."] * 4),
    " ".join(["anger joy fear sadness and 1,234.56 surprises - (really)?"] * 400),
)
"""Short and long ones, in other scripts and badly spaced; the last is longer than any model reads."""

BATCH_TOLERANCE: Final = {"fp32": 1e-4, "fp16": 0.05, "int8": 1.0}
_REPEATS: Final = 7
Progress = Callable[[str, int, int], None]


def run(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Check the file `path`.

    With `expected` (the tokens and the logits of each of `TEXTS`, by what was exported) it is compared with
    that, within `tolerance`.

    Returns
    -------
    dict
        The fields of `export.verification.verify.Verification`, as JSON values.
    """
    path = Path(arguments["path"])
    expected, tolerance = arguments.get("expected"), arguments.get("tolerance", 0.0)
    model = parse(read_content(path))
    check_structure(model, path.parent)
    kind = precision(model)
    del model
    progress("opening it", 0, 1)
    text_model = TextModel.open(path)
    tokens = text_model.tokens(TEXTS)
    if expected is not None:
        _check_tokens(tokens, expected["tokens"])
    trial = _Trial(TextGraph(read_text_content(path).content, text_model.manifest), progress)
    alone = np.concatenate([trial.logits([numbers]) for numbers in tokens])
    repeat = float(np.abs(trial.logits([tokens[2]]) - alone[2]).max())
    if repeat:
        raise ParityError(
            f"The same text gives logits that differ by {repeat:.2g}.", "The graph draws random numbers."
        )
    if float(np.abs(alone - alone[0]).max()) == 0:
        raise ParityError("The answer is the same to every text.", "The graph does not read its input.")
    allowed = BATCH_TOLERANCE[kind]
    batch = _check_batches(trial, tokens, alone, allowed)
    test = text_model.manifest.self_test
    details = {
        "structure": "onnx.checker, known operators, finite weights, nothing outside of the file",
        "lengths": ", ".join(str(len(numbers)) for numbers in tokens) + " tokens",
        "batch sizes": f"1, 2, {len(tokens)}, shorter texts filled up",
        "batch = single": f"logits within {batch:.2g} ({allowed:g} allowed)",
        "repeatable": "the same to the last bit",
        "self-test": f"its tokens, and logits within {test.tolerance:g}",
        "manifest": "the analyzer opens the file",
    }
    parity = None
    if expected is not None:
        parity = _check_reference(alone, np.asarray(expected["logits"], np.float32), tolerance)
        details["same as trained"] = f"tokens the same, logits within {parity:.2g} ({tolerance:g} allowed)"
    return {
        "checks": list(details),
        "details": details,
        "parity": parity,
        "batch": batch,
        "repeat": repeat,
        "precision": kind,
        "runs": trial.runs,
    }


def measure(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """{"milliseconds": {"16 tokens": ...}} of the file `path`."""
    content = read_text_content(Path(arguments["path"]))
    graph = TextGraph(content.content, content.file.manifest)
    own = list(content.file.manifest.self_test.tokens)
    milliseconds = {}
    lengths = [length for length in (16, 64) if length <= content.file.manifest.max_tokens]
    for done, length in enumerate(lengths):
        progress(f"timing {length} tokens", done, len(lengths))
        tokens = [(own * length)[:length]]
        taken = []
        for _ in range(_REPEATS):
            begun = time.perf_counter()
            graph.logits(tokens)
            taken.append(1000 * (time.perf_counter() - begun))
        milliseconds[f"{length} tokens"] = round(statistics.median(taken), 2)
    return {"milliseconds": milliseconds}


class _Trial:
    """Runs a graph and counts; DynamicAxisError where it takes one length or batch size and not another."""

    def __init__(self, graph: TextGraph, progress: Progress) -> None:
        self._graph, self._progress = graph, progress
        self.runs = 0

    def logits(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        longest = max(map(len, tokens))
        self._progress(f"reading {len(tokens)} texts of at most {longest} tokens", self.runs, len(TEXTS) + 3)
        self.runs += 1
        try:
            return self._graph.logits(tokens)
        except ModelError as error:
            if error.code not in {"model.run", "model.shape"}:
                raise ParityError(error.message) from error
            raise DynamicAxisError(
                f"The graph fails on {len(tokens)} texts of at most {longest} tokens: {error.message}",
                "An axis was frozen by the export.",
            ) from error


def _check_tokens(found: Sequence[Sequence[int]], expected: Sequence[Sequence[int]]) -> None:
    for text, ours, theirs in zip(TEXTS, found, expected, strict=True):
        if list(ours) != list(theirs):
            raise ParityError(
                f"The tokenizer in the file makes other tokens of '{text[:40]}' than the one that the model "
                "was trained with.",
                "Only a tokenizer that tokenizer.json describes completely can be put into a file.",
            )


def _check_batches(
    trial: _Trial, tokens: Sequence[Sequence[int]], alone: FloatArray, allowed: float
) -> float:
    """The largest difference between a text alone and beside longer ones."""
    differences = [
        float(np.abs(trial.logits([tokens[row] for row in rows]) - alone[list(rows)]).max())
        for rows in ((0, 6), tuple(range(len(tokens))))
    ]
    if max(differences) > allowed:
        raise ParityError(
            f"A text's logits differ by {max(differences):.2g} when longer ones stand beside it, and "
            f"{allowed:g} is allowed.",
            "The network looks at what texts are filled up with: its attention mask is not heeded.",
        )
    return max(differences)


def _check_reference(found: FloatArray, expected: FloatArray, tolerance: float) -> float:
    difference = float(np.abs(found - expected).max())
    if not difference <= tolerance:
        row = int(np.abs(found - expected).max(axis=1).argmax())
        raise ParityError(
            f"The graph's logits differ from the model's by {difference:.3g} for '{TEXTS[row][:40]}', and "
            f"{tolerance:g} is allowed."
        )
    return difference
