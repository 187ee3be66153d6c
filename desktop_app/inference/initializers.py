"""What a model file holds, read from its bytes: the manifest before anything is run, and values by name.

The few fields that matter, by their numbers in onnx.proto: ModelProto: graph 7, metadata_props 14;
StringStringEntryProto: key 1, value 2; GraphProto.initializer 5; TensorProto: dims 1, data_type 2,
float_data 4, name 8, raw_data 9.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO, Final

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError, ModelError

_FLOAT: Final = 1
_GRAPH, _METADATA = 7, 14
_MOST_FIELDS: Final = 1_000_000
"""Of one message. The largest networks have some ten thousand operators and weights."""
_LONGEST_ENTRY: Final = 4 * 2**20
"""Bytes of metadata that are read: more than any manifest has."""
_HEAD: Final = 20
"""Bytes that hold a field's number and its length, which have at most ten each."""
NOT_ONNX: Final = "it is not an ONNX model, or was cut off"


def metadata_text(model: bytes, key: str) -> bytes | None:
    """The value of `key` among a file's metadata; None if there is none.

    Raises
    ------
    ModelError
        If the bytes are no ONNX file.
    ManifestError
        If the key stands there twice.
    """
    try:
        return _metadata(_fields(memoryview(model)), key)
    except ValueError as error:
        raise ModelError(NOT_ONNX, code="model.not_onnx") from error


def _metadata(fields: Iterable[tuple[int, memoryview | int]], key: str) -> bytes | None:
    """The value of `key` among the fields of a model."""
    found: list[bytes] = []
    has_graph = False
    for number, value in fields:
        has_graph |= number == _GRAPH
        if number == _METADATA and isinstance(value, memoryview):
            entry = dict(_fields(value))
            if _text(entry.get(1)) == key:
                text = entry.get(2, b"")
                found.append(bytes(text) if isinstance(text, memoryview) else b"")
    if not has_graph:
        raise ModelError(NOT_ONNX, code="model.not_onnx")
    if len(found) > 1:
        raise ManifestError(f"The metadata '{key}' stands in the file {len(found)} times.")
    return found[0] if found else None


def file_metadata(file: BinaryIO, size: int, key: str) -> bytes | None:
    """As `metadata_text`, of an open file of `size` bytes that is not read whole.

    Its graph, which is nearly all of it, is passed over, so that a folder of large files can be listed.
    """
    entries: list[tuple[int, memoryview | int]] = []
    at = count = 0
    try:
        while at < size:
            count += 1
            if count > _MOST_FIELDS:
                raise ValueError("too many fields")
            file.seek(at)
            head = memoryview(file.read(_HEAD))
            tag, used = _varint(head, 0)
            if tag & 7 == 2:
                length, used = _varint(head, used)
                if tag >> 3 == 0 or length > size - at - used:
                    raise ValueError("cut off")
                value = b""
                if tag >> 3 == _METADATA and length <= _LONGEST_ENTRY:
                    file.seek(at + used)
                    value = file.read(length)
                entries.append((tag >> 3, memoryview(value)))
                at += used + length
            else:
                ((number, plain),) = _fields(head[: used + _plain_bytes(head, tag & 7, used)])
                entries.append((number, plain))
                at += used + _plain_bytes(head, tag & 7, used)
        return _metadata(entries, key)
    except ValueError as error:
        raise ModelError(NOT_ONNX, code="model.not_onnx") from error


def _plain_bytes(head: memoryview, kind: int, at: int) -> int:
    """How many bytes a value has that tells no length of its own."""
    if kind == 0:
        return _varint(head, at)[1] - at
    return {1: 8, 5: 4}.get(kind, 0)


def graph_sha256(model: bytes) -> str:
    """SHA-256 of a file's graph, as its bytes stand there. Raises ModelError as `float_vectors`."""
    digest = hashlib.sha256()
    try:
        for number, value in _fields(memoryview(model)):
            if number == _GRAPH and isinstance(value, memoryview):
                digest.update(value)
    except ValueError as error:
        raise ModelError(NOT_ONNX, code="model.not_onnx") from error
    return digest.hexdigest()


def float_vectors(model: bytes, names: Collection[str]) -> dict[str, FloatArray]:
    """Those of the float32 initializers `names` [dim] that the graph has, by name.

    Raises
    ------
    ModelError
        If the bytes break the format, which ONNX Runtime may forgive.
    """
    found: dict[str, FloatArray] = {}
    try:
        for number, graph in _fields(memoryview(model)):
            if number == _GRAPH and isinstance(graph, memoryview):
                for inner, tensor in _fields(graph):
                    if inner == 5 and isinstance(tensor, memoryview):
                        name, values = _float_tensor(tensor, names)
                        if values is not None:
                            found[name] = values
    except ValueError as error:
        raise ModelError(NOT_ONNX, code="model.not_onnx") from error
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
    """Number and value of each field of a protobuf message: an integer, or the bytes.

    Raises ValueError where the bytes are none, or have more fields than any network.
    """
    at = count = 0
    while at < len(message):
        count += 1
        if count > _MOST_FIELDS:
            raise ValueError("too many fields")
        tag, at = _varint(message, at)
        if tag >> 3 == 0:
            raise ValueError("no field has the number 0")
        match tag & 7:
            case 0:  # varint
                value, at = _varint(message, at)
                yield tag >> 3, value
                continue
            case 2:  # length-delimited
                size, at = _varint(message, at)
            case 1:
                size = 8
            case 5:
                size = 4
            case _:  # groups, 3 and 4, do not occur in ONNX
                raise ValueError("no type of a field")
        if size > len(message) - at:
            raise ValueError("cut off")
        yield tag >> 3, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise ValueError("cut off")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
    raise ValueError("no number has so many bytes")
