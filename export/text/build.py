"""A trained classifier of text to a finished file: exported, with its tokenizer and manifest, verified."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx

from desktop_app.inference.initializers import graph_sha256
from desktop_app.inference.manifest import FORMAT_VERSION, MANIFEST_KEY
from desktop_app.inference.manifest_rules import TEXT
from desktop_app.inference.text_manifest import SELF_TEST_TEXT, TOKENIZER_KEY, TextManifest
from export.errors import ParityError, ShapeError
from export.manifest_writer import TOLERANCE_FP32, now
from export.safety import first_line
from export.sources.text_source import TextSource, text_graph
from export.torch_export import EXPORTERS, first_that_verifies
from export.verification.process import Progress, run_isolated
from export.verification.structure import parse, serialize
from export.verification.texts import TEXTS
from export.verification.verify import TOLERANCE, Verification, verification

DEFAULTS: Final[Mapping[str, Any]] = {
    "temperature": 1.0,
    "trained_on": {"corpora": [], "texts": None, "split_sha256": None},
    "metrics": {"protocol": "not measured", "uar": None, "accuracy": None, "ece": None},
    "licence": "unknown",
}


@dataclass(frozen=True, slots=True)
class BuiltText:
    """A finished file, the exporter that made its graph, and what was verified."""

    content: bytes
    exporter: str
    verification: Verification
    manifest: TextManifest


def build_text(
    source: TextSource,
    given: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = lambda _: None,
    progress: Progress | None = None,
) -> BuiltText:
    """Export a classifier by the first exporter whose graph verifies.

    Parameters
    ----------
    given : mapping, optional
        Fields of the manifest that a person names: they come before what the training knows.

    Raises
    ------
    ExportError
        If no graph verifies.
    ManifestError
        If a field breaks the manifest's rules.
    """
    tokens = [list(source.tokens(text)) for text in TEXTS]
    try:
        logits = source.logits(tokens)
    except Exception as error:
        raise ShapeError(
            f"The model itself fails on one of the texts of {', '.join(str(len(t)) for t in tokens)} tokens: "
            f"{first_line(error)}",
            "It must take (input_ids, attention_mask) [batch, tokens] of any size.",
        ) from error
    if not np.isfinite(logits).all():
        raise ParityError("The model itself gives logits that are not finite.", "Its weights are broken.")
    expected = {"tokens": tokens, "logits": logits.tolist()}
    data = manifest_data(source, given or {})

    def attempt(exporter: str) -> BuiltText:
        say(f"exporting with {exporter} ...")
        graph = text_graph(source.module, source.pad_token, exporter)
        say(f"verifying what {exporter} made ...")
        content, manifest = with_text_manifest(graph, data, source.tokenizer)
        found = verify_text(content, expected, TOLERANCE, progress)
        return BuiltText(content, exporter, found, manifest)

    return first_that_verifies(EXPORTERS, attempt)


def manifest_data(source: TextSource, given: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a source as JSON values; its graph is not known yet."""
    test = list(source.tokens(SELF_TEST_TEXT))
    data = {
        **DEFAULTS,
        "name": source.name,
        **source.manifest,
        **{key: value for key, value in given.items() if value is not None},
        "format_version": FORMAT_VERSION,
        "kind": TEXT,
        "graph_sha256": "0" * 64,
        "tokenizer_sha256": hashlib.sha256(source.tokenizer.encode("utf-8")).hexdigest(),
        "labels": list(source.labels),
        "source_labels": dict(source.counted),
        "problem": source.problem,
        "languages": list(source.languages),
        "max_tokens": source.max_tokens,
        "pad_token": source.pad_token,
        "created": now(),
        "source_sha256": source.weights_sha256,
        "self_test": {
            "text": SELF_TEST_TEXT,
            "tokens": test,
            "logits": [round(float(logit), 6) for logit in source.logits([test])[0]],
            "tolerance": TOLERANCE_FP32,
        },
    }
    TextManifest.from_dict(data)  # told before minutes of work
    return data


def with_text_manifest(graph: bytes, data: Mapping[str, Any], tokenizer: str) -> tuple[bytes, TextManifest]:
    """The graph with its tokenizer and its manifest, and that manifest."""
    model = parse(graph)
    del model.metadata_props[:]
    manifest = TextManifest.from_dict({**data, "graph_sha256": graph_sha256(serialize(model))})
    onnx.helper.set_model_props(model, {MANIFEST_KEY: manifest.to_json(), TOKENIZER_KEY: tokenizer})
    return serialize(model), manifest


def verify_text(
    content: bytes,
    expected: Mapping[str, Any] | None,
    tolerance: float = 0.0,
    progress: Progress | None = None,
) -> Verification:
    """Check the bytes of a file in a process of its own; see `export.verification.texts`. Raises as that."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(content)
        arguments = {"path": str(path), "expected": expected, "tolerance": tolerance}
        return verification(run_isolated("verify_text", arguments, progress))
