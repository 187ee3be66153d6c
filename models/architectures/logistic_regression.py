"""Multinomial logistic regression: one plane a class, with an L2 penalty, on scaled features."""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field
from sklearn.linear_model import LogisticRegression

from models.architectures.classical import FeatureFamily, as_published, scaled
from models.architectures.registry import Choice, Parameters, Real, register


class LogisticRegressionParameters(Parameters):
    """`c` is the inverse of the penalty's strength."""

    c: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 1.0
    max_iter: Annotated[int, Field(ge=1)] = 3000
    class_weight: Literal["balanced"] | None = None


@register
class LogisticRegressionFamily(FeatureFamily):
    """The simplest model of the table."""

    name = "logistic-regression"
    Parameters = LogisticRegressionParameters
    published = as_published(0.50)
    space = MappingProxyType({"c": Real(1e-4, 10.0, log=True), "class_weight": Choice((None, "balanced"))})

    def build(self, parameters: LogisticRegressionParameters, seed: int, threads: int) -> Any:
        return scaled(
            LogisticRegression(
                C=parameters.c,
                max_iter=parameters.max_iter,
                class_weight=parameters.class_weight,
                random_state=seed,
            )
        )
