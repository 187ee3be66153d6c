"""A checkpoint to a finished model file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.inference.manifest import Manifest
from export.checkpoint import WEIGHTS, load_checkpoint
from export.manifest_writer import SIGNAL, SIGNAL_SECONDS, now, sha256, with_manifest
from export.torch_export import export_module, reference_of
from export.verify import Verification, verify_graph


def build(checkpoint: Path) -> tuple[bytes, str, Verification]:
    """Export a checkpoint folder; the file's content, the exporter that was used, and what was verified."""
    model, facts = load_checkpoint(checkpoint)
    classes = len(model.config.labels)
    content, exporter, _ = export_module(model, model.sample_rate, classes)
    data: dict[str, Any] = {
        **facts,
        "format_version": 1,
        "labels": list(model.config.labels),
        "sample_rate": model.sample_rate,
        "source_sha256": sha256((checkpoint / WEIGHTS).read_bytes()),
        "created": now(),
        "self_test": {
            "signal": SIGNAL,
            "seconds": SIGNAL_SECONDS,
            "logits": [0.0] * classes,
            "tolerance": 1.0,
        },
    }
    finished = with_manifest(content, Manifest.from_dict(data))
    found = verify_graph(finished, model.sample_rate, classes, reference=reference_of(model))
    return finished, exporter, found
