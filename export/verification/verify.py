"""A graph is right when it was seen to be: in a process of its own, with ONNX Runtime alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import FloatArray
from desktop_app.inference.text_package import is_text_model
from export.errors import DynamicAxisError, ParityError
from export.signals import SECONDS, Probe, lengths, probes
from export.verification.checks import Question, write_expected
from export.verification.process import PATIENCE_S, Progress, run_isolated
from export.verification.structure import read_content

TOLERANCE = 1e-4
"""Largest difference of logits between the trained model and its fp32 graph."""

NOT_REPEATED = ("same as trained: the trained model is not in the file",)
"""What a file alone cannot prove."""

Reference = Callable[[FloatArray], FloatArray]
"""[batch, samples] -> logits [batch, classes], by the model that was exported."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and the largest differences that were seen (in logits).

    Attributes
    ----------
    checks : tuple of str
        Names of the checks, in order.
    parity : float or None
        Difference from the reference; None without one.
    batch, repeat : float
        Difference between a waveform alone and in a batch, and between two runs.
    precision : str
        "fp32", "fp16" or "int8".
    runs : int
        How often the graph was run.
    details : dict
        One sentence for each check, with its numbers.
    not_repeated : tuple of str
        What could not be checked.
    """

    checks: tuple[str, ...]
    parity: float | None
    batch: float
    repeat: float
    precision: str
    runs: int
    details: dict[str, str]
    not_repeated: tuple[str, ...] = ()


def verify_graph(
    content: bytes,
    sample_rate: int,
    classes: int,
    *,
    reference: Reference | None = None,
    tolerance: float = TOLERANCE,
    batch_tolerance: float | None = None,
    min_seconds: float | None = None,
    max_seconds: float | None = None,
    labels: Sequence[str] = (),
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
) -> Verification:
    """Run the graph over lengths, batch sizes and hard waveforms, in a process of its own.

    Parameters
    ----------
    content : bytes
        The ONNX file.
    reference : callable, optional
        The model it was made from, called here with one waveform [1, samples] at a time; without it values
        are only compared with themselves.
    tolerance : float
        Largest difference of logits from the reference.
    batch_tolerance : float, optional
        Largest difference between a waveform alone and in a batch; by default what the graph's precision
        allows.
    min_seconds, max_seconds : float, optional
        What the model is made for: lengths beyond are moved to it. By default as the manifest in the file
        says, or 0.25 and 7.9 s without one.
    labels : sequence of str, optional
        What the trained model calls its classes; the manifest in the file must agree.
    progress : callable, optional
        (what, steps done, steps in all).
    patience_s : float
        Longest time for one run of the graph.

    Raises
    ------
    ShapeError, DynamicAxisError, ParityError, LabelError, UnsupportedOperatorError, UnsafeFileError
        With the numbers, and what to do.
    ModelFileError, CrashError
        If it is no graph, or brings down the process that runs it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(content)
        expected: str | None = None
        if reference is not None:
            low, high = _range_of(content)
            min_seconds, max_seconds = min_seconds or low, max_seconds or high
            expected = str(Path(folder) / "reference.npz")
            tried = probes(sample_rate, lengths(min_seconds, max_seconds))
            _write_reference(Path(expected), reference, tried, progress)
        return _verify(
            Question(
                str(path),
                sample_rate,
                classes,
                min_seconds,
                max_seconds,
                tuple(labels),
                tolerance,
                batch_tolerance,
                expected,
            ),
            progress,
            patience_s,
        )


def verify_file(
    path: Path, progress: Progress | None = None, patience_s: float = PATIENCE_S, *, text: bool = False
) -> Verification:
    """All that can be checked of a file without the model it was made from, its self-test included.

    Parameters
    ----------
    text : bool
        Whether a text model will do, too; else it is refused.

    Raises
    ------
    ExportError, ModelError
        As `verify_graph`, with the file's name.
    """
    try:
        if text and is_text_model(read_content(path)):
            return verification(run_isolated("verify_text", {"path": str(path)}, progress, patience_s))
        return _verify(Question(str(path), as_package=True), progress, patience_s)
    except EmoscopeError as error:
        if str(path) in error.message:
            raise
        raise type(error)(f"{path}: {error.message}", error.hint) from error


def _verify(question: Question, progress: Progress | None, patience_s: float) -> Verification:
    return verification(run_isolated("verify", asdict(question), progress, patience_s))


def verification(found: dict[str, Any]) -> Verification:
    """What the process tells of its checks."""
    return Verification(
        tuple(found["checks"]),
        found["parity"],
        found["batch"],
        found["repeat"],
        found["precision"],
        found["runs"],
        found["details"],
        NOT_REPEATED if found["parity"] is None else (),
    )


def _range_of(content: bytes) -> tuple[float, float]:
    """Shortest and longest sound of the manifest in a file; the widest there is without one."""
    from export.manifest_writer import read_manifest

    manifest = read_manifest(content)
    return (manifest.min_seconds, manifest.max_seconds) if manifest else (SECONDS[0], SECONDS[-1])


def _write_reference(
    path: Path, reference: Reference, tried: Sequence[Probe], progress: Progress | None
) -> None:
    """The waveforms and the reference's logits, for the process that runs the graph.

    Raises
    ------
    DynamicAxisError, ParityError
        If the trained model itself fails on a length, or gives what is not finite.
    """
    rows = []
    for done, probe in enumerate(tried):
        if progress is not None:
            progress(f"trained model: {probe.kind}, {probe.seconds:g} s", done, len(tried))
        try:
            rows.append(np.asarray(reference(probe.waveform[None]), dtype=np.float32)[0])
        except Exception as error:
            raise DynamicAxisError(
                f"The trained model itself fails on {probe.kind} input of {probe.seconds:g} s.",
                f"It says: {' '.join(str(error).split())[:200]}",
            ) from error
        if not np.isfinite(rows[-1]).all():
            raise ParityError(
                f"The trained model itself gives logits that are not finite, on {probe.kind} input of "
                f"{probe.seconds:g} s.",
                "Look for a division by the loudness, a logarithm of zero, or weights that are NaN.",
            )
    write_expected(path, tried, np.stack(rows))
