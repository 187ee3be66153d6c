"""A random forest: many trees on random parts of the clips and features, whose votes are averaged.

Reference: L. Breiman, "Random forests", Machine Learning 45, 2001.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field
from sklearn.ensemble import RandomForestClassifier

from models.architectures.classical import FeatureFamily, as_published
from models.architectures.registry import Choice, Parameters, Whole, register


class RandomForestParameters(Parameters):
    """Trees, and how deep they grow; `max_depth` None: until each leaf holds one class."""

    trees: Annotated[int, Field(ge=1, le=5000)] = 500
    max_depth: Annotated[int, Field(ge=1)] | None = None
    min_samples_leaf: Annotated[int, Field(ge=1)] = 1
    max_features: Literal["sqrt", "log2"] | Annotated[float, Field(gt=0.0, le=1.0)] = "sqrt"
    class_weight: Literal["balanced", "balanced_subsample"] | None = "balanced"


@register
class RandomForest(FeatureFamily):
    """Trees on raw features: they do not mind scales."""

    name = "random-forest"
    Parameters = RandomForestParameters
    published = as_published(0.54, "; 5 folds of the same clips gave 0.541 +- 0.008")
    tiny = MappingProxyType({"trees": 20})
    space = MappingProxyType(
        {
            "trees": Choice((200, 500, 1000)),
            "max_depth": Choice((None, 8, 16, 32)),
            "min_samples_leaf": Whole(1, 12, log=True),
            "max_features": Choice(("sqrt", "log2", 0.1, 0.3)),
        }
    )

    def build(self, parameters: RandomForestParameters, seed: int, threads: int) -> Any:
        return RandomForestClassifier(
            parameters.trees,
            max_depth=parameters.max_depth,
            min_samples_leaf=parameters.min_samples_leaf,
            max_features=parameters.max_features,
            class_weight=parameters.class_weight,
            random_state=seed,
            n_jobs=threads,
        )
