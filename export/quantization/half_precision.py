"""A graph in half precision, but for the operators that need more: those are left untouched.

The converter of ONNX Runtime squeezes the values between two operators that it shall leave alone through half
precision all the same, which a power spectrum overflows. So it is given only the part that it may convert.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import onnx
from onnx import helper

from export.errors import UnsupportedOperatorError


def to_half(model: onnx.ModelProto, keep: set[str]) -> onnx.ModelProto:
    """Convert everything but the operators named in `keep`; inputs and outputs stay float32.

    Parameters
    ----------
    model : ModelProto
        Each operator has a name of its own.
    keep : set of str
        Names of operators. Those with an inner graph (loops, branches) are kept too.
    """
    from onnxruntime.transformers.float16 import convert_float_to_float16

    kept = [node for node in model.graph.node if node.name in keep or _has_inner_graph(node)]
    names = {node.name for node in kept}
    rest = [node for node in model.graph.node if node.name not in names]
    part = convert_float_to_float16(_part(model, rest, kept), keep_io_types=True)
    return _joined(model, part, kept)


def _part(
    model: onnx.ModelProto, nodes: list[onnx.NodeProto], others: list[onnx.NodeProto]
) -> onnx.ModelProto:
    """`nodes` as a model of their own; what comes from and goes to the `others` are inputs and outputs."""
    types = _types(model)
    made = {name for node in nodes for name in node.output}
    used = {name for node in nodes for name in node.input if name}
    constants = [tensor for tensor in model.graph.initializer if tensor.name in used]
    known = made | {tensor.name for tensor in constants}
    wanted = {name for node in others for name in _reads(node)} | {value.name for value in model.graph.output}
    graph = helper.make_graph(
        nodes,
        model.graph.name,
        [_value(name, types) for name in sorted(used - known)],
        [_value(name, types) for name in sorted(made & wanted)],
        constants,
    )
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _joined(model: onnx.ModelProto, part: onnx.ModelProto, kept: list[onnx.NodeProto]) -> onnx.ModelProto:
    """The converted part in the place of what it was made from."""
    used = {name for node in kept for name in _reads(node)} | {value.name for value in model.graph.input}
    own = [tensor for tensor in model.graph.initializer if tensor.name in used]
    taken = {tensor.name for tensor in own}
    renamed = {t.name: f"{t.name}_half" for t in part.graph.initializer if t.name in taken}
    for tensor in part.graph.initializer:
        tensor.name = renamed.get(tensor.name, tensor.name)
    for node in part.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
    joined = onnx.ModelProto()
    joined.CopyFrom(model)
    del joined.graph.node[:], joined.graph.initializer[:], joined.graph.value_info[:]
    joined.graph.initializer.extend([*own, *part.graph.initializer])
    given = {value.name for value in model.graph.input} | {t.name for t in joined.graph.initializer}
    joined.graph.node.extend(_in_order(_without_doubles([*kept, *part.graph.node]), given))
    return joined


def _types(model: onnx.ModelProto) -> dict[str, int]:
    """Element type of each value, as far as it can be inferred."""
    inferred = onnx.shape_inference.infer_shapes(model)
    values = (*inferred.graph.input, *inferred.graph.value_info, *inferred.graph.output)
    types = {value.name: value.type.tensor_type.elem_type for value in values}
    return types | {tensor.name: tensor.data_type for tensor in model.graph.initializer}


def _value(name: str, types: dict[str, int]) -> onnx.ValueInfoProto:
    if not types.get(name):
        raise UnsupportedOperatorError(
            f"The type of the value '{name}' cannot be told, so the graph cannot be converted.",
            "Some operator in it is not of the ONNX standard.",
        )
    return helper.make_tensor_value_info(name, types[name], None)


def _without_doubles(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.NodeProto]:
    """The converter makes the same Cast again for each operator that reads it."""
    seen: set[str] = set()
    for node in nodes:
        if not seen & set(node.output):
            seen.update(node.output)
            yield node


def _in_order(nodes: Iterable[onnx.NodeProto], given: set[str]) -> list[onnx.NodeProto]:
    """Each operator behind those whose results it reads."""
    waiting, ready, ordered = list(nodes), set(given) | {""}, []
    while waiting:
        later = []
        for node in waiting:
            if set(_reads(node)) <= ready:
                ordered.append(node)
                ready.update(node.output)
            else:
                later.append(node)
        if len(later) == len(waiting):
            raise UnsupportedOperatorError("The operators of the graph cannot be put in an order.")
        waiting = later
    return ordered


def _has_inner_graph(node: onnx.NodeProto) -> bool:
    return any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)


def _reads(node: onnx.NodeProto) -> list[str]:
    """Values of the outer graph that an operator reads, those read by its inner graphs included."""
    names = list(node.input)
    for attribute in node.attribute:
        for graph in [attribute.g] if attribute.HasField("g") else list(attribute.graphs):
            inside = {value.name for value in graph.input} | {t.name for t in graph.initializer}
            inside |= {name for inner in graph.node for name in inner.output}
            read = [name for inner in graph.node for name in _reads(inner)]
            read += [value.name for value in graph.output]
            names += [name for name in read if name not in inside]
    return names
