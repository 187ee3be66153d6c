"""What a graph in half precision gives where every number is half: on a graphics card.

ONNX Runtime's processor kernels compute most of such a graph in single precision and never round in between,
so a file that is wrong on every card can look right here.
"""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper


def rounded(half: onnx.ModelProto) -> onnx.ModelProto:
    """The graph in single precision, with each number rounded that `half` holds in half precision.

    Graphs inside of operators (loops, branches) are left as they are: `to_half` does not convert them.
    """
    halves = _halves(half)
    model = onnx.ModelProto()
    model.CopyFrom(half)
    for tensor in model.graph.initializer:
        _widen(tensor)
    nodes = []
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR:
                _widen(attribute.t)
        if node.op_type == "Cast":  # to half and to single, by the converter, and whatever else was there
            to = next(attribute for attribute in node.attribute if attribute.name == "to")
            to.i = TensorProto.FLOAT if to.i == TensorProto.FLOAT16 else to.i
        nodes.append(node)
        for index, name in enumerate(node.output):
            if name in halves:
                node.output[index] = f"{name} before rounding"
                nodes.extend(_rounding(node.output[index], name))
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(nodes)
    return model


def _halves(model: onnx.ModelProto) -> set[str]:
    """Names of the values that a graph holds in half precision."""
    inferred = onnx.shape_inference.infer_shapes(model)
    return {
        value.name
        for value in inferred.graph.value_info
        if value.type.tensor_type.elem_type == TensorProto.FLOAT16
    }


def _rounding(source: str, target: str) -> Iterator[onnx.NodeProto]:
    # ONNX Runtime leaves such a pair alone: only those that it has put in by itself does it take away.
    half = f"{target} in half"
    yield helper.make_node("Cast", [source], [half], name=f"halve {target}", to=TensorProto.FLOAT16)
    yield helper.make_node("Cast", [half], [target], name=f"widen {target}", to=TensorProto.FLOAT)


def _widen(tensor: TensorProto) -> None:
    if tensor.data_type == TensorProto.FLOAT16:
        wide = numpy_helper.to_array(tensor).astype("float32")
        tensor.CopyFrom(numpy_helper.from_array(wide, tensor.name))
