"""A trained model to a finished model file: exported, verified, with its manifest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.inference.manifest import DIMENSIONS, FORMAT_VERSION, Manifest
from export.errors import LabelError
from export.manifest_writer import SIGNAL, SIGNAL_SECONDS, now, with_manifest
from export.signals import LONG_S, probes
from export.sources.base import MIN_SECONDS, Source
from export.sources.checkpoint import load_trained
from export.torch_export import first_that_verifies
from export.verification.checks import BATCH_TOLERANCE
from export.verification.process import Progress
from export.verification.verify import Verification, verify_graph

UNKNOWN = "unknown"
DEFAULTS: dict[str, Any] = {
    "min_seconds": MIN_SECONDS,
    "max_seconds": 10.0,
    # Nothing is known of how sure this model may be: its own probabilities, and doubt unless one class is
    # likelier than all others together.
    "temperature": 1.0,
    "abstain_below": 0.5,
    "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
    "metrics": {"protocol": "not measured", "uar": None, "accuracy": None, "ece": None},
    "licence": UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class ManifestOptions:
    """What a person says of a model; None leaves what its training knows, or an honest default."""

    name: str | None = None
    licence: str | None = None
    temperature: float | None = None
    abstain_below: float | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A finished file, the exporter that made its graph, and what was verified."""

    content: bytes
    exporter: str
    verification: Verification
    manifest: Manifest


def build(checkpoint: Path) -> tuple[bytes, str, Verification]:
    """Export a checkpoint folder; the file's content, the exporter that was used, and what was verified."""
    built = build_source(load_trained(checkpoint))
    return built.content, built.exporter, built.verification


def build_source(
    source: Source,
    options: ManifestOptions | None = None,
    say: Callable[[str], None] = lambda _: None,
    progress: Progress | None = None,
) -> Built:
    """Export a trained model by the first exporter whose graph verifies.

    Raises
    ------
    ExportError
        If none does, the manifest would break its rules, or the model gives probabilities.
    """
    manifest = manifest_of(source, options or ManifestOptions())

    def attempt(exporter: str) -> Built:
        say(f"exporting with {exporter} ...")
        graph = source.graph(exporter)
        say(f"verifying what {exporter} made ...")
        found = verify_graph(
            graph,
            manifest.sample_rate,
            len(manifest.labels),
            reference=source.logits,
            tolerance=source.facts.tolerance,
            batch_tolerance=max(source.facts.tolerance, BATCH_TOLERANCE["fp32"]),
            labels=source.facts.labels,
            min_seconds=manifest.min_seconds,
            max_seconds=manifest.max_seconds,
            progress=progress,
        )
        # Only now may the graph run here, for its self-test: an unsound one could end this process.
        return Built(with_manifest(graph, manifest), exporter, found, manifest)

    built = first_that_verifies(source.exporters, attempt)
    if not manifest.dimensions:
        _refuse_probabilities(source, manifest)
    return built


def _refuse_probabilities(source: Source, manifest: Manifest) -> None:
    """A softmax of a softmax is a file that verifies and is never sure of anything."""
    low, high = manifest.min_seconds, min(manifest.max_seconds, LONG_S)
    rows = np.concatenate(
        [source.logits(probe.waveform[None]) for probe in probes(manifest.sample_rate, (low, high))]
    )
    if rows.shape[1] > 1 and rows.min() >= 0 and np.allclose(rows.sum(axis=1), 1.0, atol=1e-3):
        raise LabelError(
            f"The model gives probabilities, not logits: its {rows.shape[1]} outputs are never negative and "
            "add up to 1.",
            "Leave out the softmax at its end, or return its logarithm: the analyzer applies one itself.",
        )


def manifest_of(source: Source, options: ManifestOptions) -> Manifest:
    """The manifest of a source; its self-test is yet to be measured.

    Raises
    ------
    ManifestError
        If an option breaks a rule of the manifest.
    """
    facts = source.facts
    given = {key: value for key, value in asdict(options).items() if value is not None}
    data: dict[str, Any] = {**DEFAULTS, "name": facts.name, **facts.manifest}
    if facts.longest_seconds is not None:
        data["max_seconds"] = min(data["max_seconds"], facts.longest_seconds)
    data["min_seconds"] = max(data["min_seconds"], facts.shortest_seconds)
    data |= given
    if facts.ranges:
        data |= {
            "kind": DIMENSIONS,
            "ranges": [list(ends) for ends in facts.ranges],
            "temperature": 1.0,
            "abstain_below": 0.0,
            "graph_sha256": "0" * 64,  # of no graph yet
        }
    data |= {
        "format_version": FORMAT_VERSION if facts.ranges else 1,
        "labels": list(facts.labels),
        "sample_rate": facts.sample_rate,
        "source_sha256": facts.weights_sha256,
        "created": now(),
        "self_test": {
            "signal": SIGNAL,
            "seconds": SIGNAL_SECONDS,
            "logits": [0.0] * len(facts.labels),
            "tolerance": 1.0,
        },
    }
    return Manifest.from_dict(data)
