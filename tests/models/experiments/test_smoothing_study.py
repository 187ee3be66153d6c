"""What the live view would have shown: flips, delay, and which constants are chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from desktop_app.core.types import FloatArray, Prediction
from models.experiments.smoothing_study import (
    CHOICES,
    UNCERTAIN,
    Choice,
    Figures,
    ProbabilitySmoother,
    Step,
    best,
    figures,
    join,
    replay,
    shown,
)

LABELS = ("calm", "angry")
RATE = 16_000
NOTHING = Choice(0.0, 0.0, 0.0)
HELD = Choice(0.0, 0.3, 1.0)


def steps(angry: Sequence[float], truth: int = 1, final: bool = False) -> list[Step]:
    """A partial result each quarter of a second, of which `angry` is the probability."""
    return [Step(0.25 * (k + 1), 0, final, (1 - p, p), truth, 0.25 * (k + 1)) for k, p in enumerate(angry)]


@pytest.mark.parametrize("steps", [1, 10, 100])
def test_smoothing_knows_seconds_not_frames(steps):
    smoother = ProbabilitySmoother(time_constant_s=0.5)
    smoother.update(0.0, (1.0, 0.0))
    for step in range(1, steps + 1):
        shown = smoother.update(0.5 * step / steps, (0.0, 1.0))
    assert shown == pytest.approx((np.exp(-1), 1 - np.exp(-1)))


def test_smoothed_probabilities_still_sum_to_one_and_a_reset_forgets():
    smoother = ProbabilitySmoother()
    smoother.update(0.0, (0.2, 0.8))
    assert sum(smoother.update(0.1, (0.9, 0.1))) == pytest.approx(1.0)
    smoother.reset()
    assert smoother.update(0.2, (0.3, 0.7)) == (0.3, 0.7)


def test_every_change_of_what_is_shown_is_a_flip():
    found = figures([steps([0.6, 0.4, 0.6, 0.4, 0.6])], LABELS, 0.5, NOTHING)
    assert found.flips_per_s == pytest.approx(4 / 1.0)
    assert (found.right, found.wrong) == (0.6, 0.4)
    assert found.delay_s == 0.25


def test_where_the_right_emotion_is_never_shown_there_is_no_delay_in_json():
    found = figures([steps([0.4, 0.4])], LABELS, 0.5, NOTHING)
    assert found.to_dict() == {"flips_per_s": 0.0, "delay_s": None, "right": 0.0, "wrong": 1.0}


def test_a_label_that_is_held_does_not_flip():
    found = figures([steps([0.6, 0.4, 0.6, 0.4, 0.6])], LABELS, 0.5, HELD)
    assert found.flips_per_s == 0.0
    assert found.right == 1.0


def test_a_change_of_the_emotion_itself_is_no_flip():
    changing = [
        Step(0.25, 0, False, (0.9, 0.1), 0, 0.25),
        Step(0.50, 0, False, (0.9, 0.1), 0, 0.50),
        Step(0.75, 0, False, (0.1, 0.9), 1, 0.25),
    ]
    found = figures([changing], LABELS, 0.5, NOTHING)
    assert (found.flips_per_s, found.right) == (0.0, 1.0)


def test_a_low_pass_comes_later():
    late = [0.1, 0.1, 0.9, 0.9, 0.9, 0.9]
    quick, slow = (figures([steps(late)], LABELS, 0.5, Choice(tau, 0.0, 0.0)) for tau in (0.0, 0.5))
    assert quick.delay_s == 0.75
    assert slow.delay_s > quick.delay_s


def test_below_the_threshold_nothing_is_named_and_a_final_result_is_shown_as_it_is():
    assert shown(steps([0.55]), LABELS, 0.6, NOTHING) == [UNCERTAIN]
    (partial, final) = [*steps([0.2]), Step(0.5, 0, True, (0.3, 0.7), 1, 0.5)]
    assert shown([partial, final], LABELS, 0.6, HELD) == ["calm", "angry"]


def test_the_calmest_choice_that_is_about_as_often_right_is_taken():
    wild, calm, numb = CHOICES[:3]
    found = {
        wild: Figures(2.0, 0.3, 0.700, 0.20),
        calm: Figures(0.4, 0.5, 0.696, 0.20),
        numb: Figures(0.0, 2.0, 0.500, 0.20),
    }
    assert best(found) == calm


class Loudness:
    """Takes loud speech for angry."""

    labels = LABELS
    sample_rate = RATE
    abstain_below = 0.5

    def predict(self, waveform: FloatArray) -> Prediction:
        angry = float(np.abs(waveform[-RATE // 2 :]).max() > 0.3)
        return Prediction(LABELS, (1 - angry, angry), LABELS[int(angry)], 1.0, False)


def test_a_stream_is_cut_and_judged_as_the_analyzer_does_it():
    rng = np.random.default_rng(0)

    def clip(peak: float) -> FloatArray:
        hum = np.sin(2 * np.pi * 150 * np.arange(2 * RATE) / RATE) + 0.1 * rng.standard_normal(2 * RATE)
        return (peak * hum).astype(np.float32)

    targets = [0, 1, 0]
    stream, starts = join([clip(0.1), clip(0.6), clip(0.1)], RATE, 0)
    assert starts[0] == 1.0
    assert starts[1] > 3.0
    found = list(replay(stream, starts, targets, Loudness()))
    assert sum(step.final for step in found) >= 1
    assert {step.truth for step in found} == {0, 1}
    assert all(0 <= step.since_s < 3.5 for step in found)
    right = [LABELS[step.truth] == LABELS[int(np.argmax(step.probabilities))] for step in found]
    assert np.mean(right) > 0.6
