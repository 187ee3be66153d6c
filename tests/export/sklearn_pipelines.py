"""Pipelines of scikit-learn of the kinds that people fit to features of speech, and what they learn from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
import soundfile
import torch
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.feature_selection import VarianceThreshold
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

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


@cache
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
    "LightGBM": lambda: LGBMClassifier(n_estimators=20, min_child_samples=5, n_jobs=1, verbosity=-1),
    "LightGBM of chosen features": lambda: make_pipeline(
        VarianceThreshold(1.0), LGBMClassifier(n_estimators=8, min_child_samples=5, n_jobs=1, verbosity=-1)
    ),
    # Its histograms put thresholds on values of clips, which then fall to this side or that by rounding.
    "XGBoost": lambda: XGBClassifier(n_estimators=15, max_depth=4, n_jobs=1, tree_method="exact"),
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


def fitted(name: str, classes: int | None = None) -> Any:
    """The pipeline of a name, that has learnt the first so many emotions, or all.

    XGBoost learns numbers only: the places of the emotions among their sorted names.
    """
    _, features, emotions = corpus()
    names, numbers = np.unique(emotions, return_inverse=True)
    kept = np.isin(emotions, names[:classes])
    return PIPELINES[name]().fit(features[kept], (numbers if name == "XGBoost" else emotions)[kept])


def emotions_of(classifier: Any) -> tuple[str, ...]:
    """The names of the classes that a pipeline tells apart, in its order."""
    if isinstance(classifier.classes_[0], str):
        return tuple(classifier.classes_)
    return tuple(np.unique(corpus()[2])[classifier.classes_])


def saved(classifier: Any, folder: Path) -> Path:
    path = folder / "classifier.skops"
    skops.io.dump(classifier, path)
    return path
