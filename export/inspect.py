"""What a model file says about itself, and what can be measured of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from desktop_app.inference.manifest import ManifestError
from export.errors import ExportError
from export.manifest_writer import read_manifest, sha256
from export.runner import GraphRunner


def _shape(value: onnx.ValueInfoProto) -> list[str | int]:
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def describe(path: Path) -> dict[str, Any]:
    """Manifest, inputs and outputs, operators, size and speed of a file, as JSON values.

    Raises
    ------
    ExportError
        If it cannot be read or is no ONNX file.
    """
    try:
        content = path.read_bytes()
        model = onnx.load_model_from_string(content)
        if not model.graph.node:
            raise ValueError("no graph")
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}.") from error
    except Exception as error:
        raise ExportError(f"{path} is no ONNX file.") from error
    given = {tensor.name for tensor in model.graph.initializer}
    manifest: dict[str, Any] | None = None
    note = ""
    rate = 16_000
    try:
        found = read_manifest(content)
        if found is not None:
            manifest, rate = found.to_dict(), found.sample_rate
        else:
            note = "The file has no manifest: the analyzer refuses it."
    except ManifestError as error:
        note = str(error)
    description: dict[str, Any] = {
        "path": str(path),
        "bytes": len(content),
        "sha256": sha256(content),
        "opset": next((o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), None),
        "producer": f"{model.producer_name} {model.producer_version}".strip(),
        "inputs": {v.name: _shape(v) for v in model.graph.input if v.name not in given},
        "optional_inputs": {v.name: _shape(v) for v in model.graph.input if v.name in given},
        "outputs": {v.name: _shape(v) for v in model.graph.output},
        "parameters": int(sum(np.prod(t.dims) for t in model.graph.initializer if len(t.dims))),
        "operators": dict(Counter(node.op_type for node in model.graph.node).most_common()),
        "manifest": manifest,
        "note": note,
    }
    if "waveform" in description["inputs"]:
        runner = GraphRunner(content)
        description["milliseconds"] = {f"{s} s": round(runner.milliseconds(s, rate), 2) for s in (1, 3, 8)}
    return description
