"""Model files that keep the contract to whoever only reads them, and do harm where they are run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from desktop_app.inference.manifest import MANIFEST_KEY, self_test_signal

LABELS = ("a", "b", "c")
RATE = 16_000
_WEIGHTS = np.array([[1.0, 2.0, -1.0]], np.float32)
_BIAS = np.array([0.1, 0.2, 0.3], np.float32)
TESTED_SAMPLES = 2 * RATE
"""Length of the self-test, which the files of `at_other_lengths` pass."""


def loops_while_loading(path: Path) -> Path:
    """Its endless loop depends on no input, so ONNX Runtime computes it once and for all while it loads."""
    nodes = [_loop("bias", "late"), helper.make_node("Add", ["fine", "late"], ["logits"])]
    return _write(path, nodes)


def loops_while_running(path: Path) -> Path:
    """Answers its self-test, and comes back from no other length."""
    return at_other_lengths(path, [_loop("fine", "other")])


def doubles_its_answer(path: Path) -> Path:
    """Six logits in place of three, for any length but that of its self-test."""
    return at_other_lengths(path, [helper.make_node("Concat", ["fine", "fine"], ["other"], axis=1)])


def drops_from_its_answer(path: Path) -> Path:
    """One logit in place of three, for any length but that of its self-test."""
    return at_other_lengths(path, [helper.make_node("Slice", ["fine", "nought", "axis", "axis"], ["other"])])


def greedy(path: Path, numbers: int = 2_000_000_000) -> Path:
    """Wants as many numbers at once, for any length but that of its self-test."""
    nodes = [
        helper.make_node("Expand", ["fine", "huge"], ["wide"]),
        helper.make_node("ReduceMean", ["wide", "first"], ["other"], keepdims=0),
    ]
    return at_other_lengths(path, nodes, [_constant("huge", [numbers // 3, 1, 3]), _constant("first", [0])])


def with_manifest_of(path: Path, **changes: Any) -> Path:
    """A model in which nothing is wrong but these fields of its manifest."""
    return _write(path, [helper.make_node("Identity", ["fine"], ["logits"])], changes=changes)


def at_other_lengths(path: Path, other: Sequence[NodeProto], constants: Sequence[TensorProto] = ()) -> Path:
    """A model that answers its self-test, and computes `other` from `fine` for each other length."""
    same = helper.make_graph([helper.make_node("Identity", ["fine"], ["same"])], "same", [], [_value("same")])
    differs = helper.make_graph(list(other), "other", [], [_value("other")])
    nodes = [
        helper.make_node("Shape", ["waveform"], ["shape"]),
        helper.make_node("Gather", ["shape", "second"], ["samples"]),
        helper.make_node("Equal", ["samples", "tested"], ["is_tested"]),
        helper.make_node("If", ["is_tested"], ["logits"], then_branch=same, else_branch=differs),
    ]
    return _write(path, nodes, constants)


def _loop(start: str, end: str) -> NodeProto:
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["still"]), helper.make_node("Sin", ["carried"], ["next"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, None),
        ],
        [helper.make_tensor_value_info("still", TensorProto.BOOL, []), _value("next")],
    )
    return helper.make_node("Loop", ["turns", "yes", start], [end], body=body)


def _value(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)


def _constant(name: str, value: Any, dtype: Any = np.int64) -> TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def _write(
    path: Path,
    nodes: Sequence[NodeProto],
    constants: Sequence[TensorProto] = (),
    changes: dict[str, Any] | None = None,
) -> Path:
    """A model whose `fine` [batch, 3] are right logits, and `nodes` that make its `logits` of them."""
    first = [
        helper.make_node("Abs", ["waveform"], ["loud"]),
        helper.make_node("ReduceMean", ["loud", "axis"], ["mean"], keepdims=1),
        helper.make_node("MatMul", ["mean", "weights"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["fine"]),
    ]
    known = [
        _constant("axis", [1]),
        _constant("nought", [0]),
        _constant("second", 1),
        _constant("tested", TESTED_SAMPLES),
        _constant("turns", 2**62),
        _constant("yes", True, np.bool_),
        _constant("weights", _WEIGHTS, np.float32),
        _constant("bias", _BIAS, np.float32),
    ]
    waveform = helper.make_tensor_value_info("waveform", TensorProto.FLOAT, ["batch", "samples"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "classes"])
    graph = helper.make_graph([*first, *nodes], "hostile", [waveform], [logits], [*known, *constants])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    signal = self_test_signal("vowels-v1", TESTED_SAMPLES / RATE, RATE)
    answer = np.abs(signal).mean() * _WEIGHTS[0] + _BIAS
    manifest = {
        "format_version": 1,
        "name": "hostile",
        "labels": list(LABELS),
        "sample_rate": RATE,
        "min_seconds": 0.4,
        "max_seconds": 10.0,
        "temperature": 1.0,
        "abstain_below": 0.3,
        "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
        "metrics": {"protocol": "none: a model for tests", "uar": None, "accuracy": None, "ece": None},
        "licence": "MIT",
        "created": "2026-01-31",
        "source_sha256": "0" * 64,
        "self_test": {
            "signal": "vowels-v1",
            "seconds": TESTED_SAMPLES / RATE,
            "logits": [float(x) for x in answer],
            "tolerance": 0.01,
        },
        **(changes or {}),
    }
    model.metadata_props.add(key=MANIFEST_KEY, value=json.dumps(manifest))
    path.write_bytes(model.SerializeToString())
    return path
