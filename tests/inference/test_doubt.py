"""Why the engine is uncertain, and when it says that nobody speaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core.doubt import in_words, words_of
from desktop_app.core.label_set import LabelSet
from desktop_app.core.types import Cause, Prediction
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine

Tiny = Callable[..., Path]

SPEECH = np.random.default_rng(0).normal(0, 0.1, 16000).astype(np.float32)
NOTHING_HELD_BACK = [1.0, 1.0, 1.0]


def judged(model: Path, waveform: np.ndarray = SPEECH) -> Prediction:
    return EmotionEngine.load(model).predict(waveform)


@pytest.mark.parametrize(
    ("certainty", "cause", "words"),
    [
        ([0.2, 0.9, 0.9], Cause.SHORT, "uncertain: too short to tell"),
        ([0.9, 0.2, 0.9], Cause.NOISE, "uncertain: too much noise"),
        ([0.9, 0.9, 0.2], Cause.UNFAMILIAR, "uncertain: unfamiliar voice or microphone"),
    ],
)
def test_the_cause_is_what_held_most_back_of_what_would_have_been_an_answer(
    tiny_model: Tiny, certainty: list[float], cause: Cause, words: str
) -> None:
    # The tiny model says its certainty and does not multiply by it, so undoubted answers are far sharper.
    found = judged(tiny_model(sharpness=4.0, says={"certainty": certainty}, manifest={"abstain_below": 0.9}))
    assert found.uncertain
    assert found.because is cause
    assert in_words(found) == words


@pytest.mark.parametrize(
    ("certainty", "why"),
    [
        ([0.6, 0.9999, 1.0], "the noise gate held nothing back, and 3 s are not too short"),
        ([0.6, 1.0, 0.9999], "nor is the voice unfamiliar"),
        ([1.0, 0.89, 0.88], "without either of the two alone the answer would not count"),
    ],
)
def test_what_held_nothing_back_or_not_enough_is_no_cause(
    tiny_model: Tiny, certainty: list[float], why: str
) -> None:
    """Undoubted, all of these would count."""
    model = tiny_model(sharpness=4.0, says={"certainty": certainty})
    three_seconds = np.tile(SPEECH, 3)
    found = judged(model, three_seconds)
    assert found.undoubted is not None
    threshold = max(found.undoubted) - 0.001
    engine = EmotionEngine.load(
        tiny_model(sharpness=4.0, says={"certainty": certainty}, manifest={"abstain_below": threshold})
    )
    doubtful = engine.predict(three_seconds)
    assert doubtful.uncertain
    assert doubtful.because is Cause.BETWEEN, why


def test_what_would_be_no_answer_either_lies_between_emotions(tiny_model: Tiny) -> None:
    says: dict[str, Any] = {"certainty": [0.9, 0.9, 0.9]}
    found = judged(tiny_model(sharpness=0.1, says=says, manifest={"abstain_below": 0.9}))
    assert found.because is Cause.BETWEEN
    assert judged(tiny_model(sharpness=0.1, manifest={"abstain_below": 0.9})).because is Cause.BETWEEN


@pytest.mark.parametrize(
    ("probabilities", "why"),
    [
        ([0.38, 0.18, 0.16, 0.14, 0.14], "no emotion is clear enough"),  # twice as likely as the next
        ([0.38, 0.26, 0.18, 0.18], "between two emotions"),
        ([0.49, 0.51], "between two emotions"),
        ([0.22, 0.2, 0.19, 0.1], "between several emotions"),
        ([0.4], "no emotion is clear enough"),
    ],
)
def test_it_is_said_to_be_between_emotions_only_where_they_are_about_equally_likely(
    probabilities: list[float], why: str
) -> None:
    assert words_of(Cause.BETWEEN, probabilities).why == why
    assert words_of(Cause.NOISE, probabilities).why == "too much noise"


def test_an_answer_has_no_cause(tiny_model: Tiny) -> None:
    found = judged(tiny_model(sharpness=100.0, says={"certainty": [0.1, 0.1, 0.1]}))
    assert (found.uncertain, found.because, in_words(found)) == (False, None, "")


def test_too_little_sound_is_short_whatever_the_model_says(tiny_model: Tiny) -> None:
    model = tiny_model(sharpness=100.0, says={"certainty": [1.0, 0.1, 1.0]})
    assert judged(model, SPEECH[:1600]).because is Cause.SHORT


def test_where_nobody_speaks_there_is_no_emotion_and_no_voice_to_learn(tiny_model: Tiny) -> None:
    model = tiny_model(sharpness=100.0, voice=True, says={"speech": 0.1, "certainty": NOTHING_HELD_BACK})
    session = AdaptiveEngine(EmotionEngine.load(model))
    found = session.predict(SPEECH)
    assert (found.not_a_voice, found.uncertain, found.because) == (True, True, None)
    assert in_words(found) == "not a voice"
    assert session.voice_use is not None
    assert session.voice_use.seconds == 0
    heard = AdaptiveEngine(EmotionEngine.load(tiny_model(voice=True, says={"speech": 0.9})))
    assert not heard.predict(SPEECH).not_a_voice
    assert heard.voice_use is not None
    assert heard.voice_use.seconds == 1


def test_the_cause_is_asked_anew_among_fewer_labels(tiny_model: Tiny) -> None:
    labels = ("calm", "sad", "angry")
    says: dict[str, Any] = {"certainty": [1.0, 1.0, 0.1]}
    everything = judged(tiny_model(labels, sharpness=0.6, says=says, manifest={"abstain_below": 0.9}))
    assert everything.because is Cause.UNFAMILIAR
    first, second = sorted(labels, key=everything.as_mapping().__getitem__)[:2]
    few = LabelSet.of(labels, (first, second)).among(everything, 0.9999999999)
    assert few.undoubted is not None
    assert sum(few.undoubted) == pytest.approx(1)
    assert few.because is Cause.BETWEEN


def test_novelty_and_what_tells_speakers_apart_come_with_the_answer(tiny_model: Tiny) -> None:
    found = judged(tiny_model(says={"novelty": 0.7, "speaker": [1.0, 2.0], "default_logits": [0.0] * 8}))
    assert found.novelty == pytest.approx(0.7)
    assert found.speaker == pytest.approx([1.0, 2.0])
    assert found.default_probabilities == pytest.approx([1 / 8] * 8)


def test_a_voice_is_learnt_with_what_the_default_voice_says(tiny_model: Tiny) -> None:
    """One run of the model a segment is enough then, also once the voice counts."""
    model = tiny_model(voice=True, says={"default_logits": [9.0, 0, 0, 0, 0, 0, 0, 0]})
    session = AdaptiveEngine(EmotionEngine.load(model))
    session.predict(SPEECH)
    assert session.voice is not None
    assert int(session.voice.sums.moods.mean.argmax()) == 0


def test_long_speech_is_never_too_short_and_hardly_a_voice_is_noise(tiny_model: Tiny) -> None:
    short = tiny_model(sharpness=4.0, says={"certainty": [0.2, 0.9, 0.6]}, manifest={"abstain_below": 0.9})
    assert judged(short).because is Cause.SHORT
    assert judged(short, np.tile(SPEECH, 3)).because is Cause.UNFAMILIAR
    noise = tiny_model(sharpness=0.1, says={"certainty": [0.9, 0.1, 0.9]}, manifest={"abstain_below": 0.9})
    assert judged(noise).because is Cause.NOISE
