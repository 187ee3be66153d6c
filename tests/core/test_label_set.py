"""Fewer emotions are allowed: what the probabilities become, and what is still certain."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.errors import CallError
from desktop_app.core.label_set import LabelSet, parse_labels
from desktop_app.core.types import Prediction, VoiceUse

LABELS = ("neutral", "happy", "sad", "angry", "disgust")
THRESHOLD = 0.5


def answer(*shares: float, short_or_silent: bool = False) -> Prediction:
    best = int(np.argmax(shares))
    uncertain = short_or_silent or shares[best] < THRESHOLD
    return Prediction(
        LABELS,
        shares,
        LABELS[best],
        shares[best],
        uncertain,
        7.0,
        np.ones(3, np.float32),
        VoiceUse(3.0, 0.5),
        short_or_silent,
    )


def among(wanted: str, prediction: Prediction) -> Prediction:
    return LabelSet.of(LABELS, parse_labels(wanted)).among(prediction, THRESHOLD)


def test_the_probability_of_the_others_is_shared_out_in_the_models_order() -> None:
    found = among("angry,neutral,sad", answer(0.1, 0.2, 0.1, 0.3, 0.3))
    assert found.labels == ("neutral", "sad", "angry")
    assert found.probabilities == pytest.approx((0.2, 0.2, 0.6))
    assert (found.label, found.confidence) == ("angry", pytest.approx(0.6))


def test_what_is_not_about_labels_stays() -> None:
    whole = answer(0.1, 0.2, 0.1, 0.3, 0.3)
    found = among("angry,sad", whole)
    assert (found.inference_ms, found.embedding, found.voice) == (7.0, whole.embedding, whole.voice)


def test_with_all_labels_the_answer_is_the_models_own() -> None:
    whole = answer(0.1, 0.2, 0.1, 0.3, 0.3)
    everything = LabelSet.of(LABELS)
    assert everything == LabelSet.of(LABELS, tuple(reversed(LABELS)))
    assert everything.among(whole, THRESHOLD) is whole
    assert everything.threshold(0.37) == 0.37


def test_doubt_between_an_allowed_label_and_one_that_is_left_out_goes() -> None:
    whole = answer(0.02, 0.02, 0.02, 0.48, 0.46)
    assert whole.uncertain
    assert not among("neutral,happy,angry", whole).uncertain


def test_doubt_between_two_that_are_allowed_stays() -> None:
    whole = answer(0.02, 0.02, 0.02, 0.48, 0.46)
    found = among("angry,disgust", whole)
    assert found.confidence > THRESHOLD, "half is what chance gives two"
    assert found.uncertain


@pytest.mark.parametrize("wanted", ["neutral,angry", "happy,angry,disgust", "neutral,happy,sad,angry"])
@pytest.mark.parametrize("share", [0.49, 0.51])
def test_where_the_others_are_alike_leaving_some_out_changes_nothing(wanted: str, share: float) -> None:
    rest = (1 - share) / 4
    whole = answer(rest, rest, rest, share, rest)
    assert among(wanted, whole).uncertain == whole.uncertain == (share < THRESHOLD)


@pytest.mark.parametrize("wanted", ["neutral,angry", "happy,angry,disgust", "neutral,happy,sad,angry"])
def test_noise_stays_uncertain(wanted: str) -> None:
    assert among(wanted, answer(0.2, 0.19, 0.2, 0.21, 0.2)).uncertain


def test_too_little_sound_stays_uncertain() -> None:
    assert among("neutral,angry", answer(0.0, 0.0, 0.0, 1.0, 0.0, short_or_silent=True)).uncertain


def test_what_is_left_of_an_answer_without_the_allowed_labels_is_no_answer() -> None:
    found = among("neutral,sad", answer(0.0, 0.0, 0.0, 0.0, 1.0))
    assert found.probabilities == (0.5, 0.5)
    assert found.uncertain


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_never_and_always_uncertain_stay_so(threshold: float) -> None:
    assert LabelSet.of(LABELS, ("sad", "angry")).threshold(threshold) == threshold


def test_another_models_answer_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="an answer among"):
        LabelSet.of(("a", "b", "c"), ("a", "b")).among(answer(0.2, 0.2, 0.2, 0.2, 0.2), THRESHOLD)


def test_spaces_around_commas_are_no_part_of_a_label() -> None:
    assert parse_labels("neutral, very happy ,sad") == ("neutral", "very happy", "sad")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "parted by single commas"),
        ("happy,,sad", "parted by single commas"),
        ("happy", "At least two labels"),
        ("happy,sad,happy", "'happy' is named twice"),
    ],
)
def test_lists_that_cannot_be_meant_are_refused(text: str, told: str) -> None:
    with pytest.raises(CallError, match=told) as refused:
        parse_labels(text)
    assert refused.value.code == "call.labels"


def test_a_label_that_the_model_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(CallError, match="no label 'bored'") as refused:
        LabelSet.of(LABELS, ("happy", "bored"))
    with pytest.raises(CallError, match="no label 'bored'"):  # a wrong name is told before there are too few
        LabelSet.of(LABELS, ("bored",))
    assert "It has: neutral, happy, sad, angry, disgust." in str(refused.value)
    assert refused.value.fields["labels"] == list(LABELS)
