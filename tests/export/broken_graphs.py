"""Small graphs waveform -> logits, right ones and those with one fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

RATE = 16_000
CLASSES = 3

node = helper.make_node


def constant(name: str, value: object, dtype: type = np.float32) -> TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype=dtype), name)


def graph(
    nodes: Sequence[NodeProto],
    constants: Sequence[TensorProto] = (),
    *,
    domains: Sequence[str] = (),
    opset: int = 18,
    batch: str | int = "batch",
    samples: str | int = "samples",
) -> onnx.ModelProto:
    """A model of `nodes`, from `waveform` to `logits`."""
    waveform = helper.make_tensor_value_info("waveform", TensorProto.FLOAT, [batch, samples])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", CLASSES])
    made = helper.make_graph(list(nodes), "test", [waveform], [logits], list(constants))
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(made, opset_imports=imports, ir_version=9)


def head(measure: str) -> list[NodeProto]:
    """`measure` [batch, 1] to logits [batch, 3]."""
    return [node("MatMul", [measure, "head"], ["logits"])]


HEAD = constant("head", [[3.0, -1.0, 0.5]])
AXIS = constant("axis", [1], np.int64)
LOUDNESS = [
    node("Mul", ["waveform", "waveform"], ["square"]),
    node("ReduceMean", ["square", "axis"], ["power"], keepdims=1),
]


def sound() -> onnx.ModelProto:
    """Nothing wrong: three times, minus and half the power."""
    return graph([*LOUDNESS, *head("power")], [AXIS, HEAD])


def sound_reference(waveform: np.ndarray) -> np.ndarray:
    """What `sound` computes."""
    return np.mean(waveform**2, axis=1, keepdims=True) @ np.array([[3.0, -1.0, 0.5]], np.float32)


def neighbourly() -> onnx.ModelProto:
    """Subtracts the mean over the batch, as a batch norm left in training mode does."""
    nodes = [
        *LOUDNESS,
        node("ReduceMean", ["power", "batch_axis"], ["mean"], keepdims=1),
        node("Mul", ["mean", "half"], ["part"]),
        node("Sub", ["power", "part"], ["centred"]),
        *head("centred"),
    ]
    return graph(nodes, [AXIS, HEAD, constant("batch_axis", [0], np.int64), constant("half", [0.5])])


def divides_by_loudness() -> onnx.ModelProto:
    """0 / 0 on silence."""
    return graph([*LOUDNESS, node("Div", ["power", "power"], ["one"]), *head("one")], [AXIS, HEAD])


def frozen_in_a_reshape(shape: Sequence[int]) -> onnx.ModelProto:
    """Declares both axes dynamic, and reshapes to fixed numbers inside."""
    nodes = [
        node("Reshape", ["waveform", "shape"], ["frozen"]),
        node("Mul", ["frozen", "frozen"], ["square"]),
        node("ReduceMean", ["square", "axis"], ["power"], keepdims=1),
        *head("power"),
    ]
    return graph(nodes, [AXIS, HEAD, constant("shape", shape, np.int64)])


def forgets_the_batch() -> onnx.ModelProto:
    """Gives one row of logits, however many waveforms there are."""
    nodes = [
        *LOUDNESS,
        node("ReduceMean", ["power", "batch_axis"], ["mean"], keepdims=1),
        *head("mean"),
    ]
    return graph(nodes, [AXIS, HEAD, constant("batch_axis", [0], np.int64)])


def random() -> onnx.ModelProto:
    """Dropout that was left on."""
    nodes = [
        *LOUDNESS,
        node("RandomNormalLike", ["power"], ["noise"], scale=0.1),
        node("Add", ["power", "noise"], ["noisy"]),
        *head("noisy"),
    ]
    return graph(nodes, [AXIS, HEAD])


def endless() -> onnx.ModelProto:
    """Counts up to 2^62 before it answers."""
    body = helper.make_graph(
        [node("Identity", ["go"], ["still"]), node("Add", ["carried", "carried"], ["next"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, None),
        ],
    )
    nodes = [*LOUDNESS, node("Loop", ["turns", "yes", "power"], ["late"], body=body), *head("late")]
    constants = [AXIS, HEAD, constant("turns", 2**62, np.int64), constant("yes", True, np.bool_)]
    return graph(nodes, constants)


def greedy() -> onnx.ModelProto:
    """Wants four terabytes."""
    nodes = [
        *LOUDNESS,
        node("ConstantOfShape", ["huge"], ["zeros"]),
        node("ReduceMean", ["zeros"], ["nothing"], keepdims=0),
        node("Add", ["power", "nothing"], ["same"]),
        *head("same"),
    ]
    return graph(nodes, [AXIS, HEAD, constant("huge", [2**20, 2**20], np.int64)])
