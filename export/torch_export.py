"""A torch module to ONNX: both exporters, overridable voice inputs, values compared."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

from desktop_app.core.types import FloatArray
from export.errors import ExportError
from export.verify import Verification, verify_graph

if TYPE_CHECKING:
    from torch import nn

VOICE_INPUTS = ("voice_mean", "voice_std")
OPSET = 18


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """The exporters print their progress and warn about their own internals."""
    noise = io.StringIO()
    logger = logging.getLogger("torch.onnx")
    level, logger_level = logging.root.manager.disable, logger.level
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        logger.setLevel(logger_level)


def export_module(module: nn.Module, sample_rate: int, classes: int) -> tuple[bytes, str, Verification]:
    """Export `module` (waveform, voice_mean, voice_std -> logits, embedding) and verify it.

    The module must have buffers `voice_mean` and `voice_std` [dim]; in the graph they become inputs that also
    have an initializer, so whoever passes only `waveform` gets the default voice.

    Returns
    -------
    content : bytes
        The ONNX file, yet without a manifest.
    exporter : str
        The exporter that was used: "dynamo" or "torchscript".
    verification : Verification

    Raises
    ------
    ExportError
        If neither exporter gives a graph that verifies; the sentence of the last one.
    """
    module = module.eval()
    failures: list[str] = []
    for dynamo in (True, False):
        name = "dynamo" if dynamo else "torchscript"
        try:
            content = _with_overridable_voice(_export(module, sample_rate, dynamo=dynamo), module)
            found = verify_graph(content, sample_rate, classes, reference=reference_of(module))
        except ExportError as error:
            failures.append(f"{name}: {error}")
            continue
        return content, name, found
    raise ExportError("No exporter gave a graph that verifies.", " | ".join(failures))


def reference_of(module: nn.Module):  # type: ignore[no-untyped-def]
    """The module as a function from waveform [batch, samples] to logits [batch, classes], in numpy."""
    import torch

    def logits(waveform: FloatArray) -> FloatArray:
        with torch.inference_mode():
            out: FloatArray = module(torch.from_numpy(np.ascontiguousarray(waveform)))[0].numpy()
        return out

    return logits


def _export(module: nn.Module, sample_rate: int, *, dynamo: bool) -> onnx.ModelProto:
    import torch

    voice = tuple(dict(module.named_buffers())[name].clone() for name in VOICE_INPUTS)
    example = 0.1 * torch.randn(2, 2 * sample_rate, generator=torch.Generator().manual_seed(0))
    names = ["waveform", *VOICE_INPUTS]
    shapes: dict[str, Any]
    if dynamo:
        axes = {0: torch.export.Dim("batch", min=1, max=256), 1: torch.export.Dim("samples", min=1600)}
        shapes = {"dynamic_shapes": {"waveform": axes, "voice_mean": None, "voice_std": None}}
    else:
        batch = {0: "batch"}
        shapes = {
            "dynamic_axes": {"waveform": {0: "batch", 1: "samples"}, "logits": batch, "embedding": batch}
        }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.onnx"
        try:
            with _quietly():
                torch.onnx.export(
                    module,
                    (example, *voice),
                    path,
                    input_names=names,
                    output_names=["logits", "embedding"],
                    opset_version=OPSET,
                    dynamo=dynamo,
                    external_data=False,
                    **shapes,
                )
        except Exception as error:
            raise ExportError("torch.onnx.export failed.", str(error).strip().splitlines()[0]) from error
        return onnx.load(path)


def _with_overridable_voice(model: onnx.ModelProto, module: nn.Module) -> bytes:
    """Give the voice inputs their initializers, and the inputs and outputs their dynamic names."""
    buffers = dict(module.named_buffers())
    for name in VOICE_INPUTS:
        model.graph.initializer.append(onnx.numpy_helper.from_array(buffers[name].numpy(), name))
    for value, axes in (
        (model.graph.input[0], ("batch", "samples")),
        (model.graph.output[0], ("batch",)),
        (model.graph.output[1], ("batch",)),
    ):
        for dim, axis in zip(value.type.tensor_type.shape.dim, axes, strict=False):
            dim.dim_param = axis
    # Shapes of inner values help nobody at run time, and the quantiser trips over dynamo's.
    del model.graph.value_info[:]
    content: bytes = model.SerializeToString()
    return content
