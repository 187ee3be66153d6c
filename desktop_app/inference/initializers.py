"""Values that a model file holds by name, read from its bytes: ONNX Runtime keeps them to itself.

The few fields that matter, by their numbers in onnx.proto: ModelProto.graph 7, GraphProto.initializer 5;
TensorProto: dims 1, data_type 2, float_data 4, name 8, raw_data 9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np

from desktop_app.core.types import FloatArray

_FLOAT: Final = 1


def float_vectors(model: bytes, names: Collection[str]) -> dict[str, FloatArray]:
    """Those of the float32 initializers `names` [dim] that the graph has, by name.

    `model` must be a file that ONNX Runtime has loaded: nothing is checked here.
    """
    found: dict[str, FloatArray] = {}
    for number, graph in _fields(memoryview(model)):
        if number == 7 and isinstance(graph, memoryview):
            for inner, tensor in _fields(graph):
                if inner == 5 and isinstance(tensor, memoryview):
                    name, values = _float_tensor(tensor, names)
                    if values is not None:
                        found[name] = values
    return found


def _float_tensor(tensor: memoryview, names: Collection[str]) -> tuple[str, FloatArray | None]:
    fields = dict(_fields(tensor))
    name = _text(fields.get(8))
    content = fields.get(9, fields.get(4))
    if name not in names or fields.get(2) != _FLOAT or not isinstance(content, memoryview):
        return name, None
    return name, np.frombuffer(content, dtype="<f4").astype(np.float32)


def _text(value: memoryview | int | None) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview) else ""


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and value of each field of a protobuf message: an integer, or the bytes."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        match tag & 7:
            case 0:  # varint
                value, at = _varint(message, at)
                yield tag >> 3, value
                continue
            case 2:  # length-delimited
                size, at = _varint(message, at)
            case 1:
                size = 8
            case _:  # 5: groups, 3 and 4, do not occur in ONNX
                size = 4
        yield tag >> 3, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
