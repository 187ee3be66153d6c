"""What a part of a recipe brings is told with how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.bootstrap import SpeakerSums
from models.experiments.ablation import CONDITIONS, Judged, against

CLASSES = 4
CLIPS = 25  # of each class and speaker


def judged(right: list[list[int]]) -> Judged:
    """Some corpora: so many clips of each class that each speaker has right, under every condition."""
    corpora = []
    for corpus in right:
        truth = np.tile(np.repeat(np.arange(CLASSES), CLIPS), len(corpus))
        speakers = np.repeat([f"speaker-{number}" for number in range(len(corpus))], CLASSES * CLIPS)
        hit = np.concatenate([np.tile(np.arange(CLIPS) < count, CLASSES) for count in corpus])
        chances = np.eye(CLASSES)[np.where(hit, truth, (truth + 1) % CLASSES)]
        corpora.append(SpeakerSums.of(chances, truth, speakers.tolist(), CLASSES))
    return Judged({}, tuple(corpora) * len(CONDITIONS))


def test_what_every_speaker_gains_is_sure_however_different_they_are() -> None:
    recipe, variant = judged([[5, 20, 10], [3, 18]]), judged([[7, 22, 12], [5, 20]])
    assert against(recipe, variant) == (pytest.approx(0.08), (pytest.approx(0.08), pytest.approx(0.08)))
    assert against(variant, recipe)[0] == pytest.approx(-0.08)


def test_what_one_speaker_gains_is_not() -> None:
    recipe, variant = judged([[5, 20, 10], [3, 18]]), judged([[5, 20, 22], [3, 18]])
    gain, (low, high) = against(recipe, variant)
    assert gain == pytest.approx(0.08)
    assert low == 0
    assert high > 0.12


def test_of_single_speakers_nothing_is_drawn_and_nothing_is_claimed() -> None:
    recipe, variant = judged([[5], [3]]), judged([[7], [7]])
    assert against(recipe, variant) == (pytest.approx(0.12), None)
    gain, interval = against(judged([[5], [3, 18]]), judged([[7], [5, 20]]))
    assert (gain, interval) == (pytest.approx(0.08), (pytest.approx(0.08), pytest.approx(0.08)))


def test_the_same_speakers_are_drawn_under_every_condition() -> None:
    few = judged([[5, 20, 10], [3, 18]])
    once = judged([[5, 20, 22], [3, 18]])
    # What is gained under one condition and lost under another cancels out only if the speakers are the same.
    gained = Judged({}, once.sums[:2] + few.sums[:2] * (len(CONDITIONS) - 1))
    lost = Judged({}, few.sums[:2] + once.sums[:2] + few.sums[:2] * (len(CONDITIONS) - 2))
    assert against(gained, lost) == (pytest.approx(0), (pytest.approx(0), pytest.approx(0)))
