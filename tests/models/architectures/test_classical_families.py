"""The families of scikit-learn's kind: what they are made of, and that they learn."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.pipeline import Pipeline

from models.architectures.classical import FEATURES, calibration_folds
from models.architectures.registry import ClassicalFamily, families, family_named
from models.errors import TrainingError
from models.features.chain import parse_chain

CLASSICAL = {name: family for name, family in families().items() if isinstance(family, ClassicalFamily)}
EMOTIONS = np.array(["angry", "happy", "sad"])


def clips(speakers: int = 6, each: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features that tell the emotion, the emotions, and who speaks."""
    rng = np.random.default_rng(0)
    number = np.tile(np.repeat(np.arange(3), each), speakers)
    x = rng.standard_normal((len(number), 10)) + 3.0 * np.eye(10)[number] * (number[:, None] > 0)
    return x.astype(np.float32), EMOTIONS[number], np.repeat(np.arange(speakers), 3 * each)


def test_the_five_families_of_the_source_are_known():
    assert {
        "random-forest",
        "svm-rbf",
        "logistic-regression",
        "lightgbm",
        "gradient-boosting",
    } <= set(CLASSICAL)


def test_the_front_end_of_the_source_has_67_numbers():
    assert parse_chain(FEATURES, 16_000).output_shape == (67,)


@pytest.mark.parametrize(
    ("name", "claim"), [("random-forest", 0.54), ("svm-rbf", 0.55), ("logistic-regression", 0.50)]
)
def test_what_the_source_claims_stands_beside_the_family(name, claim):
    family = family_named(name)
    assert family.published.claim == claim
    assert "speakers are shared" in family.published.protocol
    assert (family.features, family.seconds) == (FEATURES, 3.0)


def test_the_defaults_are_those_of_the_source():
    forest = family_named("random-forest")
    trees = forest.build(forest.Parameters(), 0, 1)
    assert (trees.n_estimators, trees.class_weight) == (500, "balanced")
    machine = family_named("svm-rbf")
    scaler, calibrated = (step for _, step in machine.build(machine.Parameters(), 0, 1).steps)
    assert type(scaler).__name__ == "StandardScaler"
    assert (calibrated.estimator.C, calibrated.estimator.gamma, calibrated.ensemble) == (5.0, 0.01, False)
    line = family_named("logistic-regression")
    assert line.build(line.Parameters(), 0, 1)[-1].max_iter == 3000


def test_a_parameter_that_a_family_does_not_have_is_refused():
    with pytest.raises(ValidationError, match="leaves"):
        family_named("random-forest").Parameters(leaves=3)


@pytest.mark.parametrize("name", sorted(CLASSICAL))
def test_each_learns_names_and_gives_the_same_twice(name):
    x, y, speakers = clips()
    family = CLASSICAL[name]
    given = []
    for _ in range(2):
        estimator = family.build(family.Parameters(**family.tiny), 3, 1)
        assert family.fit(estimator, x, y, np.ones(len(y)), speakers) is estimator
        given.append(estimator.predict_proba(x))
        assert (estimator.classes_ == EMOTIONS).all()
        assert (estimator.predict(x) == y).mean() > 0.85
    np.testing.assert_array_equal(*given)


@pytest.mark.parametrize("name", sorted(CLASSICAL))
def test_the_weight_of_a_clip_reaches_what_learns(name):
    x, y, speakers = clips()
    family = CLASSICAL[name]
    plain, weighted = (family.build(family.Parameters(**family.tiny), 3, 1) for _ in range(2))
    family.fit(plain, x, y, None, speakers)
    family.fit(weighted, x, y, np.where(np.arange(len(y)) < 20, 20.0, 1.0), speakers)
    assert not np.allclose(plain.predict_proba(x), weighted.predict_proba(x))


@pytest.mark.parametrize("name", ["lightgbm", "gradient-boosting", "random-forest"])
def test_trees_look_at_raw_features(name):
    family = CLASSICAL[name]
    assert not isinstance(family.build(family.Parameters(), 0, 1), Pipeline)


def test_no_speaker_stands_on_both_sides_of_a_calibration_fold():
    _, y, speakers = clips()
    folds = calibration_folds(y, speakers)
    assert len(folds) == 5
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(y)))
    for train, test in folds:
        assert not set(speakers[train]) & set(speakers[test])
        assert set(y[train]) == set(EMOTIONS)


def test_a_class_of_one_speaker_is_calibrated_on_clips_of_its_own():
    _, y, _ = clips()
    alone = np.where(y == "sad", 1, np.arange(len(y)) % 3 + 2)
    for train, _ in calibration_folds(y, alone):
        assert set(y[train]) == set(EMOTIONS)


def test_a_class_with_one_clip_cannot_be_calibrated():
    _, y, speakers = clips()
    with pytest.raises(TrainingError, match="of 'calm' there is one"):
        calibration_folds(np.append(y, "calm"), np.append(speakers, 0))


def test_the_places_of_the_clips_do_not_stay_in_the_estimator():
    x, y, speakers = clips()
    family = CLASSICAL["svm-rbf"]
    fitted = family.fit(family.build(family.Parameters(), 0, 1), x, y, None, speakers)
    assert fitted[-1].cv is None
