"""A checkpoint of `emoscope-models train`, ready for export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from export.checkpoint import WEIGHTS, load_checkpoint
from export.errors import LabelError
from export.safety import files_sha256
from export.sources.base import Facts, TorchSource, check_labels


def load_trained(folder: Path, *, labels: Sequence[str] | None = None) -> TorchSource:
    """The model of a checkpoint folder (or of the `model.safetensors` in it).

    Parameters
    ----------
    labels : sequence of str, optional
        What the person believes that they are; they must be the checkpoint's own.

    Raises
    ------
    ExportError
        If the checkpoint cannot be read or does not fit its model.
    LabelError
        If `labels` are not the checkpoint's.
    """
    if folder.is_file() and folder.name == WEIGHTS:
        folder = folder.parent
    model, manifest = load_checkpoint(folder)
    own = tuple(model.config.labels)
    check_labels(own)
    if labels is not None and tuple(labels) != own:
        raise LabelError(
            f"The checkpoint {folder} was trained with the labels {', '.join(own)}, in this order.",
            "Leave --labels out: the checkpoint knows its own.",
        )
    facts = Facts(
        name=str(manifest.get("name", folder.resolve().name)),
        labels=own,
        sample_rate=model.sample_rate,
        weights_sha256=files_sha256([folder / WEIGHTS]),
        manifest=manifest,
    )
    return TorchSource(facts, model)
