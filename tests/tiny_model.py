"""Tiny model files after contract 1, good and broken ones, for every test that needs a model at once.

A tiny model measures a waveform (mean magnitude, deviation, mean slope), so its answer depends on what it
hears, and it runs in microseconds. Its embedding is those three measures; it answers its own self-test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from desktop_app.inference.initializers import graph_sha256
from desktop_app.inference.manifest import MANIFEST_KEY, self_test_signal
from desktop_app.inference.trial import remember

EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")


def make_tiny_model(
    path: Path,
    labels: Sequence[str] = EMOTIONS,
    *,
    manifest: Mapping[str, Any] | str | None = None,
    without_manifest: bool = False,
    sharpness: float = 10.0,
    voice: bool = False,
    embedding: bool = True,
    speaker: bool = False,
    input_name: str = "waveform",
    input_type: int = TensorProto.FLOAT,
    input_shape: Sequence[str | int] = ("batch", "samples"),
    extra_input: bool = False,
    output_name: str = "logits",
    output_type: int = TensorProto.FLOAT,
    classes: int | None = None,
    nan_weights: bool = False,
    self_test_off_by: float = 0.0,
    needs_samples: int = 0,
    external_data: str = "",
    seed: int = 0,
    untried: bool = False,
    says: Mapping[str, float | Sequence[float]] | None = None,
    dimensions: Sequence[str] = (),
) -> Path:
    """Write a model file to `path` and return it. The other parameters change the model, or break one thing.

    Parameters
    ----------
    manifest
        Fields to set in the manifest (`{"temperature": -1}`), or the whole text in its place.
    sharpness
        Scales the logits: 0 makes all classes equally likely, 100 usually makes one clear.
    speaker
        Whether it tells speakers apart: by the mean slope over the deviation, which no loudness changes.
    needs_samples
        The graph fails on a waveform shorter than this.
    classes
        Columns of the logits, if not one for each label.
    external_data
        Name of a file for the weights to stand in, beside the model.
    untried
        Whether the analyzer shall try the file in a process of its own, which takes a moment: by default it
        is remembered as one that was, whatever is wrong with it.
    says
        Further outputs of version 2 of the format, and what each gives to every waveform: a number [batch],
        or several [batch, n]. The file is of version 2 then.
    dimensions
        Names of the values in [0, 1] that it gives in place of logits, as a sigmoid of them.
    """
    path = Path(path)
    labels = dimensions or labels
    output_name = "values" if dimensions and output_name == "logits" else output_name
    columns = classes or len(labels)
    weights = np.random.default_rng(seed).normal(size=(3, columns)).astype(np.float32) * sharpness
    if nan_weights:
        weights[1, 0] = np.nan
    initializers = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array([1], np.int64), "time_axis"),
        numpy_helper.from_array(np.array([0, 0, 0, 1], np.int64), "one_more"),
        numpy_helper.from_array(np.array([1], np.int64), "one"),
        numpy_helper.from_array(np.array([2**31 - 1], np.int64), "far_end"),
        numpy_helper.from_array(np.array([3.0, 3.0, 12.0], np.float32), "scales"),
    ]
    nodes = [
        helper.make_node("Cast", [input_name], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["cast"], ["x"], axis=1),
        helper.make_node("Abs", ["x"], ["magnitude"]),
        helper.make_node("ReduceMean", ["magnitude", "time_axis"], ["mean"], keepdims=1),
        helper.make_node("Mul", ["x", "x"], ["square"]),
        helper.make_node("ReduceMean", ["square", "time_axis"], ["power"], keepdims=1),
        helper.make_node("Sqrt", ["power"], ["deviation"]),
        helper.make_node("Pad", ["x", "one_more"], ["padded"]),
        helper.make_node("Slice", ["padded", "one", "far_end", "time_axis"], ["later"]),
        helper.make_node("Sub", ["later", "x"], ["steps"]),
        helper.make_node("Abs", ["steps"], ["slopes"]),
        helper.make_node("ReduceMean", ["slopes", "time_axis"], ["slope"], keepdims=1),
        helper.make_node("Concat", ["mean", "deviation", "slope"], ["measures"], axis=1),
        helper.make_node("Mul", ["measures", "scales"], ["embedding"]),
    ]
    if needs_samples:  # a Reshape that only fits if enough samples are there
        initializers.append(numpy_helper.from_array(np.array([0], np.int64), "zero"))
        initializers.append(numpy_helper.from_array(np.array([needs_samples], np.int64), "needed"))
        initializers.append(numpy_helper.from_array(np.array([-1, needs_samples], np.int64), "window"))
        at = [node.op_type for node in nodes].index("Abs")
        nodes[at:at] = [
            helper.make_node("Slice", ["x", "zero", "needed", "time_axis"], ["begin"]),
            helper.make_node("Reshape", ["begin", "window"], ["reshaped"]),
            helper.make_node("ReduceMean", ["reshaped", "time_axis"], ["unused"], keepdims=1),
            helper.make_node("Mul", ["unused", "nothing"], ["silence"]),
            helper.make_node("Add", ["x", "silence"], ["x_checked"]),
        ]
        initializers.append(numpy_helper.from_array(np.array([0.0], np.float32), "nothing"))
        for node in nodes[at + 5 :]:
            node.input[:] = ["x_checked" if name == "x" else name for name in node.input]
    inputs = [helper.make_tensor_value_info(input_name, input_type, list(input_shape))]
    source = "embedding"
    if voice:
        for name, value in (("voice_mean", np.zeros(3)), ("voice_std", np.ones(3))):
            initializers.append(numpy_helper.from_array(value.astype(np.float32), name))
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]))
        nodes.append(helper.make_node("Sub", ["embedding", "voice_mean"], ["centred"]))
        nodes.append(helper.make_node("Div", ["centred", "voice_std"], ["standardised"]))
        source = "standardised"
    nodes.append(helper.make_node("MatMul", [source, "weights"], ["raw_logits"]))
    nodes += _bounded(nodes[-1], wanted=bool(dimensions))
    if extra_input:
        inputs.append(helper.make_tensor_value_info("speaker", TensorProto.FLOAT, [1]))
        nodes.append(helper.make_node("Add", ["raw_logits", "speaker"], ["shifted"]))
        nodes.append(helper.make_node("Cast", ["shifted"], [output_name], to=output_type))
    else:
        nodes.append(helper.make_node("Cast", ["raw_logits"], [output_name], to=output_type))
    outputs = [helper.make_tensor_value_info(output_name, output_type, ["batch", columns])]
    if embedding:
        outputs.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", 3]))
    _add_speaker(speaker, nodes, initializers, outputs)
    _add_constants(says or {}, nodes, initializers, outputs)
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)

    if not without_manifest:
        if not isinstance(manifest, str):
            written = _manifest(model, labels, columns, off_by=self_test_off_by)
            written |= _version_2(model, dimensions, wanted=bool(says or speaker or dimensions))
            manifest = json.dumps({**written, **(manifest or {})})
        model.metadata_props.add(key=MANIFEST_KEY, value=manifest)
    _write(path, model, external_data)
    if not untried:
        remember(hashlib.sha256(path.read_bytes()).hexdigest(), None)
    return path


def _bounded(answer: onnx.NodeProto, *, wanted: bool) -> list[onnx.NodeProto]:
    """What makes values in [0, 1] of an answer that can be anything."""
    if not wanted:
        return []
    (name,) = answer.output
    answer.output[:] = ["unbounded"]
    return [helper.make_node("Sigmoid", ["unbounded"], [name])]


def _version_2(model: onnx.ModelProto, dimensions: Sequence[str], *, wanted: bool) -> dict[str, Any]:
    if not wanted:
        return {}
    kind = {"format_version": 2, "kind": "classes", "graph_sha256": graph_sha256(model.SerializeToString())}
    if not dimensions:
        return kind
    ranges = [[0.0, 1.0]] * len(dimensions)
    return {**kind, "kind": "dimensions", "ranges": ranges, "temperature": 1.0, "abstain_below": 0.0}


def _add_speaker(
    wanted: bool,
    nodes: list[onnx.NodeProto],
    initializers: list[onnx.TensorProto],
    outputs: list[onnx.ValueInfoProto],
) -> None:
    if not wanted:
        return
    initializers.append(numpy_helper.from_array(np.array([[1e-6]], np.float32), "almost_nothing"))
    initializers.append(numpy_helper.from_array(np.full((1, 1), 0.5, np.float32), "between_speakers"))
    initializers.append(numpy_helper.from_array(np.full((1, 8), 20.0, np.float32), "apart"))
    nodes += [
        helper.make_node("Add", ["deviation", "almost_nothing"], ["sounding"]),
        helper.make_node("Div", ["slope", "sounding"], ["brightness"]),
        helper.make_node("Sub", ["brightness", "between_speakers"], ["brighter"]),
        helper.make_node("MatMul", ["brighter", "apart"], ["speaker"]),
    ]
    outputs.append(helper.make_tensor_value_info("speaker", TensorProto.FLOAT, ["batch", 8]))


def _add_constants(
    says: Mapping[str, float | Sequence[float]],
    nodes: list[onnx.NodeProto],
    initializers: list[onnx.TensorProto],
    outputs: list[onnx.ValueInfoProto],
) -> None:
    for name, value in says.items():
        constant = np.asarray(value, dtype=np.float32)
        initializers.append(numpy_helper.from_array(constant, f"constant_{name}"))
        initializers.append(numpy_helper.from_array(np.zeros(1, np.float32), f"nothing_{name}"))
        nodes += [
            helper.make_node("ReduceMean", ["mean", "time_axis"], [f"mean_{name}"], keepdims=constant.ndim),
            helper.make_node("Mul", [f"mean_{name}", f"nothing_{name}"], [f"zero_{name}"]),
            helper.make_node("Add", [f"zero_{name}", f"constant_{name}"], [name]),
        ]
        axes = ["batch", len(constant)] if constant.ndim else ["batch"]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, axes))


def _write(path: Path, model: onnx.ModelProto, external_data: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if external_data:
        onnx.save_model(
            model, str(path), save_as_external_data=True, location=external_data, size_threshold=100
        )
    else:
        path.write_bytes(model.SerializeToString())


def _manifest(
    model: onnx.ModelProto, labels: Sequence[str], columns: int, *, off_by: float = 0.0
) -> dict[str, Any]:
    seconds, rate = 1.0, 16000
    return {
        "format_version": 1,
        "name": "tiny",
        "labels": list(labels),
        "sample_rate": rate,
        "min_seconds": 0.3,
        "max_seconds": 8.0,
        "temperature": 1.0,
        "abstain_below": 0.3,
        "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
        "metrics": {"protocol": "none: a model for tests", "uar": None, "accuracy": None, "ece": None},
        "licence": "MIT",
        "created": "2026-01-31",
        "source_sha256": "0" * 64,
        "self_test": {
            "signal": "chirp-v1",
            "seconds": seconds,
            "logits": [logit + off_by for logit in _answer(model, seconds, rate, len(labels), columns)],
            "tolerance": 1e-3,
        },
    }


def _answer(model: onnx.ModelProto, seconds: float, rate: int, labels: int, columns: int) -> list[float]:
    """What the model says to the self-test signal; zeros if it is one of the broken ones that cannot."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        waveform = self_test_signal("chirp-v1", seconds, rate)[None]
        logits = session.run(None, {"waveform": waveform})[0][0].tolist()
    except Exception:  # noqa: BLE001 - a broken model is what was asked for
        return [0.0] * labels
    if labels != columns or not np.all(np.isfinite(logits)):
        return [0.0] * labels
    return [float(logit) for logit in logits]
