"""A recording as a whole: what is said of it, and what is said of its sound."""

from __future__ import annotations

import pytest

from desktop_app.core.offline import SegmentResult, overall_prediction
from desktop_app.core.types import Prediction

LABELS = ("neutral", "calm", "angry")
ABSTAIN_BELOW = 0.5


def segment(start_s: float, end_s: float, *probabilities: float) -> SegmentResult:
    best = max(range(len(LABELS)), key=probabilities.__getitem__)
    uncertain = probabilities[best] < ABSTAIN_BELOW
    return SegmentResult(
        start_s, end_s, Prediction(LABELS, probabilities, LABELS[best], probabilities[best], uncertain)
    )


class TestTheOverallAnswer:
    def test_segments_weigh_as_much_as_they_are_long(self) -> None:
        overall = overall_prediction([segment(0, 3, 0.8, 0.1, 0.1), segment(5, 6, 0.2, 0.2, 0.6)], 0.5)
        assert overall is not None
        assert overall.probabilities == pytest.approx((0.65, 0.125, 0.225))
        assert (overall.label, overall.uncertain) == ("neutral", False)

    def test_it_is_uncertain_below_the_confidence_at_which_a_segment_is(self) -> None:
        sure_of_different_things = [segment(0, 1, 0.0, 0.3, 0.7), segment(1, 2, 0.7, 0.3, 0.0)]
        overall = overall_prediction(sure_of_different_things, ABSTAIN_BELOW)
        assert overall is not None
        assert overall.confidence == pytest.approx(0.35)
        assert overall.uncertain

    def test_it_is_uncertain_where_most_of_the_speech_is(self) -> None:
        overall = overall_prediction(
            [segment(0, 1, 1.0, 0.0, 0.0), segment(1, 3, 0.4, 0.3, 0.3)], ABSTAIN_BELOW
        )
        assert overall is not None
        assert overall.confidence > ABSTAIN_BELOW
        assert overall.uncertain

    def test_without_speech_there_is_none(self) -> None:
        assert overall_prediction([], ABSTAIN_BELOW) is None
