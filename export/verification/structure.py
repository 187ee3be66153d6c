"""What can be told of a model file without running it: whole, self-contained, finite, of known operators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
import onnx

from desktop_app.core.foreign_files import impostor
from export.errors import ModelFileError, ParityError, ShapeError, UnsafeFileError, UnsupportedOperatorError

MAX_BYTES = 2**31 - 1
"""Protobuf, in which an ONNX file is written, can hold no more."""

_FLOATS = {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE}
_SCHEMA_DOMAINS = {"", "ai.onnx", "ai.onnx.ml"}


def read_content(path: Path) -> bytes:
    """The bytes of a model file.

    Raises
    ------
    ModelFileError
        If it cannot be read or is larger than an ONNX file can be.
    """
    try:
        if path.exists() and not path.is_file():
            raise ModelFileError(f"{path} cannot be read: it is not a regular file.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ModelFileError(
                f"{path} has {size / 2**30:.2f} GB, and an ONNX file can hold at most 2 GB.",
                "Make it smaller first: half precision halves it, int8 quarters it.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror}.") from error
    found = impostor(content[:1024])
    if found is not None:
        raise ModelFileError(f"{path} is {found.name}.", found.hint, code=f"export.{found.code}")
    return content


def parse(content: bytes) -> onnx.ModelProto:
    """The graph in the bytes of a model file.

    Raises
    ------
    ModelFileError
        If they are no ONNX file, or break off.
    """
    try:
        model: onnx.ModelProto = onnx.load_model_from_string(content)
    except Exception as error:
        raise ModelFileError(
            "The file is no ONNX file, or breaks off in the middle.",
            f"It has {len(content)} bytes; copy or export it again.",
        ) from error
    if not model.graph.node or not model.graph.output:
        raise ModelFileError(
            "The file holds no whole graph: it is no ONNX file, or breaks off in the middle.",
            f"It has {len(content)} bytes; copy or export it again.",
        )
    return model


def serialize(model: onnx.ModelProto) -> bytes:
    """The bytes of a model file.

    Raises
    ------
    ModelFileError
        If the graph is too large for one file.
    """
    size = model.ByteSize()
    if size > MAX_BYTES:
        raise ModelFileError(
            f"The graph needs {size / 2**30:.2f} GB, and an ONNX file can hold at most 2 GB.",
            "Export fewer layers, or a smaller model.",
        )
    content: bytes = model.SerializeToString()
    return content


def check_structure(model: onnx.ModelProto, folder: Path | None = None) -> None:
    """Everything that can be seen without running the graph.

    Parameters
    ----------
    folder : Path, optional
        Where the file lies.

    Raises
    ------
    UnsafeFileError, ShapeError, UnsupportedOperatorError, ParityError
    """
    check_external_data(model, folder)
    check_operators(model)
    try:
        onnx.checker.check_model(model, full_check=False)
    except onnx.checker.ValidationError as error:
        text = " ".join(str(error).split("\n\n")[0].split())
        if "ir_version" in text:
            raise UnsupportedOperatorError("The file's format is too new.", text) from error
        raise ShapeError("onnx.checker refuses the graph.", text) from error
    check_weights(model)


def check_external_data(model: onnx.ModelProto, folder: Path | None = None) -> None:
    """No tensor's data outside of the file, and none that points out of its folder.

    Raises
    ------
    UnsafeFileError
        For an absolute path, one that climbs with `..`, or a link out of the folder.
    ShapeError
        For data in a second file: harmless, but a model is one file.
    """
    outside = []
    for tensor in tensors(model):
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        outside.append(tensor.name)
        for entry in tensor.external_data:
            if entry.key == "location":
                _check_location(tensor.name, entry.value, folder)
    if outside:
        raise ShapeError(
            f"The graph keeps {len(outside)} tensors outside of the file, '{outside[0]}' first.",
            "A model is one file: export it with its data inside (under 2 GB).",
        )


def _check_location(name: str, location: str, folder: Path | None) -> None:
    paths = (PurePosixPath(location), PureWindowsPath(location))
    why = ""
    if any(path.is_absolute() or path.drive for path in paths):
        why = "an absolute path"
    elif any(".." in path.parts for path in paths):
        why = "a path that leaves the file's folder"
    elif folder is not None and not (folder / location).resolve().is_relative_to(folder.resolve()):
        why = "a link that leaves the file's folder"
    if why:
        raise UnsafeFileError(
            f"The tensor '{name}' wants its data from '{location}', {why}.",
            "Such a file could read anything on this computer. Do not use it.",
        )


def check_operators(model: onnx.ModelProto) -> None:
    """Every operator of the ONNX standard exists, in an operator set that the file imports.

    Operators of other domains are known to ONNX Runtime alone, which refuses the unknown ones at load.

    Raises
    ------
    UnsupportedOperatorError
    """
    own = {(function.domain, function.name) for function in model.functions}
    imported = {entry.domain for entry in model.opset_import}
    for node in _nodes(model):
        if (node.domain, node.op_type) in own:
            continue
        if node.domain in _SCHEMA_DOMAINS and not onnx.defs.has(node.op_type, domain=node.domain):
            raise unsupported(node.op_type, node.domain)
        if node.domain not in imported | {"", "ai.onnx"}:
            raise UnsupportedOperatorError(
                f"The operator '{node.op_type}' is of the domain '{node.domain}', "
                "which the file does not import."
            )


def unsupported(operator: str, domain: str) -> UnsupportedOperatorError:
    """The error for an operator that ONNX Runtime does not know."""
    named = f"'{operator}' of the domain '{domain}'" if domain else f"'{operator}'"
    return UnsupportedOperatorError(
        f"ONNX Runtime has no operator {named}.",
        "Write that part of the model with standard operators, or try the other exporter.",
    )


def check_weights(model: onnx.ModelProto) -> None:
    """No weight is NaN. Infinity is let through: masks of attention use it.

    Raises
    ------
    ParityError
    """
    for tensor in tensors(model):
        if tensor.data_type in _FLOATS:
            values = onnx.numpy_helper.to_array(tensor)
            broken = int(np.isnan(values).sum())
            if broken:
                raise ParityError(
                    f"{broken} of the {values.size} numbers in the weights '{tensor.name}' are NaN.",
                    "The training diverged: take an earlier checkpoint.",
                )


def precision(model: onnx.ModelProto) -> str:
    """Kind of numbers that the graph computes with: "fp32", "fp16" or "int8"."""
    operators = {node.op_type for node in _nodes(model)}
    if operators & {
        "DynamicQuantizeLinear",
        "QuantizeLinear",
        "DynamicQuantizeMatMul",
        "MatMulIntegerToFloat",
    }:
        return "int8"
    if any(tensor.data_type == onnx.TensorProto.FLOAT16 for tensor in model.graph.initializer):
        return "fp16"
    return "fp32"


def tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Every constant of the model, those of inner graphs and functions included."""
    for graph in _graphs(model):
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield from (sparse.values, sparse.indices)
    for node in _nodes(model):
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            inner = [attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []
            for sparse in (*inner, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)


def _graphs(model: onnx.ModelProto) -> Iterator[onnx.GraphProto]:
    waiting = [model.graph]
    functions = [node for function in model.functions for node in function.node]
    for node in functions:
        waiting.extend(_inner(node))
    while waiting:
        graph = waiting.pop()
        yield graph
        for node in graph.node:
            waiting.extend(_inner(node))


def _inner(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def _nodes(model: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    for graph in _graphs(model):
        yield from graph.node
    for function in model.functions:
        yield from function.node
