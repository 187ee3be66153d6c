"""What a graph costs to run: milliseconds on this computer, and multiplications that it does.

`run` happens in the process of `export.verification.worker`.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.inference.outputs import answer_of
from desktop_app.inference.session import runtime
from export.signals import speech_like
from export.verification.runner import GraphRunner

SECONDS = (1, 3, 8)
OPERATIONS_SECONDS = 3

_RECURRENT = {"LSTM", "GRU", "RNN"}
_PRODUCTS = {"MatMul", "MatMulInteger", "QLinearMatMul", "FusedMatMul", "DynamicQuantizeMatMul"}
_CONVOLUTIONS = {"Conv": 1, "FusedConv": 1, "ConvInteger": 1, "QLinearConv": 3}
"""Which input holds the weights."""

Shape = Sequence[int]


def run(arguments: dict[str, Any], progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """{"milliseconds": {"1 s": ...}, "macs": at 3 s} of the file `path`, at `sample_rate`."""
    content = Path(arguments["path"]).read_bytes()
    rate = int(arguments["sample_rate"])
    steps = len(SECONDS) + 1
    runner = GraphRunner(content)
    milliseconds = {}
    for done, seconds in enumerate(SECONDS):
        progress(f"timing {seconds} s", done, steps)
        milliseconds[f"{seconds} s"] = round(runner.milliseconds(seconds, rate), 2)
    progress("counting operations", steps - 1, steps)
    return {"milliseconds": milliseconds, "macs": count_macs(content, OPERATIONS_SECONDS, rate)}


def count_macs(content: bytes, seconds: float, sample_rate: int) -> int:
    """Multiply-accumulate operations of matrix products, convolutions and recurrent layers.

    Counted from the shapes that ONNX Runtime meets while it runs one waveform of `seconds`: that is exact for
    loops and dynamic shapes too, where inferred shapes are not known.
    """
    ort = runtime()
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        wave = speech_like(round(seconds * sample_rate), sample_rate)[None]
        session.run([answer_of(session.get_outputs())], {"waveform": np.ascontiguousarray(wave)})
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    return sum(_macs_of(event["args"]) for event in events if event.get("cat") == "Node" and "args" in event)


def _macs_of(facts: dict[str, Any]) -> int:
    """Of one operator, by what the profile tells of it."""
    operator = facts.get("op_name", "")
    if "output_type_shape" not in facts:
        return 0
    inputs = [next(iter(value.values())) for value in facts["input_type_shape"]]
    outputs = [next(iter(value.values())) for value in facts["output_type_shape"]]
    return macs(operator, inputs, outputs)


def macs(operator: str, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> int:
    """Multiply-accumulate operations of an operator with these shapes; 0 for those that do none."""
    if operator in _PRODUCTS:
        return math.prod(outputs[0]) * inputs[0][-1]
    if operator == "Gemm":
        return math.prod(inputs[0]) * outputs[0][1]
    if operator in _CONVOLUTIONS:
        return math.prod(outputs[0]) * math.prod(inputs[_CONVOLUTIONS[operator]][1:])
    if operator == "ConvTranspose":
        return math.prod(inputs[0]) * math.prod(inputs[1][1:])
    if operator in _RECURRENT:
        steps, batch, _ = inputs[0]
        return steps * batch * (math.prod(inputs[1]) + math.prod(inputs[2]))
    return 0
