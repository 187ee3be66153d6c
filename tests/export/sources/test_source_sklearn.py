"""A scikit-learn pipeline behind in-graph features: the analyzer says what scikit-learn says."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn_pipelines
import torch
from lightgbm import LGBMClassifier
from safetensors.torch import save_file
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn_pipelines import FRONT_END, RATE, Corpus, fitted, saved, scaled

from export.errors import ExportError, LabelError, ShapeError, UnsafeFileError, UnsupportedOperatorError
from export.sources.sklearn_boosters import BOOSTER_TYPES
from export.sources.sklearn_file import read_classifier
from export.sources.sklearn_pipeline import load_pipeline

pytestmark = pytest.mark.slow


def boosted(**more: Any) -> LGBMClassifier:
    return LGBMClassifier(n_estimators=3, min_child_samples=5, n_jobs=1, verbosity=-1, **more)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return sklearn_pipelines.corpus()


@pytest.fixture(scope="module")
def regression() -> Any:
    return fitted("logistic regression")


def test_an_svm_whose_probabilities_contradict_its_labels_is_refused(corpus, tmp_path):
    _, features, emotions = corpus
    with pytest.warns(FutureWarning):
        classifier = scaled(SVC(C=3, probability=True)).fit(features, emotions)
    with pytest.raises(LabelError, match="second model") as caught:
        load_pipeline(saved(classifier, tmp_path), FRONT_END, RATE)
    assert "CalibratedClassifierCV(SVC(C=3), ensemble=False)" in caught.value.hint


def test_a_classifier_without_probabilities_is_refused_with_the_way_out(corpus, tmp_path):
    _, features, emotions = corpus
    path = saved(scaled(SVC()).fit(features, emotions), tmp_path)
    with pytest.raises(LabelError, match="SVC gives no probabilities") as caught:
        load_pipeline(path, FRONT_END, RATE)
    assert "CalibratedClassifierCV(SVC(), ensemble=False)" in caught.value.hint


def test_a_hard_vote_is_refused_with_the_way_out(corpus, tmp_path):
    _, features, emotions = corpus
    vote = VotingClassifier([("forest", RandomForestClassifier(3)), ("line", LogisticRegression())])
    with pytest.raises(LabelError, match="VotingClassifier gives no probabilities") as caught:
        load_pipeline(saved(scaled(vote).fit(features, emotions), tmp_path), FRONT_END, RATE)
    assert "voting='soft'" in caught.value.hint


def test_a_search_without_its_best_estimator_is_refused(corpus, tmp_path):
    _, features, emotions = corpus
    search = GridSearchCV(LogisticRegression(), {"C": [1]}, cv=2, refit=False)
    with pytest.raises(ExportError, match="GridSearchCV holds no fitted estimator"):
        load_pipeline(saved(scaled(search).fit(features, emotions), tmp_path), FRONT_END, RATE)


def test_another_front_end_than_that_of_the_training_is_told_with_both_numbers(regression, tmp_path):
    path = saved(regression, tmp_path)
    with pytest.raises(ShapeError, match=r"takes 54 features.*gives 26"):
        load_pipeline(path, "mfcc:n_mfcc=13|pool:mean,std", RATE)


def test_features_that_are_not_pooled_are_refused(regression, tmp_path):
    with pytest.raises(ShapeError, match="one vector") as caught:
        load_pipeline(saved(regression, tmp_path), "mfcc:n_mfcc=13", RATE)
    assert "pool:" in caught.value.hint


def test_classes_that_are_numbers_want_names(corpus, tmp_path):
    _, features, emotions = corpus
    names, numbers = np.unique(emotions, return_inverse=True)
    path = saved(scaled(LogisticRegression(max_iter=2000)).fit(features, numbers), tmp_path)
    with pytest.raises(LabelError, match="classes are numbers"):
        load_pipeline(path, FRONT_END, RATE)
    with pytest.raises(LabelError, match=f"{len(names)} classes and there are 2 labels"):
        load_pipeline(path, FRONT_END, RATE, labels=("a", "b"))
    assert load_pipeline(path, FRONT_END, RATE, labels=tuple(names)).facts.labels == tuple(names)


def test_labels_in_another_order_than_the_classifiers_are_refused(regression, tmp_path):
    labels = tuple(reversed(regression.classes_))
    with pytest.raises(LabelError, match="another place"):
        load_pipeline(saved(regression, tmp_path), FRONT_END, RATE, labels=labels)


def test_a_classifier_that_onnx_does_not_have_is_refused_with_one_that_it_has(corpus, tmp_path):
    _, features, emotions = corpus
    path = saved(HistGradientBoostingClassifier(max_iter=3).fit(features, emotions), tmp_path)
    with pytest.raises(UnsupportedOperatorError) as caught:
        load_pipeline(path, FRONT_END, RATE)
    assert "GradientBoostingClassifier" in caught.value.hint


@pytest.mark.parametrize(
    ("classifier", "why"),
    [
        (scaled(boosted()), "stands behind a StandardScaler"),
        (CalibratedClassifierCV(boosted(), ensemble=False), "inside a CalibratedClassifierCV"),
        (boosted(boosting_type="rf", subsample=0.5, subsample_freq=1), "of kind 'rf'"),
    ],
    ids=["scaled", "calibrated", "bagged"],
)
def test_boosted_trees_that_would_not_say_the_same_are_refused(corpus, tmp_path, classifier, why):
    _, features, emotions = corpus
    path = saved(classifier.fit(features, emotions), tmp_path)
    with pytest.raises(UnsupportedOperatorError, match=why):
        load_pipeline(path, FRONT_END, RATE, trusted=BOOSTER_TYPES)


def test_boosted_trees_are_read_by_whoever_trusts_their_package(tmp_path):
    path = saved(fitted("LightGBM"), tmp_path)
    with pytest.raises(UnsafeFileError, match=r"lightgbm\.basic\.Booster"):
        load_pipeline(path, FRONT_END, RATE)
    assert load_pipeline(path, FRONT_END, RATE, trusted=BOOSTER_TYPES).tail


def test_a_regressor_is_no_classifier(corpus, tmp_path):
    path = saved(StandardScaler().fit(corpus[1]), tmp_path)
    with pytest.raises(ExportError, match="expected a fitted classifier"):
        load_pipeline(path, FRONT_END, RATE)


class Intruder:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def test_a_pickle_is_refused_and_never_run(tmp_path):
    path = tmp_path / "classifier.pkl"
    path.write_bytes(pickle.dumps(Intruder(tmp_path / "trace")))
    with pytest.raises(UnsafeFileError, match="pickle") as caught:
        read_classifier(path)
    assert "skops" in caught.value.hint
    assert "--trust-pickle" in caught.value.hint
    assert not (tmp_path / "trace").exists()


def test_a_pickle_is_read_by_whoever_trusts_it(regression, tmp_path):
    path = tmp_path / "classifier.joblib"
    path.write_bytes(pickle.dumps(regression))
    assert list(read_classifier(path, trust_pickle=True).classes_) == list(regression.classes_)


def test_types_that_nobody_has_said_to_trust_are_listed(corpus, regression, tmp_path):
    """A function that is called while the pipeline predicts could be any."""
    path = saved(make_pipeline(FunctionTransformer(os.path.basename), regression), tmp_path)
    told: list[str] = []
    with pytest.raises(UnsafeFileError, match=r"posixpath\.basename"):
        read_classifier(path, say=told.append)
    assert "posixpath.basename" in told[0]
    assert read_classifier(path, trusted=["posixpath.basename"])


def test_a_tree_that_points_outside_of_itself_is_refused(tmp_path):
    forest = fitted("random forest")
    state = forest.estimators_[3].tree_.__getstate__()
    state["nodes"]["left_child"][0] = 10**6
    forest.estimators_[3].tree_.__setstate__(state)
    path = saved(forest, tmp_path)
    with pytest.raises(UnsafeFileError, match="points outside of itself"):
        read_classifier(path)


@pytest.mark.parametrize(("name", "what"), [("w.safetensors", "safetensors format"), ("w.pt", "torch.save")])
def test_weights_of_a_network_are_no_pipeline_and_are_called_what_they_are(name, what, tmp_path):
    weights = {"weight": torch.ones(2)}
    path = tmp_path / name
    (save_file if path.suffix == ".safetensors" else torch.save)(weights, path)
    with pytest.raises(ExportError, match=what) as caught:
        read_classifier(path)
    assert "emoscope-export torch" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + 18 * b"\0"])
def test_a_broken_file_is_one_sentence(content, tmp_path):
    path = tmp_path / "broken.skops"
    path.write_bytes(content)
    with pytest.raises(ExportError, match=r"broken\.skops"):
        read_classifier(path)
    with pytest.raises(ExportError, match="no such file"):
        read_classifier(tmp_path / "nowhere.skops")
