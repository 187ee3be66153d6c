"""A session whose answers are among some labels: what it hears and learns is that of the whole model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.label_set import LabelSet
from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.errors import ModelError
from desktop_app.inference.restricted import RestrictedEngine
from desktop_app.inference.self_test_signal import self_test_signal

RATE = 16_000
WANTED = ("sad", "calm", "disgust")
GAINS = (0.9, 0.1, 0.5, 0.05, 0.7, 0.2, 0.8, 0.02) * 2


def sound(gain: float, seconds: float = 3.0) -> FloatArray:
    return gain * self_test_signal("chirp-v1", seconds, RATE)


@pytest.fixture
def engine(tiny_model: Callable[..., Path]) -> EmotionEngine:
    return EmotionEngine.load(tiny_model(voice=True, sharpness=60.0))


def test_it_answers_with_the_allowed_labels_alone(engine: EmotionEngine) -> None:
    restricted = RestrictedEngine(engine, LabelSet.of(engine.labels, WANTED))
    whole = engine.predict(sound(0.3)).as_mapping()
    found = restricted.predict(sound(0.3))
    assert restricted.labels == found.labels == ("calm", "sad", "disgust")
    left = sum(whole[label] for label in found.labels)
    assert found.as_mapping() == pytest.approx({label: whole[label] / left for label in found.labels})
    assert restricted.preview(sound(0.3)).probabilities == found.probabilities
    assert restricted.abstain_below == pytest.approx(0.3 * 3.5 / (0.3 * 3.5 + 0.7))


@pytest.mark.parametrize("seconds", [0.2, 1.0])
def test_short_and_silent_sound_is_uncertain_whatever_is_allowed(
    engine: EmotionEngine, seconds: float
) -> None:
    restricted = RestrictedEngine(engine, LabelSet.of(engine.labels, WANTED))
    waveform = sound(0.8, seconds) if seconds < 0.3 else np.zeros(RATE, np.float32)
    assert engine.predict(waveform).short_or_silent
    assert restricted.predict(waveform).uncertain
    assert not engine.predict(sound(0.8)).short_or_silent


def test_what_is_learnt_of_a_voice_does_not_depend_on_the_allowed_labels(engine: EmotionEngine) -> None:
    plain = AdaptiveEngine(engine)
    label_set = LabelSet.of(engine.labels, WANTED)
    restricted = RestrictedEngine(AdaptiveEngine(engine), label_set)
    weights = []
    for gain in GAINS:
        whole, found = plain.predict(sound(gain)), restricted.predict(sound(gain))
        assert found.voice == whole.voice
        assert found.probabilities == label_set.among(whole, engine.abstain_below).probabilities
        assert found.voice is not None
        weights.append(found.voice.weight)
    assert weights[-1] > 0.5


def test_it_is_closed_with_what_it_stands_for(engine: EmotionEngine) -> None:
    restricted = RestrictedEngine(engine, LabelSet.of(engine.labels, WANTED))
    restricted.warm_up()
    assert (restricted.name, restricted.sample_rate) == (engine.name, engine.sample_rate)
    assert (restricted.provider, restricted.notice) == (engine.provider, engine.notice)
    restricted.close()
    with pytest.raises(ModelError, match="closed"):
        engine.predict(sound(0.5))
