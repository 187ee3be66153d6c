"""A cue planted in the words is found, words that tell nothing change nothing, nobody is on both sides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.fusion import combined
from models.corpora.base import Clip
from models.errors import LeakError, TrainingError
from models.evaluation.metrics import softmax
from models.experiments import fusion_study
from models.experiments.fusion_study import Study, study
from models.training.fuse import FusionData, Strengths, alone, fit_weights

VOICE = ("neutral", "happy", "sad", "angry")
WORDS = ("anger", "joy", "neutral")  # another order, other names, and nothing sad
SPEAKERS = 12
TAKES = 8


def clips(speakers: int = SPEAKERS, emotions: tuple[str, ...] = VOICE) -> list[Clip]:
    return [
        Clip(Path(f"{emotion}/{speaker}-{take}.wav"), "mine", f"mine-s{speaker:02}", emotion)
        for speaker in range(speakers)
        for emotion in emotions
        for take in range(TAKES)
    ]


def judged(whose: list[Clip], *, voice: float, words: float, seed: int = 0) -> Study:
    """By a voice and by words that tell so much: 0 is nothing. Both are as sure as they may be."""
    rng = np.random.default_rng(seed)
    truth = np.array([VOICE.index(clip.emotion) for clip in whose])

    def chances(aim: np.ndarray, sharpness: float) -> np.ndarray:
        # Normal scores whose mean is moved: then softmax of sharpness times the score is calibrated.
        return softmax(sharpness * (aim * sharpness + rng.standard_normal(aim.shape)))

    meant = {"neutral": 2, "happy": 1, "angry": 0}
    aims = np.array(
        [np.eye(3)[meant[clip.emotion]] if clip.emotion in meant else np.zeros(3) for clip in whose]
    )
    return study(
        whose,
        {clip.path: clip.path.as_posix() for clip in whose},
        labels=VOICE,
        truth=truth,
        voice=chances(np.eye(4)[truth], voice),
        text_labels=WORDS,
        text=chances(aims, words),
        said=np.ones(len(whose), dtype=bool),
    )


def test_a_cue_in_the_words_is_found_and_helps_speakers_who_were_not_fitted_on() -> None:
    found = judged(clips(), voice=1.0, words=2.0)
    assert found.better
    for way in ("voice", "voice, refitted"):
        assert found.differences[way]["uar"]["difference"] > 0.1
        assert found.differences[way]["uar"]["interval"][0] > 0.05
    assert not found.words_better
    by_emotion = dict(zip(VOICE, found.weights[1], strict=True))
    assert min(by_emotion[one] for one in ("neutral", "happy", "angry")) > 0.3
    assert by_emotion["sad"] == 0.0, "the words know nothing sad"
    assert found.rows["both"]["ece"] < 0.08, "and it is as sure as it may be"


@pytest.mark.parametrize("seed", range(3))
def test_words_that_tell_nothing_leave_the_voice_as_it_is(seed: int) -> None:
    found = judged(clips(), voice=1.0, words=0.0, seed=seed)
    assert not found.better
    assert found.weights[1] == pytest.approx(np.zeros(4), abs=0.05)
    assert abs(found.differences["voice"]["uar"]["difference"]) < 0.02
    assert found.rows["words"]["uar"] < 0.4


def test_words_that_tell_more_by_themselves_are_told_to_be_better_than_both() -> None:
    whose = [clip for clip in clips(emotions=("neutral", "happy", "angry")) if clip.path.stem.endswith("-0")]
    found = judged(whose, voice=0.0, words=3.0)
    assert "both" not in found.differences
    difference = found.differences["words"]["uar"]
    measured = found.rows["both"]["uar"] - found.rows["words"]["uar"]
    assert difference["difference"] == pytest.approx(measured)
    assert found.words_better is (difference["interval"][1] < 0)
    for interval, better in (((-0.2, -0.1), True), ((-0.2, 0.1), False), (None, False)):
        told = {**found.differences, "words": {"uar": {"difference": -0.1, "interval": interval}}}
        assert replace(found, differences=told).words_better is better


def test_words_that_are_sure_of_what_they_do_not_know_are_not_believed() -> None:
    rng = np.random.default_rng(1)
    whose = clips()
    truth = np.array([VOICE.index(clip.emotion) for clip in whose])
    voice = softmax(np.eye(4)[truth] + rng.standard_normal((len(whose), 4)))
    boasting = np.eye(3)[rng.integers(3, size=len(whose))] * 0.97 + 0.01
    found = study(
        whose,
        {clip.path: str(clip.path) for clip in whose},
        labels=VOICE,
        truth=truth,
        voice=voice,
        text_labels=WORDS,
        text=boasting,
        said=np.ones(len(whose), dtype=bool),
    )
    changed = combined(voice, np.zeros_like(voice), found.weights)
    assert found.weights[1] == pytest.approx(np.zeros(4), abs=0.05)
    assert np.abs(changed - voice).max() < 0.1


def test_of_few_clips_the_answer_is_the_voices() -> None:
    rng = np.random.default_rng(2)
    truth = np.array([0, 1, 2, 3])
    told = FusionData(
        softmax(rng.standard_normal((4, 4))), rng.standard_normal((4, 4)), np.ones(4, dtype=bool), truth
    )
    assert fit_weights(told, Strengths()) == pytest.approx(alone(4))
    assert fit_weights(told, Strengths(300.0, 300.0)) == pytest.approx(alone(4), abs=0.05)


def test_an_emotion_that_nobody_recorded_is_answered_as_by_the_voice() -> None:
    found = judged(clips(emotions=("neutral", "happy", "angry")), voice=1.0, words=2.0)
    assert found.weights[:, VOICE.index("sad")] == pytest.approx([1.0, 0.0, 0.0])


def test_an_utterance_without_words_is_answered_by_the_voice_however_it_was_fitted() -> None:
    rng = np.random.default_rng(3)
    voice = softmax(rng.standard_normal((2, 4)))
    told = FusionData(voice, np.zeros((2, 4)), np.array([True, False]), np.array([0, 1]))
    answers = told.fused(np.array([[0.5] * 4, [1.0] * 4, [0.9, 0, 0, 0]]))
    assert answers[1] == pytest.approx(voice[1])
    assert answers[0] != pytest.approx(voice[0])


def test_no_speaker_is_fitted_on_and_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[FusionData] = []
    real = fusion_study.fit_weights
    monkeypatch.setattr(
        fusion_study, "fit_weights", lambda told, by: (fitted.append(told), real(told, by))[1]
    )
    whose = clips(speakers=6)
    found = judged(whose, voice=1.0, words=1.0)
    assert len(found.folds) == 5
    for trained, tested in found.folds:
        assert trained
        assert tested
        assert not trained & tested
    assert sorted(name for _, tested in found.folds for name in tested) == sorted({c.speaker for c in whose})
    sizes = [len(trained) * len(VOICE) * TAKES for trained, _ in found.folds for _ in range(2)]
    assert [len(told.truth) for told in fitted] == [*sizes, len(whose)]


def test_two_names_of_one_sound_stay_on_one_side_and_folds_that_part_them_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whose = clips(speakers=6)
    whose[0] = replace(whose[0], twins=frozenset({"mine-s03"}))
    for trained, tested in judged(whose, voice=1.0, words=1.0).folds:
        assert ("mine-s00" in trained) == ("mine-s03" in trained)
        assert ("mine-s00" in tested) == ("mine-s03" in tested)

    real = fusion_study.speaker_folds
    monkeypatch.setattr(
        fusion_study,
        "speaker_folds",
        lambda some, count, _: real([replace(c, twins=frozenset()) for c in some], count),
    )
    with pytest.raises(LeakError, match="in training and in test"):
        judged(whose, voice=1.0, words=1.0)


def test_too_few_or_unknown_speakers_are_told_with_what_to_do() -> None:
    with pytest.raises(TrainingError, match="2 speakers") as told:
        judged(clips(speakers=2), voice=1.0, words=1.0)
    assert told.value.code == "fusion.speakers"
    assert "--speakers" in told.value.hint
    nobody = [replace(clip, speaker="mine-unknown") for clip in clips()]
    with pytest.raises(LeakError, match="not known"):
        judged(nobody, voice=1.0, words=1.0)
