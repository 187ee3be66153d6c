"""Boosted trees that grow leaf by leaf on histograms of the features.

Raw features, no scaler: a scaled value that is rounded differently in the file would cross a split.

Reference: G. Ke et al., "LightGBM: a highly efficient gradient boosting decision tree", NeurIPS 2017.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from models.architectures.classical import FeatureFamily, as_published
from models.architectures.registry import Choice, Parameters, Real, Whole, register

Share = Annotated[float, Field(gt=0.0, le=1.0)]


class LightGbmParameters(Parameters):
    """The defaults are LightGBM's own, since the source searched and does not tell what it found."""

    trees: Annotated[int, Field(ge=1, le=5000)] = 100
    learning_rate: Share = 0.1
    leaves: Annotated[int, Field(ge=2)] = 31
    min_samples_leaf: Annotated[int, Field(ge=1)] = 20
    feature_share: Share = 1.0
    clip_share: Share = 1.0
    l2: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] = 0.0


@register
class LightGbm(FeatureFamily):
    """`trees` rounds, each with one tree a class."""

    name = "lightgbm"
    Parameters = LightGbmParameters
    published = as_published(None, ", by automatic search")
    tiny = MappingProxyType({"trees": 20, "min_samples_leaf": 2})
    space = MappingProxyType(
        {
            "trees": Choice((100, 200, 400)),
            "learning_rate": Real(0.02, 0.3, log=True),
            "leaves": Whole(4, 63, log=True),
            "min_samples_leaf": Whole(5, 60, log=True),
            "feature_share": Real(0.1, 1.0),
            "clip_share": Real(0.5, 1.0),
            "l2": Choice((0.0, 0.1, 1.0, 10.0)),
        }
    )

    def build(self, parameters: LightGbmParameters, seed: int, threads: int) -> Any:
        from lightgbm import LGBMClassifier

        return LGBMClassifier(
            n_estimators=parameters.trees,
            learning_rate=parameters.learning_rate,
            num_leaves=parameters.leaves,
            min_child_samples=parameters.min_samples_leaf,
            colsample_bytree=parameters.feature_share,
            subsample=parameters.clip_share,
            subsample_freq=int(parameters.clip_share < 1),
            reg_lambda=parameters.l2,
            random_state=seed,
            n_jobs=threads,
            # Sums in one order, so that the number of threads changes no digit.
            deterministic=True,
            force_col_wise=True,
            verbosity=-1,
        )
