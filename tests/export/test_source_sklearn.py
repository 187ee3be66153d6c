"""A scikit-learn pipeline behind in-graph features: the analyzer says what scikit-learn says."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
import soundfile
import torch
from safetensors.torch import save_file
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from desktop_app.inference.engine import EmotionEngine
from export.cli import main
from export.errors import ExportError, LabelError, ShapeError, UnsafeFileError, UnsupportedOperatorError
from export.sources.sklearn_file import read_classifier
from export.sources.sklearn_pipeline import PROBABILITY_FLOOR, load_pipeline
from models.features.chain import parse_chain

RATE = 16_000
FRONT_END = "mfcc:n_mfcc=13,delta=1+rms|pool:mean,std"
EMODB = {"W": "angry", "L": "bored", "E": "disgust", "A": "fearful", "F": "happy", "T": "sad", "N": "neutral"}
CLIPS_A_CLASS = 20


def recorded(folder: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Clips of Berlin EMO-DB with their emotions, as many of each."""
    for letter, emotion in EMODB.items():
        for path in sorted(folder.glob(f"*{letter}[a-z].*"))[:CLIPS_A_CLASS]:
            yield emotion, soundfile.read(path, dtype="float32")[0]


def generated() -> Iterator[tuple[str, np.ndarray]]:
    """Tones with overtones, whose pitch and tremor tell the emotion, in noise."""
    time = np.arange(RATE) / RATE
    for number, emotion in enumerate(("angry", "happy", "neutral", "sad")):
        for seed in range(CLIPS_A_CLASS):
            rng = np.random.default_rng([number, seed])
            pitch = 110 * (1.3 + 0.4 * number) * rng.uniform(0.8, 1.25)
            voice = sum(np.sin(2 * np.pi * pitch * h * time) / h ** (1 + 0.2 * number) for h in range(1, 9))
            tremor = 0.2 + 0.1 * np.sin(2 * np.pi * (2 + number) * time)
            yield emotion, (tremor * voice + 0.05 * rng.standard_normal(RATE)).astype(np.float32)


Corpus = tuple[list[np.ndarray], np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Waveforms, their features and emotions: of real speech where there is any."""
    folder = Path(os.environ.get("EMOSCOPE_CORPORA", "")) / "emodb"
    clips = list(recorded(folder)) or list(generated())
    chain = parse_chain(FRONT_END, RATE)
    with torch.inference_mode():
        features = np.concatenate([chain(torch.from_numpy(wave)[None]).numpy() for _, wave in clips])
    return [wave for _, wave in clips], features, np.array([emotion for emotion, _ in clips])


def scaled(*steps: Any) -> Pipeline:
    return make_pipeline(StandardScaler(), *steps)


PIPELINES: dict[str, Callable[[], Any]] = {
    "random forest": lambda: RandomForestClassifier(40, random_state=0),
    "random forest of scaled features": lambda: scaled(RandomForestClassifier(20, random_state=0)),
    "RBF-SVM": lambda: scaled(CalibratedClassifierCV(SVC(), ensemble=False)),
    "logistic regression": lambda: scaled(LogisticRegression(max_iter=2000)),
    "MLP": lambda: scaled(PCA(16), MLPClassifier((16,), max_iter=40, random_state=0)),
    "gradient boosting": lambda: GradientBoostingClassifier(n_estimators=8, max_depth=2, random_state=0),
    "soft vote": lambda: scaled(
        VotingClassifier(
            [("forest", RandomForestClassifier(10, random_state=0)), ("line", LogisticRegression())],
            voting="soft",
            weights=[1, 2],
        )
    ),
    "grid search": lambda: GridSearchCV(
        scaled(LogisticRegression(max_iter=2000)), {"logisticregression__C": [0.1, 1]}, cv=2
    ),
    "grid search in a pipeline": lambda: scaled(
        GridSearchCV(LogisticRegression(max_iter=2000), {"C": [0.1, 1]}, cv=2, scoring="recall_macro")
    ),
}


def fitted(name: str, corpus: Corpus, classes: int | None = None) -> Any:
    _, features, emotions = corpus
    kept = np.isin(emotions, np.unique(emotions)[:classes])
    return PIPELINES[name]().fit(features[kept], emotions[kept])


def saved(classifier: Any, folder: Path) -> Path:
    path = folder / "classifier.skops"
    skops.io.dump(classifier, path)
    return path


# The MLP is stopped early, to be quick.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", PIPELINES)
def test_the_analyzer_says_what_scikit_learn_says(name, corpus, tmp_path, capsys):
    classifier = fitted(name, corpus)
    out = tmp_path / "out.onnx"
    assert (
        main(["sklearn", str(saved(classifier, tmp_path)), "--frontend", FRONT_END, "--out", str(out)]) == 0
    )
    waves, features, _ = corpus
    engine = EmotionEngine.load(out)
    try:
        assert engine.labels == tuple(classifier.classes_)
        expected = np.maximum(classifier.predict_proba(features), PROBABILITY_FLOOR)
        expected /= expected.sum(axis=1, keepdims=True)
        for wave, probabilities, label in list(
            zip(waves, expected, classifier.predict(features), strict=True)
        )[::5]:
            found = engine.predict(wave)
            assert found.probabilities == pytest.approx(probabilities, abs=1e-3)
            if np.diff(np.sort(probabilities)[-2:]) > 2e-3:
                assert found.label == label
    finally:
        engine.close()


@pytest.mark.parametrize("name", ["random forest", "RBF-SVM", "logistic regression"])
def test_two_classes_go_as_well_as_many(name, corpus, tmp_path):
    path = saved(fitted(name, corpus, classes=2), tmp_path)
    assert main(["sklearn", str(path), "--frontend", FRONT_END, "--out", str(tmp_path / "out.onnx")]) == 0


@pytest.fixture(scope="module")
def regression(corpus: Corpus) -> Any:
    return fitted("logistic regression", corpus)


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


def test_a_tree_that_points_outside_of_itself_is_refused(corpus, tmp_path):
    forest = fitted("random forest", corpus)
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
