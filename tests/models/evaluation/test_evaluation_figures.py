"""Figures of merit agree with scikit-learn and with what can be worked out by hand; intervals are honest."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

from models.evaluation.bootstrap import FIGURES, SpeakerSums, intervals, paired_differences, speaker_draws
from models.evaluation.metrics import (
    aurc_of,
    brier_of,
    ece_of,
    reliability_curve,
    report,
    risk_coverage,
    softmax,
)

LABELS = ("happy", "sad", "angry")


def example(clips: int = 400, classes: int = 3, speakers: int = 8, seed: int = 0):
    """Probabilities that are right more often than not, truth, speakers."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, clips)
    probabilities = softmax(rng.standard_normal((clips, classes)) + 1.2 * np.eye(classes)[truth])
    return probabilities, truth, [f"s{number % speakers}" for number in range(clips)]


def test_a_report_agrees_with_scikit_learn():
    probabilities, truth, speakers = example()
    predicted = probabilities.argmax(axis=1)
    found = report(probabilities, truth, speakers, LABELS)
    assert found.uar == pytest.approx(balanced_accuracy_score(truth, predicted))
    assert found.accuracy == pytest.approx(accuracy_score(truth, predicted))
    assert found.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert found.confusion == confusion_matrix(truth, predicted).tolist()
    each = precision_recall_fscore_support(truth, predicted)
    for k, label in enumerate(LABELS):
        figures = found.per_class[label]
        expected = [column[k] for column in each]
        assert [figures[key] for key in ("precision", "recall", "f1", "support")] == pytest.approx(expected)


def test_the_brier_score_agrees_with_scikit_learn_and_is_2_for_a_certain_error():
    probabilities, truth, _ = example()
    assert brier_of(probabilities, truth) == pytest.approx(brier_score_loss(truth, probabilities))
    assert brier_of(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(2.0)
    assert brier_of(np.array([[1.0, 0.0]]), np.array([0])) == 0.0


def test_an_emotion_that_the_corpus_lacks_has_no_recall_and_counts_for_nothing():
    truth = np.array([0, 0, 1, 1])
    probabilities = np.eye(3)[[0, 2, 1, 1]]
    found = report(probabilities, truth, ["a", "a", "b", "b"], LABELS)
    assert found.uar == pytest.approx((0.5 + 1.0) / 2)
    assert found.per_class["angry"] == {"precision": 0.0, "recall": None, "f1": None, "support": 0}


def test_the_calibration_error_of_two_bins_worked_out_by_hand():
    # Four clips at 0.9, three of them right; four at 0.6, one right: 0.5 * 0.15 + 0.5 * 0.35.
    probabilities = np.array([[0.9, 0.1]] * 4 + [[0.6, 0.4]] * 4)
    truth = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    assert ece_of(probabilities, truth) == pytest.approx(0.25)
    low, high = reliability_curve(probabilities, truth)
    assert (low["confidence"], low["accuracy"], low["count"]) == (pytest.approx(0.6), 0.25, 4)
    assert (high["confidence"], high["accuracy"], high["count"]) == (pytest.approx(0.9), 0.75, 4)


def test_risk_over_coverage_worked_out_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    truth = np.array([0, 1, 0, 1])
    coverage, risk = risk_coverage(probabilities, truth)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk == pytest.approx([0.0, 1 / 2, 1 / 3, 2 / 4])
    assert aurc_of(probabilities, truth) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_the_order_of_equally_confident_clips_does_not_matter():
    probabilities = np.tile([0.8, 0.2], (4, 1))
    one, other = np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])
    assert aurc_of(probabilities, one) == aurc_of(probabilities, other) == pytest.approx(0.5)


def test_uncertain_answers_leave_fewer_and_better_ones():
    probabilities, truth, speakers = example(2_000)
    found = report(probabilities, truth, speakers, LABELS, threshold=0.7)
    certain = found.certain
    assert certain["coverage"] == pytest.approx((probabilities.max(axis=1) >= 0.7).mean())
    assert certain["risk"] < 1.0 - found.accuracy
    assert certain["uar"] > found.uar
    nothing = report(probabilities, truth, speakers, LABELS, threshold=1.1).certain
    assert nothing == {"threshold": 1.1, "coverage": 0.0, "risk": None, "uar": None}


