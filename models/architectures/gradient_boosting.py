"""scikit-learn's boosted trees, which look for splits among the values themselves.

Raw features, as for LightGBM. The kind on histograms is quicker and cannot be converted.

Reference: J. Friedman, "Stochastic gradient boosting", Computational Statistics & Data Analysis 38, 2002.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field
from sklearn.ensemble import GradientBoostingClassifier

from models.architectures.classical import FeatureFamily, as_published
from models.architectures.registry import Choice, Parameters, Real, Whole, register

Share = Annotated[float, Field(gt=0.0, le=1.0)]


class GradientBoostingParameters(Parameters):
    """A split looks among `max_features` of the features: the root of their number, or a share of them.

    With all features a fit takes five times as long.
    """

    trees: Annotated[int, Field(ge=1, le=5000)] = 150
    learning_rate: Share = 0.1
    max_depth: Annotated[int, Field(ge=1, le=12)] = 3
    min_samples_leaf: Annotated[int, Field(ge=1)] = 1
    max_features: Literal["sqrt", "log2"] | Share = "sqrt"
    clip_share: Share = 0.8


@register
class GradientBoosting(FeatureFamily):
    """`trees` rounds, each with one tree a class."""

    name = "gradient-boosting"
    Parameters = GradientBoostingParameters
    published = as_published(None, ", by automatic search")
    tiny = MappingProxyType({"trees": 15})
    space = MappingProxyType(
        {
            "trees": Choice((100, 150, 300)),
            "learning_rate": Real(0.02, 0.3, log=True),
            "max_depth": Whole(2, 5),
            "min_samples_leaf": Whole(1, 20, log=True),
            "max_features": Choice(("sqrt", "log2", 0.1)),
            "clip_share": Real(0.5, 1.0),
        }
    )

    def build(self, parameters: GradientBoostingParameters, seed: int, threads: int) -> Any:
        return GradientBoostingClassifier(
            n_estimators=parameters.trees,
            learning_rate=parameters.learning_rate,
            max_depth=parameters.max_depth,
            min_samples_leaf=parameters.min_samples_leaf,
            max_features=parameters.max_features,
            subsample=parameters.clip_share,
            random_state=seed,
        )
