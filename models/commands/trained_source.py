"""A model of any family, as what an exporter takes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from export.sources.base import Facts, Source, TorchSource
from models.corpora.base import SAMPLE_RATE
from models.recipes.recipe import Recipe
from models.training.fit_calibrated import CalibratedModel
from models.training.trained import TorchParts

if TYPE_CHECKING:
    from torch import nn


def source_of(model: CalibratedModel, recipe: Recipe, labels: Sequence[str], facts: dict[str, Any]) -> Source:
    """What `export.build.build_source` makes a file of; `facts` is what the manifest says.

    Raises
    ------
    ExportError
        If the family's estimator cannot be converted.
    """
    parts, doubt_s = model.fitted.parts(), model.calibration.doubt_s
    if isinstance(parts, TorchParts):
        module = parts.module
        module.doubt_s = doubt_s
        known = _facts(recipe, labels, _digest(module), facts, module)
        return TorchSource(known, module)
    from export.sources.sklearn_pipeline import source_of_classifier

    classes = tuple(str(label) for label in parts.estimator.classes_)
    # What it was fitted to is in its settings and in the clips; an estimator has no weights of one order.
    digest = hashlib.sha256(f"{recipe.model_dump_json()} {facts['trained_on']}".encode()).hexdigest()
    known = _facts(recipe, classes, digest, facts, parts.front_end)
    return source_of_classifier(known, parts.front_end, parts.estimator, doubt_s)


def _facts(
    recipe: Recipe, labels: Sequence[str], digest: str, manifest: dict[str, Any], front_end: nn.Module
) -> Facts:
    return Facts(
        name=recipe.name,
        labels=tuple(labels),
        sample_rate=SAMPLE_RATE,
        weights_sha256=digest,
        manifest=manifest,
        shortest_seconds=_shortest(front_end),
        tolerance=recipe.model.of.tolerance,
    )


def _shortest(module: nn.Module) -> float:
    """The shortest clip in seconds that a front end takes: of one that fills up, any."""
    from models.features.chain import FeatureChain
    from models.features.pooling import FirstSeconds

    if any(isinstance(part, FirstSeconds) for part in module.modules()):
        return 0.0
    return max(
        (part.minimum_seconds for part in module.modules() if isinstance(part, FeatureChain)), default=0.0
    )


def _digest(module: nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()
