"""What a skops file holds, read without running code that nobody has said to trust."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from export.errors import ExportError, UnsafeFileError, UnsupportedOperatorError
from export.safety import TRUST_HINT, first_line, refuse_bomb, refuse_impostor
from export.sources.sklearn_boosters import BOOSTERS, no_converter, not_installed

_SPLITTERS = (
    "GroupKFold",
    "GroupShuffleSplit",
    "KFold",
    "LeaveOneGroupOut",
    "LeavePGroupsOut",
    "PredefinedSplit",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
    "ShuffleSplit",
    "StratifiedGroupKFold",
    "StratifiedKFold",
    "StratifiedShuffleSplit",
)
_SCORES = (
    "accuracy_score",
    "balanced_accuracy_score",
    "f1_score",
    "log_loss",
    "matthews_corrcoef",
    "precision_score",
    "recall_score",
)
KNOWN_TYPES = frozenset(
    {
        "collections.OrderedDict",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.metrics._scorer._PassthroughScorer",
        "sklearn.metrics._scorer._Scorer",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
        *(f"sklearn.model_selection._split.{name}" for name in _SPLITTERS),
        *(f"sklearn.metrics._classification.{name}" for name in _SCORES),
    }
)
"""Parts of classifiers, and of a search for their parameters, that skops does not list among its trusted
types. They only hold numbers and each other, and of a search nothing is run; the numbers of a tree point into
arrays, and are checked (`_check_trees`)."""


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
    refuse_impostor(path, "pipeline")
    if zipfile.is_zipfile(path):
        refuse_bomb(path, "pipeline")
        _refuse_boosters(path)
    if path.suffix != ".skops":
        _check_kind(path)
        if not trust_pickle:
            raise UnsafeFileError(
                f"The pipeline {path} is not read: it is a pickle.",
                f"{TRUST_HINT.split(';')[0]}; better, save it with skops.io.dump(pipeline, 'model.skops').",
            )
        import joblib

        try:
            return joblib.load(path)
        except Exception as error:
            if missing := _missing_package(error):
                raise not_installed(path, missing) from error
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
                "Loading a type runs its code. If you know them, name them: --trust TYPE,TYPE"
                + ("; better, save search.best_estimator_ alone." if _of_search(refused) else ""),
            )
        classifier = skops.io.load(path, trusted=list(unknown))
    except ExportError:
        raise
    except Exception as error:
        if missing := _missing_package(error):
            raise not_installed(path, missing) from error
        raise ExportError(f"The pipeline {path} cannot be read: {first_line(error)}") from error
    _check_trees(classifier, path)
    return classifier


_MADE_BY = re.compile(rb'"__module__":\s*"(catboost)[."]')


def _missing_package(error: Exception) -> str:
    """The package of boosted trees for want of which something could not be read, or nothing."""
    name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return name if name in BOOSTERS else ""


def _refuse_boosters(path: Path) -> None:
    """Raise UnsupportedOperatorError for a skops file with trees that nothing here converts."""
    with zipfile.ZipFile(path) as archive:
        if "schema.json" in archive.namelist() and (found := _MADE_BY.search(archive.read("schema.json"))):
            raise no_converter(path, found[1].decode())


def _of_search(types: Iterable[str]) -> bool:
    """Whether any of the types belongs to the search for parameters, which a classifier does without."""
    return any(
        kind.startswith(("scipy.stats.", "sklearn.metrics.", "sklearn.model_selection.")) for kind in types
    )


_PICKLES = (b"\x80", b"(", b"c", b"\x78", b"\x1f\x8b", b"BZ", b"\xfd7zXZ", b"\x04\x22\x4d\x18")
"""How a pickle begins, and those that joblib packs by zlib, gzip, bzip2, xz and lz4."""


def _check_kind(path: Path) -> None:
    """Raise ExportError if a file is empty, or holds the weights of a network."""
    with path.open("rb") as stream:
        begin = stream.read(16)
    if not begin:
        raise ExportError(f"The pipeline {path} cannot be read: the file is empty.")
    network = ""
    if path.suffix == ".safetensors" or begin[8:10] == b'{"':
        network = "weights in the safetensors format"
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any(name.endswith("/data.pkl") for name in archive.namelist()):
                network = "weights that torch.save wrote"
    elif path.suffix == ".onnx":
        network = "an ONNX model"
    if not network and not begin.startswith(_PICKLES):
        raise ExportError(
            f"The pipeline {path} cannot be read: it is neither a skops file nor a pickle.",
            "Save it with skops.io.dump(pipeline, 'model.skops').",
        )
    if network:
        raise ExportError(
            f"The pipeline {path} cannot be read: it holds {network}, and no scikit-learn pipeline.",
            "A network goes through emoscope-export torch --module PACKAGE.MODULE:FACTORY --weights FILE.",
        )


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
