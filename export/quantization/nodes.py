"""Which operators of a graph may be made less exact, and which the result depends on too much."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import onnx
from onnx import TensorProto

SMALL = 256 * 256
"""Weights below it gain nothing, and are mel filters or heads."""
LARGE = 8192
"""Weights below it gain nothing even by half: cosine transforms, derivatives, a first layer on a waveform."""

_WEIGHTED = {"MatMul", "Gemm", "Conv", "ConvTranspose", "LSTM", "GRU", "RNN"}
_DECISIONS = {
    *("Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "ArgMax", "ArgMin", "TopK", "CumSum"),
    *("Floor", "Ceil", "Round", "Sign", "NonZero"),
}
_CLASSIC = "ai.onnx.ml"
_SHAPES = {"Shape", "Size"}
_NAMING = {"ArrayFeatureExtractor", "LabelEncoder", "ZipMap", "CastMap"}
"""What turns a class into its name, beside the way to the logits."""


def name_nodes(model: onnx.ModelProto) -> None:
    """Give every operator a name of its own: quantisers tell them apart by nothing else."""
    taken = {node.name for node in model.graph.node if node.name}
    for index, node in enumerate(model.graph.node):
        if not node.name:
            name = f"{node.op_type}_{index}"
            while name in taken:
                name += "_"
            taken.add(name)
            node.name = name


def small_matmuls(model: onnx.ModelProto) -> list[str]:
    """Matrix products of the front end (mel) and of the head: small, and the result depends on them most."""
    weights = _sizes(model)
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and any(weights.get(name, SMALL) < SMALL for name in node.input)
    ]


def matmuls(model: onnx.ModelProto) -> list[str]:
    """Matrix products with weights that are large enough to gain."""
    weights = _sizes(model)
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and weights.get(node.input[1], 0) >= SMALL
    ]


def convolutions(model: onnx.ModelProto) -> list[str]:
    """Convolutions behind the front end, with constant weights.

    Those of a front end (a Fourier transform, the first layer on a waveform) have one input channel or a
    logarithm behind them: a spectrum spans more decades than eight bits.
    """
    front = front_end(model)
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "Conv"
        and node.name not in front
        and len(shapes.get(node.input[1], ())) > 1
        and _group_channels(node, shapes[node.input[1]]) > 1
    ]


def front_end(model: onnx.ModelProto, known: Collection[str] = ()) -> set[str]:
    """Names of the operators that make features of the waveform, up to the first layer that was learned.

    To them belongs what leads to a logarithm or to a decision (a comparison, the place of a maximum, a tree)
    before the last layer, and then all that only prepares it for the next large layer: differences, ratios,
    statistics. A logarithm behind the last layer, as of probabilities, makes no front end.

    Parameters
    ----------
    known : collection of str
        Operators that are known to belong to it, with all that lead to them.
    """
    makers = layers(model)
    before = leading_to(model, makers)
    fed = heard(model)
    floats = _floats(model)

    def makes_features(node: onnx.NodeProto) -> bool:
        if node.domain == _CLASSIC:
            return node.op_type not in _NAMING
        decides = node.op_type in _DECISIONS and bool(fed & floats & set(node.input))
        return node.name in before and (node.op_type == "Log" or decides)

    features = {node.name for node in model.graph.node if makes_features(node)}
    found = leading_to(model, features) | set(known)
    large = layers(model, LARGE)
    made = {"waveform"} | {name for node in model.graph.node if node.name in found for name in node.output}
    for node in model.graph.node:
        sources = fed & set(node.input)
        if node.name in before and node.name not in large and sources and sources <= made:
            found.add(node.name)
            made.update(node.output)
    return found


def last_logarithm(model: onnx.ModelProto) -> set[str]:
    """Names of the operators from the last layers to a logarithm behind them: small probabilities count."""
    makers = layers(model)
    logarithms = {node.name for node in model.graph.node if node.op_type == "Log"}
    return leading_to(model, logarithms - leading_to(model, makers), until=makers)


def lengths(model: onnx.ModelProto) -> set[str]:
    """Names of the operators that calculate with lengths alone: half precision counts to 2048."""
    shapes = {name for node in model.graph.node if node.op_type in _SHAPES for name in node.output}
    fed = heard(model)
    return behind(model, shapes) - {node.name for node in model.graph.node if fed & set(node.output)}


def layers(model: onnx.ModelProto, least: int = 0) -> set[str]:
    """Names of the operators that multiply what comes from the waveform by at least `least` weights."""
    fed, weights = heard(model), _sizes(model)
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                weights[node.output[0]] = int(np.prod(attribute.t.dims))
    return {
        node.name
        for node in model.graph.node
        if node.op_type in _WEIGHTED
        and fed & set(node.input)
        and any(name and name not in fed and weights.get(name, least) >= least for name in node.input)
    }


def leading_to(model: onnx.ModelProto, names: set[str], until: Collection[str] = ()) -> set[str]:
    """The operators of these names, and all whose results they are made from, without `until` and beyond."""
    makers = {output: node for node in model.graph.node for output in node.output}
    waiting = [node for node in model.graph.node if node.name in names]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.name not in found and node.name not in until:
            found.add(node.name)
            waiting.extend(makers[name] for name in node.input if name in makers)
    return found


def behind(model: onnx.ModelProto, inputs: set[str]) -> set[str]:
    """Names of the operators whose result depends on one of the graph's `inputs`."""
    reached = set(inputs)
    found: set[str] = set()
    for node in model.graph.node:
        if reached & set(node.input):
            found.add(node.name)
            reached.update(node.output)
    return found


def heard(model: onnx.ModelProto) -> set[str]:
    """Names of the values that depend on what is heard, and not only on how long it is."""
    reached = {"waveform"}
    for node in model.graph.node:
        if node.op_type not in _SHAPES and reached & set(node.input):
            reached.update(node.output)
    return reached


def _floats(model: onnx.ModelProto) -> set[str]:
    inferred = onnx.shape_inference.infer_shapes(model).graph
    return {
        value.name
        for value in (*inferred.input, *inferred.value_info)
        if value.type.tensor_type.elem_type in (TensorProto.FLOAT, TensorProto.DOUBLE)
    }


def _sizes(model: onnx.ModelProto) -> dict[str, int]:
    return {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer}


def _group_channels(node: onnx.NodeProto, shape: tuple[int, ...]) -> int:
    """Input channels: those of a group, times the groups."""
    groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
    return int(shape[1]) * int(groups)
