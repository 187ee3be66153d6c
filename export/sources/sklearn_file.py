"""What a skops file holds, read without running code that nobody has said to trust."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from export.errors import ExportError, UnsafeFileError, UnsupportedOperatorError
from export.safety import TRUST_HINT, first_line

KNOWN_TYPES = frozenset(
    {
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
    }
)
"""Parts of classifiers that skops does not list among its trusted types. They only hold numbers; those of a
tree point into arrays, and are checked (`_check_trees`)."""


def read_classifier(
    path: Path,
    *,
    trusted: Sequence[str] = (),
    trust_pickle: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Any:
    """What a skops file holds, without running code.

    Raises
    ------
    UnsafeFileError
        If it is a pickle, or names types that nobody has said to trust.
    """
    if not path.is_file():
        raise ExportError(f"The pipeline {path} cannot be read: there is no such file.")
    if path.suffix != ".skops":
        if not trust_pickle:
            raise UnsafeFileError(
                f"The pipeline {path} is not read: it is a pickle.",
                f"{TRUST_HINT.split(';')[0]}; better, save it with skops.io.dump(pipeline, 'model.skops').",
            )
        import joblib

        try:
            return joblib.load(path)
        except Exception as error:
            raise ExportError(f"The pipeline {path} cannot be read: {first_line(error)}") from error
    import skops.io

    try:
        unknown = skops.io.get_untrusted_types(file=path)
        if any("_hist_gradient_boosting" in kind for kind in unknown):
            raise UnsupportedOperatorError(
                f"The pipeline {path} holds a HistGradientBoosting classifier, which cannot be converted.",
                "Train a GradientBoostingClassifier in its place.",
            )
        refused = [] if trust_pickle else sorted(set(unknown) - set(trusted) - KNOWN_TYPES)
        if unknown:
            say(f"types in {path} that skops does not trust by itself: {', '.join(unknown)}")
        if refused:
            raise UnsafeFileError(
                f"The pipeline {path} is not read: it holds the types {', '.join(refused)}.",
                "Loading a type runs its code. If you know them, name them: --trust TYPE,TYPE",
            )
        classifier = skops.io.load(path, trusted=list(unknown))
    except ExportError:
        raise
    except Exception as error:
        raise ExportError(f"The pipeline {path} cannot be read: {first_line(error)}") from error
    _check_trees(classifier, path)
    return classifier


def _check_trees(part: Any, path: Path) -> None:
    """Raise UnsafeFileError if a tree points outside of its own arrays: scikit-learn would read there."""
    tree = getattr(part, "tree_", None)
    if tree is not None:
        inner = tree.children_left >= 0
        children = np.concatenate([tree.children_left[inner], tree.children_right[inner]])
        parents = np.tile(np.flatnonzero(inner), 2)
        if (
            (children <= parents).any()
            or (children >= tree.node_count).any()
            or (tree.feature[inner] < 0).any()
            or (tree.feature[inner] >= tree.n_features).any()
        ):
            raise UnsafeFileError(f"The pipeline {path} holds a decision tree that points outside of itself.")
    if isinstance(part, dict):
        inside: Iterable[Any] = part.values()
    elif isinstance(part, list | tuple) or (isinstance(part, np.ndarray) and part.dtype == object):
        inside = list(np.ravel(np.asarray(part, dtype=object))) if isinstance(part, np.ndarray) else part
    elif type(part).__module__.startswith("sklearn."):
        inside = vars(part).values() if hasattr(part, "__dict__") else ()
    else:
        return
    for value in inside:
        _check_trees(value, path)
