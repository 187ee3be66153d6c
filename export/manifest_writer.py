"""Puts a manifest into a graph, its self-test measured on that very graph; writes the file whole or not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import onnx

from desktop_app.core.safe_files import WriteError, write_bytes
from desktop_app.inference.initializers import graph_sha256
from desktop_app.inference.manifest import FORMAT_VERSION, MANIFEST_KEY, Manifest, SelfTest, self_test_signal
from desktop_app.inference.trial import remember
from export.errors import ExportError, LabelError
from export.verification.runner import GraphRunner
from export.verification.structure import serialize

SIGNAL, SIGNAL_SECONDS = "vowels-v1", 2.0
TOLERANCE_FP32 = 1e-3
TOLERANCE_INT8 = 0.5
"""Processors without VNNI round the products of 8-bit numbers differently; a wrong model is off by more."""
TOLERANCE_OF_VALUES = 0.1
"""The most of it for values in [0, 1]."""


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def measured_before(manifest: Manifest, change: str) -> Manifest:
    """The manifest of a file that was changed: its figures, if any, are said to be of the file before."""
    metrics = manifest.metrics
    if metrics.uar is None and metrics.accuracy is None:
        return manifest
    told = f"measured before {change}"
    if told in metrics.protocol:
        return manifest
    protocol = "; ".join(part for part in (metrics.protocol, told) if part)
    return replace(manifest, metrics=replace(metrics, protocol=protocol))


def measure_self_test(content: bytes, sample_rate: int, seconds: float, tolerance: float) -> SelfTest:
    """The self-test with the logits that this graph gives."""
    waveform = self_test_signal(SIGNAL, seconds, sample_rate)
    logits = GraphRunner(content).logits(waveform[None])[0]
    return SelfTest(SIGNAL, seconds, tuple(round(float(x), 6) for x in logits), tolerance)


def with_manifest(content: bytes, manifest: Manifest, *, tolerance: float = TOLERANCE_FP32) -> bytes:
    """The graph with `manifest`, whose self-test and date are made anew.

    Raises
    ------
    LabelError
        If there are more or fewer labels than logits.
    """
    seconds = max(SIGNAL_SECONDS, manifest.min_seconds)
    tolerance = min(tolerance, TOLERANCE_OF_VALUES) if manifest.dimensions else tolerance
    test = measure_self_test(content, manifest.sample_rate, seconds, tolerance)
    if len(test.logits) != len(manifest.labels):
        raise LabelError(
            f"The graph gives {len(test.logits)} logits and there are {len(manifest.labels)} labels: "
            f"{', '.join(manifest.labels)}."
        )
    model = onnx.load_model_from_string(content)
    manifest = replace(
        manifest,
        self_test=test,
        created=now(),
        format_version=FORMAT_VERSION,
        graph_sha256=graph_sha256(serialize(model)),
    )
    onnx.helper.set_model_props(model, {MANIFEST_KEY: manifest.to_json()})
    return serialize(model)


def read_manifest(content: bytes) -> Manifest | None:
    """The manifest of a file, or None where there is none."""
    model = onnx.load_model_from_string(content)
    for prop in model.metadata_props:
        if prop.key == MANIFEST_KEY:
            return Manifest.from_json(prop.value)
    return None


def write_file(content: bytes, out: Path) -> None:
    """Write `content`, which was verified, to `out`: all of it, or nothing and an ExportError.

    The analyzer need not try it again: it was run here at more lengths, in a process of its own.
    """
    try:
        write_bytes(out, content, "model file")
    except WriteError as error:
        raise ExportError(f"The model could not be written. {error.message}", error.hint) from error
    remember(sha256(content), None)
