"""A graph is right when it was seen to be: shapes, dynamic axes, values, nothing leaking in a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from desktop_app.core.types import FloatArray
from desktop_app.inference.package import load_package
from export.errors import DynamicAxisError, ExportError, ParityError, ShapeError
from export.runner import GraphRunner
from export.signals import BATCHES, SECONDS, kinds, speech_like

TOLERANCE = 1e-4
"""Largest difference of logits between torch and the fp32 graph."""

Reference = Callable[[FloatArray], FloatArray]
"""[batch, samples] -> logits [batch, classes], by the model that was exported."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and the largest differences that were seen (in logits)."""

    checks: tuple[str, ...]
    parity: float | None
    batch: float
    repeat: float


def check_structure(model: onnx.ModelProto) -> None:
    """onnx.checker, and no tensor data outside of the file."""
    outside = [t.name for t in model.graph.initializer if t.data_location == onnx.TensorProto.EXTERNAL]
    if outside:
        raise ShapeError(
            f"The graph keeps {len(outside)} tensors outside of the file, '{outside[0]}' first.",
            "A model is one file: export it with its data inside (under 2 GB).",
        )
    try:
        onnx.checker.check_model(model, full_check=False)
    except onnx.checker.ValidationError as error:
        raise ShapeError("onnx.checker refuses the graph.", str(error).splitlines()[0]) from error


def verify_graph(
    content: bytes,
    sample_rate: int,
    classes: int,
    *,
    reference: Reference | None = None,
    tolerance: float = TOLERANCE,
    batch_tolerance: float = TOLERANCE,
) -> Verification:
    """Run the graph over lengths, batch sizes and hard waveforms.

    Parameters
    ----------
    content : bytes
        The ONNX file.
    reference : callable, optional
        The model it was made from; without it values are only compared with themselves.
    tolerance : float
        Largest difference of logits from the reference.
    batch_tolerance : float
        Largest difference between a waveform alone and in a batch. Dynamic int8 takes one scale for a whole
        batch, so there it must be larger.

    Raises
    ------
    ShapeError, DynamicAxisError, ParityError
        With the numbers.
    """
    check_structure(onnx.load_model_from_string(content))
    runner = GraphRunner(content)
    parity = 0.0
    for seconds in SECONDS:
        samples = round(seconds * sample_rate)
        for name, waveform in kinds(samples, sample_rate).items():
            logits = _run(runner, waveform[None], f"{seconds} s")
            if logits.shape != (1, classes):
                raise ShapeError(f"The logits have the shape {logits.shape}, expected (1, {classes}).")
            if not np.isfinite(logits).all():
                raise ParityError(f"The logits of {name} input ({seconds} s) are not finite.")
            if reference is not None:
                parity = max(parity, _compare(logits, reference(waveform[None]), name, seconds, tolerance))
    worst_batch = _check_batches(runner, sample_rate, classes, batch_tolerance)
    repeat = _check_repeat(runner, sample_rate)
    checks: tuple[str, ...] = (
        "structure",
        "lengths",
        "batch sizes",
        "hard input",
        "batch = single",
        "repeatable",
    )
    if reference is not None:
        checks += ("same as torch",)
    return Verification(checks, parity if reference is not None else None, worst_batch, repeat)


def verify_file(path: Path) -> Verification:
    """All that can be checked of a file without the model it was made from, its self-test included."""
    package = load_package(path)
    content = path.read_bytes()
    quantized = is_quantized(onnx.load_model_from_string(content))
    return verify_graph(
        content,
        package.manifest.sample_rate,
        len(package.manifest.labels),
        batch_tolerance=1.0 if quantized else TOLERANCE,
    )


def is_quantized(model: onnx.ModelProto) -> bool:
    """Whether activations are quantised at run time."""
    return any(node.op_type in {"DynamicQuantizeLinear", "QuantizeLinear"} for node in model.graph.node)


def _run(runner: GraphRunner, waveform: FloatArray, what: str) -> FloatArray:
    try:
        return runner.logits(waveform)
    except ExportError:
        raise
    except Exception as error:
        raise DynamicAxisError(
            f"The graph fails on {what} (waveform {waveform.shape}).",
            "An axis was frozen by the export: name it dynamic, or try the other exporter. "
            f"ONNX Runtime says: {str(error).splitlines()[0]}",
        ) from error


def _compare(got: FloatArray, want: FloatArray, name: str, seconds: float, tolerance: float) -> float:
    difference = float(np.abs(got - want).max())
    if difference > tolerance:
        raise ParityError(
            f"On {name} input of {seconds} s the logits differ by {difference:.2g} from torch's, "
            f"more than {tolerance:g}."
        )
    top = np.sort(want[0])[-2:]
    if got.argmax() != want.argmax() and top[1] - top[0] > tolerance:
        raise ParityError(f"On {name} input of {seconds} s another label wins than in torch.")
    return difference


def _check_batches(runner: GraphRunner, sample_rate: int, classes: int, tolerance: float) -> float:
    worst = 0.0
    samples = sample_rate * 2
    for batch in BATCHES:
        waves = np.stack([speech_like(samples, sample_rate, seed) for seed in range(batch)])
        together = _run(runner, waves, f"a batch of {batch}")
        if together.shape != (batch, classes):
            raise DynamicAxisError(f"A batch of {batch} gives logits of the shape {together.shape}.")
        alone = np.concatenate([_run(runner, wave[None], "2 s") for wave in waves])
        worst = max(worst, float(np.abs(together - alone).max()))
    if worst > tolerance:
        raise ParityError(
            f"A waveform's logits change by {worst:.2g} in a batch, over {tolerance:g}.",
            "Something in the graph is computed over the batch axis.",
        )
    return worst


def _check_repeat(runner: GraphRunner, sample_rate: int) -> float:
    wave = speech_like(sample_rate * 2, sample_rate)[None]
    first = runner.logits(wave)
    # Another length in between: state that survives a run would show.
    runner.logits(speech_like(sample_rate, sample_rate)[None])
    difference = float(np.abs(first - runner.logits(wave)).max())
    if difference > 0:
        raise ParityError(f"The same waveform gives other logits on a second run, by {difference:.2g}.")
    return difference
