"""What a model file says about itself, and what can be measured of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from desktop_app.core.errors import EmoscopeError
from desktop_app.inference.initializers import graph_sha256, metadata_text
from desktop_app.inference.manifest import MANIFEST_KEY, Manifest, ManifestError
from desktop_app.inference.outputs import LOGITS, VALUES
from desktop_app.inference.text_manifest import TextManifest
from desktop_app.inference.text_package import is_text_model
from export.errors import ModelFileError
from export.manifest_writer import read_manifest, sha256
from export.verification.process import Progress, run_isolated
from export.verification.structure import check_external_data, parse, precision, read_content

_DEFAULT_RATE = 16_000


def describe(path: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Manifest, inputs and outputs, operators, size, operations and speed of a file, as JSON values.

    What it costs to run is measured in a process of its own; where that fails, `note` says why.

    Raises
    ------
    ModelFileError
        If it cannot be read or is no ONNX file.
    """
    content = read_content(path)
    try:
        model = parse(content)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error.message}", error.hint) from error
    given = {tensor.name for tensor in model.graph.initializer}
    manifest, rate, notes = _manifest(content)
    facts: dict[str, Any] = {
        "path": str(path),
        "bytes": len(content),
        "sha256": sha256(content),
        "precision": precision(model),
        "opset": next((o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), None),
        "domains": sorted(o.domain for o in model.opset_import if o.domain not in {"", "ai.onnx"}),
        "ir_version": model.ir_version,
        "producer": f"{model.producer_name} {model.producer_version}".strip(),
        "inputs": {v.name: _shape(v) for v in model.graph.input if v.name not in given},
        "optional_inputs": {v.name: _shape(v) for v in model.graph.input if v.name in given},
        "outputs": {v.name: _shape(v) for v in model.graph.output},
        "parameters": int(sum(np.prod(t.dims) for t in model.graph.initializer if len(t.dims))),
        "operators": dict(Counter(node.op_type for node in model.graph.node).most_common()),
        "manifest": manifest,
        "macs": None,
        "milliseconds": {},
    }
    try:
        check_external_data(model, path.parent)
        if is_text_model(content):
            facts |= run_isolated("measure_text", {"path": str(path)}, progress)
        elif "waveform" in facts["inputs"] and {LOGITS, VALUES} & set(facts["outputs"]):
            facts |= run_isolated("measure", {"path": str(path), "sample_rate": rate}, progress)
    except EmoscopeError as error:
        notes.append(f"It cannot be run: {error}")
    return {**facts, "note": " ".join(notes)}


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Which facts of two descriptions differ; those of the manifest as `manifest.labels`."""
    plain = {key: (one[key], other[key]) for key in one if key != "manifest"}
    a, b = one["manifest"] or {}, other["manifest"] or {}
    said = {f"manifest.{key}": (a.get(key), b.get(key)) for key in dict.fromkeys([*a, *b])}
    return [key for key, (left, right) in {**plain, **said}.items() if left != right]


def _manifest(content: bytes) -> tuple[dict[str, Any] | None, int, list[str]]:
    """The manifest, the sample rate, and what is to be said about it."""
    found: Manifest | TextManifest | None
    try:
        found = _text_manifest(content) if is_text_model(content) else read_manifest(content)
    except ManifestError as error:
        return None, _DEFAULT_RATE, [str(error)]
    if found is None:
        return None, _DEFAULT_RATE, ["The file has no manifest: the analyzer refuses it."]
    notes = []
    if found.graph_sha256 not in {None, graph_sha256(content)}:
        notes.append("Its graph was changed after the manifest was written: the analyzer refuses it.")
    rate = found.sample_rate if isinstance(found, Manifest) else _DEFAULT_RATE
    return found.to_dict(), rate, notes


def _text_manifest(content: bytes) -> TextManifest:
    return TextManifest.from_json(metadata_text(content, MANIFEST_KEY) or b"")


def _shape(value: onnx.ValueInfoProto) -> list[str | int]:
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
