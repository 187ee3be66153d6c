"""Tiny text models: each known word speaks for one emotion, and the mean over the words is the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from desktop_app.core.fusion import FusedModel, Fusion, Weights
from desktop_app.core.fusion_file import file_sha256, write_fusion
from desktop_app.inference.initializers import graph_sha256
from desktop_app.inference.manifest import MANIFEST_KEY
from desktop_app.inference.package import read_content, read_manifest
from desktop_app.inference.text_manifest import TOKENIZER_KEY, TextManifest
from desktop_app.inference.text_package import read_text_file

WORDS: dict[str, str] = {
    "glad": "happy",
    "happy": "happy",
    "wonderful": "happy",
    "miss": "sad",
    "believe": "surprised",
    "disgusting": "disgust",
    "hate": "angry",
}
LABELS = ("neutral", "happy", "sad", "angry", "disgust", "surprised")
TEST = "I am so glad."


def make_tiny_text_model(
    path: Path,
    *,
    labels: Sequence[str] = LABELS,
    words: Mapping[str, str] = WORDS,
    languages: Sequence[str] = (),
    sharpness: float = 20.0,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    nan_weights: bool = False,
    without: str = "",
    spoil: str = "",
    tokenizer: str = "",
    **manifest: Any,
) -> Path:
    """Write a file to `path` and return it.

    Parameters
    ----------
    words : mapping
        Which emotion a word speaks for; a text without any of them is of the first label.
    without : str
        A key of the metadata that is left out.
    spoil : str
        What is changed behind the manifest's back: "graph", "tokenizer", "tokens" or "logits" of its test.
    tokenizer : str
        In place of its own tokenizer.json.
    manifest
        Fields to set in the manifest.
    """
    vocabulary = {"[PAD]": 0, "[UNK]": 1, **{word: number + 2 for number, word in enumerate(words)}}
    word_level = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 - no password
    word_level.normalizer = normalizers.Lowercase()
    word_level.pre_tokenizer = pre_tokenizers.Whitespace()
    described = tokenizer or word_level.to_str()

    weights = np.zeros((len(vocabulary), len(labels)), np.float32)
    weights[1, 0] = 0.1  # of the first one, unless a word speaks
    for word, label in words.items():
        if label in labels:
            weights[vocabulary[word], list(labels).index(label)] = 1.0
    weights *= sharpness
    if nan_weights:
        weights[1, 0] = np.nan
    model = _graph(weights, inputs)
    numbers = word_level.encode(TEST).ids
    logits = weights[numbers].mean(axis=0)
    data: dict[str, Any] = {
        "format_version": 2,
        "kind": "text",
        "graph_sha256": graph_sha256(model.SerializeToString()),
        "tokenizer_sha256": hashlib.sha256(described.encode()).hexdigest(),
        "name": path.stem,
        "labels": list(labels),
        "source_labels": {label: label for label in labels},
        "problem": "single_label",
        "languages": list(languages),
        "max_tokens": 64,
        "pad_token": 0,
        "temperature": 1.0,
        "trained_on": {"corpora": ["made up"], "texts": len(words), "split_sha256": None},
        "metrics": {"protocol": "not measured", "uar": None, "accuracy": None, "ece": None},
        "licence": "CC0-1.0",
        "created": "2026-01-31",
        "source_sha256": "0" * 64,
        "self_test": {
            "text": TEST,
            "tokens": numbers[1:] if spoil == "tokens" else numbers,
            "logits": [float(x) + (spoil == "logits") for x in np.nan_to_num(logits)],
            "tolerance": 1e-3,
        },
        **manifest,
    }
    if spoil == "graph":
        model.graph.initializer[0].raw_data = (weights + 1).tobytes()
    if spoil == "tokenizer":
        described = described.replace("glad", "gled")
    props = {MANIFEST_KEY: TextManifest.from_dict(data).to_json(), TOKENIZER_KEY: described}
    helper.set_model_props(model, {key: value for key, value in props.items() if key != without})
    path.write_bytes(model.SerializeToString())
    return path


def _graph(weights: np.ndarray, inputs: Sequence[str]) -> onnx.ModelProto:
    """The mean of the rows of `weights` that the tokens name, where the mask is 1."""
    nodes = [
        helper.make_node("Gather", ["weights", inputs[0]], ["rows"], axis=0),
        helper.make_node("Cast", [inputs[1]], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["real", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["heeded"]),
        helper.make_node("ReduceSum", ["heeded", "tokens_axis"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["real", "tokens_axis"], ["count"], keepdims=1),
        helper.make_node("Div", ["sum", "count"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", weights.shape[1]])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([2], np.int64), "last"),
            numpy_helper.from_array(np.array([1], np.int64), "tokens_axis"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def make_tiny_fusion(path: Path, voice: Path, text: Path) -> Path:
    """Write a fusion of two model files to `path`, in which words have a say; returns it."""
    heard, read = read_manifest(read_content(voice)), read_text_file(text)
    fusion = Fusion(
        FusedModel(heard.name, file_sha256(voice), heard.labels),
        read.identity,
        (Weights(1.0, 0.7),) * len(heard.labels),
    )
    write_fusion(path, fusion)
    return path
