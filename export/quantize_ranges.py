"""Which operators give numbers that half precision cannot hold, found by listening to something loud."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ModelError
from desktop_app.inference.session import open_session
from export.verify_structure import serialize

LARGEST = 8192.0
"""Half precision ends at 65504; other sound may be louder in one place than what is tried here."""


def beyond_half(model: onnx.ModelProto, sample_rate: int, seconds: float) -> set[str]:
    """Names of the operators whose result exceeds `LARGEST` in loud sound, and of those that lead to them.

    Power spectra and their sums do. Only what is positive counts: attention hides what must not be seen by
    large negative numbers, which half precision may cut.
    """
    listening, names = _with_peaks(model)
    try:
        peaks = open_session(serialize(listening), "cpu").run(
            list(names), {"waveform": _loud(sample_rate, seconds)}
        )
    except ModelError:  # a value without any element has no peak
        return set()
    large = {
        names[name]
        for name, peak in zip(names, peaks, strict=True)
        if np.isfinite(peak) and float(peak) > LARGEST
    }
    return leading_to(model, large)


def leading_to(model: onnx.ModelProto, names: set[str]) -> set[str]:
    """The operators of these names, and all whose results they are made from."""
    makers = {output: node for node in model.graph.node for output in node.output}
    waiting = [node for node in model.graph.node if node.name in names]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.name not in found:
            found.add(node.name)
            waiting.extend(makers[name] for name in node.input if name in makers)
    return found


def _with_peaks(model: onnx.ModelProto) -> tuple[onnx.ModelProto, dict[str, str]]:
    """The graph with the largest number of each inner value as outputs, and whose operator's each is."""
    inferred = onnx.shape_inference.infer_shapes(model)
    floats = {v.name for v in inferred.graph.value_info if v.type.tensor_type.elem_type == TensorProto.FLOAT}
    out = onnx.ModelProto()
    out.CopyFrom(model)
    names: dict[str, str] = {}
    for node in model.graph.node:
        for value in node.output:
            if value in floats:
                peak = f"peak of {value}"
                names[peak] = node.name
                out.graph.node.append(helper.make_node("ReduceMax", [value], [peak], keepdims=0))
                out.graph.output.append(helper.make_tensor_value_info(peak, TensorProto.FLOAT, []))
    return out, names


def _loud(sample_rate: int, seconds: float) -> FloatArray:
    """Full scale [1, samples]: a square wave that climbs through the bands, then noise."""
    samples = round(seconds * sample_rate)
    time = np.arange(samples) / sample_rate
    sweep = np.sin(2 * np.pi * time * (50 + 0.2 * sample_rate * time / max(seconds, 1e-9) / 2))
    noise = np.random.default_rng(0).uniform(-1, 1, samples)
    wave = np.where(time < 0.7 * seconds, np.sign(sweep), np.sign(noise))
    return wave[None].astype(np.float32)