def test_genders_and_speakers_are_told_apart():
    probabilities, truth, speakers = example(speakers=4)
    women = np.isin(speakers, ["s0", "s1"])
    truth = np.where(women, probabilities.argmax(axis=1), truth)  # women are always understood
    genders = ["F" if woman else "M" for woman in women]
    genders[3] = genders[7] = ""
    found = report(probabilities, truth, speakers, LABELS, genders=genders)
    assert found.by_gender["F"]["uar"] == 1.0 > found.by_gender["M"]["uar"]
    assert found.by_gender["not known"]["clips"] == 2
    assert found.worst_speaker in {"s2", "s3"}
    assert found.per_speaker[found.worst_speaker]["uar"] == found.worst_speaker_uar
    assert sum(person["clips"] for person in found.per_speaker.values()) == found.clips


def test_a_report_is_strict_json():
    probabilities, truth, speakers = example()
    found = report(probabilities, truth, speakers, LABELS, threshold=0.5, protocol="by speaker")
    again = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert again["protocol"] == "by speaker"
    assert len(again["risk_coverage"]) == 100


def test_every_figure_lies_in_its_interval_and_one_speaker_has_none():
    probabilities, truth, speakers = example()
    sums = SpeakerSums.of(probabilities, truth, speakers, 3)
    whole = sums.figures(np.ones((1, 8)))
    found = report(probabilities, truth, speakers, LABELS)
    for name, (low, high) in intervals(sums).items():
        assert low <= whole[name][0] <= high
        assert whole[name][0] == pytest.approx(getattr(found, name))
    assert set(intervals(SpeakerSums.of(probabilities, truth, ["only"] * 400, 3)).values()) == {None}


def test_resampled_figures_are_those_of_the_drawn_speakers():
    probabilities, truth, speakers = example(speakers=4)
    sums = SpeakerSums.of(probabilities, truth, speakers, 3)
    drawn = sums.figures(np.array([[2.0, 0.0, 1.0, 0.0]]))
    who = np.array(speakers)
    rows = np.concatenate([np.flatnonzero(who == s) for s in ("s0", "s0", "s2")])
    expected = report(probabilities[rows], truth[rows], who[rows].tolist(), LABELS)
    for name in FIGURES:
        assert drawn[name][0] == pytest.approx(getattr(expected, name))


def test_draws_are_as_many_as_there_are_speakers_and_the_same_each_time():
    draws = speaker_draws(7, 50)
    assert (draws.sum(axis=1) == 7).all()
    assert np.array_equal(draws, speaker_draws(7, 50))


def test_a_paired_difference_is_surer_than_two_intervals():
    rng = np.random.default_rng(3)
    speakers = np.repeat([f"s{k}" for k in range(12)], 60)
    truth = rng.integers(0, 2, len(speakers))
    skill = np.repeat(rng.uniform(0.4, 0.95, 12), 60)  # voices differ much ...
    right = rng.random(len(truth)) < skill
    better = right | (rng.random(len(truth)) < 0.1)  # ... the models little
    one, other = (
        SpeakerSums.of(np.eye(2)[np.where(known, truth, 1 - truth)], truth, speakers.tolist(), 2)
        for known in (right, better)
    )
    difference, (low, high) = paired_differences(one, other)["uar"]
    alone = intervals(one)["uar"]
    assert 0.0 < low < difference < high
    assert high - low < 0.5 * (alone[1] - alone[0])
    assert paired_differences(one, one)["uar"] == (0.0, (0.0, 0.0))


def test_differences_between_other_speakers_are_refused():
    probabilities, truth, speakers = example()
    one = SpeakerSums.of(probabilities, truth, speakers, 3)
    other = SpeakerSums.of(probabilities, truth, ["x"] * len(truth), 3)
    with pytest.raises(ValueError, match="same speakers"):
        paired_differences(one, other)
