"""A support vector machine with a Gaussian kernel, on scaled features.

Its own probabilities come from a second model and contradict its decisions (scikit-learn deprecates them), so
the distances are turned into probabilities by sigmoids, which are fitted on speakers that the machine behind
them has not learnt from.

Reference: C. Cortes and V. Vapnik, "Support-vector networks", Machine Learning 20, 1995; J. Platt,
"Probabilistic outputs for support vector machines", 1999.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Literal

from numpy.typing import NDArray
from pydantic import Field
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import SVC

from models.architectures.classical import FeatureFamily, as_published, calibration_folds, scaled
from models.architectures.registry import Choice, Parameters, Real, register


class SvmRbfParameters(Parameters):
    """`c` is what an error costs, `gamma` how narrow the kernel is: exp(-gamma * distance^2)."""

    c: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 5.0
    gamma: Literal["scale", "auto"] | Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 0.01
    class_weight: Literal["balanced"] | None = None


@register
class SvmRbf(FeatureFamily):
    """One machine, learnt from all clips; others, each without a part of the speakers, calibrate it."""

    name = "svm-rbf"
    Parameters = SvmRbfParameters
    published = as_published(0.55)
    space = MappingProxyType(
        {
            "c": Real(0.1, 100.0, log=True),
            "gamma": Choice(("scale", 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03)),
            "class_weight": Choice((None, "balanced")),
        }
    )

    def build(self, parameters: SvmRbfParameters, seed: int, threads: int) -> Any:
        machine = SVC(C=parameters.c, gamma=parameters.gamma, class_weight=parameters.class_weight)
        return scaled(CalibratedClassifierCV(machine, ensemble=False, n_jobs=threads))

    def fit(
        self,
        estimator: Any,
        x: NDArray[Any],
        y: NDArray[Any],
        weights: NDArray[Any] | None = None,
        speakers: NDArray[Any] | None = None,
    ) -> Any:
        estimator.set_params(calibratedclassifiercv__cv=calibration_folds(y, speakers))
        super().fit(estimator, x, y, weights, speakers)
        # The places of the clips are of no use in a file.
        return estimator.set_params(calibratedclassifiercv__cv=None)
