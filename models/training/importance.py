"""How much a classical model leans on each group of its features: they are shuffled among the clips.

Permutation importance: Breiman, "Random forests", Machine Learning 45, 2001. Features of one group tell much
of the same, so they are shuffled together; alone, each would seem to be of no use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from models.data.clip_table import Rows
from models.evaluation.metrics import confusion, uar_of
from models.features.chain import Branch, FeatureChain
from models.training.fit_classical import FittedClassical, label_places
from models.training.trained import Fitted

IMPORTANCE = "importance.json"
"""What the file of a run is called: for each group the UAR lost, 0..1, one value a test."""
_REPEATS = 5


def feature_groups(front_end: nn.Module) -> dict[str, npt.NDArray[np.int64]]:
    """For each feature of a chain that pools, such as `mfcc`, which of the numbers of a clip are its own."""
    chain = next(part for part in front_end.modules() if isinstance(part, FeatureChain))
    if chain.pool is None:
        return {}
    names: list[str] = []
    for _ in chain.pool.statistics:
        for branch in chain.branches:
            assert isinstance(branch, Branch)  # noqa: S101 - a ModuleList tells no types
            names += [branch.name] * len(branch.row_names())
    of = np.array(names)
    return {name: np.flatnonzero(of == name) for name in dict.fromkeys(names)}


def importance(fitted: Fitted, rows: Rows, condition: str = "whole", seed: int = 0) -> dict[str, float]:
    """The mean UAR lost when a group is shuffled among the marked clips; empty where there are no groups."""
    if not isinstance(fitted, FittedClassical):
        return {}
    groups = feature_groups(fitted.features.front_end)
    features, _, there = fitted.features.get(rows, condition)
    truth = fitted.table.targets[there]
    rng = np.random.default_rng(seed)
    whole = _uar(fitted, features, truth)
    lost = {}
    for name, columns in groups.items():
        found = []
        for _ in range(_REPEATS):
            changed = features.copy()
            changed[:, columns] = features[rng.permutation(len(features))][:, columns]
            found.append(_uar(fitted, changed, truth))
        lost[name] = whole - float(np.mean(found))
    return lost


def mean_importance(found: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """For each group the values of all tests, the most important group first."""
    names = list(dict.fromkeys(name for one in found for name in one))
    values = {name: [one[name] for one in found if name in one] for name in names}
    return dict(sorted(values.items(), key=lambda item: -float(np.mean(item[1]))))


def _uar(fitted: FittedClassical, features: npt.NDArray[Any], truth: npt.NDArray[np.int64]) -> float:
    answered = label_places(fitted.estimator, fitted.table)[
        fitted.estimator.predict_proba(features).argmax(axis=1)
    ]
    return uar_of(confusion(truth, answered, len(fitted.table.labels)))
