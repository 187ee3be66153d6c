"""Two models on one recording: which answers belong together, how often they agree, and who is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui_events import LABELS, prediction

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.core.types import Prediction
from desktop_app.gui.state.model_comparison import Agreement, Comparison, shown, sign_test, told_apart

NAMES = ("Ana", "Bob")


def analysis(*answers: Prediction | None, said: str = "", length_s: float = 0.8) -> RecordingAnalysis:
    """A segment a second, none where there is no answer; `said` has a label's first letter for each."""
    segments = tuple(
        SegmentResult(float(place), place + length_s, answer)
        for place, answer in enumerate(answers)
        if answer is not None
    )
    corrections = tuple(
        Correction(float(place), place + 0.8, label)
        for place, letter in enumerate(said)
        for label in (*LABELS, "anger", "proud")
        if letter != " " and label.startswith(letter)
    )
    return RecordingAnalysis("talk.wav", 10.0, 16000, segments, None, corrections=corrections)


def compared(
    first: RecordingAnalysis, second: RecordingAnalysis, labels: tuple[str, ...] = LABELS
) -> Comparison:
    return Comparison.of(Path("talk.wav"), NAMES, (LABELS, labels), first, second)


HAPPY, SAD, UNSURE = prediction("happy"), prediction("sad"), prediction("happy", 0.3, uncertain=True)


def test_agreement_is_counted_over_segments_that_both_answer() -> None:
    found = compared(analysis(HAPPY, SAD, HAPPY, UNSURE), analysis(HAPPY, HAPPY, UNSURE, UNSURE))
    counts = {each: found.counted(each) for each in Agreement}
    assert counts == {Agreement.SAME: 1, Agreement.DIFFERENT: 1, Agreement.UNSURE: 2}


def test_segments_belong_together_that_overlap_by_half_of_the_longer_one() -> None:
    first = analysis(HAPPY, None, SAD)
    second = analysis(HAPPY, SAD, SAD, length_s=0.3)
    found = compared(first, second)
    assert [(each.start_s, each.first is None, each.second is None) for each in found.segments] == [
        (0.0, False, True),
        (0.0, True, False),
        (1.0, True, False),
        (2.0, False, True),
        (2.0, True, False),
    ]
    assert len(compared(first, analysis(HAPPY, SAD, SAD, length_s=0.5)).segments) == 3


def test_two_names_of_one_emotion_are_the_same_answer() -> None:
    labels = ("anger", "joy")
    other = prediction("anger", labels=labels)
    found = compared(analysis(prediction("angry"), said="a"), analysis(other), labels)
    assert found.counted(Agreement.SAME) == 1
    assert found.right == (1, 1)


def test_who_is_right_is_told_with_counts_and_that_few_may_be_chance() -> None:
    found = compared(analysis(HAPPY, HAPPY, SAD, said="hhh"), analysis(SAD, HAPPY, HAPPY))
    assert found.right == (2, 2)
    assert "Of 3 segments that you labelled, Ana is right in 2, Bob in 2." in found.told
    assert "does not tell them apart" in found.told
    found = compared(analysis(HAPPY, HAPPY, said="hh"), analysis(SAD, HAPPY))
    assert "Ana is right in 2, Bob in 1. So small a difference may be chance." in found.told
    found = compared(analysis(*[HAPPY] * 8, said="h" * 8), analysis(*[SAD] * 8))
    assert "hardly chance: on this recording Ana is right more often" in found.told
    assert "People label most where the model in use was wrong" in found.told, "which is always said"


def test_no_answer_is_not_right() -> None:
    assert compared(analysis(UNSURE, said="h"), analysis(HAPPY)).right == (0, 1)


def test_without_labels_nobody_is_called_right() -> None:
    assert "Nobody labelled this recording" in compared(analysis(HAPPY), analysis(SAD)).told
    strange = compared(analysis(HAPPY, said="p"), analysis(SAD))
    assert "None of your labels is one that both models know" in strange.told


def test_the_test_of_signs_is_exact() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 0) == pytest.approx(2 / 2**5)
    assert sign_test(1, 9) == pytest.approx(2 * 11 / 2**10)
    assert sign_test(4, 4) == 1.0


def test_what_a_table_shows_of_an_answer() -> None:
    assert shown(HAPPY) == "happy 80 %"
    assert shown(UNSURE) == "uncertain (happy 30 %)"
    assert shown(prediction("happy", nobody=True)) == "not a voice"
    assert shown(None) == "no segment"


def test_two_models_of_one_name_are_told_apart() -> None:
    assert told_apart("Ana", "Bob") == NAMES
    assert told_apart("Ana", "Ana") == ("Ana (1)", "Ana (2)")
