"""Smaller files: int8 matrix products, int8 convolutions, or half precision; the rest stays fp32."""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.session import runtime
from export.errors import ExportError
from export.manifest_writer import TOLERANCE_INT8, measured_before, read_manifest, with_manifest
from export.quantization.half_precision import to_half
from export.quantization.nodes import (
    behind,
    convolutions,
    front_end,
    last_logarithm,
    lengths,
    matmuls,
    name_nodes,
    small_matmuls,
)
from export.quantization.ranges import beyond_half
from export.quantization.result import QuantizationResult, compare
from export.quantization.rewrites import convolutions_as_products, means_over_time
from export.quantization.rounding import rounded
from export.verification.interface import VOICE
from export.verification.runner import GraphRunner
from export.verification.structure import parse, serialize
from export.verification.verify import verify_graph

__all__ = [
    "QuantizationResult",
    "correct_bias",
    "finished",
    "manifest_of",
    "to_fp16",
    "to_int8",
    "to_int8_static",
]

EMBEDDING = "embedding"
_ROUNDED, _ERROR = "embedding_rounded", "embedding_error"
TOLERANCE_FP16 = 0.1
"""Graphics cards add half-precision numbers in another order than processors."""
_GAIN = 0.02
"""A file that is smaller by less is not worth another one."""


def to_int8(content: bytes, waveforms: Sequence[FloatArray] = ()) -> QuantizationResult:
    """Quantise the MatMuls of a finished model file to dynamic int8, weights per channel.

    So are large convolutions over time, written as matrix products, but for the first behind the front end;
    that, the front end and convolutions of images stay fp32: a mel spectrum spans more decades than eight
    bits. The manifest is kept, its self-test is made anew. Of a file that has int8 already, what is still
    fp32 becomes int8 by the same rule.

    Parameters
    ----------
    content : bytes
    waveforms : sequence of [samples]
        Real speech. The bias of the embedding is corrected on it, and the two files are compared on it.

    Raises
    ------
    ExportError
        For a file without a manifest or without anything to quantise, or a graph that no longer verifies.
    """
    manifest = manifest_of(content)
    model = parse(content)
    name_nodes(model)
    convolutions_as_products(model)
    if not matmuls(model):
        raise ExportError(
            "The graph has no large matrix product, so dynamic int8 gains nothing.",
            _stays_as_it_is(model)
            or "For convolutions of images use --to int8-static, for a graphics card --to fp16.",
        )
    means_over_time(model, manifest.sample_rate, _usual_seconds(manifest))
    small = finished(_dynamic(model), measured_before(manifest, "it was quantised to int8"), TOLERANCE_INT8)
    out = correct_bias(content, small, waveforms)
    return compare(content, out, manifest, waveforms)


