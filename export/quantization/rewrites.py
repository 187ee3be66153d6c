"""Operators written as others that do the same and cost a processor less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from desktop_app.inference.session import open_session
from export.quantization.nodes import SMALL, front_end, layers, leading_to
from export.verification.structure import serialize

_TO_THE_END = np.iinfo(np.int64).max


def convolutions_as_products(model: onnx.ModelProto) -> list[str]:
    """Write large convolutions over time as matrix products, which eight bits make faster and smaller.

    The windows of the input lie beside one another (im2col: Chellapilla, Puri and Simard, "High Performance
    Convolutional Neural Networks for Document Processing", 2006) and are multiplied by the weights at once.
    The first layer behind the front end stays: a spectrum spans more decades than eight bits.

    Parameters
    ----------
    model : ModelProto
        Changed in place; its operators have names.

    Returns
    -------
    list of str
        The names of the new products.
    """
    first = _first_layers(model)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    made = []
    for convolution in list(model.graph.node):
        if convolution.op_type != "Conv" or convolution.name in first:
            continue
        weight = weights.get(convolution.input[1])
        bias = weights.get(convolution.input[2]) if len(convolution.input) > 2 else None
        if weight is None or len(weight.dims) != 3 or np.prod(weight.dims) < SMALL:
            continue
        if (len(convolution.input) > 2 and bias is None) or not _is_plain(convolution):
            continue
        _replace(model, convolution, _product(model, convolution, weight, bias))
        made.append(f"{convolution.name}/product")
    return made


def means_over_time(model: onnx.ModelProto, sample_rate: int, seconds: float) -> int:
    """Write means of [batch, time, features] over time as products with a row of ones, which cost far less.

    Parameters
    ----------
    model : ModelProto
        Changed in place; its operators have names.
    sample_rate, seconds : int, float
        Of the sound that tells how many dimensions each value has.

    Returns
    -------
    int
        How many were written anew.
    """
    constants = _constants(model)
    means = [
        node
        for node in model.graph.node
        if node.op_type == "ReduceMean"
        and len(node.input) == 2
        and constants.get(node.input[1], np.empty(0)).tolist() in ([1], [-2])
    ]
    ranks = _ranks(model, [mean.input[0] for mean in means], round(sample_rate * seconds)) if means else {}
    count = 0
    for mean in means:
        if ranks[mean.input[0]] != 3:
            continue
        _replace(model, mean, _mean(model, mean, keeps=bool(_attribute(mean, "keepdims", 1))))
        count += 1
    return count


def _mean(model: onnx.ModelProto, mean: onnx.NodeProto, *, keeps: bool) -> list[onnx.NodeProto]:
    """A row of ones times [batch, time, features], divided by how many they are."""
    name, values = mean.name, mean.input[0]
    for what in ("one", "axis"):
        model.graph.initializer.append(numpy_helper.from_array(np.array([1]), f"{name}/{what}"))
    one = numpy_helper.from_array(np.ones(1, dtype=np.float32), "value")
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Shape", [values], "frames", {"start": 1, "end": 2}),
        ("Concat", [f"{name}/one", f"{name}/frames"], "row", {"axis": 0}),
        ("ConstantOfShape", [f"{name}/row"], "ones", {"value": one}),
        ("MatMul", [f"{name}/ones", values], "sum", {}),
        ("Cast", [f"{name}/frames"], "number", {"to": TensorProto.FLOAT}),
        ("Div", [f"{name}/sum", f"{name}/number"], "mean", {}),
    ]
    if not keeps:
        steps.append(("Squeeze", [f"{name}/mean", f"{name}/axis"], "flat", {}))
    nodes = [
        helper.make_node(kind, inputs, [f"{name}/{what}"], name=f"{name}/{what}", **attributes)
        for kind, inputs, what, attributes in steps
    ]
    nodes[-1].output[0] = mean.output[0]
    return nodes


def _first_layers(model: onnx.ModelProto) -> set[str]:
    """The front end, and the layers that have no other layer before them but those of the front end."""
    front = front_end(model)
    behind = layers(model) - front
    return front | {name for name in behind if not (leading_to(model, {name}) - {name}) & behind}


def _is_plain(convolution: onnx.NodeProto) -> bool:
    """Neither grouped nor dilated, and padded by as much as its own numbers say."""
    dilations = _attribute(convolution, "dilations", [1])
    automatic = _attribute(convolution, "auto_pad", b"NOTSET")
    return _attribute(convolution, "group", 1) == 1 and list(dilations) == [1] and automatic == b"NOTSET"


def _product(
    model: onnx.ModelProto,
    convolution: onnx.NodeProto,
    weight: onnx.TensorProto,
    bias: onnx.TensorProto | None,
) -> list[onnx.NodeProto]:
    """[batch, channels, time] -> [batch, time, width x channels] times the weights -> as before."""
    name = convolution.name
    kernel = numpy_helper.to_array(weight)  # [out, channels, width]
    out, channels, width = kernel.shape

    def keep(what: str, values: Sequence[int] | np.ndarray) -> str:
        array = values if isinstance(values, np.ndarray) else np.array(values, dtype=np.int64)
        model.graph.initializer.append(numpy_helper.from_array(array, f"{name}/{what}"))
        return f"{name}/{what}"

    nodes = [
        helper.make_node(
            "Transpose", [convolution.input[0]], [f"{name}/turned"], perm=[0, 2, 1], name=f"{name}/turned"
        )
    ]
    before, behind = _attribute(convolution, "pads", [0, 0])
    if before or behind:
        pads = keep("pads", [0, before, 0, 0, behind, 0])
        nodes.append(
            helper.make_node("Pad", [f"{name}/turned", pads], [f"{name}/padded"], name=f"{name}/padded")
        )
    axis, step = keep("axis", [1]), keep("step", list(_attribute(convolution, "strides", [1])))
    source, windows = nodes[-1].output[0], []
    for place in range(width):
        left = width - 1 - place
        inputs = [
            source,
            keep(f"start_{place}", [place]),
            keep(f"end_{place}", [-left if left else _TO_THE_END]),
            axis,
            step,
        ]
        windows.append(f"{name}/window_{place}")
        nodes.append(helper.make_node("Slice", inputs, [windows[-1]], name=windows[-1]))
    flat = keep("weight", np.ascontiguousarray(kernel.transpose(2, 1, 0)).reshape(width * channels, out))
    nodes += [
        helper.make_node("Concat", windows, [f"{name}/windows"], axis=2, name=f"{name}/windows"),
        helper.make_node("MatMul", [f"{name}/windows", flat], [f"{name}/product"], name=f"{name}/product"),
    ]
    if bias is not None:
        nodes.append(
            helper.make_node("Add", [f"{name}/product", bias.name], [f"{name}/sum"], name=f"{name}/sum")
        )
    nodes.append(
        helper.make_node(
            "Transpose", [nodes[-1].output[0]], [convolution.output[0]], perm=[0, 2, 1], name=f"{name}/back"
        )
    )
    return nodes


def _replace(model: onnx.ModelProto, old: onnx.NodeProto, new: Sequence[onnx.NodeProto]) -> None:
    nodes = model.graph.node
    at = list(nodes).index(old)
    nodes.remove(old)
    for offset, node in enumerate(new):
        nodes.insert(at + offset, node)
    used = {name for node in nodes for name in node.input}
    for tensor in [tensor for tensor in model.graph.initializer if tensor.name in set(old.input) - used]:
        model.graph.initializer.remove(tensor)


def _ranks(model: onnx.ModelProto, values: Sequence[str], samples: int) -> dict[str, int]:
    """How many dimensions these values have; inference of shapes loses them at the first computed shape."""
    listening = onnx.ModelProto()
    listening.CopyFrom(model)
    for value in dict.fromkeys(values):
        listening.graph.node.append(helper.make_node("Shape", [value], [f"shape of {value}"]))
        listening.graph.output.append(
            helper.make_tensor_value_info(f"shape of {value}", TensorProto.INT64, [None])
        )
    session = open_session(serialize(listening), "cpu")
    shapes = session.run(
        [f"shape of {value}" for value in dict.fromkeys(values)],
        {"waveform": np.zeros((1, samples), dtype=np.float32)},
    )
    return {value: len(shape) for value, shape in zip(dict.fromkeys(values), shapes, strict=True)}


def _constants(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                found[node.output[0]] = numpy_helper.to_array(attribute.t)
    return found


def _attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    found = next((attribute for attribute in node.attribute if attribute.name == name), None)
    return default if found is None else helper.get_attribute_value(found)
