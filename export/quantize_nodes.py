"""Which operators of a graph may be made less exact, and which the result depends on too much."""

from __future__ import annotations

import numpy as np
import onnx

from export.quantize_ranges import leading_to

SMALL = 256 * 256
"""Weights below it gain nothing, and are mel filters or heads."""


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


def front_end(model: onnx.ModelProto) -> set[str]:
    """Names of the operators that lead to a logarithm, it included: where a spectrum is made."""
    return leading_to(model, {node.name for node in model.graph.node if node.op_type == "Log"})


def behind(model: onnx.ModelProto, inputs: set[str]) -> set[str]:
    """Names of the operators whose result depends on one of the graph's `inputs`."""
    reached = set(inputs)
    found: set[str] = set()
    for node in model.graph.node:
        if reached & set(node.input):
            found.add(node.name)
            reached.update(node.output)
    return found


def _sizes(model: onnx.ModelProto) -> dict[str, int]:
    return {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer}


def _group_channels(node: onnx.NodeProto, shape: tuple[int, ...]) -> int:
    """Input channels: those of a group, times the groups."""
    groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
    return int(shape[1]) * int(groups)