def to_int8_static(content: bytes, waveforms: Sequence[FloatArray]) -> QuantizationResult:
    """Quantise convolutions to static int8 (QDQ), then large MatMuls to dynamic int8.

    Parameters
    ----------
    content : bytes
    waveforms : sequence of [samples]
        Real speech, from which the ranges of activations are taken.

    Raises
    ------
    ExportError
        As `to_int8`.
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    manifest = manifest_of(content)
    model = parse(content)
    del model.graph.value_info[:]
    name_nodes(model)
    chosen = convolutions(model)
    if not chosen:
        raise ExportError(
            "The graph has no convolution behind its front end, so static int8 gains nothing.",
            _stays_as_it_is(model) or "For matrix products use --to int8, for a graphics card --to fp16.",
        )
    with _workshop() as folder:
        source, target = folder / "fp32.onnx", folder / "int8.onnx"
        onnx.save(model, source)
        quantize_static(
            source,
            target,
            _Recordings(waveforms),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_quantize=chosen,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        quantized = parse(target.read_bytes())
    static = _dynamic(quantized) if matmuls(quantized) else serialize(quantized)
    small = finished(static, measured_before(manifest, "it was quantised to int8-static"), TOLERANCE_INT8)
    out = correct_bias(content, small, waveforms)
    return compare(content, out, manifest, waveforms)


def to_fp16(content: bytes, waveforms: Sequence[FloatArray] = ()) -> QuantizationResult:
    """Half precision for graphics cards. Inputs, outputs, front end and voice profile stay fp32.

    The two files are compared as a graphics card computes them, which rounds where a processor does not.

    Raises
    ------
    ExportError
        As `to_int8`.
    """
    manifest = manifest_of(content)
    model = parse(content)
    name_nodes(model)
    with _workshop():
        half = serialize(to_half(model, _kept(model, manifest.sample_rate, _usual_seconds(manifest))))
    if len(half) > (1 - _GAIN) * len(content):
        raise ExportError(
            f"Nothing gains from half precision: the file would have {len(half) / 1e6:.3f} MB, and it has "
            f"{len(content) / 1e6:.3f} MB.",
            "It keeps the front end, decision trees, and what half precision has no numbers for as they are.",
        )
    out = finished(half, measured_before(manifest, "it was quantised to fp16"), TOLERANCE_FP16)
    return compare(content, out, manifest, waveforms, serialize(rounded(parse(out))))


def correct_bias(before: bytes, after: bytes, waveforms: Sequence[FloatArray]) -> bytes:
    """Take the mean error of a quantised file's embeddings away from them.

    Rounding shifts each number of the embedding a little, always to the same side, which adds up to more
    than the noise. The shift is measured on `waveforms` ([samples] each, a hundred or so of real
    speech), as in Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction",
    ICCV 2019. A file without an embedding, or no waveforms at all, leaves it as it is.
    """
    model = parse(after)
    maker = next((node for node in model.graph.node if EMBEDDING in node.output), None)
    if not len(waveforms) or maker is None:
        return after
    one, other = GraphRunner(before), GraphRunner(after)
    errors = [other.embedding(w[None])[0] - one.embedding(w[None])[0] for w in waveforms]
    error = np.mean(errors, axis=0).astype(np.float32)
    known = next((tensor for tensor in model.graph.initializer if tensor.name == _ERROR), None)
    if known is not None:  # of a file that was corrected before
        known.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(known) + error, _ERROR))
        return with_manifest(serialize(model), manifest_of(after), tolerance=TOLERANCE_INT8)
    maker.output[:] = [_ROUNDED if name == EMBEDDING else name for name in maker.output]
    place = list(model.graph.node).index(maker) + 1
    subtract = onnx.helper.make_node("Sub", [_ROUNDED, _ERROR], [EMBEDDING], name="bias_correction")
    model.graph.node.insert(place, subtract)
    model.graph.initializer.append(onnx.numpy_helper.from_array(error, _ERROR))
    return with_manifest(serialize(model), manifest_of(after), tolerance=TOLERANCE_INT8)


def _stays_as_it_is(model: onnx.ModelProto) -> str:
    """Of a model of scikit-learn's kind: why no precision makes it smaller. Empty for networks."""
    if not any(node.domain == "ai.onnx.ml" for node in model.graph.node):
        return ""
    return "Trees and support vectors keep their precision: train fewer or smaller ones for a smaller file."


def _usual_seconds(manifest: Manifest) -> float:
    """The length of a spoken sentence, or the next that the model hears."""
    return max(manifest.min_seconds, min(3.0, manifest.max_seconds))


def _kept(model: onnx.ModelProto, sample_rate: int, seconds: float) -> set[str]:
    """Names of the operators that half precision would spoil."""
    front = front_end(model, beyond_half(model, sample_rate, seconds))
    return front | last_logarithm(model) | lengths(model) | behind(model, set(VOICE))


class _Recordings:
    """Waveforms as ONNX Runtime's calibration wants them, one at a time."""

    def __init__(self, waveforms: Sequence[FloatArray]) -> None:
        self._left: Iterator[FloatArray] = iter(waveforms)

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        waveform = next(self._left, None)
        return None if waveform is None else {"waveform": waveform[None]}


def _dynamic(model: onnx.ModelProto) -> bytes:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Shapes of inner values make the quantiser trip over graphs of the dynamo exporter.
    del model.graph.value_info[:]
    name_nodes(model)
    with _workshop() as folder:
        source, target = folder / "fp32.onnx", folder / "int8.onnx"
        onnx.save(model, source)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=small_matmuls(model),
            per_channel=True,
            weight_type=QuantType.QInt8,
            # Processors without VNNI add two 8-bit products in 16 bits, which outliers saturate; 7-bit
            # weights cannot, and cost a point of UAR everywhere. Unsigned weights cost 60 % of speed.
            reduce_range=False,
            extra_options={"MatMulConstBOnly": True},
        )
        return target.read_bytes()


def finished(content: bytes, manifest: Manifest, tolerance: float) -> bytes:
    """The new graph with the manifest, verified before it runs here: ONNX Runtime can die of a graph."""
    model = parse(content)
    del model.metadata_props[:]  # the self-test is the old graph's
    verify_graph(
        serialize(model),
        manifest.sample_rate,
        len(manifest.labels),
        min_seconds=manifest.min_seconds,
        max_seconds=manifest.max_seconds,
    )
    return with_manifest(content, manifest, tolerance=tolerance)


def manifest_of(content: bytes) -> Manifest:
    """The manifest of a model file. Raises ExportError if it has none."""
    manifest = read_manifest(content)
    if manifest is None:
        raise ExportError("The file has no manifest.", "Export it with emoscope-export first.")
    return manifest


@contextlib.contextmanager
def _workshop() -> Iterator[Path]:
    """A folder for the quantisers, which warn and log about their own internals."""
    runtime()  # silences ONNX Runtime, which the calibration loads by itself
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield Path(folder)
        finally:
            logging.disable(level)
