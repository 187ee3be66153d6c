"""Smaller files: dynamic int8 of the matrix products, the rest stays fp32."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from export.errors import ExportError
from export.manifest_writer import TOLERANCE_INT8, read_manifest, with_manifest
from export.runner import GraphRunner
from export.signals import speech_like
from export.verify import verify_graph


@dataclass(frozen=True, slots=True)
class QuantizationResult:
    content: bytes
    bytes_before: int
    bytes_after: int
    largest_difference: float  # of logits, on speech-like noise of 1 to 8 s
    same_winner: float  # share


def to_int8(content: bytes) -> QuantizationResult:
    """Quantise the MatMuls of a finished model file to dynamic int8, weights per channel.

    Convolutions and the front end stay fp32: they gain nothing, and a mel spectrum spans more decades than
    eight bits. The manifest is kept, its self-test is made anew.

    Raises
    ------
    ExportError
        For a file without a manifest, or a graph that no longer verifies.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    manifest = read_manifest(content)
    if manifest is None:
        raise ExportError("The file has no manifest.", "Export it with emoscope-export first.")
    model = onnx.load_model_from_string(content)
    del model.graph.value_info[:]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            source, target = Path(folder) / "fp32.onnx", Path(folder) / "int8.onnx"
            onnx.save(model, source)
            quantize_dynamic(
                source,
                target,
                op_types_to_quantize=["MatMul"],
                nodes_to_exclude=_fragile(model),
                per_channel=True,
                weight_type=QuantType.QInt8,
                # Processors without VNNI add two 8-bit products in 16 bits, which outliers saturate; 7-bit
                # weights cannot, and cost a point of UAR everywhere. Unsigned weights cost 60 % of speed.
                reduce_range=False,
                extra_options={"MatMulConstBOnly": True},
            )
            quantized = target.read_bytes()
        finally:
            logging.disable(logging.NOTSET)
    out = with_manifest(quantized, manifest, tolerance=TOLERANCE_INT8)
    verify_graph(out, manifest.sample_rate, len(manifest.labels), batch_tolerance=1.0)
    difference, same = _compare(content, out, manifest)
    return QuantizationResult(out, len(content), len(out), difference, same)


def correct_bias(before: bytes, after: bytes, waveforms: Sequence[FloatArray]) -> bytes:
    """Move the default voice of a quantised file by the mean error of its embeddings.

    Rounding shifts each number of the embedding a little, always to the same side, which adds up to more
    than the noise. The shift is measured on `waveforms` ([samples] each, a hundred or so of real
    speech), as in Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction",
    ICCV 2019.
    """
    one, other = GraphRunner(before), GraphRunner(after)
    errors = [other.embedding(w[None])[0] - one.embedding(w[None])[0] for w in waveforms]
    model = onnx.load_model_from_string(after)
    for tensor in model.graph.initializer:
        if tensor.name == "voice_mean":
            mean = onnx.numpy_helper.to_array(tensor) + np.mean(errors, axis=0)
            tensor.CopyFrom(onnx.numpy_helper.from_array(mean.astype(np.float32), "voice_mean"))
    manifest = read_manifest(after)
    if manifest is None:
        raise ExportError("The file has no manifest.", "Export it with emoscope-export first.")
    return with_manifest(model.SerializeToString(), manifest, tolerance=TOLERANCE_INT8)


def _fragile(model: onnx.ModelProto) -> list[str]:
    """Matrix products of the front end (mel) and of the head: small, and the result depends on them most."""
    weights = {t.name: t.dims for t in model.graph.initializer}
    small = 256 * 256
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul"
        and any(name in weights and int(np.prod(weights[name])) < small for name in node.input)
    ]


def _compare(before: bytes, after: bytes, manifest: Manifest) -> tuple[float, float]:
    one, other = GraphRunner(before), GraphRunner(after)
    worst, same = 0.0, []
    for seed in range(12):
        samples = round((1 + seed % 8) * manifest.sample_rate)
        wave = speech_like(samples, manifest.sample_rate, seed)[None]
        a, b = one.logits(wave), other.logits(wave)
        worst = max(worst, float(np.abs(a - b).max()))
        same.append(bool(a.argmax() == b.argmax()))
    return worst, float(np.mean(same))
