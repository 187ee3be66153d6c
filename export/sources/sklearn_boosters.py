"""Boosted trees of LightGBM and XGBoost: which can be converted, and how skl2onnx is told about them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from export.errors import UnsupportedOperatorError

BOOSTERS = {"lightgbm": "LightGBM", "xgboost": "XGBoost", "catboost": "CatBoost"}
BOOSTER_TYPES = (
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
)
"""What to trust in a skops file that one has written oneself. Their trees are read by the packages' own
parsers, which believe what they read."""
_CONVERTED = {("LGBMClassifier", "gbdt"), ("LGBMClassifier", "goss"), ("XGBClassifier", "gbtree")}


def no_converter(path: Path, package: str) -> UnsupportedOperatorError:
    """For a package whose models nothing here converts."""
    return UnsupportedOperatorError(
        f"The pipeline {path} holds a model of {BOOSTERS[package]}, for which there is no converter here.",
        "Train LightGBM's LGBMClassifier or XGBoost's XGBClassifier in its place.",
        code="export.booster",
    )


def not_installed(path: Path, package: str) -> UnsupportedOperatorError:
    """For a file that cannot be read without a package."""
    if package == "catboost":
        return no_converter(path, package)
    return UnsupportedOperatorError(
        f"The pipeline {path} holds a model of {BOOSTERS[package]}, which is not installed here.",
        f"Install it: pip install {'xgboost-cpu' if package == 'xgboost' else package}",
        code="export.booster",
    )


def check_boosters(classifier: Any, path: Path) -> None:
    """Raise UnsupportedOperatorError for boosted trees that would not give the same from ONNX.

    They are converted as the last step of a pipeline, or as a part of a soft vote. What comes before them may
    choose among the features and change none: a tree asks on which side of a threshold a number lies, and a
    scaled number that is rounded differently goes down the other branch.
    """
    for booster, before, around in _boosters(classifier):
        package = type(booster).__module__.partition(".")[0]
        name = f"{BOOSTERS[package]}'s {type(booster).__name__}"
        kind = getattr(booster, "boosting_type", None) or getattr(booster, "booster", None) or "gbtree"
        if package == "catboost":
            raise no_converter(path, package)
        if (type(booster).__name__, kind) not in _CONVERTED:
            raise UnsupportedOperatorError(
                f"The pipeline {path} holds {name} of kind '{kind}', for which there is no converter here.",
                "Fit an LGBMClassifier with boosting_type='gbdt', or an XGBClassifier with booster='gbtree'.",
                code="export.booster",
            )
        if around:
            raise UnsupportedOperatorError(
                f"The pipeline {path} holds {name} inside a {around}, which cannot be converted together.",
                f"Save the {type(booster).__name__} itself: it has probabilities of its own.",
                code="export.booster",
            )
        changing = [type(step).__name__ for step in before if not _only_chooses(step)]
        if changing:
            raise UnsupportedOperatorError(
                f"In {path} {name} stands behind a {changing[0]}, and trees of changed features are not the "
                "same after conversion: a value that is rounded differently crosses a threshold.",
                f"Fit it on the features themselves, without {changing[0]}: trees do not mind scales.",
                code="export.booster",
            )


def register_converters(classifier: Any) -> None:
    """Tell skl2onnx how the boosted trees inside a classifier are converted."""
    for package in {type(booster).__module__.partition(".")[0] for booster, _, _ in _boosters(classifier)}:
        _register(package)


@cache
def _register(package: str) -> None:
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes

    if package == "lightgbm":
        from lightgbm import LGBMClassifier as Classifier
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm as convert
    else:
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost as convert
        from xgboost import XGBClassifier as Classifier
    update_registered_converter(
        Classifier,
        f"Emoscope{Classifier.__name__}",
        calculate_linear_classifier_output_shapes,
        convert,
        options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
    )


def _boosters(
    part: Any, before: tuple[Any, ...] = (), around: str = ""
) -> Iterator[tuple[Any, tuple[Any, ...], str]]:
    """Each booster inside, the steps before it, and what holds it that is neither pipeline nor vote."""
    if type(part).__module__.partition(".")[0] in BOOSTERS:
        yield part, before, around
    elif hasattr(part, "steps"):
        *first, (_, last) = part.steps
        yield from _boosters(last, (*before, *(step for _, step in first)), around)
    elif type(part).__name__ == "VotingClassifier":
        for inside in getattr(part, "estimators_", ()):
            yield from _boosters(inside, before, around)
    else:
        held = [
            getattr(part, "estimator", None),
            *(pair[1] for pair in getattr(part, "estimators", None) or ()),
        ]
        for inside in held:
            if inside is not None:
                yield from _boosters(inside, before, type(part).__name__)


def _only_chooses(step: Any) -> bool:
    return step in ("passthrough", None) or type(step).__module__.startswith("sklearn.feature_selection")
