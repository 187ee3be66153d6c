"""Model files that pass their self-test and misbehave at other lengths of sound, or never come back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

import onnx
import onnx.parser

from desktop_app.inference.trial import remember

LABELS: Final = ("a", "b", "c")

_HEAD = """
<ir_version: 8, opset_import: ["" : 18]>
g (float[batch,samples] waveform) => (float[batch,classes] logits)
<int64[1] time = {1}, float[1,3] weights = {1,2,-1}, float[3] bias = {0.1,0.2,0.3}, int64 axis = {1},
 int64[7] tried = {3200, 6400, 19756, 32000, 48000, 98880, 160000},
 int64 forever = {4611686018427387904}, bool go_on = {1}, int64 long = {40000},
 int64[3] box_shape = {1, 1000000, 4}, int64[3] score_shape = {1, 1, 1000000}, int64[1] most = {1000000}>
{
   magnitude = Abs (waveform)
   mean = ReduceMean <keepdims: int = 1> (magnitude, time)
   weighted = MatMul (mean, weights)
   answer = Add (weighted, bias)
   shape = Shape (waveform)
   length = Gather <axis: int = 0> (shape, axis)
   KNOWN
"""
_ANY_OF_THE_TRIED = """same_length = Equal (length, tried)
   counted = Cast <to: int = 7> (same_length)
   found = ReduceSum <keepdims: int = 0> (counted)
   known = Cast <to: int = 9> (found)"""
_SHORT = "known = Less (length, long)"
_OTHERWISE = """
   raw = If (known) <
      then_branch = then_graph () => (float[] same) { same = Identity (answer) },
      else_branch = else_graph () => (float[] other) { BRANCH }
   >
   logits = Identity (raw)
}
"""
_ENDLESS = """other = Loop (forever, go_on, answer) <
      body = body_graph (int64 step, bool before, float[] value) => (bool after, float[] next) {
         after = Identity (before)
         next = Sin (value)
      }
   >"""
# No two boxes without an area overlap, so each of the million is compared with all before it: half an hour.
_ONE_OPERATOR = """level = ReduceMean <keepdims: int = 0> (answer)
      boxes = Expand (level, box_shape)
      scores = Expand (level, score_shape)
      picked = NonMaxSuppression (boxes, scores, most)
      count = Shape <end: int = 1> (picked)
      number = Cast <to: int = 1> (count)
      other = Add (answer, number)"""
_KINDS: Final = {
    "six_logits": "other = Concat <axis: int = 1> (answer, answer)",
    "endless": _ENDLESS,
    "endless_if_long": _ENDLESS,
    "one_operator": _ONE_OPERATOR,
}


def make_misbehaving_model(path: Path, kind: str) -> Path:
    """Write a model of the three LABELS to `path`.

    Its self-test and the lengths of its trial are answered as they should be. At other lengths
    ``six_logits`` gives another number of logits, ``endless`` never returns
    (``endless_if_long``: from what has 40,000 samples or more), and ``one_operator`` is for half
    an hour in a single operator, which cannot be broken off. ``endless_load`` never returns from anything,
    its self-test included. Each counts as tried, as if its trial had not met
    what is wrong with it.
    """
    if kind == "endless_load":
        text = _HEAD + _ENDLESS.replace("other =", "raw =") + "\n logits = Identity (raw)\n}"
    else:
        text = _HEAD + _OTHERWISE.replace("BRANCH", _KINDS[kind])
    text = text.replace("KNOWN", _SHORT if kind == "endless_if_long" else _ANY_OF_THE_TRIED)
    model = onnx.parser.parse_model(text)
    manifest = {
        "format_version": 1,
        "name": kind,
        "labels": LABELS,
        "sample_rate": 16000,
        "min_seconds": 0.4,
        "max_seconds": 10.0,
        "temperature": 1.0,
        "abstain_below": 0.3,
        "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
        "metrics": {"protocol": "none: a model for tests", "uar": None, "accuracy": None, "ece": None},
        "licence": "MIT",
        "created": "2026-01-31",
        "source_sha256": "0" * 64,
        "self_test": {"signal": "vowels-v1", "seconds": 2.0, "logits": [0.15, 0.3, 0.25], "tolerance": 0.5},
    }
    model.metadata_props.add(key="emoscope.manifest", value=json.dumps(manifest))
    content = model.SerializeToString()
    path.write_bytes(content)
    remember(hashlib.sha256(content).hexdigest(), None)
    return path
