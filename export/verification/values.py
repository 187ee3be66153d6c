"""Values of a graph held against those it must give: its reference's, and its own self-test's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.session import ModelSession
from export.errors import LabelError, ParityError
from export.signals import Probe
from export.verification.runner import run_graph

RELATIVE_TOLERANCE = 1e-5
"""What is allowed of the largest logit of a waveform, where that is more: a hundred roundings in 32 bits."""
_TIE = 1e-6
"""Two logits this close (relative to their size) are equal: float32 rounds to that."""


def check_label_names(found: Sequence[str], trained: Sequence[str]) -> None:
    """The manifest names the classes as the trained model does, in the same order.

    Raises
    ------
    LabelError
    """
    if len(found) != len(trained):
        raise LabelError(
            f"The manifest names {len(found)} labels and the trained model has {len(trained)}: "
            f"{', '.join(trained)}."
        )
    for index, (name, expected) in enumerate(zip(found, trained, strict=True)):
        if name != expected:
            raise LabelError(
                f"Label {index + 1} of the manifest is '{name}', and '{expected}' in the trained model.",
                f"The order is: {', '.join(trained)}.",
            )


def allowed_difference(expected: FloatArray, tolerance: float) -> FloatArray:
    """How much the logits of each waveform may differ from `expected` [probes, classes]: [probes].

    `tolerance`, or for large logits what rounding alone makes of them.
    """
    largest = np.abs(expected).max(axis=1)
    out: FloatArray = np.maximum(np.float32(tolerance), np.float32(RELATIVE_TOLERANCE) * largest)
    return out


def allowed_in_words(tolerance: float, worst: float) -> str:
    """What was allowed of the logits, whose largest difference was `worst`."""
    relative = f", or {RELATIVE_TOLERANCE:g} of the largest logit" if worst > tolerance else ""
    return f"{tolerance:g} allowed{relative}"


def check_reference(
    tried: Sequence[Probe],
    found: FloatArray,
    expected: FloatArray,
    tolerance: float,
    labels: Sequence[str] = (),
    *,
    classes_win: bool = True,
) -> float:
    """The largest difference of `found` from `expected` (both [probes, classes]).

    Raises
    ------
    LabelError
        If the logits are right and stand in another order.
    ParityError
        If one differs by more than is allowed (`allowed_difference`), or another label wins; of values of
        dimensions none does (not `classes_win`).
    """
    if found.shape != expected.shape:
        raise LabelError(
            f"The graph gives {found.shape[1]} logits and the trained model {expected.shape[1]}."
        )
    difference = np.abs(found - expected)
    worst = float(difference.max())
    allowed = allowed_difference(expected, tolerance)
    over = ~(difference.max(axis=1) <= allowed)
    if over.any():
        _check_order(found, expected, tolerance, labels)
        row = int((difference.max(axis=1) / allowed).argmax())
        column = int(difference[row].argmax())
        probe, size = tried[row], float(np.abs(expected[row]).max())
        limit = f"{allowed[row]:.2g} is allowed"
        if allowed[row] > tolerance:
            limit += (
                f" (the larger of {tolerance:g} and {RELATIVE_TOLERANCE:g} of the largest logit, {size:.3g})"
            )
        kinds = sorted({p.kind for p, beyond in zip(tried, over, strict=True) if beyond})
        raise ParityError(
            f"On {probe.kind} input of {probe.seconds:g} s the logits differ by "
            f"{difference[row, column]:.2g} from torch's ({found[row, column]:.5g} in place of "
            f"{expected[row, column]:.5g}); {limit}.",
            f"Over the limit: {', '.join(kinds)} input, {int(over.sum())} of {len(tried)} waveforms.",
        )
    for probe, got, want in zip(tried, found, expected, strict=True) if classes_win else ():
        winner = int(got.argmax())
        behind = float(want.max() - want[winner])
        if behind > _TIE * max(1.0, float(np.abs(want).max())):
            raise ParityError(
                f"On {probe.kind} input of {probe.seconds:g} s another label wins than in the trained model "
                f"({_name(labels, winner)} in place of {_name(labels, int(want.argmax()))}).",
                f"It puts only {behind:.2g} between the two, and the graph differs by {worst:.2g}.",
            )
    return worst


def check_self_test(session: ModelSession, manifest: Manifest) -> float:
    """The largest difference between the answer to the manifest's own signal and what it says.

    Raises
    ------
    LabelError, ParityError
    """
    test = manifest.self_test
    found = run_graph(session, test.waveform(manifest.sample_rate)[None])
    expected = np.asarray(test.logits, dtype=np.float32)[None]
    if expected.shape != found.shape:
        raise LabelError(
            f"The self-test in the manifest has {expected.shape[1]} logits, and the graph gives "
            f"{found.shape[1]}."
        )
    difference = float(np.abs(found - expected).max())
    if not difference <= test.tolerance:
        _check_order(found, expected, min(test.tolerance, 1e-3), manifest.labels)
        raise ParityError(
            f"The logits differ by {difference:.3g} from the self-test in the manifest, and "
            f"{test.tolerance:g} is allowed.",
            "The graph was changed after its manifest was written: export it again.",
        )
    return difference


def _check_order(found: FloatArray, expected: FloatArray, tolerance: float, labels: Sequence[str]) -> None:
    """Raise LabelError if the columns of `found` are those of `expected` in another order."""
    # distance[i, j]: between column i of the graph and column j of the reference
    distance = np.abs(found[:, :, None] - expected[:, None, :]).max(axis=0)
    order = distance.argmin(axis=1)
    if len(set(order.tolist())) < len(order) or not distance.min(axis=1).max() <= tolerance:
        return
    moved = [(i, int(j)) for i, j in enumerate(order) if i != j]
    told = ", ".join(f"logit {i + 1} is that of {_name(labels, j)}" for i, j in moved[:4])
    raise LabelError(
        f"The logits are right and stand in another order than the labels: {told}.",
        "Each label would be shown in another's place.",
    )


def _name(labels: Sequence[str], index: int) -> str:
    return f"'{labels[index]}'" if index < len(labels) else f"class {index + 1}"
