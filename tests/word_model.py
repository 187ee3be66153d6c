"""A real file of a text model that tells emotions by single words, for whoever needs one at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from desktop_app.inference.initializers import graph_sha256
from desktop_app.inference.manifest import MANIFEST_KEY, Metrics
from desktop_app.inference.text_manifest import TOKENIZER_KEY, TextManifest, TextSelfTest, TextsTrainedOn

LABELS = ("neutral", "joy", "sadness", "anger")
WORDS: Mapping[str, str] = {
    "thank": "joy", "love": "joy", "great": "joy", "miss": "sadness", "cry": "sadness", "lost": "sadness",
    "hate": "anger", "awful": "anger", "smells": "anger", "table": "neutral", "door": "neutral",
}  # fmt: skip
TEST = "I hate you"
UNKNOWN = "[UNK]"


def make_word_model(
    path: Path,
    labels: Sequence[str] = LABELS,
    words: Mapping[str, str] = WORDS,
    *,
    strength: float = 3.0,
    languages: Sequence[str] = ("en",),
) -> Path:
    """Write the file: each known word adds `strength` to the logit of its emotion."""
    vocabulary = {"[PAD]": 0, UNKNOWN: 1} | {word: number for number, word in enumerate(words, 2)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    told = np.zeros((len(vocabulary), len(labels)), np.float32)
    for word, label in words.items():
        told[vocabulary[word], labels.index(label)] = strength
    nodes = [
        helper.make_node("Gather", ["told", "input_ids"], ["each"]),
        helper.make_node("Cast", ["attention_mask"], ["counts"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["counts", "last"], ["wide"]),
        helper.make_node("Mul", ["each", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "first"], ["logits"], keepdims=0),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(labels)])
    constants = [
        numpy_helper.from_array(told, "told"),
        numpy_helper.from_array(np.array([2], np.int64), "last"),
        numpy_helper.from_array(np.array([1], np.int64), "first"),
    ]
    model = helper.make_model(
        helper.make_graph(nodes, "words", inputs, [output], constants),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=10,
    )
    text = tokenizer.to_str()
    tokens = tuple(tokenizer.encode(TEST).ids)
    manifest = TextManifest(
        name=path.stem,
        labels=tuple(labels),
        source_labels={label: label for label in labels},
        problem="single_label",
        languages=tuple(languages),
        max_tokens=64,
        pad_token=0,
        temperature=1.0,
        trained_on=TextsTrainedOn(),
        metrics=Metrics(protocol="none", uar=None, accuracy=None, ece=None, extra={}),
        licence="CC0-1.0",
        created="2026-01-01T00:00:00+00:00",
        source_sha256="0" * 64,
        graph_sha256=graph_sha256(model.SerializeToString()),
        tokenizer_sha256=hashlib.sha256(text.encode()).hexdigest(),
        self_test=TextSelfTest(TEST, tokens, tuple(float(x) for x in told[list(tokens)].sum(axis=0)), 1e-3),
    )
    for key, value in ((MANIFEST_KEY, manifest.to_json()), (TOKENIZER_KEY, text)):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, path)
    return path
