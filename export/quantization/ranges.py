"""Which operators half precision has no numbers for, found by listening to loud and soft sound."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from desktop_app.inference.session import open_session
from export.quantization.nodes import heard, leading_to
from export.signals import SOFT, loud, voice_like
from export.verification.structure import serialize

LARGEST = 8192.0
"""Half precision ends at 65504; other sound may be louder in one place than what is tried here."""
SMALLEST = 6.2e-5
"""Below it half precision loses digit after digit, and below 6e-8 all of them."""


def beyond_half(model: onnx.ModelProto, sample_rate: int, seconds: float) -> set[str]:
    """Names of the operators that make or read numbers beyond half precision, and of those that lead there.

    Power spectra and their sums exceed `LARGEST` in loud sound, squares stay below `SMALLEST` in soft sound.
    Of large numbers only positive ones count: attention hides what must not be seen by large negative
    numbers, which half precision may cut.
    """
    listening, values = _with_peaks(model)
    session = open_session(serialize(listening), "cpu")
    beyond: set[str] = set()
    samples = round(seconds * sample_rate)
    full = loud(samples, sample_rate)
    for wave, soft in ((full, False), (voice_like(samples, sample_rate, 150), False), (SOFT * full, True)):
        wanted = [f"{kind} {value}" for value in values for kind in _KINDS]
        peaks = session.run(wanted, {"waveform": wave[None]})
        for value, highest, widest in zip(values, peaks[0::2], peaks[1::2], strict=True):
            if LARGEST < float(highest) < np.inf or (soft and 0 < float(widest) < SMALLEST):
                beyond.add(value)
    concerned = {node.name for node in model.graph.node if beyond & {*node.input, *node.output}}
    return leading_to(model, concerned)


_HIGHEST, _WIDEST = _KINDS = ("highest of", "widest of")


def _with_peaks(model: onnx.ModelProto) -> tuple[onnx.ModelProto, list[str]]:
    """The graph with the largest number and magnitude of each inner value as outputs, and those values."""
    inferred = onnx.shape_inference.infer_shapes(model)
    floats = {v.name for v in inferred.graph.value_info if v.type.tensor_type.elem_type == TensorProto.FLOAT}
    out = onnx.ModelProto()
    out.CopyFrom(model)
    # A value may have no element at all, and then no peak: so a zero is put beside them.
    flat, zero = "flat for peaks", "zero for peaks"
    out.graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), flat))
    out.graph.initializer.append(numpy_helper.from_array(np.zeros(1, np.float32), zero))
    told = heard(model) & floats
    values = [value for node in model.graph.node for value in node.output if value in told]
    for value in values:
        row, some, size = f"row of {value}", f"some of {value}", f"sizes of {value}"
        highest, widest = f"{_HIGHEST} {value}", f"{_WIDEST} {value}"
        out.graph.node.extend(
            [
                helper.make_node("Reshape", [value, flat], [row]),
                helper.make_node("Concat", [row, zero], [some], axis=0),
                helper.make_node("Abs", [some], [size]),
                helper.make_node("ReduceMax", [some], [highest], keepdims=0),
                helper.make_node("ReduceMax", [size], [widest], keepdims=0),
            ]
        )
        out.graph.output.extend(
            helper.make_tensor_value_info(name, TensorProto.FLOAT, []) for name in (highest, widest)
        )
    return out, values
